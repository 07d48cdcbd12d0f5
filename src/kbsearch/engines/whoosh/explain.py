"""What each term of a plan gave to one post's score. Needs no arrays: it looks at a single post."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from kbsearch.engines.base import NUMBER_FIELDS, TEXT_FIELDS, ScorePart
from kbsearch.engines.whoosh.collection import Collection, is_scored
from kbsearch.engines.whoosh.segment import MISSING, SegmentField, read_frequencies
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["PostScorer"]


class PostScorer:
    """Scores one post by a plan.

    Args:
        place: the post's segment among the collection's.
        post: its number in the segment.
    """

    def __init__(self, collection: Collection, place: int, post: int) -> None:
        self._collection, self._place, self._post = collection, place, post
        self._segment = collection.segments[place]

    def parts(self, node: Node) -> list[ScorePart] | None:
        """The terms and phrases that match, with scores that add up to the post's; ``None`` if it does not match.

        A :class:`Constant`'s score is shared out evenly among the terms under it.
        """
        match node:
            case Term():
                frequency = self._frequency(node.field, node.text)
                return [ScorePart(node, self._score(node, frequency))] if frequency else None
            case Phrase():
                frequency = self._phrase_frequency(node)
                return [ScorePart(node, self._score(node, frequency))] if frequency else None
            case Or(children):
                matched = [parts for child in children if (parts := self.parts(child)) is not None]
                return [part for parts in matched for part in parts] if matched else None
            case And(children):
                found = []
                for child in children:
                    parts = self.parts(child)
                    if parts is None:
                        return None
                    found += parts
                return found if children else None
            case Best(children, tie):
                matched = [parts for child in children if (parts := self.parts(child)) is not None]
                best = max(matched, key=_total, default=None)
                return (
                    None
                    if best is None
                    else [
                        part if parts is best else ScorePart(part.node, part.score * tie)
                        for parts in matched
                        for part in parts
                    ]
                )
            case Constant(child, score):
                inner = self.parts(child)
                return None if inner is None else [ScorePart(part.node, score / len(inner)) for part in inner]
            case Not(child):
                return None if self.parts(child) is not None else []
            case Range(field, low, high):
                column = self._segment.numbers(field) if field in NUMBER_FIELDS else None
                number = MISSING if column is None else column.item(self._post)
                inside = number != MISSING and (low is None or number >= low) and (high is None or number <= high)
                return [] if inside else None
            case All():
                return []

    def _score(self, node: Term | Phrase, frequency: int) -> float:
        weight = self._collection.weight(node)
        field = self._segment.field(node.field)
        if not weight or field is None or field.lengths is None:
            return 0.0
        return weight * frequency / (frequency + self._collection.norms(node.field)[field.lengths.item(self._post)])

    def _posting(self, name: str, text: str) -> tuple[SegmentField, int, int] | None:
        """The field, the term's number, and the place of the post among the term's postings."""
        number = self._collection.find(name, text).numbers[self._place]
        field = self._segment.field(name) if number >= 0 else None
        if field is None:
            return None
        docs = field.postings(number)
        at = bisect_left(docs, self._post)
        return (field, number, at) if at < len(docs) and docs[at] == self._post else None

    def _frequency(self, name: str, text: str) -> int:
        posting = self._posting(name, text)
        if posting is None:
            return 0
        field, number, at = posting
        start = field.posting_range(number)[0] + at
        return read_frequencies(field, start, start + 1)[0] if is_scored(name) else 1

    def _phrase_frequency(self, node: Phrase) -> int:
        kind = TEXT_FIELDS.get(node.field)
        places: set[int] | None = None
        for text, distance in node.terms if kind is not None and kind.positions else ():
            found = {position - distance for position in self._positions(node.field, text)}
            places = found if places is None else places & found
            if not places:
                break
        return len(places or ())

    def _positions(self, name: str, text: str) -> Sequence[int]:
        posting = self._posting(name, text)
        if posting is None or posting[0].positions is None:
            return ()
        field, number, at = posting
        start, stop = field.posting_range(number)
        counts = read_frequencies(field, start, start + at + 1)
        begin, end = field.position_range(number)
        field.check_positions(sum(read_frequencies(field, start, stop)), end - begin)
        first = begin + sum(counts[:-1])
        return field.positions.part(first, first + counts[-1]) if field.positions is not None else ()


def _total(parts: Sequence[ScorePart]) -> float:
    return sum(part.score for part in parts)
