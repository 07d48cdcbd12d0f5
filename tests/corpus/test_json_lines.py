"""JSON Lines, one post a line."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.json_lines import read_json_lines


def test_fields_and_synonyms() -> None:
    """A post's own fields, and what other tools call them."""
    lines = [
        {"id": "a", "title": "A", "text": "x", "category": "C", "date": "2024-03-05", "tags": ["t"], "aliases": ["B"]},
        {"_id": 7, "body": "y", "lastmod": 20240305, "url": "/u", "draft": True},
        {"id": "c", "content": "z\r\nz", "keywords": "p, q", "published": False},
        {"id": "d", "markdown": "# m"},
    ]
    posts, warnings = read_json_lines("\n".join(json.dumps(line) for line in lines), "dir/p.jsonl")
    assert warnings == []
    assert [(post.id, post.text, post.line, post.path) for post in posts] == [
        ("a", "x", 1, "dir/p.jsonl"),
        ("7", "y", 2, "dir/p.jsonl"),
        ("c", "z\nz", 3, "dir/p.jsonl"),
        ("d", "# m", 4, "dir/p.jsonl"),
    ]
    assert (posts[0].title, posts[0].category, posts[0].date, posts[0].tags) == ("A", "C", dt.date(2024, 3, 5), ("t",))
    assert (posts[1].updated, posts[1].slug, posts[1].draft, posts[1].category) == (
        dt.date(2024, 3, 5),
        "/u",
        True,
        "dir",
    )
    assert (posts[2].tags, posts[2].draft) == (("p", "q"), True)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "not JSON"),
        ("[1]", "found a list"),
        ("null", "found a NoneType"),
        ('{"id": "x"}', "neither text nor title"),
        ("[" * 100_000, "nested too deep"),
        ('{"text": ' + "[" * 100_000, "nested too deep"),
        ('{"text": "x", "date": "2023-02-30"}', "2023-02-30"),
        ('{"text": ["x"], "title": "t"}', "text: expected text"),
    ],
    ids=range(8),
)
def test_a_bad_line_is_a_warning(line: str, problem: str) -> None:
    """A line that cannot be read, or a field of it, is told with its number; the lines around it are read."""
    posts, warnings = read_json_lines(f'{{"id": "a", "text": "x"}}\n\n{line}\n{{"id": "b", "text": "y"}}', "p.jsonl")
    assert {"a", "b"} <= {post.id for post in posts}
    assert len(warnings) == 1
    assert warnings[0].startswith("line 3: ")
    assert problem in warnings[0]


def test_ids_are_stable_and_unique() -> None:
    """Without an id, the content names the post wherever its line stands; a repeated id is told and both posts kept."""
    (first,), _ = read_json_lines('{"text": "x"}', "p.jsonl")
    moved, warnings = read_json_lines(
        '\n{"text": "y"}\n{"text": "x"}\n{"id": "a", "text": "1"}\n{"id": "a", "text": "2"}', "p.jsonl"
    )
    assert first.id.startswith("p.jsonl#")
    assert moved[1].id == first.id
    assert [post.id for post in moved[2:]] == ["a", "p.jsonl#L5"]
    assert warnings == ["line 5: id 'a' was used before; named 'p.jsonl#L5'"]


def test_surrogates_and_huge_numbers() -> None:
    """Escapes that are no characters are replaced; a number of 100,000 digits costs nothing."""
    posts, warnings = read_json_lines(
        '{"id": "\\ud800", "text": "a\\ud83d\\u0000", "weight": ' + "9" * 100_000 + "}", "p.jsonl"
    )
    assert (posts[0].id, posts[0].text, warnings) == ("\ufffd", "a\ufffd\ufffd", [])


def test_many_bad_lines_give_few_warnings() -> None:
    """A file that is no JSON Lines does not flood the screen: twenty warnings and a count."""
    posts, warnings = read_json_lines("{\n" * 1000, "p.jsonl")
    assert posts == []
    assert len(warnings) == 21
    assert warnings[-1] == "and 980 more warnings"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["id", "text", "title", "date", "tags"]) | st.text(), inner)
    ),
    max_leaves=8,
)


@given(st.lists(JSON.map(json.dumps) | st.text(), max_size=6).map("\n".join))
def test_any_lines_are_read(text: str) -> None:
    """No text makes the reader fail, ids are unique, and every post can be written out."""
    posts, _ = read_json_lines(text, "p.jsonl")
    assert len({post.id for post in posts}) == len(posts)
    for post in posts:
        f"{post.id}{post.title}{post.text}{post.tags}{post.category}".encode()
