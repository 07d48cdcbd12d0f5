"""The tree written back: canonical, and the same when read again."""

from __future__ import annotations

import datetime as dt

import pytest

from kbsearch.query.parser import parse
from kbsearch.query.render import draw, render

TODAY = dt.date(2024, 3, 15)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("怎么加速扩散模型的采样？", "怎么加速扩散模型的采样？"),
        ("“扩散模型” 采样", '"扩散模型" 采样'),
        ('「say "hi"」', '「say "hi"」'),
        ("扩散 且 采样 或 非 模型", "扩散 AND 采样 OR -模型"),
        ("扩散 且 （采样 或 求解器）", "扩散 AND (采样 OR 求解器)"),
        ("标题：扩散 标签：「深度 学习」", 'title:扩散 tag:"深度 学习"'),
        ("日期：去年", "date:2023"),
        ("日期：近三个月 采样", "date:2023-12-15..2024-03-15 采样"),
        ("日期：2024年3月5日", "date:2024-03-05"),
        ("date:2024，3月", 'date:"2024" 3月'),
        ("updated:>=2024-03-05", "updated:2024-03-05.."),
        ("in:代码 yield", "in:code yield"),
        ("diffusoin~", "diffusoin~2"),
        ("NOT C", "-(C)"),
        ("NOT (aa bb)", "-(aa bb)"),
        ("AND", "AND"),
        ("title:AND", 'title:"AND"'),
        ("", ""),
    ],
)
def test_canonical_form(query: str, canonical: str) -> None:
    """Operators and fields in English, dates spelt out, brackets only where they are needed."""
    tree = parse(query, today=TODAY).tree
    assert render(tree) == canonical
    assert parse(canonical, today=TODAY).tree == tree


def test_draw_shows_one_node_a_line() -> None:
    """``--explain`` shows the tree, children indented."""
    assert draw(parse('title:"score sde" -GAN date:2024 in:code yiel~ dif* c?lor aa AND bb', today=TODAY).tree) == [
        "and",
        "  in code",
        "    default",
        "      field title",
        "        phrase score sde",
        "      not",
        "        words GAN",
        "      date 2024",
        "      fuzzy yiel (at most 1 edits)",
        "      prefix dif",
        "      wildcard c?lor",
        "      words aa",
        "  words bb",
    ]
