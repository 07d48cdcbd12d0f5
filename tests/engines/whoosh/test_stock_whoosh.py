"""Our index, through Whoosh's own searcher, against the same posts in an index of Whoosh's own codec.

Posts are short (at most ten terms a field): up to there both codecs keep field lengths exactly. Two of Whoosh's
matchers are not compared, as they are wrong in all distributions, and our plans are held to the oracle instead (in
test_random_plans.py): ``AndNotMatcher`` lets the first post through if the excluded list begins before it, and
``DisjunctionMaxMatcher`` takes scores from a sub-matcher that stands at another post.
"""

from __future__ import annotations

import math
import random

import pytest
from pytest import approx
from whoosh import query, scoring, writing
from whoosh.collectors import UnlimitedCollector
from whoosh.filedb.filestore import FileStorage

from kbsearch.engines.base import SearchRequest
from kbsearch.engines.whoosh import WhooshEngine
from kbsearch.engines.whoosh.codec import make_schema
from kbsearch.engines.whoosh.index import ArrayIndex
from kbsearch.engines.whoosh.segment import MISSING
from kbsearch.engines.whoosh.toc import read_toc
from kbsearch.query.plan import And, Constant, Or, Phrase, Term

WORDS = ["a", "b", "c", "扩散", "模型", "ab", "abc", "b2", "𝒳", "zz"]
SCORED = ("title", "body", "stem", "gram")
KEYWORDS = ("tag", "category")
WORLDS = range(6)
QUERIES = 350  # in each world, for each kind of test


class LuceneBM25(scoring.BM25F):
    """Whoosh's BM25F with Lucene's idf: the formula of kbsearch's plans."""

    def idf(self, searcher, fieldname, text):
        parent = searcher.get_parent()
        found = parent.doc_frequency(fieldname, text)
        return math.log(1 + (parent.doc_count_all() - found + 0.5) / (found + 0.5))


