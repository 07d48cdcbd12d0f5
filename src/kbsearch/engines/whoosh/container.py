"""A file of named arrays: what every segment file is (see docs/index-format.md).

The file is written once, front to back, and then only read, memory-mapped. Each array starts at a multiple of 64
bytes; each block of 4,096 bytes of it has a CRC-32, checked when a block is first touched, so a cold query reads
and checks only what it needs. The footer (JSON) names the arrays and carries their places, types and the caller's
own ``meta``; the last 32 bytes say where the footer is and what its checksum is.

Nothing here needs NumPy: arrays are read as typed memoryviews.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from kbsearch.errors import IndexCorruptError

__all__ = ["Array", "ArrayReader", "ArrayWriter", "damaged"]

BLOCK = 4096  # bytes under one checksum: 1.6 µs to check, one thousandth of the file's size to keep
ALIGN = 64
HEAD = b"KBSARRAY\x01\x00\x00\x00".ljust(ALIGN, b"\0")  # magic, format version
TRAILER = struct.Struct("<QQII8s")  # file size, footer offset, footer length, footer CRC-32, magic
TRAILER_MAGIC = b"KBSFOOT1"
ITEM_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8, "q": 8}  # the struct codes an array may have, all little-endian
_REMEMBERED_FILES = 256

# Which blocks of which file have been checked: shared by all readers of this process, so that reopening an index
# does not check again. A file is known by its identity, size, time and footer checksum.
_checked: OrderedDict[tuple[int, ...], dict[str, bytearray]] = OrderedDict()


def damaged(path: Path, what: str) -> IndexCorruptError:
    """The error for a file that is not what was written."""
    return IndexCorruptError(f"{path}: damaged: {what}; run: kbsearch check --repair")


class ArrayWriter:
    """Writes such a file. Use :meth:`add` for each array and :meth:`finish` at the end; :meth:`abandon` gives up.

    Raises:
        OSError: from any method, as the system gave it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)  # a leftover of a killed update; never a file that a commit names
        self._file = path.open("xb")
        self._position = self._file.write(HEAD)
        self._arrays: dict[str, list[Any]] = {}
        self._sums: list[int] = []

    def add(self, name: str, code: str, chunks: Iterable[Any]) -> None:
        """Append an array, given in pieces (bytes or NumPy arrays); ``code`` is one of ``B H I Q q``."""
        start, first_sum, tail = self._position, len(self._sums), b""
        for chunk in chunks:
            data = memoryview(chunk).cast("B")
            self._position += self._file.write(data)
            if tail:
                missing = BLOCK - len(tail)
                tail += bytes(data[:missing])
                data = data[missing:]
                if len(tail) < BLOCK:
                    continue
                self._sums.append(zlib.crc32(tail))
            whole = len(data) - len(data) % BLOCK
            self._sums.extend(zlib.crc32(data[i : i + BLOCK]) for i in range(0, whole, BLOCK))
            tail = bytes(data[whole:])
        if tail:
            self._sums.append(zlib.crc32(tail))
        size = self._position - start
        self._position += self._file.write(bytes(-size % ALIGN))
        self._arrays[name] = [code, size // ITEM_SIZES[code], start, first_sum]

    def finish(self, meta: Mapping[str, Any], *, sync: bool = True) -> tuple[int, int]:
        """Write the checksums and the footer and close; gives the file's size in bytes and the footer's CRC-32."""
        sums = struct.pack(f"<{len(self._sums)}I", *self._sums)
        footer = json.dumps(
            {"arrays": self._arrays, "sums": [self._position, zlib.crc32(sums)], "meta": meta},
            ensure_ascii=True,
            separators=(",", ":"),
        ).encode()
        at = self._position + len(sums)
        size, checksum = at + len(footer) + TRAILER.size, zlib.crc32(footer)
        self._file.write(sums + footer + TRAILER.pack(size, at, len(footer), checksum, TRAILER_MAGIC))
        self._file.flush()
        if sync:
            os.fsync(self._file.fileno())
        self._file.close()
        return size, checksum

    def abandon(self) -> None:
        """Close and delete the unfinished file."""
        try:
            self._file.close()
        finally:
            self.path.unlink(missing_ok=True)


class Array:
    """One array of a file: a typed view whose blocks are checked before they are used.

    ``view`` is the whole array, unchecked; take pieces of it with :meth:`part` or :meth:`item`.
    """

    __slots__ = ("_bytes", "_path", "_seen", "_shift", "_sums", "name", "view")

    def __init__(self, path: Path, name: str, data: memoryview, code: str, sums: memoryview, seen: bytearray) -> None:
        self._path, self.name, self._bytes, self._sums, self._seen = path, name, data, sums, seen
        self._shift = ITEM_SIZES[code].bit_length() - 1
        self.view: memoryview[int] = data.cast(code)  # type: ignore[call-overload]

    def __len__(self) -> int:
        return len(self.view)

    def check(self, start: int, stop: int) -> None:
        """Make sure of the items from ``start`` to ``stop``.

        Raises:
            IndexCorruptError: the range does not lie in the array, or its bytes are not what was written.
        """
        if not 0 <= start <= stop <= len(self.view):
            raise damaged(self._path, f"a range of {self.name} lies outside it")
        if start < stop:
            first, last = start << self._shift >> 12, ((stop << self._shift) - 1 >> 12) + 1
            if self._seen.find(0, first, last) >= 0:
                self._check(first, last)

    def part(self, start: int, stop: int) -> memoryview[int]:
        """Items from ``start`` to ``stop``; errors as :meth:`check`."""
        self.check(start, stop)
        return self.view[start:stop]

    def item(self, index: int) -> int:
        """One item; errors as :meth:`check`."""
        if not 0 <= index < len(self.view):
            raise damaged(self._path, f"a place in {self.name} lies outside it")
        block = index << self._shift >> 12
        if not self._seen[block]:
            self._check(block, block + 1)
        return self.view[index]

    def pair(self, index: int) -> tuple[int, int]:
        """Item ``index`` and the one after it, a range in ascending order; errors as :meth:`check`."""
        if not 0 <= index < len(self.view) - 1:
            raise damaged(self._path, f"a place in {self.name} lies outside it")
        first, last = index << self._shift >> 12, index + 1 << self._shift >> 12
        if not (self._seen[first] and self._seen[last]):
            self._check(first, last + 1)
        start, stop = self.view[index], self.view[index + 1]
        if start > stop:
            raise damaged(self._path, f"a range of {self.name} is upside down")
        return start, stop

    def whole(self) -> memoryview[int]:
        """All items; errors as :meth:`check`."""
        return self.part(0, len(self.view))

    def _check(self, first: int, last: int) -> None:
        for block in range(first, last):
            if not self._seen[block]:
                if zlib.crc32(self._bytes[block * BLOCK : (block + 1) * BLOCK]) != self._sums[block]:
                    raise damaged(self._path, f"the checksum of {self.name} is wrong near its byte {block * BLOCK}")
                self._seen[block] = 1


class ArrayReader:
    """Such a file, opened. Footer, trailer and places are validated here, contents when they are used.

    Args:
        path: the file.
        expected: size in bytes and footer CRC-32 that it must have, if known.

    Raises:
        OSError: it cannot be opened.
        IndexCorruptError: it is not what was written.
    """

    def __init__(self, path: Path, expected: tuple[int, int] | None = None) -> None:
        if sys.byteorder != "little":  # the format is little-endian and mapped as it is
            raise IndexCorruptError(f"{path}: cannot be read on a big-endian machine; use another engine")
        self.path = path
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size < len(HEAD) + TRAILER.size or (expected and status.st_size != expected[0]):
                raise damaged(path, f"it is {status.st_size} bytes long")
            self._data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        size, at, length, checksum, magic = TRAILER.unpack(self._data[-TRAILER.size :])
        if (
            self._data[: len(HEAD)] != HEAD
            or magic != TRAILER_MAGIC
            or size != status.st_size
            or at + length + TRAILER.size != size
            or (expected and checksum != expected[1])
            or zlib.crc32(self._data[at : at + length]) != checksum
        ):
            raise damaged(path, "its beginning or end is not what was written")
        identity = (status.st_dev, status.st_ino, size, status.st_mtime_ns, checksum)
        try:
            footer = json.loads(bytes(self._data[at : at + length]))
            self.meta: dict[str, Any] = footer["meta"]
            self._entries: dict[str, tuple[str, int, int, int]] = {
                name: _entry(entry, at) for name, entry in footer["arrays"].items()
            }
            sums_at, sums_checksum = footer["sums"]
            if not len(HEAD) <= sums_at <= at or (at - sums_at) % 4 or sums_at % 4:
                raise ValueError("place of the checksums")
            if zlib.crc32(self._data[sums_at:at]) != sums_checksum:
                raise ValueError("checksum of the checksums")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise damaged(path, f"its footer makes no sense ({error})") from error
        self._sums_at = sums_at
        self._sums: memoryview[int] = self._data[sums_at:at].cast("I")
        self._arrays: dict[str, Array] = {}
        self._seen = _checked.setdefault(identity, {})
        _checked.move_to_end(identity)
        while len(_checked) > _REMEMBERED_FILES:
            _checked.popitem(last=False)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> Iterable[str]:
        """Names of the arrays, in the order they were written."""
        return self._entries

    def array(self, name: str, code: str = "") -> Array:
        """The array of that name; ``code``, if given, lists the types it may have.

        Raises:
            IndexCorruptError: there is none, or it has another type.
        """
        array = self._arrays.get(name)
        if array is None:
            if name not in self._entries:
                raise damaged(self.path, f"{name} is missing")
            found, count, start, first_sum = self._entries[name]
            if code and found not in code:
                raise damaged(self.path, f"{name} is of another type")
            size = count * ITEM_SIZES[found]
            blocks = -(-size // BLOCK)
            sums = self._sums[first_sum : first_sum + blocks]
            if len(sums) != blocks:
                raise damaged(self.path, f"{name} has no checksums")
            seen = self._seen.setdefault(name, bytearray(blocks))
            array = Array(self.path, name, self._data[start : start + size], found, sums, seen)
            self._arrays[name] = array
        return array

    def verify(self) -> list[str]:
        """Check every block of every array, and the filling between them; says in words what is wrong."""
        self._seen.clear()
        self._arrays.clear()
        wrong = []
        for name in self._entries:
            try:
                self.array(name).whole()
            except IndexCorruptError as error:
                wrong.append(str(error))
        ends = [(start, start + count * ITEM_SIZES[code]) for code, count, start, _ in self._entries.values()]
        ends += [(len(HEAD), len(HEAD)), (self._sums_at, self._sums_at)]
        for (_, end), (start, _) in pairwise(sorted(ends)):
            if start - end >= ALIGN or any(self._data[end:start]):
                wrong.append(str(damaged(self.path, f"there is something between two arrays at byte {end}")))
        return wrong

    def release_memory(self) -> None:
        """Let the system take back the memory that holds what was read of the file."""
        mapped = self._data.obj
        if isinstance(mapped, mmap.mmap) and hasattr(mapped, "madvise"):
            mapped.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Let go of the file; views already given out stay valid."""
        self._arrays.clear()
        self._data = self._sums = memoryview(b"")


def _entry(entry: Any, end: int) -> tuple[str, int, int, int]:
    code, count, start, first_sum = entry
    if code not in ITEM_SIZES or any(type(number) is not int or number < 0 for number in (count, start, first_sum)):
        raise ValueError("an array's entry")
    if start % ALIGN or start < len(HEAD) or start + count * ITEM_SIZES[code] > end:
        raise ValueError("an array's place")
    return code, count, start, first_sum
