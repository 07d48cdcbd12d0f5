"""Front matter's keys as fields of a post."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.corpus.metadata import KNOWN_KEYS, Metadata, normal_key, read_metadata

DAY = dt.date(2024, 3, 5)


def read(**data: object) -> Metadata:
    return read_metadata(data)


@pytest.mark.parametrize(
    ("generator", "data", "expected"),
    [
        (
            "Hexo",
            {
                "title": "x",
                "date": "2024-03-05 10:00:00",
                "updated": "2024-03-06",
                "tags": ["a"],
                "categories": ["Java", "Spring"],
            },
            Metadata("x", "Java/Spring", dt.datetime(2024, 3, 5, 10), dt.date(2024, 3, 6), ("a",)),
        ),
        (
            "Hugo",
            {
                "title": "x",
                "publishDate": "2024-03-05",
                "lastmod": "2024-03-06",
                "categories": ["a", "b"],
                "slug": "s",
                "draft": "true",
            },
            Metadata("x", "a", DAY, dt.date(2024, 3, 6), ("b",), slug="s", draft=True),
        ),
        (
            "Jekyll",
            {
                "layout": "post",
                "title": "x",
                "last_modified_at": "2024-03-06",
                "category": "a",
                "published": "false",
                "permalink": "/x/",
            },
            Metadata("x", "a", DAY, dt.date(2024, 3, 6), slug="/x/", draft=True),
        ),
        (
            "Zola",
            {
                "title": "x",
                "date": DAY,
                "taxonomies": {"tags": ["t"], "categories": ["a", "b"]},
                "extra": {"summary": "s"},
            },
            Metadata("x", "a", DAY, tags=("t", "b"), description="s"),
        ),
        (
            "MkDocs Material",
            {
                "date": {"created": "2024-03-05", "updated": "2024-03-06"},
                "categories": ["a", "b"],
                "authors": ["me"],
                "description": "s",
            },
            Metadata("", "a", DAY, dt.date(2024, 3, 6), ("b",), description="s"),
        ),
        (
            "Obsidian",
            {
                "aliases": ["DDPM", "去噪扩散"],
                "tags": ["#nlp/llm", "#GPT"],
                "created": "2024-03-05",
                "modified": "2024-03-06T10:00",
            },
            Metadata("", "", DAY, dt.datetime(2024, 3, 6, 10), ("nlp/llm", "GPT"), ("DDPM", "去噪扩散")),
        ),
    ],
)
def test_generators(generator: str, data: dict[str, object], expected: Metadata) -> None:
    """Each generator's keys fill the fields that its documentation says they do."""
    assert read_metadata(data, name="2024-03-05-x.md") == expected


@pytest.mark.parametrize(
    "key", ["date", "Date", "created", "published", "pubDate", "publish_date", "created_at", "日期", "创建时间"]
)
def test_keys_for_the_date(key: str) -> None:
    """The date goes by many names, in any case, with hyphens or without."""
    assert read_metadata({key: "2024-03-05"}).date == DAY


@pytest.mark.parametrize(
    "key", ["updated", "lastmod", "modified", "last-modified", "lastModified", "last_modified_at", "更新时间"]
)
def test_keys_for_the_last_change(key: str) -> None:
    """So does the date of the last change."""
    assert read_metadata({key: "2024-03-05"}).updated == DAY


def test_an_unreadable_date_is_a_warning() -> None:
    """An impossible date is told, and the next key, or the file's name, is asked."""
    found = read(date="2023-02-30", created="2024-03-05")
    assert found.date == DAY
    assert "2023-02-30" in found.warnings[0]
    assert read_metadata({"date": "soon"}, name="2024-03-05-x.md").date == DAY
    assert read(date="").warnings == ()


@pytest.mark.parametrize(
    ("data", "category", "tags"),
    [
        ({"categories": "Deep Learning"}, "Deep Learning", ()),
        ({"categories": "a, b"}, "a", ("b",)),
        ({"category": "a, b"}, "a, b", ()),
        ({"category": "NLP / LLM/"}, "NLP/LLM", ()),
        ({"categories": [["a", "b"], ["c", "d"]]}, "a/b", ("c/d",)),
        ({"categories": ["a", ["b", "c"]]}, "a", ("b/c",)),
        ({"categories": ["a"], "draft": "false"}, "a", ()),
        ({"categories": ["a", "b"], "lastmod": "2024-03-05"}, "a", ("b",)),
        ({"category": "a", "categories": ["a", "b"], "weight": "1"}, "a", ("b",)),
        ({"categories": None}, "folder", ()),
        ({"categories": []}, "folder", ()),
        ({"categories": [None]}, "folder", ()),
        ({}, "folder", ()),
    ],
)
def test_categories(data: dict[str, object], category: str, tags: tuple[str, ...]) -> None:
    """Text, lists, paths and null, as the module's docstring says; else the folder."""
    found = read_metadata(data, folder_category="folder")
    assert (found.category, found.tags, found.warnings) == (category, tags, ())


