"""What correction needs to know of an index, asked of its reader.

Where each question is a journey (:class:`~kbsearch.engines.base.RemoteReader`), correction would ask hundreds one after
the other. There it is carried out on guesses first: what it asked is looked up at once, and it is carried out again,
until it asks nothing that is not known. So its answer is the same as if it had asked one by one, after a few journeys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.correction.pieces import Evidence, is_han
from kbsearch.engines.base import Reader, RemoteReader, SearchRequest
from kbsearch.query.plan import Phrase

__all__ = ["index_evidence", "index_words", "judge"]

_WORD_FIELDS = ("body", "title")
_MOST_RARE = 3  # posts
_MAX_SEARCHES = 60  # for phrases, in one query
_MAX_ROUNDS = 12  # of guesses; what is not known by then is asked one by one

T = TypeVar("T")


def index_words(reader: Reader) -> list[Iterator[tuple[str, int]]]:
    """The words of an index with their document frequencies, field by field."""
    return [reader.terms(field) for field in _WORD_FIELDS]


def judge(reader: Reader, analyzer: Analyzer, work: Callable[[Evidence], T]) -> T:
    """What ``work`` makes of the counts of an index; it may be carried out several times, and must change nothing."""
    if isinstance(reader, RemoteReader):
        foresight = _Foresight(reader, reader)
        for _ in range(_MAX_ROUNDS):
            result = work(_evidence(foresight, analyzer, reader.count()))
            if not foresight.look_up():
                return result
    return work(index_evidence(reader, analyzer))


def index_evidence(reader: Reader, analyzer: Analyzer) -> Evidence:
    """The counts of an index, for one query.

    Pairs of characters are terms of the index, so that most questions are a look into a dictionary. A longer phrase is
    searched for only if all its pairs exist; at most 60 are, and the rest counts as absent.
    """
    return _evidence(_Direct(reader), analyzer, reader.count())


class _Counts(Protocol):
    def frequency(self, field: str, term: str) -> int:
        """Number of posts that have a term."""

    def total(self, phrase: Phrase) -> int:
        """Number of posts that have a phrase."""


class _Direct:
    """Counts asked for one by one."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.frequency = reader.frequency

    def total(self, phrase: Phrase) -> int:
        return self._reader.search(SearchRequest(phrase, limit=1)).total


class _Foresight:
    """Counts as far as they are known; what is asked besides is noted, and guessed to be 0.

    ``reader`` and ``remote`` are the same: Python's types have no name for both kinds in one.
    """

    def __init__(self, reader: Reader, remote: RemoteReader) -> None:
        self._reader, self._remote = reader, remote
        self._frequencies: dict[tuple[str, str], int] = {}
        self._totals: dict[Phrase, int] = {}
        self._terms: dict[tuple[str, str], None] = {}
        self._phrases: dict[Phrase, None] = {}

    def frequency(self, field: str, term: str) -> int:
        known = self._frequencies.get((field, term))
        if known is None:
            self._terms[field, term] = None
        return known or 0

    def total(self, phrase: Phrase) -> int:
        known = self._totals.get(phrase)
        if known is None:
            self._phrases[phrase] = None
        return known or 0

    def look_up(self) -> bool:
        """Look up what was guessed since the last time; whether anything was."""
        terms, phrases, self._terms, self._phrases = list(self._terms), list(self._phrases), {}, {}
        if terms:
            self._remote.expect(terms)
            self._frequencies.update((pair, self._reader.frequency(*pair)) for pair in terms)
        if phrases:
            self._totals.update(zip(phrases, self._remote.totals(phrases), strict=True))
        return bool(terms or phrases)


def _evidence(counts: _Counts, analyzer: Analyzer, posts: int) -> Evidence:
    searches = 0

    def frequency(word: str) -> int:
        found = max([counts.frequency(field, word) for field in _WORD_FIELDS])
        return found or (0 if is_han(word) else counts.frequency("stem", analyzer.stem(word)))

    def phrase(text: str) -> int:
        nonlocal searches
        pairs = [text[i : i + 2] for i in range(len(text) - 1)] if is_han(text) else []
        if not all([counts.frequency("gram", pair) for pair in pairs]):
            return 0
        terms = analyzer.phrase_terms(text)
        if len(terms) < 2:
            return counts.frequency("gram", terms[0][0]) if terms else 0
        searches += 1
        return counts.total(Phrase("gram", terms)) if searches <= _MAX_SEARCHES else 0

    return Evidence(frequency, phrase, min(_MOST_RARE, posts // 1000))
