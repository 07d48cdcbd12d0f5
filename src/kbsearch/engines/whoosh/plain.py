"""Searching without NumPy: for a single query in a new process, importing it would take longer than the search.

The same answers as :mod:`.search`, in dictionaries; worth it up to some hundred thousand postings (:func:`cost`).
"""

from __future__ import annotations

import heapq
import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, EngineResult, SearchRequest
from kbsearch.engines.whoosh.collection import Collection, is_scored
from kbsearch.engines.whoosh.explain import PostScorer
from kbsearch.engines.whoosh.page import Candidate, candidates, make_page, wanted
from kbsearch.engines.whoosh.segment import MISSING, Segment, read_frequencies
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["cost", "plain_search"]

Scores = dict[int, float]  # posts that match, with their scores
_NARROW = 8  # looking a post up costs about as much as reading so many postings


def cost(collection: Collection, request: SearchRequest) -> int:
    """About how many postings a search reads."""
    posts = collection.posts
    facets = 2 * posts * len(request.facets)
    return facets + sum(_cost(collection, node) for node in (request.query, request.filter) if node is not None)


def _cost(collection: Collection, node: Node) -> int:
    match node:
        case Term(field, text):
            return collection.find(field, text).frequency
        case Phrase(field, terms):
            return sum(collection.find(field, text).frequency for text, _ in terms)
        case And(children) | Or(children) | Best(children):
            return sum(_cost(collection, child) for child in children)
        case Constant(child):
            return _cost(collection, child)
        case Not(child):
            return collection.posts + _cost(collection, child)
        case Range() | All():
            return collection.posts


def plain_search(collection: Collection, request: SearchRequest) -> EngineResult:
    """Carry out a plan."""
    count = wanted(request)
    found: list[Candidate] = []
    facets: dict[str, Counter[str]] = {name: Counter() for name in request.facets}
    total = base = 0
    for place, segment in enumerate(collection.segments):
        evaluator = _Evaluator(collection, place)
        scores = evaluator.scores(request.query, None)
        if segment.info.deleted_count:
            scores = {post: score for post, score in scores.items() if not segment.is_deleted(post)}
        if request.filter is not None and scores:
            allowed = evaluator.scores(request.filter, scores)
            scores = {post: score for post, score in scores.items() if post in allowed}
        total += len(scores)
        for name, counter in facets.items():
            counter.update(_counts(segment, name, scores))
        if scores and count:
            dates = segment.numbers("date")
            everyone = candidates(
                segment,
                zip(scores, map(_single, scores.values()), strict=True),
                request.sort,
                dates=[MISSING] * segment.posts if dates is None else dates.whole(),
                ranks=segment.key_ranks.whole(),
                base=base,
                alone=len(collection.segments) == 1,
            )
            found += heapq.nsmallest(count, everyone)
        base += segment.posts
    return make_page(request, found, total, facets)


class _Evaluator:
    """Evaluates plans on one segment."""

    def __init__(self, collection: Collection, place: int) -> None:
        self._collection, self._place = collection, place
        self._segment = collection.segments[place]
        self._everyone = range(self._segment.posts)

    def scores(self, node: Node, among: Mapping[int, float] | None) -> Scores:
        """Posts that match, deleted ones included, with their scores; at least those ``among`` if given."""
        match node:
            case Term():
                return self._term(node, among)
            case Phrase():
                return self._phrase(node, among)
            case Or(children):
                total: Scores = {}
                for child in children:
                    _add(total, self.scores(child, among))
                return total
            case And(children):
                return self._and(children, among)
            case Best(children, tie):
                best: Scores = {}
                total = {}
                for child in children:
                    found = self.scores(child, among)
                    _add(total, found)
                    for post, score in found.items():
                        if score >= best.get(post, score):
                            best[post] = score
                return {post: score + tie * (total[post] - score) for post, score in best.items()}
            case Constant(child, score):
                return dict.fromkeys(self.scores(child, among), float(score))
            case Not(child):
                without = self.scores(child, among)
                return {post: 0.0 for post in self._posts(among) if post not in without}
            case Range(field, low, high):
                numbers = self._segment.numbers(field) if field in NUMBER_FIELDS else None
                if numbers is None:
                    return {}
                values = numbers.whole()
                least, most = MISSING if low is None else low, -MISSING if high is None else high
                return {p: 0.0 for p in self._posts(among) if values[p] != MISSING and least <= values[p] <= most}
            case All():
                return dict.fromkeys(self._posts(among), 0.0)

    def _posts(self, among: Mapping[int, float] | None) -> Iterable[int]:
        return self._everyone if among is None else among

    def _term(self, node: Term, among: Mapping[int, float] | None) -> Scores:
        found = self._collection.find(node.field, node.text)
        place = found.ranges[self._place]
        field = self._segment.field(node.field) if place is not None else None
        if place is None or field is None:
            return {}
        docs = field.docs.part(*place)
        field.check_posts(max(docs, default=-1))
        if not is_scored(node.field) or field.lengths is None:
            return dict.fromkeys(docs, 0.0)
        weight = self._collection.weight(node)
        norms, lengths = self._collection.norms(node.field), field.lengths.whole()
        frequencies = read_frequencies(field, *place)
        if among is not None and len(among) * _NARROW < len(docs):
            return {
                post: weight * frequencies[at] / (frequencies[at] + norms[lengths[post]])
                for post in among
                if (at := bisect_left(docs, post)) < len(docs) and docs[at] == post
            }
        pairs = zip(docs, frequencies, strict=True)
        return {post: weight * count / (count + norms[lengths[post]]) for post, count in pairs}

    def _phrase(self, node: Phrase, among: Mapping[int, float] | None) -> Scores:
        posts: Iterable[int] | None = among
        for text, _ in sorted(node.terms, key=lambda term: self._collection.find(node.field, term[0]).frequency):
            posts = self._term(Term(node.field, text), None if posts is None else dict.fromkeys(posts, 0.0))
        found = {}
        for post in posts or ():
            parts = PostScorer(self._collection, self._place, post).parts(node)
            if parts is not None:
                found[post] = parts[0].score
        return found

    def _and(self, children: Sequence[Node], among: Mapping[int, float] | None) -> Scores:
        total: Scores | None = None
        for child in sorted(children, key=self._order):
            found = self.scores(child, among if total is None else total)
            if total is None:
                total = found
            else:
                total = {post: score + found[post] for post, score in total.items() if post in found}
            if not total:
                break
        return total or {}

    def _order(self, node: Node) -> int:
        """Few postings first; what matches by exception last."""
        return 1 << 62 if isinstance(node, Not) else _cost(self._collection, node)


def _add(total: Scores, more: Scores) -> None:
    for post, score in more.items():
        total[post] = total.get(post, 0.0) + score


def _single(score: float) -> float:
    """The score in single precision, as :mod:`.search` gives it."""
    value: float = _FLOAT.unpack(_FLOAT.pack(score))[0]
    return value


_FLOAT = struct.Struct("f")


def _counts(segment: Segment, name: str, matched: Container[int]) -> dict[str, int]:
    """How many matched posts have each value of a keyword field."""
    field = segment.field(name) if name in KEYWORD_FIELDS else None
    if field is None:
        return {}
    counts = {}
    for number in range(field.terms):
        count = sum(post in matched for post in field.postings(number))
        if count:
            counts[field.term(number)] = count
    return counts
