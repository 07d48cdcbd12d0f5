"""The retriever in LangChain's own chains."""

from __future__ import annotations

import asyncio

import pytest
from extras import require_extra

from kbsearch import KnowledgeBase
from kbsearch.errors import IndexMissingError, QueryError

require_extra("langchain", "langchain_core")

from langchain_core.callbacks import BaseCallbackHandler  # noqa: E402
from langchain_core.documents import Document  # noqa: E402
from langchain_core.language_models import FakeListChatModel  # noqa: E402
from langchain_core.output_parsers import StrOutputParser  # noqa: E402
from langchain_core.prompts import ChatPromptTemplate  # noqa: E402
from langchain_core.runnables import RunnablePassthrough  # noqa: E402
from langchain_core.tools import create_retriever_tool  # noqa: E402
from pydantic import ValidationError  # noqa: E402

from kbsearch.integrations.langchain import KbsearchRetriever  # noqa: E402


def test_invoke_ainvoke_and_batch_agree(index: str) -> None:
    """The same documents each way, best first, as the library finds them."""
    retriever = KbsearchRetriever(index_dir=index, k=5)
    found = retriever.invoke("扩散模型的采样")
    with KnowledgeBase(index) as kb:
        expected = [hit.id for hit in kb.search("扩散模型的采样", limit=5).hits]
    assert [document.metadata["id"] for document in found] == expected and len(expected) == 5
    assert asyncio.run(retriever.ainvoke("扩散模型的采样")) == found
    assert retriever.batch(["扩散模型的采样", "AdamW"])[0] == found
    assert asyncio.run(retriever.abatch(["AdamW", "扩散模型的采样"]))[1] == found


def test_documents_carry_text_and_metadata(index: str) -> None:
    """The section's Markdown, and where it is from."""
    (document,) = KbsearchRetriever(index_dir=index, k=1).invoke("AdamW 问题出在哪 梯度")
    assert document.id is not None and document.id.startswith("Deep Learning/adamw.md#")
    assert document.page_content.startswith("#")
    assert document.metadata["path"] == "Deep Learning/adamw.md"
    assert {"id", "title", "category", "date", "tags", "section", "score"} <= set(document.metadata)


def test_retriever_feeds_a_chain(index: str) -> None:
    """Retriever, prompt, model and parser; callbacks are told what was found."""
    seen: list[Document] = []

    class Watcher(BaseCallbackHandler):
        def on_retriever_end(self, documents: list[Document], **_: object) -> None:
            seen.extend(documents)

    def joined(documents: list[Document]) -> str:
        return "\n\n".join(document.page_content for document in documents)

    prompts: list[str] = []

    def noted(prompt: object) -> object:
        prompts.append(str(prompt))
        return prompt

    retriever = KbsearchRetriever(index_dir=index, k=2, content="excerpt", category="Deep Learning")
    prompt = ChatPromptTemplate.from_template("Context: {context}\nQuestion: {question}")
    chain = (
        {"context": retriever | joined, "question": RunnablePassthrough()}
        | prompt
        | noted
        | FakeListChatModel(responses=["an answer"])
        | StrOutputParser()
    )
    assert chain.invoke("AdamW", config={"callbacks": [Watcher()]}) == "an answer"
    assert len(seen) == 2 and all(document.metadata["category"] == "Deep Learning" for document in seen)
    assert seen[0].page_content[:20] in prompts[0]


def test_retriever_serves_as_a_tool(index: str) -> None:
    """Through LangChain's own adapter."""
    tool = create_retriever_tool(KbsearchRetriever(index_dir=index, k=1), "notes", "Search notes.")
    assert "AdamW" in tool.invoke({"query": "AdamW"})


def test_wrong_options_are_refused(index: str) -> None:
    """A misspelt one too."""
    for options in ({"kk": 3}, {"k": 0}, {"content": "all"}, {"category": 3}):
        with pytest.raises(ValidationError):
            KbsearchRetriever(index_dir=index, **options)  # type: ignore[arg-type]


def test_errors_are_ours(index: str, tmp_path: object) -> None:
    """A query that cannot be read, an index that is not there."""
    with pytest.raises(QueryError):
        KbsearchRetriever(index_dir=index).invoke("title:")
    with pytest.raises(IndexMissingError):
        asyncio.run(KbsearchRetriever(index_dir=f"{tmp_path}/none").ainvoke("a"))
