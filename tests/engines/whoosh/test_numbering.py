"""Inverting a batch: in whatever form its terms come, the run is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.coded import Codebook, CodedTerms, Spelling
from kbsearch.engines.base import IndexDocument
from kbsearch.engines.whoosh.encode import encode

WORDS = st.sampled_from(["model", "self-attention", "é", "𝒳", "a" * 70, "¶"])
RUNS = st.text(st.sampled_from("扩散模型𠀀"), min_size=1, max_size=4)
POSTS = st.lists(st.lists(st.one_of(WORDS, RUNS), max_size=8), min_size=1, max_size=6)


def is_run(piece: str) -> bool:
    return piece[0] in "扩散模型𠀀"


def inverted(lists):
    """For each term of the run of field ``gram`` its posts, frequencies and positions; and the posts' lengths."""
    documents = [IndexDocument(f"{n}", {"gram": terms}, {}, {}, b"") for n, terms in enumerate(lists)]
    run = encode(documents).runs.get("gram")
    if run is None:
        return None
    postings, text, item = {}, run.text.tobytes(), 0
    positions = run.positions.tolist()
    for size, count in zip(run.sizes.tolist(), run.counts.tolist(), strict=True):
        found = []
        for doc, frequency in zip(
            run.docs[item : item + count].tolist(), run.frequencies[item : item + count].tolist(), strict=True
        ):
            found.append((doc, frequency, positions[:frequency]))
            del positions[:frequency]
        term, text = text[:size].decode(), text[size:]
        assert term not in postings
        postings[term] = found
        item += count
    return postings, run.lengths.tolist()


@pytest.mark.parametrize("books", ["one", "each its own", "spelt"])
@given(posts=POSTS)
def test_coded_terms_are_inverted_like_strings(books, posts):
    """Codes of one codebook, of several, and text give the run that the strings give."""
    shared = Spelling() if books == "spelt" else Codebook()
    coded = []
    for pieces in posts:
        book = Codebook() if books == "each its own" else shared
        coded.append(CodedTerms(b"".join(book.run(p) if is_run(p) else book[p] for p in pieces), book))
    assert inverted(coded) == inverted([list(terms) for terms in coded])


@given(st.lists(RUNS | st.just(""), min_size=1, max_size=6))
def test_a_string_is_its_characters(texts):
    """A string given for a list of terms stands for its characters."""
    assert inverted(texts) == inverted([list(text) for text in texts])
