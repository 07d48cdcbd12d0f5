from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.fold import fold, folds_plainly, narrow, variants

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("機器學習ＧＰＴ４İΣςẞ：，ﬁ乾⼀𝐀Ａa\u2011\u3000")))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("機器學習", "机器学习"),
        ("ＧＰＴ４", "gpt4"),
        ("Ｃ＋＋", "c++"),
        ("裏裡里", "里里里"),
        ("⼀個", "一个"),  # a Kangxi radical, as PDFs have it
        ("𝐖𝑥", "wx"),
        ("Straße İΣΑΣ", "straße iσασ"),
        ("你好，世界！（a：b）", "你好，世界！（a：b）"),
        ("café ＮＡÏＶＥ", "café naïve"),
    ],
)
def test_variants_of_a_word_fold_to_one(text: str, folded: str) -> None:
    """Width, script and case make no difference; Chinese punctuation and accents stay."""
    assert fold(text) == folded


def test_every_character_folds_to_one_and_stays() -> None:
    """Folding any character gives one character, and folding that changes nothing."""
    folded = [fold(char) for char in EVERY_CHARACTER]
    assert all(len(char) == 1 for char in folded)
    assert [fold(char) for char in folded] == folded


@given(TEXTS)
def test_offsets_do_not_move(text: str) -> None:
    """A folded text is as long as the text, character by character, whatever stands beside it."""
    assert fold(text) == "".join(map(fold, text))
    assert narrow(text).lower() == fold(text)


@given(TEXTS, st.integers(1, 40))
def test_long_texts_fold_as_short_ones(text: str, times: int) -> None:
    """The faster ways taken for long texts give the same."""
    folds_plainly("é")  # from here on, the pattern is compiled and used
    long = (text + " 模型 ") * times + "é" * 300
    assert narrow(long) == "".join(map(narrow, long))


@given(TEXTS)
def test_plain_texts_need_only_lower_case(text: str) -> None:
    """Where folding is said to be plain, lower case does it."""
    if folds_plainly(text):
        assert fold(text) == text.lower()


def test_ordinary_chinese_is_plain() -> None:
    """Simplified text with its punctuation takes the fast way; Traditional text does not."""
    assert folds_plainly("扩散模型（Diffusion Model），简称：DM。")
    assert not folds_plainly("擴散模型")


@given(st.characters(exclude_categories=("Cs",)))
def test_a_character_is_among_the_variants_of_what_it_folds_to(char: str) -> None:
    """What folds to a character is listed among its variants (in Latin, Greek, Cyrillic and Han)."""
    found = variants(fold(char))
    assert found[0] == fold(char)
    if char < "\u0530" or char >= "\u2e80":
        assert char in found
    assert all(fold(each) == fold(char) for each in found)
