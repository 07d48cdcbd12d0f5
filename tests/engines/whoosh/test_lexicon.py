"""Bringing terms together and sorting them."""

from __future__ import annotations

import zlib

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kbsearch.engines.whoosh.lexicon import TermTexts, checksums, unify
from kbsearch.engines.whoosh.numbering import encode_terms
from kbsearch.engines.whoosh.segment import encode_term

# Terms that tempt a sort by prefixes: long ones with like beginnings, zeros at the end, every kind of character.
tempting = st.builds(
    lambda prefix, rest: prefix + rest,
    st.sampled_from(["", "a" * 15, "a" * 16, "a" * 17, "\0" * 15, "扩散模型扩", "\ud800", "𝒳"]),
    st.text(st.sampled_from("ab\0\ufffe\ud800扩𝒳"), max_size=4),
)
vocabularies = st.lists(st.lists(tempting, unique=True, min_size=1, max_size=30), min_size=1, max_size=5)


@settings(max_examples=500, deadline=None)
@given(vocabularies)
@example([["a", "a\0", "a\0\0"], ["a\0", ""]])
@example([["a" * 17, "a" * 16, "a" * 16 + "\0"], ["a" * 16]])
def test_unify(vocabularies):
    """All terms once, in code-point order, and each source's terms found among them."""
    sources = [TermTexts(*encode_terms(terms)) for terms in vocabularies]
    found, ranks = unify(sources)
    expected = sorted({term for terms in vocabularies for term in terms})
    ends = np.cumsum(found.sizes)
    data = found.text.tobytes()
    texts = [data[end - size : end] for end, size in zip(ends.tolist(), found.sizes.tolist(), strict=True)]
    assert texts == list(map(encode_term, expected))
    for terms, rank in zip(vocabularies, ranks, strict=True):
        assert [expected[i] for i in rank.tolist()] == terms


@given(st.lists(tempting, max_size=30))
def test_checksums(terms):
    """The checksums of many terms at once are CRC-32, which readers look terms up by."""
    text, sizes = encode_terms(terms)
    begins = np.cumsum(sizes, dtype=np.int64) - sizes
    assert checksums(text, begins, sizes).tolist() == [zlib.crc32(encode_term(term)) for term in terms]
