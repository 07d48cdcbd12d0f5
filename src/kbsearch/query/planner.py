"""From the syntax tree to the search plan.

Plain words rank (see :mod:`kbsearch.query.ranking`); everything the user spelt out binds: fields, dates, phrases,
``+``, ``-`` and the operators. In what binds, a word must be there in full: all of its parts, in some form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kbsearch.analysis.analyzer import Analyzer, QueryWord
from kbsearch.analysis.fold import fold
from kbsearch.engines.base import Reader
from kbsearch.highlight import Needle
from kbsearch.language import message
from kbsearch.model import MatchKind, Synonym
from kbsearch.query import syntax
from kbsearch.query.expansion import Expander
from kbsearch.query.plan import All, And, Constant, Node, Not, Or, Phrase, Range, Term
from kbsearch.query.ranking import name_needles, needles_of, rank_words, word_node
from kbsearch.query.render import render
from kbsearch.synonyms.thesaurus import Thesaurus

__all__ = ["Plan", "pieces_plan", "plan_query"]

_EMPTY = Or(())  # matches no post
_KEYWORDS = {"category": "category", "tag": "tag", "lang": "language"}
_PLACES = {"code": "code", "math": "math", "table": "table", "title": "title", "heading": "heading"}
_BREAKS = " \t\n\u3000()（）"
_PROSE_WORDS = 10  # plain words beside which quotation marks are those of a sentence
_MAX_HAN_PREFIX = 8  # code points
_MAX_ENDINGS = 64  # bigrams that may stand for the single Han character a phrase ends with


class Plan(NamedTuple):
    """What to ask the engine, and what to make of its answer.

    Attributes:
        node: the search plan.
        words: the query's words that a full match has, each with its group's number among the needles.
        strict: the plan for posts that have all of them, for sorting by date; ``None`` if it is the same.
        needles: what to highlight.
        match: how a post matches that has all that was asked for.
        synonyms: the groups that another name stands for, that name's own group, and the evidence.
        unknown: binding values that nothing in the index has, as ``field value``.
        warnings: what was cut or left out.
    """

    node: Node
    words: tuple[tuple[str, int], ...]
    strict: Node | None
    needles: tuple[Needle, ...]
    match: MatchKind
    synonyms: tuple[tuple[frozenset[int], int, Synonym], ...] = ()
    unknown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def plan_query(parsed: syntax.Parsed, analyzer: Analyzer, reader: Reader, thesaurus: Thesaurus) -> Plan:
    """Plan a query against what an index holds."""
    planner = _Planner(analyzer, reader, thesaurus, parsed.query)
    node = planner.ranked(parsed.tree)
    strict = None
    if planner.content:
        strict = And((node, *(word_node(word) for word in planner.content)))
    needles = tuple(planner.needles)
    kind: MatchKind = "phrase" if planner.phrases and not planner.content else "all"
    if planner.content and all(word.kind == "han" and len(word.text) == 1 for word in planner.content):
        kind = "substring"  # a piece that is no word: it stands inside words
    return Plan(
        node,
        tuple(planner.groups),
        strict,
        needles,
        kind,
        tuple(planner.synonyms),
        tuple(planner.unknown),
        tuple(dict.fromkeys([*planner.warnings, *planner.expander.warnings])),
    )


def pieces_plan(node: Node, words: Sequence[QueryWord]) -> Plan:
    """A plan for posts with words that contain the query's as pieces."""
    needles = tuple(Needle(word.text, "substring", frozenset({i})) for i, word in enumerate(words))
    return Plan(node, (), None, needles, "substring")


