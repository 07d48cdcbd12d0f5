"""Counts by month are the same from every engine."""

from __future__ import annotations

from collections import Counter

import pytest
from contract_cases import NODES

from kbsearch.engines.base import SearchRequest
from kbsearch.months import MOST_YEARS, count_months
from kbsearch.query.plan import Range


@pytest.mark.parametrize("first", [None, 2021])
@pytest.mark.parametrize("name", sorted(NODES))
def test_months_are_counted(worn, name, first):
    """Each month with posts that match, in order; nothing if these lie too many years apart."""
    years = None if first is None else Range("date", first * 10**10, (first + MOST_YEARS) * 10**10 - 1)
    matched = set(worn.oracle.matches(NODES[name]))
    if years is not None:
        matched &= set(worn.oracle.matches(years))
    dates = [date for key in matched if (date := worn.oracle.posts[key].numbers.get("date")) is not None]
    months = count_months(worn.reader, SearchRequest(NODES[name], filter=years))
    if dates and max(dates) // 10**10 - min(dates) // 10**10 >= MOST_YEARS:
        assert months is None
    else:
        counts = Counter(f"{date // 10**10}-{date // 10**8 % 100:02}" for date in dates)
        assert months == dict(counts)
        assert list(months) == sorted(months)
