"""The first pass over a text: stretches of Chinese, Japanese or Korean characters, and stretches of anything else that
words are made of.

What the tokens are made of in detail is left to later steps that see each distinct token once
(:mod:`kbsearch.analysis.words`), so this pass is one regular expression of plain character classes, in linear time.
Texts are narrowed first (:func:`kbsearch.analysis.fold.narrow`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

__all__ = ["CJK_FIRST", "TOKENS", "all_han", "scripts"]

_HAN = "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3031-\u3035\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"
# Bopomofo, numbers in circles, and the scripts that Unicode has beyond.
_OTHER = (
    "\u3105-\u312f\u3192-\u3195\u31a0-\u31bf\u3220-\u3229\u3248-\u325f\u3280-\u32bf\ua000-\ua95f\ua97d-\uabff"
    "\ufb00-\ufdff\ufe20-\ufe2f\ufe70-\ufefc\U00010000-\U0001efff\U0001f100-\U0001f10c\U0001fbf0-\U0001fbf9"
)
_CJK = _HAN + _KANA + _HANGUL + _OTHER
# What words and identifiers are made of; marks between these that belong to no word are sorted out later.
_WORD = (
    r"0-9A-Za-z_.'’+#\-\u00aa\u00b2\u00b3\u00b5\u00b9\u00ba\u00bc-\u1fff\u2070-\u218f\u2460-\u249b\u24b6-\u24ff"
    r"\u2776-\u2793\u2c00-\u2dff\u2e2f"
)

CJK_FIRST = "\u3005"  # tokens at or above it are CJK, those below are not

# A stretch of word characters, or a number such as 1,234.5; a CJK stretch; or a gap between blocks.
TOKENS = re.compile(rf"[{_WORD}]+(?:(?:(?<=[0-9]),[0-9]{{3}}(?![0-9]))+(?:\.[0-9]+)?)?|[{_CJK}]+|\n\n+")

_NOT_HAN = re.compile("[^ \u4e00-\u9fff]")


def all_han(runs: str) -> bool:
    """Whether runs joined by blanks hold nothing but common Han characters."""
    return not _NOT_HAN.search(runs)


def scripts(token: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each piece of a CJK token that is written in one script, and whether that is Han.

    Kana and hangul make words of at most 64 characters; a character of any other script is a word of its own.
    """
    if all_han(token):
        yield 0, len(token), True
        return
    for match in _pieces().finditer(token):
        yield match.start(), match.end(), match.lastindex == 1


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(rf"([{_HAN}]+)|[{_KANA}]{{1,64}}|[{_HANGUL}]{{1,64}}|[^\W_]")
