"""Filters given beside the query: categories, tags and dates, as a plan that narrows without scoring."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from kbsearch.engines.base import Reader
from kbsearch.language import message
from kbsearch.query.expansion import Expander
from kbsearch.query.plan import And, Node, Or, Range
from kbsearch.stored import encode_date

__all__ = ["Filters", "PlannedFilters"]

_END_OF_DAY = 235959


class PlannedFilters(NamedTuple):
    """The plan (``None``: no filter), and what to tell the user."""

    node: Node | None
    warnings: tuple[str, ...]


class Filters(NamedTuple):
    """Any of the categories, all of the tags, dates from ``since`` to the end of ``until``."""

    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str | dt.date | None = None
    until: str | dt.date | None = None

    def plan(self, reader: Reader) -> PlannedFilters:
        """Resolve names against the index.

        Raises:
            QueryError: a date cannot be understood.
        """
        expander = Expander(reader)
        warnings: list[str] = []
        parts: list[Node] = []

        def named(field: Literal["category", "tag"], value: str) -> Node:
            found = expander.keywords(field, value)
            if found is None:
                if field == "category":
                    text = message("no post has the category {value!r}; kbsearch categories lists them", value=value)
                else:
                    text = message("no post has the tag {value!r}; kbsearch tags lists them", value=value)
                warnings.append(text)
            return found if found is not None else Or(())

        if self.categories:
            parts.append(Or(tuple(named("category", value) for value in self.categories)))
        parts += [named("tag", value) for value in self.tags]
        low, high = _first_moment(self.since), _last_moment(self.until)
        if low is not None or high is not None:
            parts.append(Range("date", low, high))
        return PlannedFilters(And(tuple(parts)) if parts else None, tuple(warnings))


def _first_moment(value: str | dt.date | None) -> int | None:
    if isinstance(value, str):
        from kbsearch.query.dates import parse_since  # most searches have no dates

        return parse_since(value)
    return encode_date(value)


def _last_moment(value: str | dt.date | None) -> int | None:
    if isinstance(value, str):
        from kbsearch.query.dates import parse_until

        return parse_until(value)
    number = encode_date(value)
    return number + _END_OF_DAY if number is not None and not isinstance(value, dt.datetime) else number
