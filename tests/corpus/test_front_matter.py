"""Front matter, found and parted from the body."""

from __future__ import annotations

from pathlib import Path

import pytest
from cpu_time import cpu_seconds
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.front_matter import FrontMatter, split_front_matter


def split(text: str) -> FrontMatter:
    """Split, and check what must always hold: the body is the end of the text, and its line is right."""
    front = split_front_matter(text)
    assert text.endswith(front.body)
    assert front.body_line == text.count("\n", 0, len(text) - len(front.body)) + 1
    return front


@pytest.mark.parametrize(
    ("text", "data", "body", "line"),
    [
        ("---\ntitle: x\ntags: [a, b]\n---\nbody\n", {"title": "x", "tags": ["a", "b"]}, "body\n", 5),
        ("---\ntitle: x\n...\nbody", {"title": "x"}, "body", 4),
        ("---  \ntitle: x\n--- \nbody", {"title": "x"}, "body", 4),
        ("\n \n---\ntitle: x\n---\n\nbody", {"title": "x"}, "\nbody", 6),
        ("\ufeff---\ntitle: x\n---\nbody", {"title": "x"}, "body", 4),
        ("---\n---\nbody", {}, "body", 3),
        ("---\nmarp: true\ntheme: x\n---\n# S", {"marp": "true", "theme": "x"}, "# S", 5),
        ("---\ntitle: x\n---", {"title": "x"}, "", 3),
        ("---\ntitle: x\n\n# a comment\ntags: [a]\n---\nbody", {"title": "x", "tags": ["a"]}, "body", 7),
        ("title: Hello Hexo World\n---\nbody", {"title": "Hello Hexo World"}, "body", 3),
        ("title: a\ndate: 2024\ntags:\n - x\n\n---\nbody", {"title": "a", "date": "2024", "tags": ["x"]}, "body", 7),
    ],
)
def test_yaml(text: str, data: dict[str, object], body: str, line: int) -> None:
    """YAML between its lines, with ``...``, after blank lines or a mark, empty, or with the opening line missing."""
    front = split(text)
    assert (front.data, front.body, front.body_line) == (data, body, line)
    assert (front.format, front.warnings) == ("yaml", ())


@pytest.mark.parametrize(
    ("text", "body_line"),
    [
        ("---\ntitle: x\ndate: 2024-01-01\ntags:\n- a\n\n# Head\n\nbody", 6),
        ("---\ntitle: x\ndate: 2024-01-01\ntags: [a]\n\n# Head\n\n---\nbody", 5),
        ("---\ntitle: x\ndate: 2024-01-01\ntags: [a]\n\nprose here\n\n---\nbody", 5),
        ("---\ntitle: x\ndate: 2024-01-01\ntags: [a]\nprose here\nmore prose\n", 5),
    ],
)
def test_unclosed_yaml_takes_no_prose(text: str, body_line: int) -> None:
    """A block that is never closed ends where its keys end; a later thematic break does not draw prose into it."""
    front = split(text)
    assert front.data["title"] == "x"
    assert front.data["tags"] == ["a"]
    assert front.body_line == body_line
    assert "not closed" in front.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "---\nprose here\n\n---\nmore",
        "---\nNote: prose here\n\n---\nmore",
        "---\nNote: this is so\nand goes on\n\n---\nmore",
        "---\n说明：这是一段\n\n---\nmore",
        "---\n# Title\ntext\n---\nmore",
        "---\n# Title\n---\nmore",
        "---\n- a\n- b\n---\nmore",
        "---\n\n# Title",
        "---",
        "Title: a Markdown heading\n---\nbody",
        "Note: prose\n\nmore prose\n\n---\nbody",
        "date: we met\n\nprose\n\n---\n",
        "+++\nprose\n+++\n",
        "+++",
        '{"title": "x"} is what JSON looks like\n',
        '{"unknown": 1}\nbody',
        "{{ template }}",
        '"quoted" prose',
        "",
        "\n\n",
        "plain",
    ],
)
def test_what_is_no_front_matter_is_left_whole(text: str) -> None:
    """Thematic breaks, headings and prose that merely look alike lose nothing."""
    front = split(text)
    assert (front.data, front.body, front.body_line, front.format, front.warnings) == ({}, text, 1, "", ())


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ("title: Python: a tour", "Python: a tour"),
        ("title: [朝花夕拾] 从公式说起", "[朝花夕拾] 从公式说起"),
        ("title: {{ title }}", "{{ title }}"),
        ('title: "GAN" 入门', '"GAN" 入门'),
        ("title：扩散模型", "扩散模型"),
        ("title:扩散模型", "扩散模型"),
        ("title: @tf_export", "@tf_export"),
        ("title: x\nauthor: &a [1]\nreviewer: *a", "x"),
        ("title: x\n@@ broken line @@", "x"),
    ],
)
def test_broken_yaml_keeps_what_can_be_read(block: str, title: str) -> None:
    """What YAML refuses is read line by line, with one warning that names the line."""
    front = split(f"---\n{block}\ndate: 2024-03-05\ntags:\n  - a\n  - b\n---\nbody")
    if ":" in block or "@@" in block:
        assert front.data["date"] == "2024-03-05"
    assert front.data["title"] == title
    assert front.data["tags"] == ["a", "b"]
    assert front.body == "body"
    assert len(front.warnings) == 1
    assert front.warnings[0].startswith("line ")


