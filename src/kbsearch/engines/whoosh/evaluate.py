"""Carrying out a plan on one segment, in arrays with an item for each post.

A plan asks two things: which posts match (:meth:`Evaluator.matching`), which is logic on booleans, and what they
score (:meth:`Evaluator.scores`), which is a sum. The sum is taken over all terms of a field in one go, wherever in
the plan they stand, because calls are what costs; parts that are no plain sum are worked out apart and added.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kbsearch.engines.base import NUMBER_FIELDS, TEXT_FIELDS
from kbsearch.engines.whoosh.addends import addends, is_slow, matches_all, range_bounds
from kbsearch.engines.whoosh.bm25 import K1
from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.phrase import find_phrase
from kbsearch.engines.whoosh.postings import SegmentArrays
from kbsearch.engines.whoosh.scoring import TermPostings, bm25, is_sparse, sum_of_best, sum_scores
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["Evaluator"]

Bools = Ints
Floats = Ints
_LONG = 8  # with more postings than so many a post, hopeless posts are pruned


class Evaluator:
    """Evaluates plans on one segment; made anew for each query, of which it remembers the parts."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self._arrays, self._posts = arrays, arrays.posts
        self._collection = arrays.collection
        self._docs: dict[tuple[str, str], Ints] = {}
        self._phrases: dict[int, tuple[Ints, Ints]] = {}  # by the node's identity

    def matching(self, node: Node) -> Bools:
        """For each post whether it matches, deleted ones included."""
        match node:
            case Term():
                return self._marked([self._term_docs(node)])
            case Or(children) | Best(children):
                if any(map(matches_all, children)):
                    return np.ones(self._posts, bool)
                found = self._marked([self._term_docs(child) for child in children if isinstance(child, Term)])
                for child in children:
                    if not isinstance(child, Term):
                        found |= self.matching(child)
                return found
            case And(children):
                return self._all_of(children)
            case Phrase():
                return self._marked([self._phrase(node)[0]])
            case Constant(child):
                return self.matching(child)
            case Not(child):
                return ~self.matching(child)
            case Range():
                return self._in_range(node)
            case All():
                return np.ones(self._posts, bool)

    def scores(self, node: Node, among: Bools, best: int | None = None) -> Floats:
        """The scores of the posts ``among``, which all match; what stands for other posts means nothing.

        Args:
            best: so many posts of the highest scores are wanted; others may be left with a part of their score.
        """
        terms, others = addends(node)
        found = self._postings(terms)
        total: Floats | None = None
        for other in others:
            part = self._other_scores(other, among)
            total = part if total is None else np.add(total, part, out=total)
        postings = sum(len(term.docs) for term in found)
        if best is not None and postings > _LONG * self._posts and all(term.weight >= 0 for term in found):
            return sum_of_best(found, np.zeros(self._posts) if total is None else total, among, best)
        scores = sum_scores(found, self._posts, among if is_sparse(among) else None)
        if scores is None:
            return np.zeros(self._posts) if total is None else total
        return scores if total is None else np.add(total, scores, out=total)

    def _postings(self, terms: dict[str, list[Term]]) -> list[TermPostings]:
        """The postings of those terms that score."""
        found = []
        for name, group in terms.items():
            field = self._arrays.field(name)
            if field is not None and field.norms is not None:
                for term in group:
                    known = self._collection.find(name, term.text)
                    place = known.ranges[self._arrays.place]
                    if place is not None:
                        weight = term.boost * (K1 + 1) * known.idf
                        found.append(TermPostings(field, place, self._term_docs(term), weight))
        return found

    def _other_scores(self, node: Node, among: Bools) -> Floats:
        """Scores of a part that is no sum of terms, 0 where it does not match."""
        match node:
            case Phrase():
                total = np.zeros(self._posts)
                docs, counts = self._phrase(node)
                field = self._arrays.field(node.field)
                if field is not None and field.norms is not None and len(docs):
                    total[docs] = bm25(counts.astype(np.float64), field.norms[docs], self._collection.weight(node))
                return total
            case Constant(child, score):
                return self.matching(child) * float(score)
            case Best(children, tie):
                best, total = np.zeros(self._posts), np.zeros(self._posts)
                for child in children:
                    scores = self._scores_if_matching(child, among)
                    np.maximum(best, scores, out=best)
                    total += scores
                return best + tie * (total - best) if tie else best
            case _:
                return self._scores_if_matching(node, among)

    def _scores_if_matching(self, node: Node, among: Bools) -> Floats:
        found = self.matching(node)
        found &= among
        return np.where(found, self.scores(node, found), 0.0)

    def _all_of(self, children: Sequence[Node]) -> Bools:
        """Posts that match all children: terms by counting, the others one by one."""
        terms = {(child.field, child.text): child for child in children if isinstance(child, Term)}
        parts = list(map(self._term_docs, terms.values()))
        if not children or not all(map(len, parts)):
            return np.zeros(self._posts, bool)
        if len(parts) > 1:
            found: Bools = np.bincount(np.concatenate(parts), minlength=self._posts) == len(parts)
        else:
            found = self._marked(parts) if parts else np.ones(self._posts, bool)
        others = [child for child in children if not isinstance(child, Term) and not matches_all(child)]
        for child in sorted(others, key=is_slow):
            if not found.any():
                break
            found &= self.matching(child)
        return found

    def _marked(self, parts: Sequence[Ints]) -> Bools:
        found = np.zeros(self._posts, bool)
        for docs in parts:
            found[docs] = True
        return found

    def _term_docs(self, node: Term) -> Ints:
        docs = self._docs.get((node.field, node.text))
        if docs is None:
            found = self._collection.find(node.field, node.text).ranges[self._arrays.place]
            field = self._arrays.field(node.field) if found is not None else None
            docs = np.zeros(0, np.intp) if found is None or field is None else field.docs(*found)
            self._docs[node.field, node.text] = docs
        return docs

    def _phrase(self, node: Phrase) -> tuple[Ints, Ints]:
        """Posts with the phrase, and how often each has it."""
        found = self._phrases.get(id(node))
        if found is None:
            found = self._phrases[id(node)] = self._find_phrase(node)
        return found

    def _find_phrase(self, node: Phrase) -> tuple[Ints, Ints]:
        nothing = np.zeros(0, np.intp)
        kind = TEXT_FIELDS.get(node.field)
        terms = []
        for text, distance in node.terms if kind is not None and kind.positions else ():
            number = self._collection.find(node.field, text).numbers[self._arrays.place]
            if number < 0:
                return nothing, nothing
            terms.append((number, distance))
        field = self._arrays.field(node.field) if terms else None
        return (nothing, nothing) if field is None else find_phrase(field, terms)

    def _in_range(self, node: Range) -> Bools:
        numbers = self._arrays.numbers(node.field) if node.field in NUMBER_FIELDS else None
        low, high = range_bounds(node)
        if numbers is None or low > high:
            return np.zeros(self._posts, bool)
        return (numbers >= low) & (numbers <= high)
