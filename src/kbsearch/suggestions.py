"""What to say of a query that may be mistyped or finds nothing: corrections, the word at fault, nearest words, pieces.

The words of the index are gathered when they are first needed, which for most queries is never.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from kbsearch.analysis.analyzer import Analyzer, QueryWord
from kbsearch.analysis.fold import fold
from kbsearch.correction.counts import index_words, judge
from kbsearch.correction.pieces import suspicious
from kbsearch.engines.base import Reader, SearchRequest
from kbsearch.language import message
from kbsearch.model import Correction
from kbsearch.query import syntax
from kbsearch.query.fields import KEYWORD_FIELDS
from kbsearch.query.plan import Node, Or, Term

if TYPE_CHECKING:
    from kbsearch.correction.corrector import Corrector

__all__ = ["Suggestions"]

_NEAREST = 4
_PIECES = 20  # words that a fragment is looked for in
_SHORTEST_FRAGMENT = 3  # Latin letters


class Suggestions:
    """Suggestions from one index.

    Args:
        reader: the index.
        analyzer: what made its words.
    """

    def __init__(self, reader: Reader, analyzer: Analyzer) -> None:
        self._reader, self._analyzer = reader, analyzer

    @cached_property
    def _corrector(self) -> Corrector:
        from kbsearch.correction.corrector import Corrector
        from kbsearch.correction.vocabulary import Vocabulary

        return Corrector(Vocabulary.of(*index_words(self._reader)))

    def corrections(self, parsed: syntax.Parsed) -> list[Correction]:
        """What the query may have meant, as whole queries, the likeliest first; nothing for one that looks right."""
        spans = _sought(parsed.tree)
        folded = fold(parsed.query)
        if not spans or not judge(self._reader, self._analyzer, lambda index: suspicious(folded, spans, index)):
            return []
        find = partial(self._corrector.corrections, parsed.query, folded=folded, spans=spans)
        proposals = judge(self._reader, self._analyzer, find)
        return [Correction(proposal.text, proposal.kind) for proposal in proposals]

    def why_nothing(self, parsed: syntax.Parsed, request: SearchRequest) -> list[str]:
        """Why a query found nothing, in words."""
        notes: list[str] = []
        if request.filter is not None:
            total = self._reader.search(SearchRequest(request.query, limit=1)).total
            if total:
                return [message("{count} posts match without the filters", count=total)]
        words = self._words(parsed)
        unknown = [word for word in words if not self._known(word)]
        for word in unknown[:3]:
            near = ", ".join(f"{text} ({count})" for text, count in self._corrector.nearest(word.text, _NEAREST))
            if near:
                notes.append(message("no post has {word!r}; nearest: {near}", word=word.text, near=near))
            else:
                notes.append(message("no post has {word!r}", word=word.text))
        if words and not unknown:
            notes.append(message("each word is in some post, but no post has what the query asks for together"))
        return notes

    def pieces(self, parsed: syntax.Parsed) -> Node | None:
        """Posts with words that contain the query's unknown words as pieces (former: transformer)."""
        terms: dict[str, None] = {}
        for word in self._words(parsed):
            if word.kind == "latin" and len(word.text) >= _SHORTEST_FRAGMENT and not self._known(word):
                terms.update((text, None) for text, _ in self._corrector.containing(word.text, _PIECES))
        return Or(tuple(Term(field, text) for text in terms for field in ("body", "title"))) if terms else None

    def _words(self, parsed: syntax.Parsed) -> Sequence[QueryWord]:
        return tuple({word.text: word for word in self._analyzer.query_words(parsed.plain)}.values())

    def _known(self, word: QueryWord) -> bool:
        fields = ("body", "title")
        if any(self._reader.frequency(field, word.terms[0]) for field in fields):
            return True
        if word.kind == "han" and len(word.text) == 1:
            return bool(self._reader.frequency("char", word.text))
        return any(self._reader.frequency("stem", stem) for stem in word.stems[:1])


def _sought(tree: syntax.Node) -> list[tuple[int, int]]:
    """Where in the query the plain words stand: not those excluded, nor values of keyword fields."""
    if isinstance(tree, syntax.Words):
        return [(tree.start, tree.end)]
    if isinstance(tree, syntax.Not) or (isinstance(tree, syntax.Field) and tree.name in KEYWORD_FIELDS):
        return []
    return [span for child in syntax.children(tree) for span in _sought(child)]
