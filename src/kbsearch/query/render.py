"""Syntax tree → text: as a query in canonical form, and drawn as an indented tree."""

from __future__ import annotations

import re

from kbsearch.query.syntax import (
    And,
    DateRange,
    Default,
    Empty,
    Field,
    Fuzzy,
    In,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Wildcard,
    Words,
    children,
)
from kbsearch.query.tokens import STOP, TEXT_AFTER_A_SIGN, fold

__all__ = ["draw", "render"]

# How tightly a node's rendering holds together; a node is put in brackets where something tighter is needed.
_OR, _AND, _SIDE_BY_SIDE, _UNIT = range(4)

_QUOTES = (('"', '"', '"＂“”„‟'), ("「", "」", "」｣﹂"), ("『", "』", "』﹄"))  # opening, closing, must not be within
_ONE_WORD = re.compile(r"\w[\w./#+@-]*")
_SIGNABLE = re.compile(r'[\w"「『(]')


def render(node: Node) -> str:
    """The query in canonical form: the same meaning, operators and field names in English, dates spelt out."""
    return _render(node, _OR)


def _render(node: Node, level: int) -> str:
    text, own = _text_and_level(node)
    return f"({text})" if own < level else text


def _text_and_level(node: Node) -> tuple[str, int]:
    match node:
        case Empty():
            return "", _UNIT
        case Words(text):
            return text, _SIDE_BY_SIDE
        case Phrase(text):
            return _quoted(text), _UNIT
        case Prefix(text):
            return f"{text}*", _UNIT
        case Wildcard(pattern):
            return pattern, _UNIT
        case Fuzzy(text, distance):
            return f"{text}~{distance}", _UNIT
        case DateRange(name, low, high):
            return f"{name}:{_dates(low, high)}", _UNIT
        case Field(name, child):
            return f"{name}:{_operand(child)}", _UNIT
        case Required(child):
            return "+" + _signed(child), _UNIT
        case Not(child):
            return "-" + _signed(child), _UNIT
        case Default(parts):
            return _side_by_side(parts), _SIDE_BY_SIDE
        case And(parts):
            return " AND ".join(_render(part, _SIDE_BY_SIDE) for part in parts), _AND
        case Or(parts):
            return " OR ".join(_render(part, _AND) for part in parts), _OR
        case In(kinds, child):
            return _in(kinds, child)


def _side_by_side(parts: tuple[Node, ...]) -> str:
    texts = [_render(part, _SIDE_BY_SIDE if isinstance(part, Words) else _UNIT) for part in parts]
    for index, part in enumerate(parts[:-1]):
        date = part.child if isinstance(part, (Not, Required)) else part
        if isinstance(date, DateRange):
            from kbsearch.query.dates import goes_on

            if goes_on(STOP.split(fold(texts[index + 1]), 1)[0]):  # date:2024 and the word 3月
                name, _, value = texts[index].partition(":")
                texts[index] = f'{name}:"{value}"'
    return " ".join(texts)


def _in(kinds: tuple[str, ...], child: Node | None) -> tuple[str, int]:
    places = " ".join(f"in:{kind}" for kind in kinds)
    if child is None:
        return places, _UNIT if len(kinds) == 1 else _SIDE_BY_SIDE
    text, level = _text_and_level(child)
    if level == _AND and isinstance(child, And):
        return f"{places} AND {text}", _AND
    if level < _SIDE_BY_SIDE:
        text = f"({text})"
    return f"{places} {text}", _SIDE_BY_SIDE


def _operand(node: Node) -> str:
    """What may follow a colon: one word, a quotation, or brackets."""
    if isinstance(node, Words):
        return node.text if _ONE_WORD.fullmatch(node.text) else f"({node.text})"
    if isinstance(node, (Required, Not, In)):
        return f"({_render(node, _OR)})"
    return _render(node, _UNIT)


def _signed(node: Node) -> str:
    """What may follow a plus or minus: likewise, if it begins as something that can be signed."""
    text = _operand(node) if not isinstance(node, In) else _render(node, _UNIT)
    if not _SIGNABLE.match(text) or TEXT_AFTER_A_SIGN.fullmatch(fold(text)):
        return f"({text})"
    return text


def _quoted(text: str) -> str:
    for opening, closing, forbidden in _QUOTES:
        if not any(character in text for character in forbidden):
            return f"{opening}{text}{closing}"
    # Only a text between straight quotes can hold all the others.
    return f'"{text}"'


def draw(node: Node) -> list[str]:
    """The tree, one line a node, two spaces deeper for each level."""
    match node:
        case Words(text) | Phrase(text) | Prefix(text):
            label = f"{type(node).__name__.lower()} {text}"
        case Wildcard(pattern):
            label = f"wildcard {pattern}"
        case Fuzzy(text, distance):
            label = f"fuzzy {text} (at most {distance} edits)"
        case Field(name):
            label = f"field {name}"
        case DateRange(name, low, high):
            label = f"{name} {_dates(low, high)}"
        case In(kinds):
            label = f"in {' or '.join(kinds)}"
        case _:
            label = type(node).__name__.lower()
    return [label, *(f"  {line}" for child in children(node) for line in draw(child))]


def _dates(low: int | None, high: int | None) -> str:
    from kbsearch.query.dates import format_bounds  # most queries have none

    return format_bounds(low, high)
