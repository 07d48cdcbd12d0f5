"""A segment as NumPy sees it: views of the mapped arrays, and the few things worth keeping between queries."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from kbsearch.engines.base import KEYWORD_FIELDS
from kbsearch.engines.whoosh.collection import Collection
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.segment import MISSING, Segment, SegmentField

__all__ = ["FieldArrays", "SegmentArrays", "exact_frequencies", "frequencies_between", "live_posts", "view"]

Range = tuple[int, int]  # of postings: from, to


def view(data: memoryview[int]) -> Ints:
    """The same memory as an array."""
    return np.frombuffer(data, data.format) if len(data) else np.zeros(0, data.format)


def frequencies_between(field: SegmentField, start: int, stop: int) -> Ints:
    """Frequencies of a range of postings; ones if the field keeps none."""
    if not field.scored:
        return np.ones(stop - start, np.uint8)
    values = view(field.frequencies(start, stop))
    large = field.large_frequencies(start, stop)
    if large:
        values = values.astype(np.uint32)
        for place, value in large:
            values[place] = value
    return values


def exact_frequencies(field: SegmentField, number: int) -> Ints:
    """Frequencies of a term's postings; ones if the field keeps none."""
    return frequencies_between(field, *field.posting_range(number))


def live_posts(segment: Segment) -> Ints | None:
    """A boolean for each post, false if it is deleted; ``None`` if none is."""
    if not segment.info.deleted_count:
        return None
    bits = np.frombuffer(segment.info.deleted, np.uint8)
    live: Ints = np.unpackbits(bits, count=segment.posts, bitorder="little") == 0
    return live


class FieldArrays:
    """The postings of one field of one segment, several terms at a time: calls are what costs, not postings."""

    def __init__(self, field: SegmentField, norms: Sequence[float] | None) -> None:
        self.field, self.name = field, field.name
        self._docs = view(field.docs.view)
        self._checked: set[Range] = set()  # of postings whose posts were seen to exist: asked for again, they still do
        self._frequencies = view(field.frequency_bytes.view) if field.frequency_bytes is not None else None
        large = field.large_frequencies(0, len(field.docs))
        self._large_at, self._large = [place for place, _ in large], [value for _, value in large]
        self.norms: Ints | None = None  # for each post, what is added to tf in the denominator of BM25
        if norms is not None and field.lengths is not None:
            self.norms = np.array(norms)[view(field.lengths.whole())]

    def docs(self, start: int, stop: int) -> Ints:
        """Post numbers of a range of postings, ready to index with."""
        docs = self._docs[start:stop]
        if (start, stop) not in self._checked:
            self.field.docs.check(start, stop)
            self.field.check_posts(int(docs.max(initial=0)))
            self._checked.add((start, stop))
        return docs.astype(np.intp)

    def frequencies(self, ranges: Sequence[Range]) -> Ints:
        """Frequencies of some ranges of postings, in a row, as floats."""
        assert self._frequencies is not None and self.field.frequency_bytes is not None
        for start, stop in ranges:
            self.field.frequency_bytes.check(start, stop)
        values = np.concatenate([self._frequencies[start:stop] for start, stop in ranges]).astype(np.float64)
        if self._large_at:
            begin = 0
            for start, stop in ranges:
                for i in range(bisect_left(self._large_at, start), bisect_left(self._large_at, stop)):
                    values[begin + self._large_at[i] - start] = self._large[i]
                begin += stop - start
        return values


class SegmentArrays:
    """One segment of a collection, for evaluation in arrays."""

    def __init__(self, collection: Collection, place: int) -> None:
        self.collection, self.place = collection, place
        self.segment = collection.segments[place]
        self.posts = self.segment.posts
        self.live = live_posts(self.segment)
        self._fields: dict[str, FieldArrays | None] = {}
        self._numbers: dict[str, Ints] = {}
        self.key_ranks = view(self.segment.key_ranks.whole())  # for each post the number of its key

    def field(self, name: str) -> FieldArrays | None:
        """A field's postings; ``None`` if the segment has none of it."""
        if name not in self._fields:
            field = self.segment.field(name)
            norms = self.collection.norms(name) if field is not None and field.scored else None
            self._fields[name] = FieldArrays(field, norms) if field is not None else None
        return self._fields[name]

    def numbers(self, name: str) -> Ints:
        """For each post its number, or :data:`~.segment.MISSING`."""
        values = self._numbers.get(name)
        if values is None:
            column = self.segment.numbers(name)
            values = np.full(self.posts, MISSING, np.int64) if column is None else view(column.whole())
            self._numbers[name] = values
        return values

    def counts(self, name: str, matched: Ints) -> dict[str, int]:
        """How many posts of ``matched`` (a boolean for each post) have each value of a keyword field."""
        field = self.segment.field(name) if name in KEYWORD_FIELDS else None
        if field is None:
            return {}
        docs = view(field.docs.whole())
        field.check_posts(int(docs.max(initial=0)))
        before = np.zeros(len(docs) + 1, np.int64)
        np.cumsum(matched[docs], out=before[1:])
        places = view(field.posting_at.whole()).astype(np.int64)
        field.check_places(places, len(docs))
        counts = np.diff(before[places])
        found = np.flatnonzero(counts)
        return {field.term(number): count for number, count in zip(found.tolist(), counts[found].tolist(), strict=True)}
