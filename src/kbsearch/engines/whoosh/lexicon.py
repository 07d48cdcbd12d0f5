"""Writing a lexicon: the sorted terms of a field, brought together from several sources, and their hash table."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kbsearch.engines.whoosh.container import ArrayWriter
from kbsearch.engines.whoosh.encode import Ints

__all__ = ["TermTexts", "gather", "starts_of", "unify", "write_lexicon", "write_places"]

_PREFIX = 16  # bytes of a term that are compared as numbers, eight at a time
_SLICE = 1 << 16  # terms worked on at a time, for the sake of memory
# What the lowest byte of a CRC-32's state does to the others; drawn from the sums of single bytes.
_CRC_STEPS = np.array([zlib.crc32(bytes([byte ^ 0xFF])) ^ 0xFF000000 for byte in range(256)], np.uint32)


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

    Millions of terms are sorted by sixteen bytes at a time, taken as numbers; those that are alike in these and longer,
    by the next sixteen.
    """
    text = np.concatenate([source.text for source in sources])
    sizes = np.concatenate([source.sizes for source in sources]).astype(np.int32)
    begins = starts_of(sizes)[:-1]
    if len(text) < 1 << 31:
        begins = begins.astype(np.int32)
    order, new = _sort_by_prefix(text, begins, sizes, np.zeros(len(sizes), np.int32))
    place = _PREFIX
    while len(alike := _alike(order, new, sizes, place)):
        members = order[alike]
        groups = np.cumsum(new)[alike].astype(np.int32)
        within, differs = _sort_by_prefix(text, begins[members] + place, sizes[members] - place, groups)
        order[alike], new[alike] = members[within], differs
        place += _PREFIX
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.cumsum(new, dtype=np.int32) - 1
    chosen = order[new]
    found = TermTexts(gather(text, begins[chosen], sizes[chosen]), sizes[chosen])
    return found, np.split(ranks, np.cumsum([len(source.sizes) for source in sources])[:-1])


def _sort_by_prefix(text: Ints, begins: Ints, sizes: Ints, groups: Ints) -> tuple[Ints, Ints]:
    """The terms' places, group after group, in the order of their first bytes, and for each whether these are new."""
    keys = [groups, _bytes_as_numbers(text, begins, sizes, 0), _bytes_as_numbers(text, begins, sizes, 8)]
    if not text.all():
        keys.append(np.minimum(sizes, _PREFIX))  # a term comes before the same with zeros behind it
    order = np.lexsort(keys[:0:-1] if not groups.any() else keys[::-1])
    new = np.zeros(len(order), bool)
    new[:1] = True
    for key in keys:
        in_order = key[order]
        new[1:] |= in_order[1:] != in_order[:-1]
    return order, new


def _alike(order: Ints, new: Ints, sizes: Ints, place: int) -> Ints:
    """Where in the order there are terms that are alike in their first ``place`` bytes and do not all end there."""
    firsts = np.flatnonzero(new)
    members = np.diff(firsts, append=len(order))
    longest = np.maximum.reduceat(sizes[order], firsts) if len(firsts) else members
    return np.flatnonzero(np.repeat((members > 1) & (longest > place), members))


def _bytes_as_numbers(text: Ints, begins: Ints, sizes: Ints, place: int) -> Ints:
    """Eight bytes of each term from ``place`` on as a big-endian number, filled up with zeros."""
    padded = np.append(text, np.zeros(8, np.uint8))
    windows = np.ndarray(len(text) + 1, ">u8", padded, strides=(1,))  # the eight bytes from each byte on
    numbers: Ints = windows[np.minimum(begins + place, len(text))].astype(np.uint64)
    unwanted = (8 * np.clip(place + 8 - sizes, 0, 8)).astype(np.uint64)  # bits
    numbers >>= unwanted
    numbers <<= unwanted  # shifting by 64 gives 0
    return numbers


def write_lexicon(out: ArrayWriter, name: str, terms: TermTexts) -> None:
    """The sorted terms, and a hash table: buckets by CRC-32, each with the numbers of its terms."""
    places = starts_of(terms.sizes)
    write_places(out, f"{name}.text_at", places)
    out.add(f"{name}.text", "B", [terms.text])
    count = len(terms.sizes)
    hashes = checksums(terms.text, places[:-1], terms.sizes)
    size = 1 << (count - 1).bit_length()
    bucket = hashes & np.uint32(size - 1)
    out.add(f"{name}.bucket_at", "I", [starts_of(np.bincount(bucket, minlength=size)).astype(np.uint32)])
    out.add(f"{name}.bucket", "I", [np.argsort(bucket, kind="stable").astype(np.uint32)])


def checksums(text: Ints, begins: Ints, sizes: Ints) -> Ints:
    """The CRC-32 of each term, byte by byte for many terms at once."""
    sums = np.empty(len(sizes), np.uint32)
    for first in range(0, len(sizes), _SLICE):
        at, left = begins[first : first + _SLICE], sizes[first : first + _SLICE]
        state = np.full(len(at), 0xFFFFFFFF, np.uint32)
        present = np.arange(len(at))
        for byte in range(int(left.max(initial=0))):
            present = present[left[present] > byte]
            old = state[present]
            state[present] = _CRC_STEPS[(old ^ text[at[present] + byte]) & 0xFF] ^ (old >> 8)
        sums[first : first + _SLICE] = ~state
    return sums


def write_places(out: ArrayWriter, name: str, places: Ints) -> None:
    """Where stretches of another array begin, and where the last ends."""
    dtype = np.dtype(np.uint32 if places[-1] < 1 << 32 else np.uint64)
    out.add(name, "I" if dtype.itemsize == 4 else "Q", [places.astype(dtype)])
