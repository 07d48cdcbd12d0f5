"""Updates: what becomes visible, when, and to whom."""

from __future__ import annotations

import pickle

import pytest
from contract_cases import make_post
from pytest import approx

from kbsearch.engines.base import IndexDocument, SearchRequest
from kbsearch.errors import IndexMissingError
from kbsearch.query.plan import All, Or, Term


def keys(reader, posts) -> list[str]:
    by_bytes = {post.stored: post.key for post in posts}
    return [by_bytes[reader.stored(ref)] for ref in reader.refs()]


def test_no_index(engine, tmp_path):
    """Where there is no index, opening one says so."""
    with pytest.raises(IndexMissingError):
        engine.reader(tmp_path)
    with pytest.raises(IndexMissingError):
        engine.writer(tmp_path)


def test_empty_index(library):
    """An empty index answers everything, with nothing."""
    reader = library.reader()
    result = reader.search(SearchRequest(Or((All(), Term("body", "x"))), filter=All(), facets=("tag",)))
    assert (list(result.hits), result.total, dict(result.facets)) == ([], 0, {"tag": {}})
    assert reader.count() == 0
    assert list(reader.refs()) == list(reader.terms("body")) == []
    assert reader.find("x") is None
    assert dict(reader.meta) == {}
    assert library.engine.check(library.folder) == []


def test_commit_of_nothing(library):
    """A commit without posts still carries its meta."""
    library.engine.writer(library.folder).commit({"n": 1, "名": ["值", None, 1.5]})
    assert dict(library.reader().meta) == {"n": 1, "名": ["值", None, 1.5]}


def test_meta_is_replaced_whole(library):
    """Each commit's meta takes the place of the one before."""
    library.engine.writer(library.folder).commit({"a": 1})
    library.engine.writer(library.folder).commit({"b": 2})
    assert dict(library.reader().meta) == {"b": 2}


def test_nothing_shows_before_commit(library):
    """Posts added and removed show only when the commit is done."""
    library.update([make_post(1), make_post(2)])
    writer = library.engine.writer(library.folder)
    writer.add(library.engine.encoder()([make_post(3)]))
    writer.remove([make_post(1).key])
    assert library.reader().count() == 2
    writer.commit({})
    assert keys(library.reader(), [make_post(2), make_post(3)]) == [make_post(2).key, make_post(3).key]


def test_cancel(library):
    """A cancelled update leaves no trace, and the next one works."""
    library.update([make_post(1)])
    writer = library.engine.writer(library.folder)
    writer.add(library.engine.encoder()([make_post(1, seed=5), make_post(2)]))
    writer.remove([make_post(1).key])
    writer.cancel()
    writer.cancel()
    assert keys(library.reader(), [make_post(1)]) == [make_post(1).key]
    library.update([make_post(2)])
    assert library.reader().count() == 2
    assert library.engine.check(library.folder) == []


def test_failed_commit(library):
    """A commit whose meta cannot be written fails, and leaves the index as it was."""
    library.update([make_post(1)])
    writer = library.engine.writer(library.folder)
    writer.add(library.engine.encoder()([make_post(2)]))
    with pytest.raises((TypeError, ValueError)):
        writer.commit({"x": object()})
    writer.cancel()
    assert library.reader().count() == 1
    library.update([make_post(2)])
    assert library.reader().count() == 2


def test_open_reader_sees_its_commit(library):
    """A reader goes on seeing its own commit, whatever is written after."""
    posts = [make_post(n) for n in range(12)]
    library.update(posts)
    before = library.reader()
    library.update([make_post(n, seed=1) for n in range(6)], remove=[posts[9].key])
    library.update([make_post(n) for n in range(20, 40)])
    assert keys(before, posts) == [post.key for post in posts]
    assert before.search(SearchRequest(All())).total == 12
    assert [before.stored(before.find(post.key)) for post in posts] == [post.stored for post in posts]
    assert dict(before.meta) == {"update": 12}
    assert library.reader().count() == 31


def test_values_outlive_the_reader(library):
    """What a reader gave out stays valid when it is closed."""
    library.update([make_post(n) for n in range(5)])
    reader = library.reader()
    result = reader.search(SearchRequest(All(), facets=("tag",)))
    stored = [reader.stored(ref) for ref, _ in result.hits]
    facets = dict(result.facets["tag"])
    reader.close()
    assert sorted(stored) == sorted(make_post(n).stored for n in range(5))
    assert facets == library.oracle().facet("tag", list(library.posts))


def test_replace(library):
    """A post added again takes the old one's place and comes last."""
    library.update([make_post(n) for n in range(4)])
    library.update([make_post(1, seed=9)])
    reader = library.reader()
    assert keys(reader, library.posts.values()) == [make_post(n).key for n in (0, 2, 3, 1)]
    assert reader.stored(reader.find(make_post(1).key)) == make_post(1, seed=9).stored


def test_replace_within_an_update(library):
    """Added twice in one update, in one batch or two, the later post counts."""
    library.update([make_post(1), make_post(2), make_post(1, seed=1), make_post(3)], batch=3)
    library.update([make_post(2, seed=4), make_post(2, seed=5)], batch=1)
    reader = library.reader()
    assert keys(reader, library.posts.values()) == [make_post(n).key for n in (1, 3, 2)]
    assert reader.stored(reader.find(make_post(2).key)) == make_post(2, seed=5).stored


