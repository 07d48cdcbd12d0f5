"""Query text → tokens.

The text is cut into pieces. A piece begins where a word can begin: at the start, after a space, a bracket, a quotation
or Chinese punctuation. Only there do operators, signs, brackets, field names and patterns mean anything; within a
word they are text, so that ``flow-based``, ``f(x)``, ``std::vector`` and ``10^{-8}`` stay words.

Characters are folded one to one first, so that full-width forms work and positions are those of the query as typed.
"""

from __future__ import annotations

import datetime as dt
import re

from kbsearch.errors import QueryError
from kbsearch.language import message
from kbsearch.query.fields import DATE_FIELDS, FIELDS, KEYWORD_FIELDS, field_named, is_slip, place_named, suggestion
from kbsearch.query.tokens import (
    MAY_END,
    PUNCTUATION,
    STOP,
    TEXT_AFTER_A_SIGN,
    WORD_ENDS,
    Kind,
    Token,
    empty_value,
    fold,
    is_letter_or_digit,
    only_separators,
)

__all__ = ["MAX_CLAUSES", "MAX_DEPTH", "tokenize"]

MAX_DEPTH = 32  # brackets within brackets
MAX_CLAUSES = 1000  # tokens that are not plain words

_SEPARATORS = re.compile(rf"[\s{PUNCTUATION}]+")
_KEYWORD = re.compile(rf"(AND|OR|NOT|&&|\|\||且|或|非)(?:{WORD_ENDS}|{MAY_END})")
_KEYWORD_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("AND", "&&", "且"), "and"),
    **dict.fromkeys(("OR", "||", "或"), "or"),
    **dict.fromkeys(("NOT", "非"), "not"),
}
_SIGN = re.compile(r'[+-](?=[\w"“「『\\@#$(])')
_SIGN_KINDS: dict[str, Kind] = {"+": "plus", "-": "minus"}
_QUOTE_OR_BRACKET = re.compile(r'["“「『()]')
_QUOTE = re.compile('["“”」』]')
_CLOSING = {'"': '"”', "“": '”“"', "「": "」", "『": "』"}
_FIELD = re.compile(r"([A-Za-z]{2,16}|[\u4e00-\u9fff]{2,4}):")
_WORD_ENDS = re.compile(WORD_ENDS)


def tokenize(query: str, today: dt.date | None = None) -> tuple[list[Token], list[str]]:
    """Tokens of a query, in order, and warnings.

    Args:
        query: as typed.
        today: what relative dates count from.

    Raises:
        QueryError: an unknown field, a bad date, too many clauses or too deep brackets.
    """
    lexer = _Lexer(query, today or dt.date.today())
    lexer.run()
    return lexer.tokens, lexer.warnings


