"""Writing to a terminal: columns instead of characters, no control characters from posts, colour only where wanted."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

__all__ = ["colour_wanted", "columns", "marked", "padded", "paint", "safe", "truncate", "width_of_terminal", "wrap"]

Style = tuple[str, ...]
_CODES = {"bold": "1", "dim": "2", "underline": "4", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
_CLOSING = "，。、；：！？）】》」』”’…,.;:!?)]}"
_OPENING = "（《「『【〈“‘([{"
_BIDI = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def safe(text: str) -> str:
    """Text without control, escape and direction-changing characters; line ends and tabs become spaces."""
    if text.isprintable() and not _BIDI.intersection(text):
        return text
    return "".join(_safe_char(char) for char in text)


def _safe_char(char: str) -> str:
    if char in "\n\t\r\v\f\u2028\u2029\u00a0":
        return " "
    return "" if char in _BIDI or unicodedata.category(char) in ("Cc", "Cs") else char


@lru_cache(maxsize=4096)
def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def columns(text: str) -> int:
    """How many terminal columns the text takes; wide characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_width, text))


def padded(text: str, width: int) -> str:
    """The text with spaces after it, so that it takes at least ``width`` columns."""
    return text + " " * (width - columns(text))


def truncate(text: str, width: int) -> str:
    """The text cut to at most ``width`` columns, with an ellipsis if something was cut."""
    if columns(text) <= width:
        return text
    used, end = 1, 0
    for end, char in enumerate(text):  # noqa: B007
        used += _width(char)
        if used > width:
            break
    return text[:end].rstrip() + "…"


def colour_wanted() -> bool:
    """Whether standard output is a terminal that may be coloured (``NO_COLOR`` says no, ``FORCE_COLOR`` yes)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width_of_terminal() -> int:
    """Columns to write in: the terminal's, at most 100, or 80 in a pipe."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return 80
    import shutil  # takes its time

    return min(shutil.get_terminal_size((80, 24)).columns, 100)


def paint(text: str, *styles: str, colour: bool) -> str:
    """The text in the given styles, if colour is wanted."""
    if not colour or not text or not styles:
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """An excerpt as pieces of safe text, each with whether it matches."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in ranges:
        pieces.append((safe(text[at:start]), False))
        pieces.append((safe(text[start:end]), True))
        at = end
    pieces.append((safe(text[at:]), False))
    return [piece for piece in pieces if piece[0]]


def wrap(pieces: Iterable[tuple[str, bool]], width: int, styles: Style, *, colour: bool) -> list[str]:
    """Lines of at most ``width`` columns; the pieces flagged true are painted in ``styles``.

    Han text breaks between any two characters, but not before closing punctuation; Latin text at spaces.
    """
    chars = [(char, flag) for text, flag in pieces for char in text]
    lines: list[str] = []
    start = 0
    while start < len(chars):
        end, used, last_break = start, 0, 0
        while end < len(chars):
            used += _width(chars[end][0])
            if used > width and end > start:
                break
            end += 1
            if end < len(chars) and _may_break(chars[end - 1][0], chars[end][0]):
                last_break = end
        if end < len(chars) and last_break > start:
            end = last_break
        lines.append(_painted(chars[start:end], styles, colour=colour))
        start = end
        while start < len(chars) and chars[start][0] == " ":
            start += 1
    return lines


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING:
        return False
    return before == " " or _width(before) == 2 or _width(after) == 2


def _painted(chars: list[tuple[str, bool]], styles: Style, *, colour: bool) -> str:
    out: list[str] = []
    at = 0
    while at < len(chars):
        flag, end = chars[at][1], at
        while end < len(chars) and chars[end][1] == flag:
            end += 1
        text = "".join(char for char, _ in chars[at:end])
        out.append(paint(text, *styles, colour=colour) if flag else text)
        at = end
    return "".join(out).rstrip()
