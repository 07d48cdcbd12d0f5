"""The JSON API: what the command line prints with ``--json``, over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from kbsearch.errors import KbsearchError
from kbsearch.json_form import SCHEMA_VERSION, post_json, result_json
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.web.parameters import MAX_LIMIT, SearchParameters, read_number, read_values

__all__ = ["Api", "error_json"]

_STATUS_SECONDS = 5.0  # gathering it walks the indexed folders


class Api:
    """Answers of the API as plain values; may be used by several threads at once."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._lock = threading.Lock()
        self._status: tuple[float, dict[str, Any]] | None = None

    def search(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """``/api/search``: as ``kbsearch query --json``.

        Raises:
            ParameterError, QueryError
        """
        return result_json(SearchParameters.read(pairs).search(self._kb))

    def posts(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """``/api/posts``: as ``kbsearch latest --json``.

        Raises:
            ParameterError
        """
        values = read_values(pairs, ("limit", "page"), ("category",))
        limit = read_number("limit", values.get("limit", "10"), MAX_LIMIT)
        page = read_number("page", values.get("page", "1"), 1_000_000)
        result = self._kb.latest(categories=values.get("category", ()), limit=limit, offset=(page - 1) * limit)
        return result_json(result)

    def post(self, id: str, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """``/api/posts/{id}``: as ``kbsearch show --json``.

        Raises:
            NotFoundError, ParameterError
        """
        read_values(pairs, (), ())
        return post_json(self._kb.get(id))

    def status(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """``/api/status``: as ``kbsearch status --json``, at most five seconds old."""
        read_values(pairs, (), ())
        with self._lock:
            now = time.monotonic()
            if self._status is None or now - self._status[0] > _STATUS_SECONDS:
                self._status = now, {"schema_version": SCHEMA_VERSION, **asdict(self._kb.status())}
            return self._status[1]


def error_json(error: KbsearchError) -> dict[str, Any]:
    """An error: its kind, what is wrong, where in the query (code points, or null), what to do (may be empty)."""
    return {
        "schema_version": SCHEMA_VERSION,
        "error": {
            "kind": type(error).__name__,
            "message": str(error),
            "position": getattr(error, "position", None),
            "hint": getattr(error, "hint", ""),
        },
    }
