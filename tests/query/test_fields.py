"""Names of fields, and what a misspelt one was meant to be."""

from __future__ import annotations

import pytest

from kbsearch.query.fields import (
    DATE_FIELDS,
    FIELDS,
    KEYWORD_FIELDS,
    PLACES,
    field_named,
    is_slip,
    place_named,
    suggestion,
)


def test_every_name_of_a_field_names_it() -> None:
    """English and Chinese names lead to the field, and no name to two fields."""
    names = [name for field, others in FIELDS.items() for name in (field, *others)]
    assert len(names) == len(set(names))
    for field, others in FIELDS.items():
        assert {field_named(name) for name in (field, field.upper(), *others)} == {field}
    for place, others in PLACES.items():
        assert {place_named(name) for name in (place, *others)} == {place}
    assert set(FIELDS) >= KEYWORD_FIELDS | DATE_FIELDS


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("titel", "title"),
        ("ttile", "title"),
        ("title1", "title"),
        ("catagory", "category"),
        ("categroy", "category"),
        ("categorie", "category"),
        ("hading", "heading"),
        ("udpated", "updated"),
        ("pth", "path"),
        ("dates", "date"),
        ("langauge", "lang"),
        ("tga", "tag"),
        ("标体", "标题"),
        ("跟新", "更新"),
        ("关键词", "标签"),
    ],
)
def test_slips_are_known_with_what_was_meant(name: str, meant: str) -> None:
    """One slip of the finger away from a field is a slip, and its field is named."""
    assert field_named(name) is None
    assert is_slip(name)
    assert suggestion(name) == meant


@pytest.mark.parametrize(
    "name", ["note", "error", "rate", "late", "todo", "pytorch", "bag", "std", "注意", "标准", "问题", "语法"]
)
def test_other_words_are_no_slips(name: str) -> None:
    """Words that merely resemble a field's name stay words."""
    assert not is_slip(name)


def test_no_suggestion_where_nothing_is_near() -> None:
    """A name like none of the fields is not guessed at; one that begins like a field is."""
    assert suggestion("xyzzy") == ""
    assert suggestion("作者") == ""
    assert suggestion("cat") == "category"
    assert suggestion("cod", PLACES) == "code"
