"""The knowledge base: an index folder, and the two flows through it.

::

    index:  folders → what changed → read and analyse, in several processes → the engine's writer → one commit
    search: text → syntax tree → plan → engine → hits with their passages
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from kbsearch.engines.base import SearchRequest, Sort
from kbsearch.errors import NotFoundError
from kbsearch.language import message
from kbsearch.last_commit import LastCommit
from kbsearch.model import IndexReport, Post, SearchResult
from kbsearch.query.filters import Filters
from kbsearch.query.parser import parse
from kbsearch.search import search
from kbsearch.store import Store
from kbsearch.stored import StoredPost, decode_source, decode_stored, stored_id, writable

if TYPE_CHECKING:
    from kbsearch.corpus.manifest import Manifest
    from kbsearch.engines.opensearch import Cluster
    from kbsearch.explain import Explanation
    from kbsearch.highlight import Highlighter
    from kbsearch.links import LinkGraph
    from kbsearch.lint import Kind, LintReport
    from kbsearch.new_words import NewWord
    from kbsearch.related import RelatedPost
    from kbsearch.sources import Sources
    from kbsearch.statistics import Statistics
    from kbsearch.status import Status
    from kbsearch.synonyms.table import PairTable
    from kbsearch.target import Target

__all__ = ["DEFAULT_MAX_BYTES", "KnowledgeBase"]

DEFAULT_MAX_BYTES = 20_000_000  # larger files are hardly notes


class KnowledgeBase:
    """A searchable index of posts in a folder.

    Reading is safe while another process updates the index; each search sees the last finished update. Several threads
    may read through one object.

    Args:
        folder: where the index lies.
        engine: the engine for a new index; an index that exists keeps its own until it is rebuilt with another.
            ``opensearch`` without ``create`` asks for a cluster's posts: a folder with an index of its own is refused.
        create: make the index when first written to; otherwise a missing one is an error at once.
        user_dictionary: words of your own in jieba's format, used from the next update on. The index keeps a copy.
        synonyms: your own pairs of names (see docs/synonyms.md); by default ``synonyms.txt`` in the index folder.
        wait: seconds to wait for another writer.
        cluster: where the posts lie if the engine is ``opensearch`` (see docs/cluster.md); by default the one that the
            environment names.

    Raises:
        IndexMissingError: ``create`` is false and there is no index.
        IndexMismatchError: ``create`` is false and the index is not the cluster's that is asked for.
    """

    def __init__(
        self,
        folder: str | Path = "index",
        *,
        engine: str | None = None,
        create: bool = True,
        user_dictionary: str | Path | None = None,
        synonyms: str | Path | None = None,
        wait: float = 10.0,
        cluster: Cluster | None = None,
    ) -> None:
        self.synonyms_file = Path(synonyms) if synonyms else Path(folder) / "synonyms.txt"
        self.folder = Path(folder)
        self._store = Store(self.folder, cluster)
        self._engine = engine
        self._user_dictionary = Path(user_dictionary) if user_dictionary else None
        self._wait = wait
        self._last = LastCommit(self._store, self.synonyms_file)
        self._graph: tuple[tuple[int, ...], LinkGraph] | None = None
        self._linking = threading.Lock()
        if not create:
            self._store.demand(engine)

    @classmethod
    def from_config(cls, path: str | Path = "kbsearch.toml", *, create: bool = True) -> KnowledgeBase:
        """The knowledge base that a configuration file describes (see docs/configuration.md).

        Raises:
            ConfigError: the file cannot be used.
            IndexMissingError: ``create`` is false and there is no index.
        """
        from kbsearch.config.read import read_config

        values = read_config(Path(path), named=True).values
        return cls(
            values["index"],
            engine=values.get("engine"),
            create=create,
            user_dictionary=values.get("dictionary"),
            synonyms=values.get("synonyms"),
            wait=values.get("wait", 10.0),
        )

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the index's files. Results already given stay valid."""
        self._last.close()

    # --- writing ---

    def index(
        self,
        *paths: str | Path,
        exclude: Sequence[str] = (),
        drafts: bool = False,
        max_bytes: int = DEFAULT_MAX_BYTES,
        rebuild: bool = False,
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> IndexReport:
        """Bring the index up to date with files and folders; read again only what changed.

        Args:
            paths: files and folders; ``-`` reads JSON Lines from standard input. None: the folders indexed before.
            exclude: patterns of what to leave out, as in ``.gitignore``.
            drafts: index posts marked as drafts too.
            max_bytes: skip files larger than this.
            rebuild: read everything again into a new index and swap it in.
            workers: processes; by default one a core if there is much to read.
            progress: called with files done and files to read.

        Raises:
            InputError: a path does not exist.
            IndexLockedError, IndexWriteError, IndexMismatchError, IndexCorruptError, ConfigError
        """
        from kbsearch.indexing import Options, index_files

        options = Options(tuple(exclude), drafts, max_bytes, workers, progress)
        arguments = [str(path) for path in paths]
        return self._write(lambda target: index_files(target, arguments, options), rebuild=rebuild)

    def add(self, posts: Iterable[Post]) -> IndexReport:
        """Add posts, or replace those with the same id. They stay until removed; no file stands for them."""
        from kbsearch.update import add_posts

        return self._write(lambda target: add_posts(target, posts))

    def remove(self, ids: Iterable[str]) -> int:
        """Take posts out of the index; the number of those that were there. Files are never touched.

        A post whose file is still there comes back when the file changes or the index is rebuilt.
        """
        from kbsearch.update import remove_posts

        wanted = [ids] if isinstance(ids, str) else list(ids)
        return self._write(lambda target: remove_posts(target, wanted)).removed

    def _write(self, work: Callable[[Target], IndexReport], *, rebuild: bool = False) -> IndexReport:
        from kbsearch.target import Target

        began = time.perf_counter()
        with Target(self._store, self._engine, self._user_dictionary, self._wait, rebuild) as target:
            report = work(target)
        return replace(report, seconds=time.perf_counter() - began)

    # --- reading ---

    def search(
        self,
        query: str,
        *,
        categories: Sequence[str] = (),
        tags: Sequence[str] = (),
        since: str | dt.date | None = None,
        until: str | dt.date | None = None,
        sort: Sort = "relevance",
        limit: int = 10,
        offset: int = 0,
        facets: Sequence[str] = (),
    ) -> SearchResult:
        """Search posts.

        Args:
            query: see docs/query-language.md. An empty query finds every post.
            categories: only posts in any of these (or below them).
            tags: only posts that have all of these.
            since, until: only posts of these days and between; a date, or text such as ``2024-03`` or ``近三个月``.
            sort: by relevance, or by date; by date, posts that have all of the query's words are preferred.
            limit, offset: the page to give back.
            facets: any of ``category``, ``tag``, ``year``: count all matching posts by these. ``month`` counts by
                month (``2024-03``) if the posts lie in at most three years, else it is left out.

        Raises:
            QueryError: the query or a date cannot be understood.
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        opened = self._last.open()
        filters = Filters(tuple(categories), tuple(tags), since, until)
        return search(opened.corpus, query, filters, sort, limit, offset, tuple(facets))

    def rank(self, query: str, *, limit: int = 100) -> list[str]:
        """Only the ids of the best posts, in order, without reading their texts' passages."""
        opened = self._last.open()
        plan = opened.corpus.plan(parse(query))
        found = opened.reader.search(SearchRequest(plan.node, limit=limit))
        return [stored_id(opened.reader.stored(ref)) for ref, _ in found.hits]

    def explain(self, query: str, *, limit: int = 10) -> Explanation:
        """The parsed query, its terms with their document frequencies, and each hit's score by field and term."""
        from kbsearch.explain import explain

        opened = self._last.open()
        parsed = parse(query)
        plan = opened.corpus.plan(parsed)
        found = opened.reader.search(SearchRequest(plan.node, limit=limit))
        return explain(parsed.tree, plan, opened.reader, found.hits)

    def latest(self, *, categories: Sequence[str] = (), limit: int = 10, offset: int = 0) -> SearchResult:
        """Posts, newest first, each with its beginning; posts without a date come last."""
        return self.search("", categories=categories, sort="newest", limit=limit, offset=offset)

    def get(self, id: str) -> Post:
        """A whole post, its Markdown included.

        Raises:
            NotFoundError: there is none with this id.
        """
        return self.read(id).post

    def read(self, id: str) -> StoredPost:
        """A whole post with the document that was read from it.

        Raises:
            NotFoundError: there is none with this id.
        """
        reader = self._last.open().reader
        ref = reader.find(writable(id))
        if ref is None:
            raise NotFoundError(message("no post has the id {id!r}; kbsearch query prints ids as paths", id=id))
        return decode_stored(reader.stored(ref)).with_source(decode_source(reader.source(ref)))

    def identify(self, name: str) -> str:
        """The id of the post that a name means: an id, the path of its file, or what only its id ends with.

        Raises:
            NotFoundError: no post fits, or several do.
        """
        from kbsearch.identify import identify

        return identify(name, self._last.open().reader, self.roots)

    def posts(self) -> Iterator[StoredPost]:
        """Every post with its document and Markdown, in the order they were indexed."""
        reader = self._last.open().reader
        for ref in reader.refs():
            yield decode_stored(reader.stored(ref)).with_source(decode_source(reader.source(ref)))

    def highlighter(self, query: str) -> Highlighter:
        """What finds a query's words in any text, as in excerpts.

        Raises:
            QueryError: the query cannot be understood.
        """
        from kbsearch.highlight import Highlighter

        opened = self._last.open()
        plan = opened.corpus.plan(parse(query))
        return Highlighter(plan.needles, opened.corpus.analyzer.stem)

    def links(self) -> LinkGraph:
        """The links between the posts, worked out once after each update."""
        from kbsearch.links import LinkGraph, entry_of

        opened = self._last.open()
        with self._linking:
            if self._graph is None or self._graph[0] != opened.stamp:
                reader = opened.reader
                entries = (entry_of(decode_stored(reader.stored(ref))) for ref in reader.refs())
                self._graph = opened.stamp, LinkGraph(entries)
            return self._graph[1]

    def related(self, id: str, *, limit: int = 6) -> list[RelatedPost]:
        """The posts most like a post, best first: by the telling terms and tags they share, and by links.

        Raises:
            NotFoundError: there is none with this id.
        """
        from kbsearch.related import find_related

        stored, opened = self.read(id), self._last.open()
        return find_related(stored, opened.reader, opened.corpus.analyzer, self.links(), limit=limit)

    def lint(self, *, kinds: Collection[Kind] = (), today: dt.date | None = None) -> LintReport:
        """What is wrong with the posts: dates, tags, links, near-duplicates, orphans (see :mod:`kbsearch.lint`).

        Args:
            kinds: only these kinds of finding; by default all.
            today: the day from which dates lie in the future; by default the real one.
        """
        from kbsearch.lint import lint

        opened = self._last.open()
        return lint(opened.reader, self.sources(), opened.corpus.thesaurus, kinds=kinds, today=today)

    def statistics(self) -> Statistics:
        """The index in figures: posts by category and month, and what is in them."""
        from kbsearch.statistics import gather

        graph, reader = self.links(), self._last.open().reader
        return gather((decode_stored(reader.stored(ref)) for ref in reader.refs()), graph)

    def roots(self) -> tuple[tuple[str, Path], ...]:
        """The folders that were indexed, each after what the ids of its posts begin with (empty for the first)."""
        return tuple((root.prefix, Path(root.path)) for root in self._manifest().roots)

    def sources(self) -> Sources:
        """Where the files lie that posts were read from."""
        from kbsearch.sources import Sources

        return Sources(self._manifest())

    def _manifest(self) -> Manifest:
        from kbsearch.corpus.manifest import Manifest

        stored = self._last.side_file("manifest")
        return Manifest.from_bytes(stored) if stored is not None else Manifest()

    def categories(self) -> dict[str, int]:
        """Categories with the number of their posts, most first."""
        return self._counts("category")

    def tags(self) -> dict[str, int]:
        """Tags with the number of their posts, most first."""
        return self._counts("tag")

    def _counts(self, name: str) -> dict[str, int]:
        facets: Mapping[str, int] = self.search("", limit=1, facets=(name,)).facets.get(name, {})
        return dict(sorted(facets.items(), key=lambda pair: (-pair[1], pair[0])))

    def synonyms(self) -> PairTable:
        """The names that posts equate: those used, and candidates that wait for your word."""
        from kbsearch.synonyms.table import PairTable

        data = self._last.side_file("synonyms")
        return PairTable.from_bytes(data) if data is not None else PairTable((), ())

    def judge_synonyms(self, names: Sequence[str], *, same: bool) -> None:
        """Say that names mean the same, or do not; it is added to ``synonyms_file`` and holds at once.

        Raises:
            ConfigError: the file cannot be written.
        """
        from kbsearch.synonyms.user_pairs import add_user_pair

        add_user_pair(self.synonyms_file, names, same=same)
        self.close()

    def new_words(self) -> list[NewWord]:
        """Words that the posts use and the dictionary does not have, for a dictionary of your own."""
        from kbsearch.analysis.fold import fold
        from kbsearch.new_words import find_new_words

        words = self._last.open().corpus.analyzer.words
        return find_new_words((fold(stored.document.text) for stored in self.posts()), words)

    def status(self) -> Status:
        """What the index holds, what made it, and what changed on disk since."""
        from kbsearch.status import read_status

        opened = self._last.open()
        return read_status(self._store, opened.generation.engine.name, opened.reader, self._manifest())
