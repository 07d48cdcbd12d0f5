"""The indices behind a name: which is current, which are being built, which can go.

A knowledge base called ``notes`` is the alias ``notes`` of one index of posts, ``notes.0123456789ab``; a full build
makes another such index and then moves the alias, at one moment. ``notes.control`` keeps the records and side files.
The index before stays until the next update, so that those who are reading in it can finish.

In a folder, a small file says which name and, until the alias was moved, which index it stands for. It holds no
address and no secret: an index folder may come from anyone, and must not send anybody's password anywhere.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kbsearch.engines.opensearch.bulk import delete_found
from kbsearch.engines.opensearch.cluster import Cluster
from kbsearch.engines.opensearch.connection import Connection
from kbsearch.engines.opensearch.record import Record, read_record, write_record
from kbsearch.engines.opensearch.schema import CONTROL, index_body
from kbsearch.engines.opensearch.translated import mapping_conflict, no_name, no_opensearch
from kbsearch.errors import ConfigError, IndexCorruptError, IndexMissingError, IndexWriteError
from kbsearch.files import read_regular, replace_file
from kbsearch.language import message

__all__ = [
    "POINTER",
    "Pointer",
    "control_of",
    "create",
    "current",
    "discard",
    "drop",
    "read_pointer",
    "swap",
    "sweep",
    "write_pointer",
]

POINTER = "cluster.json"
_MAX_POINTER = 10_000  # bytes
_INDEX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}\.[0-9a-f]{12}")
_YOUNG = 86_400.0  # seconds for which an index that nobody began to fill may be somebody's


@dataclass(frozen=True, slots=True)
class Pointer:
    """What an engine folder stands for: a name, and an index; an empty one means the name's current index."""

    name: str
    index: str


def write_pointer(folder: Path, pointer: Pointer) -> None:
    """Say in a folder what it stands for.

    Raises:
        IndexWriteError: it could not be written.
    """
    replace_file(folder / POINTER, json.dumps(asdict(pointer)).encode())


def read_pointer(folder: Path) -> Pointer:
    """What a folder stands for.

    Raises:
        IndexMissingError, IndexCorruptError
    """
    path = folder / POINTER
    try:
        data = json.loads(read_regular(path, _MAX_POINTER))
        pointer = Pointer(data["name"], data["index"])
        if pointer.name and control_of(pointer.name) and (not pointer.index or _INDEX.fullmatch(pointer.index)):
            return pointer
    except FileNotFoundError as error:
        raise IndexMissingError(
            message("{folder}: there is no index here; make one with: kbsearch index FOLDER", folder=folder)
        ) from error
    except OSError as error:
        raise IndexMissingError(
            message("{path}: cannot be read ({reason}); check its permissions", path=path, reason=error.strerror)
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError, ConfigError):
        pass
    raise IndexCorruptError(
        message(
            "{path}: damaged: {what}; run: kbsearch check --repair",
            path=path,
            what=message("it is not what kbsearch wrote"),
        )
    )


def control_of(name: str) -> str:
    """The index of records and side files that goes with a name."""
    return Cluster("http://localhost", name).name + ".control"


def current(connection: Connection, name: str) -> str:
    """The index that a name stands for.

    Raises:
        IndexMissingError: none.
    """
    # Of the name's own indices: to ask for those of an alias alone takes the right to see all that are in the cluster.
    answer = connection.ask("GET", f"/{name}.*/_alias/{name}", accept=(404,))
    found = [index for index in answer.body if _INDEX.fullmatch(index)] if answer.status == 200 else []
    if len(found) != 1:
        raise no_name(connection.where, name)
    return str(found[0])


