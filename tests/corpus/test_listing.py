"""Listing pages, split and merged."""

from __future__ import annotations

import datetime as dt
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.listing import merge_listings, read_listing
from kbsearch.model import Post

LONG = "ControlNet应该算是2023年文生图领域最重要的工作,它让文生图模型实现了可控生成。" * 4 + "..."
OTHER = "AdamW目前是大语言模型训练的默认优化器,而大部分资料对区别的介绍都不是很明确。" * 4 + "..."
THIRD = "Quick Start 一个最简单的例子! 环境准备 PyTorch(gpu)=1.5,python=3.6 推荐使用官方打好的镜像。" * 3 + "…"
DAY = dt.date(2026, 1, 11)


def pages(folder: Path) -> list[Post]:
    found = [read_listing(file.read_text(), file.name) for file in sorted(folder.glob("*.txt"))]
    return [post for page in found if page is not None for post in page]


def test_the_seeds(seeds: Path) -> None:
    """The five pages hold 58 entries, which are 39 posts."""
    entries = pages(seeds)
    assert len(entries) == 58
    merged = merge_listings(entries)
    assert len(merged) == 39
    assert len({post.id for post in merged}) == 39
    assert sum(len(post.sources) for post in merged) == 58
    assert all(post.title and post.text and len(post.title) <= 60 for post in merged)


def test_a_merged_post_takes_what_any_page_states(seeds: Path) -> None:
    """ControlNet stands on three pages, and one of them says category and date."""
    entries = [post for post in pages(seeds) if post.text.startswith("ControlNet")]
    (post,) = merge_listings(entries)
    assert (post.category, post.date) == ("Generative Model", DAY)
    assert post.sources == (
        "000_44f3ef221901dd3f.txt:13",
        "001_8609143b01f23269.txt:11",
        "003_f3ede745aa7a9cef.txt:7",
    )
    assert (post.path, post.line) == ("000_44f3ef221901dd3f.txt", 13)


def test_entries_and_lines() -> None:
    """Category and date belong to the excerpt after them; header and pager are no entries; lines are the page's."""
    text = (
        f"INCOMING\n\nLATEST UPDATES\nDeep Learning\n2026-01-11\n{LONG}\n\n{OTHER}\n2026年1月11日\n{THIRD}\n1 2 ... 9\n"
    )
    posts = read_listing(text, "p.txt")
    assert posts is not None
    assert [(post.category, post.date, post.line) for post in posts] == [
        ("Deep Learning", DAY, 6),
        ("", None, 8),
        ("", DAY, 10),
    ]
    assert [post.text for post in posts] == [LONG, OTHER, THIRD]
    assert posts[0].sources == ("p.txt:6",)
    assert [post.title for post in posts] == [
        "ControlNet应该算是2023年文生图领域最重要的工作",
        "AdamW目前是大语言模型训练的默认优化器",
        "Quick Start 一个最简单的例子!",
    ]


def test_a_short_excerpt_may_come_first() -> None:
    """After the page's own header a sentence is an entry; a word or two, or what stands before it, is not."""
    posts = read_listing(f"Welcome!\nLATEST UPDATES\nAll posts\n很短的一篇。\n{LONG}\n{OTHER}", "p.txt")
    assert posts is not None
    assert [post.text for post in posts] == ["很短的一篇。", LONG, OTHER]


def test_short_excerpts_among_cut_ones() -> None:
    """A post too short to be cut is an entry too."""
    posts = read_listing(f"LATEST UPDATES\n{LONG}\nPython\n2026-01-11\n很短的一篇。\n{OTHER}", "p.txt")
    assert posts is not None
    assert [(post.text, post.category) for post in posts] == [(LONG, ""), ("很短的一篇。", "Python"), (OTHER, "")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A plain text.\n\nIt has paragraphs, and says so...\n",
        "LATEST UPDATES\n\nNothing new today...\n",
        f"A diary.\n\nIt was a long day, {'and so on, ' * 20}...\n\nThen I slept.\n\nAnd woke.\n\nAnd wrote this.\n",
        "Python\n2026-01-11\nA short note, not a page.\n",
        "Loading...\n" * 50,
    ],
)
def test_ordinary_texts_are_no_listing(text: str) -> None:
    """A text without cut excerpts, or with few of them, is one post."""
    assert read_listing(text, "p.txt") is None


