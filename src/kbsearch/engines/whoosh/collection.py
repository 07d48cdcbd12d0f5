"""What scoring must know of the whole index, whatever segment a post lies in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kbsearch.engines.base import KEYWORD_FIELDS, TEXT_FIELDS
from kbsearch.engines.whoosh.bm25 import K1, idf, norms
from kbsearch.engines.whoosh.segment import Segment
from kbsearch.query.plan import Phrase, Term

__all__ = ["Collection", "FoundTerm"]

_REMEMBERED_TERMS = 20_000
_FIELDS = {*TEXT_FIELDS, *KEYWORD_FIELDS}


class FoundTerm(NamedTuple):
    """A term looked up in each segment.

    Attributes:
        numbers: its number in each segment, -1 where it is absent.
        ranges: where its postings lie in each segment, ``None`` where it is absent.
        frequency: number of postings in all segments, which is the document frequency.
        idf: how much the term tells, from that (see :mod:`.bm25`).
    """

    numbers: tuple[int, ...]
    ranges: tuple[tuple[int, int] | None, ...]
    frequency: int
    idf: float


class Collection:
    """The segments of one commit, with the statistics that BM25 takes over all of them."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.posts = sum(segment.posts for segment in segments)  # deleted ones count until they are purged
        self._terms: dict[tuple[str, str], FoundTerm] = {}
        self._norms: dict[str, list[float]] = {}

    def find(self, field: str, text: str) -> FoundTerm:
        """Look a term up; an unknown field has no terms."""
        found = self._terms.get((field, text))
        if found is None:
            found = self._look_up(field, text)
            if len(self._terms) >= _REMEMBERED_TERMS:
                self._terms.clear()
            self._terms[field, text] = found
        return found

    def _look_up(self, field: str, text: str) -> FoundTerm:
        numbers: list[int] = []
        ranges: list[tuple[int, int] | None] = []
        frequency = 0
        for segment in self.segments:
            postings = segment.field(field) if field in _FIELDS else None
            number = -1 if postings is None else postings.lookup(text)
            found = postings.posting_range(number) if postings is not None and number >= 0 else None
            numbers.append(number)
            ranges.append(found)
            if found is not None:
                frequency += found[1] - found[0]
        return FoundTerm(tuple(numbers), tuple(ranges), frequency, idf(self.posts, frequency))

    def weight(self, node: Term | Phrase) -> float:
        """The factor of a term's or phrase's score that does not depend on the post; 0 in fields without scores.

        It is also an upper bound of the score.
        """
        if not is_scored(node.field):
            return 0.0
        texts = (node.text,) if isinstance(node, Term) else tuple(text for text, _ in node.terms)
        return node.boost * (K1 + 1) * sum(self.find(node.field, text).idf for text in texts)

    def norms(self, field: str) -> list[float]:
        """What is added to tf in the denominator of BM25, by length code."""
        values = self._norms.get(field)
        if values is None:
            tokens = sum(segment.tokens(field) for segment in self.segments)
            values = self._norms[field] = norms(tokens / self.posts if self.posts else 0.0)
        return values


def is_scored(field: str) -> bool:
    """Whether terms of this field score."""
    kind = TEXT_FIELDS.get(field)
    return kind is not None and kind.scored
