"""The engine's writer: posts by key, on top of the Whoosh writer; system errors are translated here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kbsearch.engines.whoosh.encode import Batch
from kbsearch.engines.whoosh.index import ArrayIndex, ArrayIndexWriter
from kbsearch.engines.whoosh.pool import DEFAULT_MEMORY
from kbsearch.files import write_error

__all__ = ["WhooshWriter"]


class WhooshWriter:
    """One update; see :class:`kbsearch.engines.base.Writer`.

    Args:
        folder: the index folder.
        memory: bytes of postings to hold before spilling them to disk.
    """

    def __init__(self, folder: Path, memory: int = DEFAULT_MEMORY) -> None:
        self._folder = folder
        self._added: dict[str, int] = {}  # keys of posts added in this update, and their numbers in it
        self._done = False
        with self._translated():
            self._writer: ArrayIndexWriter = ArrayIndex(folder).writer(memory=memory)

    def add(self, batch: Batch) -> None:
        """Take in an encoded batch."""
        with self._translated():
            first = self._writer.add_batch(batch)
            for post, key in enumerate(batch.keys, first):
                self._forget(key)
                self._added[key] = post

    def remove(self, keys: Iterable[str]) -> None:
        """Take posts out; unknown keys are ignored."""
        with self._translated():
            for key in keys:
                self._forget(key)

    def commit(self, meta: Mapping[str, Any]) -> None:
        """Make the update durable and visible."""
        self._writer.meta = meta
        try:
            with self._translated():
                self._writer.commit()
        except BaseException:
            self._writer.give_up()
            raise
        finally:
            self._done = True

    def cancel(self) -> None:
        """Leave the index as it was."""
        if not self._done:
            self._done = True
            self._writer.give_up()

    def _forget(self, key: str) -> None:
        added = self._added.pop(key, None)
        if added is not None:
            self._writer.drop(added)  # the committed one, if any, went when this one came
            return
        for segment in self._writer.segments:
            keys = segment.arrays().field("key")
            number = -1 if keys is None else keys.lookup(key)
            if keys is not None and number >= 0:
                for post in keys.postings(number):
                    keys.check_posts(post)
                    segment.delete_document(post)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise write_error(error, self._folder) from error