def test_real_posts_are_no_listing(shared_data: Path) -> None:
    """None of the real Markdown posts would be taken for a listing page."""
    files = sorted((shared_data / "posts").rglob("*.md"))
    assert len(files) > 3000
    assert [file for file in files if read_listing(file.read_text(), file.name) is not None] == []


def entry(text: str, source: str, category: str = "", date: dt.date | None = None) -> Post:
    path, line = source.split(":")
    return Post(id=source, text=text, category=category, date=date, path=path, line=int(line), sources=(source,))


def test_cuts_and_spaces_do_not_part_a_post() -> None:
    """An excerpt cut earlier, or with other spaces, is the same post; the longest one is kept."""
    shorter = LONG[:90] + "..."
    spaced = LONG.replace(",", ", ")
    (post,) = merge_listings([entry(shorter, "a:1"), entry(spaced, "b:1", "C", DAY), entry(LONG, "c:1")])
    assert post.text in {spaced, LONG}
    assert (post.category, post.date, post.sources) == ("C", DAY, ("a:1", "b:1", "c:1"))


def test_like_beginnings_do_not_join_posts() -> None:
    """Posts that begin alike stay two: unless one is cut, the whole excerpt counts, and a short cut proves nothing."""
    assert len(merge_listings([entry(LONG[:90] + "甲。", "a:1"), entry(LONG[:90] + "乙。", "a:2")])) == 2
    assert len(merge_listings([entry("系列文章…", "a:1"), entry("系列文章之一。", "a:2")])) == 2
    assert len(merge_listings([entry(LONG[:90], "a:1"), entry(LONG, "a:2")])) == 2


def test_newest_statement_wins() -> None:
    """Where pages disagree, the newest date and its category count."""
    older, newer = entry(LONG, "a:1", "A", dt.date(2025, 1, 1)), entry(LONG, "b:1", "B", DAY)
    for order in ([older, newer], [newer, older]):
        (post,) = merge_listings(order)
        assert (post.category, post.date) == ("B", DAY)


def test_order_of_pages_does_not_matter(seeds: Path) -> None:
    """Whatever the order in which entries are met, the posts are the same; merging again changes nothing."""
    entries = pages(seeds)
    expected = {post.id: post for post in merge_listings(entries)}
    chosen = random.Random(3)
    for _ in range(5):
        chosen.shuffle(entries)
        merged = merge_listings(entries)
        assert {post.id: post for post in merged} == expected
        assert merge_listings(merged) == merged
        assert {post.id: post for post in merge_listings(merge_listings(entries[:30]) + entries[30:])} == expected


def test_posts_of_other_files_pass_through() -> None:
    """Posts that are no entries are left as they are, in their place."""
    plain = Post(id="x.md", text=LONG)
    assert merge_listings([plain, entry(LONG, "a:1"), plain, entry(LONG, "b:1")])[0::2] == [plain, plain]


LINES = st.sampled_from(
    ["Python", "2026-01-11", LONG, OTHER, LONG[:85] + "...", "1 2", "LATEST UPDATES", "", "short", "...", "1.", "💡"]
)


@given(st.lists(LINES | st.text(), max_size=20).map("\n".join))
def test_any_text_is_split_or_not(text: str) -> None:
    """No text makes the reader fail; each entry is a line of the page, and none is lost in merging."""
    posts = read_listing(text, "p.txt")
    if posts is None:
        return
    lines = text.split("\n")
    assert all(lines[post.line - 1].strip() == post.text for post in posts)
    merged = merge_listings(posts)
    assert sum(len(post.sources) for post in merged) == len(posts)


@pytest.mark.parametrize(
    "text",
    [
        ("1" * 39 + "x\n" + "y" * 100 + "...\n") * 10_000,
        ("<>" * 19 + "x\n" + "y" * 100 + "...\n") * 10_000,
        "LATEST UPDATES\n" + ("http://x" * 200_000 + "...\n") * 2,
        "LATEST UPDATES\n" + ("1.、" * 200_000 + "...\n") * 2,
    ],
    ids=["digits", "arrows", "address", "numbers"],
)
def test_hostile_pages_take_bounded_time(text: str) -> None:
    """Pages made to be slow are split and merged in seconds."""
    start = time.process_time()
    merge_listings(read_listing(text, "p.txt") or [])
    assert time.process_time() - start < 4
