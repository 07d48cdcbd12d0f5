"""JSON Schemas (draft 2020-12) of the public JSON form that ``json_form.py`` writes.

Shared by the web API's OpenAPI document and the agents' tools. Keys that these schemas do not name may be added.
"""

from __future__ import annotations

from typing import Any

from kbsearch.json_form import SCHEMA_VERSION

__all__ = ["COUNT", "DATE", "HIT", "POST", "STATUS", "TEXT", "TEXTS", "object_schema", "search_result"]

TEXT: dict[str, Any] = {"type": "string"}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
DATE: dict[str, Any] = {"type": ["string", "null"], "description": "ISO 8601, with the time of day if it is known."}

_VERSION = {"type": "integer", "const": SCHEMA_VERSION}
_COUNTS = {"type": "object", "additionalProperties": COUNT}


def object_schema(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object with these properties, all required but the ``optional`` ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


HIT = object_schema(
    {
        "id": TEXT,
        "path": TEXT,
        "title": TEXT,
        "score": {"type": "number"},
        "category": TEXT,
        "tags": TEXTS,
        "date": DATE,
        "updated": DATE,
        "section": object_schema({"title": TEXT, "breadcrumb": TEXTS, "anchor": TEXT}),
        "line_start": COUNT,
        "line_end": COUNT,
        "excerpt": TEXT,
        "ranges": {"type": "array", "items": {"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}},
        "match": {"type": "string", "enum": ["all", "some", "phrase", "substring", "synonym", "corrected"]},
        "evidence": TEXT,
        "sources": TEXTS,
    },
    ("evidence", "sources"),
)

POST = object_schema(
    {
        "schema_version": _VERSION,
        **{name: TEXT for name in ("id", "path", "title", "category", "slug", "description", "text")},
        **{name: TEXTS for name in ("tags", "aliases", "sources")},
        "date": DATE,
        "updated": DATE,
        "draft": {"type": "boolean"},
        "line": COUNT,
    }
)

STATUS = object_schema(
    {
        "schema_version": _VERSION,
        **{name: COUNT for name in ("posts", "terms", "bytes")},
        "engine": TEXT,
        "updated": TEXT,
        "roots": TEXTS,
        "stale": TEXTS,
        "fields": _COUNTS,
    }
)


def search_result(hit: dict[str, Any]) -> dict[str, Any]:
    """A search's answer, with hits of this schema: :data:`HIT` or a reference to it."""
    correction = object_schema({"text": TEXT, "kind": TEXT, "applied": {"type": "boolean"}})
    corrections = {"type": "array", "items": correction}
    return object_schema(
        {
            "schema_version": _VERSION,
            "query": object_schema({"raw": TEXT, "parsed": TEXT, "corrections": corrections}),
            "total": COUNT,
            "took_ms": {"type": "number"},
            "facets": {"type": "object", "additionalProperties": _COUNTS},
            "warnings": TEXTS,
            "results": {"type": "array", "items": hit},
        }
    )
