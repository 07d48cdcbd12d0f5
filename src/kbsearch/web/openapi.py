"""The OpenAPI document of the JSON API."""

from __future__ import annotations

from typing import Any

from kbsearch import __version__
from kbsearch.web.parameters import MAX_LIMIT, SORTS

__all__ = ["openapi_document"]

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_DATE: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}


def openapi_document() -> dict[str, Any]:
    """The document, as OpenAPI 3.1."""
    category = _parameter("category", _TEXTS, "Only posts in any of these categories, or below them.")
    limit = _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10}, "How many.")
    page = _parameter("page", {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1}, "Which page.")
    search = [
        _parameter("q", _TEXT, "The query, as for `kbsearch query`. An empty one finds every post."),
        category,
        _parameter("tag", _TEXTS, "Only posts that have all of these tags."),
        _parameter("since", _TEXT, "Only posts from this date on: 2024, 2024-03, 近三个月, last 30 days."),
        _parameter("until", _TEXT, "Only posts up to the end of this date."),
        _parameter("sort", {"type": "string", "enum": list(SORTS), "default": "relevance"}, "The order."),
        limit,
        page,
        _parameter(
            "facets", {"type": "string", "enum": ["1", "0", "true", "false"]}, "Also count per category, tag, year."
        ),
    ]
    id_in_path = {"name": "id", "in": "path", "required": True, "schema": _TEXT, "description": "May hold slashes."}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kbsearch",
            "version": __version__,
            "description": "Search posts. Offsets are in code points. A parameter that is not listed is an error.",
        },
        "paths": {
            "/api/search": {"get": _get("Search posts.", "SearchResult", search)},
            "/api/posts": {"get": _get("The latest posts.", "SearchResult", [category, limit, page])},
            "/api/posts/{id}": {"get": _get("A whole post.", "Post", [id_in_path], missing=True)},
            "/api/status": {"get": _get("What the index holds and whether it is fresh.", "Status", [])},
        },
        "components": {"schemas": _schemas()},
    }


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    form = {"name": name, "in": "query", "schema": schema, "description": description}
    return {**form, "style": "form", "explode": True} if schema is _TEXTS else form


def _get(summary: str, schema: str, parameters: list[dict[str, Any]], *, missing: bool = False) -> dict[str, Any]:
    codes = {"400": "The query or a parameter cannot be understood.", "503": "The index cannot be used."}
    if missing:
        codes["404"] = "There is no such post."
    return {
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", "content": _json(schema)},
            **{code: {"description": text, "content": _json("Error")} for code, text in codes.items()},
        },
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _schemas() -> dict[str, Any]:
    version = {"type": "integer", "const": 1}
    counts = {"type": "object", "additionalProperties": _COUNT}
    section = _object({"title": _TEXT, "breadcrumb": _TEXTS, "anchor": _TEXT})
    kinds = ["all", "some", "phrase", "substring", "synonym", "corrected"]
    pair = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}
    hit = _object(
        {
            "id": _TEXT,
            "path": _TEXT,
            "title": _TEXT,
            "score": {"type": "number"},
            "category": _TEXT,
            "tags": _TEXTS,
            "date": _DATE,
            "updated": _DATE,
            "section": section,
            "line_start": _COUNT,
            "line_end": _COUNT,
            "excerpt": _TEXT,
            "ranges": {"type": "array", "items": pair},
            "match": {"type": "string", "enum": kinds},
            "evidence": _TEXT,
            "sources": _TEXTS,
        },
        ("evidence", "sources"),
    )
    correction = _object({"text": _TEXT, "kind": _TEXT, "applied": {"type": "boolean"}})
    query = _object({"raw": _TEXT, "parsed": _TEXT, "corrections": {"type": "array", "items": correction}})
    return {
        "Hit": hit,
        "SearchResult": _object(
            {
                "schema_version": version,
                "query": query,
                "total": _COUNT,
                "took_ms": {"type": "number"},
                "facets": {"type": "object", "additionalProperties": counts},
                "warnings": _TEXTS,
                "results": {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}},
            }
        ),
        "Post": _object(
            {
                "schema_version": version,
                **{name: _TEXT for name in ("id", "path", "title", "category", "slug", "description", "text")},
                **{name: _TEXTS for name in ("tags", "aliases", "sources")},
                "date": {"type": ["string", "null"]},
                "updated": {"type": ["string", "null"]},
                "draft": {"type": "boolean"},
                "line": _COUNT,
            }
        ),
        "Status": _object(
            {
                "schema_version": version,
                "posts": _COUNT,
                "terms": _COUNT,
                "bytes": _COUNT,
                "engine": _TEXT,
                "updated": _TEXT,
                "roots": _TEXTS,
                "stale": _TEXTS,
                "fields": counts,
            }
        ),
        "Error": _object(
            {
                "schema_version": version,
                "error": _object(
                    {"kind": _TEXT, "message": _TEXT, "position": {"type": ["integer", "null"]}, "hint": _TEXT}
                ),
            }
        ),
    }
