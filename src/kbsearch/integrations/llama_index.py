"""A retriever for LlamaIndex; needs the extra ``llama-index``."""

from __future__ import annotations

import asyncio
from pathlib import Path

from kbsearch.integrations.passages import Content, Names, Passage, PassageFinder, missing_extra, read_filters

try:
    from llama_index.core.callbacks import CallbackManager
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode
except ModuleNotFoundError as error:
    raise missing_extra(error, "llama_index", "the LlamaIndex retriever", "llama-index") from error

__all__ = ["KbsearchRetriever"]

_NOT_FOR_MODELS = ["id", "anchor", "line_start", "line_end", "score", "match"]  # metadata that would only cost tokens


class KbsearchRetriever(BaseRetriever):
    """Finds nodes in an index of kbsearch.

    ``retrieve`` and ``aretrieve`` raise errors of the :class:`~kbsearch.errors.KbsearchError` tree. A node's
    ``metadata`` is described at :class:`~kbsearch.integrations.passages.Passage`; its source is the post.

    Args:
        index_dir: folder of the index.
        similarity_top_k: how many nodes to find at most.
        content: what a node's text is: the excerpt, the section that answers best, or the whole post.
        category: only posts in any of these categories, or below them.
        tag: only posts that have all of these tags.
        since, until: only posts of these days and between: ``2024``, ``2024-03``, ``近三个月``.
        callback_manager, verbose: as for every LlamaIndex retriever.

    Raises:
        InputError: ``content`` is none of those.
    """

    def __init__(
        self,
        index_dir: str | Path = "index",
        *,
        similarity_top_k: int = 10,
        content: Content = "section",
        category: Names = (),
        tag: Names = (),
        since: str | None = None,
        until: str | None = None,
        callback_manager: CallbackManager | None = None,
        verbose: bool = False,
    ) -> None:
        super().__init__(callback_manager=callback_manager, verbose=verbose)
        self.similarity_top_k = similarity_top_k
        self._finder = PassageFinder(index_dir, content)
        self._filters = read_filters(category, tag, since, until)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            _node(found) for found in self._finder.find(query_bundle.query_str, self.similarity_top_k, self._filters)
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(passage: Passage) -> NodeWithScore:
    node = TextNode(
        id_=passage.id,
        text=passage.text,
        metadata=passage.metadata,
        excluded_llm_metadata_keys=_NOT_FOR_MODELS,
        excluded_embed_metadata_keys=_NOT_FOR_MODELS,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=passage.metadata["id"])},
    )
    return NodeWithScore(node=node, score=passage.score)
