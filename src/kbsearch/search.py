"""One search, from the query's text to its answer: parse, plan, ask the engine, make hits; and a second try where
nothing was found.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.answer import make_hits
from kbsearch.engines.base import EngineResult, Reader, SearchRequest, Sort
from kbsearch.language import message
from kbsearch.model import Correction, Hit, SearchResult
from kbsearch.query.filters import Filters
from kbsearch.query.parser import parse
from kbsearch.query.plan import All
from kbsearch.query.planner import Plan, pieces_plan, plan_query
from kbsearch.query.render import render
from kbsearch.query.syntax import Empty, Parsed
from kbsearch.suggestions import Suggestions
from kbsearch.synonyms.thesaurus import Thesaurus

__all__ = ["Corpus", "search"]


class Corpus(NamedTuple):
    """What is searched: one commit of an index, and what understands queries for it."""

    reader: Reader
    analyzer: Analyzer
    thesaurus: Thesaurus
    suggestions: Suggestions

    def plan(self, parsed: Parsed) -> Plan:
        """The search plan of a query."""
        return plan_query(parsed, self.analyzer, self.reader, self.thesaurus)


class _Answer(NamedTuple):
    """What a query gave, and what to tell about it."""

    request: SearchRequest
    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    notes: list[str]


def search(
    corpus: Corpus, query: str, filters: Filters, sort: Sort, limit: int, offset: int, facets: tuple[str, ...]
) -> SearchResult:
    """Answer a query; for the parameters see :meth:`kbsearch.knowledge_base.KnowledgeBase.search`."""
    began = time.perf_counter()
    planned = filters.plan(corpus.reader)
    counted = tuple(name for name in facets if name != "month")  # engines have no such field
    page = SearchRequest(All(), planned.node, sort, limit, offset, counted)
    parsed = parse(query)
    answer = _answer(corpus, parsed, page)
    notes: list[str] = []
    corrections = [] if isinstance(parsed.tree, Empty) else corpus.suggestions.corrections(parsed)
    if not answer.total:
        answer, corrections, notes = _second_try(corpus, parsed, page, answer, corrections)
    return SearchResult(
        query=query,
        parsed=render(parsed.tree),
        hits=answer.hits,
        total=answer.total,
        facets=_with_months(corpus.reader, answer) if "month" in facets else answer.facets,
        warnings=(*parsed.warnings, *planned.warnings, *answer.notes, *notes),
        corrections=tuple(corrections),
        took_ms=(time.perf_counter() - began) * 1000,
    )


def _answer(corpus: Corpus, parsed: Parsed, page: SearchRequest) -> _Answer:
    """Carry out a query."""
    plan = corpus.plan(parsed)
    request, found, notes = _ask(corpus.reader, replace(page, query=plan.node), plan)
    hits = make_hits(corpus.reader, found.hits, plan, corpus.analyzer)
    return _Answer(request, hits, found.total, found.facets, [*plan.warnings, *_unknown(plan), *notes])


def _with_months(reader: Reader, answer: _Answer) -> Mapping[str, Mapping[str, int]]:
    from kbsearch.months import count_months  # most searches count none

    months = count_months(reader, answer.request)
    return answer.facets if months is None else {**answer.facets, "month": months}


def _ask(reader: Reader, request: SearchRequest, plan: Plan) -> tuple[SearchRequest, EngineResult, list[str]]:
    """By date, posts with all words come alone if there are any: else the newest post that shares one word with the
    query would come first. The request is the one that was answered.
    """
    if request.sort != "relevance" and plan.strict is not None and len(plan.words) > 1:
        strict = replace(request, query=plan.strict)
        found = reader.search(strict)
        if found.total:
            return strict, found, []
        note = message("no post has all of the words; posts with some of them are sorted by date")
        return request, reader.search(request), [note]
    return request, reader.search(request), []


def _second_try(
    corpus: Corpus, parsed: Parsed, page: SearchRequest, answer: _Answer, corrections: list[Correction]
) -> tuple[_Answer, list[Correction], list[str]]:
    """What to give where nothing was found: the likeliest correction's hits; else those of words that contain what was
    asked for; and why there was nothing.
    """
    if isinstance(parsed.tree, Empty):
        return answer, corrections, []
    for number, correction in enumerate(corrections):
        corrected = _answer(corpus, parse(correction.text), page)
        if corrected.total:
            hits = tuple(replace(hit, match="corrected") for hit in corrected.hits)
            others = corrections[:number] + corrections[number + 1 :]
            return corrected._replace(hits=hits), [replace(correction, applied=True), *others], []
    notes = corpus.suggestions.why_nothing(parsed, answer.request)
    pieces = corpus.suggestions.pieces(parsed)
    if pieces is not None:
        request = replace(page, query=pieces)
        found = corpus.reader.search(request)
        if found.total:
            plan = pieces_plan(pieces, corpus.analyzer.query_words(parsed.plain))
            hits = make_hits(corpus.reader, found.hits, plan, corpus.analyzer)
            notes.append(message("shown are posts with words that contain it"))
            return _Answer(request, hits, found.total, found.facets, answer.notes), corrections, notes
    return answer, corrections, notes


def _unknown(plan: Plan) -> list[str]:
    return [message("nothing in the index has the {value!r} asked for", value=value) for value in plan.unknown]
