from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.latex import formula_query, formula_terms

SYMBOLS = st.sampled_from(
    [
        r"\mathcal",
        r"\frac",
        r"\alpha",
        r"\left",
        "(",
        ")",
        "x",
        "H",
        "_",
        "^",
        "{",
        "}",
        " ",
        "10",
        "0.5",
        "-",
        "噪",
        "θ",
    ]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\mathcal{H}_n", r"\mathcal H_{n}"),
        (r"10^{-8}", r"10 ^ -8"),
        (r"\dfrac{a}{b}", r"\frac ab"),
        (r"\left( x \right)", r"(x)"),
        (r"\mathrm{d}x", r"dx"),
        (r"\boldsymbol{W}_{Q}", r"\mathbf W_Q"),
        (r"p_θ(x)", r"p_\theta(x)"),
        (r"x \le y,\; z", r"x \leq y, z"),
        (r"\operatorname{softmax}(z)", r"\text{softmax}(z)"),
    ],
)
def test_spellings_of_one_formula_are_the_same(one: str, other: str) -> None:
    """Braces, spacing, upright text and synonymous commands make no difference."""
    assert formula_terms([one]) == formula_terms([other])
    assert formula_query(one) == formula_query(other)


@given(st.lists(SYMBOLS, max_size=12), st.lists(SYMBOLS, min_size=1, max_size=8), st.lists(SYMBOLS, max_size=12))
def test_any_fragment_is_found(before: list[str], fragment: list[str], after: list[str]) -> None:
    """A formula has all terms of any fragment of it, cut between symbols."""
    wanted = set(formula_query(" ".join(fragment)))
    assert wanted <= set(formula_terms([" ".join([*before, *fragment, *after])]))


def test_different_formulas_differ() -> None:
    """A fragment is not found in a formula that only has the same symbols elsewhere."""
    terms = set(formula_terms([r"\mathcal{L}_n + H_m"]))
    assert not set(formula_query(r"\mathcal{H}_n")) <= terms
    assert not set(formula_query("x^2")) <= set(formula_terms(["x_2"]))


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    """Unbalanced braces, stray backslashes and the like are no errors, and repeats are left out."""
    terms = formula_terms([text, text])
    assert len(terms) == len(set(terms))
    assert set(formula_query(text)) <= set(terms)
