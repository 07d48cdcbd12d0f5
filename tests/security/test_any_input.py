"""Any bytes as a post, a query, a dictionary or an index: no crash, no hang; time grows with size, not faster."""

from __future__ import annotations

import contextlib
import json
import struct
import time
from collections.abc import Callable
from functools import partial
from itertools import accumulate, pairwise

import pytest
from cpu_time import assert_growth
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbsearch import KbsearchError, KnowledgeBase, Post
from kbsearch.analysis.analyzer import Analyzer
from kbsearch.corpus.manifest import Manifest
from kbsearch.corpus.read import read_post
from kbsearch.documents import prepare
from kbsearch.engines import ENGINES
from kbsearch.stored import decode_source, decode_stored, stored_id

PIECES = st.sampled_from(
    [
        *[
            "---\n",
            "+++\n",
            "{",
            "}",
            "title: ",
            "date: ",
            "tags: [",
            "&a ",
            "*a ",
            "<<: ",
            "!!python/object:os.system ",
        ],
        *[
            "# ",
            "```",
            "~~~",
            "$$",
            "$",
            "|",
            "|-|",
            "[[",
            "]]",
            "](",
            "<!--",
            "-->",
            "<div>",
            "{{<",
            ">}}",
            "{%",
            "%}",
        ],
        *[
            "\n",
            "\n\n",
            "    ",
            "\t",
            "\r",
            "\0",
            "\ud800",
            "\ufeff",
            "\u202e",
            "扩散模型",
            "機器學習",
            "ＧＰＴ４",
            "a_b",
        ],
        *["\\frac{a}{b}", "\\", "10^{-8}", "<script>", "&#x110000;", "https://x", "1. ", "- [ ] ", "[^1]: ", ":::"],
        *[
            '"',
            "AND ",
            "OR ",
            "NOT ",
            "(",
            ")",
            "title:",
            "date:",
            "in:code ",
            "lang:",
            "..",
            "~",
            "*",
            "?",
            "+",
            "标题：",
        ],
    ]
)
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join)
SUFFIX = st.sampled_from(["md", "txt", "jsonl", "markdown"])
ANALYZER = Analyzer(None)
LIMITS = settings(max_examples=300, deadline=4000, suppress_health_check=list(HealthCheck))


def _index_all(data: bytes, suffix: str) -> None:
    result = read_post(data, f"a/b.{suffix}")
    for post in result.posts:
        document = prepare(post, ANALYZER).document
        stored = decode_stored(document.stored)
        assert stored.post.id == post.id
        decode_source(document.source)


@LIMITS
@given(st.binary(max_size=400), SUFFIX)
def test_any_bytes_as_a_post(data: bytes, suffix: str) -> None:
    """Bytes of any kind are read, parsed, analysed and stored, or skipped."""
    _index_all(data, suffix)


@LIMITS
@given(TEXT, SUFFIX, st.sampled_from(["utf-8", "utf-16", "gb18030"]))
def test_any_markup_as_a_post(text: str, suffix: str, encoding: str) -> None:
    """So are pieces of front matter, Markdown, formulas and markup in any order, in any encoding."""
    _index_all(text.encode(encoding, "replace"), suffix)


@LIMITS
@given(
    st.lists(st.one_of(st.dictionaries(st.text(max_size=6), st.text(max_size=9)), st.integers(), st.text()), max_size=4)
)
def test_any_json_lines(values: list[object]) -> None:
    """Lines of any JSON are posts, or warnings."""
    _index_all("\n".join(json.dumps(value) for value in values).encode(), "jsonl")


@pytest.fixture(scope="module", params=sorted(ENGINES))
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    kb = KnowledgeBase(tmp_path_factory.mktemp("any") / "index", engine=request.param)
    texts = ["扩散模型的采样", "self_attention `code` $x^2$", "AdamW 与权重衰减", "機器學習 GPT-4"]
    kb.add([Post(id=f"{n}", text=text, title=text[:3], tags=("a",), category="c") for n, text in enumerate(texts)])
    return kb


