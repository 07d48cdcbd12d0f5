from __future__ import annotations

import time
from html import unescape
from html.parser import HTMLParser

import pytest

pytest.importorskip("nh3", reason="the extra 'web' is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st
from web_dangers import HOSTILE, dangers

from kbsearch.web.code import coloured
from kbsearch.web.formulas import formula_html
from kbsearch.web.post_html import LinkTo, RenderedPost, Surroundings, plain_post, render_post
from kbsearch.web.source import prepare

POSTS = {"a.md": "/post/a.md", "Name": "/post/name.md"}
AROUND = Surroundings(lambda target, wiki: LinkTo(POSTS.get(target, "")), lambda address: "")


def html(text: str, title: str = "") -> str:
    return render_post(text, title, AROUND).html()


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(page: str) -> str:
    reader = Text()
    reader.feed(page)
    reader.close()
    return reader.text


def test_formulas_are_mathml_and_untouched_by_markdown() -> None:
    """Underscores, stars and bars in formulas mean nothing to Markdown; dollars that are none stay."""
    page = html("价格 $5 与 $a_1 * b_2 * |c|$。\n\n$$\nx_{t}\n$$\n\n| $|x|$ | b |\n|---|---|\n| 1 | 2 |")
    assert page.count("<math") == 3 and "<em>" not in page and "$5" in page
    assert '<math display="block">' in page and "<table>" in page


def test_unreadable_formulas_stay_latex() -> None:
    """What the converter cannot read is shown as it is written, escaped."""
    assert formula_html(r"\newcommand{\a}{\a\a}\a", inline=True).startswith('<span class="latex"><code>')
    assert formula_html("{" * 5_000, inline=False).startswith('<div class="latex">')
    assert "&lt;b&gt;" in formula_html("<b>" * 3_000, inline=True)


@pytest.mark.parametrize(
    "latex", [r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", r"\unicode{x3c}b", "&#60;b&#62;"]
)
def test_formulas_cannot_carry_markup(latex: str) -> None:
    """The converter does not escape; we do."""
    page = formula_html(latex, inline=True)
    assert dangers(page) == []
    assert "<b" not in page and "<script" not in page and " href=" not in page


def test_code_is_exact_and_coloured() -> None:
    """Every character of the code is there; the language is named; formulas in it are none."""
    code = "def f(x):\n    return \"<b>\" + '$x_1$'  # [[a]] **b**"
    page = html(f"```python\n{code}\n```")
    assert text_of(page).strip() == code
    assert 'data-language="python"' in page and '<span class="k">def</span>' in page


@given(st.text(max_size=300), st.sampled_from(["python", "c++", "html", "bash", "json", "rust", "nonsense", ""]))
@settings(max_examples=150, deadline=None)
def test_colouring_changes_no_character(code: str, language: str) -> None:
    """The pieces put together are the code."""
    assert "".join(piece for _, piece in coloured(code, language)) == code


def test_code_in_lists_and_lists_after_paragraphs() -> None:
    """As GitHub shows them: fences in items, lists right after a paragraph, nested by two spaces."""
    page = html("Text:\n- a\n  - b\n\n  ```sh\n  ls\n  ```\n- c\n\n1) x\n2) y")
    assert page.count("<li>") == 5 and "<ol>" in page and "<pre" in page
    assert page.index("<pre") < page.index("c")
    assert "Text:</p>" in page


def test_links_live_and_dead() -> None:
    """Links to posts lead to their pages, others are external or dead; wiki links with their own text."""
    page = html("[p](a.md) [q](b.md) [[Name]] [[Name|shown]] [[None]] [w](https://e.example/) `[[Name]]`")
    assert page.count('class="internal"') == 3 and ">shown</a>" in page
    assert page.count('class="dead"') == 2 and "not in the index" in page
    assert '<a class="external" href="https://e.example/" rel="noopener noreferrer">' in page
    assert "<code>[[Name]]</code>" in page


def test_images_from_elsewhere_become_links_unless_wanted() -> None:
    """A page asks no other site for anything by itself."""
    text = "![alt](https://e.example/x.png)"
    assert "<img" not in html(text) and "alt (e.example)" in html(text)
    wanted = Surroundings(AROUND.link, AROUND.image, remote_images=True)
    assert '<img src="https://e.example/x.png" alt="alt"' in render_post(text, "", wanted).html()


def test_contents_and_anchors() -> None:
    """Anchors as the index has them; an author's own; doubles told apart; a heading that is the title is dropped."""
    post = render_post("# 标题\n\n## 前向 过程\n\n## 前向 过程\n\n### Own {#mine}", "标题", AROUND)
    assert [(e.depth, e.title, e.anchor) for e in post.contents] == [
        (0, "前向 过程", "前向-过程"),
        (0, "前向 过程", "前向-过程-1"),
        (1, "Own", "mine"),
    ]
    assert "<h1" not in post.html() and "{#mine}" not in post.html()


def test_first_level_headings_make_room_for_the_title() -> None:
    """The page has one h1, the title; a post's own become h2."""
    page = html("# One\n\n## Two\n\n# Three", "Other")
    assert "<h1" not in page and page.count("<h2") == 2 and page.count("<h3") == 1


def test_matches_may_cross_elements_but_not_blocks() -> None:
    """A match that an emphasis begins in is marked whole; the text stays the same."""
    post = render_post("扩**散模**型\n\n扩散", "", AROUND)

    def find(text: str) -> list[tuple[int, int]]:
        at = text.find("扩散模型")
        return [(at, at + 4)] if at >= 0 else []

    page = post.html(find)
    assert "<mark>扩</mark><strong><mark>散模</mark></strong><mark>型</mark>" in page
    assert text_of(page) == text_of(post.html())


@given(st.text(max_size=200), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), max_size=6))
def test_marking_never_changes_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever ranges are marked, what one reads is the same."""
    parts = (("block", "<p>"), ("text", text[:50]), ("markup", "<em>"), ("text", text[50:]), ("block", "</p>"))
    post = RenderedPost(parts, ())  # type: ignore[arg-type]
    ranges, at = [], 0
    for start, length in sorted(spans):
        if start >= at:
            ranges.append((start, start + length))
            at = start + length
    page = post.html(lambda _: ranges)
    assert unescape(page.replace("<mark>", "").replace("</mark>", "")) == unescape(post.html())


PIECES = st.sampled_from(
    ["<script>", "</script>", "<b onclick=x>", "<a href='javascript:x'>", "<svg/onload=x>", "<img src=x onerror=y>",
     "<!--", "-->", "<![CDATA[", "]]>", "`", "```", "\n", "\n\n", "    ", "$", "$$", "\\text{<i>}", "[", "](", ")",
     "![", "[[", "]]", "|", "---", "# ", "> ", "- ", "1. ", "*", "_", "~~", "<", ">", "&", "&lt;", "&#60;", '"', "'", "x",
     "扩散", "<style>", "<math>", "<table>", "<td>", "</p>", "[^1]", "[^1]: ", "javascript:alert(1)",
     "<iframe src=//x>", "{#a}", "<details open>", "<noscript>", "<textarea>", "<title>", "\x00", "\x02", "klzzwxh:0001", "<p id=q>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_markdown_becomes_anything_that_acts(text: str) -> None:
    """Any soup of Markdown and HTML gives only harmless elements and attributes."""
    assert dangers(html(text)) == []


@given(st.text(max_size=200))
def test_any_text_renders(text: str) -> None:
    """No text is refused, as Markdown or as plain text."""
    html(text, text[:10])
    assert dangers(plain_post(text).html()) == []


@given(
    st.lists(
        st.sampled_from(["a", "- x", "  - y", "1. z", "2) w", "", "    code", "> q", "```", "$$", "text"]), max_size=25
    )
)
def test_preparing_loses_no_words(lines: list[str]) -> None:
    """Setting lists right moves lines but drops none of their words."""
    text = "\n".join(lines)
    prepared = prepare(text)
    kept = sum(len(getattr(piece, "code", "") or getattr(piece, "written", "")) for piece in prepared.pieces.values())
    letters = sum(map(str.isalpha, text))
    found = sum(map(str.isalpha, prepared.token.sub("", prepared.text)))
    assert found + kept >= letters - text.count("```") * 4


HARD = {
    "brackets": "[" * 50_000,
    "links": "[a](" * 20_000,
    "images": "![" * 20_000,
    "stars": "*a*" * 20_000,
    "emphasis": "**a*b" * 20_000,
    "footnotes": "[^1]" * 20_000 + "\n\n[^1]: x",
    "cdata": "<![CDATA[" * 20_000,
    "cdata lines": "<![CDATA[\n\n" * 5_000,
    "autolinks": "<http://a" * 20_000,
    "tags": "<b>" * 20_000,
    "divs": "<div>\n" * 20_000,
    "half tags": "<a" * 20_000,
    "quotes": ">" * 20_000,
    "lists": "".join("  " * i + "- a\n" for i in range(1_000)),
    "headings": "# a\n" * 20_000,
    "fences": "```\n" * 20_000,
    "dollars": "$" * 20_001,
    "formulas": "$x_1$ " * 5_000,
    "frac": "$" + r"\frac" * 3_000 + "$",
    "table": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|b" * 5_000 + "|",
    "wiki": "[[a" * 20_000,
    "backslashes": "\\" * 50_000,
    "entities": "&amp" * 20_000,
    "one line": "a" * 1_000_000,
    "spaces": " " * 200_000 + "a",
    "paragraphs": "a\n\n" * 60_000,
    "items": "1. a\n" * 40_000,
    "mismatched": "<b><i></b>" * 10_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_take_bounded_time(name: str) -> None:
    """Texts over which Python-Markdown or the sanitiser would sit for minutes take seconds at most."""
    began = time.process_time()
    page = html(HARD[name])
    assert time.process_time() - began < 15
    assert dangers(page) == []


def test_hostile_everywhere() -> None:
    """In a title, language, alt text, link, anchor, footnote, table."""
    for text in (f"# {HOSTILE}", f"```{HOSTILE}\nx\n```", f"![{HOSTILE}](x.png)", f"[{HOSTILE}](a.md '{HOSTILE}')"):
        assert dangers(html(text)) == []
