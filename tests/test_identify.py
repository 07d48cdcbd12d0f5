"""Which post a name means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, NotFoundError, Post

IDS = [
    "a/one.md",
    "b/one.md",
    "b/two.md",
    "c/post/index.md",
    "Generative Model/重参数化.md",
    "note-1",
    "d/Two Words.md",
]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with KnowledgeBase(tmp_path_factory.mktemp("identify")) as opened:
        opened.add([Post(id=id, text="x") for id in IDS])
        yield opened


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("a/one.md", "a/one.md"),
        ("two.md", "b/two.md"),
        ("two", "b/two.md"),
        ("b/one", "b/one.md"),
        ("post", "c/post/index.md"),
        ("c/post/", "c/post/index.md"),
        ("重參數化", "Generative Model/重参数化.md"),
        ("generative model/重参数化", "Generative Model/重参数化.md"),
        ("NOTE-1", "note-1"),
        ("two words", "d/Two Words.md"),
    ],
)
def test_names(kb: KnowledgeBase, name: str, id: str) -> None:
    """An id, or the end of one from the start of a name on; in any case and script if nothing fits as it is."""
    assert kb.identify(name) == id


def test_several_posts(kb: KnowledgeBase) -> None:
    """A name that fits several posts is an error that names them."""
    with pytest.raises(NotFoundError, match=r"2 posts: a/one\.md, b/one\.md"):
        kb.identify("one")


@pytest.mark.parametrize("name", ["", "/", "ne.md", "x", "wo", "..", "\0", "\ud800", "/etc/passwd"])
def test_no_post(kb: KnowledgeBase, name: str) -> None:
    """What is no end of an id, or begins within a name, is no post."""
    with pytest.raises(NotFoundError, match="no post has the id"):
        kb.identify(name)


def test_paths_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path of a file, absolute or from the working folder, means its post; also in a second folder."""
    for name in ("notes/x/one.md", "other/one.md"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("text", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with KnowledgeBase("index") as kb:
        kb.index("notes", "other", workers=1)
        assert kb.identify("notes/x/one.md") == "x/one.md"
        assert kb.identify(str(tmp_path / "other/one.md")) == "other/one.md"
        monkeypatch.chdir("notes/x")
        with KnowledgeBase(tmp_path / "index") as again:
            assert again.identify("./one.md") == "x/one.md"


def test_removed_posts_are_not_meant(tmp_path: Path) -> None:
    """A post that is gone neither answers to a name nor makes another ambiguous."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add([Post(id="a/one.md", text="x"), Post(id="b/one.md", text="x")])
        kb.remove(["a/one.md"])
        assert kb.identify("one") == "b/one.md"
