"""The values that travel through kbsearch: plain, frozen, serialisable.

A *post* is one article. Reading it gives a :class:`Document`: its plain text, with *spans* that say which parts
are code, formula, table or heading, and its *sections*. Searching gives :class:`Hit` values with an
:class:`Excerpt` each. All offsets are in code points of the text they refer to, end-exclusive; all lines count
from 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from kbsearch.values import value

__all__ = [
    "Correction",
    "Document",
    "Excerpt",
    "Hit",
    "IndexReport",
    "Link",
    "MatchKind",
    "Post",
    "SearchResult",
    "Section",
    "Skipped",
    "Span",
    "SpanKind",
    "Synonym",
]

SpanKind = Literal["heading", "code", "math", "table"]
MatchKind = Literal["all", "some", "phrase", "substring", "synonym", "corrected"]


@value
class Post:
    """One article, as its author wrote it.

    Attributes:
        id: what names the post in the index; for a file, its path within the indexed folder.
        title: shown above the excerpt; if empty, the first heading or the start of the text serves.
        text: the body in Markdown, without front matter.
        category: one name; a hierarchy is written ``a/b``. Empty if the post has none.
        date: when it was written. A ``datetime`` keeps its wall-clock time; the zone is not kept.
        updated: when it was last changed, likewise.
        tags: in the author's order and spelling, without repeats.
        path: where the post was read from, relative to its folder, with ``/``; empty if it came from no file.
        line: line of ``path`` on which ``text`` begins, from 1.
        aliases: other titles the author gave it.
        slug: the name or address its site uses for it.
        description: the author's own summary.
        draft: the author marked it as unpublished.
        sources: every place the post was found at, if it was found at several.
    """

    id: str
    title: str = ""
    text: str = ""
    category: str = ""
    date: dt.date | None = None
    tags: tuple[str, ...] = ()
    updated: dt.date | None = None
    path: str = ""
    line: int = 1
    aliases: tuple[str, ...] = ()
    slug: str = ""
    description: str = ""
    draft: bool = False
    sources: tuple[str, ...] = ()


@value
class Span:
    """A stretch of a document's text that is not prose.

    ``language`` is the fence's info word for code (lower case, may be empty). ``inline`` tells a piece inside a
    sentence from a block. A table's span may contain inline code and formulas; other spans do not overlap.
    """

    kind: SpanKind
    start: int
    end: int
    language: str = ""
    inline: bool = False


@value
class Section:
    """A heading and the text under it, up to the next heading of any level.

    ``breadcrumb`` holds the headings from the outermost to this one. The text before the first heading is a
    section of level 0 with an empty title. ``start`` and ``end`` delimit the section in the document's text;
    ``line_start`` and ``line_end`` (inclusive) in the file.
    """

    title: str
    level: int
    anchor: str
    breadcrumb: tuple[str, ...]
    line_start: int
    line_end: int
    start: int
    end: int


@value
class Link:
    """A link in a post: ``target`` as written (URL, relative path, or wiki name), and the text shown for it."""

    target: str
    text: str
    line: int
    wiki: bool = False


@value
class Document:
    """A post's Markdown, read: plain text, what is what in it, and where each line came from.

    ``text`` holds every character a reader would see, code and formulas included (formulas as LaTeX without
    their dollar signs), blocks parted by blank lines. ``lines`` maps offsets to lines: pairs of an offset in
    ``text`` and the line of the file that it comes from, ascending in both.
    """

    text: str
    spans: tuple[Span, ...] = ()
    sections: tuple[Section, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()


@value
class Excerpt:
    """The passage shown for a hit: plain text and the ranges in it that match, in code points, ascending."""

    text: str
    ranges: tuple[tuple[int, int], ...] = ()


@value
class Hit:
    """A post that answers the query, with the section and passage that answer it best."""

    id: str
    path: str
    title: str
    score: float
    category: str
    tags: tuple[str, ...]
    date: dt.date | None
    updated: dt.date | None
    section: Section
    line_start: int
    line_end: int
    excerpt: Excerpt
    match: MatchKind = "all"
    evidence: str = ""
    sources: tuple[str, ...] = ()


@value
class Correction:
    """A proposed spelling: the whole query as it would read, how it was found, how many hits it has."""

    text: str
    kind: Literal["typo", "homophone", "pinyin", "initials"]
    applied: bool = False


@value
class Synonym:
    """Two names an author equated, the number of posts that do, and one of the places."""

    left: str
    right: str
    count: int
    source: str


@value
class SearchResult:
    """What a search gives: a page of hits, how many posts matched in all, and what to tell the user."""

    query: str
    parsed: str
    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    took_ms: float = 0.0


@value
class Skipped:
    """A file that was not indexed, and why; ``retry``: it could not be read this time, the next update tries again."""

    path: str
    reason: str
    retry: bool = False


@value
class IndexReport:
    """What an update did: counts of posts, files left out with reasons, warnings, and the time it took."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: Sequence[Skipped] = ()
    warnings: Sequence[str] = ()
    seconds: float = 0.0
    bytes_read: int = 0
    posts: int = 0
