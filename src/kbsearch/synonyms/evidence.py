"""What a pair from a post is worth: which names it equates, and whether that alone is proof.

Proof that two names mean the same comes from the names themselves: each English word has its rendering in the Chinese
name and little is left over (:mod:`kbsearch.synonyms.lexicon`), the abbreviation has the phrase's initials, or the
author wrote both into a glossary. That also settles where a name begins in running text. What cannot be proved so may
still be shown by several posts agreeing (:mod:`kbsearch.synonyms.table`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from kbsearch.analysis.fold import fold
from kbsearch.han import has_han
from kbsearch.synonyms.lexicon import align
from kbsearch.synonyms.names import is_abbreviation, usable_name
from kbsearch.synonyms.pair import Pair

__all__ = ["fits", "judge", "possible_names"]

_SHORTEST = 2  # code points of a Han name
_MAX_BARE = 0.2  # share of a Chinese name that may be left without an English counterpart


def judge(pair: Pair) -> Pair:
    """The pair as proved, with its left name whole, if it proves that its names mean the same; else as it was."""
    name = _proved_name(pair)
    return replace(pair, left=name, breaks=(), proved=True) if name else pair


def _proved_name(pair: Pair) -> str:
    """The left name of a proved pair, otherwise empty."""
    left_han, right_han = has_han(pair.left), has_han(pair.right)
    if pair.kind == "table":
        return pair.left
    if pair.kind == "initials":
        return pair.left if is_abbreviation(pair.right) else ""
    if left_han == right_han:
        return pair.left if left_han and _same_in_han(pair) else ""
    for name in possible_names(pair):
        if fits(pair.right, name) if left_han else fits(name, pair.right):
            return name
    return pair.left if pair.kind == "names" and _plausible_names(pair) else ""


def possible_names(pair: Pair, *, anywhere: bool = False) -> Iterator[str]:
    """The left name from each place where it may begin, longest first.

    Unless ``anywhere`` it does not begin after a Han word of one character: that belongs to the name more often than
    not (过|拟合, 分|代|回收).
    """
    before = -_SHORTEST
    for start in (0, *pair.breaks):
        name = pair.left[start:].strip()
        if (anywhere or start - before > 1) and len(name) >= _SHORTEST and usable_name(name):
            yield name
        before = start if has_han(pair.left[start]) else before


@lru_cache(maxsize=65_536)
def fits(latin: str, han: str) -> bool:
    """Whether a Chinese name renders an English one word by word, from its beginning and with little left over."""
    han = "".join(fold(han).split())
    found = align(latin, han)
    return found.start == 0 and not found.missing and found.bare <= _MAX_BARE * len(han)


def _plausible_names(pair: Pair) -> bool:
    """Three names at once, not all words known: do lengths agree, and is the beginning sure?"""
    if not has_han(pair.left) or is_abbreviation(pair.right):
        return False
    han = "".join(fold(pair.left).split())
    found = align(pair.right, han)
    unknown = max(found.start, 0) + found.bare  # characters for the missing words
    if not found.missing * 2 <= found.words <= len(han) <= 3 * found.words + 1:
        return False
    if not found.missing <= unknown <= 3 * found.missing + 1:
        return False
    return pair.edge == "hard" or (pair.edge == "cut" and found.start == 0)


def _same_in_han(pair: Pair) -> bool:
    """召回率，又称查全率: the same last character; 北京大学，简称北大: characters of the longer name in order."""
    left, right = fold(pair.left), fold(pair.right)
    if pair.edge != "hard" or min(len(left), len(right)) < _SHORTEST or left in right or right in left:
        return False
    if pair.kind == "short":
        rest = iter(left)
        return left[0] == right[0] and all(char in rest for char in right)
    return pair.kind == "cue" and left[-1] == right[-1] and abs(len(left) - len(right)) <= 2
