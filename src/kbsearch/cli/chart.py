"""Posts over time as a chart in a terminal: columns for all, and below them a row for each category.

Heights are drawn in eighths of a row, with the block elements of Unicode; labels may be of any width.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from kbsearch.cli.terminal import columns, paint, safe, truncate
from kbsearch.language import tn
from kbsearch.timeline import Period, Timeline, timeline

__all__ = ["grouped", "labelled_years", "period_said", "terminal_chart"]

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 6  # rows of the columns
_MAX_LABEL = 28
_WIDEST_CELL = 3  # columns of a period, the gap after it included
_MIN_CELLS = 12
_MIN_LABEL = 6  # columns from one year's label to the next
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 500)


def grouped(months: Mapping[str, Mapping[str, int]], rows: int, rest: str) -> dict[str, dict[str, int]]:
    """The months with at most so many categories: those below one folder together, then the smallest as ``rest``."""
    names = {name for counts in months.values() for name in counts}
    if len(names) > rows:
        months = {month: _renamed(counts, {n: n.partition("/")[0] for n in names}) for month, counts in months.items()}
    totals: Counter[str] = Counter()
    for counts in months.values():
        totals.update(counts)
    if len(totals) <= rows:
        return {month: dict(counts) for month, counts in months.items()}
    kept = {name for name, _ in sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[: rows - 1]}
    names_after = {name: name if name in kept else rest for name in totals}
    return {month: _renamed(counts, names_after) for month, counts in months.items()}


def terminal_chart(
    months: Mapping[str, Mapping[str, int]], *, width: int, unnamed: str, rest: str, colour: bool
) -> list[str]:
    """The lines of the chart, none wider than ``width`` columns (40 at the least).

    Args:
        months: number of posts by month (``2024-03``), then by category.
        width: columns there are.
        unnamed: what to call the posts without a category.
        rest: the name that :func:`grouped` gave to the smallest categories; it comes last.
        colour: paint it.
    """
    totals: Counter[str] = Counter()
    for counts in months.values():
        totals.update(counts)
    if not totals:
        return []
    order = sorted(totals, key=lambda name: (name == rest, -totals[name], name))
    labels = {name: truncate(safe(name) or unnamed, min(_MAX_LABEL, width // 3)) for name in order}
    digits = len(f"{max(totals.values()):,}")
    margin = max(map(columns, labels.values())) + 2 + digits + 2
    line = timeline(months, max(width - margin, _MIN_CELLS))
    cell = max(1, min((width - margin) // len(line.periods), _WIDEST_CELL))
    lines = [" " * margin + paint(truncate(period_said(line.months), width - margin), "dim", colour=colour)]
    lines += _columns(line, margin, cell, colour=colour)
    lines += [*_axis(line, margin, cell, width, colour=colour), ""]
    most = max(max(period.counts.values(), default=0) for period in line.periods)
    for name in order:
        label = labels[name] + " " * (margin - 4 - digits - columns(labels[name]))
        bars = "".join(_cell(_block(period.counts.get(name, 0), most), cell) for period in line.periods)
        lines.append(f"{label}  {totals[name]:{digits},}  {paint(bars.rstrip(), 'blue', colour=colour)}".rstrip())
    return lines


def period_said(months: int) -> str:
    """What a column of the chart stands for."""
    if months < 12:
        return tn("each column: a month", "each column: {count} months", months)
    return tn("each column: a year", "each column: {count} years", months // 12)


def _columns(line: Timeline, margin: int, cell: int, *, colour: bool) -> list[str]:
    """The columns of all posts, from the top row down, with a scale at their left."""
    highest = max(period.total for period in line.periods)
    lines = []
    for row in range(_HEIGHT - 1, -1, -1):
        bars = "".join(_cell(_eighth(period, highest, row), cell) for period in line.periods).rstrip()
        at_row = highest * (row + 1) / _HEIGHT
        scale = f"{at_row:,.0f} ┤" if row in (_HEIGHT - 1, _HEIGHT // 2 - 1) and at_row == int(at_row) else "│"
        lines.append(f"{scale:>{margin}}{paint(bars, 'cyan', colour=colour)}")
    return lines


def _axis(line: Timeline, margin: int, cell: int, width: int, *, colour: bool) -> list[str]:
    """The line below the columns, with a tick and a label at the beginning of years at equal distances."""
    rule, labels = "─" * cell * len(line.periods), ""
    for place in labelled_years(line.periods, _MIN_LABEL / cell):
        at, year = place * cell, f"{line.periods[place].year:04}"
        if margin + at + len(year) <= width:
            labels = labels.ljust(at) + year
            rule = rule[:at] + "┬" + rule[at + 1 :]
    scale = f"{'0 ┼':>{margin}}"
    return [scale + rule, paint(" " * margin + labels, "dim", colour=colour)]


def labelled_years(periods: Sequence[Period], distance: float) -> list[int]:
    """The places where a label stands: at each new year, or each second, fifth … one, ``distance`` periods apart."""
    places = {each.year: place for place, each in reversed(list(enumerate(periods)))}
    for step in _YEAR_STEPS:
        chosen = [place for year, place in sorted(places.items()) if year % step == 0]
        if all(after - before >= distance for before, after in pairwise(chosen)):
            return chosen
    return chosen[:1]


def _eighth(period: Period, highest: int, row: int) -> str:
    """What stands in a row (from 0 at the bottom) of a period's column; a post shows, however few there are."""
    eighths = max(round(period.total * _HEIGHT * 8 / highest), 1) if period.total else 0
    return _EIGHTHS[min(max(eighths - row * 8, 0), 8)]


def _block(count: int, most: int) -> str:
    return _EIGHTHS[max(round(count * 8 / most), 1)] if count else " "


def _cell(char: str, width: int) -> str:
    """A period's part of a row: as wide as there is room, with a gap where it is wider than one column."""
    return char if width == 1 else char * (width - 1) + " "


def _renamed(counts: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    renamed: Counter[str] = Counter()
    for name, count in counts.items():
        renamed[names[name]] += count
    return dict(renamed)
