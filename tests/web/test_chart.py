"""The charts of hits over time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kbsearch import KnowledgeBase, Post
from kbsearch.web import create_app
from kbsearch.web.chart import month_chart, year_chart
from kbsearch.web.parameters import SearchParameters

DIGIT = 5.8  # units of the drawing
DATES = ["2023-11-30", "2024-01-05", "2024-01-31", "2024-03-01", "2024-03-02", "2024-03-31", "2025-12-31"]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Posts of three years, and one without a date."""
    with KnowledgeBase(tmp_path_factory.mktemp("few") / "index") as kb:
        posts = [Post(id=f"{n}.md", title=date, text="emu", date=_at(date)) for n, date in enumerate(DATES)]
        kb.add([*posts, Post(id="undated.md", title="undated", text="emu")])
        with TestClient(create_app(kb), base_url="http://localhost:8000") as client:
            yield client


def _at(date: str) -> dt.datetime:
    return dt.datetime.fromisoformat(date)


def _bars(page: str) -> dict[str, tuple[int, str]]:
    """Each bar's count and address, by its name."""
    found = re.findall(r'<a href="([^"]*)" aria-label="([\d-]+): (\d+) posts?"', page)
    return {name: (int(count), unescape(href)) for href, name, count in found}


def _total(page: str) -> int:
    match = re.search(r"<b>(\d+) posts?</b>", page)
    assert match is not None
    return int(match[1])


def test_hits_of_few_years_are_counted_by_month(few: TestClient) -> None:
    """One bar a month that has any, with its number; following it shows just these; the same bar lets go."""
    page = few.get("/search?q=emu").text
    bars = _bars(page)
    assert {name: count for name, (count, _) in bars.items()} == {
        "2023-11": 1,
        "2024-01": 2,
        "2024-03": 3,
        "2025-12": 1,
    }
    assert "Hits by month" in page and "style=" not in page
    for name, (count, href) in bars.items():
        chosen = few.get(href).text
        assert _total(chosen) == count
        assert _bars(chosen).keys() == bars.keys()  # counted as if no month were chosen
        assert 'class="chosen" aria-current="true"' in chosen
        assert _bars(chosen)[name][1] == "/search?q=emu"


def test_a_chosen_year_is_counted_by_month(client: TestClient, kb: KnowledgeBase) -> None:
    """Where there are many years, below them; a month let go leaves its year."""
    counts = kb.search("", since="2020", until="2020", facets=("month",)).facets["month"]
    assert len(counts) > 1
    bars = _bars(client.get("/search?since=2020&until=2020").text)
    assert {name: count for name, (count, _) in bars.items() if len(name) == 7} == counts
    assert "2018" in bars and "2023" in bars
    month = next(iter(counts))
    chosen = client.get(bars[month][1]).text
    assert _total(chosen) == counts[month]
    assert _bars(chosen)[month][1] == "/search?since=2020&until=2020"
    assert _bars(chosen).keys() == bars.keys()


def test_months_are_left_out_where_there_are_many_years(kb: KnowledgeBase) -> None:
    """A facet that was asked for and is not there says: too many."""
    facets = kb.search("", facets=("year", "month")).facets
    assert len(facets["year"]) > 3 and "month" not in facets


def test_months_follow_the_search(few: TestClient, tmp_path: Path) -> None:
    """Its filters, its order by date (which may ask for all words), and nothing found."""
    with KnowledgeBase(tmp_path / "index") as kb:
        texts = ("emu quokka", "emu", "quokka", "emu quokka")
        posts = [
            Post(id=f"{n}.md", title="x", text=text, date=_at(f"2024-0{n + 1}-01"), tags=("t",) * (n % 2))
            for n, text in enumerate(texts)
        ]
        kb.add(posts)
        everything = kb.search("emu quokka", facets=("month",))
        assert everything.facets["month"] == {f"2024-0{n}": 1 for n in (1, 2, 3, 4)}
        newest = kb.search("emu quokka", sort="newest", facets=("month",))
        assert newest.total == 2 and newest.facets["month"] == {"2024-01": 1, "2024-04": 1}
        tagged = kb.search("emu quokka", tags=["t"], until="2024-03", facets=("month",))
        assert tagged.facets["month"] == {"2024-02": 1}
        assert kb.search("nothing-of-that-name", facets=("month",)).facets["month"] == {}


MONTHS = st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31)).flatmap(
    lambda first: st.dictionaries(
        st.integers(0, 35).map(lambda n: f"{(first.year * 12 + n) // 12 % 10_000:04}-{n % 12 + 1:02}"),
        st.integers(1, 10**6),
        min_size=2,
    )
)


@given(MONTHS.filter(lambda counts: int(max(counts)[:4]) - int(min(counts)[:4]) < 4))
def test_bars_stay_within_the_drawing(counts: dict[str, int]) -> None:
    """None overlaps another, the highest is as high as the drawing, labels have room, every count is there."""
    chart = month_chart(counts, SearchParameters(q="x"))
    assert chart is not None
    assert {bar.name: bar.count for bar in chart.bars if bar.count} == counts
    end = 0.0
    for bar in chart.bars:
        assert bar.x >= end - 0.01 and bar.y >= 0 and bar.y + bar.height == pytest.approx(chart.height)
        end = bar.x + bar.width
    assert end <= chart.width
    assert max(bar.height for bar in chart.bars) == chart.height
    labelled = [bar for bar in chart.bars if bar.label]
    assert any(len(bar.label) == 4 for bar in labelled)
    for bar, following in zip(labelled, labelled[1:], strict=False):
        assert following.label_x - bar.label_x >= (len(bar.label) + len(following.label)) / 2 * DIGIT
    assert labelled[0].label_x >= len(labelled[0].label) / 2 * DIGIT
    assert labelled[-1].label_x <= chart.width - len(labelled[-1].label) / 2 * DIGIT


def test_one_period_is_no_chart() -> None:
    """It would say nothing."""
    assert month_chart({"2024-01": 5}, SearchParameters()) is None
    assert month_chart({}, SearchParameters()) is None
    assert year_chart({"2024": 5}, SearchParameters()) is None
