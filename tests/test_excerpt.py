"""What is shown of a hit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.excerpt import make_passage
from kbsearch.highlight import Highlighter, Match, Needle
from kbsearch.model import Document, Excerpt, Post, Span
from kbsearch.stored import StoredPost, decode_stored, encode_stored


def _stored(text: str, *spans: Span) -> StoredPost:
    return decode_stored(encode_stored(Post("id"), Document(text, spans), plain=True))


def _matches(text: str, *words: str) -> list[Match]:
    needles = [Needle(word, "substring", frozenset({i})) for i, word in enumerate(words)]
    return Highlighter(needles, lambda word: word).find(text.lower(), text)


def _excerpt(text: str, *words: str, spans: tuple[Span, ...] = (), width: int = 120) -> Excerpt:
    return make_passage(_stored(text, *spans), _matches(text, *words), width=width).excerpt


def _marked(excerpt: Excerpt) -> list[str]:
    return [excerpt.text[a:b] for a, b in excerpt.ranges]


def _span(text: str, part: str, kind: str, inline: bool = True) -> Span:
    start = text.index(part)
    return Span(kind, start, start + len(part), inline=inline)  # type: ignore[arg-type]


def test_the_densest_place_is_shown() -> None:
    """Of many places, the one where the query's words stand together is shown."""
    text = "扩散 " + "无关的话。" * 60 + "模型 " + "无关的话。" * 60 + "扩散与模型在一起。" + "无关的话。" * 60
    excerpt = _excerpt(text, "扩散", "模型")
    assert "扩散与模型在一起" in excerpt.text
    assert _marked(excerpt) == ["扩散", "模型"]


def test_every_occurrence_in_the_passage_is_marked() -> None:
    """A word that stands five times in the passage is marked five times."""
    assert _marked(_excerpt("采样，采样；采样。采样！采样？", "采样")) == ["采样"] * 5


def test_blank_space_is_folded_and_ranges_follow() -> None:
    """Line ends and runs of spaces become one space; highlights still sit on the right characters."""
    excerpt = _excerpt("第一行\n\n  第二行   有 模型\n在此", "模型")
    assert excerpt.text == "第一行 第二行 有 模型 在此"
    assert _marked(excerpt) == ["模型"]


def test_code_block_without_match_is_a_mark() -> None:
    """A block of code that does not match reads as a mark in the text's language."""
    text = "看代码：\n\nx = 1\ny = 2\n\n采样完成"
    assert (
        _excerpt(text, "采样", spans=(_span(text, "x = 1\ny = 2", "code", False),)).text == "看代码： [代码] 采样完成"
    )
    text = "Look:\n\nx = 1\n\nsampling done"
    assert _excerpt(text, "sampling", spans=(_span(text, "x = 1", "code", False),)).text == "Look: [code] sampling done"


def test_matching_code_line_is_shown() -> None:
    """A match inside a block of code shows that line, not the block."""
    text = "代码\n\nimport torch\ntorch.optim.AdamW(p)\nprint(1)\n\n完"
    excerpt = _excerpt(
        text, "adamw", spans=(_span(text, "import torch\ntorch.optim.AdamW(p)\nprint(1)", "code", False),)
    )
    assert "torch.optim.AdamW(p)" in excerpt.text
    assert "import torch" not in excerpt.text
    assert _marked(excerpt) == ["AdamW"]


def test_formulas_are_never_cut() -> None:
    """However small the width, a formula is shown whole or not at all."""
    formula = r"x_t = \sqrt{\bar\alpha_t} x_0 + \epsilon"
    text = "前文" * 30 + formula + "后文" * 5 + "目标词" + "后文" * 40
    for width in range(20, 160, 7):
        shown = _excerpt(text, "目标词", spans=(_span(text, formula, "math"),), width=width).text
        assert f"${formula}$" in shown or "alpha" not in shown


def test_without_matches_the_beginning_is_shown() -> None:
    """A post found by its filters alone shows how it begins, after its headings."""
    text = "标题\n\n正文从这里开始。" + "后面。" * 200
    excerpt = _excerpt(text, spans=(_span(text, "标题", "heading", False),))
    assert excerpt.text.startswith("正文从这里开始。")
    assert excerpt.text.endswith("…")
    assert excerpt.ranges == ()


def test_empty_text() -> None:
    """A post without text has an empty excerpt."""
    assert _excerpt("").text == ""


@given(
    st.text(st.sampled_from("ab 模型扩散。\n.$"), max_size=300),
    st.lists(st.sampled_from(["模型", "a", "扩散", "ab"]), max_size=3, unique=True),
    st.integers(10, 200),
    st.integers(0, 300),
    st.integers(0, 40),
    st.sampled_from(["code", "math", "heading"]),
    st.booleans(),
)
def test_ranges_show_the_words(
    text: str, words: list[str], width: int, start: int, length: int, kind: str, inline: bool
) -> None:
    """Whatever the text, each highlighted range is made of the query's words and lies within the excerpt."""
    start = min(start, len(text))
    end = min(start + length, len(text))
    spans = (Span(kind, start, end, inline=inline),) if end > start else ()  # type: ignore[arg-type]
    excerpt = _excerpt(text, *words, spans=spans, width=width)
    last = 0
    for a, b in excerpt.ranges:
        assert last <= a < b <= len(excerpt.text)
        assert set(excerpt.text[a:b]) <= set("".join(words))
        last = b


@pytest.mark.parametrize("width", [40, 120, 400])
def test_long_text_stays_within_reason(width: int) -> None:
    """An excerpt is about as wide as asked for."""
    text = "很长的文字，" * 2000
    assert len(_excerpt(text, "文字", width=width).text) <= width
