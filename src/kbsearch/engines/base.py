"""What an engine is: the few methods through which kbsearch stores posts and asks for them.

An engine gets terms, never text: analysis is shared, so every engine finds the same posts. It keeps, for each post,
postings per field, a few keyword values and numbers, and two opaque byte strings.

Writing runs in two steps so that several processes can share the work: an :class:`Encoder` (picklable, run in any
process) turns a batch of documents into whatever the engine likes best, and the :class:`Writer` (one process, in
order) takes these batches in. A commit is all or nothing and carries a small JSON-able ``meta``, which the next
reader sees together with exactly the posts of that commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, runtime_checkable

from kbsearch.query.plan import Node, Phrase, Term
from kbsearch.values import value

if TYPE_CHECKING:
    from kbsearch.analysis.coded import Notation

__all__ = [
    "KEYWORD_FIELDS",
    "NUMBER_FIELDS",
    "TEXT_FIELDS",
    "DocRef",
    "Encoder",
    "Engine",
    "EngineResult",
    "IndexDocument",
    "Reader",
    "RemoteEngine",
    "RemoteReader",
    "Salvage",
    "ScorePart",
    "SearchRequest",
    "Sort",
    "TextField",
    "Writer",
]


@value
class TextField:
    """How a field of terms is kept.

    ``scored`` fields have frequencies and lengths; the others only tell which posts have a term.
    ``positions`` fields can answer :class:`~kbsearch.query.plan.Phrase`; a term's position is its index in the list.
    """

    scored: bool = True
    positions: bool = False


# The index's fields. The analyzer fills the text fields (see kbsearch.analysis); scores add up over them.
TEXT_FIELDS: Mapping[str, TextField] = {
    "title": TextField(),  # words of title and aliases
    "heading": TextField(),  # words of section headings
    "body": TextField(),  # words of the whole text
    "stem": TextField(),  # Porter2 stems of Latin words, title and text
    "gram": TextField(positions=True),  # one term an atom (Han bigrams, Latin words): phrases and mid-word matches
    "char": TextField(),  # single Han characters
    "code": TextField(scored=False),  # words inside code, for in:code
    "math": TextField(scored=False),  # normalised LaTeX, for in:math
    "table": TextField(scored=False),  # words inside tables, for in:table
}
# Exact values as the author spelt them; several a post. "key" is the post's id and is unique; "path" holds the path
# and each of its folders (ending in "/").
KEYWORD_FIELDS: tuple[str, ...] = ("key", "path", "category", "tag", "language", "year")
# 64-bit integers; at most one a post. Dates are written YYYYMMDDhhmmss as a decimal number.
NUMBER_FIELDS: tuple[str, ...] = ("date", "updated")

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]
DocRef: TypeAlias = Any  # an engine's own handle to a post, valid for the reader it came from


@value
class IndexDocument:
    """A post as engines take it: terms per text field, in order; values; bytes to give back.

    Terms are not empty and hold neither white space nor control characters; no string holds lone surrogates.

    ``stored`` is fetched for every hit shown, ``source`` (the Markdown, compressed) only when a post is shown whole.
    """

    key: str
    terms: Mapping[str, Sequence[str]]
    keywords: Mapping[str, Sequence[str]]
    numbers: Mapping[str, int]
    stored: bytes
    source: bytes = b""


@value
class SearchRequest:
    """A plan and what to give back of its answer.

    ``filter`` narrows the posts without scoring. ``sort`` by date puts posts without a date last and breaks ties by
    key; by relevance, ties go to the newer post, then to the smaller key. ``facets`` names keyword fields to count.
    """

    query: Node
    filter: Node | None = None
    sort: Sort = "relevance"
    limit: int = 10
    offset: int = 0
    facets: tuple[str, ...] = ()


class EngineResult(NamedTuple):
    """A page of posts with their scores, the number of posts that matched, and counts for each facet asked for."""

    hits: Sequence[tuple[DocRef, float]]
    total: int
    facets: Mapping[str, Mapping[str, int]] = MappingProxyType({})


@value
class ScorePart:
    """What one term or phrase gave to a post's score."""

    node: Term | Phrase
    score: float


class Salvage(NamedTuple):
    """What can still be read of a damaged index.

    ``meta`` of its commit, empty if that is lost; ``posts``: the ``stored`` and ``source`` bytes of each post that can
    be read, later ones first if some may be old versions; ``notes``: what is not as it was, in words.
    """

    meta: Mapping[str, Any]
    posts: Iterator[tuple[bytes, bytes]]
    notes: tuple[str, ...] = ()