class _Lexer:
    def __init__(self, query: str, today: dt.date) -> None:
        self.query = query
        self.folded = fold(query)
        self.today = today
        self.tokens: list[Token] = []
        self.warnings: list[str] = []
        self.depth = 0
        self.clauses = 0
        self.quotes: dict[int, int] = {}  # opening quotation mark → its closing one, or the end of the query
        self.partner: dict[int, int] = {}  # bracket → the one it belongs with
        self.has_patterns = any(character in self.folded for character in "*?~")
        self._pair()

    def run(self) -> None:
        position = 0
        while position < len(self.query):
            if separators := _SEPARATORS.match(self.folded, position):
                position = separators.end()
            else:
                position = self._piece(position)
        if any(token.kind != "text" for token in self.tokens):
            if any(token.kind == "text" and token.text in "()（）" for token in self.tokens):
                self.warnings.append(message("a bracket without its partner is taken as text"))
            if any(closing == len(self.query) for closing in self.quotes.values()):
                self.warnings.append(message("a quotation mark is never closed: the phrase reaches to the end"))

    def _pair(self) -> None:
        """Find which brackets and quotation marks belong together; what stands in quotes is skipped."""
        opened: list[int] = []
        position = 0
        while mark := _QUOTE_OR_BRACKET.search(self.folded, position):
            at, position = mark.start(), mark.end()
            if mark[0] == "(":
                opened.append(at)
            elif mark[0] == ")":
                if opened:
                    partner = opened.pop()
                    self.partner[at], self.partner[partner] = partner, at
            elif mark[0] != '"' or at == 0 or not is_letter_or_digit(self.folded[at - 1]):  # 5" is no quotation
                self.quotes[at] = self._closing(mark[0], position)
                position = self.quotes[at] + 1

    def _closing(self, opening: str, position: int) -> int:
        """Where a quotation ends: mixed marks are common, and “ ” may stand within straight ones."""
        nested = 0
        for mark in _QUOTE.finditer(self.folded, position):
            if opening == '"' and mark[0] == "“":
                nested += 1
            elif opening == '"' and mark[0] == "”" and nested:
                nested -= 1
            elif mark[0] in _CLOSING[opening]:
                return mark.start()
        return len(self.query)

    def _emit(self, kind: Kind, start: int, end: int, text: str = "", distance: int = 0) -> int:
        self._add(Token(kind, start, end, text, distance))
        return end

    def _add(self, token: Token) -> None:
        self.tokens.append(token)
        if token.kind != "text":
            self.clauses += 1
            if self.clauses > MAX_CLAUSES:
                raise QueryError(
                    message("more than {count} clauses", count=MAX_CLAUSES),
                    token.start,
                    message("ask in several queries"),
                )

    def _piece(self, at: int) -> int:
        """Read what begins here; return where it ends."""
        before = self.tokens[-1] if self.tokens else Token("open", 0, 0)
        after_field = before.kind == "field"
        after_sign = before.kind in ("plus", "minus") and before.end == at
        in_keyword_field = after_field and before.text in KEYWORD_FIELDS
        if (keyword := _KEYWORD.match(self.folded, at)) and self._ends_keyword(keyword.end()):
            if after_field or after_sign:  # -AND: the word itself
                return self._emit("phrase", at, keyword.end(), self.query[at : keyword.end()])
            return self._keyword(keyword)
        character = self.folded[at]
        if _SIGN.match(self.folded, at) and not TEXT_AFTER_A_SIGN.match(self.folded, at + 1):
            if self.folded[at + 1] != "(" or at + 1 in self.partner:
                return self._emit(_SIGN_KINDS[character], at, at + 1)
        elif character in "()":
            return self._bracket(at, after_field)
        elif at in self.quotes:
            return self._quotation(at)
        elif character == '"':
            return at + 1
        elif (field := _FIELD.match(self.folded, at)) and self._is_field(field):
            return self._field(field)
        elif self.has_patterns and (pattern := self._pattern(at, slashes=in_keyword_field)):
            self._add(pattern)
            return pattern.end
        return self._text(at)

    def _pattern(self, at: int, *, slashes: bool) -> Token | None:
        from kbsearch.query.patterns import read_pattern  # most queries have none

        return read_pattern(
            self.query, self.folded, at, ends_word=self._ends_word, slashes=slashes, warnings=self.warnings
        )

    def _ends_word(self, at: int) -> bool:
        """Whether a quotation mark or opening bracket, if there is one here, ends the word before it.

        A straight quotation mark does if it opens a quotation, a bracket if it has no partner (else it is ``f(x)``).
        """
        character = self.folded[at : at + 1]
        return not (character == '"' and at not in self.quotes) and not (character == "(" and at in self.partner)

    def _ends_keyword(self, at: int) -> bool:
        return self._ends_word(at) or self.folded[at] == "("  # NOT(a b)

    def _keyword(self, match: re.Match[str]) -> int:
        at, end = match.span()
        word = self.query[at:end]
        if not word.isascii() and word in _KEYWORD_KINDS:  # Chinese, where prose has such words, too
            around = self.folded[max(at - 1, 0) : at] + self.folded[end : end + 1]
            if not all(side.isspace() or side in "()" for side in around):
                return end  # 「甲」或「乙」; the word alone is worth no search
            at_beginning = not self.tokens or self.tokens[-1].kind == "open"
            if word == "非" and at_beginning and self.query.strip() != word:  # 非 Prepared 语句
                self.warnings.append(message("非 at the beginning is taken as text; to exclude a word, write -word"))
                return end
        return self._emit(_KEYWORD_KINDS[match[1]], at, end, word)

    def _bracket(self, at: int, after_field: bool) -> int:
        if at not in self.partner:
            if after_field:
                raise empty_value(self.tokens[-1])
            return self._emit("text", at, at + 1, self.query[at])
        opening = self.folded[at] == "("
        self.depth += 1 if opening else -1
        if self.depth > MAX_DEPTH:
            raise QueryError(
                message("brackets more than {count} deep", count=MAX_DEPTH),
                at,
                message("take away brackets that are not needed"),
            )
        return self._emit("open" if opening else "close", at, at + 1)

    def _quotation(self, at: int) -> int:
        closing = self.quotes[at]
        end = min(closing + 1, len(self.query))
        self._emit("phrase", at, end, self.query[at + 1 : closing].strip())
        if slop := re.compile("~[0-9]*").match(self.folded, end):
            self.warnings.append(message("{slop} after a phrase is left out: phrases are exact", slop=slop[0]))
            return slop.end()
        return end

    def _text(self, at: int) -> int:
        """A word, up to a space, punctuation, quotation mark, or bracket that closes nothing in it."""
        position = at + 1 if self.folded[at] not in "()" else at
        while stop := STOP.search(self.folded, position):
            position = stop.start()
            if stop[0] == "(" and position in self.partner:
                position = self.partner[position] + 1
            elif stop[0] == '"' and position not in self.quotes:
                position += 1
            else:
                break
        else:
            position = len(self.query)
        if not only_separators(self.folded[at:position]):
            self._emit("text", at, position, self.query[at:position])
        return position

    # --- fields and dates -----------------------------------------------------------------------------------------

    def _is_field(self, match: re.Match[str]) -> bool:
        """Whether a name and colon are meant as a field.

        Raises:
            QueryError: they are, but there is no such field.
        """
        name, end = match[1], match.end()
        if self.folded.startswith((":", "//"), end):  # std::vector, http://
            return False
        if field_named(name):
            return True
        spaced = _WORD_ENDS.match(self.folded, end)
        full_width = self.query[end - 1] != ":"
        slip = is_slip(name)
        if spaced or (full_width and name.isascii() and not name.islower()):  # PyTorch: tips, LoRA：低秩适配
            if slip and len(self.warnings) < 8:
                self.warnings.append(
                    message(
                        "“{name}:” is taken as text; for the field, write {meant}:", name=name, meant=suggestion(name)
                    )
                )
            return False
        like_a_field = name.isascii() and name.islower() and not full_width
        if slip or (like_a_field and re.match(r'[^\W\d]|["“「『(]', self.folded[end])):
            meant = suggestion(name)
            if meant:
                hint = message("perhaps {meant}: is meant; to search for the text, quote it", meant=meant)
            else:
                hint = message("the fields are {names}; to search for the text, quote it", names=", ".join(FIELDS))
            raise QueryError(message("there is no field “{name}”", name=name), match.start(), hint)
        return False

    def _field(self, match: re.Match[str]) -> int:
        name, end = field_named(match[1]) or "", match.end()
        token = Token("field", match.start(), end, name)
        at = end
        while at < len(self.query) and self.folded[at].isspace():
            at += 1
        if name in DATE_FIELDS:
            date = self._date(token, at)
            if date is not None:
                self._add(date)
                return date.end
        elif name != "in" or at == end or self._may_be_a_place(at):
            self._add(token)
            return end
        # date: or in:, a space, then something else: prose.
        taken = self.query[match.start() : end]
        self.warnings.append(message("“{name}” is taken as text: what follows is no value of it", name=taken))
        return self._emit("text", match.start(), end - 1, self.query[match.start() : end - 1])

    def _may_be_a_place(self, at: int) -> bool:
        """Whether what stands here is a value of ``in:``, or no word at all."""
        stop = STOP.search(self.folded, at)
        word = self.query[at : stop.start() if stop else len(self.query)]
        return not word or place_named(word) is not None

    def _date(self, field: Token, at: int) -> Token | None:
        """The date that begins here. None if none does, and a space stands before.

        Raises:
            QueryError: none does, or it does not exist.
        """
        from kbsearch.query.dates import HINT, parse_date_range, read_date  # most queries have none

        closing = self.quotes.get(at, self.partner.get(at) if self.folded[at : at + 1] == "(" else None)
        try:
            if closing is not None:
                end = min(closing + 1, len(self.query))
                at += 1
                text = self.query[at:closing]
                if text.strip():
                    return Token("date", field.start, end, field.text, 0, parse_date_range(text, self.today))
            else:
                text = self.query[at : at + 64]
                if stop := re.search(rf'[{PUNCTUATION}()"“「『]', self.folded[at : at + 64]):
                    text = text[: stop.start()]
                if found := read_date(text, self.today):
                    return Token("date", field.start, at + found[0], field.text, 0, found[1])
        except QueryError as error:
            raise QueryError(error.message, at, error.hint) from None
        if not text.strip():
            raise empty_value(field)
        if at > field.end:
            return None
        raise QueryError(message("{text} is not a date", text=f"“{text.split()[0]}”"), at, HINT)
