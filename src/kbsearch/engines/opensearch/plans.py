"""Search plans in OpenSearch's query language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from kbsearch.engines.opensearch.schema import GAP, written
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["Query", "to_query"]

Query = dict[str, Any]

_NOTHING: Query = {"match_none": {}}
_EVERYTHING: Query = {"constant_score": {"filter": {"match_all": {}}, "boost": 0.0}}
_LEAST, _MOST = -(2**63), 2**63 - 1


def to_query(node: Node) -> Query:
    """The query that finds what a plan asks for, with the plan's scores."""
    match node:
        case Term(field, text, boost):
            return _term(field, text, boost)
        case Phrase(field, terms, boost):
            return _phrase(field, terms, boost)
        case Or(children):
            return _any(children)
        case And(children):
            return _and(children)
        case Best(children, tie):
            queries = [to_query(child) for child in children]
            return {"dis_max": {"queries": queries, "tie_breaker": tie}} if queries else _NOTHING
        case Constant(child, score):
            return _constant(to_query(child), score)
        case Not():
            return _and((node,))
        case Range(field, low, high):
            return _range(field, low, high)
        case All():
            return _EVERYTHING


def _constant(query: Query, score: float = 0.0) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def _term(field: str, text: str, boost: float) -> Query:
    kind = TEXT_FIELDS.get(field)
    if kind is None and field not in KEYWORD_FIELDS:
        return _NOTHING
    if kind is None or not kind.scored or boost <= 0:
        return _constant({"term": {field: written(field, text)}})
    return {"term": {field: {"value": written(field, text), "boost": boost}}}


def _phrase(field: str, terms: Sequence[tuple[str, int]], boost: float) -> Query:
    """Terms in a row, with a mark for each place between them that may hold anything.

    A term that is named twice for one place counts once; two different terms cannot stand in one place.
    """
    kind = TEXT_FIELDS.get(field)
    if kind is None or not kind.positions or not terms:
        return _NOTHING
    places: dict[int, str] = {}
    for text, place in terms:
        if places.setdefault(place, text) != text:
            return _NOTHING
    if len(places) == 1:
        return _term(field, terms[0][0], boost * len(terms))
    first, last = min(places), max(places)
    words = " ".join(written(field, places[place]) if place in places else GAP for place in range(first, last + 1))
    if boost <= 0:
        return _constant({"match_phrase": {field: words}})
    return {"match_phrase": {field: {"query": words, "boost": boost}}}


def _range(field: str, low: int | None, high: int | None) -> Query:
    if field not in NUMBER_FIELDS or (low is not None and low > _MOST) or (high is not None and high < _LEAST):
        return _NOTHING
    bounds = {"gte": _LEAST if low is None else max(low, _LEAST), "lte": _MOST if high is None else min(high, _MOST)}
    return _constant({"range": {field: bounds}})


def _any(children: Iterable[Node]) -> Query:
    """Exact values of one field become one clause: there may be thousands, more than there can be clauses."""
    queries: list[Query] = []
    values: dict[str, list[str]] = {}
    for child in children:
        if isinstance(child, Term) and child.field in KEYWORD_FIELDS:
            values.setdefault(child.field, []).append(written(child.field, child.text))
        else:
            queries.append(to_query(child))
    queries += [_constant({"terms": {field: each}}) for field, each in values.items()]
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else _NOTHING


def _and(children: Sequence[Node]) -> Query:
    if not children:
        return _NOTHING
    must: list[Query] = []
    must_not: list[Query] = []
    should: list[Query] = []
    for child in children:
        if isinstance(child, Not):
            must_not.append(to_query(child.child))
        elif isinstance(child, Or) and any(isinstance(each, All) for each in child.children):
            # What only adds to the score: every post matches, so nothing is required.
            should += [to_query(each) for each in child.children if not isinstance(each, All)]
        else:
            must.append(to_query(child))
    return {"bool": {"must": must or [_EVERYTHING], "must_not": must_not, "should": should, "minimum_should_match": 0}}
