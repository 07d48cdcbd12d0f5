"""Which pieces of a query look mistyped."""

from __future__ import annotations

from kbsearch.correction.pieces import Evidence, suspect_places

KNOWN = {"扩散": 15, "模型": 687, "机器": 90, "学习": 80}
PAIRS = {"散模": 1, "器雪": 0, "雪习": 0, "习模": 0}


def _suspect(text: str) -> list[int]:
    evidence = Evidence(lambda word: KNOWN.get(word, 0), lambda pair: PAIRS.get(pair, 50), rare=3)
    return suspect_places(text, evidence)


def test_two_usual_words_may_meet() -> None:
    """Characters that hardly ever stand together are no fault where one usual word ends and another begins."""
    assert _suspect("扩散模型") == []


def test_a_wrong_character_is_suspect_on_both_sides() -> None:
    """A wrong character makes no word with its neighbours: both places are suspect."""
    assert _suspect("机器雪习") == [1, 2]


def test_a_usual_word_beside_an_unknown_one_is_no_excuse() -> None:
    """If only one side is a usual word, the place stays suspect."""
    assert _suspect("雪习模型") == [0, 1]
