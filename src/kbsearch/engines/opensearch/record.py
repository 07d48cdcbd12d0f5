"""What was committed: one small document for each index of posts, and the one moment at which an update shows.

An update goes on like this, and may be killed at any point of it:

1. It takes the *lease*, and a number greater than any before (:attr:`Record.attempt`).
2. It sends its posts, each marked with that number (``born``) and under an identifier of its own, beside the old
   versions. Readers ask for posts that were born up to the last *commit*, so they see none of it.
3. It replaces the record, on condition that nobody else did meanwhile: the new commit's number, its ``meta``, and the
   identifiers of the posts that are replaced or removed (``dead``), which readers leave out from now on.
4. It deletes the dead posts, and empties the list.

Whatever a killed update left is deleted by the next one. What a writer sends that was taken for dead stays unseen:
its number is among the ``abandoned``.
"""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from kbsearch.engines.opensearch.connection import Connection
from kbsearch.engines.opensearch.schema import FORMAT
from kbsearch.errors import IndexCorruptError, IndexLockedError, IndexMismatchError
from kbsearch.language import message

__all__ = ["Lease", "Record", "conflict", "read_record", "write_record"]

_LEASE_SECONDS = 180.0  # without a sign of life, after which a writer elsewhere counts as dead
_MOST_ABANDONED = 64


@dataclass(frozen=True, slots=True)
class Lease:
    """Who is writing: a name for this one time, the machine, the process, and the time of its last sign of life."""

    token: str
    host: str
    process: int
    seen: float

    @classmethod
    def mine(cls) -> Lease:
        """A new lease for this process."""
        return cls(uuid.uuid4().hex, socket.gethostname(), os.getpid(), time.time())

    def is_dead(self) -> bool:
        """Whether its writer surely lives no more: a process of this machine that is gone."""
        if self.host != socket.gethostname() or self.process == os.getpid():
            return False
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False

    def is_over(self) -> bool:
        """Whether another writer may take its place."""
        if self.host == socket.gethostname() and self.process == os.getpid():
            return True  # an earlier writer of this process, which was not ended
        return self.is_dead() or time.time() - self.seen > _LEASE_SECONDS


@dataclass(frozen=True, slots=True)
class Record:
    """The state of an index of posts.

    Attributes:
        commit: number of the update whose posts are seen; 0 for none yet.
        attempt: number of the last update begun.
        runs: how often a writer has begun; one may go on with the attempt of another.
        abandoned: updates that were given up and may still have posts here.
        dead: identifiers of posts that the commit replaced or removed and that are not deleted yet.
        meta: what the commit carries.
        lease: who is writing now.
        written: a name for this one state.
        version: OpenSearch's number and term for it, which a write gives as its condition.
    """

    commit: int = 0
    attempt: int = 0
    runs: int = 0
    abandoned: tuple[int, ...] = ()
    dead: tuple[str, ...] = ()
    meta: Mapping[str, Any] | None = None
    lease: Lease | None = None
    written: str = ""
    version: tuple[int, int] | None = None

    def begun(self, lease: Lease, *, resume: bool) -> Record:
        """The state after an update has begun; ``resume``: it goes on with the posts of the one before."""
        begun = replace(self, lease=lease, runs=self.runs + 1)
        if resume:
            return begun
        given_up = self.abandoned + ((self.attempt,) if self.attempt > self.commit else ())
        return replace(begun, attempt=self.attempt + 1, abandoned=given_up[-_MOST_ABANDONED:])


def read_record(connection: Connection, control: str, index: str) -> Record | None:
    """The record of an index; ``None`` if there is none.

    Raises:
        IndexMismatchError, IndexCorruptError: it is another version's, or nothing of ours.
    """
    answer = connection.ask("GET", f"/{control}/_doc/{index}", accept=(404,))
    if answer.status == 404:
        return None
    try:
        data = dict(answer.body["_source"]["record"])
        version = data.pop("format")
        if version != FORMAT:
            raise IndexMismatchError(
                message(
                    "{index}: made by another version of kbsearch (its format is {version}, this one reads {format}); "
                    "run: kbsearch index --rebuild",
                    index=index,
                    version=version,
                    format=FORMAT,
                )
            )
        lease = data.pop("lease")
        meta = json.loads(data.pop("meta"))
        if not isinstance(meta, dict):
            raise TypeError("meta")
        return Record(
            commit=int(data["commit"]),
            attempt=int(data["attempt"]),
            runs=int(data["runs"]),
            abandoned=tuple(map(int, data["abandoned"])),
            dead=tuple(map(str, data["dead"])),
            meta=meta,
            lease=Lease(**lease) if lease else None,
            written=str(data["written"]),
            version=(int(answer.body["_seq_no"]), int(answer.body["_primary_term"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise IndexCorruptError(
            message(
                "{index}: its record in the cluster is damaged ({reason}); run: kbsearch check --repair",
                index=index,
                reason=repr(error),
            )
        ) from error


def write_record(connection: Connection, control: str, index: str, record: Record) -> Record | None:
    """Put a record in the place of the one it was made from; ``None`` if that was replaced meanwhile.

    Raises:
        TypeError, ValueError: the meta is not JSON-able.
    """
    record = replace(record, written=uuid.uuid4().hex)
    data = asdict(record)
    del data["version"]
    data |= {"format": FORMAT, "meta": json.dumps(record.meta or {}, ensure_ascii=False)}
    if record.version is None:
        condition: dict[str, Any] = {"op_type": "create"}
    else:
        condition = {"if_seq_no": record.version[0], "if_primary_term": record.version[1]}
    body = {"record": data}
    answer = connection.ask("PUT", f"/{control}/_doc/{index}", body, condition, accept=(404, 409))
    if answer.status in (404, 409):
        # Refused: unless an answer was lost and this is our own write already.
        there = read_record(connection, control, index)
        return there if there is not None and there.written == record.written else None
    return replace(record, version=(int(answer.body["_seq_no"]), int(answer.body["_primary_term"])))


def conflict(index: str, lease: Lease | None) -> IndexLockedError:
    """Another writer is at work."""
    if lease is None:
        return IndexLockedError(message("{index}: another update came in between; try again", index=index))
    return IndexLockedError(
        message(
            "{index}: another update is running (process {process} on {host}); wait for it to end, and try again",
            index=index,
            process=lease.process,
            host="".join(c for c in lease.host if c.isprintable()),
        )
    )
