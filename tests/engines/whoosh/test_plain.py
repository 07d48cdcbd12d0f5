"""The search without NumPy gives the same answers as the one with it."""

from __future__ import annotations

import random

import pytest
from contract_cases import FILTERS, NODES, make_post
from contract_library import Library
from pytest import approx

from kbsearch.engines.base import SearchRequest
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.plain import plain_search
from kbsearch.engines.whoosh.postings import SegmentArrays
from kbsearch.engines.whoosh.search import search


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    WhooshEngine().create(folder)
    library = Library(WhooshEngine(), folder)
    library.update([make_post(n) for n in range(50)])
    library.update([make_post(n, seed=1) for n in range(0, 50, 4)], remove=[make_post(7).key])
    return library.reader()


def both(reader, request):
    collection = reader._collection
    arrays = [SegmentArrays(collection, place) for place in range(len(collection.segments))]
    return plain_search(collection, request), search(arrays, request)


@pytest.mark.parametrize("name", NODES)
def test_equal_answers(reader, name):
    """Hits, scores, order, totals and facets are equal, whatever is asked."""
    rnd = random.Random(name)
    for sort in ("relevance", "newest", "oldest"):
        request = SearchRequest(
            NODES[name],
            filter=rnd.choice([None, *FILTERS.values()]),
            sort=sort,
            limit=rnd.choice([0, 3, 10, 100]),
            offset=rnd.choice([0, 0, 5]),
            facets=rnd.choice([(), ("tag", "category"), ("nowhere",)]),
        )
        plain, fast = both(reader, request)
        assert [ref for ref, _ in plain.hits] == [ref for ref, _ in fast.hits]
        assert [score for _, score in plain.hits] == approx([score for _, score in fast.hits], rel=1e-6)
        assert (plain.total, plain.facets) == (fast.total, fast.facets)
