"""The OpenSearch engine; see :class:`kbsearch.engines.base.RemoteEngine`."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbsearch.engines.base import TEXT_FIELDS, Encoder, Salvage
from kbsearch.engines.opensearch import generations
from kbsearch.engines.opensearch.bulk import delete_found
from kbsearch.engines.opensearch.cluster import NAME_VARIABLE, URL_VARIABLE, Cluster
from kbsearch.engines.opensearch.connection import Connection, connect
from kbsearch.engines.opensearch.encode import encode
from kbsearch.engines.opensearch.generations import POINTER, Pointer, control_of, read_pointer, write_pointer
from kbsearch.engines.opensearch.reader import OpenSearchReader, open_reader
from kbsearch.engines.opensearch.record import read_record
from kbsearch.errors import (
    ConfigError,
    IndexCorruptError,
    IndexMismatchError,
    IndexMissingError,
    IndexUnusableError,
)
from kbsearch.language import message

if TYPE_CHECKING:
    from kbsearch.analysis.coded import Notation
    from kbsearch.engines.opensearch.writer import OpenSearchWriter

__all__ = ["OpenSearchEngine"]

_PART = 6_000_000  # bytes of a side file in one document


class OpenSearchEngine:
    """Indices kept by an OpenSearch cluster.

    Args:
        cluster: where they are. Without it nothing can be opened: a folder does not say which address to trust.
    """

    name = "opensearch"
    commit_file = POINTER

    def __init__(self, cluster: Cluster | None = None) -> None:
        self._cluster = cluster

    def encoder(self) -> Encoder:
        """The function that prepares batches."""
        return encode

    def notation(self) -> type[Notation]:
        """Terms as text."""
        from kbsearch.analysis.coded import Spelling

        return Spelling

    def create(self, folder: Path) -> None:
        """Make an empty index in the cluster, for which the folder stands."""
        cluster = self._named(to_the_name=True)
        write_pointer(folder, Pointer(cluster.name, generations.create(connect(cluster), cluster)))

    def reader(self, folder: Path) -> OpenSearchReader:
        """Open the last commit.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError, ConfigError
        """
        connection, control, index = self._place(folder)
        return open_reader(connection, control, index)

    def writer(self, folder: Path) -> OpenSearchWriter:
        """Begin an update.

        Raises:
            IndexMissingError, IndexLockedError, IndexMismatchError, IndexCorruptError, ConfigError
        """
        from kbsearch.engines.opensearch.writer import OpenSearchWriter

        pointer = read_pointer(folder)
        connection, control, index = self._place(folder)
        writer = OpenSearchWriter(connection, control, index)
        if not pointer.index:
            with suppress(IndexUnusableError):  # what is left now, a later update deletes
                generations.sweep(connection, pointer.name)
        return writer

    def check(self, folder: Path) -> list[str]:
        """Read every post and every term, and see that all parts of the index are there."""
        try:
            connection, _, index = self._place(folder)
            health = connection.ask("GET", f"/_cluster/health/{index}").body
            if health["status"] == "red":
                missing = health["unassigned_shards"]
                return [
                    message(
                        "{index}: {count} parts of the index are missing in the cluster", index=index, count=missing
                    )
                ]
            reader = self.reader(folder)
            found = sum(1 for ref in reader.refs() if reader.stored(ref) is not None and reader.source(ref) is not None)
            for name in TEXT_FIELDS:
                for _ in reader.terms(name):
                    pass
        except IndexUnusableError as error:
            return [error.message]
        if found == reader.count():
            return []
        return [
            message(
                "{index}: {count} posts are counted, {found} are there", index=index, count=reader.count(), found=found
            )
        ]

    def salvage(self, folder: Path) -> Salvage:
        """What can still be read of a damaged index."""
        meta: Mapping[str, Any] = {}
        with suppress(IndexUnusableError):
            record = read_record(*self._place(folder))
            meta = (record.meta if record else None) or {}
        return Salvage(meta, self._posts_left(folder))

    def _posts_left(self, folder: Path) -> Iterator[tuple[bytes, bytes]]:
        with suppress(IndexUnusableError):
            reader = self.reader(folder)
            for ref in reader.refs():
                with suppress(IndexCorruptError):
                    yield reader.stored(ref), reader.source(ref)

    # --- what an engine does whose posts lie elsewhere ---

    def stamp(self, folder: Path) -> tuple[int, ...]:
        """What changes with every commit.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        connection, control, index = self._place(folder)
        record = read_record(connection, control, index)
        return (zlib.crc32(index.encode()), record.commit if record is not None else 0)

    def exists(self) -> bool:
        """Whether the cluster has the name already."""
        cluster = self._named(to_the_name=True)
        try:
            return bool(generations.current(connect(cluster), cluster.name))
        except IndexMissingError:
            return False

    def attach(self, folder: Path) -> None:
        """Let an empty folder stand for what the cluster has under the name.

        Raises:
            IndexMissingError: it has nothing.
        """
        cluster = self._named(to_the_name=True)
        generations.current(connect(cluster), cluster.name)
        write_pointer(folder, Pointer(cluster.name, ""))

    def drop(self) -> None:
        """Delete all that the cluster keeps under the name."""
        cluster = self._named(to_the_name=True)
        generations.drop(connect(cluster), cluster.name)

    def adopt(self, folder: Path) -> None:
        """Put the folder's index in use, at one moment, for all who ask the cluster for the name."""
        pointer = read_pointer(folder)
        if pointer.index:
            generations.swap(connect(self._named()), pointer.name, pointer.index)
            write_pointer(folder, Pointer(pointer.name, ""))

    def write_side(self, folder: Path, file: str, data: bytes) -> None:
        """Keep a side file in the cluster."""
        connection, control, index = self._place(folder)
        parts = [data[start : start + _PART] for start in range(0, len(data), _PART)] or [b""]
        for part, piece in enumerate(parts):
            body = {"generation": index, "file": file, "part": part, "data": b64encode(piece).decode()}
            connection.ask("PUT", f"/{control}/_doc/{index}-{file}-{part}", body)

    def read_side(self, folder: Path, file: str, size: int) -> bytes | None:
        """A side file of so many bytes from the cluster; ``None`` if it has none of that name."""
        connection, control, index = self._place(folder)
        data = b""
        for part in range(max(-(-size // _PART), 1)):
            answer = connection.ask("GET", f"/{control}/_doc/{index}-{file}-{part}", accept=(404,))
            if answer.status == 404:
                return None
            data += b64decode(answer.body["_source"]["data"])
        return data

    def sweep_sides(self, folder: Path, named: Collection[str]) -> None:
        """Delete the side files in the cluster but these."""
        connection, control, index = self._place(folder)
        unnamed = {"filter": [{"term": {"generation": index}}], "must_not": [{"terms": {"file": sorted(named)}}]}
        connection.ask("POST", f"/{control}/_refresh")
        delete_found(connection, control, {"bool": unnamed})

    def _named(self, *, to_the_name: bool = False) -> Cluster:
        if self._cluster is None:
            raise ConfigError(
                message(
                    "posts of this engine lie in an OpenSearch cluster; say which: --url, or {variable}",
                    variable=URL_VARIABLE,
                )
            )
        if to_the_name and not self._cluster.name:
            raise ConfigError(
                message("say what the index is called in the cluster: --name, or {variable}", variable=NAME_VARIABLE)
            )
        return self._cluster

    def _place(self, folder: Path) -> tuple[Connection, str, str]:
        """The connection, the index of records, and the index of posts that a folder stands for."""
        pointer, cluster = read_pointer(folder), self._named()
        if cluster.name not in ("", pointer.name):
            raise IndexMismatchError(
                message(
                    "{folder}: stands for {name!r} in the cluster, not for {other!r}; name another --index-dir",
                    folder=folder,
                    name=pointer.name,
                    other=cluster.name,
                )
            )
        connection = connect(cluster)
        index = pointer.index or generations.current(connection, pointer.name)
        return connection, control_of(pointer.name), index
