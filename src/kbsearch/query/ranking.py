"""How plain words become a search plan: which posts count as hits, and what makes one better than another.

A hit must have one of the query's content words (or, if there are none, any of its words). Its score is the sum of
BM25 over the fields, each term weighted by its field's weight, by how often the query asks for it, and by a fourth
root of its idf, plus a bonus for having all content words. docs/relevance.md tells how the weights were chosen and
what each step brings; they are one set for every corpus.

A term asked for several times counts more, but less and less: ``c·(s+1)/(s+c)`` with s = 8, the query-side saturation
of Okapi BM25 (Robertson & Walker 1994, k3). An occurrence in a function word counts a quarter. Very frequent terms are
left out where others remain: they cost most and tell least.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from kbsearch.analysis.analyzer import Analyzer, QueryWord
from kbsearch.analysis.fold import fold
from kbsearch.engines.base import Reader, RemoteReader
from kbsearch.highlight import Needle
from kbsearch.language import message
from kbsearch.model import Synonym
from kbsearch.query.function_words import is_function_word
from kbsearch.query.plan import All, And, Constant, Node, Or, Phrase, Term
from kbsearch.synonyms.thesaurus import Thesaurus

__all__ = ["WEIGHTS", "RankedWords", "SynonymUse", "Weights", "name_needles", "needles_of", "rank_words", "word_node"]

_MAX_WORDS = 400  # of a query; what comes later is left out, with a warning
_MAX_RUN = 24  # code points of a run of Han characters that is also looked for as a whole


class Weights(NamedTuple):
    """The settings of the ranking."""

    han: float = 1.0  # Han words, in body
    latin: float = 0.5  # Latin words as written and parts of identifiers, in body
    stem: float = 2.0
    gram: float = 0.6  # bigrams of Han characters
    char: float = 0.8  # single Han characters
    title: float = 1.0
    heading: float = 0.5
    pair: float = 0.5  # neighbouring Latin words standing together
    function: float = 0.25  # an occurrence in a function word
    saturation: float = 8.0
    idf_power: float = 0.25
    cover: float = 0.75  # share of the content words' idf for posts that have them all
    form: float = 0.5  # each form of a word that has several (gpt-4, gpt, 4)
    frequent: float = 1 / 2  # share of posts above which a term is left out
    frequent_char: float = 1 / 3


WEIGHTS = Weights()
_SMALL = 100  # posts: below, nothing is too frequent
_PAIR_WORDS = 16  # Latin words above which a query is a text, whose pairs are not sought
_BM25_SCALE = 2.2  # BM25's (k1 + 1), which terms' scores have and a constant has not


class SynonymUse(NamedTuple):
    """Another name for some of the query's words: which, the name's own words, and who equates them."""

    instead_of: tuple[int, ...]
    words: tuple[QueryWord, ...]
    evidence: Synonym


class RankedWords(NamedTuple):
    """A stretch of plain words, planned.

    Attributes:
        node: the plan.
        words: the query's words.
        content: indices into ``words`` of those that make a post a hit.
        synonyms: other names that make one too.
        warnings: what was left out.
    """

    node: Node
    words: tuple[QueryWord, ...]
    content: frozenset[int]
    synonyms: tuple[SynonymUse, ...] = ()
    warnings: tuple[str, ...] = ()


def rank_words(
    text: str, analyzer: Analyzer, reader: Reader, thesaurus: Thesaurus, weights: Weights = WEIGHTS
) -> RankedWords | None:
    """Plan a stretch of plain words; ``None`` if there is not a letter or digit in it."""
    words = analyzer.query_words(text)
    warnings: tuple[str, ...] = ()
    if len(words) > _MAX_WORDS:
        warnings = (
            message("the query has {count} words; only the first {used} were used", count=len(words), used=_MAX_WORDS),
        )
        words = words[:_MAX_WORDS]
    if not words:
        return None
    content = frozenset(i for i, word in enumerate(words) if not is_function_word(word.text))
    sentence = 0 < len(content) < len(words)
    content = content or frozenset(range(len(words)))
    builder = _Builder(weights, analyzer, reader)
    builder.add_words(words, content)
    builder.add_runs(words, content)
    builder.add_pairs(words)
    builder.expect_frequencies()
    synonyms = builder.add_synonyms(fold(text), words, content, thesaurus)
    distinct = len({words[i].text for i in content})
    title = 1.0 if sentence else min(max((5 - distinct) / 2, 0.0), 1.0)
    node = builder.plan(title, _cover(words, content, synonyms, reader, weights))
    return RankedWords(node, words, content, synonyms, warnings)


class _Builder:
    """Gathers terms with their occurrences in the query: those that make a hit, and those that only add to it."""

    def __init__(self, weights: Weights, analyzer: Analyzer, reader: Reader) -> None:
        self._w, self._analyzer, self._reader = weights, analyzer, reader
        self._posts = reader.count()
        self._hits: dict[tuple[str, str], float] = {}
        self._extras: dict[tuple[str, str], float] = {}
        self._phrases: dict[Phrase, bool] = {}  # whether it makes a hit
        self._names: list[Node] = []

    def add_words(self, words: Sequence[QueryWord], content: frozenset[int]) -> None:
        """Words in body, title and headings; stems."""
        for i, word in enumerate(words):
            terms = self._hits if i in content else self._extras
            count = 1.0 if i in content else self._w.function
            if word.kind == "latin" and len(word.terms) > 1:
                count *= self._w.form
            for term in word.terms:
                for field in ("title", "heading"):
                    _count(terms, field, term, count)
                if word.kind == "han" or i in content:
                    _count(terms, "body", term, count)
            for stem in word.stems:
                _count(terms, "stem", stem, count)

    def add_runs(self, words: Sequence[QueryWord], content: frozenset[int]) -> None:
        """Bigrams and characters of Han, and each run as it stands: that makes hits of posts in which segmentation
        cut the same characters elsewhere (散模 in 扩散模型).
        """
        for run in _han_runs(words):
            text = "".join(words[i].text for i in run)
            shares = [1.0 if i in content else self._w.function for i in run for _ in words[i].text]
            for char, share in zip(text, shares, strict=True):
                if len(text) == 1 or share == 1.0:
                    _count(self._hits if len(text) == 1 and share == 1.0 else self._extras, "char", char, share)
            for k in range(len(text) - 1):
                _count(self._extras, "gram", text[k : k + 2], (shares[k] + shares[k + 1]) / 2)
            if 2 <= len(text) <= _MAX_RUN and any(i in content for i in run):
                self._phrases[Phrase("gram", self._analyzer.phrase_terms(text), 0.0)] = True

    def add_pairs(self, words: Sequence[QueryWord]) -> None:
        """Latin words that are neighbours in the query, wanted as neighbours."""
        if sum(word.kind == "latin" for word in words) > _PAIR_WORDS:
            return
        for left, right in pairwise(words):
            if left.kind == right.kind == "latin":
                terms = self._analyzer.phrase_terms(f"{left.text} {right.text}")
                if len(terms) > 1:
                    self._phrases.setdefault(Phrase("gram", terms, self._w.pair), False)

    def expect_frequencies(self) -> None:
        """Where each question is a journey, ask for the frequencies of all terms so far at once."""
        if isinstance(self._reader, RemoteReader):
            self._reader.expect([*self._hits, *self._extras])

    def add_synonyms(
        self, text: str, words: Sequence[QueryWord], content: frozenset[int], thesaurus: Thesaurus
    ) -> tuple[SynonymUse, ...]:
        """Other names of what the query names; a post that has one as it stands is a hit, at a lower weight."""
        used: list[SynonymUse] = []
        for match in thesaurus.expand(text, [(word.start, word.end) for word in words]):
            instead_of = tuple(i for i, word in enumerate(words) if match.start <= word.start and word.end <= match.end)
            if not content.intersection(instead_of):
                continue
            for equal in match.equals:
                others = self._analyzer.query_words(equal.name)
                if others and all(_is_known(word, self._reader) for word in others):
                    used.append(SynonymUse(instead_of, others, equal.evidence))
                    self._names.append(self._name(equal.name, others, equal.weight))
        return tuple(used)

    def _name(self, name: str, words: Sequence[QueryWord], weight: float) -> Node:
        """A name as it stands, or, for several Latin words, all of their stems."""
        if words[0].kind == "han" or len(words) == 1:
            terms = self._analyzer.phrase_terms(name)
            boost = weight * (self._w.gram if words[0].kind == "han" else self._w.stem)
            return Phrase("gram", terms, boost) if len(terms) > 1 else Term("gram", terms[0][0], boost)
        stems = [stem for word in words for stem in word.stems[:1]]
        return And(tuple(Term("stem", stem, round(weight * self._w.stem, 6)) for stem in stems))

    def plan(self, title: float, cover: Node | None) -> Node:
        """The plan; ``title`` from 0 to 1 says how much titles and headings count."""
        hits = self._terms(self._hits, title) or self._terms(self._hits, title, capped=False)
        extras = self._terms(self._extras, title)
        for phrase, makes_hit in self._phrases.items():
            (hits if makes_hit else extras).append(phrase)
        hits += self._names
        if cover is not None:
            extras.append(cover)
        found = Or(tuple(hits))
        return And((found, Or((*extras, All())))) if extras else found

    def _terms(self, counted: dict[tuple[str, str], float], title: float, *, capped: bool = True) -> list[Node]:
        w = self._w
        nodes: list[Node] = []
        for (field, text), count in counted.items():
            frequency = self._reader.frequency(field, text)
            limit = self._posts * (w.frequent_char if field == "char" else w.frequent)
            if not frequency or (capped and self._posts >= _SMALL and frequency > limit):
                continue
            if count > 1:
                count *= (w.saturation + 1) / (w.saturation + count)
            boost = self._weight(field, text, title) * count * _idf(frequency, self._posts) ** w.idf_power
            nodes.append(Term(field, text, round(boost, 6)))
        return nodes

    def _weight(self, field: str, text: str, title: float) -> float:
        w = self._w
        if field == "body":
            return w.han if text >= "⺀" else w.latin
        if field == "title":
            return w.title * title
        if field == "heading":
            return w.heading * title
        return {"stem": w.stem, "gram": w.gram, "char": w.char}[field]


def _count(terms: dict[tuple[str, str], float], field: str, term: str, count: float) -> None:
    terms[field, term] = terms.get((field, term), 0.0) + count


def _idf(frequency: int, posts: int) -> float:
    """Lucene's idf, as in :mod:`kbsearch.query.plan`."""
    return math.log(1 + (posts - min(frequency, posts) + 0.5) / (frequency + 0.5))


