"""``kbsearch synonyms`` and ``kbsearch terms``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post

POSTS = [
    Post("a", "甲", "扩散模型（Diffusion Model）逐步加噪声。指数移动平均(EMA)也好。"),
    Post("b", "乙", "这里只说 diffusion models，不说中文。"),
    Post("c", "丙", "这里只说扩散模型。显卡很贵。"),
    Post("d", "丁", "GPU 很贵。"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add(POSTS)
    return tmp_path


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "KBSEARCH_INDEX"}
    return subprocess.run(
        [sys.executable, "-m", "kbsearch", *arguments],
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
    )


def test_other_names_find_posts(home: Path) -> None:
    """A post that has only the other name is found, labelled with who equates them, after those with the name itself."""
    with KnowledgeBase(home / "index") as kb:
        hits = {hit.id: hit for hit in kb.search("diffusion model").hits}
        assert list(hits)[:2] in (["a", "b"], ["b", "a"])
        assert hits["c"].match == "synonym"
        assert "扩散模型" in hits["c"].evidence
        assert "a: " in hits["c"].evidence
        assert [hit.id for hit in kb.search("扩散模型").hits][-1] == "b"


def test_pairs_are_listed_and_judged(home: Path) -> None:
    """Pairs come with counts and sources; a rejected one is used no more, an accepted one at once."""
    pairs = json.loads(_run(home, "synonyms", "--json").stdout)
    (pair,) = [each for each in pairs if each["right"] == "Diffusion Model"]
    assert pair["left"] == "扩散模型"
    assert pair["posts"] == 1
    assert pair["sources"][0]["id"] == "a"
    assert _run(home, "synonyms", "--reject", "扩散模型", "Diffusion Model").returncode == 0
    with KnowledgeBase(home / "index") as kb:
        assert "c" not in [hit.id for hit in kb.search("diffusion model").hits]
        assert [hit.id for hit in kb.search("显卡").hits] == ["c"]
    assert _run(home, "synonyms", "--accept", "显卡", "GPU").returncode == 0
    with KnowledgeBase(home / "index") as kb:
        assert [hit.id for hit in kb.search("显卡").hits] == ["c", "d"]


def test_a_broken_pairs_file_is_named(home: Path) -> None:
    """A mistake in the user's file is a message with the line, not a traceback."""
    (home / "mine.txt").write_text("# ok\nonly one name\n", encoding="utf-8")
    done = _run(home, "synonyms", "--file", "mine.txt")
    assert done.returncode in (0, 2)
    with pytest.raises(Exception, match="line 2"), KnowledgeBase(home / "index", synonyms=home / "mine.txt") as kb:
        kb.search("x")


def test_removed_posts_take_their_pairs_along(home: Path) -> None:
    """When the only post that equates two names is gone, they are no longer equal."""
    with KnowledgeBase(home / "index") as kb:
        kb.remove(["a"])
        assert [hit.id for hit in kb.search("diffusion model").hits] == ["b"]
        assert kb.synonyms().auto == ()


def test_terms(home: Path) -> None:
    """Without proposals, terms says nothing and exits with 1."""
    done = _run(home, "terms")
    assert done.returncode == 1
    assert done.stdout == ""
