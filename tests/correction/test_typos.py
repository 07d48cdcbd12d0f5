from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbsearch.correction.typos import edit_cost, typos
from kbsearch.correction.vocabulary import Vocabulary

WORD = st.text("abcé1", min_size=1, max_size=9)


def distance(one: str, other: str) -> int:
    """Optimal string alignment distance, by the textbook's recursion as a table."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


def digits(word: str) -> list[str]:
    return [letter for letter in word if letter.isdigit()]


@given(st.sets(WORD, max_size=30), WORD.filter(lambda word: len(word) > 1), st.integers(1, 2))
def test_exactly_the_words_within_the_edits_are_found(words: set[str], typed: str, edits: int) -> None:
    """Every word within the edits is found, no other, with its distance; digits are never edited."""
    vocabulary = Vocabulary.of((word, 1) for word in words)
    found = {vocabulary.word(typo.rank): typo.edits for typo in typos(vocabulary, typed, edits, limit=100)}
    wanted = {word: distance(typed, word) for word in words if digits(word) == digits(typed)}
    assert found == {word: far for word, far in wanted.items() if 0 < far <= edits}


def test_other_forms_of_a_word_are_not_typing_errors() -> None:
    """A stemmer's business is left to the stemmer."""
    vocabulary = Vocabulary.of([("placements", 9), ("placement", 9), ("replacement", 9)])
    assert "placements" not in [vocabulary.word(typo.rank) for typo in typos(vocabulary, "placement", 2)]


def test_common_slips_cost_less() -> None:
    """Swapped, doubled and neighbouring letters are likelier than any others."""
    other = edit_cost("mopel", "model")
    assert edit_cost("modle", "model") < other
    assert edit_cost("moddel", "model") < other
    assert edit_cost("mofel", "model") < other
    assert edit_cost("model", "model") == 0


def test_long_words_are_not_tried() -> None:
    """Time is bounded: what is over 32 letters is no word with a slip in it."""
    assert typos(Vocabulary.of([("a" * 33, 1)]), "a" * 34, 2) == []