def create(connection: Connection, cluster: Cluster) -> str:
    """An empty index of posts; if a build that was killed on this machine left one, that one, to go on with.

    Raises:
        KbsearchError: the cluster refuses.
    """
    body = index_body(cluster.shards, cluster.replicas, _major_version(connection))
    replicas = {"settings": {"number_of_shards": 1, "number_of_replicas": cluster.replicas}, "mappings": CONTROL}
    control = control_of(cluster.name)
    _make(connection, control, replicas)
    for index in _indices(connection, cluster.name):
        record = read_record(connection, control, index)
        unfinished = record is not None and record.commit == 0 and record.attempt > 0
        if unfinished and record is not None and record.lease and record.lease.is_dead():
            settings = connection.ask("GET", f"/{index}/_settings").body[index]["settings"]["index"]
            if settings["number_of_shards"] == str(cluster.shards):
                return index
    index = f"{cluster.name}.{uuid.uuid4().hex[:12]}"
    _make(connection, index, body)
    if write_record(connection, control, index, Record()) is None:
        raise IndexWriteError(message("{index}: its record could not be written; try again", index=index))
    return index


def _major_version(connection: Connection) -> int:
    """The cluster's version, before its first point.

    Raises:
        ConfigError: what answers is no OpenSearch.
    """
    said = connection.ask("GET", "/").body
    try:
        return int(str(said["version"]["number"]).partition(".")[0])
    except (KeyError, TypeError, ValueError) as error:
        raise no_opensearch(connection.where) from error


def _make(connection: Connection, index: str, body: object) -> None:
    answer = connection.ask("PUT", f"/{index}", body, {"wait_for_active_shards": 1}, accept=(400,))
    error = answer.body.get("error", {}) if answer.status == 400 and isinstance(answer.body, dict) else {}
    if error and error.get("type") != "resource_already_exists_exception":
        raise mapping_conflict(connection.where, str(error.get("reason")))


def swap(connection: Connection, name: str, index: str) -> None:
    """Let the name stand for this index, at one moment.

    Raises:
        KbsearchError: the cluster refuses; the name stands for what it did.
    """
    actions: list[dict[str, dict[str, str]]] = [{"add": {"index": index, "alias": name}}]
    with suppress(IndexMissingError):
        before = current(connection, name)
        if before != index:
            actions.append({"remove": {"index": before, "alias": name}})
    connection.ask("POST", "/_aliases", {"actions": actions})


def sweep(connection: Connection, name: str) -> None:
    """Delete the name's indices that are not in use: replaced ones, and those of builds that were given up.

    Raises:
        KbsearchError: the cluster refuses.
    """
    control, keep = control_of(name), current(connection, name)
    for index in _indices(connection, name):
        if index == keep:
            continue
        record = read_record(connection, control, index)
        busy = record is not None and record.lease is not None and not record.lease.is_over()
        begun = record is not None and record.attempt > 0
        if not busy and (begun or _age(connection, index) > _YOUNG):
            discard(connection, control, index)


def discard(connection: Connection, control: str, index: str) -> None:
    """Delete an index of posts with its record and side files."""
    connection.ask("DELETE", f"/{index}", accept=(404,))
    of_it = {"bool": {"should": [{"term": {"generation": index}}, {"term": {"_id": index}}]}}
    if connection.ask("POST", f"/{control}/_refresh", accept=(404,)).status == 200:
        delete_found(connection, control, of_it)


def drop(connection: Connection, name: str) -> None:
    """Delete all that the cluster keeps under a name.

    Raises:
        KbsearchError: the cluster refuses.
    """
    for index in (*_indices(connection, name), control_of(name)):
        connection.ask("DELETE", f"/{index}", accept=(404,))


def _indices(connection: Connection, name: str) -> list[str]:
    """The indices of posts that belong to a name."""
    answer = connection.ask("GET", f"/{name}.*/_alias", accept=(404,))
    found = answer.body if answer.status == 200 else {}
    return sorted(index for index in found if _INDEX.fullmatch(index) and index.rpartition(".")[0] == name)


def _age(connection: Connection, index: str) -> float:
    """Seconds since an index was made."""
    answer = connection.ask("GET", f"/{index}/_settings", accept=(404,))
    if answer.status == 404:
        return 0.0
    return time.time() - int(answer.body[index]["settings"]["index"]["creation_date"]) / 1000
