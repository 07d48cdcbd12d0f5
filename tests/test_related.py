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
