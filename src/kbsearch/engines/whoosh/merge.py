"""Merging inverted indexes: runs of new posts and whole segments become one field of a new segment.

Each source brings, for its terms in order, so many items each; the merged field has for each term the items of the
first source, then those of the second, and so on. That one operation (:func:`interleave`) serves post numbers,
frequencies and positions alike. It works through ranges of terms, so that memory does not grow with the index.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from kbsearch.engines.whoosh.container import ArrayWriter
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.segment import ESCAPE, encode_term

__all__ = ["FieldSource", "keep_posts", "starts_of", "write_field"]

_CHUNK_ITEMS = 4_000_000  # items merged at a time: some 100 MB of memory at the peak


@dataclass(slots=True)
class FieldSource:
    """Postings of one field from one source, to be merged.

    ``numbers`` are the terms' numbers in the update's vocabulary, in ascending order of the terms; the rest is as in
    :class:`~.encode.Run`. ``base`` is added to ``docs`` to make them post numbers of the new segment.
    """

    numbers: Ints
    counts: Ints
    docs: Ints
    frequencies: Ints | None
    positions: Ints | None
    base: int


def starts_of(counts: Ints) -> Ints:
    """Where each of several consecutive stretches begins, and where the last ends."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def keep_posts(source: FieldSource, live: Ints) -> FieldSource:
    """The source without the posts that are not ``live`` (a boolean for each); those left are numbered anew."""
    keep = live[source.docs]
    kept_before = starts_of(keep)
    counts = np.diff(kept_before[starts_of(source.counts)])
    present = counts > 0
    new_numbers = np.cumsum(live) - 1
    positions = source.positions
    if positions is not None:
        assert source.frequencies is not None
        positions = positions[np.repeat(keep, source.frequencies)]
    return replace(
        source,
        numbers=source.numbers[present],
        counts=counts[present],
        docs=new_numbers[source.docs[keep]].astype(np.uint32),
        frequencies=None if source.frequencies is None else source.frequencies[keep],
        positions=positions,
    )


def write_field(out: ArrayWriter, name: str, terms: list[str], sources: Sequence[FieldSource], posts: int) -> int:
    """Merge a field's sources and write its arrays; gives its number of tokens (0 if it is not scored).

    Args:
        terms: the update's vocabulary, by number; terms that no source has any more are left out.
        posts: number of posts of the new segment.
    """
    order = sorted(range(len(terms)), key=terms.__getitem__)
    counts = np.zeros(len(terms), np.int64)
    for source in sources:
        counts[source.numbers] += source.counts
    order = [number for number in order if counts[number]]
    if not order:
        return 0
    rank = np.zeros(len(terms), np.int64)
    rank[order] = np.arange(len(order))
    _write_lexicon(out, name, [terms[number] for number in order])
    ranks = [rank[source.numbers] for source in sources]
    starts = starts_of(counts[order])
    _write_places(out, f"{name}.posting_at", starts)
    stretches = [Stretch(r, s.counts, s.docs, s.base) for r, s in zip(ranks, sources, strict=True)]
    dtype = np.dtype(np.uint16 if posts <= 1 << 16 else np.uint32)
    out.add(f"{name}.docs", dtype.char, interleave(stretches, starts, dtype))
    if any(source.frequencies is None for source in sources):
        return 0
    stretches = [
        Stretch(r, s.counts, s.frequencies) for r, s in zip(ranks, sources, strict=True) if s.frequencies is not None
    ]
    _write_frequencies(out, name, interleave(stretches, starts, np.dtype(np.uint32)))
    if all(source.positions is not None for source in sources):
        _write_positions(out, name, ranks, sources, len(order))
    return sum(int(s.frequencies.sum(dtype=np.int64)) for s in sources if s.frequencies is not None)


