"""A file's bytes as posts."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.corpus.listing import merge_listings
from kbsearch.corpus.read import ReadResult, read_post
from kbsearch.model import Post


def one(data: bytes, path: str) -> Post:
    result = read_post(data, path)
    assert result.skipped is None
    (post,) = result.posts
    return post


def test_a_markdown_post() -> None:
    """Front matter fills the fields; the text is the body, at its line; id and path are the file's path."""
    data = "---\r\ntitle: 扩散模型\r\ndate: 2024-03-05\r\ntags: [a]\r\n---\r\n# 一\r\n".encode("gb18030")
    post = one(data, "Generative Model/ddpm.md")
    assert post == Post(
        id="Generative Model/ddpm.md",
        title="扩散模型",
        text="# 一\n",
        category="Generative Model",
        date=dt.date(2024, 3, 5),
        tags=("a",),
        path="Generative Model/ddpm.md",
        line=6,
    )


def test_a_post_without_front_matter() -> None:
    """Text alone is a post: its folder is its category, its file's name may give the date, its title stays open."""
    assert one(b"# Hello\n", "a/2024-03-05-x.markdown") == Post(
        id="a/2024-03-05-x.markdown",
        text="# Hello\n",
        category="a",
        date=dt.date(2024, 3, 5),
        path="a/2024-03-05-x.markdown",
    )
    assert one(b"plain text", "x.txt").text == "plain text"


def test_a_bundle_is_named_after_its_folder() -> None:
    """``index.md`` in a folder of its own is that folder's post."""
    post = one(b"body", "blog/2024-03-05-ddpm/index.md")
    assert (post.category, post.slug, post.date) == ("blog", "2024-03-05-ddpm", dt.date(2024, 3, 5))


@pytest.mark.parametrize(
    ("data", "path", "reason"),
    [
        (b"", "x.md", "empty"),
        (b" \r\n\t\n", "x.md", "no text"),
        (b"\xef\xbb\xbf", "x.md", "no text"),
        (b"\x89PNG\r\n\x1a\n", "x.md", "binary"),
        (b"\0\1\2" * 100, "x.jsonl", "binary"),
        (b"[]\n", "x.jsonl", "no post"),
    ],
)
def test_what_holds_no_post_is_skipped_with_a_reason(data: bytes, path: str, reason: str) -> None:
    """Empty, binary and blank files give no post and say why."""
    result = read_post(data, path)
    assert result.posts == ()
    assert result.skipped is not None
    assert reason in result.skipped


def test_warnings_name_the_file() -> None:
    """Each warning begins with the path, whatever part of the file it is about."""
    result = read_post(b"---\ntitle: a: b\ndate: 2023-02-30\n---\nbody \xff", "dir/x.md")
    assert len(result.warnings) == 3
    assert all(warning.startswith("dir/x.md: ") for warning in result.warnings)
    assert (result.posts[0].title, result.posts[0].date) == ("a: b", None)


@pytest.mark.parametrize(
    "path", ["目录/笔记 1.md", "a\\b.md", "a/b.MD", "e\u0301/\U0001f4da.md", "a/x\udcff.md", "CON.md", "noext", ""]
)
def test_odd_paths(path: str) -> None:
    """Any path will do; what cannot be written out as UTF-8 is spelled out."""
    post = one(b"body", path)
    post.id.encode()
    assert post.id == path.replace("\udcff", "%DCFF")


def test_json_lines_and_listings_are_told_by_suffix() -> None:
    """``.jsonl`` holds a post a line; ``.txt`` may be a listing, ``.md`` never is."""
    page = "LATEST UPDATES\n" + ("词" * 100 + "...\n") * 2
    assert len(read_post(b'{"text": "a"}\n{"text": "b"}', "x.jsonl").posts) == 2
    listing = read_post(page.encode(), "x.txt")
    assert (len(listing.posts), listing.listing) == (2, True)
    assert read_post(page.encode(), "x.md").listing is False


def test_the_seeds(seeds: Path) -> None:
    """The folder of seeds gives 39 posts of 58 entries."""
    results = [read_post(file.read_bytes(), file.name) for file in sorted(seeds.glob("*.txt"))]
    assert all(result.listing and not result.warnings for result in results)
    entries = [post for result in results for post in result.posts]
    assert (len(entries), len(merge_listings(entries))) == (58, 39)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, tuple[bytes, ReadResult]]:
    root = shared_data / "posts"
    files = {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*.md"))}
    return {path: (data, read_post(data, path)) for path, data in files.items()}


def test_real_posts(real: dict[str, tuple[bytes, ReadResult]]) -> None:
    """Every real file is one post, and titles, dates, tags and categories are found in as many as have them."""
    assert all(len(result.posts) == 1 for _, result in real.values())
    posts = [result.posts[0] for _, result in real.values()]
    sites = Counter(post.path.split("/")[0] for post in posts)
    assert sites == {
        "cloudwego": 973,
        "cosx": 627,
        "hexo-mushanshitiancai": 239,
        "hexo-vra": 206,
        "servicemesher": 306,
        "tidb-zh": 1222,
    }
    assert sum(not post.title for post in posts) == 12  # those without front matter, and one whose block has none
    dated = Counter(post.path.split("/")[0] for post in posts if post.date)
    assert dated == {"cloudwego": 799, "cosx": 623, "hexo-mushanshitiancai": 238, "hexo-vra": 204, "servicemesher": 301}
    tagged = Counter(post.path.split("/")[0] for post in posts if post.tags)
    assert tagged == {
        "cloudwego": 459,
        "cosx": 550,
        "hexo-mushanshitiancai": 228,
        "hexo-vra": 193,
        "servicemesher": 301,
    }
    categories = {post.category for post in posts}
    assert {"Java/Spring", "学习总结/计算机视觉/OpenCV", "统计软件", "cloudwego/content/zh/docs/kitex"} <= categories
    assert sum(len(result.warnings) for _, result in real.values()) == 2  # two keys given twice


def test_real_bodies_are_whole(real: dict[str, tuple[bytes, ReadResult]]) -> None:
    """A post's text is the end of its file, from the line it says."""
    for data, result in real.values():
        post = result.posts[0]
        lines = data.decode().replace("\r\n", "\n").split("\n")
        assert post.text == "\n".join(lines[post.line - 1 :])


def test_mutated_real_posts(real: dict[str, tuple[bytes, ReadResult]]) -> None:
    """Real posts with bytes struck out, doubled and changed, mostly in the front matter, are read or skipped."""
    chosen = random.Random(5)
    for path in chosen.sample(sorted(real), 400):
        data = bytearray(real[path][0][:3000])
        for _ in range(chosen.randrange(1, 6)):
            at = chosen.randrange(min(len(data), 300))
            data[at : at + chosen.randrange(3)] = bytes(
                chosen.choices(b"-:\n \t[]{}'\"#&*!|>%@`,\xff\x00+;", k=chosen.randrange(4))
            )
        result = read_post(bytes(data), path)
        assert result.posts or result.skipped


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["x.md", "x.txt", "x.jsonl", "a/index.md"]))
def test_any_bytes(data: bytes, path: str) -> None:
    """Any bytes under any suffix give posts that can be written out, or a reason."""
    result = read_post(data, path)
    assert bool(result.posts) != bool(result.skipped)
    for post in result.posts:
        f"{post.id}{post.title}{post.text}{post.tags}{post.category}{post.sources}".encode()
