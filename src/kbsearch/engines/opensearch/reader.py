"""One commit of an index in a cluster; see :class:`kbsearch.engines.base.Reader`.

A *point in time* of OpenSearch keeps the posts as they were when the reader was opened. It can be lost: with the node
that held it, or when nobody asked for long. Then another is opened, if the commit is still the last one.
"""

from __future__ import annotations

import heapq
import json
import time
import weakref
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from kbsearch.engines.base import KEYWORD_FIELDS, TEXT_FIELDS, EngineResult, ScorePart, SearchRequest, Sort
from kbsearch.engines.opensearch.connection import Connection, pauses
from kbsearch.engines.opensearch.encode import unpack
from kbsearch.engines.opensearch.parts import leaves, parts_of
from kbsearch.engines.opensearch.plans import Query, to_query
from kbsearch.engines.opensearch.record import Record, read_record
from kbsearch.engines.opensearch.schema import MARK, unwritten, written
from kbsearch.engines.opensearch.translated import no_index, refusal
from kbsearch.errors import IndexCorruptError, IndexMissingError, IndexUnusableError, KbsearchError
from kbsearch.language import message
from kbsearch.query.plan import Node

__all__ = ["OpenSearchReader", "Ref", "open_reader"]

_KEEP = "10m"  # for which a point in time outlives the last question
_LOST = (404, 500, 503)  # statuses that a lost point in time, or a lost node, gives
_PATIENCE = 30.0  # seconds to find another node to ask
_OPEN_TRIES = 20
_WINDOW = 10_000  # hits that OpenSearch counts off at once
_FETCHED = 500  # posts whose bytes come in one answer
_BUCKETS = 65_000  # values that OpenSearch counts at once
_TERM_PAGES = (256, 4_096, 30_000)  # terms asked for at first, then, then each time
_REMEMBERED = 100_000  # frequencies
_CLAUSE = 60_000  # identifiers in one clause
_ORDER: Mapping[Sort, list[Any]] = {
    "relevance": ["_score", {"date": {"order": "desc", "missing": "_last"}}, {"key": "asc"}],
    "newest": [{"date": {"order": "desc", "missing": "_last"}}, {"key": "asc"}],
    "oldest": [{"date": {"order": "asc", "missing": "_last"}}, {"key": "asc"}],
}


class Ref:
    """A post of a reader, and the posts that were found with it: their bytes are fetched together."""

    __slots__ = ("id", "page")

    def __init__(self, id: str, page: _Page) -> None:
        self.id = id
        self.page = page


