"""The tools: what each is called, takes and gives back, and how it answers. All of them only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from kbsearch.errors import NotFoundError
from kbsearch.json_form import SCHEMA_VERSION, post_json, result_json
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.mcp import schemas
from kbsearch.mcp.arguments import (
    Arguments,
    FetchArguments,
    ListArguments,
    NoArguments,
    OutlineArguments,
    RelatedArguments,
    SearchArguments,
    read_arguments,
)
from kbsearch.mcp.bounds import bounded, bounded_facets, bounded_hit
from kbsearch.mcp.schemas import UNTRUSTED
from kbsearch.sections import find_section, section_text, titled_sections
from kbsearch.web.api import Api
from kbsearch.web.parameters import SearchParameters

__all__ = ["TOOLS", "ToolForm", "Tools"]


class Tools:
    """Answers of the tools as plain JSON values; may be used by several threads at once."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._api = Api(kb)

    def search(self, asked: SearchArguments) -> dict[str, Any]:
        """Posts that answer a query.

        Raises:
            QueryError: the query or a date cannot be understood.
        """
        return self._found(asked.parameters(asked.query, asked.sort))

    def list(self, asked: ListArguments) -> dict[str, Any]:
        """Posts by date.

        Raises:
            QueryError: a date cannot be understood.
        """
        return self._found(asked.parameters("", asked.sort))

    def _found(self, parameters: SearchParameters) -> dict[str, Any]:
        result = parameters.search(self._kb)
        whole = result_json(result)
        form = bounded(whole)
        form["results"] = [bounded_hit(hit) for hit in whole["results"]]
        form["facets"], notes = bounded_facets(result.facets)
        form["warnings"] += notes
        more = parameters.page * parameters.limit < result.total
        return {"untrusted": UNTRUSTED, **form, "next_page": parameters.page + 1 if more else None}

    def fetch(self, asked: FetchArguments) -> dict[str, Any]:
        """A piece of a post's Markdown.

        Raises:
            NotFoundError: there is no such post or section.
        """
        stored = self._kb.read(asked.id)
        text, heading = stored.post.text, None
        if asked.section:
            section = find_section(stored, asked.section)
            if section is None:
                raise NotFoundError(
                    f"{asked.id!r} has no section {asked.section!r}; the tool outline lists its sections"
                )
            text, heading = section_text(stored, section), section.title
        piece = text[asked.offset : asked.offset + asked.limit]
        end = min(asked.offset + len(piece), len(text))
        return {
            "untrusted": UNTRUSTED,
            **bounded(post_json(replace(stored.post, text=""))),
            "text": piece,
            "section": bounded(heading),
            "offset": asked.offset,
            "next_offset": end if piece and end < len(text) else None,
            "left": len(text) - end,
            "total": len(text),
        }

    def outline(self, asked: OutlineArguments) -> dict[str, Any]:
        """A post's headings.

        Raises:
            NotFoundError: there is no such post.
        """
        stored = self._kb.read(asked.id)
        post = stored.post
        starts = [0, *accumulate(len(line) + 1 for line in post.text.split("\n"))]  # of each line, and of the end

        def offset(line: int) -> int:
            """Where a line of the file begins in the text."""
            return min(starts[min(max(line - post.line, 0), len(starts) - 1)], len(post.text))

        sections = list(enumerate(titled_sections(stored), 1))
        first = (asked.page - 1) * asked.limit
        facts = bounded(post_json(replace(post, text="")))
        return {
            "untrusted": UNTRUSTED,
            "schema_version": SCHEMA_VERSION,
            **{name: facts[name] for name in ("id", "title", "category", "tags", "date")},
            "chars": len(post.text),
            "total": len(sections),
            "next_page": asked.page + 1 if first + asked.limit < len(sections) else None,
            "sections": [
                {
                    "number": number,
                    "title": bounded(section.title),
                    "level": section.level,
                    "anchor": bounded(section.anchor),
                    "line_start": section.line_start,
                    "line_end": section.line_end,
                    "offset": offset(section.line_start),
                    "chars": offset(section.line_end + 1) - offset(section.line_start),
                }
                for number, section in sections[first : first + asked.limit]
            ],
        }

    def related(self, asked: RelatedArguments) -> dict[str, Any]:
        """Posts like a post.

        Raises:
            NotFoundError: there is no such post.
        """
        found = self._kb.related(asked.id, limit=asked.limit)
        return {
            "untrusted": UNTRUSTED,
            "schema_version": SCHEMA_VERSION,
            "id": asked.id,
            "results": [
                bounded(
                    {
                        "id": post.id,
                        "title": post.title,
                        "category": post.category,
                        "score": round(post.score, 4),
                        "terms": list(post.terms),
                        "linked": post.linked,
                    }
                )
                for post in found
            ],
        }

    def status(self, asked: NoArguments) -> dict[str, Any]:
        """The index in figures, at most five seconds old."""
        status: dict[str, Any] = bounded(self._api.status(()))
        return status


@dataclass(frozen=True, slots=True)
class ToolForm:
    """What a client is told of a tool, and what answers it."""

    name: str
    title: str
    description: str
    arguments: type[Arguments]
    output: dict[str, Any]
    answer: Callable[[Tools, Any], dict[str, Any]]

    def call(self, tools: Tools, values: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a call.

        Raises:
            InputError: the values are not arguments of the tool.
            KbsearchError: what was asked for is not there, or cannot be understood.
        """
        return self.answer(tools, read_arguments(self.arguments, values))


TOOLS = (
    ToolForm(
        "search",
        "Search notes",
        "Find posts, ranked, each with the section and the passage that answer best. Read more with fetch.",
        SearchArguments,
        schemas.SEARCH,
        Tools.search,
    ),
    ToolForm(
        "fetch",
        "Read a post",
        "The Markdown of a post or of one of its sections, a piece at a time.",
        FetchArguments,
        schemas.FETCH,
        Tools.fetch,
    ),
    ToolForm(
        "list",
        "List posts",
        "Posts by date, each with its beginning; with facets, also the categories, tags and years that there are.",
        ListArguments,
        schemas.SEARCH,
        Tools.list,
    ),
    ToolForm(
        "outline",
        "Outline of a post",
        "The headings of a post, with where each section lies: what to fetch of a long post.",
        OutlineArguments,
        schemas.OUTLINE,
        Tools.outline,
    ),
    ToolForm(
        "related",
        "Related posts",
        "The posts most like a post, by the terms and tags they share and by links.",
        RelatedArguments,
        schemas.RELATED,
        Tools.related,
    ),
    ToolForm(
        "status",
        "State of the index",
        "How many posts there are, when the index was last brought up to date, and what changed on disk since.",
        NoArguments,
        schemas.STATUS,
        Tools.status,
    ),
)
