r"""Formulas in Markdown: where they are, and how to carry them through a Markdown parser unharmed.

CommonMark knows no formulas: it takes ``_`` and ``*`` in them for emphasis, ``\\`` for an escape, ``|`` for a table's
bar and a blank line for the end of a paragraph. So formulas are found first, on the source:

* ``$…$`` within a paragraph, ``$$…$$`` also over blank lines;
* ``\(…\)`` and ``\[…\]``, also with the backslash doubled, as some site generators want it;
* ``\begin{align}…\end{align}`` and the other environments of displayed mathematics.

:func:`mask` then overwrites each with a dull formula of the same length in bytes (``$$xxxx$$``), which the parser
reports at the same place. Whoever takes the parser's events puts the real formula back. A dollar that belongs to no
formula (a price, a shell variable) is overwritten with :data:`LITERAL_DOLLAR`, so that the parser sees none in it.

Dollars are judged as Pandoc does: no space after the first, none before the second, no digit behind it; and what
plainly is not a formula is left alone (:func:`looks_like_formula`). All works on UTF-8 bytes in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["LITERAL_DOLLAR", "Formula", "find_formulas", "formula_in_code", "looks_like_formula", "mask"]

LITERAL_DOLLAR = "\x1a"  # a control character that no text has: parse_markdown takes them out first

_ENVIRONMENTS = (
    b"equation|align|aligned|alignat|gather|gathered|multline|eqnarray|split|cases|displaymath|math|flalign|"
    b"array|matrix|pmatrix|bmatrix|vmatrix|Bmatrix|Vmatrix|smallmatrix"
)
# Every alternative begins with a literal, so that a search skips fast to the next of these few characters.
_FENCE = re.compile(rb"\n[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})")
_OPENING = re.compile(rb"\$|\\[(\[]|\\begin\{")
_TOKEN = re.compile(
    rb"\n[ \t>]*(?=\n)(?P<blank>)"
    rb"|\n[ ]{0,3}\#{1,6}[ \t](?P<heading>)"
    rb"|\\(?P<edge>begin|end)\{(?P<environment>" + _ENVIRONMENTS + rb")\*?\}"
    rb"|\\\\?[()\[\]](?P<bracket>)"
    rb"|\\[\\`$](?P<escape>)"
    rb"|``*(?P<ticks>)"
    rb"|\$\$*(?P<dollars>)"
)
_LINE_END = re.compile(rb"[ \t]*(?:\n|\Z)")
_CLOSING = {b"\\(": b"\\)", b"\\[": b"\\]", b"\\\\(": b"\\\\)", b"\\\\[": b"\\\\]"}

_SIGN = re.compile(rb"[\^_{}=<>+]")
_COMMAND = re.compile(rb"\\[A-Za-z]|\^")
_WORD = re.compile(rb"(?<![\\A-Za-z])[A-Za-z]{3,}")  # not a command
_SHELL_VARIABLE = re.compile(rb"\{[A-Z_][A-Z0-9_]+\}")
_CHINESE_PUNCTUATION = re.compile("|".join("，。；：、？！“”").encode())
_WRAPPED = re.compile(r"\$\$(.+)\$\$|\$([^$]+)\$|\\\((.+)\\\)|\\\[(.+)\\\]|(\\begin\{\w+\*?\}.+\})", re.DOTALL)
_HAN_LEAD = re.compile(rb"[\xe3-\xef]")  # the first of a Han character's three bytes
# Formulas with \\text{…} in them stay under these, paragraphs do not.
_HAN_SHARE = 0.4
_WORDS_A_BYTE = 1 / 16


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a source: its place with delimiters, the LaTeX between them (both in bytes), and whether inline."""

    start: int
    end: int
    latex_start: int
    latex_end: int
    inline: bool


