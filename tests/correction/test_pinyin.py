from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.correction.pinyin import pinyin
from kbsearch.correction.vocabulary import HAN_FIRST


def characters(found: object) -> set[str]:
    return {chr(int(code) + HAN_FIRST) for code in found.nonzero()[0]}  # type: ignore[attr-defined]


def test_the_table_covers_the_basic_block() -> None:
    """Nearly every character from U+4E00 to U+9FFF has a reading; the syllables are those of Mandarin."""
    covered = sum(bool(pinyin().syllables(chr(code))) for code in range(0x4E00, 0xA000))
    assert covered > 20_900
    assert pinyin().is_syllable("zhuang")
    assert not pinyin().is_syllable("ng")


def test_readings_come_with_the_usual_one_first() -> None:
    """A character with several readings has them all, ü is v."""
    assert pinyin().syllables("行") == ("xing", "hang", "heng")
    assert pinyin().syllables("率")[0] == "lv"
    assert pinyin().syllables("x") == ()


def test_sets_of_characters() -> None:
    """Same sound, nearly the same sound, same initial."""
    assert {"型", "形", "行"} <= characters(pinyin().sounding("xing"))
    assert "行" not in characters(pinyin().usual("hang"))
    assert {"心", "新"} <= characters(pinyin().near("xing"))
    assert {"模", "魔", "末"} <= characters(pinyin().homophones("模"))
    assert "四" in characters(pinyin().near_homophones("是"))
    assert {"张", "中"} <= characters(pinyin().beginning("zh"))
    assert "在" in characters(pinyin().beginning("z"))


@pytest.mark.parametrize(
    ("text", "right"), [("kuosanmoxing", True), ("xian", True), ("nvlve", True), ("model", False), ("", True)]
)
def test_spellings(text: str, right: bool) -> None:
    """A text is pinyin if syllables make up all of it."""
    assert pinyin().is_spelling(text) is right


@given(st.text("anxigeo", min_size=1, max_size=9))
def test_spelling_agrees_with_trying_every_cut(text: str) -> None:
    """Reaching the end by syllables is the same as some way of cutting that gives syllables only."""
    cuts = product((False, True), repeat=len(text) - 1)
    ways = ("".join(c + (" " if cut else "") for c, cut in zip(text, (*way, False), strict=True)) for way in cuts)
    assert pinyin().is_spelling(text) == any(all(map(pinyin().is_syllable, way.split())) for way in ways)
