"""The search plan: what an engine is asked, in a few kinds of node that every engine can carry out.

The planner turns the user's query into this tree; terms are already analysed. A post's score is the sum over the
nodes that match it. Text terms score by BM25 of their field (k1 = 1.2, b = 0.75, Lucene's idf
``ln(1 + (N - df + 0.5) / (df + 0.5))``) times their boost; keyword terms, ranges and :class:`All` score 0.
"""

from __future__ import annotations

from typing import TypeAlias

from kbsearch.values import value

__all__ = ["All", "And", "Best", "Constant", "Node", "Not", "Or", "Phrase", "Range", "Term"]


@value
class Term:
    """Posts that have this term in this field."""

    field: str
    text: str
    boost: float = 1.0


@value
class Phrase:
    """Posts that have the terms at the given distances from one another, in a field with positions.

    ``terms`` are pairs of a term and its position relative to the first. The phrase scores as one term whose
    frequency is the number of places and whose idf is the sum of its terms' idf, as in Lucene.
    """

    field: str
    terms: tuple[tuple[str, int], ...]
    boost: float = 1.0


@value
class And:
    """Posts that every child matches; a :class:`Not` child takes posts away."""

    children: tuple[Node, ...]


@value
class Or:
    """Posts that any child matches; scores of those that do add up."""

    children: tuple[Node, ...]


@value
class Best:
    """Posts that any child matches; the score is the best child's, plus ``tie`` times the others'."""

    children: tuple[Node, ...]
    tie: float = 0.0


@value
class Not:
    """Posts that the child does not match, at score 0; alone, it means all other posts."""

    child: Node


@value
class Constant:
    """Posts that the child matches, each with this score."""

    child: Node
    score: float = 0.0


@value
class Range:
    """Posts whose number in this field lies within the bounds, both inclusive; ``None`` is open.

    Posts without a value never match.
    """

    field: str
    low: int | None = None
    high: int | None = None


@value
class All:
    """Every post."""


Node: TypeAlias = Term | Phrase | And | Or | Best | Not | Constant | Range | All
