"""What the tools take: one model a tool, from which its input schema is made and by which a call is read.

Reading is strict: an argument that is not known, or of another type than the schema says, is an error that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kbsearch.engines.base import Sort
from kbsearch.errors import InputError
from kbsearch.query.parser import MAX_LENGTH
from kbsearch.web.parameters import SearchParameters

__all__ = [
    "Arguments",
    "FetchArguments",
    "ListArguments",
    "NoArguments",
    "OutlineArguments",
    "RelatedArguments",
    "SearchArguments",
    "input_schema",
    "read_arguments",
]

MAX_ID = 4_096  # code points: the longest path
MAX_FETCHED = 40_000  # code points of a post in one answer
_SHOWN = 8  # mistakes told at once

_Name = Annotated[str, Field(max_length=1_000)]
_Names = Annotated[list[_Name], Field(max_length=50)]
_Id = Annotated[
    str, Field(min_length=1, max_length=MAX_ID, description="The post's id, exactly as search or list gives it.")
]
_Page = Annotated[int, Field(ge=1, le=1_000_000, description="Which page of the results.")]


class Arguments(BaseModel):
    """Arguments of a tool."""

    model_config = ConfigDict(extra="forbid", strict=True)


A = TypeVar("A", bound=Arguments)


class NoArguments(Arguments):
    """No arguments."""


class _Filters(Arguments):
    category: str | _Names = Field([], description="Only posts in any of these categories, or below them.")
    tag: str | _Names = Field([], description="Only posts that have all of these tags.")
    since: _Name = Field("", description="Only posts from this date on: 2024, 2024-03, 近三个月, last 30 days.")
    until: _Name = Field("", description="Only posts up to the end of this date.")
    limit: int = Field(10, ge=1, le=50, description="How many posts to give back.")
    page: _Page = 1
    facets: bool = Field(False, description="Also count all matching posts per category, tag and year.")

    def parameters(self, query: str, sort: Sort) -> SearchParameters:
        return SearchParameters(
            q=query,
            categories=(self.category,) if isinstance(self.category, str) else tuple(self.category),
            tags=(self.tag,) if isinstance(self.tag, str) else tuple(self.tag),
            since=self.since,
            until=self.until,
            sort=sort,
            limit=self.limit,
            page=self.page,
            facets=self.facets,
        )


class SearchArguments(_Filters):
    """Arguments of ``search``; those of ``kbsearch query``."""

    query: str = Field(
        max_length=MAX_LENGTH,
        description=(
            "Words, a question, a formula or an identifier, in Chinese or English. Posts with all words come first. "
            'An "exact phrase" must match; AND, OR, NOT, +word, -word and ( ) combine; title: tag: category: path: '
            "heading: date:2023..2024 in:code in:math lang:python restrict; diffus* and difusion~ find beginnings and "
            "misspellings."
        ),
    )
    sort: Sort = Field("relevance", description="The order.")


class ListArguments(_Filters):
    """Arguments of ``list``."""

    sort: Literal["newest", "oldest"] = Field("newest", description="The order; posts without a date come last.")


class FetchArguments(Arguments):
    """Arguments of ``fetch``."""

    id: _Id
    section: _Name = Field(
        "", description="Only this section: its heading, its anchor, or its number, as outline gives them."
    )
    offset: int = Field(0, ge=0, le=1 << 40, description="Where to begin, in code points; next_offset goes on.")
    limit: int = Field(10_000, ge=1, le=MAX_FETCHED, description="How much text to give back, in code points.")


class OutlineArguments(Arguments):
    """Arguments of ``outline``."""

    id: _Id
    limit: int = Field(200, ge=1, le=500, description="How many sections to give back.")
    page: _Page = 1


class RelatedArguments(Arguments):
    """Arguments of ``related``."""

    id: _Id
    limit: int = Field(6, ge=1, le=20, description="How many posts to give back.")


def input_schema(model: type[Arguments]) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments, required ones first, without the names that pydantic makes up."""
    schema = model.model_json_schema()
    required = schema.get("required", [])
    names = sorted(schema["properties"], key=lambda name: name not in required)
    properties = {name: {k: v for k, v in schema["properties"][name].items() if k != "title"} for name in names}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def read_arguments(model: type[A], values: Mapping[str, Any]) -> A:
    """Read a call's arguments.

    Raises:
        InputError: an argument is not known, missing, or cannot have its value; the message names each.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_context=False, include_input=False)
        told = list(dict.fromkeys(_mistake(mistake) for mistake in mistakes))
        known = ", ".join(input_schema(model)["properties"]) or "none"
        more = f"; {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        raise InputError(f"{'; '.join(told[:_SHOWN])}{more}. Parameters of this tool: {known}") from error


def _mistake(mistake: Any) -> str:
    name = repr(str(mistake["loc"][0])[:80]) if mistake["loc"] else "the arguments"
    if mistake["type"] == "extra_forbidden":
        return f"unknown parameter {name}"
    if mistake["type"] == "missing":
        return f"the parameter {name} is missing"
    return f"the parameter {name} is wrong: {mistake['msg']}"
