"""Glossaries: tables whose columns hold a term's Chinese name, its English name and its abbreviation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbsearch.synonyms.names import is_han, usable_name
from kbsearch.synonyms.pair import Pair

__all__ = ["glossary_pairs"]

_MAX_ROWS = 5_000
_HEADERS = {
    "han": re.compile(
        r"中文(?:名称?|译名|术语|全称|释义)?|术语|術語|译名|譯名|名词|名詞|chinese(?: name| term)?|大陆|大陸|台湾|臺灣|台灣"
    ),
    "latin": re.compile(r"英文(?:名称?|术语|全称|原文)?|英语|英語|原文|english(?: name| term)?|full name|全称|全稱"),
    "short": re.compile(r"缩写|縮寫|简称|簡稱|英文缩写|简写|abbr(?:eviation|\.)?|acronym"),
    "other": re.compile(r"别名|別名|又称|又名|也叫|aliases|also known as"),
}


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
        for i, left in enumerate(names):
            for right in names[i + 1 :]:
                if left != right:
                    yield Pair(left, right, "table", excerpt=row)


def _columns(header: list[str]) -> list[int] | None:
    """The columns that hold names; ``None`` if the table is no glossary."""
    kinds = {i: kind for i, cell in enumerate(header) for kind, form in _HEADERS.items() if form.fullmatch(cell)}
    return list(kinds) if len(kinds) >= 2 and len(set(kinds.values())) >= 2 else None
