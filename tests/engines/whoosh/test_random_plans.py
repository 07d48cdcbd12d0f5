"""Thousands of random plans against the oracle of the contract, through every way there is to evaluate them."""

from __future__ import annotations

import pytest
from contract_cases import NODES, WORDS, make_post
from contract_library import Library
from contract_oracle import Oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from kbsearch.engines.base import SearchRequest
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.plain import plain_search
from kbsearch.engines.whoosh.postings import SegmentArrays
from kbsearch.engines.whoosh.search import search
from kbsearch.query.plan import And, Best, Constant, Not, Or, Term

POSTS = [make_post(n, full=True) for n in range(64)]
GONE = range(3, 64, 7)

boosts = st.sampled_from([1.0, 1.0, 0.5, 3.0, 0.0])
leaf_nodes = st.sampled_from(list(NODES.values())) | st.builds(
    Term, st.sampled_from(["body", "title", "heading", "stem"]), st.sampled_from([*WORDS, "only", "none"]), boosts
)


def compound(children: st.SearchStrategy) -> st.SearchStrategy:
    several = st.lists(children, min_size=1, max_size=5).map(tuple)
    return (
        st.builds(And, several)
        | st.builds(Or, several)
        | st.builds(Best, several, st.sampled_from([0.0, 0.3]))
        | st.builds(Not, children)
        | st.builds(Constant, children, st.sampled_from([0.0, 1.5]))
    )


plans = st.recursive(leaf_nodes, compound, max_leaves=12)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Posts in four segments, none deleted: scores are exactly those of the oracle."""
    return filled(tmp_path_factory.mktemp("whole"), remove=False)


@pytest.fixture(scope="module")
def holed(tmp_path_factory):
    """The same, with some posts deleted, which go on counting in the statistics."""
    return filled(tmp_path_factory.mktemp("holed"), remove=True)


def filled(folder, *, remove: bool):
    WhooshEngine().create(folder)
    library = Library(WhooshEngine(), folder)
    for first in range(0, 64, 16):
        writer = WhooshEngine().writer(folder)
        writer.add(WhooshEngine().encoder()(POSTS[first : first + 16]))
        writer._writer.commit(merge=False)
    if remove:
        library.update(remove=[POSTS[n].key for n in GONE])
    reader = WhooshEngine().reader(folder)
    assert len(reader._toc.segments) == 4
    return reader, [SegmentArrays(reader._collection, place) for place in range(4)]


ORACLE = Oracle(POSTS)


@settings(max_examples=700, deadline=None)
@given(plan=plans, narrowing=st.none() | leaf_nodes)
def test_against_the_oracle(whole, plan, narrowing):
    """With and without NumPy, a plan finds what the oracle finds, with the same scores."""
    expected = ORACLE.matches(plan)
    if narrowing is not None:
        allowed = ORACLE.matches(narrowing)
        expected = {key: score for key, score in expected.items() if key in allowed}
    expected_order = sorted(expected.values(), reverse=True)
    reader, arrays = whole
    for limit in (1000, 4):
        request = SearchRequest(plan, filter=narrowing, limit=limit)
        for found in (search(arrays, request), plain_search(reader._collection, request)):
            assert all(score == approx(expected[POSTS[ref].key], rel=1e-5, abs=1e-6) for ref, score in found.hits)
            assert [score for _, score in found.hits] == approx(expected_order[:limit], rel=1e-5, abs=1e-6)
            assert found.total == len(expected)


@settings(max_examples=300, deadline=None)
@given(plan=plans)
def test_with_deletions(holed, plan):
    """Deleted posts are found by neither way; scores stay those of the whole collection."""
    gone = {POSTS[n].key for n in GONE}
    expected = {key: score for key, score in ORACLE.matches(plan).items() if key not in gone}
    reader, arrays = holed
    request = SearchRequest(plan, limit=1000)
    for found in (search(arrays, request), plain_search(reader._collection, request)):
        assert {POSTS[ref].key: score for ref, score in found.hits} == approx(expected, rel=1e-5, abs=1e-6)


@settings(max_examples=200, deadline=None)
@given(plan=plans)
def test_parts_add_up(whole, plan):
    """A post's score parts add up to its score, except for constants that no term earned."""
    reader, arrays = whole
    for ref, score in search(arrays, SearchRequest(plan, limit=20)).hits:
        parts = reader.score_parts(plan, ref)
        assert sum(part.score for part in parts) <= score * (1 + 1e-5) + 1e-6
        if "Constant" not in repr(plan):
            assert sum(part.score for part in parts) == approx(score, rel=1e-5, abs=1e-6)