class Encoder(Protocol):
    """Turns documents into a batch that this engine's writer takes in; picklable, free of shared state."""

    def __call__(self, documents: Sequence[IndexDocument]) -> Any:
        """Encode a batch, in order."""


class Writer(Protocol):
    """One update of an index. Nothing is visible to readers until :meth:`commit` returns."""

    def add(self, batch: Any) -> None:
        """Take in an encoded batch; a post whose key exists already replaces the old one."""

    def remove(self, keys: Iterable[str]) -> None:
        """Take posts out; unknown keys are ignored."""

    def commit(self, meta: Mapping[str, Any]) -> None:
        """Make the whole update durable and visible at once, with ``meta`` as the index's new meta.

        Raises:
            IndexWriteError: it could not be written; the index is as it was.
        """

    def cancel(self) -> None:
        """Leave the index as it was. Safe to call after a failed commit."""


class Reader(Protocol):
    """One commit of an index, unchanging while it is open, whatever is written meanwhile."""

    @property
    def meta(self) -> Mapping[str, Any]:
        """The ``meta`` of the commit that this reader sees."""

    def count(self) -> int:
        """Number of posts."""

    def search(self, request: SearchRequest) -> EngineResult:
        """Carry out a plan."""

    def find(self, key: str) -> DocRef | None:
        """The post with this key."""

    def stored(self, ref: DocRef) -> bytes:
        """The post's ``stored`` bytes."""

    def source(self, ref: DocRef) -> bytes:
        """The post's ``source`` bytes."""

    def refs(self) -> Iterator[DocRef]:
        """Every post, in the order it was added."""

    def frequency(self, field: str, term: str) -> int:
        """Number of posts that have the term in a text or keyword field (deleted ones may still count)."""

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Terms of a field that begin with ``prefix``, each with its document frequency, in code-point order."""

    def score_parts(self, node: Node, ref: DocRef) -> Sequence[ScorePart]:
        """The terms and phrases of a plan that match this post, and what each contributes."""

    def close(self) -> None:
        """Release files. Values already given out stay valid."""


@runtime_checkable
class RemoteReader(Protocol):
    """What a :class:`Reader` has besides for which each question is a journey."""

    def expect(self, terms: Iterable[tuple[str, str]]) -> None:
        """Fields and terms whose :meth:`frequency` will be asked for: they can be looked up in one journey."""

    def totals(self, plans: Sequence[Node]) -> list[int]:
        """How many posts each of several plans finds, in one journey."""


class Engine(Protocol):
    """A way to keep an index. ``name`` is what ``--engine`` takes; ``commit_file`` the file in the engine's folder
    that each commit replaces.
    """

    name: str
    commit_file: str

    def encoder(self) -> Encoder:
        """The function that prepares batches for :meth:`Writer.add`."""

    def notation(self) -> type[Notation]:
        """In what form the encoder takes the terms of documents fastest; it takes them in any."""

    def create(self, folder: Path) -> None:
        """Make an empty index in an existing, empty folder."""

    def reader(self, folder: Path) -> Reader:
        """Open the last commit.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """

    def writer(self, folder: Path) -> Writer:
        """Begin an update. The caller holds the index's lock (see kbsearch.lock)."""

    def check(self, folder: Path) -> list[str]:
        """Verify every file; each entry says in words what is wrong. Empty if all is well."""

    def salvage(self, folder: Path) -> Salvage:
        """What can still be read of a damaged index."""


@runtime_checkable
class RemoteEngine(Engine, Protocol):
    """An engine whose posts lie elsewhere: the index folder stands for them, and several folders, on several
    machines, may stand for the same. What kbsearch keeps beside the posts is kept there too.
    """

    def stamp(self, folder: Path) -> tuple[int, ...]:
        """What changes with every commit."""

    def exists(self) -> bool:
        """Whether there are posts already under the name that the engine was given."""

    def attach(self, folder: Path) -> None:
        """Let an empty folder stand for the posts under that name.

        Raises:
            IndexMissingError: there are none.
        """

    def drop(self) -> None:
        """Delete all posts under that name, and what is kept beside them."""

    def adopt(self, folder: Path) -> None:
        """Put the index that :meth:`create` made, now filled, in use for all who ask for the name, at one moment."""

    def write_side(self, folder: Path, file: str, data: bytes) -> None:
        """Keep a side file with the posts."""

    def read_side(self, folder: Path, file: str, size: int) -> bytes | None:
        """A side file of so many bytes; ``None`` if there is none of that name."""

    def sweep_sides(self, folder: Path, named: Collection[str]) -> None:
        """Delete the side files but these."""
