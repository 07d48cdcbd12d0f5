from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, NotFoundError, Post


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path_factory.mktemp("related") / "index") as opened:
        opened.index(sample_corpus, workers=1)
        opened.add([Post(id="alone.md", text="")])
        yield opened


def test_related_posts_share_the_subject(kb: KnowledgeBase) -> None:
    """The sampler that speeds DDPM up is what is nearest to DDPM; garbage collection is not near."""
    related = kb.related("Generative Model/ddpm.md", limit=5)
    assert related[0].id == "Generative Model/ddim.md" and related[0].linked and related[0].terms
    assert all(other.category != "Python" for other in related)
    assert [other.score for other in related] == sorted((other.score for other in related), reverse=True)


def test_never_itself_and_never_more_than_asked(kb: KnowledgeBase) -> None:
    """A post is not related to itself."""
    for stored in list(kb.posts())[:12]:
        related = kb.related(stored.post.id, limit=3)
        assert len(related) <= 3 and stored.post.id not in [other.id for other in related]


def test_empty_post_has_none(kb: KnowledgeBase) -> None:
    """A post without words or links is related to nothing, and asking is no error; an unknown id is one."""
    assert kb.related("alone.md") == []
    with pytest.raises(NotFoundError):
        kb.related("none.md")


def test_terms_are_what_the_posts_are_about(kb: KnowledgeBase) -> None:
    """Shared terms are subjects, not words that any post may use (跟着, 有用, 开始, 后来)."""
    general = {"跟着", "有用", "一份", "开始", "后来", "尤其", "整体", "要么", "这样", "左边", "右边", "固定", "保持"}
    shown = [term for id in kb.links().entries for other in kb.related(id, limit=3) for term in other.terms[:3]]
    assert len(shown) > 300
    assert sum(term in general for term in shown) <= len(shown) * 0.01


def test_a_link_in_a_long_list_tells_little(tmp_path: Path) -> None:
    """A post that links to many adds less to each than one that links to few."""
    posts = [Post(id=f"{number:02}.md", text=f"内容 {number}") for number in range(40)]
    every = "\n".join(f"[x]({post.id})" for post in posts)
    with KnowledgeBase(tmp_path) as kb:
        kb.add([*posts, Post(id="toc.md", text=every), Post(id="few.md", text="[x](00.md)")])
        scores = {other.id: other.score for other in kb.related("00.md")}
    assert scores["few.md"] > 2 * scores["toc.md"] > 0
