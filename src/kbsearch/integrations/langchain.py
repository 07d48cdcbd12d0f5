"""A retriever for LangChain; needs the extra ``langchain``."""

from __future__ import annotations

from typing import Any

from kbsearch.integrations.passages import Content, PassageFinder, missing_extra, read_filters

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from pydantic import ConfigDict, Field, PrivateAttr
except ModuleNotFoundError as error:
    raise missing_extra(error, "langchain_core", "the LangChain retriever", "langchain") from error

__all__ = ["KbsearchRetriever"]


class KbsearchRetriever(BaseRetriever):
    """Finds documents in an index of kbsearch.

    ``invoke``, ``ainvoke``, ``batch`` and the like raise errors of the :class:`~kbsearch.errors.KbsearchError` tree.
    A document's ``metadata`` is described at :class:`~kbsearch.integrations.passages.Passage`.
    """

    model_config = ConfigDict(extra="forbid")

    index_dir: str = "index"
    """Folder of the index."""
    k: int = Field(10, ge=1)
    """How many documents to find at most."""
    content: Content = "section"
    """What a document's text is: the excerpt, the section that answers best, or the whole post."""
    category: str | tuple[str, ...] = ()
    """Only posts in any of these categories, or below them."""
    tag: str | tuple[str, ...] = ()
    """Only posts that have all of these tags. (``tags`` is LangChain's own, for tracing.)"""
    since: str | None = None
    """Only posts from this date on: ``2024``, ``2024-03``, ``近三个月``."""
    until: str | None = None
    """Only posts up to the end of this date."""

    _finder: PassageFinder = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        """Prepare; the index is opened when first asked."""
        self._finder = PassageFinder(self.index_dir, self.content)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        filters = read_filters(self.category, self.tag, self.since, self.until)
        return [
            Document(page_content=passage.text, id=passage.id, metadata=passage.metadata)
            for passage in self._finder.find(query, self.k, filters)
        ]
