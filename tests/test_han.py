"""Han characters told apart."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kbsearch.han import has_han, runs

TEXTS = st.text(st.one_of(st.sampled_from("扩散模型㐀鿿ab1_é𠀀 。+#-"), st.characters()))


@given(TEXTS, st.integers(0, 5), st.integers(0, 12))
def test_runs_are_those_of_a_regular_expression(text: str, start: int, end: int) -> None:
    """Runs of Han characters and of other letters and digits, in order, none left out, within the stretch asked for."""
    pattern = re.compile(r"([\u3400-\u9fff]+)|[^\W_\u3400-\u9fff]+")
    wanted = [(found.start(), found.end(), found[1] is not None) for found in pattern.finditer(text, start, end)]
    assert list(runs(text, start, end)) == wanted


@given(TEXTS)
def test_has_han(text: str) -> None:
    """A text has Han characters if one of its runs is of them."""
    assert has_han(text) == any(han for _, _, han in runs(text))
