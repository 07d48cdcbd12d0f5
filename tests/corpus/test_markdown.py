"""Markdown → Document: what a reader sees is in the text, and every offset and line is right."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from cpu_time import assert_growth
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.corpus.markdown import parse_markdown, plain_text_document
from kbsearch.model import Document, Link


def spans(document: Document) -> list[tuple[str, str, str, bool]]:
    return [(span.kind, document.text[span.start : span.end], span.language, span.inline) for span in document.spans]


def line_of(document: Document, offset: int) -> int:
    return document.lines[bisect.bisect_right(document.lines, (offset, 10**9)) - 1][1]


# Nothing is swallowed


@pytest.mark.parametrize(
    "text",
    [
        "10^{-8} 与 IoU>0.5，flow-based，a < b，a<b，a>b",
        "vector<int> 和 List<String, Object>、<cluster-name>、<b and c>、Arc<T>",
        "2*3*4、2**3**4、a*b",
        "__init__ 和 __main__、self.__dict__",
        "10~20 与 30~40，约 ~5~ 次",
        "价格$5，$6；$5 和 $6；$PATH:$HOME；US$5",
        "{{{ .starter }}} 与 {{ site.title }}、{{< ref >}} 之后",
        "C:\\Users\\me 与 100% & 50 &bad; a|b",
        "[[1, 2], [3, 4]] 与 [[ -f x ]] 和 [note] [x](y",
        "第1章：#1 #include C# F#，** 和 __ 与 ~~",
        "x[1] y[^2] [^缺]",
        "a $$x 未闭合 $y 的",
    ],
)
def test_prose_stays_as_it_is(text: str) -> None:
    """Prose with signs that Markdown, HTML or TeX could take for their own is kept to the character."""
    assert parse_markdown(text).text == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a &lt; b &amp;&amp; c &#20013;", "a < b && c 中"),
        (r"1\. 不是列表 \* \_ \`", "1. 不是列表 * _ `"),
        ("**粗** *斜* ~~删~~ _e_", "粗 斜 删 e"),
        ("1. 甲\n2. 乙\n3) 丙", "1. 甲\n2. 乙\n\n3. 丙"),
        ("5. 甲\n6. 乙", "5. 甲\n6. 乙"),
        ("- 甲\n  - 乙\n- [x] 丙\n- [ ] 丁", "- 甲\n- 乙\n- [x] 丙\n- [ ] 丁"),
        ("- 甲\n\n  段\n\n- 乙", "- 甲\n\n段\n\n- 乙"),
        ("> 引\n> 文\n\n后", "引\n文\n\n后"),
        ("行一\n行二  \n行三\\\n行四", "行一\n行二\n行三\n行四"),
        ("| 甲 | 乙 |\n|--|--|\n| a\\|b | |\n| | c |", "甲 | 乙\na|b | \n | c"),
        ("![图 *一*](i.png) <https://a.b/c> 见 https://d.e", "图 一 https://a.b/c 见 https://d.e"),
        ("[[笔记]] [[笔记#节|别名]] ![[图.png]] [[1]](u)", "笔记 别名 图.png [1]"),
        ("文[^n]\n\n[^n]: 注", "文[n]\n\n[n] 注"),
        ("H<sub>2</sub>O <span class='x'>从 v6 起</span><!-- 无 -->，<br/>下", "H2O 从 v6 起，\n下"),
        ('{{< figure src="a" title="图 1" >}}\n\n{{< copyable "sql" >}}\n\n文', "图 1\n\n文"),
        ("甲\n\n---\n\n乙", "甲\n\n乙"),
        ("A\r\nB\rC", "A\nB\nC"),
        ("\ufeff# 题", "题"),
        ("", ""),
        (" \n\n", ""),
    ],
)
def test_text_of_each_construct(source: str, text: str) -> None:
    """Each construct gives the text that a reader sees."""
    assert parse_markdown(source).text == text


def test_code_is_kept_exactly() -> None:
    """Code keeps every character, its language (one word, in lower case), and its place."""
    document = parse_markdown(
        "用 `a  < b` 和\n\n```Python {.line hl=1}\nif a < b:\n\n\tx = '**' # &lt; $1\n```\n\n"
        "~~~{r, echo=FALSE}\ny\n~~~\n\n    indented  *x*\n\n> ```js\n> z\n> \n> w\n> ```\n\n```\n\n```\n"
    )
    assert spans(document) == [
        ("code", "a  < b", "", True),
        ("code", "if a < b:\n\n\tx = '**' # &lt; $1", "python", False),
        ("code", "y", "r", False),
        ("code", "indented  *x*", "", False),
        ("code", "z\n\nw", "js", False),
    ]


def test_tables_hold_their_code_and_formulas() -> None:
    """A table is one span; code and formulas in it are inline spans within; a bar in a formula parts no cells."""
    document = parse_markdown("| a | b |\n|--|--|\n| `x` | $P(a|b)$ |\n")
    assert document.text == "a | b\nx | P(a|b)"
    assert spans(document) == [
        ("table", "a | b\nx | P(a|b)", "", False),
        ("code", "x", "", True),
        ("math", "P(a|b)", "", True),
    ]


def test_html_blocks_give_text_tables_and_code() -> None:
    """In raw HTML tags go and text stays; its tables and preformatted code are known as such."""
    document = parse_markdown(
        "<table>\n<tr><td>甲</td>\n<td>a &lt; b</td></tr>\n<tr><td>丙<br>丁</td></tr>\n</table>\n\n"
        "<pre><code>\n x\n\n   y\n</code></pre>\n\n<script>\nno()\n</script>\n\n<!-- no -->\n"
        '<div label="标签">\n<img alt="图" src="i.png">\n</div>\n'
    )
    assert document.text == "甲 | a < b\n丙 丁\n\n x\n\n   y\n\n标签\n图"
    assert [(kind, text) for kind, text, _, _ in spans(document)] == [
        ("table", "甲 | a < b\n丙 丁"),
        ("code", " x\n\n   y"),
    ]
    assert [link.target for link in document.links] == ["i.png"]


# Formulas


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        ("设 $x_1*y*z > 2$ 与$n$个", [("x_1*y*z > 2", True), ("n", True)]),
        (r"行内 \(a_b_c\) 与 \\(\alpha\\) 和 \[x^2\]", [("a_b_c", True), (r"\alpha", True), ("x^2", False)]),
        ("$$\na &= b \\\\\n\n_c_ &= *d*\n$$", [("a &= b \\\\\n\n_c_ &= *d*", False)]),
        ("> 式\n> $$\n> a_1\n> + b\n> $$", [("a_1\n+ b", False)]),
        ("\\begin{align}\na &= b \\\\\nc\n\\end{align}", [("\\begin{align}\na &= b \\\\\nc\n\\end{align}", False)]),
        ("```math\n\\frac{a}{b}\n```", [(r"\frac{a}{b}", False)]),
        ("`$x_1$` 与 `$$y$$` 与 `$HOME`", [("x_1", True), ("y", False)]),
        ("$0.5$ 与 $[0,1)$ 与 $O(n)$ 与 $P(晴|雨)=1$", [(s, True) for s in ("0.5", "[0,1)", "O(n)", "P(晴|雨)=1")]),
        (r"$x\$y$ 与 $\text{若}$", [(r"x\$y", True), (r"\text{若}", True)]),
    ],
)
def test_formulas_are_found_and_kept_as_latex(source: str, formulas: list[tuple[str, bool]]) -> None:
    """Formulas in all their notations become spans of exact LaTeX without delimiters."""
    found = [(text, inline) for kind, text, _, inline in spans(parse_markdown(source)) if kind == "math"]
    assert found == formulas


@pytest.mark.parametrize(
    "source",
    [
        "花 $5 或 $6 买",
        "价格$5，$6。",
        "$PATH:$HOME",
        "${NODE_IP}:80/checkout> ，以触发调用 ${NODE_IP}:81",
        "$i<$n;",
        "`$x` 和 `$y`",
        "```\n$x$\n```",
        "    $x$ in indented code",
        r"\[注\] 与 \(见下\) 与 \[--flag\]",
        '<a href="$x$">y</a>',
        "[甲](http://a/$x_1$/b)",
        "$$\n\n文字。文字。\n\n$$",
        "$$$$ $$ $$",
    ],
)
def test_what_plainly_is_no_formula_is_left(source: str) -> None:
    """Prices, shell variables, code, escaped brackets and addresses are not taken for formulas."""
    assert not [span for span in parse_markdown(source).spans if span.kind == "math"]


def test_formulas_in_code_and_beside_it_are_told_apart() -> None:
    """Where the same document has dollars in code, HTML, links and formulas, each keeps its own."""
    document = parse_markdown("$a_1$ `$b_1$c` <i title='$d$'>e</i> [f](x$g$y)\n\n    $h_1$\n\n$i*j*k$ 花 $5\n")
    assert document.text == "a_1 $b_1$c e f\n\n$h_1$\n\ni*j*k 花 $5"
    assert document.links[-1] == Link("x$g$y", "f", 1)


# Sections, anchors, lines


def test_sections_tell_headings_breadcrumbs_anchors_and_lines() -> None:
    """One section a heading, with its path, GitHub's anchor, and the lines of the file from heading to last text."""
    document = parse_markdown(
        "引言\n\n# 扩散 Model\n文\n\n## 用 `x_y` 与 $a+b$ {#own .c}\n\n文\n\n"
        "标题\n---\n\n## 扩散 Model\n\n\n## 集合 {a, b}\n",
        5,
    )
    assert [(s.level, s.title, s.anchor, s.breadcrumb, s.line_start, s.line_end) for s in document.sections] == [
        (0, "", "", (), 5, 5),
        (1, "扩散 Model", "扩散-model", ("扩散 Model",), 7, 8),
        (2, "用 x_y 与 a+b", "own", ("扩散 Model", "用 x_y 与 a+b"), 10, 12),
        (2, "标题", "标题", ("扩散 Model", "标题"), 14, 15),
        (2, "扩散 Model", "扩散-model-1", ("扩散 Model", "扩散 Model"), 17, 17),
        (2, "集合 {a, b}", "集合-a-b", ("扩散 Model", "集合 {a, b}"), 20, 20),
    ]
    for section in document.sections[1:]:
        assert document.text.startswith(section.title, section.start)


