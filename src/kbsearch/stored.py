"""How a post lies in an index: what a hit needs, in parts that are read only when asked for.

::

    head      form (one byte), flags (one byte), and the length of each part in bytes
    post      JSON: the post's own fields, its id first
    sections  JSON: a row for each
    rest      JSON: the languages of blocks of code, the links
    spans     three columns of 32-bit numbers: starts, ends, and what they are
    lines     two columns: offsets in the text, lines of the file
    text      UTF-8
    folded    UTF-8: the text folded, unless that only means small ASCII letters; then nothing

A page of ten hits shows a few lines of each post, so most of a post's spans, lines and links are never looked at. The
Markdown itself lies compressed beside it. Plain data only: reading it can run nothing, and anything malformed is an
:class:`IndexCorruptError`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Any

from kbsearch.analysis.fold import fold
from kbsearch.errors import IndexCorruptError
from kbsearch.model import Document, Link, Post, Section, Span, SpanKind

__all__ = ["StoredPost", "decode_source", "decode_stored", "encode_date", "encode_source", "encode_stored", "stored_id"]
__all__ += ["writable"]

_FORM = 2
_HEAD = struct.Struct("<BB2x7I")
_TITLED = 1  # flag
_KINDS: tuple[SpanKind, ...] = ("heading", "code", "math", "table")
_KIND_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_INLINE, _LANGUAGE = 4, 8  # factors: a span is kind + 4 · inline + 8 · language
_MAX_SOURCE_BYTES = 1 << 30
_HALF = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    """The text with halves of surrogate pairs, which no file can hold, replaced by U+FFFD."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


class StoredPost:
    """A post and its document as read back from an index; ``post.text`` is empty unless :meth:`with_source` put the
    Markdown back.

    Attributes:
        post: the post's fields.
        text: the document's text.
        titled: the title is one, and not only the beginning of the text.

    Raises:
        IndexCorruptError: from any method or attribute; the bytes are not such a post.
    """

    def __init__(self, data: bytes) -> None:
        with _damage_named():
            form, flags, *sizes = _HEAD.unpack_from(data)
            bounds = list(accumulate(sizes, initial=_HEAD.size))
            if form != _FORM or bounds[-1] != len(data) or sizes[3] % 12 or sizes[4] % 8:
                raise ValueError("its parts are not as long as they should be")
            self._parts = [data[start:end] for start, end in pairwise(bounds)]
            self.titled = bool(flags & _TITLED)
            self.post = _post(json.loads(self._parts[0]))
            self.text = self._parts[5].decode()

    def with_source(self, markdown: str) -> StoredPost:
        """The same with the post's Markdown, as :func:`decode_source` gives it."""
        other = copy(self)
        other.post = replace(self.post, text=markdown)
        return other

    @cached_property
    def folded(self) -> str:
        """The text, folded; as long as the text."""
        with _damage_named():
            folded = (self._parts[6] or self._parts[5].lower()).decode()
            if len(folded) != len(self.text):
                raise ValueError("its folded text is of another length")
            return folded

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The document's sections."""
        with _damage_named():
            return tuple(map(_section, self._sections))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The document's links."""
        with _damage_named():
            return tuple(Link(target, text, line, bool(wiki)) for target, text, line, wiki in self._rest["links"])

    @cached_property
    def document(self) -> Document:
        """The whole document."""
        with _damage_named():
            return Document(
                self.text,
                self._make_spans(range(len(self._spans[0]))),
                self.sections,
                tuple(zip(*self._lines, strict=True)),
                self.links,
            )

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """The document's spans that have a part in this stretch of its text."""
        starts, ends, _ = self._spans
        return self._make_spans([i for i in range(bisect_left(starts, end)) if ends[i] > start])

    def line_at(self, offset: int) -> int:
        """Line of the file that the character at ``offset`` of the text comes from."""
        offsets, lines = self._lines
        index = bisect_right(offsets, offset) - 1
        return lines[index] if index >= 0 else self.post.line

    def section_at(self, offset: int) -> Section:
        """The section that holds ``offset``; a post without text has one empty section."""
        if not self._sections:
            return Section("", 0, "", (), self.post.line, self.post.line, 0, len(self.text))
        with _damage_named():
            index = bisect_right([row[-2] for row in self._sections], offset) - 1
            return _section(self._sections[max(index, 0)])

    @cached_property
    def _sections(self) -> list[list[Any]]:
        with _damage_named():
            rows: list[list[Any]] = json.loads(self._parts[1])
            return rows

    @cached_property
    def _spans(self) -> list[tuple[int, ...]]:
        return _columns(self._parts[3], 3)

    @cached_property
    def _lines(self) -> list[tuple[int, ...]]:
        return _columns(self._parts[4], 2)

    @cached_property
    def _rest(self) -> dict[str, Any]:
        rest: dict[str, Any] = json.loads(self._parts[2])
        return rest

    def _make_spans(self, places: Sequence[int]) -> tuple[Span, ...]:
        starts, ends, kinds = self._spans
        with _damage_named():
            return tuple(
                Span(
                    _KINDS[kinds[i] % _INLINE],
                    starts[i],
                    ends[i],
                    self._rest["languages"][kinds[i] // _LANGUAGE - 1] if kinds[i] >= _LANGUAGE else "",
                    bool(kinds[i] & _INLINE),
                )
                for i in places
            )


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, struct.error) as error:
        raise IndexCorruptError(f"a stored post cannot be read ({error!r}); run: kbsearch check --repair") from error


