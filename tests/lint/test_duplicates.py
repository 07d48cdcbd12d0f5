"""Near-duplicates: found if they are, and only then, in linear time."""

from __future__ import annotations

import random
from collections.abc import Callable

from cpu_time import assert_growth
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.lint.duplicates import Duplicate, DuplicateFinder

HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 2000)))


def text(seed: int, letters: int = 1500) -> str:
    return "".join(random.Random(seed).choices(HAN, k=letters))


def found(texts: list[str]) -> list[Duplicate]:
    finder = DuplicateFinder()
    for number, each in enumerate(texts):
        finder.add(number, each)
    return finder.duplicates(lambda number: texts[number])


def test_same_and_nearly_same() -> None:
    """A copy, a copy with marks and spaces changed, and one with a few words changed are found, with the share."""
    own = text(1)
    edited = own[:300] + "改了几个字" + own[306:900] + own[910:]
    pairs = found([own, text(2), own, "，".join(own[i : i + 20] for i in range(0, 1500, 20)), text(3), edited])
    assert {(pair.first, pair.second) for pair in pairs} >= {(0, 2), (2, 3)}
    assert any(5 in pair[:2] and 0.85 <= pair.share < 1 for pair in pairs)
    assert not any({1, 4} & set(pair[:2]) for pair in pairs)


def test_one_inside_the_other() -> None:
    """A post that holds all of another and a little more is found."""
    own = text(4)
    assert found([own, own + text(5, 500)]) == [Duplicate(0, 1, 1.0)]
    assert found([own, own + text(5, 5000)]) == []


def test_templates_are_no_duplicates() -> None:
    """Short pages of one pattern that differ in a few words are two things, and stubs are nothing."""
    page = text(6, 300)
    assert found([page, page[:100] + text(7, 20) + page[120:]]) == []
    assert found(["待写", "待写", "", ""]) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(), max_size=6))
def test_any_text(texts: list[str]) -> None:
    """Any texts are taken; what is found are pairs in order, of texts that share most of their letters."""
    for pair in found(texts):
        assert pair.first < pair.second and 0.6 <= pair.share <= 1


def test_time_is_linear() -> None:
    """Four times as many posts of one template take four times as long, not sixteen times."""

    def work(count: int) -> Callable[[], object]:
        shared = text(8, 400)
        texts = [shared + text(number, 30) for number in range(count)]
        return lambda: found(texts)

    assert_growth(work, 300, 1200, at_most=9)
