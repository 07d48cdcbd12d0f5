"""The page of a search: candidates from every segment, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kbsearch.engines.base import EngineResult, SearchRequest, Sort
from kbsearch.engines.whoosh.segment import MISSING, Segment

__all__ = ["NEVER", "Candidate", "candidates", "make_page", "wanted"]

NEVER = -MISSING - 1  # orders after every date

# A post that may be on the page, and what puts it in its place: its score's negative or its date, then (by relevance)
# its date, then its key or, if there is only one segment, the key's rank; then its reference, and its score.
Candidate: TypeAlias = tuple[float, int, "int | bytes", int, float]


def wanted(request: SearchRequest) -> int:
    """How many of the best posts are needed to fill the page."""
    return max(0, request.offset) + request.limit if request.limit > 0 else 0


def candidates(
    segment: Segment,
    found: Iterable[tuple[int, float]],
    sort: Sort,
    *,
    dates: Sequence[int],
    ranks: Sequence[int],
    base: int,
    alone: bool,
) -> Iterator[Candidate]:
    """Posts of one segment, given with their scores, as candidates.

    Args:
        dates: the number by which each post of the segment is dated.
        ranks: for each post the number of its key.
        base: number of posts in the segments before; a reference counts through all.
        alone: there is no other segment, so that ranks can stand for keys.
    """
    keys = segment.field("key")
    for post, score in found:
        key = ranks[post] if alone or keys is None else keys.key(ranks[post])
        date = dates[post]
        newest = NEVER if date == MISSING else -date
        if sort == "relevance":
            yield -score, newest, key, base + post, score
        else:
            yield newest if sort == "newest" or date == MISSING else date, 0, key, base + post, score


def make_page(
    request: SearchRequest, found: list[Candidate], total: int, facets: Mapping[str, Mapping[str, int]]
) -> EngineResult:
    """The page out of the best candidates of each segment."""
    found.sort()
    page = [(ref, score) for *_, ref, score in found[max(0, request.offset) : wanted(request)]]
    return EngineResult(page, total, {name: dict(counts) for name, counts in facets.items()})