def _write_lexicon(out: ArrayWriter, name: str, terms: list[str]) -> None:
    """The sorted terms, and a hash table: buckets by CRC-32, each with the numbers of its terms."""
    keys = list(map(encode_term, terms))
    _write_places(out, f"{name}.text_at", starts_of(np.fromiter(map(len, keys), np.int64, len(keys))))
    out.add(f"{name}.text", "B", [b"".join(keys)])
    size = 1 << (len(keys) - 1).bit_length()
    bucket = np.fromiter(map(zlib.crc32, keys), np.uint32, len(keys)) & np.uint32(size - 1)
    out.add(f"{name}.bucket_at", "I", [starts_of(np.bincount(bucket, minlength=size)).astype(np.uint32)])
    out.add(f"{name}.bucket", "I", [np.argsort(bucket, kind="stable").astype(np.uint32)])


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


def _write_positions(
    out: ArrayWriter, name: str, ranks: Sequence[Ints], sources: Sequence[FieldSource], terms: int
) -> None:
    stretches = []
    total = np.zeros(terms, np.int64)
    widest = 0
    for r, source in zip(ranks, sources, strict=True):
        assert source.frequencies is not None and source.positions is not None
        counts = np.diff(starts_of(source.frequencies)[starts_of(source.counts)])
        total[r] += counts
        widest = max(widest, int(source.positions.max(initial=0)))
        stretches.append(Stretch(r, counts, source.positions))
    starts = starts_of(total)
    dtype = np.dtype(np.uint16 if widest < 1 << 16 else np.uint32)
    _write_places(out, f"{name}.position_at", starts)
    out.add(f"{name}.positions", dtype.char, interleave(stretches, starts, dtype))


def _write_places(out: ArrayWriter, name: str, places: Ints) -> None:
    dtype = np.dtype(np.uint32 if places[-1] < 1 << 32 else np.uint64)
    out.add(name, "I" if dtype.itemsize == 4 else "Q", [places.astype(dtype)])


@dataclass(slots=True)
class Stretch:
    """Items of one source: ``counts[i]`` of them for the term ``ranks[i]``, in a row; ``base`` is added to each."""

    ranks: Ints
    counts: Ints
    items: Ints
    base: int = 0


def interleave(stretches: Sequence[Stretch], starts: Ints, dtype: np.dtype[np.generic]) -> Iterator[Ints]:
    """For each term, the items of the first stretch, then of the second, and so on; in chunks.

    Args:
        stretches: ranks ascend in each.
        starts: where the items of each rank go, and the end of the last.
    """
    ends = list(_chunk_ends(starts))
    bounds = [(np.searchsorted(s.ranks, [0, *ends]).tolist(), starts_of(s.counts)) for s in stretches]
    filled = starts[:-1].copy()  # where the next item of each rank goes
    for chunk, (first, last) in enumerate(zip(chain([0], ends), ends, strict=False)):
        base = int(starts[first])
        out = np.empty(int(starts[last]) - base, dtype)
        for stretch, (cuts, offsets) in zip(stretches, bounds, strict=True):
            low, high = cuts[chunk], cuts[chunk + 1]
            if low == high:
                continue
            begin, end = int(offsets[low]), int(offsets[high])
            ranks, counts = stretch.ranks[low:high], stretch.counts[low:high]
            shift = filled[ranks] - offsets[low:high] + (begin - base)
            places = np.arange(end - begin, dtype=np.int64)
            places += np.repeat(shift, counts)
            items = stretch.items[begin:end]
            out[places] = items + dtype.type(stretch.base) if stretch.base else items
            filled[ranks] += counts
        yield out


def _chunk_ends(starts: Ints) -> Iterator[int]:
    """Cut the ranks into ranges of about :data:`_CHUNK_ITEMS` items (one term alone may have more)."""
    end, last = 0, len(starts) - 1
    while end < last:
        end = max(end + 1, int(np.searchsorted(starts, starts[end] + _CHUNK_ITEMS, side="right")) - 1)
        yield min(end, last)