class _Planner:
    """Plans one query, and collects what else there is to say of it."""

    def __init__(self, analyzer: Analyzer, reader: Reader, thesaurus: Thesaurus, query: str) -> None:
        self.analyzer, self.reader, self.thesaurus, self.query = analyzer, reader, thesaurus, query
        self.expander = Expander(reader)
        self.needles: list[Needle] = []
        self.content: list[QueryWord] = []
        self.groups: list[tuple[str, int]] = []
        self.synonyms: list[tuple[frozenset[int], int, Synonym]] = []
        self.unknown: list[str] = []
        self.warnings: list[str] = []
        self.phrases = 0
        self._group = 0

    # --- ranking: plain words are wanted, none is required ---

    def ranked(self, node: syntax.Node) -> Node:
        """Plan for a part in which plain words only rank."""
        match node:
            case syntax.Empty():
                return All()
            case syntax.Words(text):
                return self._ranked_words(text)
            case syntax.Prefix(text) if text[-1:] >= "⺀" and len(text) > _MAX_HAN_PREFIX:
                return self._ranked_words(text)  # a title with its footnote's star, not the beginning of a word
            case syntax.Default(children):
                return self._default(children)
            case syntax.Or(children):
                return Or(tuple(self.ranked(child) for child in children))
            case _:
                return self.binding(node)

    def _default(self, children: tuple[syntax.Node, ...]) -> Node:
        """Words of all children rank together; the other children bind, but quotations within a sentence do not."""
        plain = [child for child in children if isinstance(child, syntax.Words)]
        prose = sum(len(self.analyzer.query_words(child.text)) for child in plain) >= _PROSE_WORDS
        wanted: list[str] = []
        parts: list[Node] = []
        for child in children:
            match child:
                case syntax.Words(text):
                    wanted.append(text)
                case syntax.Phrase(text) if prose or self._touches_text(child):
                    wanted.append(text)
                case _:
                    parts.append(self.binding(child))
        text = " ".join(wanted)
        if text.strip():
            words = self._ranked_words(text)
            if words != _EMPTY or not parts:
                parts.insert(0, words)
        return And(tuple(parts))

    def _touches_text(self, phrase: syntax.Phrase) -> bool:
        """Whether a quotation is part of a sentence: what stands right before or after it is no blank."""
        before, after = self.query[: phrase.start][-1:], self.query[phrase.end :][:1]
        return bool((before and before not in _BREAKS) or (after and after not in _BREAKS))

    def _ranked_words(self, text: str) -> Node:
        ranked = rank_words(text, self.analyzer, self.reader, self.thesaurus)
        if ranked is None:
            self.warnings.append(
                message("{text!r} has no letter, digit or Han character to search for", text=text.strip()[:40])
            )
            return _EMPTY
        self.warnings += ranked.warnings
        self.needles += needles_of(ranked.words, ranked.content, self.reader, self._group)
        seen: set[str] = set()
        for i in sorted(ranked.content):
            word = ranked.words[i]
            if word.text not in seen:
                seen.add(word.text)
                self.content.append(word)
                self.groups.append((word.text, self._group + i))
        first, self._group = self._group, self._group + len(ranked.words)
        for use in ranked.synonyms:
            group, self._group = self._group, self._group + 1
            self.synonyms.append((frozenset(first + i for i in use.instead_of), group, use.evidence))
            self.needles += name_needles(use.words, group)
        return ranked.node

    # --- binding: must match as a whole ---

    def binding(self, node: syntax.Node, *, silent: bool = False) -> Node:
        """Plan for a part that must match; ``silent`` parts (those excluded) give nothing to highlight."""
        match node:
            case syntax.Empty():
                return All()
            case syntax.Words(text):
                return self._all_words(text, silent=silent)
            case syntax.Phrase(text):
                self.phrases += not silent
                return self._phrase(text, silent=silent)
            case syntax.Prefix(text):
                return self._prefix(fold(text), silent=silent)
            case syntax.Wildcard(pattern):
                terms = self.expander.wildcard(fold(pattern), ("body", "title"))
                return self._terms(terms, silent=silent)
            case syntax.Fuzzy(text, distance):
                terms = self.expander.fuzzy(fold(text), distance, ("body", "title"))
                return self._terms(terms, silent=silent)
            case syntax.DateRange(name, low, high):
                return Range(name, low, high)
            case syntax.Field(name, child):
                return self._field(name, child, silent=silent)
            case syntax.In(kinds, child):
                return self._in(kinds, child, silent=silent)
            case syntax.Required(child):
                return self.binding(child, silent=silent)
            case syntax.Not(child):
                return Not(self.binding(child, silent=True))
            case syntax.And(children) | syntax.Default(children):
                return And(tuple(self.binding(child, silent=silent) for child in children))
            case syntax.Or(children):
                return Or(tuple(self.binding(child, silent=silent) for child in children))
        raise AssertionError(f"unknown node {node!r}")

    def _all_words(self, text: str, *, silent: bool) -> Node:
        words = self.analyzer.query_words(text)
        if not words:
            return All()
        if not silent:
            self.needles += needles_of(words, range(len(words)), self.reader, self._group)
            self._group += len(words)
        runs: list[Node] = []
        for chunk in _chunks(words):
            if chunk[0].kind == "han":
                run = "".join(word.text for word in chunk)
                as_written = self._phrase_node(run)
                in_words = And(tuple(map(word_node, chunk)))
                runs.append(as_written if silent or len(chunk) == 1 else Or((as_written, in_words)))
            else:
                runs += map(word_node, chunk)
        return And(tuple(runs)) if len(runs) > 1 else runs[0]

    def _phrase(self, text: str, *, silent: bool) -> Node:
        if not silent:
            words = self.analyzer.query_words(text)
            for chunk in _chunks(words):
                group = frozenset({self._group})
                self._group += 1
                if chunk[0].kind == "han":
                    self.needles.append(Needle("".join(word.text for word in chunk), "substring", group))
                else:
                    self.needles += [Needle(word.text, "word", group) for word in chunk]
        return self._phrase_node(text)

    def _phrase_node(self, text: str) -> Node:
        """The text as it stands: adjacent in the field of bigrams and words."""
        terms = self.analyzer.phrase_terms(text)
        if not terms:
            return All()
        last, place = terms[-1]
        if len(last) == 1 and last >= "⺀":
            if len(terms) == 1:
                return Term("char", last)
            endings = sorted(self.reader.terms("gram", last), key=lambda pair: -pair[1])[:_MAX_ENDINGS]
            return Or(tuple(Phrase("gram", (*terms[:-1], (ending, place))) for ending, _ in endings))
        return Term("gram", last) if len(terms) == 1 else Phrase("gram", terms)

    def _prefix(self, text: str, *, silent: bool) -> Node:
        if text and text[-1] >= "⺀":
            return self._phrase(text, silent=silent)  # Han words have no spaces: what begins so is what contains it
        return self._terms(self.expander.prefix(text, ("body", "title")), silent=silent)

    def _terms(self, terms: list[Term], *, silent: bool) -> Node:
        if not silent:
            group = frozenset({self._group})
            self._group += 1
            kind = {False: "word", True: "substring"}
            self.needles += [Needle(t.text, kind[t.text >= "⺀"], group) for t in terms]  # type: ignore[arg-type]
        return Or(tuple(terms))

    # --- fields and places ---

    def _field(self, name: str, child: syntax.Node, *, silent: bool) -> Node:
        match child:
            case syntax.And(children) | syntax.Default(children):
                return And(tuple(self._field(name, each, silent=silent) for each in children))
            case syntax.Or(children):
                return Or(tuple(self._field(name, each, silent=silent) for each in children))
            case syntax.Not(inner):
                return Not(self._field(name, inner, silent=True))
            case syntax.Required(inner):
                return self._field(name, inner, silent=silent)
        if name in ("title", "heading"):
            return self._in_places(("title",) if name == "title" else ("heading",), child, silent=silent)
        return self._keyword(name, _value(child))

    def _keyword(self, name: str, value: str) -> Node:
        """A category, tag, language, path or id: it filters and does not score."""
        if name == "id":
            return Term("key", value)
        found = self.expander.paths(value) if name == "path" else self.expander.keywords(_KEYWORDS[name], value)
        if found is None and name in ("tag", "category") and " " in value:
            parts = [self.expander.keywords(_KEYWORDS[name], part) for part in value.split()]
            found = Or(tuple(part for part in parts if part is not None)) if any(parts) else None
        if found is None:
            self.unknown.append(f"{name} {value}")
            return _EMPTY
        return Constant(found, 0.0)

    def _in(self, kinds: tuple[str, ...], child: syntax.Node | None, *, silent: bool) -> Node:
        if child is None:
            languages = [Term("language", term) for term, _ in self.reader.terms("language")] if "code" in kinds else []
            return Or((*languages, *(Term(_PLACES[kind], "¶") for kind in kinds)))
        return self._in_places(kinds, child, silent=silent)

    def _in_places(self, kinds: tuple[str, ...], child: syntax.Node, *, silent: bool) -> Node:
        """The child with its words sought in these places alone; score still comes from the whole text."""
        match child:
            case syntax.Words(text) | syntax.Phrase(text):
                inside = self._words_in(kinds, text)
                if silent:
                    return inside
                if isinstance(child, syntax.Phrase):
                    return And((inside, self._phrase(text, silent=False)))
                scored = self._all_words(text, silent=False)
                return And((Constant(inside, 1e-6), Or((scored, All()))))
            case syntax.Prefix(text):
                return self._terms(self.expander.prefix(fold(text), kinds), silent=silent)
            case syntax.Wildcard(pattern):
                return self._terms(self.expander.wildcard(fold(pattern), kinds), silent=silent)
            case syntax.Fuzzy(text, distance):
                return self._terms(self.expander.fuzzy(fold(text), distance, kinds), silent=silent)
            case syntax.And(children) | syntax.Default(children):
                return And(tuple(self._in_places(kinds, each, silent=silent) for each in children))
            case syntax.Or(children):
                return Or(tuple(self._in_places(kinds, each, silent=silent) for each in children))
            case syntax.Not(inner):
                return Not(self._in_places(kinds, inner, silent=True))
            case syntax.Required(inner):
                return self._in_places(kinds, inner, silent=silent)
            case _:
                return self.binding(child, silent=silent)

    def _words_in(self, kinds: tuple[str, ...], text: str) -> Node:
        """Every word of the text in one and the same kind of place."""
        choices: list[Node] = []
        for kind in kinds:
            terms = self.analyzer.math_terms(text) if kind == "math" else ()
            if not terms:
                terms = tuple(word.terms[0] for word in self.analyzer.query_words(text))
            choices.append(And(tuple(Term(_PLACES[kind], term) for term in terms)) if terms else _EMPTY)
        return Or(tuple(choices)) if len(choices) > 1 else choices[0]


def _value(node: syntax.Node) -> str:
    match node:
        case syntax.Words(text) | syntax.Phrase(text):
            return text
        case syntax.Prefix(text):
            return f"{text}*"
        case syntax.Wildcard(pattern):
            return pattern
        case syntax.Fuzzy(text, _):
            return text
        case _:
            return render(node)


def _chunks(words: tuple[QueryWord, ...]) -> list[list[QueryWord]]:
    """Words that stand together: each run of Han words, and each other word alone."""
    chunks: list[list[QueryWord]] = []
    for word in words:
        last = chunks[-1][-1] if chunks else None
        if last is not None and last.kind == word.kind == "han" and last.end == word.start:
            chunks[-1].append(word)
        else:
            chunks.append([word])
    return chunks