def test_remove(library):
    """Removed posts are gone; unknown keys do not matter; a removed post may come back."""
    library.update([make_post(n) for n in range(4)])
    library.update(remove=["nobody", make_post(2).key, make_post(2).key])
    assert library.reader().find(make_post(2).key) is None
    library.update([make_post(2, seed=3)])
    assert library.reader().count() == 4


def test_remove_what_the_same_update_added(library):
    """Within an update the order of calls decides."""
    encode = library.engine.encoder()
    writer = library.engine.writer(library.folder)
    writer.add(encode([make_post(1), make_post(2)]))
    writer.remove([make_post(1).key])
    writer.add(encode([make_post(3)]))
    writer.remove([make_post(3).key])
    writer.add(encode([make_post(3, seed=1)]))
    writer.commit({})
    posts = [make_post(2), make_post(3, seed=1)]
    assert keys(library.reader(), posts) == [post.key for post in posts]


def test_remove_everything(library):
    """An index may become empty again, and be filled again."""
    library.update([make_post(n) for n in range(10)])
    library.update(remove=[make_post(n).key for n in range(10)])
    assert library.reader().count() == 0
    assert library.reader().search(SearchRequest(All(), facets=("tag",))).total == 0
    library.update([make_post(n) for n in range(3)])
    assert library.reader().count() == 3


def test_many_small_updates(library):
    """Forty updates of one post give the same answers as one of forty."""
    for n in range(40):
        library.update([make_post(n, full=True)])
    reader, oracle = library.reader(), library.oracle()
    assert keys(reader, library.posts.values()) == list(library.posts)
    for node in (Term("body", "model"), Or((Term("body", "flow"), Term("title", "model")))):
        scores = [score for _, score in reader.search(SearchRequest(node, limit=99)).hits]
        assert scores == approx(sorted(oracle.matches(node).values(), reverse=True), rel=2e-4)
    assert library.engine.check(library.folder) == []


def test_batches_do_not_matter(engine, tmp_path):
    """However posts are cut into batches, the answers are the same."""
    answers = []
    for size in (1, 7, 100):
        folder = tmp_path / str(size)
        folder.mkdir()
        engine.create(folder)
        writer, encode = engine.writer(folder), engine.encoder()
        posts = [make_post(n) for n in range(30)]
        for first in range(0, 30, size):
            writer.add(encode(posts[first : first + size]))
        writer.commit({})
        reader = engine.reader(folder)
        result = reader.search(SearchRequest(Term("body", "model"), limit=99))
        answers.append([(reader.stored(ref), score) for ref, score in result.hits])
    assert answers[0] == answers[1] == answers[2]


def test_encoder_travels(engine):
    """The encoder and its batches can be sent to another process and back."""
    encode = pickle.loads(pickle.dumps(engine.encoder()))
    pickle.loads(pickle.dumps(encode([make_post(1)])))


def test_empty_batch(library):
    """A batch of no posts is no trouble."""
    writer = library.engine.writer(library.folder)
    writer.add(library.engine.encoder()([]))
    writer.commit({})
    assert library.reader().count() == 0


@pytest.mark.parametrize(
    "post",
    [
        IndexDocument("", {"body": ["x"]}, {}, {}, b"empty key"),
        IndexDocument("k", {"body": ["", " ", "\n", "\0", "a\0b", "\ufffe"]}, {"tag": ["", "\0"]}, {}, b""),
        IndexDocument("k", {"body": ["\ud800", "x\udfff"]}, {"tag": ["\udc00"]}, {}, b"lone surrogates"),
        IndexDocument("k", {"body": ["y" * 20_000]}, {"path": ["z" * 20_000]}, {}, b"long terms"),
        IndexDocument("k", {"body": ["t"] * 70_000, "gram": ["g"] * 70_000}, {}, {}, b"one term 70,000 times"),
        IndexDocument("k", {}, {"tag": ["a", "b", "a"]}, {}, b"a tag twice"),
        IndexDocument("k", {}, {}, {"date": -5, "updated": (1 << 63) - 1}, b"odd numbers"),
        IndexDocument("k", {}, {}, {"date": 0}, b"zero is a number", b"\0" * 100_000),
        IndexDocument("名/𝒳 ☃.md", {"title": ["☃"]}, {"category": ["☃"]}, {}, bytes(range(256)), b"\xff\xfe"),
    ],
    ids=lambda post: post.stored.decode("latin-1")[:20].strip() or "odd characters",
)
def test_odd_posts(library, post):
    """Whatever a post holds, it comes back, and is found by all it holds."""
    library.update([make_post(1), post, make_post(2)])
    reader = library.reader()
    ref = reader.find(post.key)
    assert (reader.stored(ref), reader.source(ref)) == (post.stored, post.source)
    for name, values in (*post.terms.items(), *post.keywords.items()):
        for value in set(values):
            found = [reader.stored(r) for r, _ in reader.search(SearchRequest(Term(name, value), limit=9)).hits]
            assert post.stored in found
            assert reader.frequency(name, value) == len(found)
    result = reader.search(SearchRequest(All(), facets=("tag",), sort="newest"))
    assert result.total == 3
    assert dict(result.facets["tag"]) == library.oracle().facet("tag", list(library.posts))
    assert library.engine.check(library.folder) == []
