"""The knowledge base as a library."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbsearch import IndexMissingError, KnowledgeBase, NotFoundError, Post, QueryError
from kbsearch.json_form import result_json

POSTS = [
    Post(
        id="ddpm",
        title="DDPM 笔记",
        text="# 前向过程\n\n扩散模型（Diffusion Model）逐步加噪声。\n\n## 采样\n\n从噪声开始，逐步采样。\n\n```python\nx = model(x, t)\n```\n",
        category="Generative Model",
        date=dt.date(2023, 5, 12),
        tags=("扩散模型", "生成模型"),
    ),
    Post(
        id="adamw",
        title="AdamW 与 Adam",
        text="权重衰减与 $10^{-8}$ 的作用。self_attention 不在这里。",
        category="Deep Learning",
        date=dt.date(2022, 1, 3),
        tags=("优化器",),
    ),
    Post(
        id="english",
        title="Sampling faster",
        text="Deterministic samplers accelerate diffusion models.",
        date=dt.date(2024, 7, 1),
    ),
    Post(id="undated", title="机器学习", text="機器學習的散記。模型很多。"),
]


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path / "index") as knowledge_base:
        knowledge_base.add(POSTS)
        yield knowledge_base


def _ids(kb: KnowledgeBase, query: str, **options: object) -> list[str]:
    return [hit.id for hit in kb.search(query, **options).hits]  # type: ignore[arg-type]


def test_the_post_that_answers_comes_first(kb: KnowledgeBase) -> None:
    """A post with all of the query's words is first, and says so."""
    result = kb.search("扩散模型 采样")
    assert result.hits[0].id == "ddpm"
    assert result.hits[0].match == "all"
    assert result.total == len(result.hits)


def test_hit_has_everything(kb: KnowledgeBase) -> None:
    """A hit tells title, category, date, section, lines and an excerpt with exact highlights."""
    hit = kb.search("采样").hits[0]
    assert (hit.title, hit.category, hit.date) == ("DDPM 笔记", "Generative Model", dt.date(2023, 5, 12))
    assert hit.section.breadcrumb == ("前向过程", "采样")
    assert [hit.excerpt.text[a:b] for a, b in hit.excerpt.ranges] == ["采样"]
    assert (hit.line_start, hit.line_end) == (7, 7)


def test_scripts_find_each_other(kb: KnowledgeBase) -> None:
    """Simplified finds Traditional and back; highlights show the author's characters."""
    hit = kb.search("机器学习").hits[0]
    assert hit.id == "undated"
    assert [hit.excerpt.text[a:b] for a, b in hit.excerpt.ranges] == ["機器學習"]
    assert _ids(kb, "擴散模型")[0] == "ddpm"


def test_filters(kb: KnowledgeBase) -> None:
    """Categories, tags and dates narrow what is found; names may be written in any case."""
    assert _ids(kb, "模型", categories=["generative model"]) == ["ddpm"]
    assert _ids(kb, "", tags=["优化器"]) == ["adamw"]
    assert _ids(kb, "", since="2023", until=dt.date(2023, 12, 31)) == ["ddpm"]
    result = kb.search("模型", categories=["nowhere"])
    assert result.total == 0
    assert "nowhere" in result.warnings[0]


def test_sorting_and_paging(kb: KnowledgeBase) -> None:
    """By date, newest or oldest first, posts without a date last; pages do not overlap."""
    assert _ids(kb, "", sort="newest") == ["english", "ddpm", "adamw", "undated"]
    assert _ids(kb, "", sort="oldest") == ["adamw", "ddpm", "english", "undated"]
    assert _ids(kb, "", sort="newest", limit=2, offset=2) == ["adamw", "undated"]
    assert [hit.id for hit in kb.latest(limit=1).hits] == ["english"]


def test_facets(kb: KnowledgeBase) -> None:
    """Facets count all matching posts, whatever the page."""
    facets = kb.search("", limit=1, facets=("category", "tag", "year")).facets
    assert facets["category"] == {"Generative Model": 1, "Deep Learning": 1}
    assert facets["year"] == {"2022": 1, "2023": 1, "2024": 1}
    assert kb.tags() == {"优化器": 1, "扩散模型": 1, "生成模型": 1}


def test_empty_result_is_whole(kb: KnowledgeBase) -> None:
    """The JSON of a search without hits has every key."""
    form = json.loads(json.dumps(result_json(kb.search("zzzzqqq"))))
    assert form["results"] == []
    assert form["total"] == 0
    assert set(form) == {"schema_version", "query", "total", "took_ms", "facets", "warnings", "results"}


def test_get_gives_back_the_markdown(kb: KnowledgeBase) -> None:
    """A post comes back as it was given."""
    assert kb.get("ddpm") == POSTS[0]
    with pytest.raises(NotFoundError, match="nothing"):
        kb.get("nothing")


def test_posts_are_replaced_and_removed(kb: KnowledgeBase) -> None:
    """Adding a post again replaces it; removing takes it out; the search sees both at once."""
    report = kb.add([Post(id="ddpm", title="新的", text="完全不同")])
    assert (report.added, report.updated, report.posts) == (0, 1, 4)
    assert "ddpm" not in _ids(kb, "扩散模型")
    assert _ids(kb, "完全不同") == ["ddpm"]
    assert kb.remove(["ddpm", "nothing"]) == 1
    assert _ids(kb, "完全不同") == []


def test_hits_outlive_the_index(tmp_path: Path) -> None:
    """Hits are plain values: they can be read after the knowledge base is closed."""
    with KnowledgeBase(tmp_path / "i") as kb:
        kb.add(POSTS)
        hit = kb.search("扩散模型").hits[0]
    assert "扩散模型" in hit.excerpt.text


def test_a_reader_sees_what_another_writes(kb: KnowledgeBase) -> None:
    """An open knowledge base sees updates made by another one."""
    with KnowledgeBase(kb.folder) as other:
        other.add([Post(id="new", title="全新文章", text="突然出现")])
    assert _ids(kb, "突然出现") == ["new"]


def test_errors_are_clear(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A missing index and a bad date say what to do."""
    with pytest.raises(IndexMissingError, match="kbsearch index"):
        KnowledgeBase(tmp_path / "none", create=False)
    with pytest.raises(QueryError):
        kb.search("x", since="someday")


def test_import_is_light() -> None:
    """Importing the package loads neither dictionaries nor heavy libraries."""
    code = "import kbsearch, sys; print(sorted(m for m in sys.modules if m in {'numpy','jieba','rjieba','whoosh','yaml','pyromark'}))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_public_names() -> None:
    """Every public name can be imported, and nothing else can."""
    import kbsearch

    assert all(getattr(kbsearch, name) is not None for name in kbsearch.__all__)
    with pytest.raises(AttributeError):
        kbsearch.nothing  # noqa: B018
