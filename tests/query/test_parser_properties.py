"""What holds for every query, however odd."""

from __future__ import annotations

import datetime as dt
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.errors import QueryError
from kbsearch.query.parser import MAX_LENGTH, parse
from kbsearch.query.render import draw, render
from kbsearch.query.syntax import And, Default, Empty, In, Node, Not, Or, Parsed, Required, Words, children, walk

TODAY = dt.date(2024, 3, 15)

PIECES = [
    *"\"“”「」『』()（）+-－*?~～:：,，.;。 　\n\\{}^_$@#&|=<>'%1aC非且或模型",
    *(" AND ", " OR ", " NOT ", "AND", "NOT ", " && ", " || ", " 且 ", " 或 ", " 非 ", "ＡＮＤ"),
    *("title:", "标题：", "tag:", "path:", "lang:py", "in:", "in:code", "in:math ", "foo:", "titel:", "作者："),
    *("date:", "date:2024", "日期：近三个月", "last 30 days", "..", "3月"),
    *("http://", "std::", "foo", "bar ", "扩散", "f(x)", "f(", "-foo", "+bar", "-1", "-x", '"a b"', "“扩散”"),
    *("diffus*", "*ion", "dif*on", "fooo~", "fooo~2", "\u200b", "é", "İ", "²", "٣", "\x00", "\x1c"),
]
queries = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=16).map("".join))


def parsed_or_none(query: str) -> Parsed | None:
    try:
        return parse(query, today=TODAY)
    except QueryError as error:
        assert 0 <= error.position <= len(query)
        assert str(error)
        assert error.hint
        return None


@given(queries)
@settings(max_examples=400)
def test_any_text_gives_a_tree_or_a_query_error(query: str) -> None:
    """No query makes the parser fail otherwise; every position lies within the query, children within parents."""
    parsed = parsed_or_none(query)
    if parsed is None:
        return
    for node in walk(parsed.tree):
        assert 0 <= node.start <= node.end <= len(query)
        if not isinstance(node, In):
            for child in children(node):
                assert node.start <= child.start
                assert child.end <= node.end
    assert draw(parsed.tree)


@given(queries)
@settings(max_examples=400)
def test_a_tree_written_and_read_again_is_the_same(query: str) -> None:
    """What ``--explain`` and JSON show as parsed is a query with the same meaning."""
    parsed = parsed_or_none(query)
    if parsed is not None:
        assert parse(render(parsed.tree), today=TODAY).tree == parsed.tree


@given(queries)
def test_trees_are_in_normal_form(query: str) -> None:
    """The planner need not expect needless nesting or holes."""
    parsed = parsed_or_none(query)
    if parsed is None:
        return
    for node in walk(parsed.tree):
        below = children(node)
        assert not isinstance(node, (And, Or, Default)) or len(below) >= 2
        assert not isinstance(node, (And, Or)) or not any(type(child) is type(node) for child in below)
        assert not isinstance(node, Not) or not isinstance(below[0], (Not, Required))
        assert not any(isinstance(child, Empty) for child in below)
        if isinstance(node, Default):
            assert not any(isinstance(a, Words) and isinstance(b, Words) for a, b in pairwise(below))


@given(st.text(alphabet="abc扩散模型的采样 ，。？", min_size=1, max_size=40))
def test_words_and_punctuation_are_one_stretch(text: str) -> None:
    """Text without operators is one node that covers it."""
    parsed = parse(text)
    assert parsed.tree == (Words(text.strip()) if text.strip() else Empty())


HOSTILE = {
    "brackets": "(" * 10_000,
    "bracket pairs": "(" * 5_000 + ")" * 5_000,
    "thousand brackets": "(" * 1_000 + "a" + ")" * 1_000,
    "calls": "f(" * 3_333 + ")" * 3_333,
    "empty brackets": "() " * 3_333,
    "quotes": '"' * 10_000,
    "opening quotes": "“" * 10_000,
    "quotes in quotes": '"' + "“" * 9_999,
    "apart quotes": '" x' * 3_333,
    "operators": "AND OR NOT " * 909,
    "alternatives": "a OR " * 2_000,
    "negations": "NOT " * 2_500,
    "exclusions": "-ab " * 2_500,
    "signs": "-+" * 5_000,
    "fields": "title:a " * 1_250,
    "slips": "Titla:5 " * 1_250,
    "dates": "date:2024 " * 1_000,
    "date words": "date:" + "2024 " * 1_999,
    "far dates": ("date:" + " " * 60 + "x ") * 149,
    "dots": "date:" + "." * 9_995,
    "places": "in:code " * 1_250,
    "place list": "in:(" + "code " * 1_999 + ")",
    "stars": "*" * 10_000,
    "patterns": "ab* " * 2_500,
    "question marks": "a?" * 5_000,
    "tildes": "ab~ " * 2_500,
    "commas": "," * 10_000,
    "almost a pattern": "foo*" + "!" * 9_990 + "x",
    "colons": "ab:" * 3_333,
    "blanks": " " * 10_000,
    "Han": "扩" * 10_000,
    "zeros": "\0" * 10_000,
}


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE)
def test_hostile_queries_take_bounded_time(query: str) -> None:
    """Ten thousand characters of anything are read, or refused, at once: not in quadratic time."""
    assert len(query) <= MAX_LENGTH
    began = time.process_time()
    parsed_or_none(query)
    assert time.process_time() - began < 2


def test_deepest_brackets_allowed_are_no_trouble() -> None:
    """Brackets to the limit are parsed, walked and written without exhausting the stack."""
    query = "(aa OR -" * 32 + "bb" + ")" * 32
    tree: Node = parse(query).tree
    assert parse(render(tree)).tree == tree
    assert len(draw(tree)) > 32
