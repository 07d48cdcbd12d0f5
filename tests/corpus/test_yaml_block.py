"""YAML as front matter uses it."""

from __future__ import annotations

import contextlib

import pytest
import yaml
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.yaml_block import YamlError, read_lines, read_yaml


def test_scalars_stay_as_written() -> None:
    """Dates, numbers and YAML 1.1's booleans are the text that the author wrote; null is null."""
    block = "date: 2024-03-05\nversion: 1.10\ndraft: on\nzip: 007\nnone: ~\nempty:\nquoted: 'null'\n"
    block += "tags: [2024, yes, null]\n"
    assert read_yaml(block)[0] == {
        "date": "2024-03-05",
        "version": "1.10",
        "draft": "on",
        "zip": "007",
        "none": None,
        "empty": None,
        "quoted": "null",
        "tags": ["2024", "yes", None],
    }


def test_nested_and_folded_values() -> None:
    """Mappings, lists of lists, and folded and literal text are read as YAML defines them."""
    block = (
        "date:\n  created: 2024-01-01\ncategories:\n  - [a, b]\n  - c\nsummary: >-\n  one\n  two\nnote: |\n  x\n  y\n"
    )
    assert read_yaml(block)[0] == {
        "date": {"created": "2024-01-01"},
        "categories": [["a", "b"], "c"],
        "summary": "one two",
        "note": "x\ny\n",
    }


def test_a_repeated_key_keeps_its_last_value() -> None:
    """A key that comes twice is told, and its last value that is not null counts."""
    assert read_yaml("title: a\ntitle: b\ntags: [x]\ntags:\n") == ({"title": "b", "tags": ["x"]}, ["title", "tags"])


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("title: Python: a tour\n", 0),
        ("a: 1\ntitle: {{ title }}\n", 1),
        ("a: &x [1, 1]\nb: *x\n", 1),
        ("a: b\n\tc: d\n", 1),
        ("a: " + "[" * 100_000, 0),
        ("a: \x00\n", 0),
        ("a: 1\n---\nb: 2\n", 0),
    ],
)
def test_what_is_refused(block: str, line: int) -> None:
    """What is not YAML, aliases, deep nesting and odd keys are refused, at the line where they are."""
    with pytest.raises(YamlError) as caught:
        read_yaml(block)
    assert str(caught.value)
    assert caught.value.line == line


def test_tags_construct_nothing() -> None:
    """A tag that asks for a Python object gives the text that follows it."""
    assert read_yaml("a: !!python/object/apply:os.system [id]\nb: !!int x\n")[0] == {"a": ["id"], "b": "x"}


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)),
        "- " * 30_000,
        "? " * 30_000,
        "{a: " * 20_000,
        "\n".join(" " * depth + "a:" for depth in range(350)),
        "a: " + "b" * 65_000,
        "".join(f"k{n}: v\n" for n in range(8_000)),
    ],
    ids=["bomb", "lists", "keys", "mappings", "indents", "long", "many"],
)
def test_hostile_blocks_take_bounded_time(block: str) -> None:
    """The largest block that is ever read, made to be slow, is read or refused within a second."""

    def read_both() -> None:
        for read in (read_yaml, read_lines):
            with contextlib.suppress(YamlError):
                read(block)

    assert cpu_seconds(read_both) < 1


PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="\"'"), min_size=1, max_size=12
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(PLAIN, VALUES, min_size=1, max_size=6), st.booleans())
def test_what_yaml_writes_is_read_back(data: dict[str, object], flow: bool) -> None:
    """Text, lists and mappings dumped as YAML, in either style, come back unchanged."""
    block = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, default_style="'")
    assert read_yaml(block)[0] == data


LINES = st.lists(
    st.sampled_from(
        [
            "title: x",
            "tags:",
            "- a",
            "  - b: c",
            "[a, b]",
            "d: [x, {y: z}]",
            "e: 'f",
            "  g",
            "",
            "# h",
            "i: j # k",
            "{",
            "l: !!m n",
        ]
    )
)


@given(LINES.map("\n".join))
def test_mangled_blocks_agree_with_pyyaml(block: str) -> None:
    """Whatever PyYAML's plainest loader accepts as a mapping is read alike; the rest is refused."""
    try:
        expected = yaml.load(block, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except yaml.YAMLError:
        with pytest.raises(YamlError):
            read_yaml(block)
        return
    except TypeError:  # it built a mapping whose key cannot be hashed
        return
    try:
        value, repeated = read_yaml(block)
    except YamlError:
        return  # refused for a reason of our own
    if isinstance(expected, dict) and isinstance(value, dict) and not repeated:
        assert _without_null(value) == expected


def _without_null(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_null(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_null(inner) for inner in value]
    return "" if value is None else value


def test_lines_keep_what_can_be_read() -> None:
    """Line by line, keys, lists with tabs, continued and literal text are read, and the rest is told."""
    block = "\n".join(
        [
            "title: Python: a tour",
            "date：2024-03-05",
            "tags:",
            "\t- a",
            "\t- b: c",
            "?? what",
            "summary: one",
            "  two",
            "note: |",
            "  x",
            "  y",
            "date:",
            "nested:",
            "  created: 2024",
            "list: [a, 'b', ~]",
            "# comment",
            "trailing prose",
        ]
    )
    data, unread, end = read_lines(block)
    assert data == {
        "title": "Python: a tour",
        "date": "2024-03-05",
        "tags": ["a", "b: c"],
        "summary": "one two",
        "note": "x\ny",
        "nested": {"created": "2024"},
        "list": ["a", "b"],
    }
    assert unread == [5, 16]
    assert end == 15


@given(st.text())
def test_any_lines_are_read_or_told(block: str) -> None:
    """No text makes the line reader fail; the lines it could not read are lines of the block."""
    data, unread, end = read_lines(block)
    lines = block.split("\n")
    assert all(lines[number].strip() for number in unread)
    assert 0 <= end <= len(lines)
    assert bool(data) == bool(end)
