"""Merging inverted indexes: runs of new posts and whole segments become one field of a new segment.

Each source brings so many items for each of its terms; the merged field has for each term the items of the first
source, then those of the second, and so on. That one operation (:func:`interleave`) serves post numbers, frequencies
and positions alike. It works through ranges of terms, so that memory does not grow with the index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kbsearch.engines.whoosh.container import ArrayWriter
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.lexicon import TermTexts, gather, starts_of, unify, write_lexicon, write_places
from kbsearch.engines.whoosh.segment import ESCAPE

__all__ = ["FieldSource", "keep_posts", "rank_terms", "write_field"]

_CHUNK_ITEMS = 400_000  # items merged at a time, for the sake of memory


@dataclass(slots=True)
class FieldSource:
    """Postings of one field from one source, to be merged.

    Like :class:`~.encode.Run`; ``base`` is added to ``docs`` to make them post numbers of the new segment.
    """

    terms: TermTexts
    counts: Ints
    docs: Ints
    frequencies: Ints | None
    positions: Ints | None
    base: int


def keep_posts(source: FieldSource, live: Ints) -> FieldSource:
    """The source without the posts that are not ``live`` (a boolean for each); those left are numbered anew."""
    keep = live[source.docs]
    counts = np.diff(starts_of(keep)[starts_of(source.counts)])
    new_numbers = np.cumsum(live) - 1
    positions = source.positions
    if positions is not None:
        assert source.frequencies is not None
        positions = positions[np.repeat(keep, source.frequencies)]
    return replace(
        source,
        counts=counts,
        docs=new_numbers[source.docs[keep]].astype(np.uint32),
        frequencies=None if source.frequencies is None else source.frequencies[keep],
        positions=positions,
    )


def rank_terms(sources: Sequence[FieldSource]) -> tuple[TermTexts, list[Ints]]:
    """The terms that have postings, sorted, and the place of each source's terms among them.

    The place of a term without postings means nothing.
    """
    terms, ranks = unify([source.terms for source in sources])
    counts = np.zeros(len(terms.sizes), np.int64)
    for rank, source in zip(ranks, sources, strict=True):
        counts[rank] += source.counts
    present = counts > 0
    if not present.all():
        begins, sizes = starts_of(terms.sizes)[:-1][present], terms.sizes[present]
        terms = TermTexts(gather(terms.text, begins, sizes), sizes)
        places = np.cumsum(present, dtype=np.int32) - 1
        ranks = [places[rank] for rank in ranks]
    return terms, ranks


def write_field(out: ArrayWriter, name: str, sources: Sequence[FieldSource], posts: int) -> int:
    """Merge a field's sources and write its arrays; gives its number of tokens (0 if it is not scored).

    Args:
        posts: number of posts of the new segment.
    """
    terms, ranks = rank_terms(sources)
    if not len(terms.sizes):
        return 0
    write_lexicon(out, name, terms)
    _write_postings(out, name, sources, ranks, posts)
    if all(source.positions is not None for source in sources):
        _write_positions(out, name, sources, ranks)
    return sum(int(s.frequencies.sum(dtype=np.int64)) for s in sources if s.frequencies is not None)


def _write_postings(
    out: ArrayWriter, name: str, sources: Sequence[FieldSource], ranks: Sequence[Ints], posts: int
) -> None:
    """Post numbers and, if the field is scored, frequencies."""
    terms = [_by_rank(rank, source.counts) for rank, source in zip(ranks, sources, strict=True)]
    starts = _starts(terms)
    write_places(out, f"{name}.posting_at", starts)
    dtype = np.dtype(np.uint16 if posts <= 1 << 16 else np.uint32)
    docs = [Stretch(t, source.docs, source.base) for t, source in zip(terms, sources, strict=True)]
    out.add(f"{name}.docs", dtype.char, interleave(docs, starts, dtype))
    frequencies = [source.frequencies for source in sources if source.frequencies is not None]
    if len(frequencies) == len(sources):
        stretches = [Stretch(t, items) for t, items in zip(terms, frequencies, strict=True)]
        _write_frequencies(out, name, interleave(stretches, starts, np.dtype(np.uint32)))


def _write_positions(out: ArrayWriter, name: str, sources: Sequence[FieldSource], ranks: Sequence[Ints]) -> None:
    """All positions in two bytes each, unless some post is longer than they can count."""
    stretches = []
    widest = 0
    for rank, source in zip(ranks, sources, strict=True):
        assert source.frequencies is not None and source.positions is not None
        counts = np.diff(starts_of(source.frequencies)[starts_of(source.counts)])
        stretches.append(Stretch(_by_rank(rank, counts), source.positions))
        widest = max(widest, int(source.positions.max(initial=0)))
    starts = _starts([stretch.terms for stretch in stretches])
    dtype = np.dtype(np.uint16 if widest < 1 << 16 else np.uint32)
    write_places(out, f"{name}.position_at", starts)
    out.add(f"{name}.positions", dtype.char, interleave(stretches, starts, dtype))


def _write_frequencies(out: ArrayWriter, name: str, chunks: Iterator[Ints]) -> None:
    """A byte a posting; those that do not fit are escaped and listed apart."""
    places: list[Ints] = []
    values: list[Ints] = []

    def clipped() -> Iterator[Ints]:
        start = 0
        for chunk in chunks:
            large = np.flatnonzero(chunk >= ESCAPE)
            places.append(large + start)
            values.append(chunk[large])
            start += len(chunk)
            yield np.minimum(chunk, ESCAPE).astype(np.uint8)

    out.add(f"{name}.freqs", "B", clipped())
    if sum(map(len, places)):
        out.add(f"{name}.large_at", "Q", [np.concatenate(places).astype(np.uint64)])
        out.add(f"{name}.large", "I", [np.concatenate(values)])


@dataclass(slots=True)
class RankedTerms:
    """The terms of one source by rank, ascending: ``counts[i]`` items from ``begins[i]`` on belong to ``ranks[i]``.

    ``straight`` says that the items lie in that order without gaps.
    """

    ranks: Ints
    counts: Ints
    begins: Ints
    straight: bool


@dataclass(slots=True)
class Stretch:
    """Items of one source, and the terms they belong to; ``base`` is added to each item."""

    terms: RankedTerms
    items: Ints
    base: int = 0


def _by_rank(ranks: Ints, counts: Ints) -> RankedTerms:
    """The terms of a source, which has ``counts[i]`` items for the term ``ranks[i]``, in a row."""
    begins = starts_of(counts)[:-1]
    present = np.flatnonzero(counts)
    if len(present) < len(counts):
        ranks, counts, begins = ranks[present], counts[present], begins[present]
    if (ranks[1:] > ranks[:-1]).all():
        return RankedTerms(ranks, counts, begins, straight=True)
    order = np.argsort(ranks)
    return RankedTerms(ranks[order], counts[order], begins[order], straight=False)


def _starts(sources: Sequence[RankedTerms]) -> Ints:
    """Where the merged items of each term begin, and where the last ends."""
    total = np.zeros(max(int(source.ranks[-1]) for source in sources if len(source.ranks)) + 1, np.int64)
    for source in sources:
        total[source.ranks] += source.counts
    return starts_of(total)


def interleave(stretches: Sequence[Stretch], starts: Ints, dtype: np.dtype[np.generic]) -> Iterator[Ints]:
    """For each term, the items of the first stretch, then of the second, and so on; in chunks.

    Args:
        starts: where the items of each rank go, and the end of the last.
    """
    ends = [0, *_chunk_ends(starts)]
    cuts = [np.searchsorted(stretch.terms.ranks, ends).tolist() for stretch in stretches]
    filled = starts[:-1].copy()  # where the next item of each rank goes
    for chunk, (first, last) in enumerate(pairwise(ends)):
        base = int(starts[first])
        out = np.empty(int(starts[last]) - base, dtype)
        for stretch, cut in zip(stretches, cuts, strict=True):
            part = slice(cut[chunk], cut[chunk + 1])
            terms = stretch.terms
            ranks, counts, begins = terms.ranks[part], terms.counts[part], terms.begins[part]
            if not len(ranks):
                continue
            if terms.straight:
                items = stretch.items[int(begins[0]) : int(begins[-1] + counts[-1])]
            else:
                items = gather(stretch.items, begins, counts)
            places = np.arange(len(items), dtype=np.int64)
            places += np.repeat(filled[ranks] - base - starts_of(counts)[:-1], counts)
            out[places] = items + dtype.type(stretch.base) if stretch.base else items
            filled[ranks] += counts
        yield out


def _chunk_ends(starts: Ints) -> Iterator[int]:
    """Cut the ranks into ranges of about :data:`_CHUNK_ITEMS` items (one term alone may have more)."""
    end, last = 0, len(starts) - 1
    while end < last:
        end = max(end + 1, int(np.searchsorted(starts, starts[end] + _CHUNK_ITEMS, side="right")) - 1)
        yield min(end, last)