def looks_like_formula(latex: bytes) -> bool:
    """Whether what stands between two delimiters can be a formula.

    LaTeX commands are one. What ends in an operator, has unequal brackets, Chinese punctuation or a shell variable's
    braces is none: it lies between two prices or two variables. Of the rest, signs such as ``^ _ =`` decide; without
    any, it must be short and free of words and Han characters: ``n``, ``f(x)``, ``i, j``.
    """
    if b"\\" in latex:
        return True
    if latex[-1:] in b"=<>+-*/,;:.([{\"'" or _SHELL_VARIABLE.match(latex) or _CHINESE_PUNCTUATION.search(latex):
        return False
    if latex.count(b"(") + latex.count(b"[") != latex.count(b")") + latex.count(b"]"):
        return False
    if _SIGN.search(latex):
        return True
    return len(latex) <= 40 and latex.isascii() and len(_WORD.findall(latex)) < 2


def formula_in_code(code: str) -> tuple[str, bool] | None:
    r"""The LaTeX in inline code such as ```$x_1$```, and whether it is inline; None if the code is code.

    Some site generators have formulas written so, to keep Markdown from touching them.
    """
    match = _WRAPPED.fullmatch(code.strip())
    if match is None:
        return None
    latex = match[match.lastindex or 0]
    if match.lastindex == 2 and (latex != latex.strip() or not looks_like_formula(latex.encode())):
        return None
    return latex.strip(), match.lastindex in (2, 3)


def _is_prose(latex: bytes) -> bool:
    """Whether a stretch between ``$$`` and ``$$`` over several paragraphs is the text between two formulas."""
    if b"\\" not in latex and not _SIGN.search(latex):
        return True
    han = 3 * len(_HAN_LEAD.findall(latex))
    return han > _HAN_SHARE * len(latex) or len(_WORD.findall(latex)) > _WORDS_A_BYTE * len(latex)


def find_formulas(source: bytes) -> list[Formula]:
    """The formulas of a Markdown source (UTF-8, lines ending in ``\\n``), in order, none inside code.

    Where it differs from the Markdown parser about what is code, the parser is right (see :func:`mask`).
    """
    formulas: list[Formula] = []
    if b"$" in source or b"\\(" in source or b"\\[" in source or b"\\begin{" in source:
        framed = b"\n" + source  # so that every line has a line end before it
        for start, end in _outside_fences(framed):
            if _OPENING.search(framed, start, end):
                formulas += _Scanner(framed, start, end).scan()
    return formulas


def _outside_fences(source: bytes) -> Iterator[tuple[int, int]]:
    """The stretches of a source between blocks of fenced code."""
    start, fence = 0, b""
    for match in _FENCE.finditer(source):
        if not fence:
            fence = match[1]
            yield start, match.start() + 1
        elif match[1].startswith(fence) and _LINE_END.match(source, match.end()):
            start, fence = match.end(), b""
    if not fence:
        yield start, len(source)


