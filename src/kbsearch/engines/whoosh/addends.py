"""Taking a plan apart, for evaluation: what its scores are the sum of, and what needs no looking at."""

from __future__ import annotations

from kbsearch.engines.whoosh.segment import MISSING
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["addends", "is_slow", "matches_all", "range_bounds"]


def addends(node: Node) -> tuple[dict[str, list[Term]], list[Node]]:
    """What the score of a post that matches ``node`` is the sum of: terms, by field, and other parts.

    Of each only those count that match the post. Parts that always score 0 are left out.
    """
    terms: dict[str, list[Term]] = {}
    others: list[Node] = []
    _gather(node, terms, others, sure=True)
    return terms, others


def _gather(node: Node, terms: dict[str, list[Term]], others: list[Node], *, sure: bool) -> None:
    """``sure``: all posts in question match this node, so that what an :class:`And` holds may be added blindly."""
    match node:
        case Term(field, _, boost):
            if boost:
                terms.setdefault(field, []).append(node)
        case Or(children):
            for child in children:
                _gather(child, terms, others, sure=False)
        case And(children) if sure:
            for child in children:
                _gather(child, terms, others, sure=True)
        case Not() | Range() | All() | Phrase(boost=0) | Constant(score=0):
            pass
        case _:
            others.append(node)


def matches_all(node: Node) -> bool:
    """Whether it can be seen from the plan that every post matches."""
    match node:
        case All():
            return True
        case Or(children) | Best(children):
            return any(map(matches_all, children))
        case Constant(child):
            return matches_all(child)
        case _:
            return False


def is_slow(node: Node) -> bool:
    """Phrases come last among things that must all match: by then there may be nothing left to look at."""
    return isinstance(node, Phrase)


def range_bounds(node: Range) -> tuple[int, int]:
    """The bounds as 64-bit numbers, :data:`~.segment.MISSING` outside; low above high if nothing can match."""
    least, most = MISSING + 1, -MISSING - 1
    low, high = least if node.low is None else node.low, most if node.high is None else node.high
    return (max(low, least), min(high, most)) if low <= most and high >= least else (1, 0)
