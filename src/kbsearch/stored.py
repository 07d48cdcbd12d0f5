"""How a post lies in an index: one JSON object for what a hit needs, the Markdown itself compressed beside it.

Plain data only: reading it can run nothing, and anything malformed is an :class:`IndexCorruptError`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import zlib
from bisect import bisect_right
from dataclasses import dataclass

from kbsearch.errors import IndexCorruptError
from kbsearch.model import Document, Link, Post, Section, Span, SpanKind

__all__ = ["StoredPost", "decode_source", "decode_stored", "encode_date", "encode_source", "encode_stored", "writable"]

_KINDS: tuple[SpanKind, ...] = ("heading", "code", "math", "table")
_KIND_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_MAX_SOURCE_BYTES = 1 << 30
_HALF = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    """The text with halves of surrogate pairs, which no file can hold, replaced by U+FFFD."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post and its document as read back from an index; ``post.text`` is empty (see :func:`decode_source`).

    ``plain`` says that folding the text changes nothing but the case of ASCII letters; ``titled`` that the title is
    one, and not only the beginning of the text.
    """

    post: Post
    document: Document
    plain: bool
    titled: bool = True

    def line_at(self, offset: int) -> int:
        """Line of the file that the character at ``offset`` of the text comes from."""
        lines = self.document.lines
        index = bisect_right(lines, offset, key=lambda pair: pair[0]) - 1
        return lines[index][1] if index >= 0 else self.post.line

    def section_at(self, offset: int) -> Section:
        """The section that holds ``offset``; a post without text has one empty section."""
        sections = self.document.sections
        if not sections:
            return Section("", 0, "", (), self.post.line, self.post.line, 0, len(self.document.text))
        index = bisect_right(sections, offset, key=lambda section: section.start) - 1
        return sections[max(index, 0)]


def encode_date(value: dt.date | None) -> int | None:
    """A date as the decimal number YYYYMMDDhhmmss (midnight for a date without time)."""
    if value is None:
        return None
    day = (value.year * 100 + value.month) * 100 + value.day
    if isinstance(value, dt.datetime):
        return ((day * 100 + value.hour) * 100 + value.minute) * 100 + value.second
    return day * 1_000_000


def _date_text(value: dt.date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None, microsecond=0).isoformat()
    return value.isoformat()


def _date_value(text: str) -> dt.date | None:
    if not text:
        return None
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


def encode_stored(post: Post, document: Document, *, plain: bool, titled: bool = True) -> bytes:
    """The bytes an engine keeps and gives back for every hit."""
    spans: list[int | str] = []
    for span in document.spans:
        spans += (_KIND_NUMBER[span.kind], span.start, span.end, span.language, int(span.inline))
    data = {
        "id": post.id,
        "title": post.title,
        "path": post.path,
        "category": post.category,
        "tags": post.tags,
        "date": _date_text(post.date),
        "updated": _date_text(post.updated),
        "line": post.line,
        "aliases": post.aliases,
        "slug": post.slug,
        "description": post.description,
        "draft": post.draft,
        "sources": post.sources,
        "plain": plain,
        "titled": titled,
        "text": document.text,
        "spans": spans,
        "sections": [
            [s.title, s.level, s.anchor, s.breadcrumb, s.line_start, s.line_end, s.start, s.end]
            for s in document.sections
        ],
        "lines": [number for pair in document.lines for number in pair],
        "links": [[link.target, link.text, link.line, int(link.wiki)] for link in document.links],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def decode_stored(data: bytes) -> StoredPost:
    """Read back what :func:`encode_stored` made.

    Raises:
        IndexCorruptError: the bytes are not such a post.
    """
    try:
        raw = json.loads(data)
        flat = iter(raw["spans"])
        spans = tuple(Span(_KINDS[k], a, b, lang, bool(i)) for k, a, b, lang, i in zip(*[flat] * 5, strict=True))
        numbers = iter(raw["lines"])
        document = Document(
            text=raw["text"],
            spans=spans,
            sections=tuple(
                Section(title, level, anchor, tuple(crumb), line, last, start, end)
                for title, level, anchor, crumb, line, last, start, end in raw["sections"]
            ),
            lines=tuple(zip(*[numbers] * 2, strict=True)),
            links=tuple(Link(target, text, line, bool(wiki)) for target, text, line, wiki in raw["links"]),
        )
        post = Post(
            id=raw["id"],
            title=raw["title"],
            category=raw["category"],
            date=_date_value(raw["date"]),
            tags=tuple(raw["tags"]),
            updated=_date_value(raw["updated"]),
            path=raw["path"],
            line=raw["line"],
            aliases=tuple(raw["aliases"]),
            slug=raw["slug"],
            description=raw["description"],
            draft=raw["draft"],
            sources=tuple(raw["sources"]),
        )
        return StoredPost(post, document, bool(raw["plain"]), bool(raw["titled"]))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise IndexCorruptError(f"a stored post cannot be read ({error!r}); run: kbsearch check --repair") from error


def encode_source(text: str) -> bytes:
    """A post's Markdown, compressed (zlib, level 1: a third of the size at little cost)."""
    return zlib.compress(text.encode("utf-8", "replace"), 1)


def decode_source(data: bytes) -> str:
    """Read back what :func:`encode_source` made.

    Raises:
        IndexCorruptError: the bytes are damaged, or would grow past 1 GiB.
    """
    try:
        engine = zlib.decompressobj()
        text = engine.decompress(data, _MAX_SOURCE_BYTES)
        if engine.unconsumed_tail or not engine.eof:
            raise ValueError("cut short")
        return text.decode()
    except (zlib.error, ValueError) as error:
        raise IndexCorruptError(
            f"a stored post's Markdown cannot be read ({error}); run: kbsearch check --repair"
        ) from error