def test_heading_without_a_space_is_a_heading() -> None:
    """`##Title`, which older generators take for a heading, is one; a tag and a comment in code are not."""
    document = parse_markdown("##题目\n文\n\n#标签 文\n\n```\n##no\n```\n")
    assert [(section.title, section.level) for section in document.sections] == [("题目", 2)]
    assert document.text == "题目\n\n文\n\n#标签 文\n\n##no"
    assert document.tags == ("标签",)


def test_document_without_headings_is_one_section() -> None:
    """There is always a section to show: without headings it is one of level 0 over all."""
    for source, end_line in (("甲\n\n乙\n", 3), ("", 1)):
        (section,) = parse_markdown(source).sections
        assert (section.level, section.line_end, section.end) == (0, end_line, len(parse_markdown(source).text))


def test_lines_are_exact_everywhere() -> None:
    """Every word's line is the line it stands on, in paragraphs, lists, quotes, tables, code, HTML and formulas."""
    source = (
        "w1 w2\nw3 [w4\nw5](u) w6\n\n<img\nsrc=x> w7\n# w8\n- w9\n  w10\n\n  w11\n> w12\n> w13 `w14\n> w15` w16\n\n"
        "```\n\nw17\n\nw18\n```\nw19 $w_{20}\n+ w21$ w22\n$$\nw23\n\nw24_1\n$$ w25\n\n<div>\nw26\n\n</div>\nw27\n\n"
        "| w28 | w29 |\n|--|--|\n| w30 | |\n\n<pre>\nw31\n\nw32</pre>\n<p>w33\n<b>w34</b></p>\n\n1. w35\n\n       w36\n"
    )
    document = parse_markdown(source, 10)
    words = re.findall(r"w_?\{?\d+", document.text)
    assert [re.sub(r"\D", "", word) for word in words] == [str(number) for number in range(1, 37)]
    for match in re.finditer(r"w(?:\d+|_\{\d+)", document.text):
        place = re.search(re.escape(match[0]) + r"(?!\d)", source)
        assert place is not None
        expected = 10 + source.count("\n", 0, place.start())
        if match[0] != "w15":  # code that runs over a line end is one piece
            assert line_of(document, match.start()) == expected, match[0]