@pytest.mark.parametrize(
    ("data", "tags"),
    [
        ({"tags": ["Python", "python", " C++ ", "#AI", None, "2024"]}, ("Python", "C++", "AI", "2024")),
        ({"tags": "a, b，c、d；e"}, ("a", "b", "c", "d", "e")),
        ({"tags": "#a #b"}, ("a", "b")),
        ({"tags": "Deep Learning"}, ("Deep Learning",)),
        ({"tags": [2024, 1.5]}, ("2024", "1.5")),
        ({"tags": ["a"], "tag": "b", "keywords": "A, c"}, ("a", "b", "c")),
        ({"tags": None}, ()),
    ],
)
def test_tags(data: dict[str, object], tags: tuple[str, ...]) -> None:
    """Tags come as list, text, numbers or null; the first spelling of each stays."""
    found = read_metadata(data)
    assert (found.tags, found.warnings) == (tags, ())


def test_addresses_are_no_aliases() -> None:
    """Redirects that Hugo keeps under ``aliases`` are not names of the post."""
    assert read(aliases=["/docs/x/", "x.html", "https://x.org", "zh/tidb/dev", "扩散模型", "TCP/IP"]).aliases == (
        "扩散模型",
        "TCP/IP",
    )
    assert read(aliases="EMA, 指数移动平均").aliases == ("EMA", "指数移动平均")


@pytest.mark.parametrize(
    ("data", "draft"),
    [
        ({"draft": True}, True),
        ({"draft": "yes"}, True),
        ({"draft": "false"}, False),
        ({"published": False}, True),
        ({"published": "2024-03-05"}, False),
        ({"published": "true"}, False),
        ({"status": "draft"}, True),
        ({"draft": None}, False),
    ],
)
def test_drafts(data: dict[str, object], draft: bool) -> None:
    """``draft`` and ``published`` tell drafts; ``published`` may be a date instead."""
    found = read_metadata(data)
    assert (found.draft, found.warnings) == (draft, ())


@pytest.mark.parametrize(
    "data",
    [
        {"title": ["x"]},
        {"title": {"a": "b"}},
        {"tags": {"a": "b"}},
        {"tags": [["a"]]},
        {"categories": {"a": "b"}},
        {"categories": [{"a": "b"}] * 100},
        {"date": ["2024-03-05"]},
        {"date": dt.time(12)},
        {"draft": "perhaps"},
        {"slug": True},
        {"aliases": {"a": "b"}},
        {"title": 10**5000},
    ],
)
def test_wrong_kinds_are_warnings(data: dict[str, object]) -> None:
    """A value of the wrong kind is left out with one warning that names the key."""
    found = read_metadata(data)
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith(next(iter(data)) + ": ")
    assert found == Metadata(warnings=found.warnings)


def test_hostile_values_take_bounded_time() -> None:
    """Values of a million characters are read within two seconds."""
    start = time.process_time()
    for value in ("a/" * 500_000 + " b", "a." * 500_000, "#" * 1_000_000, ", " * 500_000, ["a"] * 200_000):
        read(title=value, aliases=value, tags=value, categories=value, date=value, draft=value)
        assert time.process_time() - start < 2
        start = time.process_time()


def test_text_is_one_line_and_can_be_written() -> None:
    """Line breaks in a title become spaces, and lone surrogates are replaced."""
    assert read(title=" a\n  b ").title == "a b"
    assert read(title="a\ud800").title == "a\ufffd"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | st.times()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(KNOWN_KEYS)) | st.text(), ANYTHING))
def test_any_values_are_read(data: dict[str, object]) -> None:
    """Whatever stands under whatever key, a post's fields come out, of the right kinds, fit to be written."""
    found = read_metadata(data, folder_category="folder")
    texts = [found.title, found.category, found.slug, found.description, *found.tags, *found.aliases]
    assert all(text == text.strip() for text in texts)
    "".join(texts).encode()
    assert found.category
    assert len({tag.casefold() for tag in found.tags}) == len(found.tags)
    assert found.date is None or isinstance(found.date, dt.date)


def test_known_keys_are_normal() -> None:
    """The table of keys holds keys as they are compared."""
    assert {normal_key(key) for key in KNOWN_KEYS} == KNOWN_KEYS
