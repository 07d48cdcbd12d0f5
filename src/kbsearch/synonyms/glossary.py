"""Glossaries: tables whose columns hold a term's Chinese name, its English name and its abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from kbsearch.synonyms.names import usable_name
from kbsearch.synonyms.pair import Pair, as_excerpt

__all__ = ["glossary_pairs"]

_MAX_ROWS = 5_000
_MAX_COLUMNS = 4
# What a column's header says that it holds; a table is a glossary if it has two of these kinds.
_HEADERS = tuple(
    re.compile(form)
    for form in (
        r"中文(?:名称?|译名|术语|全称|释义)?|术语|術語|译名|譯名|名词|名詞|大陆|大陸|chinese(?: name| term)?",
        r"台湾|臺灣|台灣",
        r"英文(?:名称?|术语|全称|原文)?|英语|英語|原文|全称|全稱|english(?: name| term)?|full name",
        r"(?:英文)?(?:缩写|縮寫|简称|簡稱|简写)|abbr(?:eviation|\.)?|acronym",
        r"别名|別名|又称|又稱|又名|也叫|aliases|also known as",
    )
)


def glossary_pairs(table: str) -> Iterator[Pair]:
    """Pairs of a table's rows if its header says it is a glossary.

    ``table`` has a row a line, its cells parted by ``" | "``.
    """
    header, *rows = table.split("\n")[:_MAX_ROWS]
    columns = _columns([cell.strip().lower() for cell in header.split(" | ")])
    if columns is None:
        return
    for row in rows:
        cells = row.split(" | ")
        names = [name for i in columns if i < len(cells) and (name := usable_name(cells[i]))]
        for left, right in combinations(dict.fromkeys(names), 2):
            yield Pair(left, right, "table", excerpt=as_excerpt(row))


def _columns(header: list[str]) -> list[int] | None:
    """The columns that hold names; ``None`` if the table is no glossary."""
    kinds = {i: kind for i, cell in enumerate(header) for kind, form in enumerate(_HEADERS) if form.fullmatch(cell)}
    return list(kinds)[:_MAX_COLUMNS] if len(set(kinds.values())) > 1 else None
