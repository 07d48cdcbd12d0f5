"""Words that a typing error away from a word: Latin letters, within two edits.

An edit is a letter left out, added, changed, or swapped with its neighbour (optimal string alignment distance). How
likely an edit is, is said as a cost in nats, the negative logarithm of its probability; the figures are set by hand
after what is known of slips of the hand: swapped and doubled letters and neighbouring keys are common, a wrong first
letter is rare.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kbsearch.correction.vocabulary import Vocabulary

__all__ = ["Typo", "edit_cost", "typos"]

_MAX_LENGTH = 32
_MAX_WEIGHED = 48  # candidates whose edits are weighed, those of least edits and greatest frequency

_SWAP, _DOUBLE, _KEY, _VOWEL, _OTHER, _GAP = 4.0, 3.5, 5.0, 5.0, 6.5, 5.0
_FIRST = 1.5  # more, if the first letter is wrong
_AFFIX = 5.0  # more, if a word is taken for a piece of itself: RStudio is no slip for studio
_STEM = 3  # letters
_INFLECTIONS = frozenset(("", "s", "es", "ed", "er", "ing", "ion", "ions", "ional", "al", "ly", "ies", "ied"))
_VOWELS = frozenset("aeiouy")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {letter: (column + row / 2, row) for row, keys in enumerate(_ROWS) for column, letter in enumerate(keys)}


class Typo(NamedTuple):
    """A word that may have been meant: its rank in the vocabulary, number of edits, and their cost in nats."""

    rank: int
    edits: int
    cost: float


def typos(vocabulary: Vocabulary, word: str, edits: int, limit: int = 8) -> list[Typo]:
    """Words within so many edits of ``word``, the likeliest first; not ``word`` itself.

    No digit is edited, and no other form of the same word is given.

    Args:
        vocabulary: where to look.
        word: lower case.
        edits: 1 or 2.
        limit: how many to give back.
    """
    if not 2 <= len(word) <= _MAX_LENGTH:
        return []
    ranks, codes = vocabulary.similar(word, edits)
    distances = _distances(codes, vocabulary.lengths[ranks], [ord(letter) for letter in word], edits)
    near = np.flatnonzero((distances > 0) & (distances <= edits))
    digits = [letter for letter in word if letter.isdigit()]
    found = []
    for index in near[np.argsort(distances[near], kind="stable")].tolist():
        candidate = vocabulary.word(int(ranks[index]))
        if [letter for letter in candidate if letter.isdigit()] == digits and not _inflected(word, candidate):
            found.append(Typo(int(ranks[index]), int(distances[index]), edit_cost(word, candidate)))
            if len(found) == _MAX_WEIGHED:
                break
    found.sort(key=lambda typo: typo.cost - np.log(vocabulary.frequencies[typo.rank]))
    return found[:limit]


def _distances(codes: NDArray[np.uint32], lengths: NDArray[np.int32], word: list[int], edits: int) -> NDArray[np.uint8]:
    """Optimal string alignment distance of ``word`` to each column of ``codes``; too far is some number > edits.

    All candidates advance together through the usual table, of which only the band of ``edits`` beside the diagonal
    can matter.
    """
    width, count = codes.shape
    far = np.full(count, edits + 1, np.uint8)
    before: list[NDArray[np.uint8]] = [far] * (width + 1)
    above = [np.full(count, min(column, edits + 1), np.uint8) for column in range(width + 1)]
    for row, code in enumerate(word, 1):
        here = [far] * (width + 1)
        if row <= edits:
            here[0] = np.full(count, row, np.uint8)
        for column in range(max(1, row - edits), min(width, row + edits) + 1):
            cell = np.minimum(above[column], here[column - 1]) + np.uint8(1)
            same = codes[column - 1] == code
            np.minimum(cell, above[column - 1] + ~same, out=cell)
            if row > 1 and column > 1:
                swapped = (codes[column - 1] == word[row - 2]) & (codes[column - 2] == code)
                cell = np.where(swapped, np.minimum(cell, before[column - 2] + np.uint8(1)), cell)
            here[column] = np.minimum(cell, far)
        before, above = above, here
    return np.stack(above)[lengths, np.arange(count)]


def edit_cost(typed: str, meant: str) -> float:
    """What it costs, in nats, to take ``typed`` for ``meant``; of all ways to edit one into the other, the cheapest."""
    before: list[float] = []
    above = [column * _GAP for column in range(len(meant) + 1)]
    for row, letter in enumerate(typed, 1):
        here = [row * _GAP]
        last = typed[row - 2] if row > 1 else ""
        for column, wanted in enumerate(meant, 1):
            previous = meant[column - 2] if column > 1 else ""
            cost = above[column - 1] + _change(letter, wanted)
            cost = min(cost, above[column] + (_DOUBLE if letter == last else _GAP))
            cost = min(cost, here[column - 1] + (_DOUBLE if wanted == previous else _GAP))
            if last and previous and letter != wanted and letter == previous and last == wanted:
                cost = min(cost, before[column - 2] + _SWAP)
            here.append(cost)
        before, above = above, here
    affix = len(typed) > len(meant) and (typed.startswith(meant) or typed.endswith(meant)) and above[-1] > _DOUBLE
    return above[-1] + (_FIRST if typed[:1] != meant[:1] else 0.0) + (_AFFIX if affix else 0.0)


def _inflected(one: str, other: str) -> bool:
    """Whether the words are forms of one word, as far as their ends tell; that is the stemmer's business."""
    common = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common >= _STEM and one[common:] in _INFLECTIONS and other[common:] in _INFLECTIONS


def _change(letter: str, wanted: str) -> float:
    if letter == wanted:
        return 0.0
    if letter in _VOWELS and wanted in _VOWELS:
        return _VOWEL
    one, other = _KEYS.get(letter), _KEYS.get(wanted)
    if one and other and abs(one[0] - other[0]) <= 1.0 and abs(one[1] - other[1]) <= 1:
        return _KEY
    return _OTHER
