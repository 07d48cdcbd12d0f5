"""Writing a segment: the live posts of older segments, if any are to be merged in, and then the pool's new posts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from kbsearch.engines.whoosh.container import ArrayWriter
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.lexicon import TermTexts
from kbsearch.engines.whoosh.merge import FieldSource, keep_posts, rank_terms, write_field
from kbsearch.engines.whoosh.pool import Pool
from kbsearch.engines.whoosh.postings import frequencies_between, live_posts, view
from kbsearch.engines.whoosh.segment import MISSING, Segment
from kbsearch.engines.whoosh.toc import SegmentInfo

__all__ = ["build_segment"]

_COPY_POSTS = 256  # posts whose stored bytes are copied at a time


def build_segment(path: Path, segments: Sequence[Segment], pool: Pool, dropped: set[int]) -> SegmentInfo:
    """Write a segment file, durably.

    Args:
        path: the new file.
        segments: older segments to merge in, in order; their deleted posts are left out.
        pool: the new posts, which come after those.
        dropped: numbers of posts in the pool that were replaced or removed before the commit.

    Raises:
        OSError: it could not be written; nothing is left of it.
        IndexCorruptError: an older segment is damaged.
    """
    out = ArrayWriter(path)
    try:
        parts = [_SegmentPart(segment) for segment in segments] + list(_batch_parts(pool, dropped))
        parts = [part for part in parts if part.count]
        posts = 0
        for part in parts:
            part.base = posts
            posts += part.count
        _write_blobs(out, segments, pool, dropped)
        tokens = {}
        for name in (*TEXT_FIELDS, *KEYWORD_FIELDS):
            sources = [source for part in parts if (source := part.field(name)) is not None]
            if sources:
                tokens[name] = write_field(out, name, sources, posts)
                if name == "key":
                    out.add("key_ranks", "I", [_key_ranks(sources, posts)])
                if name in TEXT_FIELDS and TEXT_FIELDS[name].scored:
                    out.add(f"{name}.lengths", "B", [part.lengths(name) for part in parts])
                del sources
                pool.forget(name)
        for name in NUMBER_FIELDS:
            columns = [part.numbers(name) for part in parts]
            if any((column != MISSING).any() for column in columns):
                out.add(f"{name}.numbers", "q", columns)
        if not posts:
            out.add("key_ranks", "I", [])
        size, checksum = out.finish({"posts": posts, "tokens": tokens})
    except BaseException:
        out.abandon()
        raise
    return SegmentInfo(path.name, size, checksum, posts)


class _SegmentPart:
    """The live posts of an older segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment, self._live = segment, live_posts(segment)
        self.count = segment.posts - segment.info.deleted_count
        self.base = 0

    def field(self, name: str) -> FieldSource | None:
        field = self._segment.field(name)
        if field is None:
            return None
        text_at, posting_at = (view(places.whole()).astype(np.int64) for places in (field.text_at, field.posting_at))
        field.check_places(text_at, len(field.text))
        field.check_places(posting_at, len(field.docs))
        source = FieldSource(
            terms=TermTexts(view(field.text.whole()), np.diff(text_at)),
            counts=np.diff(posting_at),
            docs=view(field.docs.whole()),
            frequencies=frequencies_between(field, 0, len(field.docs)) if field.scored else None,
            positions=None if field.positions is None else view(field.positions.whole()),
            base=self.base,
        )
        field.check_posts(int(source.docs.max(initial=0)))
        field.check_sizes(int(source.counts.sum()), source.frequencies)
        return source if self._live is None else keep_posts(source, self._live)

    def lengths(self, name: str) -> Ints:
        field = self._segment.field(name)
        if field is None or field.lengths is None:
            return np.zeros(self.count, np.uint8)
        return self._alive(view(field.lengths.whole()))

    def numbers(self, name: str) -> Ints:
        column = self._segment.numbers(name)
        return np.full(self.count, MISSING, np.int64) if column is None else self._alive(view(column.whole()))

    def _alive(self, values: Ints) -> Ints:
        return values if self._live is None else values[self._live]


class _BatchPart:
    """The posts of a batch that were not replaced since."""

    def __init__(self, pool: Pool, batch: int, live: Ints | None) -> None:
        self._runs, self._numbers, self._live = pool.runs[batch], pool.numbers[batch], live
        self._posts = pool.posts[batch]
        self.count = self._posts if live is None else int(live.sum())
        self.base = 0

    def field(self, name: str) -> FieldSource | None:
        run = self._runs.get(name)
        if run is None:
            return None
        terms = TermTexts(run.text, run.sizes)
        source = FieldSource(terms, run.counts, run.docs, run.frequencies, run.positions, self.base)
        return source if self._live is None else keep_posts(source, self._live)

    def lengths(self, name: str) -> Ints:
        run = self._runs.get(name)
        if run is None or run.lengths is None:
            return np.zeros(self.count, np.uint8)
        return run.lengths if self._live is None else run.lengths[self._live]

    def numbers(self, name: str) -> Ints:
        values = self._numbers[name]
        return values if self._live is None else values[self._live]


def _batch_parts(pool: Pool, dropped: set[int]) -> Iterator[_BatchPart]:
    first = 0
    for batch, posts in enumerate(pool.posts):
        gone = [post - first for post in dropped if first <= post < first + posts]
        live = None
        if gone:
            live = np.ones(posts, bool)
            live[gone] = False
        yield _BatchPart(pool, batch, live)
        first += posts


def _key_ranks(sources: Sequence[FieldSource], posts: int) -> Ints:
    """For each post its key's place in the order of keys."""
    _, ranks = rank_terms(sources)
    by_post = np.zeros(posts, np.uint32)
    for source, rank in zip(sources, ranks, strict=True):
        by_post[source.docs.astype(np.int64) + source.base] = np.repeat(rank, source.counts)
    return by_post


def _write_blobs(out: ArrayWriter, segments: Sequence[Segment], pool: Pool, dropped: set[int]) -> None:
    """Stored and source bytes of all posts in a row, then where each begins."""
    places = array("Q", [0])

    def put(data: bytes) -> bytes:
        places.append(places[-1] + len(data))
        return data

    def chunks() -> Iterator[bytes]:
        for segment in segments:
            for first in range(0, segment.posts, _COPY_POSTS):
                last = min(first + _COPY_POSTS, segment.posts)
                pieces: list[bytes] = []
                for post in range(first, last):
                    if not segment.is_deleted(post):
                        pieces.extend(map(put, segment.blobs(post)))
                yield b"".join(pieces)
        for post, (stored, source) in enumerate(pool.blobs()):
            if post not in dropped:
                yield put(stored) + put(source)

    out.add("blob", "B", chunks())
    out.add("blob_at", "Q", [places.tobytes()])