def fill(index, seed: int) -> None:
    """Several segments with deletions; the same for both indexes."""
    rnd = random.Random(seed)
    live: list[str] = []
    for commit in range(rnd.randint(1, 4)):
        writer = index.writer()
        for _ in range(rnd.randint(0, len(live) // 2)):
            key = live.pop(rnd.randrange(len(live)))
            writer.delete_by_term("key", key)
        for n in range(rnd.randint(1, 40)):
            key = f"{commit}/{n}"
            if n:  # a segment never loses all its posts: ours would then drop it, and the statistics differ
                live.append(key)
            weights = [rnd.random() ** 3 for _ in WORDS]
            post = {name: rnd.choices(WORDS, weights, k=rnd.randint(1, 10)) for name in SCORED if rnd.random() < 0.9}
            post |= {name: rnd.sample(WORDS, rnd.randint(1, 3)) for name in KEYWORDS if rnd.random() < 0.8}
            if rnd.random() < 0.8:
                post["date"] = rnd.randint(0, 20)
            writer.add_document(key=[key] if not isinstance(index, ArrayIndex) else key, **post)
        writer.commit(mergetype=writing.NO_MERGE)


@pytest.fixture(scope="module", params=WORLDS)
def world(request, tmp_path_factory):
    """The same posts in our index and in a stock one."""
    folder = tmp_path_factory.mktemp("ours")
    WhooshEngine().create(folder)
    ours = ArrayIndex(folder)
    stock = FileStorage(str(tmp_path_factory.mktemp("stock"))).create_index(make_schema())
    for index in (ours, stock):
        fill(index, request.param)
    return request.param, folder, ours, stock


def word_query(rnd: random.Random) -> query.Query:
    field, word = rnd.choice((*SCORED, *KEYWORDS)), rnd.choice([*WORDS, "none"])
    kind = rnd.randrange(9)
    if kind == 0:
        return query.Prefix(field, word[0])
    if kind == 1:
        return query.Wildcard(field, "?" + word[1:] if len(word) > 1 else "*")
    if kind == 2:
        return query.Phrase("gram", rnd.choices(WORDS, k=2))
    if kind == 3:
        return query.TermRange(field, *sorted(rnd.sample(WORDS, 2)))
    if kind == 4:
        return query.FuzzyTerm(field, word, maxdist=1)
    return query.Term(field, word, boost=rnd.choice([1.0, 1.0, 2.5]))


def random_query(rnd: random.Random, depth: int = 2) -> query.Query:
    if depth == 0 or rnd.random() < 0.2:
        return word_query(rnd)
    children = [random_query(rnd, depth - 1) for _ in range(rnd.randint(2, 3))]
    return rnd.choice(
        [
            lambda: query.And(children),
            lambda: query.Or(children),
            lambda: query.AndMaybe(children[0], children[1]),
            lambda: query.Require(children[0], children[1]),
            lambda: query.ConstantScoreQuery(children[0], 1.5),
            lambda: query.Every(),
        ]
    )()


def exhaustive(index, asked, weighting) -> dict[str, float]:
    """Every hit's key with its score, from the collector that skips nothing."""
    with index.searcher(weighting=weighting) as searcher:
        collector = UnlimitedCollector()
        searcher.search_with_collector(asked, collector)
        return {key_of(searcher, docnum): score for score, docnum in collector.results().top_n}


def key_of(searcher, docnum: int) -> str:
    """A post's key: stored as it was given, which is a list for stock Whoosh."""
    key = searcher.stored_fields(docnum)["key"]
    return key if isinstance(key, str) else key[0]


def all_keys(folder) -> list[str]:
    """The key of each post by its number, which is what a reader's reference is."""
    with ArrayIndex(folder).searcher() as searcher:
        return [key_of(searcher, docnum) for docnum in range(searcher.doc_count_all())]


def test_same_scores_through_whoosh(world):
    """Whoosh's queries, matchers and BM25F give the same hits and scores over our codec as over its own."""
    seed, _, ours, stock = world
    rnd = random.Random(f"stock {seed}")
    for _ in range(QUERIES):
        asked = random_query(rnd)
        expected = exhaustive(stock, asked, scoring.BM25F())
        assert exhaustive(ours, asked, scoring.BM25F()) == approx(expected, rel=1e-9), asked


def as_whoosh(node) -> query.Query:
    """The Whoosh query that means the same as a plan (of the kinds that :func:`random_plan` makes)."""
    match node:
        case Term(field, text, boost):
            return query.Term(field, text, boost=boost)
        case And(children):
            return query.And(list(map(as_whoosh, children)))
        case Or(children):
            return query.Or(list(map(as_whoosh, children)))
        case Constant(child, score):
            return query.ConstantScoreQuery(as_whoosh(child), score)
    raise AssertionError(node)


def random_plan(rnd: random.Random, depth: int = 3):
    if depth == 0 or rnd.random() < 0.2:
        return Term(rnd.choice(SCORED), rnd.choice([*WORDS, "none"]), rnd.choice([1.0, 1.0, 0.5, 3.0]))
    children = tuple(random_plan(rnd, depth - 1) for _ in range(rnd.randint(2, 4)))
    return rnd.choice(
        [
            lambda: And(children),
            lambda: Or(children),
            lambda: Or(children),
            lambda: Constant(children[0], 1.5),
        ]
    )()


def test_plans_score_as_whoosh_does(world):
    """Our plans, evaluated in arrays, score as the same queries do in stock Whoosh, every hit looked at."""
    seed, folder, _, stock = world
    reader, keys = WhooshEngine().reader(folder), all_keys(folder)
    rnd = random.Random(f"plan {seed}")
    for _ in range(QUERIES):
        plan = random_plan(rnd)
        expected = exhaustive(stock, as_whoosh(plan), LuceneBM25())
        found = reader.search(SearchRequest(plan, limit=1000))
        assert {keys[ref]: score for ref, score in found.hits} == approx(expected, rel=1e-6, abs=1e-6), plan
        assert found.total == len(expected)
        best = reader.search(SearchRequest(plan, limit=5)).hits
        assert [score for _, score in best] == approx(sorted(expected.values(), reverse=True)[:5], rel=1e-6, abs=1e-6)


def test_phrases_match_as_whoosh_does(world):
    """Phrases are found in the same posts."""
    seed, folder, _, stock = world
    reader, keys = WhooshEngine().reader(folder), all_keys(folder)
    rnd = random.Random(f"phrase {seed}")
    for _ in range(100):
        words = rnd.choices(WORDS, k=rnd.randint(2, 3))
        plan = Phrase("gram", tuple((word, place) for place, word in enumerate(words)))
        expected = exhaustive(stock, query.Phrase("gram", words), scoring.BM25F())
        assert {keys[ref] for ref, _ in reader.search(SearchRequest(plan, limit=1000)).hits} == expected.keys()


def test_lexicons_are_equal(world):
    """Terms, frequencies, cursors and statistics are the same."""
    _, _, ours, stock = world
    with ours.reader() as mine, stock.reader() as theirs:
        assert mine.doc_count() == theirs.doc_count()
        assert mine.doc_count_all() == theirs.doc_count_all()
        for name in (*SCORED, *KEYWORDS):
            assert list(mine.lexicon(name)) == list(theirs.lexicon(name))
            assert mine.field_length(name) == theirs.field_length(name)
            for text in mine.lexicon(name):
                assert mine.doc_frequency(name, text) == theirs.doc_frequency(name, text)
                assert mine.frequency(name, text) == theirs.frequency(name, text)
                a, b = mine.term_info(name, text), theirs.term_info(name, text)
                assert (a.weight(), a.max_weight(), a.min_id(), a.max_id()) == (
                    b.weight(),
                    b.max_weight(),
                    b.min_id(),
                    b.max_id(),
                )
            assert list(mine.expand_prefix(name, "a")) == list(theirs.expand_prefix(name, "a"))
            assert set(mine.terms_within(name, "ab", 1)) == set(theirs.terms_within(name, "ab", 1))


def test_sorted_by_column(world):
    """Whoosh sorts by our number columns, both ways."""
    _, _, ours, stock = world
    results = []
    for index in (ours, stock):
        with index.searcher() as searcher:
            found = searcher.search(query.Every(), sortedby="date", limit=None)
            dates = [searcher.reader().column_reader("date")[hit.docnum] for hit in found]
            assert dates == sorted(dates)
            results.append([-1 if date == MISSING else date for date in dates])
    assert results[0] == results[1]


def test_stored_fields(world):
    """A hit has its key."""
    _, _, ours, _ = world
    with ours.searcher() as searcher:
        for docnum in searcher.reader().all_doc_ids():
            key = searcher.stored_fields(docnum)["key"]
            assert searcher.document_number(key=key) == docnum


def test_optimize(world, tmp_path):
    """Whoosh's optimize leaves one segment with the same posts and no deleted ones."""
    seed, folder, _, _ = world
    WhooshEngine().create(tmp_path)
    index = ArrayIndex(tmp_path)
    fill(index, seed)
    index.optimize()
    before, after = WhooshEngine().reader(folder), WhooshEngine().reader(tmp_path)
    assert after.count() == before.count()
    assert [(info.posts, info.deleted) for info in read_toc(tmp_path).segments] == [(after.count(), b"")]
    assert all(before.find(key) is not None for key, _ in after.terms("key"))
    assert WhooshEngine().check(tmp_path) == []
