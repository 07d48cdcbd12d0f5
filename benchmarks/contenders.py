"""Who is compared: a small protocol, and the list of those whose libraries are installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from benchmarks.corpus import Question

__all__ = ["ALONE", "END_TO_END", "Ask", "Contender", "available", "make"]

Ask: TypeAlias = Callable[[Question], int]  # carries out a question for its ten best posts; gives back how many came


class Contender(Protocol):
    """A search library with its index."""

    kinds: frozenset[str]  # of question that it can answer

    def load(self, place: Path) -> Any:
        """What it is given, read before the clock starts (see :func:`benchmarks.corpus.make_size`)."""

    def build(self, given: Any, index: Path) -> None:
        """Make an index, to the point where another process can open it."""

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        """Open the index. With ``excerpts``, a question gives titles and marked passages too."""


# name: (module, class, arguments, library it needs, the most posts it takes in bearable time)
Entry: TypeAlias = tuple[str, str, tuple[str, ...], str, int]

ALONE: Mapping[str, Entry] = {
    "kbsearch whoosh": ("benchmarks.alone", "Kbsearch", ("whoosh",), "whoosh", 50_000),
    "kbsearch tantivy": ("benchmarks.alone", "Kbsearch", ("tantivy",), "tantivy", 50_000),
    "tantivy-py": ("benchmarks.alone", "Tantivy", (), "tantivy", 50_000),
    "FTS5": ("benchmarks.alone", "Fts5", (), "sqlite3", 50_000),
    "bm25s": ("benchmarks.alone", "Bm25s", (), "bm25s", 12_000),
    "Xapian": ("benchmarks.alone", "Xapian", (), "xapian", 3_573),
    "Whoosh": ("benchmarks.alone", "StockWhoosh", (), "whoosh", 1_000),
}
END_TO_END: Mapping[str, Entry] = {
    "kbsearch whoosh": ("benchmarks.end_to_end", "Kbsearch", ("whoosh",), "whoosh", 50_000),
    "kbsearch tantivy": ("benchmarks.end_to_end", "Kbsearch", ("tantivy",), "tantivy", 50_000),
    "tantivy-py + jieba": ("benchmarks.end_to_end", "WithJieba", ("Tantivy",), "tantivy", 1_000),
    "FTS5 + jieba": ("benchmarks.end_to_end", "WithJieba", ("Fts5",), "sqlite3", 1_000),
    "Whoosh + jieba": ("benchmarks.end_to_end", "WhooshWithJieba", (), "whoosh", 1_000),
}


def available(entries: Mapping[str, Entry], posts: int, *, patience: int = 1) -> list[str]:
    """Those whose library is here and who can take that many posts; with more patience, that many times as many."""
    return [name for name, (*_, library, most) in entries.items() if find_spec(library) and posts <= most * patience]


def make(entries: Mapping[str, Entry], name: str) -> Contender:
    """A contender by its name."""
    module, cls, arguments, _, _ = entries[name]
    contender: Contender = getattr(import_module(module), cls)(*arguments)
    return contender
