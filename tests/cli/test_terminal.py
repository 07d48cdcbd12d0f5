"""Writing to a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kbsearch.cli.terminal import columns, marked, safe, truncate, wrap


def test_control_characters_are_stripped() -> None:
    """Escape sequences, bells and direction overrides from a post never reach the terminal."""
    assert safe("a\x1b[31mb\x07c\u202ed\x9b2Je\nf") == "a[31mbcd2Je f"


def test_wide_characters_take_two_columns() -> None:
    """Han characters and full-width forms count two, combining marks none."""
    assert columns("扩散 abc") == 8
    assert columns("ＡＢ") == 4
    assert columns("e\u0301") == 1


@given(st.text(), st.integers(2, 40))
def test_truncate_fits(text: str, width: int) -> None:
    """Truncated text takes no more columns than asked for."""
    assert columns(truncate(text, width)) <= max(width, 1)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.integers(4, 40))
def test_wrap_loses_nothing(text: str, width: int) -> None:
    """Wrapped lines fit the width and hold every character but the spaces at the breaks."""
    lines = wrap([(text, False)], width, (), colour=False)
    assert all(columns(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "").split() == "".join(text.split(" ")).split() or "".join(
        "".join(lines).split()
    ) == "".join(text.split())


def test_marks_sit_on_the_ranges() -> None:
    """Pieces flagged as matching are the ranges' characters."""
    assert marked("看扩散模型", [(1, 3)]) == [("看", False), ("扩散", True), ("模型", False)]
