from __future__ import annotations

from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post
from kbsearch.links import Entry, LinkGraph
from kbsearch.model import Link


def entry(
    id: str, *links: str, title: str = "", aliases: tuple[str, ...] = (), slug: str = "", date: int | None = None
) -> Entry:
    written = tuple(
        Link(link.strip("[]"), link, 1, wiki=True) if link.startswith("[[") else Link(link, link, 1) for link in links
    )
    return Entry(id, title or id, id, "", slug, aliases, date, written)


GRAPH = LinkGraph(
    [
        entry("a/one.md", "two.md", "[[Two]]", "../b/three.md#part", "gone.md", "x.png", "https://e.example", date=2),
        entry("a/two.md", "one.md", title="Two", date=1),
        entry("b/three.md", title="機器學習", aliases=("ML",), slug="/posts/ml/", date=2),
        entry("b/two.md", title="Two"),
        entry("c/post/index.md", title="Bundle"),
    ]
)


@pytest.mark.parametrize(
    ("source", "target", "wiki", "kind", "id", "anchor"),
    [
        ("a/one.md", "two.md", False, "post", "a/two.md", ""),
        ("a/one.md", "./two.md#x", False, "post", "a/two.md", "x"),
        ("a/one.md", "../b/three.md", False, "post", "b/three.md", ""),
        ("a/one.md", "../b/three", False, "post", "b/three.md", ""),
        ("a/one.md", "three.md", False, "missing", "", ""),
        ("a/one.md", "../../../b/three.md", False, "missing", "", ""),
        ("a/one.md", "/posts/ml/", False, "post", "b/three.md", ""),
        ("a/one.md", "../c/post/", False, "post", "c/post/index.md", ""),
        ("a/one.md", "#here", False, "post", "a/one.md", "here"),
        ("a/one.md", "img/x.png", False, "file", "", ""),
        ("a/one.md", "https://e.example/two.md", False, "external", "", ""),
        ("a/one.md", "//e.example/two.md", False, "external", "", ""),
        ("a/one.md", "mailto:x@e.example", False, "external", "", ""),
        ("a/one.md", "Two", True, "post", "a/two.md", ""),
        ("b/three.md", "two", True, "post", "b/two.md", ""),
        ("a/one.md", "机器学习#节", True, "post", "b/three.md", "节"),
        ("a/one.md", "ml", True, "post", "b/three.md", ""),
        ("a/one.md", "b/two", True, "post", "b/two.md", ""),
        ("a/one.md", "Bundle", True, "post", "c/post/index.md", ""),
        ("a/one.md", "three.md", True, "post", "b/three.md", ""),
        ("a/one.md", "None", True, "missing", "", ""),
    ],
)  # fmt: skip
def test_links_are_resolved(source: str, target: str, wiki: bool, kind: str, id: str, anchor: str) -> None:
    """Relative paths, addresses on the author's site, titles, aliases and file names; the nearest of equal names."""
    found = GRAPH.resolve(source, target, wiki=wiki)
    assert (found.kind, found.id, found.anchor) == (kind, id, anchor)


def test_out_back_and_broken() -> None:
    """Links out in order, each source of links back once, and links to nothing."""
    assert [target.kind for _, target in GRAPH.outgoing("a/one.md")] == [
        "post", "post", "post", "missing", "file", "external",
    ]  # fmt: skip
    assert [(source.id, link.target) for source, link in GRAPH.backlinks("a/two.md")] == [("a/one.md", "two.md")]
    assert [link.target for link in GRAPH.broken("a/one.md")] == ["gone.md"]
    assert GRAPH.outgoing("none") == [] and GRAPH.backlinks("none") == []


def test_neighbours_by_date() -> None:
    """The posts before and after by date, then id; none for posts without a date."""
    before, after = GRAPH.neighbours("a/one.md")
    assert before is not None and before.id == "a/two.md"
    assert after is not None and after.id == "b/three.md"
    assert GRAPH.neighbours("b/two.md") == (None, None)


def test_graph_follows_the_index(tmp_path: Path) -> None:
    """A link to a post that is added later comes alive with the update."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add([Post(id="a.md", title="A", text="See [[b]]")])
        assert [link.target for link in kb.links().broken("a.md")] == ["b"]
        kb.add([Post(id="b.md", text="x")])
        assert kb.links().broken("a.md") == []
        assert [entry.id for entry, _ in kb.links().backlinks("b.md")] == ["a.md"]


def test_sample_corpus_has_no_broken_link(tmp_path: Path, sample_corpus: Path) -> None:
    """Every link between the sample posts leads somewhere."""
    with KnowledgeBase(tmp_path) as kb:
        kb.index(sample_corpus, workers=1)
        graph = kb.links()
        assert {id: broken for id in graph.entries if (broken := graph.broken(id))} == {}
