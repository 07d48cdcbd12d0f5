"""The Chinese dictionary: words with frequencies, looked up in a sorted text file without loading it.

``data/words.txt`` holds jieba's words (made by scripts/make_word_list.py). It is mapped into memory and bisected, so
that a query pays for the few words it looks at: 0.03 ms per character, against 200 ms and more for loading the whole.
The file comes with the package, 4.2 MB (1.7 in the wheel): made at first use instead, it would cost half a second once
per user and would have to be kept, and trusted, in a cache folder.
"""

from __future__ import annotations

import mmap
from functools import cache
from math import log
from pathlib import Path

from kbsearch.errors import ConfigError

__all__ = ["WORDS_VERSION", "Dictionary"]

WORDS_VERSION = "jieba-0.42.1"  # names the contents of words.txt in the analyzer's identity
_WORDS = Path(__file__).parent / "data" / "words.txt"
_MAX_REMEMBERED = 200_000  # pairs of characters whose words are kept; about 30 MB

# Lengths of words, and the words with the natural logarithms of their frequencies.
Entry = tuple[tuple[int, ...], dict[str, float]]


class Dictionary:
    """Words of Han characters and how frequent they are.

    Attributes:
        total: sum of all frequencies.
        added: words added, with their frequencies, in order.

    Raises:
        ConfigError: (by any method) the word list that came with the package is damaged.
    """

    def __init__(self) -> None:
        self._words = _word_list()
        self._starting: dict[str, Entry] = {}
        self.total = self._words.total
        self.added: dict[str, int] = {}
        self._added_starting: dict[str, set[str]] = {}

    def starting_with(self, pair: str) -> Entry:
        """Words that the two characters can begin: the first alone, and those that begin with both.

        Args:
            pair: two characters, or one at the end of a run.
        """
        entries = self._starting.get(pair)
        if entries is None:
            if len(self._starting) >= _MAX_REMEMBERED:
                self._starting.clear()
            entries = self._starting[pair] = self._look_up(pair)
        return entries

    def frequency(self, word: str) -> int:
        """A word's frequency; 0 if it is unknown."""
        if word in self.added:
            return self.added[word]
        return self._words.starting_with(f"{word} ").get(word, 0) if word else 0

    def add(self, word: str, frequency: int) -> None:
        """Add a word, or give a known one another frequency; 0 takes it out."""
        self.total += frequency - self.frequency(word)
        self.added.pop(word, None)
        self.added[word] = frequency
        self._added_starting.setdefault(word[:2], set()).add(word)
        if len(word) == 1:
            self._starting.clear()
        else:
            self._starting.pop(word[:2], None)

    def _look_up(self, pair: str) -> Entry:
        first = pair[0]
        found = self._words.starting_with(f"{first} ")
        if len(pair) == 2:
            found.update(self._words.starting_with(pair))
            if self.added:
                found.update((word, self.added[word]) for word in self._added_starting.get(pair, ()))
        if first in self.added:
            found[first] = self.added[first]
        words = {word: log(frequency) for word, frequency in found.items() if frequency > 0}
        return tuple(sorted(set(map(len, words)))), words


class _WordList:
    """Lines ``word frequency`` in the order of their bytes, searched where they lie."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            header, _, _ = self._data[:1000].partition(b"\ntotal ")
            self._begin = self._data.find(b"\n", len(header) + 1) + 1
            self.total = int(self._data[len(header) + 7 : self._begin])
        except (OSError, ValueError) as error:
            raise _damaged(path, error) from error
        self._path = path

    def starting_with(self, prefix: str) -> dict[str, int]:
        """Words, with frequencies, whose lines begin with ``prefix``; ``"word "`` finds a whole word."""
        try:
            key = prefix.encode()
        except UnicodeEncodeError:  # half a surrogate pair is in no word
            return {}
        found: dict[str, int] = {}
        data = self._data
        at = self._bisect(key)
        while data[at : at + len(key)] == key:
            end = data.find(b"\n", at)
            end = end if end >= 0 else len(data)
            word, _, frequency = data[at:end].partition(b" ")
            try:
                found[word.decode()] = int(frequency)
            except ValueError as error:
                raise _damaged(self._path, error) from error
            at = end + 1
        return found

    def _bisect(self, key: bytes) -> int:
        """Offset of the first line that is not less than ``key``."""
        data, size = self._data, len(key)
        low, high = self._begin, len(self._data)
        while low < high:
            middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if data[middle : middle + size] < key:
                low = data.find(b"\n", middle) + 1 or high
            else:
                high = middle
        return low


@cache
def _word_list() -> _WordList:
    return _WordList(_WORDS)


def _damaged(path: Path, error: Exception) -> ConfigError:
    return ConfigError(f"{path}: the word list is missing or damaged ({error}); install kbsearch again")
