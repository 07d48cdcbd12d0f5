from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbsearch.correction.vocabulary import Vocabulary

WORDS = st.text("扩散模型一ab1_é𠀀\n", max_size=70)
FIELDS = st.lists(st.dictionaries(WORDS, st.integers(1, 2**33), max_size=20), min_size=1, max_size=3)


def collect(fields: list[dict[str, int]]) -> Vocabulary:
    return Vocabulary.of(*(field.items() for field in fields))


@given(FIELDS)
def test_words_of_several_fields(fields: list[dict[str, int]]) -> None:
    """Every word of up to 64 characters comes once, with its greatest frequency, the most frequent first."""
    read = list(collect(fields))
    wanted: dict[str, int] = {}
    for field in fields:
        for word, frequency in field.items():
            if 0 < len(word) <= 64 and "\n" not in word:
                wanted[word] = max(wanted.get(word, 0), min(frequency, 2**32 - 1))
    assert dict(read) == wanted
    assert [f for _, f in read] == sorted((f for _, f in read), reverse=True)


@given(FIELDS, WORDS, st.integers(1, 5))
def test_look_ups_agree_with_a_plain_list(fields: list[dict[str, int]], fragment: str, limit: int) -> None:
    """Both look-ups give what a loop over all words would."""
    vocabulary = collect(fields)
    words = list(vocabulary)
    assert vocabulary.frequency(fragment) == dict(words).get(fragment, 0)
    wanted = [(w, f) for w, f in words if fragment and fragment in w][:limit]
    assert vocabulary.containing(fragment, limit) == wanted
    assert [vocabulary.entry(rank) for rank in range(len(vocabulary))] == words


def test_words_that_no_query_can_contain_are_left_out() -> None:
    """A lone surrogate or a line break costs that word, not the vocabulary."""
    assert list(Vocabulary.of([("a\nb", 3), ("\ud800", 2), ("", 9), ("ok", 1)])) == [("ok", 1)]


def test_an_empty_vocabulary_answers() -> None:
    """An index without posts has a vocabulary, in which nothing is found."""
    vocabulary = Vocabulary.of([])
    assert len(vocabulary) == 0
    assert vocabulary.frequency("a") == 0
    assert vocabulary.containing("a") == []
