"""Bounds on what one answer holds: an agent reads all of it, and a post may hold anything."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest
from typing import Any

__all__ = ["bounded", "bounded_facets", "bounded_hit"]

_MAX_TEXT = 300  # code points of a title, a tag, a heading …
_MAX_OF_KEY = {"id": 4_096, "path": 4_096, "excerpt": 2_000, "raw": 2_000, "parsed": 2_000, "description": 2_000}
_MAX_LIST = 100
_MAX_FACETS = 50


def bounded(value: Any, most: int = _MAX_TEXT) -> Any:
    """The JSON value with long strings cut (they end in ``…`` then) and long lists shortened."""
    if isinstance(value, str):
        return value if len(value) <= most else value[: most - 1] + "…"
    if isinstance(value, Mapping):
        return {key: bounded(inner, _MAX_OF_KEY.get(key, _MAX_TEXT)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [bounded(inner) for inner in value[:_MAX_LIST]]
    return value


def bounded_hit(form: Mapping[str, Any]) -> dict[str, Any]:
    """A hit's JSON form, bounded; a cut excerpt has only the ranges that lie in what is left."""
    kept: dict[str, Any] = bounded(form)
    end = len(kept["excerpt"]) - (kept["excerpt"] != form["excerpt"])
    kept["ranges"] = [pair for pair in kept["ranges"] if pair[1] <= end]
    return kept


def bounded_facets(facets: Mapping[str, Mapping[str, int]]) -> tuple[dict[str, dict[str, int]], list[str]]:
    """The most frequent values of each facet, and a warning for each that has more."""
    kept: dict[str, dict[str, int]] = {}
    warnings: list[str] = []
    for name, counts in facets.items():
        if len(counts) > _MAX_FACETS:
            warnings.append(f"facets: only the {_MAX_FACETS} most frequent of {len(counts):,} values of {name}")
            counts = dict(nlargest(_MAX_FACETS, counts.items(), key=lambda pair: pair[1]))
        kept[name] = {bounded(value): count for value, count in counts.items()}
    return kept, warnings
