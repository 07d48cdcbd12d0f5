"""Anchors of headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.anchors import Anchors, slug, split_attributes


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Hello World", "hello-world"),
        ("  扩散模型：DDPM（一）", "扩散模型ddpm一"),
        ("A - B", "a---b"),
        ("snake_case & C++", "snake_case--c"),
        ("1.2.3 版", "123-版"),
        ("Ünïcödé é", "ünïcödé-é"),
        ("😀 emoji", "-emoji"),
        ("`x` $y$", "x-y"),
    ],
)
def test_github_rule(title: str, anchor: str) -> None:
    """A heading's anchor is the one GitHub gives it."""
    assert slug(title) == anchor


def test_doubles_are_numbered() -> None:
    """Headings of one name get -1, -2, and so on, past anchors that are taken; an author's own anchor stays."""
    anchors = Anchors()
    titles = [("A", ""), ("A-1", ""), ("a", ""), ("A", "own"), ("A", ""), ("own", "")]
    assert [anchors.add(*title) for title in titles] == ["a", "a-1", "a-2", "own", "a-3", "own-1"]


@given(st.lists(st.sampled_from(["a", "a-1", "a 1", "b", "", "-1"]), max_size=12))
def test_no_anchor_twice(titles: list[str]) -> None:
    """Whatever the headings are called, each anchor is given once."""
    anchors = Anchors()
    given_out = [anchors.add(title) for title in titles]
    assert len(set(given_out)) == len(given_out)


@pytest.mark.parametrize(
    ("title", "parted"),
    [
        ("题 {#id}", ("题", "id")),
        ("题 {#a .b k=v t='x'}", ("题", "a")),
        ("题 {: #id }", ("题", "id")),
        ("题 {.unnumbered}", ("题", "")),
        ("题 { }", ("题 { }", "")),
        ("集合 {a, b}", ("集合 {a, b}", "")),
        ("{}", ("{}", "")),
        ("a {#b} c", ("a {#b} c", "")),
        (r"\frac{a}{b}", (r"\frac{a}{b}", "")),
    ],
)
def test_attributes(title: str, parted: tuple[str, str]) -> None:
    """Attributes at a heading's end are parted from it; other braces are text."""
    assert split_attributes(title) == parted
