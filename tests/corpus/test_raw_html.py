"""Raw HTML in Markdown."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.raw_html import decode_entities, is_markup, read_html


@pytest.mark.parametrize(
    "tag",
    [
        *("<b>", "</span>", "<br/>", "<BR>", "<img src='a>b'>", "<details open>", "<a href=x>", "<u>"),
        *("<!-- c -->", "<!DOCTYPE x>", "<Tab value='x'>", "<path d='M'/>"),
    ],
)
def test_html_is_markup(tag: str) -> None:
    """Elements of HTML, comments, and a site's own components with attributes are not text."""
    assert is_markup(tag)


@pytest.mark.parametrize(
    "tag",
    [
        *("<int>", "<i32>", "<T>", "</T>", "<B>", "<String>", "<Link>", "<cluster-name>", "<b and c>", "<path>"),
        *("<script>", "<?php ?>", "<![CDATA[x]]>"),
    ],
)
def test_what_only_looks_like_html_is_text(tag: str) -> None:
    """Types, placeholders and comparisons in the form of tags are text."""
    assert not is_markup(tag)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("<p>a<b>b</b>\n c</p>", [("ab", 0), ("c", 1)]),
        ("<ul>\n<li>a</li><li>b</li>\n</ul>", [("a", 1), ("b", 1)]),
        ("<table><tr>\n<th>a</th>\n<td></td><td>c\nd</td></tr></table>", [("a | | c d", 1)]),
        ("<dependency>\n<groupId>g</groupId>", [("<dependency>", 0), ("<groupId>g</groupId>", 1)]),
        ("<style>\nx\n</style>a<script>b", [("ab", 2)]),
        ("<!-- unclosed\na", [("<!-- unclosed", 0), ("a", 1)]),
        ("<SimpleTab>\na</SimpleTab>", [("a", 1)]),
        ("1 < 2 && 3 > 2 &copy; &#99999999;", [("1 < 2 && 3 > 2 © \ufffd", 0)]),
        ("<pre>\n\n a\n\n  b\n\n</pre>", [(" a", 2), ("", 3), ("  b", 4)]),
        ("<img alt='图 &lt;' src='x'>", [("图 <", 0)]),
        ('<p title="' + "x" * 10_000 + '">a</p>', [("a", 0)]),
    ],
)
def test_blocks(source: str, lines: list[tuple[str, int]]) -> None:
    """A block's text is told line by line, each with the line it came from."""
    assert read_html(source).lines == lines


@given(
    st.lists(st.sampled_from("<p> </p> <table> </table> <tr> <td> <pre> </pre> <!-- --> <script> \n a &lt;".split(" ")))
)
def test_tables_and_code_are_ranges_of_lines(pieces: list[str]) -> None:
    """However tags are nested, tables and code are told as ascending ranges of lines that exist."""
    block = read_html("".join(pieces))
    for ranges in (block.tables, block.code):
        flat = [index for pair in ranges for index in pair]
        assert flat == sorted(flat)
        assert all(0 <= start < end <= len(block.lines) for start, end in ranges)
    numbers = [number for _, number in block.lines]
    assert numbers == sorted(numbers)


def test_entities_never_raise() -> None:
    """Numbers of any length and unknown names are no error."""
    assert decode_entities("&#" + "1" * 10_000 + ";&nope;").endswith("&nope;")


@pytest.mark.parametrize(
    "piece", ['<a "', "<a '\"<a' ", "<!-- ", "<script>", "<table><tr><td>", "<pre>", "<", "&", "<a " + "x" * 5000]
)
def test_time_is_linear(piece: str) -> None:
    """Unclosed quotes, comments and elements do not make reading slow."""
    started = time.process_time()
    read_html(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 2
