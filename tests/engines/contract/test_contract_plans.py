"""Every kind of plan node, on a new index and on one much written to, against the oracle."""

from __future__ import annotations

import pytest
from contract_cases import FILTERS, NODES
from contract_library import Opened
from pytest import approx

from kbsearch.engines.base import SearchRequest, Sort

SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
FACETS = ("category", "tag", "year", "language")


@pytest.fixture(params=NODES)
def node(request):
    return NODES[request.param]


def everything(opened: Opened, node, **options):
    result = opened.reader.search(SearchRequest(node, limit=1000, **options))
    return {opened.key(ref): score for ref, score in result.hits}, result


def test_matches_and_scores(fresh, node):
    """A plan finds the posts it should, with the documented scores."""
    found, result = everything(fresh, node)
    assert found == approx(fresh.oracle.matches(node), rel=2e-4, abs=1e-6)
    assert result.total == len(found)


def test_matches_after_updates(worn, node):
    """Replaced and removed posts never show, whatever is asked."""
    found, result = everything(worn, node)
    assert found.keys() == worn.oracle.matches(node).keys()
    assert result.total == len(result.hits) == len(found)


@pytest.mark.parametrize("filter_name", FILTERS)
def test_filter_narrows_without_scoring(worn, node, filter_name):
    """A filter takes posts away and leaves the scores of the others as they are."""
    narrowing = FILTERS[filter_name]
    plain, _ = everything(worn, node)
    found, result = everything(worn, node, filter=narrowing)
    allowed = worn.oracle.matches(narrowing).keys()
    assert found == approx({key: score for key, score in plain.items() if key in allowed}, rel=1e-5)
    assert result.total == len(found)


@pytest.mark.parametrize("sort", SORTS)
def test_order_is_total(worn, node, sort):
    """Score or date decides, then the newer post, then the smaller key; posts without a date come last."""
    result = worn.reader.search(SearchRequest(node, sort=sort, limit=1000))
    keys = [worn.key(ref) for ref, _ in result.hits]
    scores = {worn.key(ref): score for ref, score in result.hits}
    assert keys == worn.oracle.ordered(scores, sort)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_slices(worn, node, sort):
    """Pages put one after another give the whole list, each with the same total and the same scores."""
    whole = worn.reader.search(SearchRequest(node, sort=sort, limit=1000))
    paged = []
    for offset in range(0, whole.total + 7, 7):
        page = worn.reader.search(SearchRequest(node, sort=sort, limit=7, offset=offset))
        assert page.total == whole.total
        paged += page.hits
    assert [worn.key(ref) for ref, _ in paged] == [worn.key(ref) for ref, _ in whole.hits]
    assert [score for _, score in paged] == approx([score for _, score in whole.hits], rel=1e-5)


def test_facets_count_all_matches(worn, node):
    """Facets count every post that matches, not only those on the page."""
    result = worn.reader.search(SearchRequest(node, limit=2, facets=FACETS))
    matched = list(worn.oracle.matches(node))
    assert {name: dict(result.facets[name]) for name in FACETS} == {n: worn.oracle.facet(n, matched) for n in FACETS}


def test_no_limit_no_hits(worn, node):
    """A limit of 0 still counts and facets."""
    result = worn.reader.search(SearchRequest(node, limit=0, facets=("tag",)))
    matched = worn.oracle.matches(node)
    assert (list(result.hits), result.total) == ([], len(matched))
    assert dict(result.facets["tag"]) == worn.oracle.facet("tag", list(matched))


def test_score_parts_add_up(worn, node):
    """The parts of a score add up to it, and name terms and phrases that the post has."""
    result = worn.reader.search(SearchRequest(node, limit=1000))
    for ref, score in result.hits:
        parts = worn.reader.score_parts(node, ref)
        if node == NODES["constant-all"]:
            assert not parts  # no term gave anything to this score
        else:
            assert sum(part.score for part in parts) == approx(score, rel=1e-4, abs=1e-6)
        post = worn.oracle.posts[worn.key(ref)]
        for part in parts:
            assert worn.oracle.score(part.node, post) is not None


def test_score_parts_of_other_posts_are_empty(worn, node):
    """A post that does not match has no parts."""
    matched = worn.oracle.matches(node)
    for key in worn.oracle.posts.keys() - matched.keys():
        assert list(worn.reader.score_parts(node, worn.reader.find(key))) == []
