"""Patterns over terms: prefixes, wildcards, fuzzy words, and names of categories, tags and paths.

Each looks through the index's own terms, from the longest literal beginning it has, and stops at fixed bounds; what
was cut is said in a warning.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, islice
from weakref import WeakKeyDictionary

from kbsearch.analysis.fold import fold
from kbsearch.engines.base import Reader
from kbsearch.language import message
from kbsearch.query.plan import Node, Or, Term

__all__ = ["Expander", "edit_distance"]

MAX_TERMS = 128  # terms that one pattern may stand for: the most frequent ones are kept
_MAX_SCANNED = 200_000  # terms looked at for one pattern
_MAX_PATTERN = 100  # code points


class Expander:
    """Expands patterns over the terms of a reader; collects warnings about what was cut."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.warnings: list[str] = []

    def prefix(self, text: str, fields: tuple[str, ...]) -> list[Term]:
        """Terms that begin with ``text`` (folded)."""
        return self._expand(f"{text}*", text, lambda term: True, fields)

    def wildcard(self, pattern: str, fields: tuple[str, ...]) -> list[Term]:
        """Terms of the pattern's shape: ``*`` any characters, ``?`` exactly one."""
        pattern = pattern[:_MAX_PATTERN]
        literal = re.split(r"[*?]", pattern, maxsplit=1)[0]
        matches = _wildcard_matcher(pattern)
        return self._expand(pattern, literal, matches, fields)

    def fuzzy(self, text: str, distance: int, fields: tuple[str, ...]) -> list[Term]:
        """Terms at most ``distance`` edits away that begin with the same character."""
        text = text[:_MAX_PATTERN]

        letters = frozenset(text)

        def near(term: str) -> bool:
            if abs(len(term) - len(text)) > distance or len(letters.difference(term)) > distance:
                return False  # each letter that is not in the term costs an edit
            return edit_distance(text, term, distance) <= distance

        return self._expand(f"{text}~", text[:1], near, fields)

    def keywords(self, name: str, value: str) -> Node | None:
        """Posts whose category, tag or language is ``value``, in any case and script; ``None`` if none is so called.

        A category also stands for those under it (``a`` for ``a/b``).
        """
        wanted = fold(value.strip())
        found: list[Node] = []
        for term, _ in self.reader.terms(name):
            folded = fold(term)
            if folded == wanted or (name == "category" and folded.startswith(wanted + "/")):
                found.append(Term(name, term))
        return Or(tuple(found)) if found else None

    def paths(self, value: str) -> Node | None:
        """Posts with ``value`` in their path, as a piece of it or as a pattern with ``*``; ``None`` if there is none.

        Folders stand for all that lies in them, so that few terms are needed.
        """
        wanted = fold(value.strip())
        paths = _paths_of(self.reader)
        if "*" in wanted or "?" in wanted:
            matches = _wildcard_matcher(wanted)
            found = paths.topmost(place for place, path in enumerate(paths.folded.split("\n")) if matches(path))
        else:
            found = paths.containing(wanted)
        terms = tuple(Term("path", term) for term in found)
        return Or(terms) if terms else None

    def _expand(self, shown: str, literal: str, matches: Callable[[str], bool], fields: tuple[str, ...]) -> list[Term]:
        frequencies: dict[str, int] = {}
        scanned = 0
        for name in fields:
            for term, frequency in islice(self.reader.terms(name, literal), _MAX_SCANNED):
                scanned += 1
                if matches(term):
                    frequencies[term] = max(frequency, frequencies.get(term, 0))
        if scanned >= _MAX_SCANNED:
            self.warnings.append(
                message(
                    "{shown}: only the first {count:,} terms were looked at; give more letters",
                    shown=shown,
                    count=_MAX_SCANNED,
                )
            )
        best = sorted(frequencies, key=lambda term: (-frequencies[term], term))
        if len(best) > MAX_TERMS:
            self.warnings.append(
                message(
                    "{shown} stands for {count} words; the {used} most frequent were used",
                    shown=shown,
                    count=len(best),
                    used=MAX_TERMS,
                )
            )
        return [Term(name, term) for term in best[:MAX_TERMS] for name in fields]


class _Paths:
    """All paths of an index in order, and the same folded in one text, a line each."""

    def __init__(self, reader: Reader) -> None:
        self.terms = [term for term, _ in reader.terms("path") if "\n" not in term]
        self.folded = fold("\n".join(self.terms))
        self._starts = list(accumulate((len(term) + 1 for term in self.terms), initial=0))

    def containing(self, piece: str) -> Iterator[str]:
        """The paths that have this piece, but those in a folder that has it."""
        at = self.folded.find(piece)
        while 0 <= at < self._starts[-1] and "\n" not in piece:
            place = bisect_right(self._starts, at) - 1
            yield self.terms[place]
            at = self.folded.find(piece, self._starts[self._after(place)])

    def topmost(self, places: Iterable[int]) -> Iterator[str]:
        """The paths at these places, which ascend, but those in a folder that is one of them."""
        after = 0
        for place in places:
            if place >= after and self.terms:
                yield self.terms[place]
                after = self._after(place)

    def _after(self, place: int) -> int:
        """The place after a path, and after all that lies in it if it is a folder."""
        term = self.terms[place]
        return bisect_left(self.terms, term[:-1] + "0", place) if term.endswith("/") else place + 1  # 0 follows /


_known_paths: WeakKeyDictionary[Reader, _Paths] = WeakKeyDictionary()


def _paths_of(reader: Reader) -> _Paths:
    """The paths of an index, gathered once for each commit that is read."""
    if reader not in _known_paths:
        _known_paths[reader] = _Paths(reader)
    return _known_paths[reader]


def _wildcard_matcher(pattern: str) -> Callable[[str], bool]:
    """A matcher without back-tracking: the pieces between stars are found one after the other, greedily from left."""
    pieces = [piece for piece in pattern.split("*")]

    def piece_at(piece: str, text: str, at: int) -> bool:
        return len(text) - at >= len(piece) and all(p in ("?", c) for p, c in zip(piece, text[at:], strict=False))

    def places(piece: str, text: str, start: int) -> Iterator[int]:
        return (at for at in range(start, len(text) - len(piece) + 1) if piece_at(piece, text, at))

    def matches(text: str) -> bool:
        if len(pieces) == 1:
            return len(text) == len(pattern) and piece_at(pattern, text, 0)
        first, *middle, last = pieces
        if len(text) < len(first) + len(last) or not piece_at(first, text, 0):
            return False
        if not piece_at(last, text, len(text) - len(last)):
            return False
        at, text = len(first), text[: len(text) - len(last)]
        for piece in middle:
            found = next(places(piece, text, at), -1)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


def edit_distance(left: str, right: str, limit: int) -> int:
    """Edits between two words, swapped neighbours counting one (optimal string alignment); ``limit + 1`` if more."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return above[-1]
