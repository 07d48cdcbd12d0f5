"""Writing a lexicon: the sorted terms of a field, brought together from several sources, and their hash table."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kbsearch.engines.whoosh.container import ArrayWriter
from kbsearch.engines.whoosh.encode import Ints

__all__ = ["TermTexts", "gather", "starts_of", "unify", "write_lexicon", "write_places"]

_PREFIX = 16  # bytes of a term that are compared as numbers, eight at a time
_SLICE = 1 << 16  # terms worked on at a time, for the sake of memory


@dataclass(slots=True)
class TermTexts:
    """Terms in UTF-8, in a row, and how many bytes each has."""

    text: Ints
    sizes: Ints


def starts_of(counts: Ints) -> Ints:
    """Where each of several consecutive stretches begins, and where the last ends."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def gather(items: Ints, begins: Ints, counts: Ints) -> Ints:
    """Some stretches of an array, ``counts[i]`` items from ``begins[i]`` on, in a row."""
    before = starts_of(counts)
    places = np.arange(int(before[-1]), dtype=np.int64)
    places += np.repeat(begins - before[:-1], counts)
    found: Ints = items[places]
    return found


def unify(sources: Sequence[TermTexts]) -> tuple[TermTexts, list[Ints]]:
    """All different terms of some sources, sorted; and for each source the places of its terms among these.

    Millions of terms are sorted by their first bytes, taken as numbers. Only those that are alike in these and
    longer, or end in zeros, are compared as they are.
    """
    text = np.concatenate([source.text for source in sources])
    sizes = np.concatenate([source.sizes for source in sources])
    begins = starts_of(sizes)[:-1]
    if len(text) < 1 << 31:
        begins = begins.astype(np.int32)
    order, new = _sort_by_prefix(text, begins, sizes)
    in_order = sizes[order]
    doubtful = ~new
    doubtful[1:] &= (in_order[1:] > _PREFIX) | _changes(in_order)
    if doubtful.any():
        _compare_whole(order, new, doubtful, text, begins, sizes)
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.cumsum(new, dtype=np.int32) - 1
    chosen = order[new]
    found = TermTexts(gather(text, begins[chosen], sizes[chosen]), sizes[chosen])
    return found, np.split(ranks, np.cumsum([len(source.sizes) for source in sources])[:-1])


def _sort_by_prefix(text: Ints, begins: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """The terms' places in the order of their first bytes, and for each whether it differs there from the last."""
    high = _bytes_as_numbers(text, begins, sizes, 0)
    low = _bytes_as_numbers(text, begins, sizes, 8)
    order = np.lexsort((low, high))
    new = np.ones(len(order), bool)
    new[1:] = _changes(high[order])
    new[1:] |= _changes(low[order])
    return order, new


def _changes(values: Ints) -> Ints:
    """For each value but the first whether it differs from the one before."""
    changes: Ints = values[1:] != values[:-1]
    return changes


def _bytes_as_numbers(text: Ints, begins: Ints, sizes: Ints, place: int) -> Ints:
    """Eight bytes of each term from ``place`` on as a big-endian number, filled up with zeros."""
    numbers = np.zeros(len(sizes), np.uint64)
    for first in range(0, len(sizes), _SLICE):
        part = slice(first, first + _SLICE)
        for byte in range(place, place + 8):
            present = np.flatnonzero(sizes[part] > byte)
            if not len(present):
                break
            bits = text[begins[part][present] + byte].astype(np.uint64) << np.uint64(8 * (7 - byte + place))
            numbers[part][present] |= bits
    return numbers


def _compare_whole(order: Ints, new: Ints, doubtful: Ints, text: Ints, begins: Ints, sizes: Ints) -> None:
    """Sort anew the groups of terms with like prefixes in which the prefix does not decide, and see which are new."""
    data = text.tobytes()
    groups = np.flatnonzero(new)
    ends = np.append(groups[1:], len(order))
    for group in np.unique(np.searchsorted(groups, np.flatnonzero(doubtful), side="right") - 1).tolist():
        first, last = int(groups[group]), int(ends[group])
        members = order[first:last].tolist()
        keys = {i: data[begins[i] : begins[i] + sizes[i]] for i in members}
        members.sort(key=keys.__getitem__)
        order[first:last] = members
        new[first + 1 : last] = [keys[a] != keys[b] for a, b in pairwise(members)]


def write_lexicon(out: ArrayWriter, name: str, terms: TermTexts) -> None:
    """The sorted terms, and a hash table: buckets by CRC-32, each with the numbers of its terms."""
    places = starts_of(terms.sizes)
    write_places(out, f"{name}.text_at", places)
    out.add(f"{name}.text", "B", [terms.text])
    count = len(terms.sizes)
    data = terms.text.tobytes()
    hashes = np.fromiter((zlib.crc32(data[a:b]) for a, b in pairwise(places.tolist())), np.uint32, count)
    size = 1 << (count - 1).bit_length()
    bucket = hashes & np.uint32(size - 1)
    out.add(f"{name}.bucket_at", "I", [starts_of(np.bincount(bucket, minlength=size)).astype(np.uint32)])
    out.add(f"{name}.bucket", "I", [np.argsort(bucket, kind="stable").astype(np.uint32)])


def write_places(out: ArrayWriter, name: str, places: Ints) -> None:
    """Where stretches of another array begin, and where the last ends."""
    dtype = np.dtype(np.uint32 if places[-1] < 1 << 32 else np.uint64)
    out.add(name, "I" if dtype.itemsize == 4 else "Q", [places.astype(dtype)])
