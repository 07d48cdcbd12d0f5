"""Corrections where each question to the index is a journey: the same, after a few journeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pytest
from correction_accuracy import Subject, make_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbsearch.analysis.fold import fold
from kbsearch.correction.counts import index_evidence, judge
from kbsearch.correction.pieces import Evidence, suspicious
from kbsearch.engines.base import Reader, RemoteReader, SearchRequest
from kbsearch.query.plan import Node

WORDS = [
    *"扩散模型采样噪声",
    "扩散",
    "模型",
    "采样器",
    "扩散模型",
    "噪声调度表",
    "diffusion",
    "zzz",
    "noise",
    "wombat",
    "",
]


class DistantReader:
    """A reader whose every answer is a journey, but for frequencies that were expected."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._expected: dict[tuple[str, str], int] = {}
        self.journeys = 0

    def expect(self, terms: Iterable[tuple[str, str]]) -> None:
        self.journeys += 1
        self._expected |= {pair: self._reader.frequency(*pair) for pair in terms}

    def totals(self, plans: Sequence[Node]) -> list[int]:
        self.journeys += 1
        return [self._reader.search(SearchRequest(plan, limit=0)).total for plan in plans]

    def frequency(self, field: str, term: str) -> int:
        if (field, term) not in self._expected:
            self.expect([(field, term)])
        return self._expected[field, term]

    def search(self, request: SearchRequest) -> Any:
        self.journeys += 1
        return self._reader.search(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


@pytest.mark.parametrize("kind", ["typo, two edits", "homophone", "pinyin, spaced", "initials", "pinyin among Han"])
def test_proposals_are_the_same_from_afar(kind: str, subject: Subject) -> None:
    """A distant index gives the same proposals with the same scores, after at most twelve journeys."""
    for case in make_cases(subject, 20)[kind]:
        reader = DistantReader(subject.reader)
        assert isinstance(reader, RemoteReader)
        find = partial(subject.corrector.corrections, case.typed, folded=fold(case.typed))
        assert judge(reader, subject.analyzer, find) == subject.corrections(case.typed)
        assert reader.journeys <= 12, case


def test_whether_a_query_looks_wrong_is_known_after_a_few_journeys(subject: Subject) -> None:
    """One journey for most titles, three at most."""
    journeys = []
    for title in subject.titles:
        reader = DistantReader(subject.reader)
        assert not judge(reader, subject.analyzer, partial(suspicious, fold(title), None))
        journeys.append(reader.journeys)
    assert sorted(journeys)[len(journeys) // 2] == 1
    assert max(journeys) <= 3


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS), max_size=8), depth=st.integers(0, 20))
def test_whatever_is_asked_the_answer_is_the_same(subject: Subject, words: list[str], depth: int) -> None:
    """Also for work that asks next what depends on the answers before, for longer than guesses are made."""

    def work(index: Evidence) -> list[object]:
        said: list[object] = [index.rare, *((word, index.frequency(word), index.phrase(word)) for word in words)]
        place = len(words)
        for _ in range(depth):
            text = "".join(words)[place % 5 :][: 2 + place % 3]
            found = (index.phrase(text) or 0) + index.frequency(text)
            place += 1 + found % 7
            said.append((text, found))
        return said

    expected = work(index_evidence(subject.reader, subject.analyzer))
    assert judge(DistantReader(subject.reader), subject.analyzer, work) == expected  # type: ignore[arg-type]
    assert judge(subject.reader, subject.analyzer, work) == expected
