"""The words that come closest to one that does not exist: for the message that nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kbsearch.correction.pieces import is_han
from kbsearch.correction.readings import by_sound, exactly
from kbsearch.correction.typos import typos
from kbsearch.correction.vocabulary import HAN_FIRST, MAX_HAN_LENGTH, Vocabulary
from kbsearch.correction.words import Arc, Costs, Found, find_words

__all__ = ["nearest_words"]

_TWO_EDITS = 5  # letters
_MAX_LENGTH = 64  # characters: nothing is near to more


def nearest_words(vocabulary: Vocabulary, word: str, limit: int) -> list[tuple[str, int]]:
    """Words near to ``word`` (folded), the nearest first, with their document frequencies; never ``word`` itself.

    Of Han words, those of the same sound, and those of the same length that differ in one character; of others, those
    one edit away. Then words that contain the word. Then Han words contained in it, the longest first, and other words
    two edits away.
    """
    if not 2 <= len(word) <= _MAX_LENGTH:
        return []
    containing = vocabulary.containing(word, limit + 1)
    if is_han(word):
        alike = [*_same_sound(vocabulary, word), *_one_other_character(vocabulary, word, limit)]
        further = _parts(vocabulary, word)
    else:
        found = typos(vocabulary, word, 2 if len(word) >= _TWO_EDITS else 1, limit)
        alike = [typo.rank for typo in found if typo.edits == 1]
        further = [typo.rank for typo in found if typo.edits > 1]
    entries = [*map(vocabulary.entry, alike), *containing, *map(vocabulary.entry, further)]
    return [(near, count) for near, count in dict(entries).items() if near != word][:limit]


def _same_sound(vocabulary: Vocabulary, word: str) -> list[int]:
    if len(word) > MAX_HAN_LENGTH:
        return []
    whole = [found for found in _words_in(vocabulary, word, by_sound) if found.end - found.start == len(word)]
    return [found.rank for found in sorted(whole, key=lambda found: (found.cost, found.rank))]


def _one_other_character(vocabulary: Vocabulary, word: str, limit: int) -> list[int]:
    if not 3 <= len(word) <= MAX_HAN_LENGTH:  # of two characters, one is too little to be near
        return []
    words = vocabulary.han_words(len(word))
    codes = np.array([ord(character) - HAN_FIRST for character in word], np.uint16)
    alike = (words.columns == codes[:, None]).sum(axis=0)
    return [int(rank) for rank in words.ranks[alike >= len(word) - 1][: limit + 1]]


def _parts(vocabulary: Vocabulary, word: str) -> list[int]:
    parts = [found for found in _words_in(vocabulary, word, exactly) if found.end - found.start > 1]
    return [found.rank for found in sorted(parts, key=lambda found: (found.start - found.end, found.rank))]


def _words_in(vocabulary: Vocabulary, word: str, costs: Callable[[str], Costs]) -> Iterator[Found]:
    arcs = {place: [Arc(place + 1, costs(character))] for place, character in enumerate(word)}
    return find_words(vocabulary, arcs, {}, limit=5)
