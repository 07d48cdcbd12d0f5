"""Why a query finds what it finds: the parsed tree, its terms' frequencies, each hit's score by field and term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kbsearch.engines.base import DocRef, Reader
from kbsearch.query import syntax
from kbsearch.query.plan import And, Best, Node, Not, Or, Phrase, Term
from kbsearch.query.planner import Plan
from kbsearch.query.render import draw
from kbsearch.stored import decode_stored

__all__ = ["Explanation", "HitScore", "TermFact", "explain"]


@dataclass(frozen=True, slots=True)
class TermFact:
    """A term the plan asks for: its field, how many posts have it, and its weight in the query."""

    field: str
    text: str
    frequency: int
    boost: float


@dataclass(frozen=True, slots=True)
class HitScore:
    """A hit's score in parts, greatest first: (field, term, what it gave)."""

    id: str
    title: str
    score: float
    parts: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was understood, what was looked up, and how each hit came by its score."""

    tree: tuple[str, ...]
    terms: tuple[TermFact, ...]
    hits: tuple[HitScore, ...]


def explain(tree: syntax.Node, plan: Plan, reader: Reader, found: Sequence[tuple[DocRef, float]]) -> Explanation:
    """Explain a search and the hits it gave."""
    facts: dict[tuple[str, str], TermFact] = {}
    for leaf in _leaves(plan.node):
        text = leaf.text if isinstance(leaf, Term) else _phrase_text(leaf)
        frequency = reader.frequency(leaf.field, leaf.text) if isinstance(leaf, Term) else -1
        facts.setdefault((leaf.field, text), TermFact(leaf.field, text, frequency, leaf.boost))
    return Explanation(
        tuple(draw(tree)), tuple(facts.values()), tuple(_hit(reader, plan, ref, score) for ref, score in found)
    )


def _hit(reader: Reader, plan: Plan, ref: DocRef, score: float) -> HitScore:
    post = decode_stored(reader.stored(ref)).post
    parts = [
        (part.node.field, part.node.text if isinstance(part.node, Term) else _phrase_text(part.node), part.score)
        for part in reader.score_parts(plan.node, ref)
    ]
    rest = score - sum(part[2] for part in parts)
    if abs(rest) > 1e-6:
        parts.append(("", "all words together", rest))
    parts.sort(key=lambda part: -part[2])
    return HitScore(post.id, post.title, score, tuple(parts))


def _phrase_text(phrase: Phrase) -> str:
    return " ".join(term for term, _ in phrase.terms)


def _leaves(node: Node) -> Iterator[Term | Phrase]:
    match node:
        case Term() | Phrase():
            yield node
        case And(children) | Or(children) | Best(children, _):
            for child in children:
                yield from _leaves(child)
        case Not(child):
            yield from _leaves(child)