def _columns(data: bytes, count: int) -> list[tuple[int, ...]]:
    """Columns of 32-bit numbers, one after the other."""
    size = len(data) // count
    unpack = struct.Struct(f"<{size // 4}I").unpack_from
    return [unpack(data, column * size) for column in range(count)]


def _pack(columns: Sequence[Sequence[int]]) -> bytes:
    numbers = list(chain(*columns))
    return struct.pack(f"<{len(numbers)}I", *numbers)


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


def _section(row: Sequence[Any]) -> Section:
    title, level, anchor, breadcrumb, first, last, start, end = row
    return Section(title, level, anchor, tuple(breadcrumb), first, last, start, end)


def _post(raw: dict[str, Any]) -> Post:
    return Post(
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


def encode_stored(post: Post, document: Document, *, plain: bool, titled: bool = True) -> bytes:
    """The bytes an engine keeps and gives back for every hit.

    Args:
        plain: folding the document's text changes nothing but the case of letters.
        titled: the title is one, and not only the beginning of the text.
    """
    fields = {
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
    }
    sections = [
        [s.title, s.level, s.anchor, s.breadcrumb, s.line_start, s.line_end, s.start, s.end] for s in document.sections
    ]
    spans = document.spans
    languages = {name: place for place, name in enumerate(dict.fromkeys(s.language for s in spans if s.language), 1)}
    kinds = [_KIND_NUMBER[s.kind] + _INLINE * s.inline + _LANGUAGE * languages.get(s.language, 0) for s in spans]
    rest = {
        "languages": list(languages),
        "links": [[link.target, link.text, link.line, int(link.wiki)] for link in document.links],
    }
    text = document.text.encode("utf-8", "replace")
    folded = _folded(document.text, plain=plain).encode("utf-8", "replace")
    parts = [
        _json(fields),
        _json(sections),
        _json(rest),
        _pack([[s.start for s in spans], [s.end for s in spans], kinds]),
        _pack([[offset for offset, _ in document.lines], [line for _, line in document.lines]]),
        text,
        b"" if folded == text.lower() else folded,
    ]
    return b"".join((_HEAD.pack(_FORM, _TITLED * titled, *map(len, parts)), *parts))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _folded(text: str, *, plain: bool) -> str:
    folded = text.lower() if plain else fold(text)
    return folded if len(folded) == len(text) else fold(text)


def decode_stored(data: bytes) -> StoredPost:
    """Read back what :func:`encode_stored` made.

    Raises:
        IndexCorruptError: the bytes are not such a post.
    """
    return StoredPost(data)


def stored_id(data: bytes) -> str:
    """Only the id of what :func:`encode_stored` made.

    Raises:
        IndexCorruptError: the bytes are not such a post.
    """
    with _damage_named():
        size = _HEAD.unpack_from(data)[2]
        value = json.loads(data[_HEAD.size : _HEAD.size + size])["id"]
        if data[0] != _FORM or not isinstance(value, str):
            raise ValueError("it has no id")
        return value


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