class _Scanner:
    """One walk over the tokens of a stretch of source; each is a match whose ``lastgroup`` is its kind."""

    def __init__(self, source: bytes, start: int, end: int) -> None:
        self._source = source
        self._tokens = tokens = list(_TOKEN.finditer(source, start, end))
        self._environment_end = _match_environments(tokens)
        self._last_ticks = {token[0]: index for index, token in enumerate(tokens) if token.lastgroup == "ticks"}
        self._formulas: list[Formula] = []

    def scan(self) -> list[Formula]:
        """The formulas, with their places in the source less one: the line end that was put in front."""
        index = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            kind = token.lastgroup
            last = None  # the token that closes what this one opens
            if kind == "ticks":
                last = self._code_end(index)
            elif kind == "dollars":
                length = len(token[0])
                last = self._dollar_end(index) if length == 1 else self._display_end(index) if length == 2 else None
                self._add(token, last, length, inline=length == 1)
            elif kind == "bracket":
                last = self._bracket_end(index)
                self._add(token, last, len(token[0]), inline=token[0].endswith(b"("))
            elif kind == "environment":
                last = self._environment_end.get(index)
                self._add(token, last, 0, inline=False)
            index = index + 1 if last is None else last + 1
        return self._formulas

    def _add(self, opening: re.Match[bytes], last: int | None, delimiter: int, inline: bool) -> None:
        if last is not None:
            start, end = opening.start() - 1, self._tokens[last].end() - 1
            self._formulas.append(Formula(start, end, start + delimiter, end - delimiter, inline))

    def _code_end(self, index: int) -> int | None:
        """The run of backticks that closes a code span; it has the same length and lies in the same paragraph."""
        ticks = self._tokens[index][0]
        if self._last_ticks[ticks] <= index:
            return None
        for other in range(index + 1, len(self._tokens)):
            token = self._tokens[other]
            if token.lastgroup == "ticks" and token[0] == ticks:
                return other
            if token.lastgroup in ("blank", "heading"):
                break
        return None

    def _dollar_end(self, index: int) -> int | None:
        source, start = self._source, self._tokens[index].end()
        if index + 1 == len(self._tokens) or source[start : start + 1].isspace():
            return None
        for other in range(index + 1, len(self._tokens)):
            token = self._tokens[other]
            if token.lastgroup == "dollars":
                end = token.start()
                behind = source[token.end() : token.end() + 1]
                if len(token[0]) == 1 and not source[end - 1 : end].isspace() and not behind.isdigit():
                    return other if looks_like_formula(source[start:end]) else None
                return None
            if token.lastgroup in ("blank", "heading", "ticks"):
                return None
        return None

    def _display_end(self, index: int) -> int | None:
        start, over_blank = self._tokens[index].end(), False
        for other in range(index + 1, len(self._tokens)):
            token = self._tokens[other]
            if token.lastgroup == "dollars" and len(token[0]) == 2:
                latex = self._source[start : token.start()]
                return None if not latex.strip() or (over_blank and _is_prose(latex)) else other
            if token.lastgroup == "heading":
                return None
            over_blank |= token.lastgroup == "blank"
        return None

    def _bracket_end(self, index: int) -> int | None:
        opening = self._tokens[index]
        closing = _CLOSING.get(opening[0])
        if closing is None:
            return None
        for other in range(index + 1, len(self._tokens)):
            token = self._tokens[other]
            if token.lastgroup == "bracket" and token[0] == closing:
                latex = self._source[opening.end() : token.start()]
                # `\[note\]` is Markdown for "[note]" as well, so displayed ones need a clear sign.
                sure = _COMMAND.search(latex) if opening[0].endswith(b"[") else looks_like_formula(latex)
                return other if sure else None
            if token.lastgroup in ("blank", "heading") or token[0] == opening[0]:
                return None
        return None


def _match_environments(tokens: Sequence[re.Match[bytes]]) -> dict[int, int]:
    r"""For each outermost ``\begin{…}`` that is closed in order, the token that closes it."""
    pairs: dict[int, int] = {}
    open_: list[int] = []
    for index, token in enumerate(tokens):
        if token.lastgroup == "heading":
            open_.clear()
        elif token.lastgroup == "environment":
            if token["edge"] == b"begin":
                open_.append(index)
            elif open_ and tokens[open_[-1]]["environment"] == token["environment"]:
                pairs[open_.pop()] = index
            else:
                open_.clear()
    return pairs


def mask(source: bytes, formulas: Sequence[Formula]) -> bytes:
    """The source with each formula overwritten, byte for byte, and every other dollar made literal.

    A dollar in an escape or an address stays as it is. If the parser does not report one of the formulas, it holds
    its place for code or HTML: then mask again without it.
    """
    pieces = []
    end = 0
    for formula in formulas:
        pieces.append(_hide_dollars(source[end : formula.start]))
        end, length = formula.end, formula.end - formula.start
        pieces.append(b"$$" + b"x" * (length - 4) + b"$$" if length > 4 else b"$" + b"x" * (length - 2) + b"$")
    pieces.append(_hide_dollars(source[end:]))
    return b"".join(pieces)


# What may hold a dollar: an escape, an address (where the parser accepts no control character), or nothing of these.
_DOLLAR = re.compile(rb"\\[\\$]|\]\([^()\s]{0,2000}\)|<[^<>\s]{1,2000}>|\$")


def _hide_dollars(piece: bytes) -> bytes:
    if b"$" not in piece:
        return piece
    return _DOLLAR.sub(lambda match: LITERAL_DOLLAR.encode() if match[0] == b"$" else match[0], piece)
