"""A search over all segments: evaluate, filter, count, and put the page in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from kbsearch.engines.base import EngineResult, SearchRequest, Sort
from kbsearch.engines.whoosh.container import damaged
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.evaluate import Evaluator
from kbsearch.engines.whoosh.postings import SegmentArrays
from kbsearch.engines.whoosh.segment import MISSING

__all__ = ["search"]

_NEVER = -MISSING - 1  # orders after every date


# A post that may be on the page, and what puts it in its place: its score's negative or its date, then (by relevance)
# its date, then its key or, if there is only one segment, the key's rank; then its reference, and its score.
Candidate: TypeAlias = tuple[float, int, "int | bytes", int, float]


def search(segments: Sequence[SegmentArrays], request: SearchRequest) -> EngineResult:
    """Carry out a plan. A post's reference is its number counted through all segments."""
    wanted = max(0, request.offset) + max(0, request.limit) if request.limit > 0 else 0
    candidates: list[Candidate] = []
    facets: dict[str, Counter[str]] = {name: Counter() for name in request.facets}
    total = base = 0
    for arrays in segments:
        try:
            evaluator = Evaluator(arrays)
            matched = evaluator.matching(request.query)
            if arrays.live is not None:
                matched &= arrays.live
            if request.filter is not None:
                matched &= evaluator.matching(request.filter)
            found = int(np.count_nonzero(matched))
            total += found
            if found:
                for name, counter in facets.items():
                    counter.update(arrays.counts(name, matched))
                if wanted:
                    scores = evaluator.scores(request.query, matched)
                    first = _first(arrays, matched, scores, request.sort, wanted)
                    candidates += _in_order(arrays, first, request.sort, base, alone=len(segments) == 1)
        except IndexError as error:  # a number in the file points outside an array; NumPy looks at each
            raise damaged(arrays.segment.arrays.path, "it names a post that does not exist") from error
        base += arrays.posts
    candidates.sort()
    page = [(ref, score) for *_, ref, score in candidates[max(0, request.offset) : wanted]]
    return EngineResult(page, total, {name: dict(counter) for name, counter in facets.items()})


def _first(arrays: SegmentArrays, matched: Ints, scores: Ints, sort: Sort, count: int) -> tuple[Ints, Ints]:
    """The ``count`` best posts of a segment and all that equal the last of them, with their scores.

    Scores get single precision, as in Lucene, so that the order in which a sum was taken does not decide between
    equals.
    """
    docs = matched.nonzero()[0]
    values = scores[docs].astype(np.float32)
    if len(docs) > count:
        order = -values if sort == "relevance" else _by_date(arrays.numbers("date")[docs], sort)
        worst = np.partition(order, count - 1)[count - 1]
        chosen = (order <= worst).nonzero()[0]
        docs, values = docs[chosen], values[chosen]
        if len(docs) > 2 * count:  # many equals: let the further criteria choose among them
            second = _by_date(arrays.numbers("date")[docs], "newest")
            chosen = np.lexsort((arrays.key_ranks()[docs], second, order[chosen]))[:count]
            docs, values = docs[chosen], values[chosen]
    return docs, values


def _in_order(
    arrays: SegmentArrays, found: tuple[Ints, Ints], sort: Sort, base: int, *, alone: bool
) -> Iterator[Candidate]:
    """Candidates for the page; keys are compared by rank if there is only one segment."""
    dates, ranks = memoryview(arrays.numbers("date")), memoryview(arrays.key_ranks())
    keys = arrays.segment.field("key")
    for post, score in zip(found[0].tolist(), found[1].tolist(), strict=True):
        key = ranks[post] if alone or keys is None else keys.key(ranks[post])
        date = dates[post]
        newest = _NEVER if date == MISSING else -date
        if sort == "relevance":
            yield -score, newest, key, base + post, score
        else:
            yield newest if sort == "newest" or date == MISSING else date, 0, key, base + post, score


def _by_date(dates: Ints, sort: Sort) -> Ints:
    """Numbers that ascend as posts are to be listed: those without a date last."""
    if sort == "oldest":
        return np.where(dates == MISSING, _NEVER, dates)
    return np.where(dates == MISSING, _NEVER, -np.maximum(dates, MISSING + 1))
