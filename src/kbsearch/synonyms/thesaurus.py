"""Synonyms for queries: which stretches of a query are names, and what else these things are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kbsearch.model import Synonym
from kbsearch.synonyms.names import is_abbreviation, is_han, name_key
from kbsearch.synonyms.table import PairTable
from kbsearch.synonyms.user_pairs import UserPairs

__all__ = ["Equal", "Match", "Thesaurus"]

_OWN_WEIGHT = 0.8  # the user's own pairs
_WEIGHT = 0.5  # pairs that several posts give, or a glossary, or three names at once
_ONCE_WEIGHT = 0.4  # a pair that one post gives
_MAX_EQUALS = 3  # mined names for one name; the user's own all count
_MAX_ATOMS = 256  # Han characters and words of a query that are looked at
_SURE_LENGTH = 4  # Han characters from which a name need not begin and end where the query's words do
_ATOM = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")


@dataclass(frozen=True, slots=True)
class Equal:
    """Another name: how much a match of it counts beside one of the query's own words (0 to 1), and who says so."""

    name: str
    weight: float
    evidence: Synonym


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of a query (code points, end-exclusive) that is a name, with other names, the best first."""

    start: int
    end: int
    equals: tuple[Equal, ...]


class Thesaurus:
    """Names and their equals, from the pairs used without asking and the user's own."""

    def __init__(self, table: PairTable, user: UserPairs | None = None) -> None:
        user = user or UserPairs()
        self._equals: dict[str, list[Equal]] = {}
        self._longest = 0  # atoms of the longest name
        for left, right, place in user.same.values():
            self._add(left, right, _OWN_WEIGHT, Synonym(left, right, 0, place))
        own = {key: len(equals) for key, equals in self._equals.items()}
        for pair in table.auto:
            keys = UserPairs.keys(pair.left, pair.right)
            if keys not in user.different and keys not in user.same:
                source = f"{pair.sources[0].post}: {pair.sources[0].excerpt}" if pair.sources else ""
                weight = _WEIGHT if pair.count > 1 or pair.kind in ("table", "names") else _ONCE_WEIGHT
                self._add(pair.left, pair.right, weight, Synonym(pair.left, pair.right, pair.count, source))
        for key, equals in self._equals.items():
            del equals[own.get(key, 0) + _MAX_EQUALS :]

    def _add(self, left: str, right: str, weight: float, evidence: Synonym) -> None:
        for name, other in ((left, right), (right, left)):
            key = name_key(name)
            self._equals.setdefault(key, []).append(Equal(other, weight, evidence))
            self._longest = max(self._longest, len(_ATOM.findall(key)))

    def __len__(self) -> int:
        """Number of names."""
        return len(self._equals)

    def expand(self, text: str, words: Iterable[tuple[int, int]] | None = None) -> list[Match]:
        """The names in a query, from left to right, each as long as possible; none lies in another.

        Args:
            text: the folded query.
            words: start and end of each of the query's words. A short Chinese name counts only if it begins and ends
                with them (本文 is none in 中文本地化).

        Takes time proportional to the text; what comes after its first 256 words and characters is not looked at.
        """
        atoms = [found.span() for found, _ in zip(_ATOM.finditer(text), range(_MAX_ATOMS))]
        bounds = None if words is None else {place for word in words for place in word}
        matches: list[Match] = []
        at = 0
        while at < len(atoms):
            size = self._name_at(text, atoms, at, bounds)
            if size:
                start, end = atoms[at][0], atoms[at + size - 1][1]
                matches.append(Match(start, end, tuple(self._equals[name_key(text[start:end])])))
            at += size or 1
        return matches

    def _name_at(self, text: str, atoms: Sequence[tuple[int, int]], at: int, bounds: set[int] | None) -> int:
        """How many atoms the longest name has that begins with this one; 0 if none does."""
        for size in range(min(self._longest, len(atoms) - at), 0, -1):
            start, end = atoms[at][0], atoms[at + size - 1][1]
            if name_key(text[start:end]) in self._equals and (
                bounds is None or size >= _SURE_LENGTH or (start in bounds and end in bounds)
            ):
                return size
        return 0