# Links and tags


def test_links_of_every_kind() -> None:
    """Markdown, reference, image, wiki, HTML and bare links are told with target, text and line; code has none."""
    document = parse_markdown(
        '[甲](a.md "t") [乙][r] ![图](i.png)\n<https://b.c> https://d.e/f(g)。\n\n[[名#节|别]] `[[x]] http://no`\n\n'
        "[r]: /ref\n\n<a href='h.html'>丙</a> [![k](l.png)](m)\n"
    )
    assert document.links == (
        Link("a.md", "甲", 1),
        Link("/ref", "乙", 1),
        Link("i.png", "图", 1),
        Link("https://b.c", "https://b.c", 2),
        Link("https://d.e/f(g)", "https://d.e/f(g)", 2),
        Link("名#节", "别", 4, wiki=True),
        Link("h.html", "", 8),
        Link("l.png", "k", 8),
        Link("m", "k", 8),
    )


def test_tags_as_obsidian_has_them() -> None:
    """Tags are words after a `#` in prose; not numbers, colours, addresses, code, headings or escaped ones."""
    document = parse_markdown(
        "# 题 #no1\n\n#标签 文 #a/b-c_1，#标签 (#d) #123 #ff8800 x#no2 \\#no3 `#no4` http://a/#no5 [#no6](u)\n#e\n\n"
        "    #no7\n\n| #f |\n|--|\n"
    )
    assert document.tags == ("标签", "a/b-c_1", "d", "e", "f")


