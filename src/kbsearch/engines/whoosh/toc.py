"""The table of contents: the one file that says what an index consists of; replacing it is what a commit is.

It holds a generation number, the segments in order with size and checksum of their files and a bitmap of their
deleted posts, and the caller's ``meta``. Its last line is the CRC-32 of all before it.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from kbsearch.engines.whoosh.container import damaged
from kbsearch.errors import IndexMismatchError, IndexMissingError
from kbsearch.files import replace_file

__all__ = ["SEGMENT_FILE", "TOC_FILE", "SegmentInfo", "Toc", "read_toc", "write_toc"]

FORMAT = 1
TOC_FILE = "MAIN.toc"
SEGMENT_FILE = re.compile(r"MAIN_[0-9a-f]{8}\.seg")


class SegmentInfo(NamedTuple):
    """A segment as a commit names it.

    ``deleted`` has a bit for each post, lowest first, set if the post is deleted; empty if none is.
    """

    file: str
    size: int
    checksum: int
    posts: int
    deleted: bytes = b""

    @property
    def deleted_count(self) -> int:
        """Number of deleted posts."""
        return int.from_bytes(self.deleted, "little").bit_count()


class Toc(NamedTuple):
    """One commit."""

    generation: int = 0
    segments: tuple[SegmentInfo, ...] = ()
    meta: Mapping[str, Any] = MappingProxyType({})


def write_toc(folder: Path, toc: Toc) -> None:
    """Commit: put the table in the old one's place, durably.

    Raises:
        IndexWriteError: it could not be written; the old table stands.
        TypeError, ValueError: ``meta`` is not JSON.
    """
    segments = [
        {
            "file": s.file,
            "size": s.size,
            "crc32": s.checksum,
            "posts": s.posts,
            "deleted": base64.b64encode(s.deleted).decode(),
        }
        for s in toc.segments
    ]
    body = {"format": FORMAT, "generation": toc.generation, "segments": segments, "meta": dict(toc.meta)}
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()
    replace_file(folder / TOC_FILE, b"%s\n%d\n" % (text, zlib.crc32(text)))


def read_toc(folder: Path) -> Toc:
    """The last commit.

    Raises:
        IndexMissingError, IndexMismatchError, IndexCorruptError
    """
    path = folder / TOC_FILE
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise IndexMissingError(f"{folder}: there is no index here; make one with: kbsearch index FOLDER") from None
    except OSError as error:
        raise IndexMissingError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    try:
        text, checksum, rest = raw.split(b"\n")
        if rest or b"%d" % zlib.crc32(text) != checksum:
            raise ValueError("the checksum is wrong")
        body = json.loads(text)
        if body["format"] != FORMAT:
            raise IndexMismatchError(
                f"{path}: made by another version of kbsearch (format {body['format']}, this one reads {FORMAT}); "
                "rebuild it with: kbsearch index FOLDER --rebuild"
            )
        meta = body["meta"]
        if type(body["generation"]) is not int or not isinstance(meta, dict):
            raise ValueError("a value of the wrong type")
        segments = tuple(map(_segment, body["segments"]))
        if len({info.file for info in segments}) < len(segments):
            raise ValueError("a segment twice")
        return Toc(body["generation"], segments, meta)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(path, str(error)) from error


def _segment(entry: Mapping[str, Any]) -> SegmentInfo:
    info = SegmentInfo(
        str(entry["file"]),
        entry["size"],
        entry["crc32"],
        entry["posts"],
        base64.b64decode(entry["deleted"], validate=True),
    )
    if not SEGMENT_FILE.fullmatch(info.file) or any(type(n) is not int for n in (info.size, info.checksum, info.posts)):
        raise ValueError("a segment's entry")
    if info.posts < 0 or (info.deleted and len(info.deleted) != (info.posts + 7) // 8):
        raise ValueError("a segment's deleted posts")
    return info
