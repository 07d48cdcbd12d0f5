"""One update of an index in a cluster; see :class:`kbsearch.engines.base.Writer` and :mod:`.record`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from kbsearch.engines.opensearch.bulk import Operation, Sender, delete, delete_found
from kbsearch.engines.opensearch.connection import Connection
from kbsearch.engines.opensearch.encode import Encoded, hash_of
from kbsearch.engines.opensearch.record import Lease, Record, conflict, read_record, write_record
from kbsearch.engines.opensearch.schema import written
from kbsearch.engines.opensearch.translated import no_index
from kbsearch.errors import KbsearchError

__all__ = ["OpenSearchWriter"]

_SIGN_OF_LIFE = 30.0  # seconds
_QUIET = 1.0  # seconds in which nothing arrives any more of what a killed update had under way
_LOOKED_UP = 1_000  # keys in one question
_LISTED = 5_000  # identifiers in one answer
_PLACES = 1 << 40  # posts that one update may add


class OpenSearchWriter:
    """One update.

    If the update before was killed, on this machine, and nothing but it has been going on since, this one goes on with
    the posts that it had sent: those that are added again the same, in the same order, are not sent again.

    Raises:
        IndexMissingError: there is no such index.
        IndexLockedError: another writer is at work.
    """

    def __init__(self, connection: Connection, control: str, index: str) -> None:
        self._connection, self._control, self._index = connection, control, index
        record = read_record(connection, control, index)
        if record is None:
            raise no_index(connection.where, index)
        if record.lease is not None and not record.lease.is_over():
            raise conflict(index, record.lease)
        unfinished = record.attempt > record.commit
        resume = unfinished and record.lease is not None and record.lease.is_dead()
        self._lease = Lease.mine()
        self._record = self._write(record.begun(self._lease, resume=resume))
        self._number = self._record.attempt
        self._place = 0
        # Keys are remembered only where there may be something else to delete for them: a build holds none.
        self._remembers = bool(self._record.commit) or resume
        self._added: set[str] = set()
        self._removed: set[str] = set()
        self._done = False
        self._resumed = resume
        if unfinished:
            self._refresh()
            if not resume:
                delete_found(connection, index, {"terms": {"born": list(self._record.abandoned)}})
        self._bury_dead()
        self._sender = Sender(connection, index, self._digests if resume else None)

    def add(self, batch: Sequence[Encoded]) -> None:
        """Take in an encoded batch.

        Raises:
            KbsearchError: the cluster refuses posts, or cannot be reached.
        """
        for key, body, digest in batch:
            version, id = self._next(), self._id(key)
            sequence = self._number * _PLACES + self._place
            digest = f"{digest}-{self._place:x}"
            rest = f',"digest":"{digest}","born":{self._number},"sequence":{sequence}}}'
            self._sender.send(Operation(id, version, body[:-1] + rest.encode(), digest))
            if self._remembers:
                self._added.add(key)
        self._stay_alive()

    def remove(self, keys: Iterable[str]) -> None:
        """Take posts out; unknown keys are ignored."""
        for key in keys:
            name = written("key", key)
            self._sender.send(Operation(self._id(name), self._next()))  # in case this update has added it
            if self._remembers:
                self._added.discard(name)
                self._removed.add(name)

    def commit(self, meta: Mapping[str, Any]) -> None:
        """Make the update durable and visible at once.

        Raises:
            TypeError, ValueError: ``meta`` is not JSON-able.
            IndexLockedError: another writer has taken this one's place.
            KbsearchError: the cluster refuses; readers go on seeing the commit before.
        """
        json.dumps(dict(meta))
        try:
            self._sender.finish()
            self._refresh()
            if self._resumed:
                self._await_stragglers()
                self._drop_unwanted()
            dead = tuple(self._superseded())
            commit = replace(self._record, commit=self._number, dead=dead, meta=dict(meta), lease=None)
            self._record = self._write(commit)
        except BaseException:
            self.cancel()
            raise
        self._done = True
        self._sender.close()
        with suppress(KbsearchError):  # the commit stands; what fails from here on, the next update makes up for
            self._bury_dead()

    def cancel(self) -> None:
        """Leave the index as it was."""
        if self._done:
            return
        self._done = True
        self._sender.close()
        with suppress(KbsearchError):
            self._write(replace(self._record, lease=None))

    def _id(self, key: str) -> str:
        """The identifier of a post of this update."""
        return f"{hash_of(key)}-{self._number:x}"

    def _next(self) -> int:
        """The next operation's version: higher than any before, in this run or one that it goes on from."""
        self._place += 1
        return self._record.runs * _PLACES + self._place

    def _write(self, record: Record) -> Record:
        done = write_record(self._connection, self._control, self._index, record)
        if done is None:
            there = read_record(self._connection, self._control, self._index)
            raise conflict(self._index, there.lease if there else None)
        return done

    def _stay_alive(self) -> None:
        if time.time() - self._lease.seen > _SIGN_OF_LIFE:
            self._lease = replace(self._lease, seen=time.time())
            self._record = self._write(replace(self._record, lease=self._lease))

    def _refresh(self) -> None:
        self._connection.ask("POST", f"/{self._index}/_refresh")

    def _superseded(self) -> Iterator[str]:
        """Identifiers of the posts of the commit before that this update replaces or removes."""
        if not self._record.commit:
            return
        born = {"range": {"born": {"lte": self._record.commit}}}
        hidden = {"terms": {"born": list(self._record.abandoned)}}
        for keys in _chunks(iter(self._added | self._removed), _LOOKED_UP):
            query = {"bool": {"filter": [born, {"terms": {"key": keys}}], "must_not": [hidden]}}
            yield from (str(hit["_id"]) for hit in self._search({"size": 2 * len(keys), "query": query}))

    def _digests(self, ids: Sequence[str]) -> Mapping[str, str]:
        """What the update before had sent of these posts."""
        body = {"size": len(ids), "query": {"ids": {"values": ids}}, "docvalue_fields": ["digest"]}
        return {str(hit["_id"]): str(hit["fields"]["digest"][0]) for hit in self._search(body)}

    def _await_stragglers(self) -> None:
        """Wait until the cluster has done what the killed update had asked last: it would count with this commit."""
        body = {"size": 0, "track_total_hits": True, "query": {"term": {"born": self._number}}}
        before = -1
        while (there := int(self._ask(body)["total"]["value"])) != before:
            before = there
            time.sleep(_QUIET)
            self._refresh()

    def _drop_unwanted(self) -> None:
        """Delete what the killed update had sent and this one has not."""
        wanted = {self._id(key) for key in self._added}
        delete(self._connection, self._index, (id for id in self._sent() if id not in wanted))

    def _sent(self) -> Iterator[str]:
        """Identifiers of the posts of this update that are in the cluster."""
        body: dict[str, Any] = {"size": _LISTED, "query": {"term": {"born": self._number}}}
        body["sort"] = [{"sequence": "asc"}]
        while hits := self._search(body):
            yield from (str(hit["_id"]) for hit in hits)
            body["search_after"] = hits[-1]["sort"]

    def _search(self, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        hits: Sequence[Mapping[str, Any]] = self._ask(body)["hits"]
        return hits

    def _ask(self, body: Mapping[str, Any]) -> Any:
        params = {"allow_partial_search_results": "false"}
        return self._connection.ask("POST", f"/{self._index}/_search", body, params).body["hits"]

    def _bury_dead(self) -> None:
        """Delete the posts that the last commit replaced or removed, and forget about them."""
        if not self._record.dead:
            return
        delete(self._connection, self._index, self._record.dead)
        self._record = self._write(replace(self._record, dead=()))


def _chunks(items: Iterator[str], size: int) -> Iterator[list[str]]:
    while chunk := list(islice(items, size)):
        yield chunk