class _Page:
    """Posts found together, with those of their bytes that are here already."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids
        self.bytes: dict[str, dict[str, bytes]] = {}


def open_reader(connection: Connection, control: str, index: str) -> OpenSearchReader:
    """Open the last commit.

    Raises:
        IndexMissingError, IndexMismatchError, IndexCorruptError
    """
    for _ in range(_OPEN_TRIES):
        record = _record(connection, control, index)
        point = _open_point(connection, index)
        if _record(connection, control, index).commit == record.commit:
            return OpenSearchReader(connection, control, index, record, point)
        _close_point(connection, point)
    raise IndexCorruptError(message("{index}: the index changes faster than it can be opened; try again", index=index))


def _record(connection: Connection, control: str, index: str) -> Record:
    record = read_record(connection, control, index)
    if record is None:
        raise no_index(connection.where, index)
    return record


def _open_point(connection: Connection, index: str) -> str:
    params = {"keep_alive": _KEEP, "allow_partial_pit_creation": "false"}
    return str(connection.ask("POST", f"/{index}/_search/point_in_time", params=params).body["pit_id"])


def _close_point(connection: Connection, point: str) -> None:
    with suppress(KbsearchError):
        connection.ask("DELETE", "/_search/point_in_time", {"pit_id": [point]}, accept=_LOST, patience=0.0)


class _Point:
    """The point in time of a reader, closed when the last who holds it lets go."""

    def __init__(self, connection: Connection, id: str) -> None:
        self.id = id
        self.close = weakref.finalize(self, _close_point, connection, id)
        self.close.atexit = True


class OpenSearchReader:
    """One commit; see :class:`kbsearch.engines.base.Reader`."""

    def __init__(self, connection: Connection, control: str, index: str, record: Record, point: str) -> None:
        self._connection, self._control, self._index = connection, control, index
        self._record = record
        self._point = _Point(connection, point)
        self._frequencies: dict[tuple[str, str], int] = {}

    @property
    def meta(self) -> Mapping[str, Any]:
        """The ``meta`` of the commit."""
        return self._record.meta or {}

    def count(self) -> int:
        """Number of posts."""
        return self._count

    @cached_property
    def _count(self) -> int:
        return self._total(self._ask({"size": 0, "query": self._seen()}, score=False))

    def search(self, request: SearchRequest) -> EngineResult:
        """Carry out a plan. Of each facet, the :data:`_BUCKETS` most frequent values are counted.

        Raises:
            IndexCorruptError: the commit is gone.
            IndexUnusableError: the cluster cannot be reached, or refuses.
        """
        query = self._seen(to_query(request.query), [to_query(request.filter)] if request.filter is not None else [])
        body = {"query": query, "sort": _ORDER[request.sort]}
        names = [name for name in request.facets if name in KEYWORD_FIELDS]
        each = _BUCKETS // max(len(names), 1)
        counting = {"aggs": {name: {"terms": {"field": name, "size": each}} for name in names}} if names else {}
        first = self._page(body | counting, request)
        hits = list(self._scored(first))
        left = min(request.limit, self._total(first) - request.offset) - len(hits)
        if left > 0:
            hits += self._further(body, request, left, first)
        facets = {name: _counts(first, name) for name in request.facets}
        return EngineResult(hits, self._total(first), facets)

    def _page(self, body: Mapping[str, Any], request: SearchRequest) -> Any:
        """The first hits that were asked for; none if they are too far from the beginning."""
        size = min(request.limit, _FETCHED)
        if request.offset + size > _WINDOW:
            return self._ask({**body, "size": 0})
        return self._ask({**body, "from": request.offset, "size": size, "stored_fields": ["stored"]})

    def _further(
        self, body: Mapping[str, Any], request: SearchRequest, left: int, first: Any
    ) -> Iterator[tuple[Ref, float]]:
        """The hits behind the first page, each page found by where the last one ended."""
        found = first["hits"]["hits"]
        after: dict[str, Any] = {"search_after": found[-1]["sort"]} if found else {}
        skip = 0 if found else request.offset
        while skip or left:
            size = min(skip, _WINDOW) or min(left, _FETCHED)
            answer = self._ask({**body, **after, "size": size, "stored_fields": [] if skip else ["stored"]})
            found = answer["hits"]["hits"]
            if not found:
                return
            after = {"search_after": found[-1]["sort"]}
            if skip:
                skip -= len(found)
            else:
                left -= len(found)
                yield from self._scored(answer)

    def _scored(self, answer: Any) -> Iterator[tuple[Ref, float]]:
        found = answer["hits"]["hits"]
        return zip(self._refs(found), (float(hit["_score"] or 0.0) for hit in found), strict=True)

    def find(self, key: str) -> Ref | None:
        """The post with this key."""
        query = self._seen(filters=[{"term": {"key": written("key", key)}}])
        found = self._ask({"size": 1, "query": query, "stored_fields": ["stored"]})["hits"]["hits"]
        return self._refs(found)[0] if found else None

    def stored(self, ref: Ref) -> bytes:
        """The post's ``stored`` bytes."""
        try:
            return unpack(self._bytes(ref, "stored"))
        except zlib.error as error:
            raise IndexCorruptError(
                message(
                    "{index}: a post is damaged ({reason}); run: kbsearch check --repair",
                    index=self._index,
                    reason=str(error),
                )
            ) from error

    def source(self, ref: Ref) -> bytes:
        """The post's ``source`` bytes."""
        return self._bytes(ref, "source")

    def refs(self) -> Iterator[Ref]:
        """Every post, in the order it was added."""
        body = {"size": _FETCHED, "query": self._seen(), "sort": [{"sequence": "asc"}], "stored_fields": ["stored"]}
        while found := self._ask(body)["hits"]["hits"]:
            yield from self._refs(found)
            body["search_after"] = found[-1]["sort"]

    def frequency(self, field: str, term: str) -> int:
        """Number of posts that have the term; those of an update under way may count."""
        if field not in TEXT_FIELDS and field not in KEYWORD_FIELDS:
            return 0
        known = self._frequencies.get((field, term))
        if known is None:
            known = self._total(self._ask(_counting(field, term), score=False))
            self._frequencies[field, term] = known
        return known

    def expect(self, terms: Iterable[tuple[str, str]]) -> None:
        """Look up the frequencies of fields and terms, all in one request."""
        if len(self._frequencies) > _REMEMBERED:
            self._frequencies.clear()
        asked = [pair for pair in dict.fromkeys(terms) if pair not in self._frequencies]
        if not asked:
            return
        found = self._ask_at_once(f"/{self._index}/_msearch", [_counting(field, term) for field, term in asked])
        self._frequencies.update(
            (pair, self._total(each)) for pair, each in zip(asked, found, strict=True) if each is not None
        )

    def totals(self, plans: Sequence[Node]) -> list[int]:
        """How many posts each plan finds, all in one request."""
        point = {"id": self._point.id, "keep_alive": _KEEP}
        bodies = [{"size": 0, "track_total_hits": True, "query": self._seen(to_query(plan))} for plan in plans]
        found = self._ask_at_once("/_msearch", [{**body, "pit": point} for body in bodies])
        return [
            self._total(self._ask(body, score=False) if each is None else each)
            for body, each in zip(bodies, found, strict=True)
        ]

    def _ask_at_once(self, path: str, bodies: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Several questions in one request; ``None`` for each that must be asked by itself, since it went wrong."""
        lines = "".join(f"{{}}\n{json.dumps(body)}\n" for body in bodies)
        answer = self._connection.ask("POST", path, lines.encode(), accept=_LOST)
        found = answer.body["responses"] if answer.status == 200 else [{}] * len(bodies)
        return [each if each.get("status") == 200 and not each["_shards"]["failed"] else None for each in found]

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Terms of a field that begin with ``prefix``, each with its document frequency, in code-point order."""
        if field not in TEXT_FIELDS and field not in KEYWORD_FIELDS:
            return iter(())
        odd = sorted(
            (unwritten(term), count) for term, count in self._walk(field, MARK) if not term.startswith(MARK + "#")
        )
        plain = ((term, count) for term, count in self._walk(field, prefix) if not term.startswith(MARK))
        return heapq.merge(plain, [pair for pair in odd if pair[0].startswith(prefix)])

    def _walk(self, field: str, prefix: str) -> Iterator[tuple[str, int]]:
        """Terms as they stand in the index."""
        first: list[Query] = []
        after = None
        if prefix:
            if any(0xD800 <= ord(character) < 0xE000 for character in prefix):
                return
            first = [{"prefix": {field: prefix}}]
            same = self._total(self._ask({"size": 0, "query": self._seen(filters=[{"term": {field: prefix}}])}))
            if same:
                yield prefix, same
            after = {"term": prefix}
        for size in _sizes():
            listing: dict[str, Any] = {"size": size, "sources": [{"term": {"terms": {"field": field}}}]}
            if after is not None:
                listing["after"] = after
            body = {"size": 0, "query": self._seen(filters=first), "aggs": {"terms": {"composite": listing}}}
            found = self._ask(body, score=False)["aggregations"]["terms"]
            for bucket in found["buckets"]:
                term = str(bucket["key"]["term"])
                if not term.startswith(prefix):
                    return
                yield term, int(bucket["doc_count"])
            after = found.get("after_key")
            if after is None or len(found["buckets"]) < size:
                return

    def score_parts(self, node: Node, ref: Ref) -> Sequence[ScorePart]:
        """The terms and phrases of a plan that match this post, and what each contributes."""
        asked = leaves(node)
        named = [{"bool": {"must": [to_query(leaf)], "_name": str(place)}} for place, leaf in enumerate(asked)]
        query = {"bool": {"filter": [{"ids": {"values": [ref.id]}}], "should": named}}
        found = self._ask({"size": 1, "query": query}, named=True)["hits"]["hits"]
        scores = found[0].get("matched_queries", {}) if found else {}
        matched = {leaf: float(scores[str(place)]) for place, leaf in enumerate(asked) if str(place) in scores}
        return parts_of(node, matched) or ()

    def close(self) -> None:
        """Let go of the point in time."""
        self._point.close()

    # --- asking ---

    def _seen(self, query: Query | None = None, filters: Sequence[Query] = ()) -> Query:
        """The query over the posts of this commit."""
        hidden: list[Query] = []
        if self._record.abandoned:
            hidden.append({"terms": {"born": list(self._record.abandoned)}})
        dead = self._record.dead
        hidden += [{"terms": {"_id": dead[start : start + _CLAUSE]}} for start in range(0, len(dead), _CLAUSE)]
        seen: Query = {"range": {"born": {"lte": self._record.commit}}}
        return {"bool": {"must": [query] if query else [], "filter": [seen, *filters], "must_not": hidden}}

    def _ask(self, body: Mapping[str, Any], *, score: bool = True, named: bool = False) -> Any:
        """Ask this commit; if its point in time is lost, open another."""
        params = {
            "search_type": "dfs_query_then_fetch" if score else "query_then_fetch",  # statistics of all shards
            "allow_partial_search_results": "false",
            "include_named_queries_score": "true" if named else "false",
        }
        deadline = time.monotonic() + _PATIENCE
        for pause in pauses():
            point = self._point
            asked = {"track_total_hits": True, **body, "pit": {"id": point.id, "keep_alive": _KEEP}}
            answer = self._connection.ask("POST", "/_search", asked, params, accept=_LOST)
            if answer.status == 200:
                return answer.body
            if time.monotonic() + pause > deadline:
                raise refusal(self._connection.where, answer.status, answer.body)
            self._reopen(point)
            time.sleep(pause)
        raise AssertionError("unreachable")

    def _reopen(self, lost: _Point) -> None:
        """Another point in time of the same commit.

        Raises:
            IndexCorruptError: there is a newer commit; who asks opens that one.
        """
        if self._point is not lost:
            return  # another thread did
        try:
            reopened = open_reader(self._connection, self._control, self._index)
        except IndexMissingError as error:
            raise IndexCorruptError(
                message("{index}: the index was built anew; open it again", index=self._index)
            ) from error
        except IndexUnusableError:
            return  # the cluster is recovering: the caller asks again, but not for ever
        if reopened._record.commit != self._record.commit:
            raise IndexCorruptError(
                message("{index}: the commit that was open is gone; open the index again", index=self._index)
            )
        self._point, self._record = reopened._point, reopened._record

    def _refs(self, found: Sequence[Mapping[str, Any]]) -> list[Ref]:
        """References to hits, with the bytes that came along."""
        page = _Page([str(hit["_id"]) for hit in found])
        page.bytes["stored"] = {str(hit["_id"]): _decoded(hit, "stored") for hit in found}
        return [Ref(id, page) for id in page.ids]

    def _bytes(self, ref: Ref, name: str) -> bytes:
        if name not in ref.page.bytes:
            body = {"size": len(ref.page.ids), "query": {"ids": {"values": ref.page.ids}}, "stored_fields": [name]}
            found = self._ask(body, score=False)["hits"]["hits"]
            ref.page.bytes[name] = {str(hit["_id"]): _decoded(hit, name) for hit in found}
        try:
            return ref.page.bytes[name][ref.id]
        except KeyError:
            raise IndexCorruptError(
                message("{index}: a post is gone; run: kbsearch check --repair", index=self._index)
            ) from None

    @staticmethod
    def _total(answer: Any) -> int:
        return int(answer["hits"]["total"]["value"])


def _counting(field: str, term: str) -> dict[str, Any]:
    query = {"constant_score": {"filter": {"term": {field: written(field, term)}}}}
    return {"size": 0, "track_total_hits": True, "query": query}


def _decoded(hit: Mapping[str, Any], name: str) -> bytes:
    values = hit.get("fields", {}).get(name)
    return b64decode(values[0]) if values else b""


def _counts(answer: Any, name: str) -> dict[str, int]:
    buckets = answer.get("aggregations", {}).get(name, {}).get("buckets", ())
    return {unwritten(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}


def _sizes() -> Iterator[int]:
    yield from _TERM_PAGES
    while True:
        yield _TERM_PAGES[-1]
