"""How plain words become a search plan: which posts count as hits, and what makes one better than another.

A hit must have one of the query's content words (or, if there are none, any of its words). Its score is the sum of
BM25 over the fields, weighted as below, plus a bonus for having all content words. The weights were chosen once, on
half of the queries of all judged sets together, and checked on the other half; docs/relevance.md has the table.

A word asked for several times counts more, but less and less: ``q·(s+1)/(s+q)`` with s = 8, the query-side saturation
of Okapi BM25 (Robertson & Walker 1994, k3). An occurrence of a function word counts a quarter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kbsearch.analysis.analyzer import Analyzer, QueryWord
from kbsearch.engines.base import Reader
from kbsearch.highlight import Needle
from kbsearch.query.function_words import is_function_word
from kbsearch.query.plan import All, And, Constant, Node, Or, Phrase, Term

__all__ = ["RankedWords", "Weights", "needles_of", "rank_words"]

_MAX_WORDS = 400  # of a query; what comes later is left out, with a warning
_MAX_GROUP_NEEDLE = 24  # code points of a run of Han characters that is also looked for as a whole


@dataclass(frozen=True, slots=True)
class Weights:
    """The settings of the ranking; one set for every corpus."""

    han: float = 1.0  # body, Han words
    latin: float = 0.5  # body, Latin words and parts of identifiers
    stem: float = 1.0
    gram: float = 0.5  # Han bigrams
    char: float = 0.5  # single Han characters
    title: float = 1.0
    heading: float = 0.5
    pair: float = 0.2  # neighbouring Latin words standing together
    function: float = 0.25  # an occurrence of a function word
    saturation: float = 8.0
    cover: float = 0.2  # share of the content words' idf given to posts that have them all
    title_fades: float = 5.0  # title and heading count fully up to two content words, not at all from five


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class RankedWords:
    """A stretch of plain words, planned.

    Attributes:
        node: the plan.
        words: the query's words.
        content: indices into ``words`` of those that make a post a hit.
        warnings: what was left out.
    """

    node: Node
    words: tuple[QueryWord, ...]
    content: frozenset[int]
    warnings: tuple[str, ...] = ()


def rank_words(text: str, analyzer: Analyzer, reader: Reader, weights: Weights = WEIGHTS) -> RankedWords | None:
    """Plan a stretch of plain words; ``None`` if there is not a letter or digit in it."""
    words = analyzer.query_words(text)
    warnings: tuple[str, ...] = ()
    if len(words) > _MAX_WORDS:
        warnings = (f"the query has {len(words)} words; only the first {_MAX_WORDS} were used",)
        words = words[:_MAX_WORDS]
    if not words:
        return None
    content = frozenset(i for i, word in enumerate(words) if not is_function_word(word.text))
    if not content:
        content = frozenset(range(len(words)))
    builder = _Builder(weights, len({words[i].text for i in content}))
    for i, word in enumerate(words):
        builder.word(word, i in content)
    builder.neighbours(words, analyzer, content)
    node = builder.finish(_cover(words, content, reader, weights))
    return RankedWords(node, words, content, warnings)


class _Builder:
    """Gathers terms: those that make a hit, and those that only add to its score."""

    def __init__(self, weights: Weights, content_words: int) -> None:
        self._w = weights
        self._fade = min(max((weights.title_fades - content_words) / 3, 0.0), 1.0)
        self._counts: dict[tuple[str, str, bool], float] = {}
        self._phrases: dict[Phrase, bool] = {}

    def _add(self, field: str, term: str, count: float, makes_hit: bool) -> None:
        key = (field, term, makes_hit)
        self._counts[key] = self._counts.get(key, 0.0) + count

    def word(self, word: QueryWord, content: bool) -> None:
        count = 1.0 if content else self._w.function
        for term in word.terms:
            for field in ("body", "title", "heading"):
                self._add(field, term, count, content)
        for stem in word.stems:
            self._add("stem", stem, count, content)

    def neighbours(self, words: Sequence[QueryWord], analyzer: Analyzer, content: frozenset[int]) -> None:
        """Han bigrams and characters, runs sought as they stand, and pairs of Latin words."""
        for run in _han_runs(words):
            text = "".join(words[i].text for i in run)
            shares = [1.0 if i in content else self._w.function for i in run for _ in words[i].text]
            for char, share in zip(text, shares, strict=True):
                self._add("char", char, share, len(text) == 1 and run[0] in content)
            for k in range(len(text) - 1):
                self._add("gram", text[k : k + 2], (shares[k] + shares[k + 1]) / 2, False)
            if 2 <= len(text) <= _MAX_GROUP_NEEDLE and any(i in content for i in run):
                # Makes hits of posts where segmentation cut the same characters elsewhere (散模 in 扩散模型).
                self._phrases[Phrase("gram", analyzer.phrase_terms(text), 0.0)] = True
        for left, right in pairwise(words):
            if left.kind == right.kind == "latin":
                terms = analyzer.phrase_terms(f"{left.text} {right.text}")
                if len(terms) > 1:
                    self._phrases.setdefault(Phrase("gram", terms, self._w.pair), False)

    def finish(self, cover: Node | None) -> Node:
        hits: list[Node] = []
        extras: list[Node] = []
        for (field, term, makes_hit), count in self._counts.items():
            boost = self._boost(field, term) * self._saturated(count)
            if boost > 0 or makes_hit:
                (hits if makes_hit else extras).append(Term(field, term, round(boost, 6)))
        for phrase, makes_hit in self._phrases.items():
            (hits if makes_hit else extras).append(phrase)
        if cover is not None:
            extras.append(cover)
        found: Node = Or(tuple(hits)) if len(hits) != 1 else hits[0]
        return And((found, Or((*extras, All())))) if extras else found

    def _saturated(self, count: float) -> float:
        s = self._w.saturation
        return count if count <= 1 else count * (s + 1) / (s + count)

    def _boost(self, field: str, term: str) -> float:
        w = self._w
        if field == "body":
            return w.han if _is_han(term) else w.latin
        if field in ("title", "heading"):
            return (w.title if field == "title" else w.heading) * self._fade
        return {"stem": w.stem, "gram": w.gram, "char": w.char}[field]


def _is_han(term: str) -> bool:
    return term >= "\u2e80"


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


def _cover(words: Sequence[QueryWord], content: frozenset[int], reader: Reader, weights: Weights) -> Node | None:
    """The bonus for posts that have every content word."""
    distinct: dict[str, QueryWord] = {words[i].text: words[i] for i in content}
    if len(distinct) < 2:
        return None
    total = sum(_idf(word, reader) for word in distinct.values())
    return Constant(And(tuple(word_node(word) for word in distinct.values())), round(weights.cover * total, 4))


def word_node(word: QueryWord) -> Node:
    """Posts that have this word, in any form that counts as having it."""
    terms: list[Node] = [Term("body", word.terms[0]), Term("title", word.terms[0])]
    if word.stems:
        terms += [Term("stem", stem) for stem in word.stems[:1]]
    elif len(word.text) == 1:
        terms.append(Term("char", word.text))
    return Or(tuple(terms))


def _idf(word: QueryWord, reader: Reader) -> float:
    count = reader.count()
    found = min(
        max(reader.frequency("body", word.terms[0]), reader.frequency("stem", word.stems[0]) if word.stems else 0),
        count,
    )
    return math.log(1 + (count - found + 0.5) / (found + 0.5))


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
        weight = _idf(word, reader)
        if word.kind == "han":
            alone = len(word.text) > 1 or _stands_alone(words, i)
            needles += [Needle(term, "substring", group, weight) for term in word.terms if alone or len(term) > 1]
        else:
            needles += [Needle(term, "word", group, weight / (1 if k == 0 else 2)) for k, term in enumerate(word.terms)]
            needles += [Needle(stem, "stem", group, weight) for stem in word.stems]
    for run in _han_runs(words):
        text = "".join(words[i].text for i in run)
        if len(run) > 1 and len(text) <= _MAX_GROUP_NEEDLE and all(i in chosen for i in run):
            weight = sum(_idf(words[i], reader) for i in run)
            needles.append(Needle(text, "substring", frozenset(first_group + i for i in run), weight))
    return needles


def _stands_alone(words: Sequence[QueryWord], i: int) -> bool:
    before = i > 0 and words[i - 1].kind == "han" and words[i - 1].end == words[i].start
    after = i + 1 < len(words) and words[i + 1].kind == "han" and words[i + 1].start == words[i].end
    return not before and not after