@settings(LIMITS, max_examples=200)
@given(TEXT, st.sampled_from(["relevance", "newest", "oldest"]))
def test_any_query(base: KnowledgeBase, query: str, sort: str) -> None:
    """Any text is answered, or is an error in the query with a position in it."""
    try:
        result = base.search(query, sort=sort, facets=("tag", "year"))  # type: ignore[arg-type]
    except KbsearchError as error:
        assert 0 <= getattr(error, "position", 0) <= len(query)
    else:
        for hit in result.hits:
            assert all(0 <= start < end <= len(hit.excerpt.text) for start, end in hit.excerpt.ranges)


@settings(LIMITS, max_examples=100)
@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_any_filter(base: KnowledgeBase, category: str, tag: str, day: str) -> None:
    """Any category, tag and date is answered, or is an error in the query; any id is found, or not."""
    for call in (
        lambda: base.search("扩散", categories=[category], tags=[tag], since=day),
        lambda: base.get(category + "\ud800"),
        lambda: base.remove([tag]) if tag not in "0123" else None,
    ):
        with contextlib.suppress(KbsearchError):
            call()


@settings(LIMITS, max_examples=60)
@given(st.lists(st.text(max_size=30), min_size=9, max_size=9))
def test_any_post(base: KnowledgeBase, parts: list[str]) -> None:
    """A post given with any strings at all, halves of surrogate pairs included, is kept and found again."""
    key, title, text, category, tag, path, slug, description, source = (part + "\ud83d" for part in parts)
    post = Post(
        id=key, title=title, text=text, category=category, tags=(tag,), path=path, slug=slug,
        description=description, sources=(source,),
    )  # fmt: skip
    base.add([post])
    assert base.get(key).title == title.replace("\ud83d", "\ufffd")
    assert base.remove([key]) == 1


