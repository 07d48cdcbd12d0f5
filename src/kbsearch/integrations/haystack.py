"""A retriever for Haystack; needs the extra ``haystack``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from kbsearch.errors import InputError
from kbsearch.integrations.passages import Content, Names, PassageFinder, missing_extra, read_filters

try:
    from haystack import Document, component, default_from_dict, default_to_dict
except ModuleNotFoundError as error:
    raise missing_extra(error, "haystack", "the Haystack retriever", "haystack") from error

__all__ = ["KbsearchRetriever"]


@component
class KbsearchRetriever:
    """Finds documents in an index of kbsearch.

    A document's ``meta`` is described at :class:`~kbsearch.integrations.passages.Passage`.

    Args:
        index_dir: folder of the index.
        top_k: how many documents to find at most.
        content: what a document's text is: the excerpt, the section that answers best, or the whole post.
        category: only posts in any of these categories, or below them.
        tag: only posts that have all of these tags.
        since, until: only posts of these days and between: ``2024``, ``2024-03``, ``近三个月``.

    Raises:
        InputError: ``content`` is none of those, or ``top_k`` is less than 1.
    """

    def __init__(
        self,
        index_dir: str | Path = "index",
        top_k: int = 10,
        content: Content = "section",
        category: Names = (),
        tag: Names = (),
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        _check(top_k)
        self.index_dir = str(index_dir)
        self.top_k = top_k
        self.content = content
        self.category, self.tag = category, tag
        self.since, self.until = since, until
        self._finder = PassageFinder(index_dir, content)

    def to_dict(self) -> dict[str, Any]:
        """The component as plain values, from which :meth:`from_dict` makes it again."""
        return default_to_dict(
            self,
            index_dir=self.index_dir,
            top_k=self.top_k,
            content=self.content,
            category=self.category if isinstance(self.category, str) else list(self.category),
            tag=self.tag if isinstance(self.tag, str) else list(self.tag),
            since=self.since,
            until=self.until,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> KbsearchRetriever:
        """Make the component that :meth:`to_dict` described."""
        made: KbsearchRetriever = default_from_dict(cls, data)
        return made

    @component.output_types(documents=list[Document])
    def run(
        self,
        query: str,
        top_k: int | None = None,
        category: list[str] | None = None,
        tag: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> dict[str, list[Document]]:
        """Find ``documents`` that answer ``query``; what else is given replaces what the component was made with.

        Raises:
            QueryError: the query or a date cannot be understood.
            InputError: ``top_k`` is less than 1.
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        limit = self.top_k if top_k is None else _check(top_k)
        filters = read_filters(
            self.category if category is None else category,
            self.tag if tag is None else tag,
            self.since if since is None else since,
            self.until if until is None else until,
        )
        passages = self._finder.find(query, limit, filters)
        return {"documents": [Document(id=p.id, content=p.text, meta=p.metadata, score=p.score) for p in passages]}

    @component.output_types(documents=list[Document])
    async def run_async(
        self,
        query: str,
        top_k: int | None = None,
        category: list[str] | None = None,
        tag: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> dict[str, list[Document]]:
        """As :meth:`run`, in a thread."""
        return await asyncio.to_thread(self.run, query, top_k, category, tag, since, until)


def _check(top_k: int) -> int:
    if top_k < 1:
        raise InputError(f"top_k cannot be {top_k}; it is at least 1")
    return top_k
