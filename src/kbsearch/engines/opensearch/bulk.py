"""Sending posts: several requests on their way at once, few enough that a busy cluster slows the sender down.

Each operation carries a growing version, and the cluster keeps the highest, so neither the order in which requests
arrive nor their repetition matters.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from kbsearch.engines.opensearch.connection import Connection, pauses
from kbsearch.engines.opensearch.translated import may_pass, refusal
from kbsearch.errors import KbsearchError

__all__ = ["Operation", "Sender", "delete", "delete_found"]

_REQUEST_BYTES = 4_000_000
_REQUEST_OPERATIONS = 1_000
_REQUESTS_AT_ONCE = 4
_LISTED = 5_000  # identifiers in one answer
_PATIENCE = 300.0  # seconds that an overloaded cluster is waited for
_DONE = (200, 201, 404, 409)  # 404: nothing to delete; 409: there is a later version already


class Operation(NamedTuple):
    """Put a post under an identifier, or, without ``body``, delete what is there.

    ``version`` of 0: whatever is there.
    """

    id: str
    version: int = 0
    body: bytes = b""
    digest: str = ""

    def lines(self) -> bytes:
        """The operation as OpenSearch takes it."""
        action: dict[str, Any] = {"_id": self.id}
        if self.version:
            action |= {"version": self.version, "version_type": "external_gte"}
        head = json.dumps({"index" if self.body else "delete": action}, separators=(",", ":")).encode()
        return head + b"\n" + (self.body + b"\n" if self.body else b"")


class Sender:
    """Sends operations to one index.

    Args:
        known: given identifiers, tells the digests of those posts that are there already; they are not sent again.
    """

    def __init__(
        self,
        connection: Connection,
        index: str,
        known: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    ) -> None:
        self._connection, self._index, self._known = connection, index, known
        self._pool = ThreadPoolExecutor(_REQUESTS_AT_ONCE, thread_name_prefix="kbsearch-bulk")
        self._free = threading.BoundedSemaphore(_REQUESTS_AT_ONCE + 1)
        self._under_way: list[Future[None]] = []
        self._waiting: list[Operation] = []
        self._bytes = 0

    def send(self, operation: Operation) -> None:
        """Take an operation in; waits while too many requests are under way.

        Raises:
            KbsearchError: an earlier operation failed.
        """
        self._waiting.append(operation)
        self._bytes += len(operation.body)
        if self._bytes >= _REQUEST_BYTES or len(self._waiting) >= _REQUEST_OPERATIONS:
            self._hand_over()

    def finish(self) -> None:
        """Wait until everything is done.

        Raises:
            KbsearchError: something failed.
        """
        self._hand_over()
        self._collect(wait=True)

    def close(self) -> None:
        """Drop what is not under way yet, and wait for the rest."""
        self._waiting = []
        self._pool.shutdown(cancel_futures=True)

    def _hand_over(self) -> None:
        self._collect(wait=False)
        operations, self._waiting, self._bytes = self._waiting, [], 0
        if operations:
            self._free.acquire()
            self._under_way.append(self._pool.submit(self._send, operations))

    def _collect(self, *, wait: bool) -> None:
        """Forget the requests that are done.

        Raises:
            KbsearchError: one of them failed.
        """
        still: list[Future[None]] = []
        for future in self._under_way:
            if wait or future.done():
                future.result()
            else:
                still.append(future)
        self._under_way = still

    def _send(self, operations: Sequence[Operation]) -> None:
        try:
            if self._known is not None:
                there = self._known([each.id for each in operations if each.body])
                operations = [each for each in operations if not each.body or there.get(each.id) != each.digest]
            self._send_all(operations)
        finally:
            self._free.release()

    def _send_all(self, operations: Sequence[Operation]) -> None:
        deadline = time.monotonic() + _PATIENCE
        for pause in pauses():
            if not operations:
                return
            body = b"".join(each.lines() for each in operations)
            path, left = f"/{self._index}/_bulk", max(deadline - time.monotonic(), 0.0)
            answer = self._connection.ask("POST", path, body, accept=(413,), patience=left)
            if answer.status == 413 and len(operations) > 1:
                middle = len(operations) // 2
                self._send_all(operations[:middle])
                operations = operations[middle:]
                continue
            if answer.status == 413:
                raise refusal(self._connection.where, answer.status, answer.body)
            operations, failure = self._refused(operations, answer.body["items"])
            if failure is not None and time.monotonic() + pause > deadline:
                raise failure
            if operations:
                time.sleep(pause)

    def _refused(
        self, operations: Sequence[Operation], items: Sequence[Mapping[str, Any]]
    ) -> tuple[list[Operation], KbsearchError | None]:
        """The operations to try again.

        Raises:
            KbsearchError: one was refused for good.
        """
        again: list[Operation] = []
        failure = None
        for operation, item in zip(operations, items, strict=True):
            (result,) = item.values()
            status = int(result["status"])
            if status in _DONE and "index_not_found" not in str(result.get("error", "")):
                continue
            failure = refusal(self._connection.where, status, result)
            if not may_pass(status, result):
                raise failure
            again.append(operation)
        return again, failure


def delete(connection: Connection, index: str, ids: Iterable[str]) -> None:
    """Delete documents, and let that be seen; identifiers of none are ignored.

    Raises:
        KbsearchError: the cluster refuses, or cannot be reached.
    """
    sender = Sender(connection, index)
    try:
        for id in ids:
            sender.send(Operation(id))
        sender.finish()
    finally:
        sender.close()
    connection.ask("POST", f"/{index}/_refresh")


def delete_found(connection: Connection, index: str, query: Mapping[str, Any]) -> None:
    """Delete the documents that a query finds. (``_delete_by_query`` is not in every OpenSearch: it is a module.)

    Raises:
        KbsearchError: the cluster refuses, or cannot be reached.
    """
    body, params = {"size": _LISTED, "query": query, "_source": False}, {"allow_partial_search_results": "false"}
    while True:
        hits = connection.ask("POST", f"/{index}/_search", body, params).body["hits"]["hits"]
        if hits:
            delete(connection, index, [str(hit["_id"]) for hit in hits])
        if len(hits) < _LISTED:
            return
