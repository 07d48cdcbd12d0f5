"""Phrases: places where terms stand at given distances, found with arrays for all posts of a segment at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.lexicon import starts_of
from kbsearch.engines.whoosh.postings import FieldArrays, exact_frequencies, view
from kbsearch.engines.whoosh.segment import SegmentField

__all__ = ["find_phrase"]


def find_phrase(arrays: FieldArrays, terms: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Posts with the phrase, ascending, and in how many places each has it.

    Posts that have all terms come first, by intersection from the rarest term on. For these, each place of each
    term becomes one number, post · 2³² + position − distance; the phrase is where all terms have the same number.

    Args:
        terms: pairs of a term's number and its distance from the first term.
    """
    field = arrays.field
    rarest_first = sorted(terms, key=lambda term: field.frequency(term[0]))
    posts = {number: arrays.docs(*field.posting_range(number)) for number, _ in rarest_first}
    docs = posts[rarest_first[0][0]]
    for number, _ in rarest_first[1:]:
        docs = docs[_contains(posts[number], docs)]
        if not len(docs):
            return docs, docs
    places: Ints | None = None
    for number, distance in rarest_first:
        found = _places(field, number, posts[number], docs) - distance
        places = found if places is None else places[_contains(found, places)]
    assert places is not None
    counts = np.bincount(places >> 32, minlength=len(docs))
    matched = counts > 0
    return docs[matched], counts[matched]


def _places(field: SegmentField, number: int, own: Ints, docs: Ints) -> Ints:
    """Where a term stands in some (``docs``) of its ``own`` posts: place in ``docs`` · 2³² + 2³¹ + position."""
    assert field.positions is not None
    counts = exact_frequencies(field, number).astype(np.int64)
    starts = starts_of(counts)
    first, last = field.position_range(number)
    field.check_positions(int(starts[-1]), last - first)
    chosen = np.searchsorted(own, docs)
    lengths = counts[chosen]
    ends = np.cumsum(lengths)
    at = np.arange(int(ends[-1]), dtype=np.int64) + np.repeat(starts[chosen] - (ends - lengths), lengths)
    positions = view(field.positions.part(first, last))[at].astype(np.int64)
    places: Ints = positions + (np.repeat(np.arange(len(docs), dtype=np.int64), lengths) << 32) + (1 << 31)
    return places


def _contains(haystack: Ints, needles: Ints) -> Ints:
    """For each needle whether it is in the haystack; both ascend."""
    if not len(haystack):
        return np.zeros(len(needles), bool)
    at = np.searchsorted(haystack, needles)
    at[at == len(haystack)] = 0
    found: Ints = haystack[at] == needles
    return found
