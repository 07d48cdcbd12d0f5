"""Adding up BM25 over many terms, in arrays; and not doing so for posts that cannot be among the best.

Terms of a field are scored together, because calls are what costs, but not too many at a time, so that the arrays
stay in the processor's cache. For long queries terms are taken strongest first; once what is left cannot lift a post
to the page any more, it is dropped (MaxScore: Turtle & Flood 1995). The best posts and their scores are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.postings import FieldArrays

__all__ = ["TermPostings", "bm25", "is_sparse", "sum_of_best", "sum_scores"]

Bools = Ints
Floats = Ints
_CHUNK = 1 << 15  # postings scored at a time
_SPARSE = 4  # below one post in so many, postings of other posts are dropped before they are scored
_SLACK = 1e-6  # relative; more than rounding can do


class TermPostings(NamedTuple):
    """A term's postings in one segment. ``weight`` is above any score it gives."""

    field: FieldArrays
    range: tuple[int, int]
    docs: Ints
    weight: float


def bm25(frequencies: Floats, norms: Floats, weights: float | Floats) -> Floats:
    """BM25 from frequencies and norms; both are used up."""
    norms += frequencies
    frequencies /= norms
    frequencies *= weights
    return frequencies


def is_sparse(among: Bools) -> bool:
    """Whether so few posts are asked for that the others' postings had better be dropped first."""
    return int(np.count_nonzero(among)) * _SPARSE < len(among)


def sum_scores(terms: Sequence[TermPostings], posts: int, among: Bools | None) -> Floats | None:
    """For each post the sum of some terms' scores, right only for posts ``among`` if given; ``None`` if all are 0."""
    total: Floats | None = None
    for chunk in _chunks(terms):
        part = _sum_chunk(chunk, posts, among)
        if part is not None:
            total = part if total is None else np.add(total, part, out=total)
    return total


def sum_of_best(terms: Sequence[TermPostings], total: Floats, among: Bools, count: int) -> Floats:
    """Add some terms' scores to ``total``, fully for at least the ``count`` posts ``among`` that come out best.

    Others may be left with a part of their score, which is less than that of these.
    """
    posts = len(total)
    left = sum(term.weight for term in terms)
    strongest_first = sorted(terms, key=lambda term: -term.weight)
    first = 0
    while first < len(terms):
        last, size = first, 0
        while last < len(terms) and size < max(_CHUNK, 2 * posts):
            size += len(strongest_first[last].docs)
            last += 1
        stage = strongest_first[first:last]
        part = sum_scores(stage, posts, among if is_sparse(among) else None)
        if part is not None:
            total += part
        left -= sum(term.weight for term in stage)
        first = last
        values = total[among]
        if first < len(terms) and len(values) > count:
            least = np.partition(values, len(values) - count)[len(values) - count]
            among = among & (total + left >= least * (1 - _SLACK))
    return total


def _chunks(terms: Sequence[TermPostings]) -> Iterator[list[TermPostings]]:
    """Terms of one field at a time, of some :data:`_CHUNK` postings."""
    by_field: dict[str, list[TermPostings]] = {}
    for term in terms:
        by_field.setdefault(term.field.name, []).append(term)
    for group in by_field.values():
        chunk: list[TermPostings] = []
        size = 0
        for term in group:
            chunk.append(term)
            size += len(term.docs)
            if size >= _CHUNK:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk


def _sum_chunk(terms: Sequence[TermPostings], posts: int, among: Bools | None) -> Floats | None:
    field = terms[0].field
    assert field.norms is not None
    docs = np.concatenate([term.docs for term in terms])
    frequencies = field.frequencies([term.range for term in terms])
    factors = np.repeat([term.weight for term in terms], [len(term.docs) for term in terms])
    if among is not None:
        kept = among[docs].nonzero()[0]
        if not len(kept):
            return None
        docs, frequencies, factors = docs[kept], frequencies[kept], factors[kept]
    return np.bincount(docs, bm25(frequencies, field.norms[docs], factors), minlength=posts)
