"""The index's words with their document frequencies, the most frequent first, in a form that is quick to search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from kbsearch.han import FIRST, LAST

__all__ = ["HAN_CODES", "HAN_FIRST", "MAX_HAN_LENGTH", "HanWords", "Vocabulary"]

HAN_FIRST = ord(FIRST)  # a Han code is a code point from here on …
HAN_CODES = ord(LAST) + 1 - HAN_FIRST  # … and this many are told apart
MAX_HAN_LENGTH = 8  # characters; longer words are found through their parts
_MAX_TERMS = 500_000
_MAX_TERM_LENGTH = 64  # characters; longer ones are no words anybody types
_LEAST_TOTAL = 100_000.0  # a small index is no sign that the words it lacks are rare


@dataclass(frozen=True, slots=True)
class HanWords:
    """The words of one length that consist of Han characters: rank of each, and Han codes by position."""

    ranks: NDArray[np.int32]
    columns: NDArray[np.uint16]


class Vocabulary:
    """Words and their document frequencies. A word's *rank* is its place by frequency, from 0.

    Args:
        text: the words in order of rank, with a newline before each and one at the end.
        frequencies: their document frequencies.
    """

    def __init__(self, text: str, frequencies: NDArray[np.uint32]) -> None:
        self._text = text
        self.frequencies = frequencies
        self.total = max(float(frequencies.sum()), _LEAST_TOTAL)

    @classmethod
    def of(cls, *fields: Iterable[tuple[str, int]]) -> Vocabulary:
        """Collect the words of an index's fields; one that several have counts with its greatest frequency.

        At most 500,000 are kept, the most frequent; words of over 64 characters are left out, and so is what no
        query can contain (line breaks, lone surrogates).

        Args:
            fields: of each its words with their document frequencies, each word once. The first is taken over fastest.
        """
        first, *others = fields
        best = dict(first)
        get = best.get
        for word, frequency in chain.from_iterable(others):
            if get(word, 0) < frequency:
                best[word] = frequency
        best.pop("", None)
        joined = "\n".join(best)
        if (
            joined.count("\n") >= max(len(best), 1)
            or _unencodable(joined)
            or max(map(len, best), default=0) > _MAX_TERM_LENGTH
        ):
            best = {word: frequency for word, frequency in best.items() if _usable(word)}
        words = list(best)
        numbers = np.fromiter(best.values(), np.int64, len(best))
        order = np.argsort(-numbers, kind="stable")[:_MAX_TERMS]
        ranked = [words[index] for index in order.tolist()]
        text = "\n".join(("", *ranked, "")) if ranked else "\n"
        return cls(text, np.minimum(numbers[order], 0xFFFFFFFF).astype(np.uint32))

    def __len__(self) -> int:
        return len(self.frequencies)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Words with their frequencies, the most frequent first."""
        return zip(self._text[1:-1].split("\n") if len(self) else (), self.frequencies.tolist(), strict=True)

    def word(self, rank: int) -> str:
        """The word of a rank."""
        start = int(self._starts[rank])
        return self._text[start : start + int(self.lengths[rank])]

    def entry(self, rank: int) -> tuple[str, int]:
        """The word of a rank and its document frequency."""
        return self.word(rank), int(self.frequencies[rank])

    def frequency(self, word: str) -> int:
        """Number of posts that have the word; 0 if it is not known."""
        place = -1 if "\n" in word or not word else self._text.find(f"\n{word}\n")
        return 0 if place < 0 else int(self.frequencies[self._rank_at(place + 1)])

    def containing(self, fragment: str, limit: int = 10) -> list[tuple[str, int]]:
        """Words that contain a fragment, the most frequent first, with their frequencies.

        One scan of the text at most, however many words match.
        """
        found: list[tuple[str, int]] = []
        place = 0
        while fragment and "\n" not in fragment and len(found) < limit:
            place = self._text.find(fragment, place)
            if place < 0:
                break
            rank = self._rank_at(place)
            found.append(self.entry(rank))
            place = int(self._starts[rank] + self.lengths[rank])
        return found

    def _rank_at(self, offset: int) -> int:
        return int(np.searchsorted(self._starts, offset, "right")) - 1

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """The code points of the text."""
        return np.frombuffer(self._text.encode("utf-32-le"), "<u4")

    @cached_property
    def _breaks(self) -> NDArray[np.int32]:
        return np.flatnonzero(self.codes == 10).astype(np.int32)

    @cached_property
    def _starts(self) -> NDArray[np.int32]:
        return self._breaks[:-1] + np.int32(1)

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Length of each word, in code points."""
        return np.diff(self._breaks) - np.int32(1)

    @cached_property
    def _is_han(self) -> NDArray[np.bool_]:
        codes = self.codes
        han = ((codes >= HAN_FIRST) & (codes < HAN_FIRST + HAN_CODES)) | (codes == 10)
        return np.logical_and.reduceat(han, self._breaks[:-1]) if len(self) else np.zeros(0, np.bool_)

    @cached_property
    def _signatures(self) -> NDArray[np.uint64]:
        """For each word, a bit for every character in it (code point modulo 64)."""
        bits = np.uint64(1) << (self.codes & np.uint32(63)).astype(np.uint64)
        return np.bitwise_or.reduceat(bits, self._breaks[:-1]) if len(self) else np.zeros(0, np.uint64)

    @cached_property
    def _han(self) -> dict[int, HanWords]:
        return {}

    def han_words(self, length: int) -> HanWords:
        """All words of this many Han characters."""
        known = self._han.get(length)
        if known is None:
            ranks = np.flatnonzero(self._is_han & (self.lengths == length)).astype(np.int32)
            places = self._starts[ranks] + np.arange(length, dtype=np.int32)[:, None]
            known = self._han[length] = HanWords(ranks, (self.codes[places] - HAN_FIRST).astype(np.uint16))
        return known

    def similar(self, word: str, edits: int) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
        """Words without Han characters that may be within so many edits of ``word``, as ranks and code points.

        Those differing in more characters, or in length, than the edits could explain are left out. The code points
        come as one row per position, ``len(word) + edits`` of them, zeros after a word's end.
        """
        signature = np.uint64(sum(1 << (code & 63) for code in {10, *map(ord, word)}) & 0xFFFFFFFFFFFFFFFF)
        fits = (np.abs(self.lengths - len(word)) <= edits) & ~self._is_han
        ranks = np.flatnonzero(fits).astype(np.int32)
        ranks = ranks[_bit_counts(self._signatures[ranks] ^ signature) <= 2 * edits]
        positions = np.arange(len(word) + edits, dtype=np.int32)[:, None]
        places = np.minimum(self._starts[ranks] + positions, len(self.codes) - 1)
        return ranks, np.where(positions < self.lengths[ranks], self.codes[places], np.uint32(0))


def _usable(word: str) -> bool:
    return 0 < len(word) <= _MAX_TERM_LENGTH and "\n" not in word and not _unencodable(word)


def _unencodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _bit_counts(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Number of bits set in each value (adding neighbours pairwise, then in fours, then in bytes)."""
    two, four, eight = (np.uint64(n) for n in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F))
    values = values - ((values >> np.uint64(1)) & two)
    values = (values & four) + ((values >> np.uint64(2)) & four)
    values = (values + (values >> np.uint64(4))) & eight
    return (values * np.uint64(0x0101010101010101)) >> np.uint64(56)
