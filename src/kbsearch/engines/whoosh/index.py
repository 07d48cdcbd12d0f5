# ruff: noqa: D102 (methods that Whoosh calls are documented there)
# mypy: disallow-subclassing-any=False
"""The Whoosh index and its writer, on our segments and our table of contents.

The writer is Whoosh's ``SegmentWriter`` with four steps of its own: it takes batches, keeps them in a
:class:`~.pool.Pool`, writes the segment from there in one go, and commits by replacing the table of contents.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from whoosh import index, writing
from whoosh.filedb.filestore import FileStorage

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, IndexDocument
from kbsearch.engines.whoosh.build import build_segment
from kbsearch.engines.whoosh.codec import ArrayCodec, ArraySegment, make_schema
from kbsearch.engines.whoosh.encode import Batch, encode
from kbsearch.engines.whoosh.policy import Weight, first_to_merge
from kbsearch.engines.whoosh.pool import DEFAULT_MEMORY, Pool
from kbsearch.engines.whoosh.segment import Segment
from kbsearch.engines.whoosh.toc import SEGMENT_FILE, TOC_FILE, Toc, read_toc, write_toc
from kbsearch.errors import IndexUnusableError
from kbsearch.files import sync_folder

__all__ = ["ArrayIndex", "ArrayIndexWriter"]

_NAME = "MAIN"
_TEMPORARY = f"{_NAME}.tmp"  # the folder Whoosh makes for what an update spills


class ArrayIndex(index.FileIndex):
    """An index folder as a Whoosh index: ``searcher()``, ``reader()`` and ``writer()`` work as Whoosh documents them.

    Raises:
        IndexMissingError, IndexMismatchError, IndexCorruptError
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.storage, self.indexname = folder, FileStorage(str(folder)), _NAME
        self._schema = make_schema()
        self._read_toc()

    def _read_toc(self) -> Any:
        toc = read_toc(self.folder)
        segments = [ArraySegment(_NAME, info, self.folder) for info in toc.segments]
        return index.TOC(self._schema, segments, toc.generation)

    def latest_generation(self) -> int:
        return read_toc(self.folder).generation

    def last_modified(self) -> float:
        return (self.folder / TOC_FILE).stat().st_mtime

    def writer(self, procs: int = 1, memory: int = DEFAULT_MEMORY, **kwargs: Any) -> ArrayIndexWriter:
        """A writer; the caller sees to it that there is only one. ``memory`` is the pool's budget in bytes."""
        return ArrayIndexWriter(self, memory)


class ArrayIndexWriter(writing.SegmentWriter):
    """One update. ``meta`` goes into the commit; it starts as that of the last one.

    Raises:
        OSError: from most methods, as the system gave it; :mod:`.writer` translates.
    """

    def __init__(self, ix: ArrayIndex, memory: int) -> None:
        toc = read_toc(ix.folder)
        self.folder: Path = ix.folder
        sweep(self.folder, toc)
        shutil.rmtree(self.folder / _TEMPORARY, ignore_errors=True)
        super().__init__(ix, _lk=False, codec=ArrayCodec(), compound=False)
        self.meta: Mapping[str, Any] = toc.meta
        self.pool = Pool(Path(self._tempstorage.folder), memory)
        self.dropped: set[int] = set()  # posts of the pool that are not to be written
        self._merging: list[Segment] = []

    def add_batch(self, batch: Batch) -> int:
        """Add encoded posts; gives the number, within this update, of the first."""
        first = sum(self.pool.posts)
        self.pool.add(batch)
        self._added = True
        return first

    def drop(self, post: int) -> None:
        """Take out a post that was added in this update."""
        self.dropped.add(post)

    def add_document(self, **fields: Any) -> None:
        """Whoosh's way to add a post: fields as the schema names them, ``key`` a string, the others term lists."""
        key = fields.pop("key")
        document = IndexDocument(
            key,
            terms={name: fields.pop(name) for name in TEXT_FIELDS if name in fields},
            keywords={name: fields.pop(name) for name in KEYWORD_FIELDS if name in fields},
            numbers={name: fields.pop(name) for name in NUMBER_FIELDS if name in fields},
            stored=fields.pop("stored", b""),
            source=fields.pop("source", b""),
        )
        self._check_fields(self.schema, fields)
        self.add_batch(encode([document]))

    def merge_segment(self, segment: ArraySegment) -> None:
        """Merge a segment of this index into the new one, without its deleted posts."""
        self._merging.append(Segment(self.folder, segment.info))
        self._added = True

    def add_reader(self, reader: Any) -> None:
        """Whoosh's way to merge a segment."""
        self.merge_segment(reader.segment())

    def _merge_segments(self, mergetype: Any, optimize: bool | None, merge: bool | None) -> Any:
        """Our merge policy, unless the caller of ``commit`` asks for another."""
        if mergetype is None and not optimize and merge is not False:
            mergetype = _merge_newest
        return super()._merge_segments(mergetype, optimize, merge)

    def _flush_segment(self) -> None:
        path = self.folder / f"{_NAME}_{self.generation:08x}.seg"
        self.newsegment.info = build_segment(path, self._merging, self.pool, self.dropped)

    def _close_segment(self) -> None:
        self.perdocwriter.close()
        self.fieldwriter.close()
        self.pool.close()
        for segment in self._merging:
            segment.close()

    def get_segment(self) -> Any:
        return self.newsegment

    def _commit_toc(self, segments: Sequence[ArraySegment]) -> None:
        infos = tuple(s.info for s in segments if s.info.posts > s.info.deleted_count)
        toc = Toc(self.generation, infos, self.meta)
        sync_folder(self.folder)
        write_toc(self.folder, toc)
        sweep(self.folder, toc)

    def give_up(self) -> None:
        """After an error: release everything and leave the folder as the last commit has it."""
        with suppress(OSError):
            self._close_segment()
        self.is_closed = True
        shutil.rmtree(self.folder / _TEMPORARY, ignore_errors=True)
        with suppress(OSError, IndexUnusableError):
            sweep(self.folder, read_toc(self.folder))


def sweep(folder: Path, toc: Toc) -> None:
    """Delete what the commit does not name: segments it replaced, and leftovers of updates that were killed."""
    named = {info.file for info in toc.segments}
    for name in os.listdir(folder):
        if SEGMENT_FILE.fullmatch(name) and name not in named:
            with suppress(OSError):
                (folder / name).unlink()


def _merge_newest(writer: ArrayIndexWriter, segments: Sequence[ArraySegment]) -> list[ArraySegment]:
    """Whoosh's hook for a merge policy: merges some segments into the writer, gives those that stay."""
    weights = [Weight(s.info.size, s.doc_count_all(), s.deleted_count()) for s in segments]
    first = first_to_merge(weights, writer.pool.nbytes)
    for segment in segments[first:]:
        writer.merge_segment(segment)
    return list(segments[:first])
