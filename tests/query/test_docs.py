"""The user's page on the query language keeps its word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kbsearch.errors import QueryError
from kbsearch.query.fields import FIELDS, PLACES
from kbsearch.query.lexer import MAX_CLAUSES, MAX_DEPTH
from kbsearch.query.parser import MAX_LENGTH, parse
from kbsearch.query.syntax import Words

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
EXAMPLES = [shlex.split(line)[-1] for line in PAGE.splitlines() if line.startswith("kbsearch query ")]


@pytest.mark.parametrize("query", EXAMPLES)
def test_examples_are_understood(query: str) -> None:
    """Each example on the page is a query that parses without a warning."""
    assert parse(query).warnings == ()


def test_the_page_has_examples_of_every_field_and_place() -> None:
    """No field or place goes without an example or a mention."""
    assert len(EXAMPLES) > 30
    assert all(f"`{field}:`" in PAGE for field in FIELDS)
    assert all(f"in:{place}" in PAGE for place in PLACES)


def test_limits_are_those_of_the_program() -> None:
    """The numbers on the page are the program's."""
    for limit in (f"{MAX_LENGTH:,} characters", f"{MAX_CLAUSES:,} clauses", f"brackets {MAX_DEPTH} deep"):
        assert limit in PAGE


def test_what_the_page_calls_text_is_text() -> None:
    """Words that the page names as ordinary text are searched as they stand."""
    listed = re.search(r"Text that merely has a colon is text: (.*?)\. If", PAGE, re.DOTALL)
    patterns = re.search(r"Chinese character; (.*?) are text\.", PAGE)
    assert listed and patterns
    for text in re.findall(r"`([^`]+)`", listed[1] + patterns[1]):
        assert parse(text).tree == Words(text)


@pytest.mark.parametrize("query", ["titel:ddim", "author:ho", "作者：何恺明", "date:2023-02-30"])
def test_what_the_page_calls_an_error_is_one(query: str) -> None:
    """Misspelt fields and impossible dates are errors."""
    assert query in PAGE or query.removeprefix("date:") in PAGE
    with pytest.raises(QueryError):
        parse(query)
