"""The engine's writer; see :class:`kbsearch.engines.base.Writer`."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import tantivy

from kbsearch.engines.base import IndexDocument
from kbsearch.engines.tantivy.commits import Record, confirm, current_opstamp, prepare
from kbsearch.engines.tantivy.schema import MAX_DATE, joined, open_index, written
from kbsearch.engines.tantivy.translated import translated
from kbsearch.errors import IndexUnusableError, IndexWriteError

__all__ = ["Batch", "TantivyWriter", "encode"]

_MEMORY = 128_000_000  # bytes that the writer holds before it makes a segment

Batch = list[dict[str, Any]]


def encode(documents: Sequence[IndexDocument]) -> Batch:
    """Documents as Tantivy takes them: each field's terms joined by spaces."""
    batch: Batch = []
    for document in documents:
        values: dict[str, Any] = {name: joined(terms) for name, terms in document.terms.items() if terms}
        values |= {name: [written(name, value) for value in each] for name, each in document.keywords.items() if each}
        values |= document.numbers
        date = document.numbers.get("date")
        values |= {
            "key": written("key", document.key),
            "newest": -1 if date is None else date,
            "oldest": MAX_DATE if date is None else date,
            "stored": document.stored,
            "source": document.source,
        }
        batch.append(values)
    return batch


class TantivyWriter:
    """One update; see :class:`kbsearch.engines.base.Writer`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sequence = time.time_ns()
        self._done = False
        current_opstamp(folder)
        with translated(folder, IndexWriteError):
            self._writer = open_index(folder).writer(_MEMORY, 1)

    def add(self, batch: Batch) -> None:
        """Take in an encoded batch."""
        with translated(self._folder, IndexWriteError):
            for values in batch:
                self._writer.delete_documents_by_term("key", values["key"])
                self._sequence += 1
                document = tantivy.Document()
                for name, value in values.items():
                    if name in ("stored", "source"):
                        document.add_bytes(name, value)
                    elif isinstance(value, int):
                        document.add_integer(name, value)
                    elif isinstance(value, str):
                        document.add_text(name, value)
                    else:
                        for each in value:
                            document.add_text(name, each)
                document.add_integer("sequence", self._sequence)
                self._writer.add_document(document)

    def remove(self, keys: Iterable[str]) -> None:
        """Take posts out; unknown keys are ignored."""
        with translated(self._folder, IndexWriteError):
            for key in keys:
                self._writer.delete_documents_by_term("key", written("key", key))

    def commit(self, meta: Mapping[str, Any]) -> None:
        """Make the update durable and visible."""
        base: int | None = None
        try:
            base = prepare(self._folder, meta)
            with translated(self._folder, IndexWriteError):
                self._writer.commit()
        except BaseException as error:
            if base is None or current_opstamp(self._folder) == base or not isinstance(error, IndexWriteError):
                self.cancel()
                raise
        # The commit stands. What fails from here on is made up for by the next update.
        self._done = True
        with suppress(IndexUnusableError):
            with translated(self._folder, IndexWriteError):
                self._writer.wait_merging_threads()
            confirm(self._folder, Record(meta, base, None))

    def cancel(self) -> None:
        """Leave the index as it was."""
        if self._done:
            return
        self._done = True
        with suppress(IndexWriteError), translated(self._folder, IndexWriteError):
            self._writer.rollback()
            self._writer.wait_merging_threads()
