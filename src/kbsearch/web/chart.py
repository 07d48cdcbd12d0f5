"""The bar charts of hits over years and months, as values that the template writes into an SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kbsearch.web.parameters import SearchParameters

__all__ = ["Bar", "Chart", "month_chart", "year_chart"]

_HEIGHT = 46.0  # of the highest bar, in units of the drawing
_WIDTH = 260.0
_MAX_YEARS = 40  # the latest ones
_YEAR_LABEL, _MONTH_LABEL = 30.0, 16.0  # room that a label takes
_DIGIT = 6.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A year's or month's bar: its place and size, the label below it and where its middle lies, and the search that a
    click leads to.
    """

    name: str
    count: int
    x: float
    y: float
    width: float
    height: float
    label: str
    label_x: float
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the first period to the last, those without hits included."""

    by: Literal["year", "month"]
    bars: tuple[Bar, ...]
    width: float = _WIDTH
    height: float = _HEIGHT


def year_chart(counts: Mapping[str, int], parameters: SearchParameters) -> Chart | None:
    """A bar a year; ``None`` if hits lie in fewer than two years. The year of a chosen month is marked too."""
    years = sorted(int(year) for year in counts if year.isdecimal() and len(year) == 4)
    if len(years) < 2:
        return None
    span = range(max(years[0], years[-1] - _MAX_YEARS + 1), years[-1] + 1)
    names = [f"{year:04}" for year in span]
    every = -(-len(names) * _YEAR_LABEL // _WIDTH)
    labels = [name if (len(names) - 1 - place) % every == 0 else "" for place, name in enumerate(names)]
    chosen = parameters.period[:4]
    return Chart("year", _bars(names, counts, labels, chosen, lambda name: parameters.with_period(name)))


def month_chart(counts: Mapping[str, int], parameters: SearchParameters, *, within: str = "") -> Chart | None:
    """A bar a month; ``None`` if hits lie in fewer than two months.

    Args:
        counts: hits by month (``2024-03``).
        parameters: the search at hand.
        within: the year that is left when the chosen month is let go; any if empty.
    """
    if len(counts) < 2:
        return None
    first, last = _number(min(counts)), _number(max(counts))
    names = [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
    follow = parameters.with_period
    return Chart("month", _bars(names, counts, _labels(names), parameters.period, lambda name: follow(name, within)))


def _bars(
    names: Sequence[str],
    counts: Mapping[str, int],
    labels: Iterable[str],
    chosen: str,
    choose: Callable[[str], SearchParameters],
) -> tuple[Bar, ...]:
    most = max(counts.get(name, 0) for name in names)
    step = _WIDTH / len(names)
    gap = min(step * 0.18, 4.0)
    bars = []
    for place, (name, label) in enumerate(zip(names, labels, strict=True)):
        count = counts.get(name, 0)
        height = max(_HEIGHT * count / most, 2.0) if count else 0.0
        x, y, width, height, middle = (
            round(value, 2)
            for value in (place * step + gap / 2, _HEIGHT - height, step - gap, height, _middle(place, step, label))
        )
        bars.append(Bar(name, count, x, y, width, height, label, middle, choose(name).address(), name == chosen))
    return tuple(bars)


def _labels(names: Sequence[str]) -> list[str]:
    """The year below each January, or below the first month if no January is near; numbers of months where there is
    room.
    """
    step = _WIDTH / len(names)
    labels = [""] * len(names)
    taken: list[tuple[float, float]] = []  # middle of each label and the room it takes

    def put(place: int, label: str, room: float) -> None:
        middle = _middle(place, step, label)
        if all(abs(middle - other) >= (room + theirs) / 2 for other, theirs in taken):
            labels[place] = label
            taken.append((middle, room))

    for place, name in enumerate(names):
        if name.endswith("-01"):
            put(place, name[:4], _YEAR_LABEL)
    put(0, names[0][:4], _YEAR_LABEL)
    every = 1 if step >= _MONTH_LABEL else 3
    if every * step >= _MONTH_LABEL:
        for place, name in enumerate(names):
            if (int(name[5:]) - 1) % every == 0:
                put(place, str(int(name[5:])), _MONTH_LABEL)
    return labels


def _middle(place: int, step: float, label: str) -> float:
    """Where the middle of a bar's label lies: at the edges, labels may be wider than bars."""
    half = len(label) * _DIGIT / 2
    return min(max((place + 0.5) * step, half), _WIDTH - half)


def _number(month: str) -> int:
    """Months since the year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1
