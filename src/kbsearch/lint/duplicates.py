"""Posts that are nearly the same: MinHash over shingles.

A text's *shingles* are its stretches of eight letters, the text being folded and reduced to letters and digits first.
The *resemblance* of two texts is the share of their shingles that both have, their *containment* the share of the
smaller one's (Broder 1997, "On the resemblance and containment of documents").

To find candidates without comparing each with each, a text is reduced to 128 numbers: shingles are hashed once, the
hash's first bits name one of 128 bins, and the least hash of each bin is kept (one permutation hashing; Li, Owen &
Zhang 2012). Two texts agree in a bin with a probability near their resemblance. Bins are taken four at a time: texts
that agree in all four of any of the 32 bands are candidates (locality-sensitive hashing; Indyk & Motwani 1998); at a
resemblance of 0.7 that is all but one in a thousand. Candidates are then compared exactly.

Making the numbers takes time linear in the text. Of texts that agree in a band each is compared with the one before it
alone, so the number of candidates is linear in the number of posts, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes: TypeAlias = NDArray[np.uint64]

__all__ = ["Duplicate", "DuplicateFinder"]

_SHINGLE = 8  # letters: some five Chinese words, two English ones
_BINS = 128
_BAND = 4  # bins that must agree
_BIN_SHIFT = 64 - 7  # the first seven bits of a hash name its bin
_RESEMBLANCE = 0.85
_SHORT = 500  # shingles; shorter texts differ in a word or two and are still of two things
_SHORT_RESEMBLANCE = 0.95
_CONTAINMENT = 0.97  # or this much of the smaller text is in the other,
_LEAST_RESEMBLANCE = 0.6  # which is not much longer
_LEAST_SHINGLES = 40  # less is a stub
_ESTIMATE_ERROR = 0.15  # four standard deviations of an estimate from 128 bins
_FACTOR, _MIX = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
_NOT_LETTERS = re.compile(r"[\W_]+")


class Duplicate(NamedTuple):
    """Two posts that are nearly the same: their numbers, the first one added first, and the share they have in common.

    ``share`` is the resemblance, or the containment if that is what tells.
    """

    first: int
    second: int
    share: float


class DuplicateFinder:
    """Finds near-duplicates among folded texts, which are added one by one and not kept."""

    def __init__(self) -> None:
        self._sketches: list[Hashes] = []
        self._numbers: list[int] = []

    def add(self, number: int, text: str) -> None:
        """Add a text under a number."""
        hashes = _shingles(text)
        if len(hashes) >= _LEAST_SHINGLES:
            self._sketches.append(_sketch(hashes))
            self._numbers.append(number)

    def duplicates(self, text_of: Callable[[int], str]) -> list[Duplicate]:
        """All pairs of near-duplicates among the candidates, by number.

        Args:
            text_of: gives a text again; asked for candidates only.
        """
        import numpy as np

        if not self._sketches:
            return []
        sketches = np.stack(self._sketches)
        found: list[Duplicate] = []
        for first, second in sorted(set(_candidates(sketches))):
            if float((sketches[first] == sketches[second]).mean()) >= _LEAST_RESEMBLANCE - _ESTIMATE_ERROR:
                one, other = self._numbers[first], self._numbers[second]
                share = _common_share(np.unique(_shingles(text_of(one))), np.unique(_shingles(text_of(other))))
                if share:
                    found.append(Duplicate(one, other, share))
        return found


def _shingles(text: str) -> Hashes:
    """A hash of each stretch of letters."""
    import numpy as np

    letters = _NOT_LETTERS.sub("", text)
    codes = np.frombuffer(letters.encode("utf-32-le", "replace"), "<u4").astype(np.uint64)
    count = len(codes) - _SHINGLE + 1
    if count <= 0:
        return np.empty(0, np.uint64)
    hashes = np.zeros(count, np.uint64)
    for place in range(_SHINGLE):
        hashes *= np.uint64(_FACTOR)
        hashes += codes[place : place + count]
    hashes ^= hashes >> np.uint64(31)
    hashes *= np.uint64(_MIX)
    hashes ^= hashes >> np.uint64(29)
    return hashes


def _sketch(hashes: Hashes) -> Hashes:
    """The least hash of each bin; all ones where there is none."""
    import numpy as np

    least = np.full(_BINS, np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(least, (hashes >> np.uint64(_BIN_SHIFT)).astype(np.intp), hashes)
    return least


def _candidates(sketches: Hashes) -> Iterator[tuple[int, int]]:
    """Rows that agree in a band, each with the row before it that does; the earlier row first."""
    import numpy as np

    empty = np.iinfo(np.uint64).max
    for start in range(0, _BINS, _BAND):
        band = sketches[:, start : start + _BAND]
        keys = np.zeros(len(band), np.uint64)
        for column in range(_BAND):
            keys = (keys ^ band[:, column]) * np.uint64(_FACTOR)
        rows = np.flatnonzero((band != empty).any(axis=1))
        order = rows[np.argsort(keys[rows], kind="stable")]
        same = keys[order[1:]] == keys[order[:-1]]
        yield from zip(order[:-1][same].tolist(), order[1:][same].tolist(), strict=True)


def _common_share(one: Hashes, other: Hashes) -> float:
    """What two texts have in common, if they are near-duplicates; else 0."""
    import numpy as np

    common = len(np.intersect1d(one, other, assume_unique=True))
    resemblance = common / max(len(one) + len(other) - common, 1)
    smaller = max(min(len(one), len(other)), 1)
    if resemblance >= (_SHORT_RESEMBLANCE if smaller < _SHORT else _RESEMBLANCE):
        return resemblance
    if smaller >= _SHORT and resemblance >= _LEAST_RESEMBLANCE and common / smaller >= _CONTAINMENT:
        return common / smaller
    return 0.0
