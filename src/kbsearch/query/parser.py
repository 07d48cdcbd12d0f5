"""Query text → syntax tree.

::

    query   = any
    any     = every ("OR" every)*
    every   = side ("AND" side)*
    side    = unit+                      side by side: all wanted, none required
    unit    = ("NOT" | "-" | "+")* (word | phrase | pattern | field ":" value | "(" any ")")

so side by side binds tightest, then AND, then OR. An operator that lacks a side is left out with a warning. Words next
to each other are one :class:`~kbsearch.query.syntax.Words`; brackets around nothing but words are text, as in prose.
An ``in:`` rules over everything beside it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal, NamedTuple

from kbsearch.errors import QueryError
from kbsearch.language import message
from kbsearch.query.fields import PLACES, place_named, suggestion
from kbsearch.query.lexer import tokenize
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
    Parsed,
    Phrase,
    Prefix,
    Required,
    Wildcard,
    Words,
    plain_text,
)
from kbsearch.query.tokens import Kind, Token, empty_value, fold, only_separators

__all__ = ["MAX_LENGTH", "parse"]

MAX_LENGTH = 10_000  # code points
_MAX_WARNINGS = 8


def parse(query: str, *, today: dt.date | None = None) -> Parsed:
    """Read a query. Time is linear in its length.

    Args:
        query: as the user typed it; at most 10,000 code points.
        today: what relative dates count from; by default the day it is.

    Raises:
        QueryError: an unknown field, a field without a value, a bad date, or a query past a limit. Its position is
            within the query.
    """
    if len(query) > MAX_LENGTH:
        text = message("the query is longer than {count:,} characters", count=MAX_LENGTH)
        raise QueryError(text, MAX_LENGTH, message("shorten it"))
    tokens, warnings = tokenize(query, today)
    if _is_plain(tokens, query):
        start = len(query) - len(query.lstrip())
        tree: Node = Words(query.strip(), start, start + len(query.strip()))
    else:
        kept = _without_dangling(tokens, warnings)
        tree = _Parser(query, kept).parse() if kept else Empty(0, len(query))
    unique = tuple(dict.fromkeys(warnings))
    if len(unique) > _MAX_WARNINGS:
        unique = (*unique[:_MAX_WARNINGS], message("and {count} more warnings", count=len(unique) - _MAX_WARNINGS))
    return Parsed(query, tree, unique, plain_text(tree))


def _is_plain(tokens: list[Token], query: str) -> bool:
    """Whether a query is nothing but text: words with or without brackets, punctuation, or one operator word alone."""
    if len(tokens) == 1 and tokens[0].kind in ("and", "or", "not"):
        return True
    if any(token.kind not in ("text", "open", "close") for token in tokens):
        return False
    return any(token.kind == "text" for token in tokens) or (not tokens and bool(query.strip()))


def _without_dangling(tokens: list[Token], warnings: list[str]) -> list[Token]:
    """Take out operators that lack a side, empty quotations and empty brackets, so that every operator has operands.

    Raises:
        QueryError: a field has no value.
    """
    kept: list[Token] = []

    def last() -> Kind | None:
        return kept[-1].kind if kept else None

    def take_back(*kinds: Kind) -> None:
        while last() in kinds:
            token = kept.pop()
            if token.text:
                warnings.append(_nothing_beside(token, "right"))

    for token in tokens:
        if token.kind in ("and", "or") and last() in (None, "open", "and", "or", "not"):
            warnings.append(_nothing_beside(token, "left"))
            continue
        if last() == "not" and token.kind == "text" and token.text in "()（）":
            continue  # a bracket without its partner: nothing that could be excluded
        if token.kind == "close":
            take_back("and", "or", "not")
        if last() == "field" and token.kind == "close":
            raise empty_value(kept[-1])
        if (token.kind == "phrase" and not token.text) or (token.kind == "close" and last() == "open"):
            if token.kind == "close":
                kept.pop()
            take_back("plus", "minus", "not")
            if last() == "field":
                raise empty_value(kept[-1])
            warnings.append(message("quotation marks or brackets with nothing in them are left out"))
            continue
        kept.append(token)
    take_back("and", "or", "not")
    if last() == "field":
        raise empty_value(kept[-1])
    return kept


def _nothing_beside(operator: Token, side: Literal["left", "right"]) -> str:
    if side == "left":
        return message("{name} has nothing on its left and is left out; to search for it, quote it", name=operator.text)
    return message("{name} has nothing on its right and is left out; to search for it, quote it", name=operator.text)


class _Piece(NamedTuple):
    """A unit of the query and the stretch it takes; ``plain`` if that stretch is nothing but text and brackets."""

    node: Node
    start: int
    end: int
    plain: bool = False


class _Parser:
    def __init__(self, query: str, tokens: list[Token]) -> None:
        self.query = query
        self.folded = fold(query)
        self.tokens = tokens
        self.index = 0
        self.field: Token | None = None  # whose value is being read

    def parse(self) -> Node:
        return self._any().node

    def _kind(self) -> Kind | None:
        return self.tokens[self.index].kind if self.index < len(self.tokens) else None

    def _next(self) -> Token:
        self.index += 1
        return self.tokens[self.index - 1]

    def _any(self) -> _Piece:
        pieces = [self._every()]
        while self._kind() == "or":
            self._next()
            pieces.append(self._every())
        if len(pieces) == 1:
            return pieces[0]
        start, end = pieces[0].start, pieces[-1].end
        flat = [
            each for piece in pieces for each in (piece.node.children if isinstance(piece.node, Or) else (piece.node,))
        ]
        return _Piece(Or(tuple(flat), start, end), start, end)

    def _every(self) -> _Piece:
        pieces = [self._side()]
        while self._kind() == "and":
            self._next()
            pieces.append(self._side())
        if len(pieces) == 1:
            return pieces[0]
        start, end = pieces[0].start, pieces[-1].end
        flat = [
            each for piece in pieces for each in (piece.node.children if isinstance(piece.node, And) else (piece.node,))
        ]
        rest = [node for node in flat if not _is_bare(node)]
        if not rest:  # in:code AND in:math: posts that have both
            return _Piece(And(tuple(flat), start, end), start, end)
        inner = rest[0] if len(rest) == 1 else And(tuple(rest), start, end)
        return _Piece(_ruled([node for node in flat if _is_bare(node)], inner), start, end)

    def _side(self) -> _Piece:
        pieces: list[_Piece] = []
        while self._kind() not in (None, "and", "or", "close"):
            pieces.append(self._unit())
        start, end = pieces[0].start, pieces[-1].end
        places = [piece.node for piece in pieces if _is_bare(piece.node)]
        pieces = self._merged([piece for piece in pieces if not _is_bare(piece.node)])
        if not pieces:
            return _Piece(_ruled(places, None), start, end)
        if len(pieces) == 1:
            inner = pieces[0].node
            if not places:
                return pieces[0]
        else:
            inner = Default(tuple(piece.node for piece in pieces), start, end)
        return _Piece(_ruled(places, inner), start, end)

    def _merged(self, pieces: list[_Piece]) -> list[_Piece]:
        """Join neighbouring words into one node."""
        merged: list[_Piece] = []
        run: list[_Piece] = []
        for piece in pieces:
            if isinstance(piece.node, Words):
                run.append(piece)
                continue
            if run:
                merged.append(self._one(run))
                run = []
            merged.append(piece)
        if run:
            merged.append(self._one(run))
        return merged

    def _one(self, run: list[_Piece]) -> _Piece:
        if len(run) == 1:
            return run[0]
        stretches: list[_Piece] = []  # each as long as the query's own text can be taken
        for piece in run:
            if (
                stretches
                and piece.plain
                and stretches[-1].plain
                and self._nothing_between(stretches[-1].end, piece.start)
            ):
                stretches[-1] = stretches[-1]._replace(end=piece.end, node=Empty())
            else:
                stretches.append(piece)
        text = " ".join(
            each.node.text if isinstance(each.node, Words) and not each.plain else self.query[each.start : each.end]
            for each in stretches
        )
        start, end = run[0].start, run[-1].end
        return _Piece(Words(text, start, end), start, end, plain=len(stretches) == 1 and stretches[0].plain)

    def _nothing_between(self, start: int, end: int) -> bool:
        return only_separators(self.folded[start:end])

    def _unit(self) -> _Piece:
        start = self.tokens[self.index].start
        operators: list[Kind] = []
        while self._kind() in ("not", "minus", "plus"):
            operators.append(self._next().kind)
        piece = self._primary()
        node = piece.node
        for operator in reversed(operators):
            node = _required(node, start, piece.end) if operator == "plus" else _negated(node, start, piece.end)
        return _Piece(node, start, piece.end) if operators else piece

    def _primary(self) -> _Piece:
        token = self._next()
        _, start, end, text, distance, bounds = token
        match token.kind:
            case "text":
                return _Piece(Words(text, start, end), start, end, plain=True)
            case "phrase":
                return _Piece(Phrase(text, start, end), start, end)
            case "prefix":
                return _Piece(Prefix(text, start, end), start, end)
            case "wildcard":
                return _Piece(Wildcard(text, start, end), start, end)
            case "fuzzy":
                return _Piece(Fuzzy(text, distance, start, end), start, end)
            case "date":
                self._must_not_be_in_a_field(token)
                return _Piece(DateRange(text, *bounds, start, end), start, end)
            case "field":
                return self._field(token)
            case _:
                return self._group(token)

    def _group(self, opening: Token) -> _Piece:
        inner = self._any()
        closing = self._next()
        plain = (
            inner.plain
            and self._nothing_between(opening.end, inner.start)
            and self._nothing_between(inner.end, closing.start)
        )
        return _Piece(inner.node, opening.start, closing.end, plain)

    def _field(self, token: Token) -> _Piece:
        self._must_not_be_in_a_field(token)
        self.field = token
        if token.text == "in":
            kinds, end = self._places()
            piece = _Piece(In(kinds, None, token.start, end), token.start, end)
        else:
            child = self._unit()
            piece = _Piece(Field(token.text, child.node, token.start, child.end), token.start, child.end)
        self.field = None
        return piece

    def _places(self) -> tuple[tuple[str, ...], int]:
        """The value of ``in:``: places, one or several in brackets."""
        token = self._next()
        values = [token]
        if token.kind == "open":
            values = []
            while self._kind() not in ("close", None):
                values.append(self._next())
            token = self._next()
        kinds: dict[str, None] = {}
        for value in values:
            if value.kind not in ("text", "phrase"):
                raise _unknown_place(self.query[value.start : value.end], value.start)
            for part in re.finditer(r"[^\s,、，|/]+", value.text):
                kind = place_named(part[0])
                if kind is None:
                    raise _unknown_place(part[0], value.start)
                kinds[kind] = None
        if not kinds:
            raise _unknown_place(self.query[values[0].start : values[0].end], values[0].start)
        return tuple(kinds), token.end

    def _must_not_be_in_a_field(self, token: Token) -> None:
        if self.field is not None:
            raise QueryError(
                message(
                    "the field {inner} cannot stand within the field {outer}", inner=token.text, outer=self.field.text
                ),
                token.start,
                message("end the first field before it; to search for the text, quote it"),
            )


def _unknown_place(value: str, position: int) -> QueryError:
    meant = suggestion(value, PLACES)
    if meant:
        hint = message("perhaps in:{meant} is meant", meant=meant)
    else:
        hint = message("in: takes {names}", names=", ".join(PLACES))
    return QueryError(message("in: knows no “{value}”", value=value[:40]), position, hint)


def _is_bare(node: Node) -> bool:
    return isinstance(node, In) and node.child is None


def _ruled(places: list[Node], node: Node | None) -> Node:
    """The node, sought only in these places, if any are given (with none, ``node`` must not be None)."""
    found = [place for place in places if isinstance(place, In)]
    if not found:
        assert node is not None
        return node
    inner: tuple[str, ...] = ()
    if isinstance(node, In):  # in:title (in:code x) is in:title in:code x
        inner, node = node.kinds, node.child
    kinds = dict.fromkeys([*(kind for place in found for kind in place.kinds), *inner])
    return In(tuple(kinds), node, found[0].start, found[0].end)


def _negated(node: Node, start: int, end: int) -> Node:
    if isinstance(node, Not):
        return node.child
    return Not(node.child if isinstance(node, Required) else node, start, end)


def _required(node: Node, start: int, end: int) -> Node:
    return node if isinstance(node, (Not, Required)) or _is_bare(node) else Required(node, start, end)
