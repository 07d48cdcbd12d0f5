"""A segment, read: its lexicons, postings, lengths, numbers and stored bytes, as memoryviews over the mapped file.

Each field is a group of arrays named ``field.part``. A *term number* is a term's place in the sorted lexicon; a
*post number* counts the segment's posts from 0. Nothing here needs NumPy, and nothing is read before it is asked for.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain, pairwise
from operator import sub
from pathlib import Path
from typing import Any

from kbsearch.engines.whoosh.container import Array, ArrayReader, damaged
from kbsearch.engines.whoosh.toc import SegmentInfo

__all__ = ["MISSING", "Segment", "SegmentField", "encode_term", "read_frequencies"]

MISSING = -(1 << 63)  # stands in a number column for a post that has no number
ESCAPE = 255  # a frequency that does not fit its byte; the true one is in the field's list of large ones
_WALK = 1024  # terms decoded at a time when a lexicon is walked


def encode_term(term: str) -> bytes:
    """A term's bytes in a lexicon: UTF-8, so that byte order is code-point order; any Python string has them."""
    return term.encode("utf-8", "surrogatepass")


class SegmentField:
    """One field of a segment: its lexicon and its postings."""

    def __init__(self, arrays: ArrayReader, name: str, posts: int) -> None:
        self._path: Path = arrays.path
        self.name, self.posts = name, posts
        self.text = arrays.array(f"{name}.text", "B")
        self.text_at = arrays.array(f"{name}.text_at", "IQ")
        self._bucket_at = arrays.array(f"{name}.bucket_at", "I")
        self._bucket = arrays.array(f"{name}.bucket", "I")
        self.posting_at = arrays.array(f"{name}.posting_at", "IQ")
        self.docs: Array = arrays.array(f"{name}.docs", "HI")
        self.frequency_bytes = self._optional(arrays, "freqs", "B")
        self._large_at = self._optional(arrays, "large_at", "IQ")
        self._large = self._optional(arrays, "large", "I")
        self._position_at = self._optional(arrays, "position_at", "IQ")
        self.positions = self._optional(arrays, "positions", "HI")
        self.lengths = self._optional(arrays, "lengths", "B")
        self.terms = len(self.text_at) - 1
        self._mask = len(self._bucket_at) - 2
        if (
            self.terms < 0
            or len(self.posting_at) != self.terms + 1
            or len(self._bucket) != self.terms
            or self._mask < 0
            or self._mask & (self._mask + 1)
            or (self.frequency_bytes is not None and len(self.frequency_bytes) != len(self.docs))
            or (self.lengths is not None and len(self.lengths) != posts)
            or (self.positions is not None and (self._position_at is None or len(self._position_at) != self.terms + 1))
            or (self._large_at is None) != (self._large is None)
        ):
            raise damaged(self._path, f"the arrays of {name} do not fit together")

    def _optional(self, arrays: ArrayReader, part: str, code: str) -> Array | None:
        name = f"{self.name}.{part}"
        return arrays.array(name, code) if name in arrays else None

    @property
    def scored(self) -> bool:
        """Whether terms of this field have frequencies and lengths."""
        return self.frequency_bytes is not None and self.lengths is not None

    def lookup(self, term: str) -> int:
        """The term's number, or -1: one probe of a hash table whose buckets are by CRC-32 of the term."""
        key = encode_term(term)
        low, high = self._bucket_at.pair(zlib.crc32(key) & self._mask)
        for number in self._bucket.part(low, high):
            start, stop = self.text_at.pair(number)
            if stop - start == len(key) and self.text.part(start, stop) == key:
                return number
        return -1

    def frequency(self, number: int) -> int:
        """Number of postings of a term."""
        start, stop = self.posting_at.pair(number)
        return stop - start

    def posting_range(self, number: int) -> tuple[int, int]:
        """Where a term's postings lie in :attr:`docs`."""
        return self.posting_at.pair(number)

    def postings(self, number: int) -> memoryview[int]:
        """Post numbers of a term, ascending. Each is below :attr:`posts` once :meth:`check_posts` has seen it."""
        return self.docs.part(*self.posting_at.pair(number))

    def check_posts(self, largest: int) -> None:
        """Refuse post numbers that do not exist; without this, a forged file could ask for any amount of memory."""
        if largest >= self.posts:
            raise damaged(self._path, f"{self.name} names a post that does not exist")

    def check_places(self, places: Any, size: int) -> None:
        """Refuse places of stretches, taken whole as an array, that do not divide ``size`` items in order."""
        if places[0] != 0 or places[-1] != size or (places[1:] < places[:-1]).any():
            raise damaged(self._path, f"the terms or postings of {self.name} overlap")

    def check_positions(self, expected: int, found: int) -> None:
        """Refuse a term that has not as many positions as its frequencies say."""
        if expected != found:
            raise damaged(self._path, f"the positions of {self.name} do not add up")

    def check_sizes(self, postings: int, frequencies: Any) -> None:
        """Refuse a field whose arrays, taken whole, do not add up."""
        if postings != len(self.docs) or (
            self.positions is not None and int(frequencies.sum(dtype="int64")) != len(self.positions)
        ):
            raise damaged(self._path, f"the postings of {self.name} do not add up")

    def frequencies(self, start: int, stop: int) -> memoryview[int]:
        """The bytes that hold the frequencies of a range of postings; see :meth:`large_frequencies`."""
        assert self.frequency_bytes is not None
        return self.frequency_bytes.part(start, stop)

    def large_frequencies(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Those of a range of postings that do not fit a byte: place within the range, and frequency."""
        if self._large_at is None or self._large is None or not len(self._large_at):
            return []
        places = self._large_at.whole()
        low, high = bisect_left(places, start), bisect_left(places, stop)
        return [(places[i] - start, self._large.item(i)) for i in range(low, high)]

    def position_range(self, number: int) -> tuple[int, int]:
        """Where a term's positions lie in :attr:`positions`: those of its first post, of its second, and so on."""
        assert self._position_at is not None
        return self._position_at.pair(number)

    def term(self, number: int) -> str:
        """The term of that number."""
        return self._decode(self.text.part(*self.text_at.pair(number)))

    def key(self, number: int) -> bytes:
        """The term of that number as the lexicon has it."""
        return bytes(self.text.part(*self.text_at.pair(number)))

    def seek(self, key: bytes) -> int:
        """Number of the first term that is not less than ``key``."""
        low, high = 0, self.terms
        while low < high:
            middle = (low + high) // 2
            if self.key(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def walk(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Terms that begin with ``prefix``, in order, each with its number of postings."""
        first, stop = 0, self.terms
        if wanted := encode_term(prefix):
            first, stop = self.seek(wanted), self.seek(wanted + b"\xff")  # a byte that no term has
        starts = range(first, stop, _WALK)
        return chain.from_iterable(self._stretch(start, min(start + _WALK, stop)) for start in starts)

    def _stretch(self, first: int, stop: int) -> Iterator[tuple[str, int]]:
        places = self.text_at.part(first, stop + 1).tolist()
        counts = self.posting_at.part(first, stop + 1).tolist()
        base = places[0]
        text = bytes(self.text.part(base, max(base, places[-1])))
        at = [place - base for place in places]
        if text.isascii():  # bytes are characters, and most terms are such
            characters = text.decode()
            terms = [characters[start:end] for start, end in pairwise(at)]
        else:
            terms = [self._decode(text[start:end]) for start, end in pairwise(at)]
        return zip(terms, map(sub, counts[1:], counts), strict=True)

    def _decode(self, key: memoryview[int] | bytes) -> str:
        try:
            return str(key, "utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise damaged(self._path, f"a term of {self.name} is not text") from error


def read_frequencies(field: SegmentField, start: int, stop: int) -> list[int]:
    """Frequencies of a range of postings."""
    counts = field.frequencies(start, stop).tolist()
    if ESCAPE in counts:
        for place, value in field.large_frequencies(start, stop):
            counts[place] = value
    return counts


class Segment:
    """A segment of an index, opened.

    Raises:
        OSError: its file cannot be opened.
        IndexCorruptError: the file is not what was written.
    """

    def __init__(self, folder: Path, info: SegmentInfo) -> None:
        self.info = info
        self.arrays = ArrayReader(folder / info.file, (info.size, info.checksum))
        self.posts = info.posts
        meta = self.arrays.meta
        tokens = meta.get("tokens") if isinstance(meta, dict) else None
        if not isinstance(tokens, dict) or meta.get("posts") != info.posts or info.posts < 0:
            raise damaged(self.arrays.path, "its number of posts is not the one it was made with")
        self._tokens = tokens
        self._fields: dict[str, SegmentField | None] = {}
        self.key_ranks = self.arrays.array("key_ranks", "I")  # for each post the number of its key
        self._blob_at = self.arrays.array("blob_at", "Q")
        self._blob = self.arrays.array("blob", "B")
        if len(self._blob_at) != 2 * self.posts + 1 or len(self.key_ranks) != self.posts:
            raise damaged(self.arrays.path, "its stored posts are not as many as it has")

    def field(self, name: str) -> SegmentField | None:
        """A text or keyword field; ``None`` if no post of the segment has a term in it."""
        if name not in self._fields:
            present = f"{name}.docs" in self.arrays
            self._fields[name] = SegmentField(self.arrays, name, self.posts) if present else None
        return self._fields[name]

    def tokens(self, name: str) -> int:
        """Number of terms in a scored field, repeats counted, over all posts."""
        count = self._tokens.get(name, 0)
        if type(count) is not int or count < 0:
            raise damaged(self.arrays.path, f"the length of {name} makes no sense")
        return count

    def numbers(self, name: str) -> Array | None:
        """A number for each post, :data:`MISSING` where there is none; ``None`` if no post has one."""
        if f"{name}.numbers" not in self.arrays:
            return None
        column = self.arrays.array(f"{name}.numbers", "q")
        if len(column) != self.posts:
            raise damaged(self.arrays.path, f"{name} does not have a number for each post")
        return column

    def is_deleted(self, post: int) -> bool:
        """Whether a post is deleted."""
        deleted = self.info.deleted
        return bool(deleted and deleted[post >> 3] >> (post & 7) & 1)

    def stored(self, post: int) -> bytes:
        """The post's ``stored`` bytes."""
        return bytes(self._blob.part(*self._blob_at.pair(2 * post)))

    def source(self, post: int) -> bytes:
        """The post's ``source`` bytes."""
        return bytes(self._blob.part(*self._blob_at.pair(2 * post + 1)))

    def blobs(self, post: int) -> tuple[bytes, bytes]:
        """The post's ``stored`` and ``source`` bytes."""
        return self.stored(post), self.source(post)

    def close(self) -> None:
        """Let go of the file."""
        self._fields.clear()
        self.arrays.close()
