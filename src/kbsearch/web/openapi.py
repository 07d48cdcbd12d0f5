"""The OpenAPI document of the JSON API."""

from __future__ import annotations

from typing import Any

from kbsearch import __version__
from kbsearch.json_form import SCHEMA_VERSION
from kbsearch.json_schema import HIT, POST, STATUS, TEXT, TEXTS, object_schema, search_result
from kbsearch.web.parameters import MAX_LIMIT, SORTS

__all__ = ["openapi_document"]


def openapi_document() -> dict[str, Any]:
    """The document, as OpenAPI 3.1."""
    category = _parameter("category", TEXTS, "Only posts in any of these categories, or below them.")
    limit = _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10}, "How many.")
    page = _parameter("page", {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1}, "Which page.")
    search = [
        _parameter("q", TEXT, "The query, as for `kbsearch query`. An empty one finds every post."),
        category,
        _parameter("tag", TEXTS, "Only posts that have all of these tags."),
        _parameter("since", TEXT, "Only posts from this date on: 2024, 2024-03, 近三个月, last 30 days."),
        _parameter("until", TEXT, "Only posts up to the end of this date."),
        _parameter("sort", {"type": "string", "enum": list(SORTS), "default": "relevance"}, "The order."),
        limit,
        page,
        _parameter(
            "facets", {"type": "string", "enum": ["1", "0", "true", "false"]}, "Also count per category, tag, year."
        ),
    ]
    id_in_path = {"name": "id", "in": "path", "required": True, "schema": TEXT, "description": "May hold slashes."}
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
    return {**form, "style": "form", "explode": True} if schema is TEXTS else form


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


def _schemas() -> dict[str, Any]:
    error = object_schema({"kind": TEXT, "message": TEXT, "position": {"type": ["integer", "null"]}, "hint": TEXT})
    return {
        "Hit": HIT,
        "SearchResult": search_result({"$ref": "#/components/schemas/Hit"}),
        "Post": POST,
        "Status": STATUS,
        "Error": object_schema({"schema_version": {"type": "integer", "const": SCHEMA_VERSION}, "error": error}),
    }
