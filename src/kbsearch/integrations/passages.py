"""What all retrievers share: a question becomes passages, with the text that was asked for and plain metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from kbsearch.errors import InputError, MissingExtraError, NotFoundError
from kbsearch.json_form import hit_json
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.model import Hit
from kbsearch.query.filters import Filters
from kbsearch.sections import section_text

__all__ = ["Content", "Names", "Passage", "PassageFinder", "missing_extra", "read_filters"]

Content = Literal["excerpt", "section", "post"]
Names = str | Sequence[str]  # one or several

_METADATA = ("id", "title", "category", "tags", "date", "updated", "path", "line_start", "line_end", "score", "match")


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit's text.

    Attributes:
        id: of the passage: the post's id, with the section's anchor after ``#`` if it is a section's.
        text: the excerpt as plain text, or the section or post as Markdown.
        score: higher is better; scores of different questions do not compare.
        metadata: JSON values: ``id`` (of the post), ``title``, ``category``, ``tags``, ``date`` and ``updated`` (ISO
            8601 or None), ``path``, ``section`` (heading, empty before the first), ``breadcrumb``, ``anchor``,
            ``line_start`` and ``line_end`` (of the best place, in the file), ``score``, ``match``.
    """

    id: str
    text: str
    score: float
    metadata: dict[str, Any]


def read_filters(category: Names, tag: Names, since: str | None, until: str | None) -> Filters:
    """Which posts a question is put to: of any of the categories, with all of the tags, of these days and between."""
    return Filters(_names(category), _names(tag), since, until)


class PassageFinder:
    """Finds passages in an index, which is opened when first asked and followed as others update it.

    Args:
        index_dir: folder of the index.
        content: what a passage's text is.

    Raises:
        InputError: ``content`` is none of those.
    """

    def __init__(self, index_dir: str | Path, content: Content) -> None:
        if content not in get_args(Content):
            raise InputError(f"content cannot be {content!r}; it is one of: {', '.join(get_args(Content))}")
        self._kb = KnowledgeBase(index_dir)
        self._content: Content = content

    def __reduce__(self) -> tuple[type[PassageFinder], tuple[Path, Content]]:
        """A copy opens the index anew: frameworks copy what they run, and send it to other processes."""
        return PassageFinder, (self._kb.folder, self._content)

    def find(self, query: str, limit: int, filters: Filters) -> list[Passage]:
        """The best passages, best first, one a post. Several threads may ask at once.

        Raises:
            QueryError: the query or a date cannot be understood.
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        result = self._kb.search(
            query,
            categories=filters.categories,
            tags=filters.tags,
            since=filters.since,
            until=filters.until,
            limit=limit,
        )
        return [self._passage(hit) for hit in result.hits]

    def _passage(self, hit: Hit) -> Passage:
        form = hit_json(hit)
        section = form["section"]
        metadata = {name: form[name] for name in _METADATA}
        metadata |= {"section": section["title"], "breadcrumb": section["breadcrumb"], "anchor": section["anchor"]}
        part = self._content == "section" and section["anchor"]
        return Passage(f"{hit.id}#{section['anchor']}" if part else hit.id, self._text(hit), hit.score, metadata)

    def _text(self, hit: Hit) -> str:
        if self._content == "excerpt":
            return hit.excerpt.text
        try:
            stored = self._kb.read(hit.id)
        except NotFoundError:  # removed since it was found
            return hit.excerpt.text
        if self._content == "post" or not stored.document.sections:
            return stored.post.text
        if hit.section in stored.document.sections:
            return section_text(stored, hit.section)
        return hit.excerpt.text  # changed since it was found


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def missing_extra(error: ModuleNotFoundError, package: str, feature: str, extra: str) -> Exception:
    """The error that names the extra, if it is its ``package`` that is missing; else the error itself."""
    return MissingExtraError(feature, extra) if (error.name or "").partition(".")[0] == package else error
