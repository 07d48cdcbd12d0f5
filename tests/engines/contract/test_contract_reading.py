"""What a reader gives besides searches."""

from __future__ import annotations

import pytest
from contract_cases import TAGS, WORDS

from kbsearch.engines.base import KEYWORD_FIELDS, TEXT_FIELDS

FIELDS = (*TEXT_FIELDS, *KEYWORD_FIELDS)


def test_count_and_refs(fresh, worn):
    """count() is the number of posts; refs() gives each once, in the order they were added."""
    for opened in (fresh, worn):
        assert opened.reader.count() == len(opened.oracle.posts)
        assert [opened.key(ref) for ref in opened.reader.refs()] == list(opened.oracle.posts)


def test_find_stored_and_source(worn):
    """A post is found by its key, and gives back its bytes as they were put in."""
    for key, post in worn.oracle.posts.items():
        ref = worn.reader.find(key)
        assert worn.reader.stored(ref) == post.stored
        assert worn.reader.source(ref) == post.source


@pytest.mark.parametrize("key", ["", "notes/post-5.md", "notes/post-60.md", "notes/post-3", "扩散", "x" * 5000])
def test_find_unknown(worn, key):
    """A key that no post has, or no longer has, is found nowhere."""
    assert worn.reader.find(key) is None


@pytest.mark.parametrize("field", FIELDS)
def test_terms_in_order(fresh, field):
    """terms() walks a field's terms in code-point order with their document frequencies."""
    assert list(fresh.reader.terms(field)) == fresh.oracle.terms(field)


@pytest.mark.parametrize("prefix", ["m", "mo", "model", "models", "扩", "𝒳", "c+", "", "notes/post-1", "￿"])
@pytest.mark.parametrize("field", ["body", "gram", "tag", "key"])
def test_terms_by_prefix(fresh, field, prefix):
    """terms() with a prefix gives exactly the terms that begin with it."""
    assert list(fresh.reader.terms(field, prefix)) == fresh.oracle.terms(field, prefix)


@pytest.mark.parametrize("field", FIELDS)
def test_terms_after_updates(worn, field):
    """After updates every term of a live post is listed, once and in order; others may linger."""
    terms = list(worn.reader.terms(field))
    assert [t for t, _ in terms] == sorted({t for t, _ in terms})
    expected = dict(worn.oracle.terms(field))
    assert expected.keys() <= dict(terms).keys()
    assert all(count >= expected.get(term, 0) for term, count in terms)


def test_terms_of_unknown_field(fresh):
    """A field that there is not has no terms."""
    assert list(fresh.reader.terms("nowhere")) == []


@pytest.mark.parametrize("word", [*WORDS, "only", "no such term", ""])
@pytest.mark.parametrize("field", ["title", "body", "code", "nowhere"])
def test_frequency(fresh, field, word):
    """frequency() is the number of posts that have the term."""
    assert fresh.reader.frequency(field, word) == fresh.oracle.frequency(field, word)


@pytest.mark.parametrize("tag", [*TAGS, "never used"])
def test_frequency_of_keywords(fresh, tag):
    """frequency() counts keyword values too."""
    assert fresh.reader.frequency("tag", tag) == fresh.oracle.frequency("tag", tag)


@pytest.mark.parametrize("word", [*WORDS, "only"])
def test_frequency_after_updates(worn, word):
    """Deleted posts may still count in frequencies; live ones always do."""
    assert worn.reader.frequency("body", word) >= worn.oracle.frequency("body", word)


def test_meta(fresh):
    """Meta is what the commit was given."""
    assert dict(fresh.reader.meta) == {"update": 60}
