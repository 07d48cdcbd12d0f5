"""Bringing an index up to date with files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbsearch import InputError, KnowledgeBase, Post

TEXTS = [
    "# 扩散\n\n扩散模型的采样。",
    "# 优化\n\nAdamW 与权重衰减。",
    "# Python\n\nself_attention(x)\n",
    "---\ntitle: 草稿\ndraft: true\n---\n未完成",
]


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _everything(kb: KnowledgeBase) -> dict[str, tuple[str, str, str]]:
    return {s.post.id: (s.post.title, s.post.category, s.post.text) for s in kb.posts()}


def _answers(kb: KnowledgeBase) -> list[list[tuple[str, float]]]:
    queries = ("扩散模型", "adamw 权重", "采样", "self_attention", '"权重衰减"')
    return [[(hit.id, round(hit.score, 4)) for hit in kb.search(query, limit=50).hits] for query in queries]


def test_update_follows_the_folder(tmp_path: Path) -> None:
    """New, changed, moved and removed files are each noticed; the rest is left alone."""
    notes = tmp_path / "notes"
    for number in range(4):
        _write(notes, f"a/{number}.md", f"# 文章 {number}\n\n内容 {number} 扩散模型")
    with KnowledgeBase(tmp_path / "index") as kb:
        assert kb.index(notes).added == 4
        _write(notes, "a/0.md", "# 改过\n\n全新的内容")
        shutil.move(notes / "a/1.md", notes / "b.md")
        (notes / "a/2.md").unlink()
        _write(notes, "c.md", "# 又一篇\n\n新文章")
        report = kb.index(notes)
        assert (report.added, report.updated, report.removed, report.unchanged) == (1, 2, 1, 1)
        assert set(_everything(kb)) == {"a/0.md", "a/3.md", "b.md", "c.md"}
        assert kb.search("全新的内容").hits[0].id == "a/0.md"
        report = kb.index(notes)
        assert (report.added, report.updated, report.removed, report.unchanged) == (0, 0, 0, 4)


def test_same_size_and_time_is_still_noticed(tmp_path: Path) -> None:
    """A file rewritten at once with the same size and time is read again: the clock is too coarse to trust."""
    notes = tmp_path / "notes"
    _write(notes, "a.md", "扩散模型")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes)
        status = (notes / "a.md").stat()
        _write(notes, "a.md", "标准流吗")
        os.utime(notes / "a.md", ns=(status.st_atime_ns, status.st_mtime_ns))
        assert kb.index(notes).updated == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(["write", "delete", "move"]), st.integers(0, 5), st.integers(0, 3)), max_size=6
        ),
        min_size=1,
        max_size=4,
    )
)
def test_incremental_equals_rebuild(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, int, int]]]
) -> None:
    """After any sequence of file operations, the updated index answers as one built from nothing."""
    home = tmp_path_factory.mktemp("rounds")
    notes = home / "notes"
    notes.mkdir()
    with KnowledgeBase(home / "grown") as grown:
        for operations in rounds:
            for action, place, text in operations:
                path = notes / f"{place % 3}/{place}.md"
                if action == "write":
                    _write(notes, f"{place % 3}/{place}.md", TEXTS[text])
                elif path.exists() and action == "delete":
                    path.unlink()
                elif path.exists():
                    shutil.move(path, notes / f"moved-{place}-{text}.md")
            grown.index(notes)
        with KnowledgeBase(home / "built") as built:
            built.index(notes)
            assert _everything(grown) == _everything(built)
        with KnowledgeBase(home / "grown") as again:
            again.index(rebuild=True)
            assert _everything(again) == _everything(grown)


def test_processes_do_not_matter(tmp_path: Path, sample_corpus: Path) -> None:
    """Read by one process or by three, the index is the same."""
    with KnowledgeBase(tmp_path / "one") as one, KnowledgeBase(tmp_path / "three") as three:
        one.index(sample_corpus, workers=1)
        three.index(sample_corpus, workers=3)
        assert _everything(one) == _everything(three)
        assert _answers(one) == _answers(three)


def test_rebuild_keeps_posts_without_files(tmp_path: Path) -> None:
    """Posts given directly, and those of folders that are gone, survive a rebuild."""
    notes, lost = tmp_path / "notes", tmp_path / "lost"
    _write(notes, "a.md", "甲")
    _write(lost, "b.md", "乙")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes, lost)
        kb.add([Post(id="given", text="丙")])
        shutil.rmtree(lost)
        report = kb.index(rebuild=True)
        assert set(_everything(kb)) == {"a.md", "lost/b.md", "given"}
        assert "gone" in report.warnings[0]


def test_parts_and_single_files(tmp_path: Path) -> None:
    """A folder inside an indexed one, or a single file, updates that part alone."""
    notes = tmp_path / "notes"
    _write(notes, "x/a.md", "甲")
    _write(notes, "y/b.md", "乙")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes)
        _write(notes, "x/a.md", "甲甲甲")
        _write(notes, "y/b.md", "乙乙乙")
        assert kb.index(notes / "x").updated == 1
        assert kb.get("y/b.md").text == "乙"
        (notes / "y/b.md").unlink()
        assert kb.index(notes / "x").removed == 0
        assert kb.index(notes).removed == 1


def test_what_is_left_out(tmp_path: Path) -> None:
    """Ignored, hidden and excluded files are left out; the others that are, are named with the reason."""
    notes = tmp_path / "notes"
    _write(notes, "good.md", "好")
    _write(notes, ".gitignore", "ignored/\n*.tmp.md\n")
    _write(notes, "ignored/a.md", "不要")
    _write(notes, "b.tmp.md", "不要")
    _write(notes, ".hidden/c.md", "不要")
    _write(notes, "archive/d.md", "不要")
    _write(notes, "empty.md", "")
    _write(notes, "big.md", "大" * 1000)
    _write(notes, "draft.md", TEXTS[3])
    (notes / "binary.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    _write(tmp_path, "outside.md", "外面")
    (notes / "link.md").symlink_to(tmp_path / "outside.md")
    with KnowledgeBase(tmp_path / "index") as kb:
        report = kb.index(notes, exclude=["archive/"], max_bytes=1000)
        assert set(_everything(kb)) == {"good.md"}
        assert {each.path for each in report.skipped} == {"empty.md", "big.md", "draft.md", "binary.md", "link.md"}
        assert kb.index(notes, exclude=["archive/"], max_bytes=1000, drafts=True).added == 1


def test_unreadable_files_stop_nothing(tmp_path: Path) -> None:
    """A pipe named like a post is never opened; a file without permission is named, the others are indexed."""
    notes = tmp_path / "notes"
    _write(notes, "a.md", "甲")
    os.mkfifo(notes / "pipe.md")
    with KnowledgeBase(tmp_path / "index") as kb:
        report = kb.index(notes)
        assert report.added == 1
        assert [each.path for each in report.skipped] == ["pipe.md"]


def test_missing_paths(tmp_path: Path) -> None:
    """A path that does not exist, and nothing to index, are errors that name the way out."""
    with KnowledgeBase(tmp_path / "index") as kb:
        with pytest.raises(InputError, match="nowhere"):
            kb.index(tmp_path / "nowhere")
        with pytest.raises(InputError, match="kbsearch index FOLDER"):
            kb.index()


def test_user_dictionary(tmp_path: Path) -> None:
    """Words of one's own change the index at once, are kept with it, and are used for queries too."""
    notes = tmp_path / "notes"
    _write(notes, "a.md", "流匹配模型很快")
    words = tmp_path / "words.txt"
    words.write_text("流匹配模型 100000\n", encoding="utf-8")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes)
    with KnowledgeBase(tmp_path / "index", user_dictionary=words) as kb:
        kb.index(notes)
    words.unlink()
    with KnowledgeBase(tmp_path / "index") as kb:
        assert [hit.id for hit in kb.search("流匹配模型").hits] == ["a.md"]
        assert any(fact.text == "流匹配模型" and fact.frequency == 1 for fact in kb.explain("流匹配模型").terms)


def test_seed_pages(tmp_path: Path, seeds: Path) -> None:
    """Five listing pages with 58 entries are 39 posts, each with category and date from whichever page states them."""
    with KnowledgeBase(tmp_path / "index") as kb:
        assert kb.index(seeds).added == 39
        hit = kb.search("ControlNet").hits[0]
        assert (hit.category, str(hit.date)) == ("Generative Model", "2026-01-11")
        assert len(hit.sources) >= 2
        assert sum(len(stored.post.sources) for stored in kb.posts()) == 58
        assert kb.index(seeds).unchanged == 39


def test_real_posts(tmp_path: Path, shared_data: Path) -> None:
    """Every one of thousands of real files is indexed or named with a reason, and a second run changes nothing."""
    posts = shared_data / "posts"
    count = sum(1 for path in posts.rglob("*.md"))
    with KnowledgeBase(tmp_path / "index") as kb:
        report = kb.index(posts)
        assert report.added + len(report.skipped) == count
        again = kb.index(posts)
        assert (again.added, again.updated, again.removed) == (0, 0, 0)
        assert again.seconds < report.seconds / 10
