"""The Tantivy schema: kbsearch's fields, filled with terms that are already made.

Terms arrive joined by spaces and are parted again by Tantivy's whitespace tokenizer, so nothing is analysed twice;
what could not travel that way is written out in hexadecimal digits behind a mark (:func:`written`).
``newest`` and ``oldest`` are the date once more, with posts without a date at the end of either order; ``sequence``
keeps the order in which posts were added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import tantivy

from kbsearch.analysis.coded import CodedTerms, Spelling
from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS

__all__ = ["MAX_DATE", "is_scored", "joined", "open_index", "schema", "unwritten", "written"]

MAX_DATE = 10**15  # later than any date: YYYYMMDDhhmmss has fourteen digits
_TOKENIZER = "terms"
_MARK = "\ufdd0"  # a code point that stands for no character and in no text
_ODD_TERM = re.compile("[\t\n\x0b\f\r\ud800-\udfff\ufdd0]")  # besides the empty one and those with a space
_ODD_VALUE = re.compile("[\ud800-\udfff\ufdd0]")


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


def joined(terms: Sequence[str]) -> str:
    """Terms as one string, from which the tokenizer gets them back."""
    if isinstance(terms, CodedTerms) and isinstance(terms.notation, Spelling):
        text = terms.codes.decode("utf-8", "surrogatepass")[:-1]
        if not _ODD_TERM.search(text):
            return text
    text = " ".join(terms)
    if text.count(" ") != len(terms) - 1 or "  " in text or text[:1] in ("", " ") or text[-1:] == " ":
        return " ".join(_escaped(term) if not term or " " in term or _ODD_TERM.search(term) else term for term in terms)
    if _ODD_TERM.search(text):
        return " ".join(_escaped(term) if _ODD_TERM.search(term) else term for term in terms)
    return text


def written(field: str, text: str) -> str:
    """A term or a value as it stands in the index."""
    odd = _ODD_TERM if field in TEXT_FIELDS else _ODD_VALUE
    if not text or odd.search(text) or (field in TEXT_FIELDS and " " in text):
        return _escaped(text)
    return text


def unwritten(text: str) -> str:
    """Read back what :func:`written` made."""
    if not text.startswith(_MARK):
        return text
    return bytes.fromhex(text[1:]).decode("utf-8", "surrogatepass")


def _escaped(text: str) -> str:
    return _MARK + text.encode("utf-8", "surrogatepass").hex()
