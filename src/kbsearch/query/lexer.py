"""Query text → tokens.

The text is cut into pieces. A piece begins where a word can begin: at the start, after a space, a bracket, a quotation
or Chinese punctuation. Only there do operators, signs, brackets, field names and patterns mean anything; within a
word they are text, so that ``flow-based``, ``f(x)``, ``std::vector`` and ``10^{-8}`` stay words.

Characters are folded one to one first, so that full-width forms work and positions are those of the query as typed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from kbsearch.errors import QueryError
from kbsearch.query.fields import DATE_FIELDS, FIELDS, KEYWORD_FIELDS, field_named, is_slip, suggestion

if TYPE_CHECKING:
    from kbsearch.query.dates import Bounds

__all__ = ["MAX_CLAUSES", "MAX_DEPTH", "TEXT_AFTER_A_SIGN", "Kind", "Token", "fold", "only_separators", "tokenize"]

MAX_DEPTH = 32  # brackets within brackets
MAX_CLAUSES = 1000  # tokens that are not plain words

Kind: TypeAlias = Literal[
    "text",
    "phrase",
    "prefix",
    "wildcard",
    "fuzzy",
    "date",
    "field",
    "and",
    "or",
    "not",
    "plus",
    "minus",
    "open",
    "close",
]


class Token(NamedTuple):
    """A piece of the query: where it stands (``start``, ``end``), and what it says.

    ``text`` is the text of words and quotations, the literal part of a prefix, a wildcard's pattern, or the English
    name of a field or of a date's field. ``distance`` belongs to fuzzy words, ``bounds`` to dates.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    distance: int = 0
    bounds: Bounds = (None, None)


# Full-width forms of what has a meaning, and the quotation marks, told apart by what closes them. Full-width ，；！？
# stay as they are: they are punctuation, never patterns.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "！，；？"}
_FOLD |= str.maketrans("　\ufeff\u200b\u2060„‟｢｣﹁﹂﹃﹄", "    ““「」「」『』")


def fold(query: str) -> str:
    """The query with the same number of characters, those that have a meaning here in their ASCII form."""
    return query.translate(_FOLD)


_HAN = r"\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER_OR_DIGIT = re.compile(rf"[^\W_{_HAN}]")
_PUNCTUATION = "，。；、！？…”」』"  # Chinese; ends a word wherever it stands
_SEPARATORS = re.compile(rf"[\s{_PUNCTUATION}]+")
_NO_WORD = re.compile(rf"[\s{_PUNCTUATION},;.!?:]*")
_WORD_ENDS = rf"(?=[\s){_PUNCTUATION}]|[,;](?:\s|\Z)|\Z)"
_STOP = re.compile(rf'[\s{_PUNCTUATION}()"“「『]|[,;](?=\s|\Z)')

_KEYWORD = re.compile(rf"(AND|OR|NOT|&&|\|\||且|或|非)(?:{_WORD_ENDS}|(?=[(\"“「『]))")
_KEYWORD_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("AND", "&&", "且"), "and"),
    **dict.fromkeys(("OR", "||", "或"), "or"),
    **dict.fromkeys(("NOT", "非"), "not"),
}
_SIGN = re.compile(r'[+-](?=[\w"“「『\\@#$(])')
_SIGN_KINDS: dict[str, Kind] = {"+": "plus", "-": "minus"}
# After a sign, a number or one letter is text: exit code -1, python -m, chmod +x.
TEXT_AFTER_A_SIGN = re.compile(rf"(?:[0-9][0-9.,]*%?|[A-Za-z]){_WORD_ENDS}")

_QUOTE_OR_BRACKET = re.compile(r'["“「『()]')
_CLOSING = {
    '"': (re.compile('"'), re.compile("[“”]")),  # the second, where the first is missing
    "“": (re.compile('[”“"]'),),
    "「": (re.compile("」"),),
    "『": (re.compile("』"),),
}
_SLOP = re.compile(r"~[0-9]*")

_FIELD = re.compile(r"([A-Za-z]{2,16}|[\u4e00-\u9fff]{2,4}):")
_FIELD_VALUE = re.compile(r'[^\W\d]|["“「『(]')

