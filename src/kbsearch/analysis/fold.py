"""Folding: one character to one character, so that variants of a word are the same word and offsets do not move.

Full width becomes half width (ＧＰＴ４ → GPT4), Traditional becomes Simplified (機器學習 → 机器学习), capital letters
become small. Chinese punctuation stays. The table is made by scripts/make_fold_table.py from OpenCC's single-character
mappings (Apache-2.0, see data/NOTICE) and Unicode's compatibility forms.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["fold", "folds_plainly", "narrow", "variants"]

_TABLE = Path(__file__).parent / "data" / "fold.txt"
_SHORT = 200  # code points: up to here, the table is faster than the pattern
_LONG = 300_000  # up to here, the table is faster than compiling the pattern (10 ms) and using it once
_FEW = 12  # different characters to replace one after another; from there on, one pass with the table is faster


def fold(text: str) -> str:
    """The text in the form in which it is compared; as long as ``text``, and folding again changes nothing."""
    return narrow(text).lower()


def narrow(text: str) -> str:
    """Like :func:`fold`, but capital letters stay: they show where the words of an identifier begin."""
    if text.isascii():
        return text
    compiled = _folding_characters.cache_info().currsize
    if len(text) <= (_SHORT if compiled else _LONG):
        return text.translate(_table())
    found = set(_folding_characters().findall(text))
    if len(found) > _FEW:
        return text.translate(_table())
    for char in found:
        text = text.replace(char, _table().get(ord(char), char))
    return text


def folds_plainly(text: str) -> bool:
    """Whether folding changes nothing but letter case, so that ``text.lower()`` does it."""
    return text.isascii() or not _folding_characters().search(text)


def variants(char: str) -> str:
    """All characters that fold to ``char``, itself first, the others in code-point order."""
    return char + _variants().get(char, "")


def _characters() -> tuple[str, str]:
    sources, targets = _TABLE.read_text(encoding="utf-8").splitlines()
    return sources, targets


@cache
def _table() -> dict[int, str]:
    sources, targets = _characters()
    return dict(zip(map(ord, sources), targets, strict=True))


@cache
def _folding_characters() -> re.Pattern[str]:
    """Matches every character that folds (and some rare ones that do not)."""
    sources, _ = _characters()
    ranges: list[list[int]] = [[0x10400, 0x1E943]]  # one range for what lies beyond U+FFFF, as several would be slow
    for code in map(ord, sources):
        if ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        elif code <= 0xFFFF:
            ranges.append([code, code])
    return re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges) + "]")


@cache
def _variants() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for source in (*map(chr, range(0x250)), *_characters()[0], *map(chr, range(0x370, 0x590))):
        found.setdefault(fold(source), set()).add(source)
    return {target: "".join(sorted(sources - {target})) for target, sources in found.items()}