@LIMITS
@given(st.one_of(st.binary(max_size=300), TEXT.map(lambda text: text.encode("utf-8", "replace"))))
def test_any_dictionary(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any bytes as a user dictionary give words, or an error that names file and line."""
    path = tmp_path_factory.getbasetemp() / "words.txt"
    path.write_bytes(data)
    try:
        Analyzer(path)
    except KbsearchError as error:
        assert "words.txt" in str(error)


@LIMITS
@given(st.data())
def test_any_stored_bytes(data: st.DataObject) -> None:
    """A stored post, Markdown or manifest with any value or number exchanged for any other is read, or is damage."""
    document = prepare(Post(id="a", title="b", text="# h\n\n`x` $y$ 扩散 [l](m.md)", tags=("c",)), ANALYZER).document
    value = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    )
    sizes = struct.unpack_from("<7I", document.stored, 4)
    bounds = list(accumulate(sizes, initial=32))
    parts = [document.stored[start:end] for start, end in pairwise(bounds)]
    number = data.draw(st.sampled_from(range(len(parts))))
    if parts[number][:1] in (b"{", b"["):
        form = json.loads(parts[number])
        places = sorted(form) if isinstance(form, dict) else range(len(form))
        form[data.draw(st.sampled_from(places))] = data.draw(value)
        parts[number] = json.dumps(form).encode()
    else:
        parts[number] = data.draw(st.binary(min_size=len(parts[number]), max_size=len(parts[number])))
    forged = document.stored[:4] + struct.pack("<7I", *map(len, parts)) + b"".join(parts)
    raw = data.draw(st.one_of(st.just(forged), st.binary(max_size=60)))
    for read in (_everything_stored, stored_id, decode_source, Manifest.from_bytes):
        with contextlib.suppress(KbsearchError):
            read(raw)


def _everything_stored(raw: bytes) -> None:
    stored = decode_stored(raw)
    assert stored.folded is not None and stored.document.lines is not None
    stored.spans(0, len(stored.text))
    stored.section_at(3)
    stored.line_at(3)


N = 4_000
HOSTILE: dict[str, Callable[[int], str]] = {
    "nested lists": lambda n: "".join("  " * min(i, 400) + f"- {i}\n" for i in range(n // 20)),
    "nested quotes": lambda n: ">" * n + " x\n",
    "nested brackets": lambda n: "[" * n + "x" + "](y)" * n,
    "nested parentheses": lambda n: "[a](" + "(" * n + ")" * n,
    "nested emphasis": lambda n: "*a **b " * n + "c",
    "nested markup": lambda n: "<div>" * n + "x",
    "one line": lambda n: "扩散 model " * (n * 10),
    "one word": lambda n: "x" * (n * 20),
    "one Han word": lambda n: "扩" * (n * 10),
    "headings": lambda n: "".join(f"# h{i}\n" for i in range(n * 25 // 4)),
    "the same heading": lambda n: "# h\n" * (n * 5),
    "tables": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|b" * n + "|\n",
    "backticks": lambda n: "`" * n + "x" + "".join("`" * (i % 50) + " " for i in range(n)),
    "unclosed fences": lambda n: "```\nx\n\n" * n,
    "unbalanced dollars": lambda n: "$$ x $ y \n\n" * n,
    "dollars": lambda n: "$" * n,
    "braces in formulas": lambda n: "$$" + "{" * n + "}" * (n // 2) + "$$",
    "LaTeX commands": lambda n: "$" + "\\frac" * n + "$",
    "comments": lambda n: "<!-- " * n,
    "shortcodes": lambda n: "{{< x " * n + "{% y " * n,
    "entities": lambda n: "&#x41;&amp" * n,
    "links": lambda n: "[[a|b]] [c](d.md) ![e](f.png) " * n,
    "definitions": lambda n: "".join(f"[{i}]: u\n" for i in range(n)) + "[1] " * n,
    "footnotes": lambda n: "".join(f"[^{i}]: u\n" for i in range(n)) + "[^1] " * n,
    "alias bomb": lambda n: "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}' if i else '*a'] * 9)}]\n" for i in range(min(n // 100, 60)))
    + "---\nx",
    "many keys": lambda n: "---\n" + "".join(f"k{i}: v\n" for i in range(n)) + "---\nx",
    "deep YAML": lambda n: "---\na: " + "[" * n + "]" * n + "\n---\nx",
    "deep JSON": lambda n: '{"a": ' * n + "1" + "}" * n + "\nx",
    "tags": lambda n: "#tag" * n + " #a" * n,
    "spaces": lambda n: " " * (n * 10) + "x" + "\n" * n,
    "hyphens": lambda n: "-" * (n * 5) + "a-" * n,
    "dotted": lambda n: "a.b_c-" * n + "v1." * n,
    "equals": lambda n: "简称（" * n + "又称 (" * n,
    "brackets of names": lambda n: "扩散模型（Diffusion Model" * n,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_time_grows_with_size(name: str) -> None:
    """Four times the text takes at most about four times the time, whatever is in it."""
    _index_all(HOSTILE[name](N // 8).encode(), "md")
    assert_growth(lambda count: partial(_index_all, HOSTILE[name](count).encode(), "md"), N, 4 * N, at_most=10)


@pytest.mark.parametrize(
    "query",
    ["(" * 5000, ")" * 5000, "(" * 5000 + "x" + ")" * 5000, "AND " * 3000, "- " * 3000, '"' * 5001, "x* " * 1000,
     "扩" * 10_000, "a" * 10_000, "x~ " * 1000, "title:" * 2000, "*" * 5000, "?" * 5000 + "*", "date:" + "9" * 9000,
     "NOT " * 3000 + "x", "1.." * 3000, "a OR " * 3000 + "b", "\\" * 5000, "a*b*c*" * 800, "the " * 2500],
    ids=lambda query: query[:6],
)  # fmt: skip
def test_hostile_queries(base: KnowledgeBase, query: str) -> None:
    """Ten thousand characters of anything are answered or refused within seconds."""
    began = time.process_time()
    with contextlib.suppress(KbsearchError):
        base.search(query)
    assert time.process_time() - began < 10