def _word_idf(word: QueryWord, reader: Reader) -> float:
    found = reader.frequency("body", word.terms[0])
    if word.stems:
        found = max(found, reader.frequency("stem", word.stems[0]))
    return _idf(found, reader.count())


def _han_runs(words: Sequence[QueryWord]) -> list[list[int]]:
    """Indices of words that stand side by side in one run of Han characters."""
    runs: list[list[int]] = []
    for i, word in enumerate(words):
        if word.kind != "han":
            continue
        if runs and runs[-1][-1] == i - 1 and words[i - 1].end == word.start:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _cover(
    words: Sequence[QueryWord],
    content: frozenset[int],
    synonyms: Sequence[SynonymUse],
    reader: Reader,
    weights: Weights,
) -> Node | None:
    """The bonus for posts that have every content word that any post has, by its own or another name."""
    distinct = {words[i].text: i for i in sorted(content, reverse=True)}
    known = {text: i for text, i in distinct.items() if _is_known(words[i], reader)}
    if len(known) < 2:
        return None
    total = sum(_word_idf(words[i], reader) for i in known.values())
    clauses: list[Node] = []
    for i in sorted(known.values()):
        others = [And(tuple(map(word_node, use.words))) for use in synonyms if i in use.instead_of]
        clauses.append(Or((word_node(words[i]), *others)) if others else word_node(words[i]))
    return Constant(And(tuple(clauses)), round(weights.cover * _BM25_SCALE * total, 4))


