"""The engine's reader: one commit, its files mapped for as long as it is open."""

from __future__ import annotations

import heapq
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbsearch.engines.base import KEYWORD_FIELDS, TEXT_FIELDS, EngineResult, ScorePart, SearchRequest
from kbsearch.engines.whoosh.collection import Collection
from kbsearch.engines.whoosh.container import damaged
from kbsearch.engines.whoosh.explain import PostScorer
from kbsearch.engines.whoosh.segment import Segment
from kbsearch.engines.whoosh.toc import Toc, read_toc
from kbsearch.errors import IndexMissingError
from kbsearch.query.plan import Node

if TYPE_CHECKING:
    from kbsearch.engines.whoosh.postings import SegmentArrays

__all__ = ["WhooshReader", "open_reader"]

_OPEN_TRIES = 20


class WhooshReader:
    """One commit of an index; see :class:`kbsearch.engines.base.Reader`. A reference is a post's number, counted
    through all segments.
    """

    def __init__(self, toc: Toc, segments: Sequence[Segment]) -> None:
        self._toc = toc
        self._collection = Collection(segments)
        self._bases = [0]
        for segment in segments:
            self._bases.append(self._bases[-1] + segment.posts)
        self._arrays: list[SegmentArrays] | None = None

    @property
    def meta(self) -> Mapping[str, Any]:
        """The ``meta`` of the commit."""
        return self._toc.meta

    def count(self) -> int:
        """Number of posts."""
        return sum(info.posts - info.deleted_count for info in self._toc.segments)

    def search(self, request: SearchRequest) -> EngineResult:
        """Carry out a plan.

        Raises:
            IndexCorruptError: a file is not what was written.
        """
        if "numpy" not in sys.modules:
            from kbsearch.engines.whoosh.plain import is_cheap, plain_search

            if is_cheap(self._collection, request):
                return plain_search(self._collection, request)
        from kbsearch.engines.whoosh.postings import SegmentArrays
        from kbsearch.engines.whoosh.search import search

        if self._arrays is None:
            self._arrays = [SegmentArrays(self._collection, i) for i in range(len(self._collection.segments))]
        return search(self._arrays, request)

    def find(self, key: str) -> int | None:
        """The post with this key."""
        for place, segment in enumerate(self._collection.segments):
            keys = segment.field("key")
            number = -1 if keys is None else keys.lookup(key)
            if keys is not None and number >= 0:
                for post in keys.postings(number):
                    keys.check_posts(post)
                    if not segment.is_deleted(post):
                        return self._bases[place] + post
        return None

    def stored(self, ref: int) -> bytes:
        """The post's ``stored`` bytes."""
        place, post = self._locate(ref)
        return self._collection.segments[place].stored(post)

    def source(self, ref: int) -> bytes:
        """The post's ``source`` bytes."""
        place, post = self._locate(ref)
        return self._collection.segments[place].source(post)

    def refs(self) -> Iterator[int]:
        """Every post, in the order it was added."""
        for base, segment in zip(self._bases, self._collection.segments, strict=False):
            yield from (base + post for post in range(segment.posts) if not segment.is_deleted(post))

    def frequency(self, field: str, term: str) -> int:
        """Number of posts that have the term, deleted ones included until they are purged."""
        return self._collection.find(field, term).frequency

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Terms of a field that begin with ``prefix``, each with its document frequency, in code-point order."""
        if field not in TEXT_FIELDS and field not in KEYWORD_FIELDS:
            return iter(())
        fields = [found for segment in self._collection.segments if (found := segment.field(field)) is not None]
        if len(fields) == 1:
            return fields[0].walk(prefix)
        merged = heapq.merge(*(found.walk(prefix) for found in fields))
        by_term = groupby(merged, key=itemgetter(0))
        return ((term, sum(count for _, count in group)) for term, group in by_term)

    def score_parts(self, node: Node, ref: int) -> Sequence[ScorePart]:
        """The terms and phrases of a plan that match this post, and what each contributes."""
        return PostScorer(self._collection, *self._locate(ref)).parts(node) or ()

    def close(self) -> None:
        """Release files."""
        for segment in self._collection.segments:
            segment.close()
        self._arrays = None
        self._collection = Collection(())

    def _locate(self, ref: int) -> tuple[int, int]:
        """The place of the segment a post lies in, and its number there."""
        place = bisect_right(self._bases, ref) - 1
        return place, ref - self._bases[place]


def open_reader(folder: Path) -> WhooshReader:
    """Open the last commit. If a writer replaces it between reading its table of contents and opening the files
    this names, the new one is opened.

    Raises:
        IndexMissingError, IndexMismatchError, IndexCorruptError
    """
    for attempt in range(_OPEN_TRIES):
        toc = read_toc(folder)
        with ExitStack() as opened:
            segments = []
            for info in toc.segments:
                try:
                    segment = Segment(folder, info)
                except FileNotFoundError:
                    break
                except OSError as error:
                    message = f"{folder / info.file}: cannot be read ({error.strerror}); check its permissions"
                    raise IndexMissingError(message) from error
                opened.callback(segment.close)
                segments.append(segment)
            else:
                opened.pop_all()
                return WhooshReader(toc, segments)
        if attempt + 1 == _OPEN_TRIES or read_toc(folder).generation == toc.generation:
            raise damaged(folder / info.file, "it is missing")
    raise AssertionError("unreachable")
