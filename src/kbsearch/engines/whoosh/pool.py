"""What an update has added so far: encoded batches, kept in memory up to a budget and beyond that on disk."""

from __future__ import annotations

import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np

from kbsearch.engines.whoosh.container import ArrayReader, ArrayWriter
from kbsearch.engines.whoosh.encode import Batch, Ints, Run
from kbsearch.engines.whoosh.postings import view

__all__ = ["DEFAULT_MEMORY", "Pool", "PooledRun", "Vocabulary"]

DEFAULT_MEMORY = 256 << 20  # bytes of postings held before they are spilled; 12,000 long posts stay below it
_RUN_ARRAYS = tuple(f.name for f in fields(Run) if f.name != "terms")


class Vocabulary:
    """Numbers for the terms of one field, in order of arrival, for as long as an update lasts."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict()
        self._numbers.default_factory = self._numbers.__len__

    def numbers(self, terms: list[str]) -> Ints:
        """Each term's number; new terms get new ones."""
        return np.fromiter(map(self._numbers.__getitem__, terms), np.uint32, len(terms))

    def terms(self) -> list[str]:
        """All terms, by number."""
        return list(self._numbers)


class PooledRun:
    """A run whose terms are numbers of the update's vocabulary, for posts from ``base`` on."""

    def __init__(self, run: Run, numbers: Ints) -> None:
        self.numbers, self.run = numbers, run


class Pool:
    """Batches taken in by a writer.

    Args:
        folder: where to spill; must exist.
        memory: bytes of arrays to hold in memory.
    """

    def __init__(self, folder: Path, memory: int = DEFAULT_MEMORY) -> None:
        self.vocabularies: defaultdict[str, Vocabulary] = defaultdict(Vocabulary)
        self.runs: list[dict[str, PooledRun]] = []  # one mapping of fields for each batch
        self.numbers: list[dict[str, Ints]] = []
        self.posts: list[int] = []  # number of posts in each batch
        self.nbytes = 0  # of everything taken in, on disk or not
        self._folder, self._memory = folder, memory
        self._held: list[PooledRun] = []
        self._held_bytes = self._spills = 0
        self._spilled: list[ArrayReader] = []
        self._blobs = tempfile.SpooledTemporaryFile(max_size=max(1, memory // 4), dir=str(folder))  # noqa: SIM115 (closed in close)
        self._blob_sizes = array("Q")

    def add(self, batch: Batch) -> None:
        """Take a batch in.

        Raises:
            OSError: it did not fit in memory and could not be spilled.
        """
        pooled = {}
        for name, run in batch.runs.items():
            pooled[name] = PooledRun(run, self.vocabularies[name].numbers(run.terms))
            run.terms = []
        self.runs.append(pooled)
        self.numbers.append(batch.numbers)
        self.posts.append(len(batch.keys))
        self._blobs.writelines(batch.blobs)
        self._blob_sizes.extend(map(len, batch.blobs))
        self._held.extend(pooled.values())
        self._held_bytes += batch.nbytes
        self.nbytes += batch.nbytes + sum(map(len, batch.blobs))
        if self._held_bytes > self._memory:
            self._spill()

    def blobs(self) -> Iterator[tuple[bytes, bytes]]:
        """Stored and source bytes of every post, in order."""
        self._blobs.seek(0)
        for i in range(0, len(self._blob_sizes), 2):
            yield self._blobs.read(self._blob_sizes[i]), self._blobs.read(self._blob_sizes[i + 1])

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
            for i, pooled in enumerate(self._held):
                for name in _RUN_ARRAYS:
                    values = getattr(pooled.run, name)
                    if values is not None:
                        writer.add(f"{i}.{name}", values.dtype.char, [np.ascontiguousarray(values)])
            writer.finish({}, sync=False)
        except BaseException:
            writer.abandon()
            raise
        reader = ArrayReader(path)
        for i, pooled in enumerate(self._held):
            for name in _RUN_ARRAYS:
                if getattr(pooled.run, name) is not None:
                    setattr(pooled.run, name, view(reader.array(f"{i}.{name}").view))
        self._spilled.append(reader)
        self._spills += 1
        self._held.clear()
        self._held_bytes = 0