def _is_known(word: QueryWord, reader: Reader) -> bool:
    return bool(reader.frequency("body", word.terms[0]) or any(reader.frequency("stem", stem) for stem in word.stems))


def word_node(word: QueryWord) -> Node:
    """Posts that have this word, in any form that counts as having it."""
    terms: list[Node] = [Term("body", word.terms[0]), Term("title", word.terms[0])]
    terms += [Term("stem", stem) for stem in word.stems[:1]]
    if word.kind == "han" and len(word.text) == 1:
        terms.append(Term("char", word.text))
    return Or(tuple(terms))


def needles_of(
    words: Sequence[QueryWord], content: Iterable[int], reader: Reader, first_group: int = 0
) -> list[Needle]:
    """What to highlight for these words: the words themselves, and runs of Han characters as a whole."""
    chosen = set(content)
    needles: list[Needle] = []
    for i, word in enumerate(words):
        if i not in chosen:
            continue
        group = frozenset({first_group + i})
        weight = _word_idf(word, reader)
        if word.kind == "han":
            alone = len(word.text) > 1 or _stands_alone(words, i)
            needles += [Needle(term, "substring", group, weight) for term in word.terms if alone or len(term) > 1]
        else:
            needles += [Needle(term, "word", group, weight / (1 if k == 0 else 2)) for k, term in enumerate(word.terms)]
            needles += [Needle(stem, "stem", group, weight) for stem in word.stems]
    for run in _han_runs(words):
        text = "".join(words[i].text for i in run)
        if len(run) > 1 and len(text) <= _MAX_RUN and all(i in chosen for i in run):
            weight = sum(_word_idf(words[i], reader) for i in run)
            needles.append(Needle(text, "substring", frozenset(first_group + i for i in run), weight))
    return needles


def name_needles(words: Sequence[QueryWord], group: int) -> list[Needle]:
    """What to highlight for another name: it as it stands, or, for several Latin words, each of them."""
    groups = frozenset({group})
    if words[0].kind == "han":
        return [Needle("".join(word.text for word in words if word.kind == "han"), "substring", groups)]
    if len(words) == 1:
        return [Needle(words[0].text, "word", groups)]
    return [Needle(stem, "stem", groups, 1 / len(words)) for word in words for stem in word.stems[:1]]


def _stands_alone(words: Sequence[QueryWord], i: int) -> bool:
    before = i > 0 and words[i - 1].kind == "han" and words[i - 1].end == words[i].start
    after = i + 1 < len(words) and words[i + 1].kind == "han" and words[i + 1].start == words[i].end
    return not before and not after
