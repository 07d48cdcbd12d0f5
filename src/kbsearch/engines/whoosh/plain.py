"""Searching without NumPy: for a single query in a new process, importing it would take longer than the search.

The same answers as :mod:`.search`, in dictionaries; worth it up to some hundred thousand postings (:func:`is_cheap`).
"""

from __future__ import annotations

import heapq
import struct
from collections import Counter
from collections.abc import Mapping, Sequence, Set

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, EngineResult, SearchRequest
from kbsearch.engines.whoosh.addends import addends, is_slow, matches_all, range_bounds
from kbsearch.engines.whoosh.collection import Collection
from kbsearch.engines.whoosh.explain import PostScorer
from kbsearch.engines.whoosh.page import Candidate, candidates, make_page, wanted
from kbsearch.engines.whoosh.segment import MISSING, Segment, read_frequencies
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["is_cheap", "plain_search"]


_BUDGET = 250_000  # postings that a process may read in this way: importing NumPy takes no longer
_EACH = 25_000  # what a search counts besides its postings: a process that asks a tenth one will ask more

_spent = 0


def is_cheap(collection: Collection, request: SearchRequest) -> bool:
    """Whether this search, and those done so before it in this process, take less time than importing NumPy."""
    global _spent
    cost = _EACH + 2 * collection.posts * len(request.facets)
    cost += sum(_cost(collection, node) for node in (request.query, request.filter) if node is not None)
    if _spent + cost > _BUDGET:
        return False
    _spent += cost
    return True


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
        matched = evaluator.matching(request.query)
        if segment.info.deleted_count:
            matched = {post for post in matched if not segment.is_deleted(post)}
        if request.filter is not None:
            matched &= evaluator.matching(request.filter)
        total += len(matched)
        for name, counter in facets.items():
            counter.update(_counts(segment, name, matched))
        if matched and count:
            scores, dates = evaluator.scores(request.query, matched), segment.numbers("date")
            everyone = candidates(
                segment,
                ((post, _single(scores[post])) for post in matched),
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
    """Evaluates plans on one segment; the same two questions as :class:`.evaluate.Evaluator`."""

    def __init__(self, collection: Collection, place: int) -> None:
        self._collection, self._place = collection, place
        self._segment = collection.segments[place]
        self._posts = self._segment.posts
        self._phrases: dict[int, dict[int, float]] = {}  # by the node's identity

    def matching(self, node: Node) -> set[int]:
        """Posts that match, deleted ones included."""
        match node:
            case Term():
                return set(self._docs(node))
            case Or(children) | Best(children):
                if any(map(matches_all, children)):
                    return set(range(self._posts))
                return set().union(*map(self.matching, children))
            case And(children):
                return self._all_of(children)
            case Phrase():
                return set(self._phrase(node))
            case Constant(child):
                return self.matching(child)
            case Not(child):
                return set(range(self._posts)) - self.matching(child)
            case Range(field):
                numbers = self._segment.numbers(field) if field in NUMBER_FIELDS else None
                low, high = range_bounds(node)
                return set() if numbers is None else {p for p, n in enumerate(numbers.whole()) if low <= n <= high}
            case All():
                return set(range(self._posts))

    def scores(self, node: Node, among: Set[int]) -> list[float]:
        """For each post its score; only the posts ``among``, which all match, have one."""
        total = [0.0] * self._posts
        terms, others = addends(node)
        for group in terms.values():
            for term in group:
                self._add_term(total, term, among)
        for other in others:
            for post, score in self._other_scores(other, among).items():
                total[post] += score
        return total

    def _add_term(self, total: list[float], node: Term, among: Set[int]) -> None:
        place = self._collection.find(node.field, node.text).ranges[self._place]
        field = self._segment.field(node.field) if place is not None else None
        if place is None or field is None or field.lengths is None:
            return
        weight, norms, lengths = (
            self._collection.weight(node),
            self._collection.norms(node.field),
            field.lengths.whole(),
        )
        postings = zip(self._docs(node), read_frequencies(field, *place), strict=True)
        if len(among) * 2 < self._posts:
            postings = ((post, count) for post, count in postings if post in among)  # type: ignore[assignment]
        for post, count in postings:
            total[post] += weight * count / (count + norms[lengths[post]])

    def _other_scores(self, node: Node, among: Set[int]) -> Mapping[int, float]:
        """Posts that match a part that is no sum of terms, with their scores."""
        match node:
            case Phrase():
                return self._phrase(node)
            case Constant(child, score):
                return dict.fromkeys(self.matching(child), float(score))
            case Best(children, tie):
                best: dict[int, float] = {}
                total: dict[int, float] = {}
                for child in children:
                    for post, score in self._scores_if_matching(child, among).items():
                        best[post] = max(best.get(post, 0.0), score)
                        total[post] = total.get(post, 0.0) + score
                return {post: score + tie * (total[post] - score) for post, score in best.items()}
            case _:
                return self._scores_if_matching(node, among)

    def _scores_if_matching(self, node: Node, among: Set[int]) -> dict[int, float]:
        found = self.matching(node) & among
        scores = self.scores(node, found)
        return {post: scores[post] for post in found}

    def _docs(self, node: Term) -> Sequence[int]:
        place = self._collection.find(node.field, node.text).ranges[self._place]
        field = self._segment.field(node.field) if place is not None else None
        if place is None or field is None:
            return ()
        docs = field.docs.part(*place)
        field.check_posts(max(docs, default=-1))
        return docs

    def _all_of(self, children: Sequence[Node]) -> set[int]:
        found: set[int] | None = None
        for child in sorted(children, key=is_slow):
            if found is None or not matches_all(child):
                mine = self.matching(child)
                found = mine if found is None else found & mine
            if not found:
                break
        return found or set()

    def _phrase(self, node: Phrase) -> dict[int, float]:
        """Posts with the phrase, with their scores."""
        if id(node) not in self._phrases:
            docs = [self._docs(Term(node.field, text)) for text, _ in node.terms]
            posts = set(docs[0]).intersection(*docs[1:]) if docs else set()
            scored = ((post, PostScorer(self._collection, self._place, post).parts(node)) for post in posts)
            self._phrases[id(node)] = {post: parts[0].score for post, parts in scored if parts}
        return self._phrases[id(node)]


def _single(score: float) -> float:
    """The score in single precision, as :mod:`.search` gives it."""
    value: float = _FLOAT.unpack(_FLOAT.pack(score))[0]
    return value


_FLOAT = struct.Struct("f")


def _counts(segment: Segment, name: str, matched: Set[int]) -> dict[str, int]:
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
