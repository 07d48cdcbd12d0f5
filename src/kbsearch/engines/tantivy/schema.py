"""The Tantivy schema: kbsearch's fields, filled with terms that are already made.

Terms arrive joined by spaces and are parted again by Tantivy's whitespace tokenizer, so nothing is analysed twice.
``newest`` and ``oldest`` are the date once more, with posts without a date at the end of either order; ``sequence``
keeps the order in which posts were added.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import tantivy

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS

__all__ = ["MAX_DATE", "is_scored", "open_index", "schema"]

MAX_DATE = 10**15  # later than any date: YYYYMMDDhhmmss has fourteen digits
_TOKENIZER = "terms"


@lru_cache(maxsize=1)
def schema() -> tantivy.Schema:
    """The one schema of all kbsearch indexes."""
    builder = tantivy.SchemaBuilder()
    for name, field in TEXT_FIELDS.items():
        option = "position" if field.positions else "freq" if field.scored else "basic"
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option=option)
    for name in KEYWORD_FIELDS:
        builder.add_text_field(name, stored=name == "key", fast=True, tokenizer_name="raw", index_option="basic")
    for name in (*NUMBER_FIELDS, "newest", "oldest", "sequence"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("stored", "source"):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def open_index(folder: Path) -> tantivy.Index:
    """Open or create the index in a folder."""
    index = tantivy.Index(schema(), path=str(folder))
    index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def is_scored(name: str) -> bool:
    """Whether terms of this field score."""
    kind = TEXT_FIELDS.get(name)
    return kind is not None and kind.scored
