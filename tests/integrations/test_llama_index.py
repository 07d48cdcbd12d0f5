"""The retriever in LlamaIndex's own query engines."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from extras import require_extra

from kbsearch import KnowledgeBase
from kbsearch.errors import IndexMissingError, InputError, QueryError

require_extra("llama-index", "llama_index.core")

from llama_index.core.llms import MockLLM  # noqa: E402
from llama_index.core.query_engine import RetrieverQueryEngine  # noqa: E402
from llama_index.core.response_synthesizers import get_response_synthesizer  # noqa: E402
from llama_index.core.retrievers import QueryFusionRetriever  # noqa: E402
from llama_index.core.schema import MetadataMode, QueryBundle  # noqa: E402

from kbsearch.integrations.llama_index import KbsearchRetriever  # noqa: E402


def test_retrieve_and_aretrieve_agree(index: str) -> None:
    """The same nodes each way, best first, as the library finds them."""
    retriever = KbsearchRetriever(index, similarity_top_k=5)
    found = retriever.retrieve("扩散模型的采样")
    with KnowledgeBase(index) as kb:
        expected = [hit.id for hit in kb.search("扩散模型的采样", limit=5).hits]
    assert [node.metadata["id"] for node in found] == expected and len(expected) == 5
    assert [node.score for node in found] == sorted((node.score for node in found), reverse=True)
    assert asyncio.run(retriever.aretrieve(QueryBundle("扩散模型的采样"))) == found


def test_aretrieve_does_not_hold_up_the_loop(index: str) -> None:
    """Other tasks run while one searches: many at once give each its own answer."""

    async def many() -> list[str]:
        retriever = KbsearchRetriever(index, similarity_top_k=1)
        found = await asyncio.gather(*(retriever.aretrieve(query) for query in ("AdamW", "wombat") * 10))
        return [nodes[0].metadata["id"] for nodes in found]

    assert asyncio.run(many()) == ["Deep Learning/adamw.md", "plain.md"] * 10


def test_nodes_carry_text_metadata_and_source(index: str) -> None:
    """Models see title and section, not line numbers; the source is the post."""
    (found,) = KbsearchRetriever(index, similarity_top_k=1).retrieve("AdamW 问题出在哪 梯度")
    node = found.node
    assert node.node_id.startswith("Deep Learning/adamw.md#") and node.ref_doc_id == "Deep Learning/adamw.md"
    assert {"id", "title", "category", "date", "tags", "section", "path", "score"} <= set(node.metadata)
    shown = node.get_content(MetadataMode.LLM)
    assert "AdamW 与 Adam" in shown and "line_start" not in shown


def test_retriever_feeds_a_query_engine(index: str) -> None:
    """Retriever, synthesizer and model; what was found is named as the source."""
    engine = RetrieverQueryEngine(
        retriever=KbsearchRetriever(index, similarity_top_k=2, content="excerpt", tag=["Optimizer"]),
        response_synthesizer=get_response_synthesizer(llm=MockLLM()),
    )
    answer = engine.query("AdamW")
    assert len(answer.source_nodes) == 2
    assert all("Optimizer" in node.metadata["tags"] for node in answer.source_nodes)
    assert answer.source_nodes[0].node.get_content() in str(answer)  # the mock repeats its prompt


def test_retriever_takes_part_in_fusion(index: str) -> None:
    """Reciprocal rank fusion of two retrievers knows the same passage again."""
    both = [KbsearchRetriever(index, similarity_top_k=4), KbsearchRetriever(index, similarity_top_k=4)]
    fused = QueryFusionRetriever(
        both, llm=MockLLM(), num_queries=1, similarity_top_k=4, mode="reciprocal_rerank", use_async=False
    )
    assert [n.node.node_id for n in fused.retrieve("AdamW")] == [n.node.node_id for n in both[0].retrieve("AdamW")]


def test_errors_are_ours(index: str, tmp_path: Path) -> None:
    """A query that cannot be read, an index that is not there, an unknown content."""
    with pytest.raises(QueryError):
        KbsearchRetriever(index).retrieve("title:")
    with pytest.raises(IndexMissingError):
        KbsearchRetriever(tmp_path / "none").retrieve("a")
    with pytest.raises(InputError):
        KbsearchRetriever(index, content="all")  # type: ignore[arg-type]