# For any text


MARKUP = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "##",
            "> ",
            "- ",
            "1. ",
            "    ",
            "\t",
            "```",
            "~~~",
            "```py\n",
            "---\n",
            "===\n",
            "- [ ] ",
            "\n> ",
        ),
        *(
            "`",
            "``",
            "*",
            "**",
            "_",
            "__",
            "~",
            "~~",
            "[",
            "](",
            "](u)",
            ")",
            "![",
            "[[",
            "]]",
            "]",
            "\\",
            "!",
            '"',
            "'",
        ),
        *("$", "$$", "\\(", "\\)", "\\[", "\\]", "\\begin{align}", "\\end{align}", "\\\\", "\\$", "{#", "}"),
        *(
            "<",
            "<b>",
            "</b>",
            "<table>",
            "<tr>",
            "<td>",
            "</td>",
            "</table>",
            "<pre>",
            "</pre>",
            "<script>",
            "</script>",
        ),
        *("<!--", "-->", "<br>", "<T>", "<div a='", "<?", "<![CDATA[", "&lt;", "&", "{{<", ">}}", "{% raw %}"),
        *("|", "|-|-|\n", "|a|b|\n", "[^1]", "[^1]: ", "[a]: b\n", "#tag ", "https://a.b/c"),
        *("中文", "abc", "x_1", "5", "\r", "\r\n", "\0", "\ud800", "\x1a", "\u2028", "é", "😀", "\n", "\n\n"),
    ]
)
ANY_TEXT = st.one_of(st.lists(MARKUP, max_size=40).map("".join), st.text(st.characters(), max_size=60))


def assert_sound(document: Document, source: str) -> None:
    text, length = document.text, len(document.text)
    last_line = source.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert "\x1a" not in text
    text.encode()
    sections = document.sections
    assert sections[0].start == 0
    assert sections[-1].end == length
    assert all(before.end == after.start for before, after in pairwise(sections))
    assert all(1 <= section.line_start <= section.line_end <= last_line for section in sections)
    anchors = [section.anchor for section in sections if section.level]
    assert len(set(anchors)) == len(anchors) or "{#" in source
    lines = document.lines
    assert all(a < b and c < d for (a, c), (b, d) in pairwise(lines))
    assert all(0 <= offset < length and 1 <= line <= last_line for offset, line in lines)
    assert bool(lines) == bool(text)
    assert not lines or lines[0][0] == 0
    end = table_end = 0
    for span in document.spans:
        assert 0 <= span.start < span.end <= length
        assert span.start >= end
        if span.kind == "table":
            assert span.start >= table_end
            table_end, end = span.end, span.start
        else:
            assert span.start >= table_end or (span.inline and span.end <= table_end)
            end = span.end
    assert all(1 <= link.line <= last_line for link in document.links)


@given(ANY_TEXT)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_a_sound_document(source: str) -> None:
    """No text is refused; sections tile the text, spans are in order and nest only in tables, lines ascend."""
    assert_sound(parse_markdown(source), source)
    assert_sound(plain_text_document(source), source)


WORDS = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=8)
BLOCKS = st.sampled_from(
    [
        *(
            "{}",
            "# {}",
            "- {}",
            "7. {}",
            "> {}",
            "**{}**",
            "`{}`",
            "```\n{}\n```",
            "    {}",
            "|a|\n|-|\n|{}|",
            "~~{}~~",
        ),
        *("[{}](u)", "![{}](u)", "{}[^1]", "({})", "$$\n\\a {}\n$$", "a $\\b {}$ c", "<div>{}</div>", "<b>{}</b>"),
    ]
)


@given(st.lists(st.tuples(BLOCKS, st.lists(WORDS, min_size=1, max_size=3)), max_size=8))
@settings(max_examples=200, deadline=None)
def test_every_word_survives(blocks: list[tuple[str, list[str]]]) -> None:
    """Words written in any simple Markdown are in the text, whole and in order."""
    source = "\n\n".join(block.replace("{}", " ".join(words)) for block, words in blocks)
    text, position = parse_markdown(source).text, 0
    for _, words in blocks:
        for word in words:
            position = text.find(word, position)
            assert position >= 0, word
            position += len(word)


