"""The form in which terms and posts travel."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.engines.base import IndexDocument
from kbsearch.engines.opensearch.encode import encode, hash_of, pack, unpack
from kbsearch.engines.opensearch.schema import joined, unwritten, written

texts = st.text(st.characters(exclude_categories=()), max_size=20)


@given(st.sampled_from(["body", "gram", "tag", "code"]), texts)
def test_terms_come_back(field, text):
    """Whatever a term is, it comes back as it was, and can be sent as UTF-8."""
    there = written(field, text)
    assert unwritten(there) == text
    there.encode()


@given(st.lists(texts, min_size=1, max_size=8))
def test_terms_are_parted_again(terms):
    """Joined terms, parted at white space, are the same terms in the same order."""
    assert [unwritten(each) for each in joined(terms).split()] == terms


@given(texts, texts)
def test_different_keys_stay_different(one, other):
    """Two keys have the same identifier only if they are the same."""
    assert (hash_of(written("key", one)) == hash_of(written("key", other))) == (one == other)


def test_long_terms_are_kept_by_their_hash():
    """A term longer than Lucene takes is told from others of that length, and fits."""
    long = [letter * 40_000 for letter in "xy"]
    assert len({written("body", each) for each in long}) == 2
    assert all(len(written("body", each)) < 100 for each in long)


@given(st.binary(max_size=200))
def test_bytes_come_back(data):
    """Packed bytes come back as they were."""
    from base64 import b64decode

    assert unpack(b64decode(pack(data))) == data


@pytest.mark.parametrize("key", ["a", "\ud800", "名\n", ""])
def test_a_post_is_one_line_of_json(key):
    """Whatever its strings hold, a post travels as one line, and two that differ have different digests."""
    first, second = encode(
        [IndexDocument(key, {"body": ["x\ny"]}, {"tag": ["\u2028"]}, {}, each) for each in (b"1", b"2")]
    )
    assert b"\n" not in first.body
    assert json.loads(first.body)["key"] == first.key
    assert first.digest != second.digest
