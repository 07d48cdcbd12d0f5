"""An index in figures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kbsearch import KnowledgeBase, Post
from kbsearch.timeline import timeline

TEXT = """# 标题 One

两个词 two words，`inline code`，公式 $x + y$。[站](https://e.example/) [二](b.md) [无](gone.md)

```python
def f():
    return "不算"
```

| a | b |
| - | - |
| 一 | 2 |
"""


def test_counts(tmp_path: Path) -> None:
    """Words and Han characters of the prose, code, formulas, tables, links, tags, categories and months are counted."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add(
            [
                Post(id="a.md", text=TEXT, category="X/Y", date=dt.date(2024, 3, 5), tags=("t", "u")),
                Post(id="b.md", text="三个字", date=dt.datetime(2024, 3, 31, 23, 59), tags=("t",)),
                Post(id="c.md", text="无", category="X/Y"),
            ]
        )
        found = kb.statistics()
    assert (found.posts, found.undated) == (3, 1)
    assert (found.first, found.last) == (dt.date(2024, 3, 5), dt.date(2024, 3, 31))
    assert found.months == {"2024-03": {"": 1, "X/Y": 1}}
    assert found.categories == {"X/Y": 2, "": 1}
    assert found.tags == {"t": 2, "u": 1}
    assert (found.code_blocks, found.code_lines, dict(found.languages)) == (1, 2, {"python": 1})
    assert (found.formulas, found.tables) == (1, 1)
    assert found.links == {"external": 1, "missing": 1, "post": 1}
    assert found.han == len("标题两个词公式站二无一三个字无")
    assert found.words == len("One two words inline code a b 2".split())


def test_an_empty_index(tmp_path: Path) -> None:
    """An index without posts has figures, too: zeros."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add([])
        found = kb.statistics()
    assert (found.posts, found.first, found.months, found.words) == (0, None, {}, 0)


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 9999), st.integers(1, 12)).map(lambda pair: f"{pair[0]:04}-{pair[1]:02}"),
        st.dictionaries(st.sampled_from("abc"), st.integers(1, 9), min_size=1),
        max_size=8,
    ),
    st.integers(1, 80),
)
def test_timeline(months: dict[str, dict[str, int]], most: int) -> None:
    """Every post is in one period; periods are no more than asked for, without gaps, posts in the first and the last."""
    line = timeline(months, most)
    assert len(line.periods) <= most
    assert sum(period.total for period in line.periods) == sum(sum(counts.values()) for counts in months.values())
    if months:
        assert line.periods[0].total and line.periods[-1].total
    assert len({period.name for period in line.periods}) == len(line.periods)


def test_names_of_periods() -> None:
    """Periods are as short as there is room for, and named for what they are."""
    months = {"2023-12": {"": 1}, "2024-05": {"": 2}}
    names = {most: [period.name for period in timeline(months, most).periods] for most in (6, 3, 2, 1)}
    assert names[6] == ["2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
    assert names[3] == ["2023 Q4", "2024 Q1", "2024 Q2"]
    assert names[2] == ["2023 H2", "2024 H1"]
    assert len(names[1]) == 1 and "–" in names[1][0]