_PATTERN = re.compile(rf"(?=[\w*])([\w.*?-]*[\w*])[.?!]*{_WORD_ENDS}")
_KEYWORD_PATTERN = re.compile(rf"(?=[\w*])([\w.*?/-]*[\w*])[.?!]*{_WORD_ENDS}")
_FUZZY = re.compile(rf"([^\W{_HAN}](?:(?![{_HAN}])[\w.'-])*)~([0-9]*)[.?!]*{_WORD_ENDS}")
_TWO_LETTERS = re.compile(rf"[^\W\d_]{{2}}|[{_HAN}]")
_LETTER = re.compile(r"[^\W\d_]")


def only_separators(text: str) -> bool:
    """Whether a stretch of (folded) text holds no words, signs or brackets."""
    return _NO_WORD.fullmatch(text) is not None


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
                self.warnings.append("a bracket without its partner is taken as text")
            if any(closing == len(self.query) for closing in self.quotes.values()):
                self.warnings.append("a quotation mark is never closed: the phrase reaches to the end")

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
            elif mark[0] != '"' or at == 0 or not _LETTER_OR_DIGIT.match(self.folded, at - 1):  # 5" is no quotation
                ends = (closing.search(self.folded, position) for closing in _CLOSING[mark[0]])
                end = next((found.start() for found in ends if found), len(self.query))
                self.quotes[at] = end
                position = end + 1

    def _emit(self, kind: Kind, start: int, end: int, text: str = "", distance: int = 0) -> int:
        self._add(Token(kind, start, end, text, distance))
        return end

    def _add(self, token: Token) -> None:
        self.tokens.append(token)
        if token.kind != "text":
            self.clauses += 1
            if self.clauses > MAX_CLAUSES:
                raise QueryError(f"more than {MAX_CLAUSES} clauses", token.start, "ask in several queries")

    def _piece(self, at: int) -> int:
        """Read what begins here; return where it ends."""
        before = self.tokens[-1] if self.tokens else None
        after_field = before is not None and before.kind == "field"
        after_sign = before is not None and before.kind in ("plus", "minus") and before.end == at
        if not after_field and not after_sign and (keyword := _KEYWORD.match(self.folded, at)):
            return self._emit(_KEYWORD_KINDS[keyword[1]], at, keyword.end(), self.query[at : keyword.end()])
        character = self.folded[at]
        if _SIGN.match(self.folded, at) and not TEXT_AFTER_A_SIGN.match(self.folded, at + 1):
            if self.folded[at + 1] != "(" or at + 1 in self.partner:
                return self._emit(_SIGN_KINDS[character], at, at + 1)
        elif character in "()":
            return self._bracket(at, after_field)
        elif at in self.quotes:
            return self._quotation(at)
        elif (field := _FIELD.match(self.folded, at)) and self._is_field(field):
            return self._field(field)
        elif self.has_patterns and (end := self._pattern(at, in_keyword_field=self._in_keyword_field())):
            return end
        return self._text(at)

    def _in_keyword_field(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].kind == "field" and self.tokens[-1].text in KEYWORD_FIELDS

    def _bracket(self, at: int, after_field: bool) -> int:
        if at not in self.partner:
            if after_field:
                raise empty_value(self.tokens[-1])
            return self._emit("text", at, at + 1, self.query[at])
        opening = self.folded[at] == "("
        self.depth += 1 if opening else -1
        if self.depth > MAX_DEPTH:
            raise QueryError(f"brackets more than {MAX_DEPTH} deep", at, "take away brackets that are not needed")
        return self._emit("open" if opening else "close", at, at + 1)

    def _quotation(self, at: int) -> int:
        closing = self.quotes[at]
        end = min(closing + 1, len(self.query))
        self._emit("phrase", at, end, self.query[at + 1 : closing].strip())
        if slop := _SLOP.match(self.folded, end):
            self.warnings.append(f"{slop[0]} after a phrase is left out: phrases are exact")
            return slop.end()
        return end

    def _text(self, at: int) -> int:
        """A word, up to a space, punctuation, quotation mark, or bracket that closes nothing in it."""
        position = at + 1 if self.folded[at] not in "()" else at
        while stop := _STOP.search(self.folded, position):
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
        spaced = end == len(self.query) or self.folded[end].isspace()
        full_width = self.query[end - 1] != ":"
        slip = is_slip(name) and not (full_width and name.isascii() and not name.islower())
        if spaced:
            if slip and len(self.warnings) < 8:
                self.warnings.append(f"“{name}:” is taken as text; for the field, write {suggestion(name)}:")
            return False
        like_a_field = name.isascii() and name.islower() and not full_width and _FIELD_VALUE.match(self.folded, end)
        if slip or like_a_field:
            meant = suggestion(name)
            hint = f"perhaps {meant}: is meant" if meant else f"the fields are {', '.join(FIELDS)}"
            raise QueryError(f"there is no field “{name}”", match.start(), f"{hint}; to search for the text, quote it")
        return False

    def _field(self, match: re.Match[str]) -> int:
        name = field_named(match[1]) or ""
        token = Token("field", match.start(), match.end(), name)
        if name not in DATE_FIELDS:
            self._add(token)
            return match.end()
        at = match.end()
        while at < len(self.query) and self.folded[at].isspace():
            at += 1
        end, bounds = self._date(token, at)
        self._add(Token("date", match.start(), end, name, 0, bounds))
        return end

    def _date(self, token: Token, at: int) -> tuple[int, Bounds]:
        """The date that begins here, and where its text ends."""
        from kbsearch.query.dates import parse_date_range, read_date  # most queries have none

        if at in self.quotes or (at in self.partner and self.folded[at] == "("):
            closing = self.quotes[at] if at in self.quotes else self.partner[at]
            text = self.query[at + 1 : closing]
            if not text.strip():
                raise empty_value(token)
            try:
                return min(closing + 1, len(self.query)), parse_date_range(text, self.today)
            except QueryError as error:
                raise QueryError(str(error), at + 1, error.hint) from None
        window = self.folded[at : at + 64]
        stop = _STOP_DATE.search(window)
        text = self.query[at : at + (stop.start() if stop else len(window))]
        if not text.strip():
            raise empty_value(token)
        try:
            length, bounds = read_date(text, self.today)
        except QueryError as error:
            raise QueryError(str(error), at, error.hint) from None
        return at + length, bounds

    # --- patterns -------------------------------------------------------------------------------------------------

    def _pattern(self, at: int, *, in_keyword_field: bool) -> int | None:
        """A prefix, wildcard or fuzzy word, if one begins here: where it ends."""
        if fuzzy := _FUZZY.match(self.folded, at):
            return self._fuzzy(fuzzy)
        match = (_KEYWORD_PATTERN if in_keyword_field else _PATTERN).match(self.folded, at)
        if not match or not ("*" in match[1] or "?" in match[1]):
            return None
        pattern, end = match[1], match.end(1)
        if "**" in pattern:  # **kwargs
            return None
        raw = self.query[at:end]
        if pattern.endswith("*") and pattern.count("*") == 1 and "?" not in pattern:
            stem = pattern[:-1]
            # One letter is not enough (A*, C*), nor are digits.
            if _TWO_LETTERS.search(stem) or (len(stem) > 1 and _LETTER.search(stem)):
                return self._emit("prefix", at, end, raw[:-1])
            return None
        if not _TWO_LETTERS.search(pattern):  # x*y, 2*3
            return None
        if any(not _LETTER_OR_DIGIT.match(pattern, i + d) for i in _indexes(pattern, "?") for d in (-1, 1)):
            return None  # a question mark, unless letters or digits stand on both sides
        shape = "".join(folded if folded in "*?" else own for folded, own in zip(pattern, raw, strict=True))
        return self._emit("wildcard", at, end, shape)

    def _fuzzy(self, match: re.Match[str]) -> int | None:
        start, end = match.span(1)
        if len(_LETTER.findall(match[1])) < 2:  # 3~5
            return None
        automatic = 1 if end - start <= 5 else 2
        distance = min(int(match[2][:3] or automatic), 2) or 1
        if match[2] and int(match[2][:3]) != distance:
            self.warnings.append(f"~{match[2][:3]} is taken as ~{distance}: 1 or 2 edits are possible")
        return self._emit("fuzzy", start, match.end(2), self.query[start:end], distance)


_STOP_DATE = re.compile(rf'[{_PUNCTUATION}()"“「『]')


def _indexes(text: str, character: str) -> list[int]:
    return [index for index, each in enumerate(text) if each == character]


def empty_value(field: Token) -> QueryError:
    """The error for a field without a value."""
    example = "2024-03" if field.text in DATE_FIELDS else "code" if field.text == "in" else "word"
    hint = f"write {field.text}:{example}; to search for the text, quote it"
    return QueryError(f"the field {field.text} has no value", field.start, hint)
