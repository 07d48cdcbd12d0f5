"""Han characters in short texts, told apart without regular expressions: sets of so many characters take milliseconds
to compile, and every query would need them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

__all__ = ["FIRST", "LAST", "has_han", "runs"]

FIRST, LAST = "\u3400", "\u9fff"  # the basic block and extension A


def has_han(text: str) -> bool:
    """Whether a text has Han characters."""
    return not text.isascii() and any(FIRST <= character <= LAST for character in text)


def runs(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each run of Han characters (true), and of each run of other letters and digits (false)."""
    at = start
    for kind, run in groupby(text[start:end], _is_han):
        begin, at = at, at + sum(1 for _ in run)
        if kind is not None:
            yield begin, at, kind


def _is_han(character: str) -> bool | None:
    """``None`` for what is no letter or digit."""
    if FIRST <= character <= LAST:
        return True
    return False if character.isalnum() else None
