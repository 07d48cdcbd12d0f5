"""How Han characters are read, and which characters a spelling in pinyin can stand for.

The table (data/pinyin.txt) is read on first use, in a few milliseconds. A set of characters is an array of truth
values indexed by Han code (see :mod:`~kbsearch.correction.vocabulary`), the form in which words are matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kbsearch.correction.vocabulary import HAN_CODES, HAN_FIRST

__all__ = ["Characters", "Pinyin", "pinyin"]

Characters = NDArray[np.bool_]

_MAX_SYLLABLE = 6  # letters: zhuang
# What speakers of southern accents mix up, in sound and so in typing.
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f"))
_NEAR_END = re.compile(r"(?<=[aei])ng$")
_CACHED_SETS = 256  # of 27 kB each


class Pinyin:
    """The readings of characters and the characters of readings.

    Args:
        table: lines of a syllable, the characters usually read so, and those also read so; parted by tabs.
    """

    def __init__(self, table: str) -> None:
        self._usual: dict[str, str] = {}
        self._all: dict[str, str] = {}
        for line in table.splitlines():
            if not line.startswith("#"):
                syllable, usual, other = line.split("\t")
                self._usual[syllable] = usual
                self._all[syllable] = usual + other
        self._set = lru_cache(_CACHED_SETS)(self._make_set)

    @cached_property
    def _syllables_of(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for part in (self._usual, {s: text[len(self._usual[s]) :] for s, text in self._all.items()}):
            for syllable, characters in part.items():
                for character in characters:
                    found[character] = (*found.get(character, ()), syllable)
        return found

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        families: dict[str, list[str]] = {}
        for syllable in self._all:
            families.setdefault(_family(syllable), []).append(syllable)
        return families

    def syllables(self, character: str) -> tuple[str, ...]:
        """How a character is read, the usual reading first; nothing for what is no Han character."""
        return self._syllables_of.get(character, ())

    def is_syllable(self, letters: str) -> bool:
        """Whether the letters are one syllable (``ü`` written ``v``)."""
        return letters in self._all

    def spelled(self, text: str, start: int, end: int) -> Iterator[int]:
        """Where a syllable that begins at ``start`` of the text may end; at most six letters on."""
        for stop in range(start + 1, min(end, start + _MAX_SYLLABLE) + 1):
            if text[start:stop] in self._all:
                yield stop

    def is_spelling(self, text: str) -> bool:
        """Whether the whole text can be cut into syllables; linear time."""
        reached = [False] * (len(text) + 1)
        reached[0] = True
        for start in range(len(text)):
            if reached[start]:
                for stop in self.spelled(text, start, len(text)):
                    reached[stop] = True
        return reached[-1]

    def usual(self, syllable: str) -> Characters:
        """Characters that are usually read so."""
        return self._set("usual", syllable)

    def sounding(self, syllable: str) -> Characters:
        """Characters that can be read so."""
        return self._set("all", syllable)

    def near(self, syllable: str) -> Characters:
        """Characters that can be read so, or nearly so: zh/z, ch/c, sh/s, n/l, f/h, ang/an, eng/en, ing/in."""
        return self._set("near", _family(syllable))

    def beginning(self, initial: str) -> Characters:
        """Characters with a reading that begins with these letters."""
        return self._set("initial", initial)

    def homophones(self, character: str) -> Characters:
        """Characters that share a reading with this one."""
        return _union(self.sounding(syllable) for syllable in self.syllables(character))

    def near_homophones(self, character: str) -> Characters:
        """Characters that share a reading with this one, or nearly so."""
        return _union(self.near(syllable) for syllable in self.syllables(character))

    def _make_set(self, kind: str, letters: str) -> Characters:
        if kind == "usual":
            text = self._usual.get(letters, "")
        elif kind == "all":
            text = self._all.get(letters, "")
        elif kind == "near":
            text = "".join(self._all[syllable] for syllable in self._families.get(letters, ()))
        else:
            text = "".join(self._all[syllable] for syllable in self._all if syllable.startswith(letters))
        found = np.zeros(HAN_CODES, np.bool_)
        found[np.frombuffer(text.encode("utf-16-le"), "<u2") - HAN_FIRST] = True
        return found


def _family(syllable: str) -> str:
    """What syllables that are easily mixed up have in common."""
    for written, heard in _NEAR:
        if syllable.startswith(written):
            syllable = heard + syllable[len(written) :]
            break
    return _NEAR_END.sub("n", syllable)


def _union(sets: Iterable[Characters]) -> Characters:
    found = np.zeros(HAN_CODES, np.bool_)
    for characters in sets:
        found |= characters
    return found


@lru_cache(1)
def pinyin() -> Pinyin:
    """The table that comes with kbsearch."""
    return Pinyin((files("kbsearch.correction") / "data" / "pinyin.txt").read_text("utf-8"))