@given(st.text(max_size=80))
def test_plain_text_keeps_every_line(source: str) -> None:
    """Text that is not Markdown is kept as it is, but for blank lines and white space at line ends."""
    kept = plain_text_document(source).text
    clean = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x1a", " ")
    clean = clean.replace("\0", "\ufffd")
    assert [line for line in kept.split("\n") if line] == [s.rstrip() for s in clean.split("\n") if s.strip()]


def test_plain_text_knows_no_markdown() -> None:
    """In plain text signs are signs; paragraphs, lines and addresses are known."""
    document = plain_text_document("# 不是 *标题*\n行\n\n\n[x](y) http://a.b，\n", 3)
    assert document.text == "# 不是 *标题*\n行\n\n[x](y) http://a.b，"
    assert [line for _, line in document.lines] == [3, 4, 7]
    assert document.links == (Link("http://a.b", "http://a.b", 7),)
    (section,) = document.sections
    assert (section.level, section.line_start, section.line_end) == (0, 3, 7)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda n: ">" * n + "a", id="quotes"),
        pytest.param(lambda n: "[" * n, id="brackets"),
        pytest.param(lambda n: "[[" * n, id="wiki brackets"),
        pytest.param(lambda n: "![" * (n // 4) + "a" + "](b)" * (n // 4), id="nested images"),
        pytest.param(lambda n: "# a\n" * (n // 4), id="headings"),
        pytest.param(lambda n: "$$\n\n" * (n // 4), id="display dollars"),
        pytest.param(lambda n: "$`" * (n // 2), id="dollars and ticks"),
        pytest.param(lambda n: "\\begin{align}" * (n // 13), id="environments"),
        pytest.param(lambda n: "\\(\\[" * (n // 4), id="TeX brackets"),
        pytest.param(lambda n: "<div>\n" + "<!-- <a \"'" * (n // 10), id="HTML comments"),
        pytest.param(lambda n: "http://" + ")" * n, id="addresses"),
        pytest.param(lambda n: "{{< " * (n // 4), id="shortcodes"),
        pytest.param(lambda n: "*a_" * (n // 3), id="emphasis"),
        pytest.param(lambda n: "中文 text, " * (n // 8), id="one long line"),
    ],
)
def test_time_is_linear(make: Callable[[int], str]) -> None:
    """Four times the text takes about four times as long, however deep, unbalanced or long its lines are."""
    assert_growth(lambda size: partial(parse_markdown, make(size)), 20_000, 80_000, at_most=8)


# Real posts

SYNTAX = re.compile(
    r"""<!--.*?--> | (?i:<(script|style)\b[^>]*>.*?</\1\s*>)        # hidden
      | ^[ \t>]*(?:[-*+\d.]+[ \t]+)*(?:```+|~~~+)[^\n`]*$           # fences with their info
      | </?[A-Za-z][\w:.-]*(?:\s(?:[^<>"']|"[^"]*"|'[^']*')*)?/?>   # tags
      | \]\(\s*(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)
      | ^[ \t>]*\[[^\]\n]+\]:.*$ | \]\[[^\[\]\n]*\]                 # link targets
      | &\#?\w+; | \{\{[<%].*?[%>]\}\} | \{%.*?%\}                  # entities, shortcodes
      | ^[ \t>]*(?:[-*+][ \t]+)*\d+[.)](?=\s) | \{\#[^{}\n]*\}[ \t]*$ | \[\^[^\]]*\]:? """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
FRONT_MATTER = re.compile(r"\A\ufeff?(?:---[ \t]*\n)?(?:(?!```).*\n){0,60}?---[ \t]*\n")


def test_real_posts_lose_no_word(shared_data: Path) -> None:
    """In real posts, every run of letters and digits outside syntax is in the text, in order."""
    runs = lost = 0
    for path in sorted((shared_data / "posts").rglob("*.md"))[::8]:
        source = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
        body = FRONT_MATTER.sub("", source)
        document = parse_markdown(body)
        assert_sound(document, body)
        text, position, missed = document.text, 0, 0
        for match in re.finditer(r"[^\W_]+", SYNTAX.sub(" ", body)):
            runs += 1
            found = text.find(match[0], position, position + 3000)
            if found < 0:
                missed += 1
                found = max(0, text.find(match[0], max(0, position - 500), position))
            position = max(position, found + len(match[0]) if found else position)
        lost += missed
    assert lost <= runs / 10_000
