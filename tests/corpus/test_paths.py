"""What a path says about a post."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.paths import bundle_name, folder_category, title_from_path


@pytest.mark.parametrize(
    ("path", "category", "title"),
    [
        ("Deep Learning/adamw.md", "Deep Learning", "adamw"),
        ("a/b/c.md", "a/b", "c"),
        ("x.md", "", "x"),
        ("noext", "", "noext"),
        ("a/v1.2.md", "a", "v1.2"),
        ("笔记/2024-03-05 描述符.MD", "笔记", "描述符"),
        ("daily/2024-03-05.md", "daily", "2024-03-05"),
        ("a/post/index.md", "a", "post"),
        ("a/2024-03-05-post/index.zh-cn.md", "a", "post"),
        ("a/_index.md", "a", "a"),
        ("index.md", "", "index"),
        ("source/_posts/AI/x.md", "AI", "x"),
        ("_drafts/x.md", "", "x"),
        ("movies/_posts/2024-03-05-x.md", "movies", "x"),
        ("a\\b\\c.md", "a/b", "c"),
        ("./a//b.md", "a", "b"),
    ],
)
def test_category_and_title(path: str, category: str, title: str) -> None:
    """Folders give the category, the name gives the title; bundles and generators' own folders are known."""
    assert folder_category(path) == category
    assert title_from_path(path) == title


def test_bundles() -> None:
    """Only ``index.md`` and its like stand for their folder."""
    assert bundle_name("a/b/index.en.md") == "b"
    assert bundle_name("a/b/indexes.md") == ""
    assert bundle_name("index.md") == ""


@given(st.text())
def test_any_path(path: str) -> None:
    """Any text will do as a path, and no category leads out of the folder."""
    title_from_path(path)
    assert ".." not in folder_category(path).split("/")
