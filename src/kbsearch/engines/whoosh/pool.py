"""What an update has added so far: encoded batches, kept in memory up to a budget and beyond that on disk."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np

from kbsearch.engines.whoosh.container import ArrayReader, ArrayWriter
from kbsearch.engines.whoosh.encode import Batch, Ints, Run
from kbsearch.engines.whoosh.postings import view

__all__ = ["DEFAULT_MEMORY", "Pool"]

DEFAULT_MEMORY = 64 << 20  # bytes of postings held before they are spilled: those of some 3,000 long posts
_RUN_ARRAYS = tuple(field.name for field in fields(Run))


class Pool:
    """Batches taken in by a writer.

    Args:
        folder: where to spill; must exist.
        memory: bytes of arrays to hold in memory.
    """

    def __init__(self, folder: Path, memory: int = DEFAULT_MEMORY) -> None:
        self.runs: list[dict[str, Run]] = []  # one mapping of fields for each batch
        self.numbers: list[dict[str, Ints]] = []
        self.posts: list[int] = []  # number of posts in each batch
        self.nbytes = 0  # of everything taken in, on disk or not
        self._folder, self._memory = folder, memory
        self._held: list[Run] = []
        self._held_bytes = self._spills = 0
        self._spilled: list[ArrayReader] = []
        self._blobs = tempfile.SpooledTemporaryFile(max_size=max(1, memory // 4), dir=str(folder))  # noqa: SIM115 (closed in close)
        self._blob_sizes = array("Q")

    def add(self, batch: Batch) -> None:
        """Take a batch in.

        Raises:
            OSError: it did not fit in memory and could not be spilled.
        """
        self.runs.append(batch.runs)
        self.numbers.append(batch.numbers)
        self.posts.append(len(batch.keys))
        self._blobs.writelines(batch.blobs)
        self._blob_sizes.extend(map(len, batch.blobs))
        self._held.extend(batch.runs.values())
        self._held_bytes += batch.nbytes
        self.nbytes += batch.nbytes + sum(map(len, batch.blobs))
        if self._held_bytes > self._memory:
            self._spill()

    def blobs(self) -> Iterator[tuple[bytes, bytes]]:
        """Stored and source bytes of every post, in order."""
        self._blobs.seek(0)
        for i in range(0, len(self._blob_sizes), 2):
            yield self._blobs.read(self._blob_sizes[i]), self._blobs.read(self._blob_sizes[i + 1])

    def forget(self, field: str) -> None:
        """Let go of a field that has been written, and of the memory that it took."""
        self._held.clear()
        for runs in self.runs:
            runs.pop(field, None)
        for reader in self._spilled:
            reader.release_memory()

    def close(self) -> None:
        """Let go of everything."""
        self._blobs.close()
        for reader in self._spilled:
            reader.close()
        self.runs.clear()
        self._held.clear()

    def _spill(self) -> None:
        """Move the runs held in memory to a file, mapped in their place."""
        path = self._folder / f"spill-{self._spills}.run"
        writer = ArrayWriter(path)
        try:
            for i, run in enumerate(self._held):
                for name in _RUN_ARRAYS:
                    values = getattr(run, name)
                    if values is not None:
                        writer.add(f"{i}.{name}", values.dtype.char, [np.ascontiguousarray(values)])
            writer.finish({}, sync=False)
        except BaseException:
            writer.abandon()
            raise
        reader = ArrayReader(path)
        for i, run in enumerate(self._held):
            for name in _RUN_ARRAYS:
                if getattr(run, name) is not None:
                    setattr(run, name, view(reader.array(f"{i}.{name}").view))
        self._spilled.append(reader)
        self._spills += 1
        self._held.clear()
        self._held_bytes = 0
