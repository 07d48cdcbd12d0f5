"""Of which terms and phrases a post's score is made, once it is known which of them match it and with what score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from kbsearch.engines.base import ScorePart
from kbsearch.query.plan import And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["Leaf", "leaves", "parts_of"]

Leaf: TypeAlias = Term | Phrase | Range


def leaves(node: Node) -> list[Leaf]:
    """The terms, phrases and ranges of a plan, each once."""
    match node:
        case Term() | Phrase() | Range():
            return [node]
        case And(children) | Or(children) | Best(children):
            return list(dict.fromkeys(leaf for child in children for leaf in leaves(child)))
        case Constant(child) | Not(child):
            return leaves(child)
        case _:
            return []


def parts_of(node: Node, matched: Mapping[Leaf, float]) -> list[ScorePart] | None:
    """The parts of a post's score; ``None`` if the plan does not match it.

    Args:
        matched: scores of the leaves that match the post.
    """
    match node:
        case Term() | Phrase():
            return [ScorePart(node, matched[node])] if node in matched else None
        case Range():
            return [] if node in matched else None
        case And(children):
            each = [parts_of(child, matched) for child in children]
            return None if not each or None in each else [part for parts in each if parts for part in parts]
        case Or(children):
            found = [parts for child in children if (parts := parts_of(child, matched)) is not None]
            return [part for parts in found for part in parts] if found else None
        case Best(children, tie):
            found = [parts for child in children if (parts := parts_of(child, matched)) is not None]
            best = max(found, key=_total, default=None)
            if best is None:
                return None
            return [
                part if parts is best else replace(part, score=part.score * tie) for parts in found for part in parts
            ]
        case Constant(child, score):
            inner = parts_of(child, matched)
            return None if inner is None else [replace(part, score=score / len(inner)) for part in inner]
        case Not(child):
            return None if parts_of(child, matched) is not None else []
        case _:
            return []


def _total(parts: list[ScorePart]) -> float:
    return sum(part.score for part in parts)
