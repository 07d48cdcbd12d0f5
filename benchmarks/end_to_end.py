"""From a folder of files to ten hits with marked passages.

kbsearch reads front matter and Markdown, knows sections, code, formulas and dates, and is safe against being killed;
the others are the usual few lines: the file's text, jieba in search mode, an engine, a passage cut around the words.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import benchmarks.alone as engines
from benchmarks.contenders import Ask
from benchmarks.corpus import KINDS, Question, TokenPost

__all__ = ["Kbsearch", "WhooshWithJieba", "WithJieba"]

_DATE = re.compile(r"^date: *[\"']?(\d{4})-(\d{2})-(\d{2})", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[0-9a-z\u4e00-\u9fff]+")
_LENGTH = 160  # characters of a passage


class Kbsearch:
    """kbsearch through its library, as it comes: with as many processes as there are processors."""

    kinds = frozenset(KINDS)

    def __init__(self, engine: str) -> None:
        self.engine = engine

    def load(self, place: Path) -> Path:
        return place / "files"

    def build(self, given: Path, index: Path) -> None:
        from kbsearch import KnowledgeBase

        with KnowledgeBase(index, engine=self.engine) as base:
            base.index(given)

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        from kbsearch import KnowledgeBase

        base = KnowledgeBase(index, create=False)

        def ask(question: Question) -> int:
            text = _in_query_language(question)
            if not excerpts:
                return len(base.rank(text, limit=10))
            sort = "newest" if question.kind == "sorted" else "relevance"
            return len(base.search(text, sort=sort, limit=10).hits)  # type: ignore[arg-type]

        return ask


def _in_query_language(question: Question) -> str:
    match question.kind:
        case "and":
            return " AND ".join(question.tokens)
        case "phrase":
            return f'"{question.text}"'
        case "filtered":
            return f"path:{question.category}/ {question.text}"
        case "fuzzy":
            return f"{question.text}~"
        case _:
            return question.text


class WithJieba:
    """An engine alone with jieba before it and a passage cutter behind it; texts lie in SQLite."""

    def __init__(self, engine: str) -> None:
        self.engine: Any = getattr(engines, engine)()
        self.kinds: frozenset[str] = self.engine.kinds

    def load(self, place: Path) -> Path:
        return place / "files"

    def build(self, given: Path, index: Path) -> None:
        texts = sqlite3.connect(index / "texts.db")
        texts.execute("create table text(key text primary key, text text)")
        (index / "engine").mkdir()

        def posts() -> Iterator[TokenPost]:
            for post, text in _read(given):
                texts.execute("insert into text values (?, ?)", (post.key, text))
                yield post

        self.engine.build(posts(), index / "engine")
        texts.commit()
        texts.close()

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        inner: Ask = self.engine.open(index / "engine", excerpts=False)
        texts = sqlite3.connect(index / "texts.db")
        keys = [key for (key,) in texts.execute("select key from text order by rowid limit 10")]

        def ask(question: Question) -> int:
            words = tuple(_words(question.text))
            found = inner(Question(question.kind, question.text, words, question.category))
            if excerpts:  # the engine's interface counts hits; which texts are cut makes no difference to the time
                for key in keys[:found]:
                    (text,) = texts.execute("select text from text where key = ?", (key,)).fetchone()
                    _passage(text, words)
            return found

        return ask


class WhooshWithJieba:
    """Whoosh with jieba's own ChineseAnalyzer and Whoosh's own highlighter, as jieba's documentation shows it."""

    kinds = frozenset(KINDS)

    def load(self, place: Path) -> Path:
        return place / "files"

    def build(self, given: Path, index: Path) -> None:
        from jieba.analyse import ChineseAnalyzer
        from whoosh import fields
        from whoosh import index as whoosh_index

        schema = fields.Schema(
            text=fields.TEXT(stored=True, analyzer=ChineseAnalyzer()),
            key=fields.ID(stored=True),
            category=fields.ID,
            date=fields.NUMERIC(int, bits=64, sortable=True),
        )
        writer = whoosh_index.create_in(str(index), schema).writer(limitmb=256)
        for key, category, date, text in _files(given):
            writer.add_document(text=text, key=key, category=category, date=date)
        writer.commit()

    def open(self, index: Path, *, excerpts: bool) -> Ask:
        from whoosh import index as whoosh_index
        from whoosh.qparser import OrGroup, QueryParser
        from whoosh.query import FuzzyTerm, Term

        opened = whoosh_index.open_dir(str(index))
        searcher = opened.searcher()
        any_of, all_of = QueryParser("text", opened.schema, group=OrGroup), QueryParser("text", opened.schema)

        def ask(question: Question) -> int:
            match question.kind:
                case "fuzzy":
                    query = FuzzyTerm("text", question.tokens[0])
                case "and":
                    query = all_of.parse(question.text)
                case "phrase":
                    query = all_of.parse(f'"{question.text}"')
                case _:
                    query = any_of.parse(" ".join(_words(question.text)))
            narrowed = Term("category", question.category) if question.category else None
            if question.kind == "sorted":
                hits = searcher.search(query, limit=10, sortedby="date", reverse=True)
            else:
                hits = searcher.search(query, limit=10, filter=narrowed)
            return len([hit.highlights("text") if excerpts else hit["key"] for hit in hits])

        return ask


def _files(folder: Path) -> Iterator[tuple[str, str, int, str]]:
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        date = _DATE.search(text[:2000])
        relative = path.relative_to(folder)
        yield relative.as_posix(), relative.parts[0], int("".join(date.groups())) if date else 0, text


def _read(folder: Path) -> Iterator[tuple[TokenPost, str]]:
    for key, category, date, text in _files(folder):
        yield TokenPost(key, category, date, list(_words(text))), text


def _words(text: str) -> Iterable[str]:
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.cut_for_search(text.lower()) if _WORD.fullmatch(word)]


def _passage(text: str, words: tuple[str, ...]) -> str:
    """The stretch around the first word found, words marked."""
    if not words:
        return text[:_LENGTH]
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    first = pattern.search(text)
    start = max(0, first.start() - _LENGTH // 3) if first else 0
    return pattern.sub(lambda found: f"<b>{found[0]}</b>", _SPACE.sub(" ", text[start : start + _LENGTH]))
