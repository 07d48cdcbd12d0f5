"""The component in Haystack's own pipelines."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from extras import require_extra

from kbsearch import KnowledgeBase
from kbsearch.errors import IndexMissingError, InputError, QueryError

require_extra("haystack", "haystack")

import haystack  # noqa: E402
from haystack import Pipeline  # noqa: E402
from haystack.components.builders import PromptBuilder  # noqa: E402
from haystack.components.joiners import DocumentJoiner  # noqa: E402

from kbsearch.integrations.haystack import KbsearchRetriever  # noqa: E402

MODERN = int(haystack.__version__.partition(".")[0]) >= 3


def load(text: str) -> Pipeline:
    """Haystack 3 imports only what it is told to trust."""
    return Pipeline.loads(text, allowed_modules=["kbsearch.*"]) if MODERN else Pipeline.loads(text)


def test_run_finds_what_the_library_finds(index: str) -> None:
    """Best first, with scores and metadata, in threads too."""
    retriever = KbsearchRetriever(index, top_k=5)
    found = retriever.run("扩散模型的采样")["documents"]
    with KnowledgeBase(index) as kb:
        hits = kb.search("扩散模型的采样", limit=5).hits
    assert [document.meta["id"] for document in found] == [hit.id for hit in hits] and len(hits) == 5
    assert [document.score for document in found] == [hit.score for hit in hits]
    assert {"id", "title", "category", "date", "tags", "section", "path", "score"} <= set(found[0].meta)
    assert asyncio.run(retriever.run_async("扩散模型的采样"))["documents"] == found


def test_component_feeds_a_pipeline(index: str) -> None:
    """With a prompt builder; parameters of a run replace those of the component."""
    pipeline = Pipeline()
    pipeline.add_component("retriever", KbsearchRetriever(index, top_k=9, content="excerpt", category="NLP"))
    template = "{% for d in documents %}{{ d.meta.title }}: {{ d.content }}\n{% endfor %}"
    pipeline.add_component("prompt", PromptBuilder(template=template, required_variables="*"))
    pipeline.connect("retriever.documents", "prompt.documents")
    prompt = pipeline.run({"retriever": {"query": "AdamW", "top_k": 1, "category": ["Deep Learning"]}})["prompt"][
        "prompt"
    ]
    assert prompt.startswith("AdamW 与 Adam") and prompt.count("\n") == 1


def test_pipeline_runs_async(index: str) -> None:
    """In Haystack's asynchronous pipeline."""
    pipeline: Any
    if MODERN:
        pipeline = Pipeline()
    else:
        from haystack import AsyncPipeline

        pipeline = AsyncPipeline()
    pipeline.add_component("retriever", KbsearchRetriever(index, top_k=2))
    answer = asyncio.run(pipeline.run_async({"retriever": {"query": "AdamW"}}))
    assert len(answer["retriever"]["documents"]) == 2


def test_joiner_knows_the_same_passage_again(index: str) -> None:
    """Two retrievers of the same index give each passage once."""
    pipeline = Pipeline()
    pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
    for name in ("one", "two"):
        pipeline.add_component(name, KbsearchRetriever(index, top_k=3))
        pipeline.connect(f"{name}.documents", "joiner.documents")
    joined = pipeline.run({"one": {"query": "AdamW"}, "two": {"query": "AdamW"}})["joiner"]["documents"]
    assert len(joined) == 3


def test_component_survives_being_written_down(index: str) -> None:
    """to_dict and from_dict, alone and in a pipeline's YAML, give a component that finds the same."""
    options: dict[str, Any] = {"top_k": 3, "content": "post", "tag": ["NumPy"], "since": "2019", "until": "2025"}
    retriever = KbsearchRetriever(Path(index), category="Deep Learning", **options)
    written = retriever.to_dict()
    assert written["init_parameters"] == {"index_dir": index, "category": "Deep Learning", **options}
    again = KbsearchRetriever.from_dict(written)
    assert again.to_dict() == retriever.to_dict()
    pipeline = Pipeline()
    pipeline.add_component("retriever", retriever)
    loaded = load(pipeline.dumps())
    found = retriever.run("Adam")["documents"]
    assert found and again.run("Adam")["documents"] == found
    assert loaded.run({"retriever": {"query": "Adam"}})["retriever"]["documents"] == found


def test_errors_are_ours(index: str, tmp_path: Path) -> None:
    """A query that cannot be read, an index that is not there, options that make no sense."""
    with pytest.raises(QueryError):
        KbsearchRetriever(index).run("title:")
    with pytest.raises(IndexMissingError):
        KbsearchRetriever(tmp_path / "none").run("a")
    for options in ({"content": "all"}, {"top_k": 0}):
        with pytest.raises(InputError):
            KbsearchRetriever(index, **options)
    with pytest.raises(InputError):
        KbsearchRetriever(index).run("a", top_k=0)
