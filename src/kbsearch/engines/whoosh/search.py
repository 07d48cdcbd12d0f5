"""A search over all segments: evaluate, filter, count, and put the page in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kbsearch.engines.base import EngineResult, SearchRequest, Sort
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.evaluate import Evaluator
from kbsearch.engines.whoosh.page import NEVER, Candidate, candidates, make_page, wanted
from kbsearch.engines.whoosh.postings import SegmentArrays
from kbsearch.engines.whoosh.segment import MISSING

__all__ = ["search"]


def search(segments: Sequence[SegmentArrays], request: SearchRequest) -> EngineResult:
    """Carry out a plan. A post's reference is its number counted through all segments."""
    count = wanted(request)
    found: list[Candidate] = []
    facets: dict[str, Counter[str]] = {name: Counter() for name in request.facets}
    total = base = 0
    for arrays in segments:
        evaluator = Evaluator(arrays)
        matched = evaluator.matching(request.query)
        if arrays.live is not None:
            matched &= arrays.live
        if request.filter is not None:
            matched &= evaluator.matching(request.filter)
        matches = int(np.count_nonzero(matched))
        total += matches
        if matches:
            for name, counter in facets.items():
                counter.update(arrays.counts(name, matched))
            if count:
                scores = evaluator.scores(request.query, matched, count if request.sort == "relevance" else None)
                posts, scores = _first(arrays, matched, scores, request.sort, count)
                found += candidates(
                    arrays.segment,
                    zip(posts.tolist(), scores.tolist(), strict=True),
                    request.sort,
                    dates=arrays.numbers("date").data,
                    ranks=arrays.key_ranks.data,
                    base=base,
                    alone=len(segments) == 1,
                )
        base += arrays.posts
    return make_page(request, found, total, facets)


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
            chosen = np.lexsort((arrays.key_ranks[docs], second, order[chosen]))[:count]
            docs, values = docs[chosen], values[chosen]
    return docs, values


def _by_date(dates: Ints, sort: Sort) -> Ints:
    """Numbers that ascend as posts are to be listed: those without a date last."""
    if sort == "oldest":
        return np.where(dates == MISSING, NEVER, dates)
    return np.where(dates == MISSING, NEVER, -np.maximum(dates, MISSING + 1))
