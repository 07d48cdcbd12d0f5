"""The bar chart of hits over the years, as values that the template writes into an SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kbsearch.web.parameters import SearchParameters

__all__ = ["Bar", "Chart", "year_chart"]

_HEIGHT = 46.0  # of the highest bar, in units of the drawing
_WIDTH = 260.0
_MAX_YEARS = 40  # the latest ones


@dataclass(frozen=True, slots=True)
class Bar:
    """A year's bar: its place and size, what it says, and the search that a click leads to."""

    year: str
    count: int
    x: float
    y: float
    width: float
    height: float
    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from the first year to the last, years without hits included."""

    bars: tuple[Bar, ...]
    width: float = _WIDTH
    height: float = _HEIGHT


def year_chart(counts: Mapping[str, int], parameters: SearchParameters) -> Chart | None:
    """The chart; ``None`` if hits lie in fewer than two years."""
    years = sorted(int(year) for year in counts if year.isdecimal() and len(year) == 4)[-_MAX_YEARS:]
    if len(years) < 2:
        return None
    first = max(years[0], years[-1] - _MAX_YEARS + 1)
    span = range(first, years[-1] + 1)
    most = max(counts[str(year)] for year in years if year >= first)
    step = _WIDTH / len(span)
    every = max(1, -(-len(span) * 30 // int(_WIDTH)))  # a label takes about 30 units
    bars = []
    for place, year in enumerate(span):
        name = f"{year:04}"
        count = counts.get(name, 0)
        height = max(_HEIGHT * count / most, 2.0) if count else 0.0
        gap = min(step * 0.18, 4.0)
        label = name if (len(span) - 1 - place) % every == 0 else ""
        bars.append(
            Bar(
                name,
                count,
                round(place * step + gap / 2, 2),
                round(_HEIGHT - height, 2),
                round(step - gap, 2),
                round(height, 2),
                label,
                parameters.with_year(name).address(),
                parameters.year == name,
            )
        )
    return Chart(tuple(bars))
