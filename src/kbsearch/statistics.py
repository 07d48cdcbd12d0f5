"""An index in figures: posts by category and month, and what is in them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kbsearch.links import LinkGraph
from kbsearch.model import Document
from kbsearch.stored import StoredPost

__all__ = ["Statistics", "gather"]

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of all posts.

    Attributes:
        posts, undated: numbers of posts; those without a date are in no month.
        first, last: the days of the oldest and the newest post.
        categories: number of posts by category, most first; those without one under the empty name.
        months: number of posts by month (``2024-03``), then by category; months in order, empty ones left out.
        tags: number of posts by tag, most first.
        words: words in letters other than Han, outside blocks of code and formulas.
        han: Han characters, likewise.
        code_blocks, code_lines: blocks of code and the lines in them.
        languages: number of blocks by language, most first; those that name none are left out.
        formulas, tables: how many there are.
        links: number of links by what they lead to: ``post``, ``external``, ``file``, ``missing``.
    """

    posts: int
    undated: int
    first: dt.date | None
    last: dt.date | None
    categories: Mapping[str, int]
    months: Mapping[str, Mapping[str, int]]
    tags: Mapping[str, int]
    words: int
    han: int
    code_blocks: int
    code_lines: int
    languages: Mapping[str, int]
    formulas: int
    tables: int
    links: Mapping[str, int]


def gather(posts: Iterable[StoredPost], graph: LinkGraph) -> Statistics:
    """Count everything; time is linear in the texts.

    Args:
        posts: all posts.
        graph: the links between them.
    """
    totals: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    links: Counter[str] = Counter()
    months: dict[str, Counter[str]] = {}
    days: list[dt.date] = []
    for stored in posts:
        post = stored.post
        totals["posts"] += 1
        categories[post.category] += 1
        tags.update(post.tags)
        if post.date is not None:
            days.append(dt.date(post.date.year, post.date.month, post.date.day))
            months.setdefault(f"{post.date:%Y-%m}".rjust(7, "0"), Counter())[post.category] += 1
        links.update(target.kind for _, target in graph.outgoing(post.id))
        _count_text(stored.document, totals, languages)
    return Statistics(
        posts=totals["posts"],
        undated=totals["posts"] - len(days),
        first=min(days, default=None),
        last=max(days, default=None),
        categories=_most_first(categories),
        months={month: _most_first(months[month]) for month in sorted(months)},
        tags=_most_first(tags),
        words=totals["words"],
        han=totals["han"],
        code_blocks=totals["code_blocks"],
        code_lines=totals["code_lines"],
        languages=_most_first(languages),
        formulas=totals["formulas"],
        tables=totals["tables"],
        links=_most_first(links),
    )


def _count_text(document: Document, totals: Counter[str], languages: Counter[str]) -> None:
    prose: list[str] = []
    at = 0
    for span in document.spans:
        if span.kind == "table":
            totals["tables"] += 1
        elif span.kind == "math":
            totals["formulas"] += 1
        elif span.kind == "code" and not span.inline:
            totals["code_blocks"] += 1
            totals["code_lines"] += document.text[span.start : span.end].strip("\n").count("\n") + 1
            if span.language:
                languages[span.language] += 1
        if span.kind == "math" or (span.kind == "code" and not span.inline):
            prose.append(document.text[at : max(at, span.start)])
            at = max(at, span.end)
    text = "\n".join([*prose, document.text[at:]])
    rest = _HAN.sub(" ", text)
    totals["han"] += sum(map(len, _HAN.findall(text)))
    totals["words"] += sum(1 for _ in _WORD.finditer(rest))


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
