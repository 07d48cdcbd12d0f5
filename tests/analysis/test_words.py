from __future__ import annotations

from functools import partial

import pytest
from cpu_time import assert_growth
from hypothesis import example, given
from hypothesis import strategies as st

from kbsearch.analysis.fold import fold, narrow
from kbsearch.analysis.tokens import CJK_FIRST, TOKENS
from kbsearch.analysis.words import MAX_TERM, Word, is_simple, trim, words_in


def words(text: str) -> list[Word]:
    return [word for token in TOKENS.findall(narrow(text)) if token < CJK_FIRST for word in words_in(token)]


def terms(text: str) -> list[str]:
    return [term for word in words(text) for term in word.terms]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("self_attention", "selfattention self_attention self attention"),
        ("DataParallel", "dataparallel data parallel"),
        ("k8s", "k8s"),
        ("v2.8.3", "v2.8.3 2.8.3 2.8 2 8 3"),
        ("GPT-4", "gpt4 gpt-4 gpt 4"),
        ("ＧＰＴ４", "gpt4 gpt 4"),
        ("U-Net", "unet u-net u net"),
        ("UNet", "unet net"),
        ("C++", "c++ c"),
        ("C#", "c# c"),
        ("nn.functional", "nn.functional nn functional"),
        ("torch.nn.functional", "torch.nn.functional torch.nn nn.functional torch nn functional"),
        ("@tf_export", "tfexport tf_export tf export"),
        ("node.js", "node.js node js"),
        (".requires_grad", "requiresgrad requires_grad requires grad"),
        ("__init__", "__init__ init"),
        ("10^{-8}", "10 8"),
        ("1e-8", "1e8 1e-8 1e 8"),
        ("3.14", "3.14 3 14"),
        ("1,000,000", "1000000 1,000,000 1 000"),
        ("LLMs", "llms llm"),
        ("HTMLParser", "htmlparser html parser"),
        ("ResNet50", "resnet50 resnet 50 res net"),
        ("mAP YOLOv5", "map yolov5 yolov 5"),
        ("IoU>0.5", "iou 0.5 0 5"),
        ("it's you’re", "it's it you're you"),
        ("café", "café cafe"),
        ("cafe\u0301", "café cafe"),
        ("me@mail.com", "me mail.com mail com"),
        ("https://a.org/x-y?q=1", "https a.org a org xy x-y x y q 1"),
        ("β α_t", "β αt α_t α t"),
        ("a--b ... -- 'quoted'", "a b quoted"),
        ("模型 🚀", ""),
    ],
)
def test_words_are_found_whole_and_in_parts(text: str, found: str) -> None:
    """Identifiers, versions, numbers and names are found by every form people type."""
    assert terms(text) == found.split()


@pytest.mark.parametrize(
    ("text", "atoms"),
    [
        ("GPT-4", "gpt 4"),
        ("DataParallel", "dataparallel"),
        ("v2.8.3", "v 2 8 3"),
        ("C++ x++", "c++ x++"),
        ("it's", "it s"),
    ],
)
def test_atoms_are_pieces(text: str, atoms: str) -> None:
    """In a phrase a word is the sequence of its pieces."""
    assert [atom for word in words(text) for atom in word.atoms] == atoms.split()


@given(st.text(st.one_of(st.characters(), st.sampled_from("aB1_-.'’+#,é\u0301 "))))
@example("_a__b_")
@example("#'_0")
def test_offsets_and_bounds(text: str) -> None:
    """Words follow one another within their token; every term is folded, not empty and of bounded length."""
    for token in TOKENS.findall(narrow(text)):
        if token[0] == "\n" or token >= CJK_FIRST:
            continue
        end = 0
        for word in words_in(token):
            assert end <= word.start < word.end <= len(token)
            end = word.end
            assert word.terms and word.atoms
            assert len(set(word.terms)) == len(word.terms)
            assert all(term and len(term) <= MAX_TERM + 4 and fold(term) == term for term in word.terms)


@given(st.text("abcXYZ019_-.,'", min_size=1, max_size=20))
def test_case_matters_only_for_parts(text: str) -> None:
    """The whole form and the pieces of a word are the same in any case."""
    for upper, lower in zip(words(text.upper()), words(text.lower()), strict=True):
        assert upper.terms[0] == lower.terms[0]
        assert upper.atoms == lower.atoms


@given(st.text(min_size=1))
def test_nothing_with_a_letter_or_digit_is_lost(text: str) -> None:
    """A text with any letter or digit has a token, and each token of other than CJK with one has a word."""
    tokens = TOKENS.findall(narrow(text))
    assert any(map(str.isalnum, "".join(tokens))) == any(map(str.isalnum, text))
    for token in tokens:
        if token < CJK_FIRST and any(map(str.isalnum, token)):
            assert words_in(token)


@pytest.mark.parametrize(
    "unit", ["a", "a.", "a_", "aB", "a1", "1,000", "\u0301", "a'", "_", "-", "A", "aAB", "+", "é."]
)
def test_time_is_linear(unit: str) -> None:
    """A stretch ten times as long takes about ten times as long, whatever it is made of."""
    assert_growth(lambda size: partial(words, unit * (size // len(unit))), 10_000, 100_000, at_most=30)


@given(st.text(st.sampled_from("aB3é_.'’+#,-"), max_size=12))
def test_marks_at_the_ends_make_no_word(token: str) -> None:
    """A trimmed token has the same words, and a simple one is found by its small letters alone."""
    assert [(w.terms, w.atoms) for w in words_in(token)] == [(w.terms, w.atoms) for w in words_in(trim(token))]
    if is_simple(token):
        assert [(w.terms, w.atoms) for w in words_in(token)] == [((token.lower(),), (token.lower(),))]
