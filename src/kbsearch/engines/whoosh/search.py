"""A search over all segments: evaluate, filter, count, and put the page in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kbsearch.engines.base import EngineResult, SearchRequest, Sort
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.evaluate import Evaluator
from kbsearch.engines.whoosh.postings import SegmentArrays
from kbsearch.engines.whoosh.segment import MISSING

__all__ = ["search"]

_NEVER = -MISSING - 1  # orders after every date


class Candidate(NamedTuple):
    """A post that may be on the page. Candidates sort in page order."""

    order: float | int  # by relevance, the score's negative; by date, the date or its negative
    second: int  # by relevance, the date's negative
    key: int | bytes  # the key, or its rank where that serves
    ref: int
    score: float


def search(segments: Sequence[SegmentArrays], request: SearchRequest) -> EngineResult:
    """Carry out a plan. A post's reference is its number counted through all segments."""
    wanted = max(0, request.offset) + max(0, request.limit) if request.limit > 0 else 0
    candidates: list[Candidate] = []
    facets: dict[str, Counter[str]] = {name: Counter() for name in request.facets}
    total = base = 0
    for arrays in segments:
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
        base += arrays.posts
    candidates.sort()
    page = [(c.ref, c.score) for c in candidates[max(0, request.offset) : wanted]]
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
) -> list[Candidate]:
    """Candidates for the page; keys are compared by rank if there is only one segment."""
    docs, values = found
    dates = arrays.numbers("date")[docs]
    newest = _by_date(dates, "newest").tolist()
    if sort == "relevance":
        order, second = (-values).tolist(), newest
    else:
        order, second = newest if sort == "newest" else _by_date(dates, sort).tolist(), [0] * len(docs)
    ranks: list[int] = arrays.key_ranks()[docs].tolist()
    field = arrays.segment.field("key")
    keys: Sequence[int | bytes] = ranks if alone or field is None else [field.key(rank) for rank in ranks]
    refs = (docs + base).tolist()
    return list(map(Candidate, order, second, keys, refs, values.tolist()))


def _by_date(dates: Ints, sort: Sort) -> Ints:
    """Numbers that ascend as posts are to be listed: those without a date last."""
    if sort == "oldest":
        return np.where(dates == MISSING, _NEVER, dates)
    return np.where(dates == MISSING, _NEVER, -np.maximum(dates, MISSING + 1))
