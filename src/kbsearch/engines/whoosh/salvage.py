"""What can still be read of a damaged index: every post whose own bytes have the right checksum."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from kbsearch.engines.base import Salvage
from kbsearch.engines.whoosh.container import TRAILER, ArrayReader
from kbsearch.engines.whoosh.segment import Segment
from kbsearch.engines.whoosh.toc import SEGMENT_FILE, SegmentInfo, read_toc
from kbsearch.errors import IndexUnusableError

__all__ = ["salvage"]


def salvage(folder: Path) -> Salvage:
    """Read what the table of contents names or, if that is damaged, all segment files there are."""
    try:
        toc = read_toc(folder)
    except IndexUnusableError:
        note = "the table of contents was damaged: posts that had been deleted or replaced may be back"
        return Salvage({}, _posts(folder, _segments_there(folder)), (note,))
    meta: Mapping[str, Any] = toc.meta
    return Salvage(meta, _posts(folder, toc.segments))


def _posts(folder: Path, infos: Sequence[SegmentInfo]) -> Iterator[tuple[bytes, bytes]]:
    for info in infos:
        try:
            segment = Segment(folder, info)
        except (OSError, IndexUnusableError):
            continue
        for post in range(segment.posts):
            if not segment.is_deleted(post):
                with suppress(IndexUnusableError):
                    yield segment.blobs(post)
        segment.close()


def _segments_there(folder: Path) -> list[SegmentInfo]:
    """Segment files that can be opened, the youngest first; which of their posts are deleted is not known."""
    found: list[tuple[int, SegmentInfo]] = []
    for name in os.listdir(folder):
        if SEGMENT_FILE.fullmatch(name):
            try:
                arrays = ArrayReader(folder / name)
                size = (folder / name).stat().st_size
                with (folder / name).open("rb") as file:
                    file.seek(size - TRAILER.size)
                    checksum = TRAILER.unpack(file.read())[3]
                posts = arrays.meta["posts"]
                arrays.close()
                time = (folder / name).stat().st_mtime_ns
                found.append((-time, SegmentInfo(name, size, checksum, int(posts))))
            except (OSError, IndexUnusableError, KeyError, TypeError, ValueError):
                continue
    return [info for _, info in sorted(found)]
