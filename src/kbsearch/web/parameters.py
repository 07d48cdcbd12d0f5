"""The parameters of a search in an address: those of ``kbsearch query``, read strictly and written back.

``q`` is the query; ``category`` and ``tag`` may come several times; ``since``, ``until``, ``sort``, ``limit``, ``page``
and ``facets`` are the command's options. A parameter that is not known, or comes twice, is an error, so that a
misspelt one never goes unnoticed. An empty value means the same as none, for forms send empty fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from kbsearch.engines.base import Sort
from kbsearch.errors import InputError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message
from kbsearch.model import SearchResult

__all__ = ["MAX_LIMIT", "SORTS", "ParameterError", "SearchParameters", "read_values"]

SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
MAX_LIMIT = 1_000
_MAX_PAGE = 1_000_000
_MAX_VALUES = 50  # of a parameter that may be repeated
_PERIOD = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
FACETS = ("category", "tag", "year")


class ParameterError(InputError):
    """A parameter of a request is not known or has a value that it cannot have."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def read_values(pairs: Iterable[tuple[str, str]], single: tuple[str, ...], many: tuple[str, ...]) -> Mapping[str, Any]:
    """Parameters by name: text for ``single`` ones, lists for ``many``; those not given are left out.

    Raises:
        ParameterError: one is not known, or comes too often.
    """
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name in many:
            if value and value not in values.setdefault(name, []):
                values[name].append(value)
            if len(values.get(name, ())) > _MAX_VALUES:
                raise ParameterError(
                    message("the parameter {name!r} comes more than {count} times", name=name, count=_MAX_VALUES)
                )
        elif name not in single:
            raise ParameterError(
                message("unknown parameter {name!r}", name=name[:80]),
                message("known ones: {names}", names=", ".join((*single, *many))),
            )
        elif name in values:
            raise ParameterError(message("the parameter {name!r} comes twice", name=name))
        else:
            values[name] = value
    return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """What to search and which page of it; ``limit`` 0 stands for the caller's default."""

    q: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    sort: Sort = "relevance"
    limit: int = 0
    page: int = 1
    facets: bool = False

    @classmethod
    def read(cls, pairs: Iterable[tuple[str, str]]) -> SearchParameters:
        """Read the pairs of an address's query string.

        Raises:
            ParameterError: a parameter is not known, comes twice, or has a value that it cannot have.
        """
        single = ("q", "since", "until", "sort", "limit", "page", "facets")
        values = read_values(pairs, single, ("category", "tag"))
        sort = values.get("sort", "relevance")
        if sort not in SORTS:
            raise _impossible("sort", sort, message("one of: {names}", names=", ".join(SORTS)))
        facets = values.get("facets", "0")
        if facets not in _FLAGS:
            raise _impossible("facets", facets, message("1 or 0"))
        return cls(
            q=values.get("q", ""),
            categories=tuple(values.get("category", ())),
            tags=tuple(values.get("tag", ())),
            since=values.get("since", ""),
            until=values.get("until", ""),
            sort=sort,
            limit=read_number("limit", values.get("limit", "0"), MAX_LIMIT) if "limit" in values else 0,
            page=read_number("page", values.get("page", "1"), _MAX_PAGE),
            facets=_FLAGS[facets],
        )

    def search(
        self, kb: KnowledgeBase, *, default_limit: int = 10, facets: tuple[str, ...] | None = None
    ) -> SearchResult:
        """Carry the search out.

        Raises:
            QueryError: the query or a date cannot be understood.
        """
        limit = self.limit or default_limit
        return kb.search(
            self.q,
            categories=self.categories,
            tags=self.tags,
            since=self.since or None,
            until=self.until or None,
            sort=self.sort,
            limit=limit,
            offset=(self.page - 1) * limit,
            facets=(FACETS if self.facets else ()) if facets is None else facets,
        )

    @property
    def period(self) -> str:
        """The year or month (``2024``, ``2024-03``) that the dates amount to, if they amount to one."""
        return self.since if self.since == self.until and _PERIOD.fullmatch(self.since) else ""

    @property
    def filtered(self) -> bool:
        """Whether anything but the query narrows the search."""
        return bool(self.categories or self.tags or self.since or self.until)

    def with_category(self, name: str) -> SearchParameters:
        """The category chosen, or let go if it was."""
        return replace(self, categories=_toggled(self.categories, name), page=1)

    def with_tag(self, name: str) -> SearchParameters:
        """The tag chosen, or let go if it was."""
        return replace(self, tags=_toggled(self.tags, name), page=1)

    def with_period(self, period: str, around: str = "") -> SearchParameters:
        """Only this year or month; if it was this one, the year ``around`` it, or any."""
        value = around if self.period == period else period
        return replace(self, since=value, until=value, page=1)

    def without_dates(self) -> SearchParameters:
        """Any date."""
        return replace(self, since="", until="", page=1)

    def without_filters(self) -> SearchParameters:
        """Only the query."""
        return SearchParameters(q=self.q, sort=self.sort, limit=self.limit)

    def with_sort(self, sort: Sort) -> SearchParameters:
        """Another order."""
        return replace(self, sort=sort, page=1)

    def with_query(self, q: str) -> SearchParameters:
        """Another query, with the same filters."""
        return replace(self, q=q, page=1)

    def at_page(self, page: int) -> SearchParameters:
        """Another page."""
        return replace(self, page=page)

    def pairs(self) -> list[tuple[str, str]]:
        """As they stand in an address, without what is the default."""
        found = [("q", self.q)]
        found += [("category", name) for name in self.categories]
        found += [("tag", name) for name in self.tags]
        found += [("since", self.since), ("until", self.until)]
        found.append(("sort", self.sort if self.sort != "relevance" else ""))
        found.append(("limit", str(self.limit) if self.limit else ""))
        found.append(("page", str(self.page) if self.page > 1 else ""))
        return [(name, value) for name, value in found if value]

    def address(self, path: str = "/search") -> str:
        """The address of this search."""
        query = urlencode(self.pairs(), quote_via=quote, errors="replace")
        return f"{path}?{query}" if query else path


def read_number(name: str, text: str, most: int) -> int:
    """A number from 1 to ``most``.

    Raises:
        ParameterError: it is not one.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most):
        raise _impossible(name, text, message("a number from 1 to {most:,}", most=most))
    return int(text)


def _impossible(name: str, value: str, hint: str) -> ParameterError:
    return ParameterError(message("{name} cannot be {value!r}", name=name, value=value[:80]), hint)


def _toggled(values: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != name) if name in values else (*values, name)
