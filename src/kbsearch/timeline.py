"""Months put together into as many periods as a chart has room for: months, quarters, half years, years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Period", "Timeline", "timeline"]

_SIZES = (1, 3, 6, 12)  # months of a period; then multiples of a year


class Period(NamedTuple):
    """A period: its year; its name, as 2024-03, 2024 Q1, 2024 H1, 2024 or 2020–2024; its posts by category."""

    year: int
    name: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Number of posts."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Timeline:
    """Periods of equal length without gaps, the first and the last with posts in them; ``months`` of each."""

    months: int
    periods: tuple[Period, ...]


def timeline(months: Mapping[str, Mapping[str, int]], most: int) -> Timeline:
    """Gather months into at most ``most`` periods (1 at the least), as short as that allows.

    Args:
        months: number of posts by month (``2024-03``), then by category.
        most: the room there is.
    """
    if not months:
        return Timeline(1, ())
    numbers = {int(month[:4]) * 12 + int(month[5:]) - 1: counts for month, counts in months.items()}
    first, last = min(numbers), max(numbers)
    size = next((size for size in _SIZES if last // size - first // size < most), 0)
    while not size or last // size - first // size >= most:
        size = size + 12 if size >= 12 else 24
    counted: dict[int, Counter[str]] = {place: Counter() for place in range(first // size, last // size + 1)}
    for number, counts in numbers.items():
        counted[number // size].update(counts)
    return Timeline(
        size, tuple(Period(place * size // 12, _name(place, size), counts) for place, counts in counted.items())
    )


def _name(place: int, size: int) -> str:
    year, month = divmod(place * size, 12)
    if size == 1:
        return f"{year:04}-{month + 1:02}"
    if size < 12:
        return f"{year:04} {'Q' if size == 3 else 'H'}{month // size + 1}"
    return f"{year:04}" if size == 12 else f"{year:04}–{year + size // 12 - 1:04}"
