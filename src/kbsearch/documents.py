"""From a post to what engines take: read its Markdown, analyse it once, gather its values."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, NamedTuple

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.corpus.markdown import parse_markdown, plain_text_document
from kbsearch.corpus.paths import title_from_path
from kbsearch.engines.base import IndexDocument
from kbsearch.model import Document, Post
from kbsearch.stored import StoredPost, encode_date, encode_source, encode_stored, writable
from kbsearch.synonyms.mine import mine
from kbsearch.synonyms.pair import Pair

__all__ = ["Prepared", "again", "prepare"]

_TITLE_LENGTH = 80  # code points of the text's first line that serve as a title where there is no other
_FIRST_LINE = re.compile(r"\S[^\n]*")


class Prepared(NamedTuple):
    """A post ready to be indexed: what the engine takes, and the pairs of names that it equates."""

    document: IndexDocument
    pairs: list[Pair]


def prepare(post: Post, analyzer: Analyzer) -> Prepared:
    """Read a post's Markdown and gather everything that an index keeps of it.

    The title falls back to the first heading of level 1, the file's name, any first heading. Failing these the first
    line is shown as title, but not indexed as one: its words would count twice.
    """
    post = _writable(post)
    plain = post.path.endswith(".txt")
    document = (plain_text_document if plain else parse_markdown)(post.text, post.line)
    tags = post.tags + tuple(tag for tag in document.tags if tag not in post.tags)
    title = post.title or _title(post, document)
    post = Post(
        id=post.id,
        title=title or _first_line(document) or post.id,
        category=post.category,
        date=post.date,
        tags=tags,
        updated=post.updated,
        path=post.path,
        line=post.line,
        aliases=post.aliases,
        slug=post.slug,
        description=post.description,
        draft=post.draft,
        sources=post.sources,
        text=post.text,
    )
    headings = [section.title for section in document.sections if section.title]
    analysed = analyzer.document_terms(title, post.aliases, document, headings)
    pairs = mine(document, title=title, aliases=post.aliases, words=analyzer.words)
    prepared = IndexDocument(
        key=post.id,
        terms=analysed,
        keywords=_keywords(post, document),
        numbers=_numbers(post),
        stored=encode_stored(post, document, plain=analyzer.is_plain(document.text), titled=bool(title)),
        source=encode_source(post.text),
    )
    return Prepared(prepared, pairs)


def again(stored: StoredPost, text: str) -> Post:
    """The post that was indexed, as :func:`prepare` takes it: its Markdown put back, a title that is none left out."""
    return replace(stored.post, text=text, title=stored.post.title if stored.titled else "")


def _writable(post: Post) -> Post:
    """The post with every string :func:`~kbsearch.stored.writable`."""
    changed: dict[str, Any] = {}
    for name in ("id", "title", "text", "category", "path", "slug", "description"):
        value = getattr(post, name)
        if writable(value) != value:
            changed[name] = writable(value)
    for name in ("tags", "aliases", "sources"):
        values = getattr(post, name)
        if any(writable(value) != value for value in values):
            changed[name] = tuple(map(writable, values))
    return replace(post, **changed) if changed else post


def _title(post: Post, document: Document) -> str:
    headings = [section for section in document.sections if section.title]
    if headings and headings[0].level == 1:
        return headings[0].title
    if post.path and not post.sources:
        return title_from_path(post.path)
    if headings:
        return headings[0].title
    return ""


def _first_line(document: Document) -> str:
    first = _FIRST_LINE.search(document.text)
    return first.group()[:_TITLE_LENGTH].strip() if first else ""


def _keywords(post: Post, document: Document) -> dict[str, list[str]]:
    path = post.path or post.id
    folders = [path[: i + 1] for i, char in enumerate(path) if char == "/"]
    languages = {span.language for span in document.spans if span.kind == "code" and span.language}
    return {
        "path": [*folders, path],
        "category": [post.category] if post.category else [],
        "tag": list(post.tags),
        "language": sorted(languages),
        "year": [f"{post.date.year:04}"] if post.date else [],
    }


def _numbers(post: Post) -> dict[str, int]:
    numbers = {"date": encode_date(post.date), "updated": encode_date(post.updated)}
    return {name: value for name, value in numbers.items() if value is not None}
