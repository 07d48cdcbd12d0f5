"""Making sure that Tantivy's files are what was committed, since Tantivy does not look at its own checksums.

The record of a commit holds, for each file, size and CRC-32, and besides the file's times and number as the system had
them when it was vouched for. Opening an index compares these: a file whose change time (``ctime``, which no program
can set), modification time, number and size are as they were has not been written to since, and is not read. Any other
file (an index that was copied or touched, say) is read once by each process and its CRC-32 compared. What changes on a
disk without the system's knowledge is found by ``kbsearch check``, which reads everything.

A commit whose process was killed before it could write the record is judged by the checksums in Tantivy's own footers.
"""

from __future__ import annotations

import json
import os
import re
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kbsearch.errors import IndexCorruptError
from kbsearch.files import read_regular

__all__ = ["Fingerprint", "confirm_footers", "refuse_foreign_names", "sweep", "take_fingerprints", "verify"]

_META = "meta.json"
_SEGMENT = re.compile(r"([0-9a-f]{32})(?:\.(\d+))?\.([a-z]+)")
_MANAGED = ".managed.json"
_MAX_BYTES = 100_000_000  # of the small files
_CHUNK = 1 << 20
_TRAILER = struct.Struct("<II")  # length of the footer's JSON, Tantivy's magic number
_MAGIC = 1337

_verified: set[tuple[str, int, int, int, int, int]] = set()  # files this process has read and found to be right


class Fingerprint(NamedTuple):
    """A file as it was when vouched for: size in bytes, CRC-32, times in ns, the file system's number for it."""

    size: int
    crc32: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    def same_file(self, status: os.stat_result) -> bool:
        """Whether the file has not been written to since."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode) == (
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_ino,
        )


def take_fingerprints(folder: Path, known: Mapping[str, Fingerprint]) -> dict[str, Fingerprint]:
    """Of all files of the current commit; those that have not changed since ``known`` are not read again.

    Raises:
        OSError: a file cannot be read.
        IndexCorruptError: ``meta.json`` makes no sense.
    """
    taken: dict[str, Fingerprint] = {}
    for name in _files_of_commit(folder):
        path = folder / name
        status = path.stat()
        before = known.get(name)
        if before is not None and before.same_file(status):
            taken[name] = before
        else:
            checksum = _crc32(path, status.st_size)
            taken[name] = Fingerprint(status.st_size, checksum, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    return taken


def verify(folder: Path, files: Mapping[str, Fingerprint], *, thorough: bool = False) -> list[str]:
    """What is wrong with the files of a commit, in words; ``thorough`` reads every one of them."""
    wrong = []
    for name, expected in files.items():
        path = folder / name
        if name != _META and not _SEGMENT.fullmatch(name):
            wrong.append(f"{path}: the commit names a file that is none of ours")
            continue
        try:
            status = path.stat(follow_symlinks=False)
            key = (str(path), *_identity(status), expected.crc32)
            if status.st_size != expected.size:
                wrong.append(f"{path}: damaged: it is {status.st_size} bytes long, not {expected.size}")
            elif thorough or not (expected.same_file(status) or key in _verified):
                if _crc32(path, status.st_size) != expected.crc32:
                    wrong.append(f"{path}: damaged: its checksum is wrong")
                else:
                    _verified.add(key)
        except FileNotFoundError:
            wrong.append(f"{path}: it is missing")
        except OSError as error:
            wrong.append(f"{path}: cannot be read ({error.strerror})")
    return wrong


def confirm_footers(folder: Path) -> None:
    """Check the files of the current commit against the checksums in their own footers.

    Raises:
        IndexCorruptError: one is not what Tantivy wrote.
    """
    for name in _files_of_commit(folder):
        if name == _META:
            continue
        path = folder / name
        try:
            status = path.stat(follow_symlinks=False)
            key = (str(path), *_identity(status), 0)
            if key in _verified:
                continue
            body, expected = _footer(path, status.st_size)
            if _crc32(path, body) != expected:
                raise ValueError("its checksum is wrong")
            _verified.add(key)
        except (OSError, ValueError, KeyError, TypeError, struct.error, RecursionError) as error:
            raise IndexCorruptError(f"{path}: damaged: {error}; run: kbsearch check --repair") from error


def refuse_foreign_names(folder: Path) -> None:
    """Make sure that Tantivy's list of files to clean up names no file outside the folder.

    Raises:
        IndexCorruptError: it does, or it is no such list.
    """
    path = folder / _MANAGED
    try:
        names = json.loads(read_regular(path, _MAX_BYTES))
    except FileNotFoundError:
        return
    except (OSError, ValueError, RecursionError) as error:
        raise IndexCorruptError(f"{path}: damaged: {error}; run: kbsearch check --repair") from error
    if not isinstance(names, list) or not all(
        isinstance(name, str)
        and (name == _META or _SEGMENT.fullmatch(name) or (name.endswith(".temp") and "/" not in name))
        for name in names
    ):
        raise IndexCorruptError(f"{path}: it names a file that is no part of an index; run: kbsearch check --repair")


def sweep(folder: Path) -> None:
    """Delete segment files that the commit does not name, left by an update that was killed: Tantivy would stumble
    over those whose names it chooses again.
    """
    named = _files_of_commit(folder)
    for name in os.listdir(folder):
        if _SEGMENT.fullmatch(name) and name not in named:
            with suppress(OSError):
                (folder / name).unlink()


def _files_of_commit(folder: Path) -> list[str]:
    """``meta.json`` and the files of the segments it names."""
    path = folder / _META
    try:
        segments = {
            str(segment["segment_id"]).replace("-", ""): (segment["deletes"] or {}).get("opstamp")
            for segment in json.loads(read_regular(path, _MAX_BYTES))["segments"]
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexCorruptError(f"{path}: damaged: {error!r}; run: kbsearch check --repair") from error
    names = [_META]
    for name in sorted(os.listdir(folder)):
        match = _SEGMENT.fullmatch(name)
        if match and match[1] in segments and (match[3] != "del" or match[2] == str(segments[match[1]])):
            names.append(name)
    return names


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _crc32(path: Path, size: int) -> int:
    """CRC-32 of a file's first ``size`` bytes."""
    checksum = 0
    with path.open("rb") as file:
        while size > 0 and (chunk := file.read(min(size, _CHUNK))):
            checksum = zlib.crc32(chunk, checksum)
            size -= len(chunk)
    return checksum


def _footer(path: Path, size: int) -> tuple[int, int]:
    """How long the file's body is, and the CRC-32 that its footer says it has."""
    with path.open("rb") as file:
        file.seek(max(size - _TRAILER.size, 0))
        length, magic = _TRAILER.unpack(file.read())
        if magic != _MAGIC or length + _TRAILER.size > size or length > 10_000:
            raise ValueError("its end is not what was written")
        file.seek(size - _TRAILER.size - length)
        return size - _TRAILER.size - length, int(json.loads(file.read(length))["crc"])
