"""A post's Markdown made ready for Python-Markdown: formulas and code taken out, lists written as it wants them.

Python-Markdown knows no formulas, knows fenced code only at the left margin, and wants lists indented by four and
parted from the paragraph before. So formulas and fenced code are replaced by *tokens*, words that no post has, whose
contents the finished page gets back; and lists are indented anew.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from kbsearch.corpus.shortcodes import fence_code
from kbsearch.corpus.tex import find_formulas

__all__ = ["CodeBlock", "FormulaPiece", "Prepared", "prepare"]

_FENCE = re.compile(r"([ \t]*)((?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$")
_LANGUAGE = re.compile(r"[\s{.]*([^\s{}.,;:=]+)(?!=)")
_ITEM = re.compile(r"( *)([-*+]|\d{1,9}[.)])( +|$)(.*)$")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_BREAKER = re.compile(r" {0,3}(?:#{1,6} |>|\||```|~~~|[-=]{2,} *$)")


@dataclass(frozen=True, slots=True)
class FormulaPiece:
    """A formula taken out: its LaTeX, as it was written with delimiters, and whether it stands in a line."""

    latex: str
    written: str
    inline: bool


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A block of code taken out, with its language (may be empty)."""

    code: str
    language: str


@dataclass(slots=True)
class Prepared:
    """Markdown with tokens, and what each stands for; ``token`` finds them."""

    text: str
    token: re.Pattern[str]
    pieces: dict[str, FormulaPiece | CodeBlock] = field(default_factory=dict)


def prepare(text: str) -> Prepared:
    """Take formulas and fenced code out of Markdown and set its lists right. Time is linear in the length."""
    text = fence_code(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    text = text.replace("\0", "\ufffd").replace("\x02", " ").replace("\x03", " ")  # Python-Markdown's own marks
    key = f"kb{secrets.token_hex(6)}"
    prepared = Prepared("", re.compile(rf"{key}x(\d+)x"))

    def keep(piece: FormulaPiece | CodeBlock) -> str:
        token = f"{key}x{len(prepared.pieces)}x"
        prepared.pieces[token] = piece
        return token

    text = _without_formulas(text, keep)
    prepared.text = "\n".join(_relisted(_without_fences(text.split("\n"), keep, prepared)))
    return prepared


def _without_formulas(text: str, keep: object) -> str:
    assert callable(keep)
    source = text.encode("utf-8", "replace")
    out: list[bytes] = []
    end = 0
    for formula in find_formulas(source):
        latex = source[formula.latex_start : formula.latex_end].decode()
        written = source[formula.start : formula.end].decode()
        out.append(source[end : formula.start])
        token: str = keep(FormulaPiece(latex, written, formula.inline))
        out.append(token.encode())
        end = formula.end
    out.append(source[end:])
    return b"".join(out).decode()


def _without_fences(lines: Iterable[str], keep: object, prepared: Prepared) -> Iterable[str]:
    """Lines with each block of fenced code as a token in a paragraph of its own."""
    assert callable(keep)
    fence, margin, language = "", 0, ""
    code: list[str] = []
    indent = ""
    for line in lines:
        if fence:
            stripped = line.strip()
            if stripped.startswith(fence) and not stripped.strip(fence[0]):
                yield from ("", indent + keep(CodeBlock(_restored(code, prepared), language)), "")
                fence = ""
            else:
                code.append(line[min(margin, len(line) - len(line.lstrip(" "))) :])
            continue
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if match is None:
            yield line
            continue
        marker = match[2] or ""
        fence, margin, code = match[3], len(match[1]) + len(marker), []
        word = _LANGUAGE.match(match[4])
        language = word[1] if word else ""
        indent = " " * margin
        if marker:
            yield match[1] + marker + "\u200b"
    if fence:
        yield from ("", indent + keep(CodeBlock(_restored(code, prepared), language)), "")


def _restored(lines: list[str], prepared: Prepared) -> str:
    """Code with any formula that was taken out of it by mistake put back."""
    code = "\n".join(lines)

    def written(match: re.Match[str]) -> str:
        piece = prepared.pieces.get(match[0])
        return piece.written if isinstance(piece, FormulaPiece) else match[0]

    return prepared.token.sub(written, code)


def _relisted(lines: Iterable[str]) -> Iterable[str]:
    """Lines with lists indented by four a level and a blank line before each list."""
    open_: list[int] = []  # for each open list, the column where its items' text begins
    kinds: list[bool] = []  # for each level met, whether its last list is numbered
    blank, paragraph, loose = True, False, False  # loose: the open item has several blocks
    for line in lines:
        if not line.strip():
            blank, paragraph = True, False
            loose = bool(open_)
            yield ""
            continue
        indent = len(line) - len(line.lstrip(" "))
        item = None if _RULE.match(line) else _ITEM.match(line)
        if item and indent - (open_[-1] if open_ else 0) < 4:
            while open_ and indent < open_[-1]:
                open_.pop()
            level = len(open_)
            if paragraph and level == 0 and item[2] not in "-*+" and item[2][:-1] != "1":
                yield line  # a number that happens to begin a line of a paragraph
                continue
            numbered = item[2] not in "-*+"
            same_list = kinds[level : level + 1] == [numbered]
            kinds[level:] = [numbered]
            if paragraph or ((loose or (open_ and not same_list) or (level == 0 and not same_list)) and not blank):
                yield ""
            loose = False
            marker = item[2][:-1] + "." if numbered else item[2]
            gap = len(item[3]) if 0 < len(item[3]) <= 4 else 1
            open_.append(indent + len(item[2]) + gap)
            yield f"{'    ' * level}{marker} {item[4].lstrip()}"
            blank, paragraph = False, False
            continue
        if open_ and blank:
            while open_ and indent < open_[-1]:
                open_.pop()
        elif open_ and _BREAKER.match(line) and indent < open_[-1]:
            open_.clear()
            yield ""
        if open_:
            yield "    " * len(open_) + " " * max(indent - open_[-1], 0) + line.lstrip(" ")
        else:
            yield line
            paragraph = not _BREAKER.match(line)
        blank = False
