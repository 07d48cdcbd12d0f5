"""What correction needs to know of an index, asked of its reader."""

from __future__ import annotations

from collections.abc import Iterator

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.correction.pieces import Evidence, is_han
from kbsearch.engines.base import Reader, RemoteReader, SearchRequest
from kbsearch.query.plan import Phrase

__all__ = ["index_evidence", "index_words"]

_WORD_FIELDS = ("body", "title")
_MOST_RARE = 3  # posts
_MAX_SEARCHES = 60  # for phrases, in one query


def index_words(reader: Reader) -> list[Iterator[tuple[str, int]]]:
    """The words of an index with their document frequencies, field by field."""
    return [reader.terms(field) for field in _WORD_FIELDS]


def index_evidence(reader: Reader, analyzer: Analyzer) -> Evidence:
    """The counts of an index, for one query.

    Pairs of characters are terms of the index, so that most questions are a look into a dictionary. A longer phrase is
    searched for only if all its pairs exist; at most 60 are, and the rest counts as absent.
    """
    searches = 0

    remote = reader if isinstance(reader, RemoteReader) else None

    def frequency(word: str) -> int:
        if remote is not None:
            remote.expect([*((field, word) for field in _WORD_FIELDS), ("stem", analyzer.stem(word))])
        found = max(reader.frequency(field, word) for field in _WORD_FIELDS)
        return found or (0 if is_han(word) else reader.frequency("stem", analyzer.stem(word)))

    def phrase(text: str) -> int:
        nonlocal searches
        pairs = [text[i : i + 2] for i in range(len(text) - 1)] if is_han(text) else []
        if remote is not None:
            remote.expect([("gram", pair) for pair in pairs])
        if not all(reader.frequency("gram", pair) for pair in pairs):
            return 0
        terms = analyzer.phrase_terms(text)
        if len(terms) < 2:
            return reader.frequency("gram", terms[0][0]) if terms else 0
        searches += 1
        if searches > _MAX_SEARCHES:
            return 0
        return reader.search(SearchRequest(Phrase("gram", terms), limit=1)).total

    return Evidence(frequency, phrase, min(_MOST_RARE, reader.count() // 1000))
