"""Synonyms for queries: which stretches of a query are names, and what else these things are called.

A query must not wait for thousands of pairs to be read, so they are kept as sorted lines (a name's key, a tab, its
equals as JSON) and looked up by binary search.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kbsearch.errors import IndexCorruptError
from kbsearch.han import runs
from kbsearch.model import Synonym
from kbsearch.synonyms.names import joined_key, name_key
from kbsearch.synonyms.user_pairs import UserPairs
from kbsearch.values import value

if TYPE_CHECKING:
    from kbsearch.synonyms.table import PairTable

__all__ = ["Equal", "Match", "Thesaurus", "compile_thesaurus"]

_OWN_WEIGHT = 0.8  # the user's own pairs
_WEIGHT = 0.5  # pairs that several posts give, or a glossary, or three names at once
_ONCE_WEIGHT = 0.4  # a pair that one post gives
_MAX_EQUALS = 3  # mined names for one name; the user's own all count
_MAX_NAME_ATOMS = 20  # Han characters and words of a name
_MAX_QUERY_ATOMS = 256  # those of a query that are looked at
_SURE_LENGTH = 4  # Han characters from which a name need not begin and end where the query's words do
_Row = tuple[str, str, float, int, str]  # the name, the other name, weight, number of posts, place


@value
class Equal:
    """Another name: how much a match of it counts beside one of the query's own words (0 to 1), and who says so."""

    name: str
    weight: float
    evidence: Synonym


@value
class Match:
    """A stretch of a query (code points, end-exclusive) that is a name, with other names, the best first."""

    start: int
    end: int
    equals: tuple[Equal, ...]


def compile_thesaurus(table: PairTable) -> bytes:
    """The pairs used without asking, in the form in which :class:`Thesaurus` looks names up."""
    rows: dict[str, list[_Row]] = {}
    for pair in table.auto:
        source = f"{pair.sources[0].post}: {pair.sources[0].excerpt}" if pair.sources else ""
        weight = _WEIGHT if pair.count > 1 or pair.kind in ("table", "names") else _ONCE_WEIGHT
        for name, other in ((pair.left, pair.right), (pair.right, pair.left)):
            rows.setdefault(name_key(name), []).append((name, other, weight, pair.count, source))
    lines = sorted(
        key.encode("utf-8", "replace") + b"\t" + json.dumps(equals, ensure_ascii=False).encode("utf-8", "replace")
        for key, equals in rows.items()
    )
    return b"".join(line + b"\n" for line in lines)


class Thesaurus:
    """Names and their equals.

    Args:
        data: what :func:`compile_thesaurus` made.
        user: the user's own pairs; they come first, and pairs they reject are left out.
    """

    def __init__(self, data: bytes = b"", user: UserPairs | None = None) -> None:
        self._data = data
        self._user = user or UserPairs()
        self._own: dict[str, list[Equal]] = {}
        for left, right, place in self._user.same.values():
            evidence = Synonym(left, right, 0, place)
            self._own.setdefault(name_key(left), []).append(Equal(right, _OWN_WEIGHT, evidence))
            self._own.setdefault(name_key(right), []).append(Equal(left, _OWN_WEIGHT, evidence))
        self._own_starts = {atom for key in self._own for _, _, atom in islice(_atoms(key), 1)}

    def expand(self, text: str, words: Iterable[tuple[int, int]] | None = None) -> list[Match]:
        """The names in a query, from left to right, each as long as possible; none lies in another.

        Args:
            text: the folded query.
            words: start and end of each of the query's words. A short Chinese name counts only if it begins and ends
                with them (本文 is none in 中文本地化).

        Takes time proportional to the text; what comes after its first 256 words and characters is not looked at.

        Raises:
            IndexCorruptError: the thesaurus is damaged.
        """
        atoms = list(islice(_atoms(text), _MAX_QUERY_ATOMS))
        bounds = None if words is None else {place for word in words for place in word}
        matches: list[Match] = []
        at = 0
        while at < len(atoms):
            match, size = self._match_at(atoms[at : at + _MAX_NAME_ATOMS], bounds)
            if match is not None:
                matches.append(match)
            at += size
        return matches

    def equals(self, name: str) -> tuple[Equal, ...]:
        """Other names of a thing, the best first; empty if there are none."""
        return self._equals(name_key(name))

    def _match_at(self, atoms: list[tuple[int, int, str]], bounds: set[int] | None) -> tuple[Match | None, int]:
        """The longest name that begins with the first atom, and how many atoms to go on by."""
        start = atoms[0][0]
        texts = [text for _, _, text in atoms]
        for size in range(self._reach(texts), 0, -1):
            end = atoms[size - 1][1]
            if bounds is None or size >= _SURE_LENGTH or (start in bounds and end in bounds):
                equals = self._equals(joined_key(texts[:size]))
                if equals:
                    return Match(start, end, equals), size
        return None, 1

    def _reach(self, texts: list[str]) -> int:
        """How many of the atoms a name that begins with the first one may have: as long as any name goes on so."""
        if texts[0] in self._own_starts:
            return len(texts)
        reach = 1
        while reach < len(texts) and any(self._has_prefix(sep.join(texts[:reach])) for sep in ("", " ")):
            reach += 1
        return reach

    def _equals(self, key: str) -> tuple[Equal, ...]:
        own = self._own.get(key, [])
        return (*own, *self._mined(key)) if key else ()

    def _mined(self, key: str) -> list[Equal]:
        wanted = key.encode("utf-8", "replace") + b"\t"
        at = self._first_from(wanted)
        if not self._data.startswith(wanted, at):
            return []
        line = self._data[at + len(wanted) : self._data.find(b"\n", at)]
        try:
            rows: list[_Row] = [(str(n), str(o), float(w), int(c), str(p)) for n, o, w, c, p in json.loads(line)]
        except (ValueError, TypeError, RecursionError) as error:
            raise IndexCorruptError(
                f"the synonyms of {key!r} cannot be read ({error!r}); run: kbsearch check --repair"
            ) from error
        mined = []
        for name, other, weight, count, place in rows:
            keys = UserPairs.keys(name, other)
            if keys not in self._user.different and keys not in self._user.same:
                mined.append(Equal(other, weight, Synonym(name, other, count, place)))
        return mined[:_MAX_EQUALS]

    def _has_prefix(self, text: str) -> bool:
        prefix = text.encode("utf-8", "replace")
        return self._data.startswith(prefix, self._first_from(prefix))

    def _first_from(self, wanted: bytes) -> int:
        """Offset of the first line that is not smaller."""
        data, low, high = self._data, 0, len(self._data)
        while low < high:
            start = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if data[start : start + len(wanted)] < wanted:
                low = data.find(b"\n", start) + 1 or len(data)
            else:
                high = start
        return low


def _atoms(text: str) -> Iterator[tuple[int, int, str]]:
    """The Han characters and words of a text with their places; ``++`` and ``#`` belong to the word before."""
    for start, end, han in runs(text):
        if han:
            yield from ((at, at + 1, text[at]) for at in range(start, end))
        else:
            end += 2 if text.startswith("++", end) else text.startswith("#", end)
            yield start, end, text[start:end]
