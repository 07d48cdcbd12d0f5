"""Where a query's words are found in a text."""

from __future__ import annotations

import Stemmer
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.highlight import Highlighter, Needle, merge

_STEM = Stemmer.Stemmer("english").stemWord


def _find(text: str, *needles: Needle) -> list[str]:
    matches = Highlighter(needles, _STEM).find(text.lower(), text)
    return [text[m.start : m.end] for m in matches]


def _needle(text: str, kind: str, group: int = 0) -> Needle:
    return Needle(text, kind, frozenset({group}))  # type: ignore[arg-type]


def test_every_occurrence_is_found() -> None:
    """A word occurring five times is marked five times."""
    assert _find("模型，模型、模型。模型模型", _needle("模型", "substring")) == ["模型"] * 5


def test_words_keep_to_word_boundaries() -> None:
    """`art` is not found in `start`, but is in `Art`, `art_2` and `StateOfArt`."""
    assert _find("start Art art_2 StateOfArt parted", _needle("art", "word")) == ["Art", "art", "Art"]


def test_identifier_parts_are_words() -> None:
    """Parts of snake_case, camelCase and dotted names are found as words."""
    found = _find("self_attention SelfAttention nn.attention XMLAttention", _needle("attention", "word"))
    assert found == ["attention", "Attention", "attention", "Attention"]


def test_stems_match_their_family() -> None:
    """A stem finds inflected forms whole, and no word of another stem."""
    assert _find("sampling sampled samples sample sampler", _needle("sampl", "stem")) == [
        "sampling",
        "sampled",
        "samples",
        "sample",
    ]


def test_stem_ending_in_i_finds_y() -> None:
    """`happi`, the stem of happy and happiness, finds both."""
    assert _find("happy happiness", _needle("happi", "stem")) == ["happy", "happiness"]


def test_han_next_to_latin_is_a_boundary() -> None:
    """Latin words glued to Han characters are found."""
    assert _find("用PyTorch训练", _needle("pytorch", "word")) == ["PyTorch"]


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=4), max_size=5))
def test_matches_lie_in_the_text(text: str, words: list[str]) -> None:
    """On any text, matches are in order, within the text, and substrings read as the needle."""
    folded = text.lower() if len(text.lower()) == len(text) else text
    needles = [Needle(w, "substring", frozenset({i})) for i, w in enumerate(words)]
    matches = Highlighter(needles, _STEM).find(folded, text)
    assert [m.start for m in matches] == sorted(m.start for m in matches)
    assert all(folded[m.start : m.end] == m.needle.text for m in matches)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted).map(tuple), max_size=20))
def test_merge_covers_the_same(ranges: list[tuple[int, int]]) -> None:
    """Merged ranges cover what the given ones cover, ascending and apart."""
    merged = merge(ranges)
    assert {i for a, b in merged for i in range(a, b)} == {i for a, b in ranges for i in range(a, b)}
    assert all(b < c for (_, b), (c, _) in zip(merged, merged[1:], strict=False))
