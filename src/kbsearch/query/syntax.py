"""The syntax tree of a query: what the user asked for, before any analysis.

:func:`kbsearch.query.parser.parse` makes it, the planner turns it into a search plan, and
:func:`kbsearch.query.render.render` writes it back as a query. Every node knows the stretch of the query it was read
from (``start`` and ``end``, in code points, end-exclusive); two nodes are equal if they mean the same, wherever they
stood.

The invariant that ties the modules together: ``parse(render(tree)).tree == tree`` for every tree that ``parse`` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from typing import TypeAlias

from kbsearch.query.fields import KEYWORD_FIELDS
from kbsearch.values import value

__all__ = [
    "And",
    "DateRange",
    "Default",
    "Empty",
    "Field",
    "Fuzzy",
    "In",
    "Node",
    "Not",
    "Or",
    "Parsed",
    "Phrase",
    "Prefix",
    "Required",
    "Wildcard",
    "Words",
    "children",
    "plain_text",
    "walk",
]


@value
class Empty:
    """Nothing to search for: an empty query, or one whose every part was left out."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Words:
    """A stretch of plain text, as written: all its words are wanted, none is required.

    ``text`` is the query's own text from ``start`` to ``end``; only where an ``in:`` or something left out (an empty
    pair of quotes) stood within is that replaced by a space. In a keyword field, ``text`` is one value, or, if it
    was written in brackets, several values parted by spaces.
    """

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Phrase:
    """Text that must stand exactly so; ``start`` and ``end`` take in the quotes."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Prefix:
    """Words that begin with ``text`` (``diffus*``; the ``*`` is not in ``text``)."""

    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Wildcard:
    """Words of this shape: ``*`` stands for any characters or none, ``?`` for exactly one. There are no escapes."""

    pattern: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Fuzzy:
    """Words at most ``distance`` (1 or 2) edits away from ``text`` (``diffusoin~``)."""

    text: str
    distance: int
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Field:
    """The child, sought in one field alone. ``name`` is the English one of :data:`kbsearch.query.fields.FIELDS`.

    Within, there are no further fields, dates or places.
    """

    name: str
    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class DateRange:
    """Posts whose ``date`` or ``updated`` (``name``) lies within the bounds.

    Both bounds are inclusive, numbers YYYYMMDDhhmmss; None is open.
    """

    name: str
    low: int | None
    high: int | None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class In:
    """The child, its words sought in these places alone (any of ``kinds``: code, math, title, table, heading).

    Without a child: posts that have such a place at all. Words in a :class:`Field` or in another
    :class:`In` within are not affected. ``start`` and ``end`` delimit the first ``in:``.
    """

    kinds: tuple[str, ...]
    child: Node | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Required:
    """The child must match (``+word``)."""

    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Not:
    """The child must not match (``-word``, ``NOT word``)."""

    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Default:
    """Parts side by side, at least two: all wanted; fields, dates, :class:`Required` and :class:`Not` are binding."""

    children: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class And:
    """All children must match; at least two, none of them an And."""

    children: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@value
class Or:
    """Any child may match; at least two, none of them an Or."""

    children: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Node: TypeAlias = (
    Empty | Words | Phrase | Prefix | Wildcard | Fuzzy | Field | DateRange | In | Required | Not | Default | And | Or
)


@value
class Parsed:
    """A query, read.

    Attributes:
        query: the query as the user wrote it.
        tree: what it means.
        warnings: what was guessed or left out, in words for the user.
        plain: the text sought, without operators, field names, what is excluded, and values of keyword fields.
    """

    query: str
    tree: Node
    warnings: tuple[str, ...] = ()
    plain: str = ""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly under a node."""
    if isinstance(node, (Default, And, Or)):
        return node.children
    if isinstance(node, (Required, Not, Field)):
        return (node.child,)
    if isinstance(node, In) and node.child is not None:
        return (node.child,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, from left to right, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def plain_text(node: Node) -> str:
    """The text sought: see :attr:`Parsed.plain`."""
    return " ".join(_sought(node))


def _sought(node: Node) -> Iterator[str]:
    if isinstance(node, (Words, Phrase, Prefix, Fuzzy)):
        yield node.text
    elif isinstance(node, Wildcard):
        yield from re.findall(r"[^*?]+", node.pattern)
    elif not isinstance(node, Not) and not (isinstance(node, Field) and node.name in KEYWORD_FIELDS):
        for child in children(node):
            yield from _sought(child)
