"""Encoding, spilling, merging: however a segment came about, it is the same."""

from __future__ import annotations

import random

import pytest
from contract_cases import make_post
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, IndexDocument
from kbsearch.engines.whoosh import WhooshEngine, merge
from kbsearch.engines.whoosh.bm25 import LENGTHS
from kbsearch.engines.whoosh.encode import encode, length_codes
from kbsearch.engines.whoosh.postings import exact_frequencies
from kbsearch.engines.whoosh.segment import Segment
from kbsearch.engines.whoosh.toc import read_toc
from kbsearch.engines.whoosh.writer import WhooshWriter

POSTS = [make_post(n) for n in range(40)]


def build(folder, posts, size=16, memory=1 << 20):
    folder.mkdir(exist_ok=True)
    WhooshEngine().create(folder)
    writer = WhooshWriter(folder, memory)
    for first in range(0, len(posts), size):
        writer.add(encode(posts[first : first + size]))
    writer.commit({})
    (info,) = read_toc(folder).segments
    return Segment(folder, info)


def contents(segment: Segment):
    """All that a segment holds, as plain values."""
    fields = {}
    for name in (*TEXT_FIELDS, *KEYWORD_FIELDS):
        field = segment.field(name)
        if field is not None:
            postings = {}
            for number, (term, _) in enumerate(field.walk()):
                counts = exact_frequencies(field, number).tolist()
                places = None
                if field.positions is not None:
                    places = field.positions.part(*field.position_range(number)).tolist()
                postings[term] = list(field.postings(number)), counts, places
            lengths = None if field.lengths is None else list(field.lengths.whole())
            fields[name] = postings, lengths, segment.tokens(name)
    numbers = {name: list(c.whole()) for name in NUMBER_FIELDS if (c := segment.numbers(name)) is not None}
    blobs = [segment.blobs(post) for post in range(segment.posts)]
    return segment.posts, fields, numbers, blobs, list(segment.key_ranks.whole())


def test_inverted_right(tmp_path):
    """Every term's posts, frequencies and positions are those of the documents."""
    _, fields, _, blobs, ranks = contents(build(tmp_path, POSTS))
    assert [key for key, _ in sorted(((p.key, i) for i, p in enumerate(POSTS)))] == sorted(p.key for p in POSTS)
    assert ranks == [sorted(p.key for p in POSTS).index(p.key) for p in POSTS]
    assert blobs == [(p.stored, p.source) for p in POSTS]
    for name, kind in TEXT_FIELDS.items():
        expected: dict = {}
        for number, post in enumerate(POSTS):
            for place, term in enumerate(post.terms[name]):
                expected.setdefault(term, {}).setdefault(number, []).append(place)
        postings, lengths, tokens = fields[name]
        assert postings == {
            term: (
                list(found),
                [len(p) if kind.scored else 1 for p in found.values()],
                [place for p in found.values() for place in p] if kind.positions else None,
            )
            for term, found in sorted(expected.items())
        }
        if kind.scored:
            assert tokens == sum(len(post.terms[name]) for post in POSTS)
            assert [LENGTHS[code] for code in lengths] == [
                max(length for length in LENGTHS if length <= len(post.terms[name])) for post in POSTS
            ]


@pytest.mark.parametrize("size", [1, 7, 40])
@pytest.mark.parametrize("memory", [0, 5_000, 1 << 30])
@pytest.mark.parametrize("chunk", [50, 1 << 20])
def test_the_same_file_however_made(tmp_path, monkeypatch, size, memory, chunk):
    """Batches of any size, spilled or not, merged in chunks of any size: the same bytes."""
    build(tmp_path / "plain", POSTS)
    monkeypatch.setattr(merge, "_CHUNK_ITEMS", chunk)
    build(tmp_path / "other", POSTS, size, memory)
    name = "MAIN_00000001.seg"
    assert (tmp_path / "plain" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()
    assert not (tmp_path / "other" / "MAIN.tmp").exists()


steps = st.lists(
    st.tuples(st.sampled_from(["add", "add", "remove", "commit"]), st.lists(st.integers(0, 12), max_size=5)), max_size=9
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_merging_equals_building_anew(tmp_path_factory, steps):
    """After any updates, merging all segments leaves what one build of the live posts gives."""
    folder = tmp_path_factory.mktemp("updated")
    WhooshEngine().create(folder)
    live: dict[str, IndexDocument] = {}
    writer, seed = WhooshWriter(folder), 0
    for what, numbers in [*steps, ("add", [0]), ("commit", [])]:
        if what == "add":
            seed += 1
            posts = [make_post(n, seed) for n in numbers]
            writer.add(encode(posts))
            for post in posts:
                live.pop(post.key, None)
                live[post.key] = post
        elif what == "remove":
            writer.remove([make_post(n).key for n in numbers])
            for n in numbers:
                live.pop(make_post(n).key, None)
        else:
            writer.commit({})
            writer = WhooshWriter(folder)
    writer._writer.commit(optimize=True)
    assert WhooshEngine().check(folder) == []
    (info,) = read_toc(folder).segments
    anew = build(tmp_path_factory.mktemp("anew"), list(live.values()))
    assert contents(Segment(folder, info)) == contents(anew)


def test_length_codes():
    """Lengths are exact up to 40 and rounded down above, by less than an eighth; the codes ascend with them."""
    codes = length_codes(range(5000))
    for length, code in enumerate(codes.tolist()):
        kept = LENGTHS[code]
        assert kept == length if length <= 40 else 0 <= length - kept < length / 8
    assert sorted(LENGTHS) == list(LENGTHS)
    assert len(set(LENGTHS)) == 256


def test_unknown_fields():
    """A document with a field that the index does not have is refused, not silently cut."""
    for wrong in ({"terms": {"x": ["a"]}}, {"keywords": {"x": ["a"]}}, {"numbers": {"x": 1}}):
        with pytest.raises(ValueError, match="x"):
            encode([IndexDocument("k", **({"terms": {}, "keywords": {}, "numbers": {}} | wrong), stored=b"")])


def test_long_posts_beside_short_ones(tmp_path):
    """A post of more than 65,536 positions does not spoil the positions of others."""
    rnd = random.Random(1)
    long = IndexDocument("long", {"gram": [rnd.choice("abc") for _ in range(70_000)] + ["end"]}, {}, {}, b"")
    posts = [IndexDocument("a", {"gram": ["x", "a", "end"]}, {}, {}, b""), long]
    segment = build(tmp_path, posts)
    _, fields, _, _, _ = contents(segment)
    assert fields["gram"][0]["end"] == ([0, 1], [1, 1], [2, 70_000])
    assert WhooshEngine().check(tmp_path) == []
