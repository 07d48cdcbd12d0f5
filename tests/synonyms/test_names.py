"""What a name looks like, and how names are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.synonyms.names import fits_initials, is_abbreviation, name_key, usable_name


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("EMA", "Exponential Moving Average"),
        ("mAP", "mean Average Precision"),
        ("LoRA", "Low-Rank Adaptation"),
        ("ELBO", "Evidence Lower Bound"),
        ("RoPE", "Rotary Position Embedding"),
        ("TF-IDF", "Term Frequency–Inverse Document Frequency"),
        ("GTIDs", "Global Transaction Identifiers"),
        ("BoW", "Bag of Words"),
        ("IoU", "Intersection over Union"),
        ("NMS", "Non-Maximum Suppression"),
        ("VAE", "Variational Autoencoder"),
    ],
)
def test_initials(short, full):
    """Abbreviations fit the phrases whose initials they have, inner letters and small words allowed."""
    assert is_abbreviation(short)
    assert fits_initials(short, full)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("EMA", "Moving Average"),
        ("EMA", "Exponential Average"),
        ("GPU", "Graphics Card"),
        ("MW", "middleware"),
        ("SDE", "SDE"),
        ("", "Bag of Words"),
        ("EMA", ""),
    ],
)
def test_no_initials(short, full):
    """An abbreviation with letters too many or too few fits nothing, nor does a single word."""
    assert not fits_initials(short, full)


@pytest.mark.parametrize(
    "name",
    [
        "扩散模型",
        "KL 散度",
        "n 元语法",
        "词频-逆文档频率",
        "Diffusion Model",
        "U-Net",
        "Amdahl's Law",
        "R&D",
        "Fréchet",
    ],
)
def test_usable(name):
    """Terms in either script are names."""
    assert usable_name(f" “{name}” ") == name


@pytest.mark.parametrize(
    "text",
    "|x|2014|v2|GA|ms|see Figure|is fast|of the|a/b|x_y|f.g|如何 取悦|，|Bates College|a b c d e f g h|1.0".split("|"),
)
def test_unusable(text):
    """Numbers, versions, units, states, code, sentences and institutions are not."""
    assert usable_name(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diffusion Models", "diffusion  model"),
        ("Up-sampling", "up sampling"),
        ("機器學習", "机器学习"),
        ("ＧＰＴ４", "gpt4"),
        ("KL 散度", "KL散度"),
        ("policies", "Policy"),
    ],
)
def test_same_key(one, other):
    """Case, width, script, hyphens and the plural make no difference."""
    assert name_key(one) == name_key(other)


def test_marks_that_matter():
    """C, C++ and C# are three names."""
    assert len({name_key("C"), name_key("C++"), name_key("C#")}) == 3


@given(st.text(max_size=40))
def test_key_is_stable(name):
    """A key is its own key's beginning: no tabs or line ends, folded, whatever the name."""
    key = name_key(name)
    assert not set(key) & set("\t\n\r")
    assert key == key.strip()
