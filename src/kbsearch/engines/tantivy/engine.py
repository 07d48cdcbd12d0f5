"""The Tantivy engine; see :class:`kbsearch.engines.base.Engine`."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import DocAddress, Occur, Order, Query

from kbsearch.engines.base import (
    KEYWORD_FIELDS,
    TEXT_FIELDS,
    Encoder,
    EngineResult,
    Salvage,
    ScorePart,
    SearchRequest,
)
from kbsearch.engines.tantivy.commits import Record, confirm, current_opstamp, has_record, is_confirmed, read_record
from kbsearch.engines.tantivy.fingerprints import refuse_foreign_names, sweep, verify
from kbsearch.engines.tantivy.plans import scores, to_query
from kbsearch.engines.tantivy.schema import open_index, schema, unwritten, written
from kbsearch.engines.tantivy.translated import translated
from kbsearch.errors import IndexCorruptError, IndexUnusableError, IndexWriteError
from kbsearch.query.plan import And, Best, Constant, Node, Not, Or, Phrase, Range, Term

if TYPE_CHECKING:
    from kbsearch.analysis.coded import Notation
    from kbsearch.engines.tantivy.writer import TantivyWriter

__all__ = ["TantivyEngine"]

_OPEN_TRIES = 20
_PAUSE = 0.05  # seconds
_TIES = 64  # hits fetched beyond the page, so that equal scores can be put in order
_MAX_FACET_VALUES = 60_000


class TantivyEngine:
    """An index kept by Tantivy."""

    name = "tantivy"
    commit_file = "meta.json"

    def encoder(self) -> Encoder:
        """The function that prepares batches."""
        from kbsearch.engines.tantivy.writer import encode

        return encode

    def notation(self) -> type[Notation]:
        """Terms as text."""
        from kbsearch.analysis.coded import Spelling

        return Spelling

    def create(self, folder: Path) -> None:
        """Make an empty index in an existing, empty folder."""
        with translated(folder, IndexWriteError):
            open_index(folder)
        confirm(folder, Record({}, -1, None))

    def reader(self, folder: Path) -> TantivyReader:
        """Open the last commit.

        Raises:
            IndexMissingError, IndexCorruptError
        """
        for attempt in range(_OPEN_TRIES):
            opstamp = current_opstamp(folder)
            settled = has_record(folder, opstamp)
            try:
                record = read_record(folder, opstamp)
                wrong = verify(folder, record.files or {})
                if wrong:
                    raise IndexCorruptError(f"{wrong[0]}; run: kbsearch check --repair")
                searcher = _open_searcher(folder)
            except IndexCorruptError:
                if attempt + 1 == _OPEN_TRIES or (settled and current_opstamp(folder) == opstamp):
                    raise
                time.sleep(_PAUSE)  # an update is ending: its files come and go until it has its record
                continue
            if current_opstamp(folder) == opstamp:
                return TantivyReader(folder, searcher, record.meta)
        raise IndexCorruptError(f"{folder}: the index changes faster than it can be opened; try again")

    def writer(self, folder: Path) -> TantivyWriter:
        """Begin an update.

        Raises:
            IndexMissingError, IndexCorruptError, IndexWriteError
        """
        from kbsearch.engines.tantivy.writer import TantivyWriter

        current_opstamp(folder)  # or there is no index
        refuse_foreign_names(folder)
        sweep(folder)
        if not is_confirmed(folder):
            _finish_interrupted(folder)
        return TantivyWriter(folder)

    def check(self, folder: Path) -> list[str]:
        """Read every file, every post and every term."""
        try:
            refuse_foreign_names(folder)
            record = read_record(folder, current_opstamp(folder))
            wrong = verify(folder, record.files or {}, thorough=True)
            if wrong:
                return wrong
            reader = self.reader(folder)
            found = sum(1 for ref in reader.refs() if reader.stored(ref) is not None)
            for name in TEXT_FIELDS:
                for _ in reader.terms(name):
                    pass
        except IndexUnusableError as error:
            return [str(error)]
        return [] if found == reader.count() else [f"{folder}: {reader.count()} posts are counted, {found} are there"]

    def salvage(self, folder: Path) -> Salvage:
        """What can still be read of a damaged index: Tantivy opens it if every file is there, whatever is in them."""
        meta: Mapping[str, Any] = {}
        with suppress(IndexUnusableError):
            meta = read_record(folder, current_opstamp(folder)).meta
        return Salvage(meta, _posts_left(folder))


def _posts_left(folder: Path) -> Iterator[tuple[bytes, bytes]]:
    try:
        reader = TantivyReader(folder, _open_searcher(folder), {})
        refs = list(reader.refs())
    except IndexUnusableError:
        return
    for ref in refs:
        with suppress(IndexUnusableError):
            yield reader.stored(ref), reader.source(ref)


def _open_searcher(folder: Path) -> tantivy.Searcher:
    """A searcher of the last commit.

    Tantivy takes a lock to open an index, for which it writes to the folder. Where nobody may write, it gets a folder
    of links to the files instead; once open they are mapped, and the links can go.
    """
    if os.access(folder, os.W_OK):
        with translated(folder, IndexCorruptError):
            return open_index(folder).searcher()
    with tempfile.TemporaryDirectory(prefix="kbsearch-") as links, translated(folder, IndexCorruptError):
        for name in os.listdir(folder):
            if not name.endswith(".lock"):
                os.symlink(folder.absolute() / name, Path(links, name))
        return open_index(Path(links)).searcher()


def _finish_interrupted(folder: Path) -> None:
    """Give the last commit its record, which its update was killed before writing, and let the merging that it had
    begun come to its end: between two commits, nothing may change.
    """
    record = read_record(folder, current_opstamp(folder))
    confirm(folder, record._replace(base=-1))
    from kbsearch.engines.tantivy.writer import TantivyWriter

    TantivyWriter(folder).commit(record.meta)


class TantivyReader:
    """One commit; see :class:`kbsearch.engines.base.Reader`."""

    def __init__(self, folder: Path, searcher: tantivy.Searcher, meta: Mapping[str, Any]) -> None:
        self._folder = folder
        self._searcher: Any = searcher
        self._meta = meta

    @property
    def meta(self) -> Mapping[str, Any]:
        """The ``meta`` of the commit."""
        return self._meta

    def count(self) -> int:
        """Number of posts."""
        return int(self._searcher.num_docs)

    def search(self, request: SearchRequest) -> EngineResult:
        """Carry out a plan.

        Raises:
            IndexCorruptError: a file cannot be read.
        """
        with self._translated():
            return self._search(request)

    def _search(self, request: SearchRequest) -> EngineResult:
        query = to_query(request.query, schema())
        if request.filter is not None:
            narrowed = Query.const_score_query(to_query(request.filter, schema()), 0.0)
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, narrowed)])
        order = request.sort
        if order == "relevance" and not scores(request.query):
            order = "newest"
        wanted = request.offset + request.limit + _TIES
        if order == "relevance":
            result = self._searcher.search(query, wanted, count=True)
            dates = self._searcher.fast_field_values("newest", [ref for _, ref in result.hits])
            rows = [(-score, -date, ref, score) for (score, ref), date in zip(result.hits, dates, strict=True)]
        else:
            ascending = order == "oldest"
            result = self._searcher.search(
                query, wanted, count=True, order_by_field=order, order=Order.Asc if ascending else Order.Desc
            )
            dates = self._searcher.fast_field_values(order, [ref for _, ref in result.hits])
            rows = [
                (date if ascending else -date, 0, ref, 0.0) for (_, ref), date in zip(result.hits, dates, strict=True)
            ]
        page = self._in_order(rows, request.offset, request.limit)
        facets = {name: self._facet(query, name) for name in request.facets}
        return EngineResult(page, int(result.count), facets)

    def _in_order(self, rows: list[tuple[Any, ...]], offset: int, limit: int) -> list[tuple[DocAddress, float]]:
        """The page, equal rows by key; keys are read only for rows that are equal to a neighbour."""
        rows.sort(key=lambda row: row[:2])
        ordered: list[tuple[DocAddress, float]] = []
        start = 0
        while start < len(rows) and len(ordered) < offset + limit:
            end = start
            while end < len(rows) and rows[end][:2] == rows[start][:2]:
                end += 1
            group = rows[start:end]
            if len(group) > 1:
                group.sort(key=lambda row: self._key(row[2]))
            ordered += [(row[2], row[3]) for row in group]
            start = end
        return ordered[offset : offset + limit]

    def _key(self, ref: DocAddress) -> str:
        return str(self._searcher.doc(ref).get_first("key"))  # as it is written

    def _facet(self, query: Query, name: str) -> dict[str, int]:
        if name not in KEYWORD_FIELDS:
            return {}
        asked = {"values": {"terms": {"field": name, "size": _MAX_FACET_VALUES}}}
        buckets = self._searcher.aggregate(query, asked)["values"]["buckets"]
        return {unwritten(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}

    def find(self, key: str) -> DocAddress | None:
        """The post with this key."""
        with self._translated():
            hits = self._searcher.search(
                Query.term_query(schema(), "key", written("key", key), "basic"), 1, count=False
            ).hits
            return hits[0][1] if hits else None

    def stored(self, ref: DocAddress) -> bytes:
        """The post's ``stored`` bytes."""
        return self._bytes(ref, "stored")

    def source(self, ref: DocAddress) -> bytes:
        """The post's ``source`` bytes."""
        return self._bytes(ref, "source")

    def _bytes(self, ref: DocAddress, name: str) -> bytes:
        with self._translated():
            value = self._searcher.doc(ref).get_first(name)
        if not isinstance(value, bytes):
            raise IndexCorruptError(f"{self._folder}: a post has no {name!r}; run: kbsearch check --repair")
        return value

    def refs(self) -> Iterator[DocAddress]:
        """Every post, in the order it was added."""
        with self._translated():
            found = self._searcher.search(
                Query.all_query(), max(self.count(), 1), count=False, order_by_field="sequence", order=Order.Asc
            )
        return (ref for _, ref in found.hits)

    def frequency(self, field: str, term: str) -> int:
        """Number of posts that have the term, deleted ones included until they are purged."""
        if field not in TEXT_FIELDS and field not in KEYWORD_FIELDS:
            return 0
        with self._translated():
            return int(self._searcher.doc_freq(field, written(field, term)))

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Terms of a field that begin with ``prefix``, each with its document frequency, in code-point order."""
        if field not in TEXT_FIELDS and field not in KEYWORD_FIELDS:
            return iter(())
        with self._translated():
            found = self._searcher.terms_with_prefix(field, prefix)
        return iter(sorted((unwritten(term), count) for term, count in found))

    def score_parts(self, node: Node, ref: DocAddress) -> Sequence[ScorePart]:
        """The terms and phrases of a plan that match this post, and what each contributes."""
        with self._translated():
            only = Query.const_score_query(Query.term_query(schema(), "key", self._key(ref), "basic"), 0.0)
            return self._parts(node, only) or ()

    def _parts(self, node: Node, only: Query) -> list[ScorePart] | None:
        match node:
            case Term() | Phrase():
                score = self._score(node, only)
                return None if score is None else [ScorePart(node, score)]
            case Or(children):
                matched = [parts for child in children if (parts := self._parts(child, only)) is not None]
                return [part for parts in matched for part in parts] if matched else None
            case And(children):
                found: list[ScorePart] = []
                for child in children:
                    parts = self._parts(child, only)
                    if parts is None:
                        return None
                    found += parts
                return found if children else None
            case Best(children, tie):
                matched = [parts for child in children if (parts := self._parts(child, only)) is not None]
                if not matched:
                    return None
                best = max(matched, key=lambda parts: sum(part.score for part in parts))
                return [
                    part if parts is best else replace(part, score=part.score * tie)
                    for parts in matched
                    for part in parts
                ]
            case Constant(child, score):
                inner = self._parts(child, only)
                return None if inner is None else [replace(part, score=score / len(inner)) for part in inner]
            case Not(child):
                return None if self._parts(child, only) is not None else []
            case Range():
                return [] if self._score(node, only) is not None else None
            case _:
                return []

    def _score(self, node: Term | Phrase | Range, only: Query) -> float | None:
        query = Query.boolean_query([(Occur.Must, to_query(node, schema())), (Occur.Must, only)])
        hits = self._searcher.search(query, 1, count=False).hits
        return float(hits[0][0]) if hits else None

    def close(self) -> None:
        """Release files."""
        self._searcher = None

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._folder, IndexCorruptError)