def test_a_repeated_key_is_told_if_it_matters() -> None:
    """``tags`` given twice is a warning; a key that kbsearch does not read is none."""
    assert len(split("---\ntags: a\ntags: b\n---\n").warnings) == 1
    assert split("---\ntitle: x\nbanner: a\nbanner: b\n---\n").warnings == ()


@pytest.mark.parametrize(
    ("text", "data", "line"),
    [
        (
            '+++\ntitle = "x"\nversion = 1.10\n[taxonomies]\ntags = ["a"]\n+++\nbody',
            {"title": "x", "version": "1.10", "taxonomies": {"tags": ["a"]}},
            7,
        ),
        ('{"title": "x", "tags": ["a", 1.10]}\nbody', {"title": "x", "tags": ["a", "1.10"]}, 2),
        ('{\n  "title": "x"\n}\n\nbody', {"title": "x"}, 4),
        ('"title": "x",\n"date": "2024"\n;;;\nbody', {"title": "x", "date": "2024"}, 4),
        (';;;\n"title": "x"\n;;;\nbody', {"title": "x"}, 4),
        ('{"title": "x"}\n;;;\nbody', {"title": "x"}, 3),
    ],
)
def test_toml_and_json(text: str, data: dict[str, object], line: int) -> None:
    """TOML of Hugo and Zola, JSON of Hugo and Hexo; numbers with a point stay as written."""
    front = split(text)
    assert (front.data, front.body_line, front.warnings) == (data, line, ())
    assert front.body.strip() == "body"


def test_broken_toml_is_read_line_by_line() -> None:
    """A mistake in TOML costs its own line at most."""
    front = split('+++\ntitle = "x\ndate = 2024-99-01\ntags = ["a", \'b\']\n+++\nbody')
    assert front.data["tags"] == ["a", "b"]
    assert front.data["date"] == "2024-99-01"
    assert front.body == "body"
    assert "line by line" in front.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "---\n" + "---x\n" * 300_000,
        "\n" * 2_000_000,
        "---\ntitle: a: b\n" + " x\n" * 20_000 + "---\n",
        "---\ntitle: a: b\n" + "a " * 30_000 + "\n---\n",
        "---\ntitle: " + "[" * 60_000 + "\n---\n",
        "+++\n" + ".".join("a" * 30_000) + " = 1\n+++\n",
        "+++\n" + "".join(".".join([f"a{n}"] * 60) + " = 1\n" for n in range(200)) + "+++\n",
        "+++\ntitle = " + "[" * 60_000 + "\n+++\n",
        '{"title":' + "[" * 1_000_000,
        '{"title": "' + "x" * 2_000_000 + '"}',
        "+++\nx = 0x" + "f" * 60_000 + "\n+++\n",
        "+++\ntitle = x" + " " * 60_000 + "y\n+++\n",
    ],
    ids=[
        "fences",
        "blank",
        "broken",
        "words",
        "nested",
        "dots",
        "tables",
        "toml-nested",
        "json-nested",
        "json-long",
        "hex",
        "spaces",
    ],
)
def test_hostile_texts_take_bounded_time(text: str) -> None:
    """Texts made to be slow are split within a second."""
    assert cpu_seconds(lambda: split(text)) < 1


# fmt: off
PIECES = st.sampled_from([
    "---\n", "---", "...\n", "+++\n", ";;;\n", "title: x\n", "title = 'x'\n", '"title": "x"\n', "date: 2024\n",
    "tags:\n", "- a\n", "\n", "# H\n", "prose\n", "{", "}", "[", "\t", ":", "'", '"', "&a ", "*a", "\ufeff", "  ", "!!",
    ">\n", "：", "\u2028", "\x07",
])
# fmt: on


@given(st.lists(PIECES, max_size=25).map("".join) | st.text())
def test_any_text_is_split(text: str) -> None:
    """No text makes splitting fail, and what is not front matter is body: line for line the end of the text."""
    front = split(text)
    if not front.format:
        assert (front.data, front.body) == ({}, text)


def test_hexo_posts_without_opening_line(shared_data: Path) -> None:
    """All 73 files of a Hexo blog that lack the opening line give their title, and all but one a date."""
    lacking = [
        text
        for file in sorted((shared_data / "posts" / "hexo-vra").glob("*.md"))
        if (text := file.read_text()).startswith("title:")
    ]
    fronts = [split(text) for text in lacking]
    assert len(fronts) == 73
    assert all(front.data.get("title") for front in fronts)
    assert sum("date" in front.data for front in fronts) == 72
