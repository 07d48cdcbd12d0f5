"""Search plans as Tantivy queries."""

from __future__ import annotations

import tantivy
from tantivy import FieldType, Occur, Query

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from kbsearch.engines.tantivy.schema import is_scored, written
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

__all__ = ["scores", "to_query"]


def to_query(node: Node, schema: tantivy.Schema) -> Query:
    """The query that finds what a plan asks for, with the plan's scores."""
    match node:
        case Term(field, text, boost):
            return _term(schema, field, text, boost)
        case Phrase(field, terms, boost):
            return _phrase(schema, field, terms, boost)
        case Or(children):
            return _any([to_query(child, schema) for child in children])
        case And(children):
            return _and(children, schema)
        case Best(children, tie):
            return (
                Query.disjunction_max_query([to_query(child, schema) for child in children], tie)
                if children
                else Query.empty_query()
            )
        case Constant(child, score):
            return Query.const_score_query(to_query(child, schema), score)
        case Not():
            return _and((node,), schema)
        case Range(field, low, high):
            if field not in NUMBER_FIELDS:
                return Query.empty_query()
            query = Query.range_query(schema, field, FieldType.Integer, _bound(low, -1), _bound(high, 1))
            return Query.const_score_query(query, 0.0)
        case All():
            return _everything()


def scores(node: Node) -> bool:
    """Whether posts can differ in score under this plan."""
    match node:
        case Term(field) | Phrase(field):
            return is_scored(field)
        case And(children) | Or(children) | Best(children):
            return any(map(scores, children))
        case Constant(_, score):
            return bool(score)
        case _:
            return False


def _bound(value: int | None, sign: int) -> int:
    return sign * (2**63 - 1) if value is None else max(-(2**63) + 1, min(value, 2**63 - 1))


def _everything() -> Query:
    return Query.const_score_query(Query.all_query(), 0.0)


def _any(queries: list[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _term(schema: tantivy.Schema, field: str, text: str, boost: float) -> Query:
    text = written(field, text)
    if field in KEYWORD_FIELDS or (field in TEXT_FIELDS and not is_scored(field)):
        return Query.const_score_query(Query.term_query(schema, field, text, "basic"), 0.0)
    if field not in TEXT_FIELDS:
        return Query.empty_query()
    if boost <= 0:
        return Query.const_score_query(Query.term_query(schema, field, text, "basic"), 0.0)
    query = Query.term_query(schema, field, text, "freq")
    return query if boost == 1 else Query.boost_query(query, boost)


def _phrase(schema: tantivy.Schema, field: str, terms: tuple[tuple[str, int], ...], boost: float) -> Query:
    kind = TEXT_FIELDS.get(field)
    if kind is None or not kind.positions or not terms:
        return Query.empty_query()
    if len(terms) == 1:
        return _term(schema, field, terms[0][0], boost)
    query = Query.phrase_query(schema, field, [(place, written(field, text)) for text, place in terms])
    if boost <= 0:
        return Query.const_score_query(query, 0.0)
    return query if boost == 1 else Query.boost_query(query, boost)


def _and(children: tuple[Node, ...], schema: tantivy.Schema) -> Query:
    if not children:
        return Query.empty_query()
    clauses: list[tuple[Occur, Query]] = []
    positive = False
    for child in children:
        if isinstance(child, Not):
            clauses.append((Occur.MustNot, to_query(child.child, schema)))
        elif isinstance(child, Or) and any(isinstance(each, All) for each in child.children):
            # What only adds to the score: every post matches, so nothing is required.
            clauses += [(Occur.Should, to_query(each, schema)) for each in child.children if not isinstance(each, All)]
        else:
            clauses.append((Occur.Must, to_query(child, schema)))
            positive = True
    if not positive:
        clauses.append((Occur.Must, _everything()))
    return Query.boolean_query(clauses)
