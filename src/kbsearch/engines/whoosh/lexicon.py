"""Writing a lexicon: the sorted terms of a field, and the hash table by which they are found."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from kbsearch.engines.whoosh.container import ArrayWriter
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.segment import encode_term

__all__ = ["sort_terms", "starts_of", "write_lexicon", "write_places"]

_PREFIX = 16  # bytes of a term that are compared as numbers


def sort_terms(terms: Sequence[str]) -> tuple[Ints, list[bytes]]:
    """The order of some different terms: their places, the least first; and each term's bytes, as given.

    Millions of terms are sorted by their first bytes, taken as numbers; only those alike in these by comparison.
    """
    keys = list(map(encode_term, terms))
    if not keys:
        return np.zeros(0, np.int64), keys
    words = np.array(keys, f"S{_PREFIX}").view(">u8").reshape(-1, 2).astype(np.uint64)
    order = np.lexsort((words[:, 1], words[:, 0]))
    words = words[order]
    alike = np.flatnonzero((words[1:] == words[:-1]).all(axis=1))
    if len(alike):
        breaks = np.flatnonzero(np.diff(alike) > 1)
        firsts, lasts = alike[np.append(0, breaks + 1)], alike[np.append(breaks, len(alike) - 1)] + 2
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            order[first:last] = sorted(order[first:last].tolist(), key=keys.__getitem__)
    return order, keys


def write_lexicon(out: ArrayWriter, name: str, keys: Sequence[bytes]) -> None:
    """The terms, sorted, and a hash table: buckets by CRC-32, each with the numbers of its terms."""
    write_places(out, f"{name}.text_at", starts_of(np.fromiter(map(len, keys), np.int64, len(keys))))
    out.add(f"{name}.text", "B", [b"".join(keys)])
    size = 1 << (len(keys) - 1).bit_length()
    bucket = np.fromiter(map(zlib.crc32, keys), np.uint32, len(keys)) & np.uint32(size - 1)
    out.add(f"{name}.bucket_at", "I", [starts_of(np.bincount(bucket, minlength=size)).astype(np.uint32)])
    out.add(f"{name}.bucket", "I", [np.argsort(bucket, kind="stable").astype(np.uint32)])


def write_places(out: ArrayWriter, name: str, places: Ints) -> None:
    """Where stretches of another array begin, and where the last ends."""
    dtype = np.dtype(np.uint32 if places[-1] < 1 << 32 else np.uint64)
    out.add(name, "I" if dtype.itemsize == 4 else "Q", [places.astype(dtype)])


def starts_of(counts: Ints) -> Ints:
    """Where each of several consecutive stretches begins, and where the last ends."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts
