"""The public JSON form of results, shared by the command line, the web API and the agents' tools.

Offsets are in code points of ``excerpt``; dates are ISO 8601. ``schema_version`` changes when a key's meaning does.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kbsearch.model import Hit, IndexReport, Post, SearchResult, Section

if TYPE_CHECKING:
    from kbsearch.links import LinkGraph
    from kbsearch.lint.finding import LintReport
    from kbsearch.related import RelatedPost
    from kbsearch.statistics import Statistics

__all__ = ["SCHEMA_VERSION", "hit_json", "links_json", "lint_json", "post_json", "related_json", "report_json"]
__all__ += ["result_json", "statistics_json", "to_json"]

SCHEMA_VERSION = 1
# Characters that JSON lets through but that steer a terminal or its reader's eye, or cannot be written at all.
_STEERING = re.compile("[\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_json(value: Any, *, indent: int | None = 2) -> str:
    """JSON that is safe to print: whatever could steer a terminal is written as ``\\uXXXX``."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def result_json(result: SearchResult) -> dict[str, Any]:
    """A search's answer; valid and complete also when nothing was found."""
    return {
        "schema_version": SCHEMA_VERSION,
        "query": {
            "raw": result.query,
            "parsed": result.parsed,
            "corrections": [{"text": c.text, "kind": c.kind, "applied": c.applied} for c in result.corrections],
        },
        "total": result.total,
        "took_ms": round(result.took_ms, 2),
        "facets": {name: dict(counts) for name, counts in result.facets.items()},
        "warnings": list(result.warnings),
        "results": [hit_json(hit) for hit in result.hits],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One hit."""
    form: dict[str, Any] = {
        "id": hit.id,
        "path": hit.path,
        "title": hit.title,
        "score": round(hit.score, 4),
        "category": hit.category,
        "tags": list(hit.tags),
        "date": _date(hit.date),
        "updated": _date(hit.updated),
        "section": _section(hit.section),
        "line_start": hit.line_start,
        "line_end": hit.line_end,
        "excerpt": hit.excerpt.text,
        "ranges": [list(pair) for pair in hit.excerpt.ranges],
        "match": hit.match,
    }
    if hit.evidence:
        form["evidence"] = hit.evidence
    if hit.sources:
        form["sources"] = list(hit.sources)
    return form


def post_json(post: Post) -> dict[str, Any]:
    """A whole post, its Markdown included."""
    return {
        "schema_version": SCHEMA_VERSION,
        "id": post.id,
        "path": post.path,
        "title": post.title,
        "category": post.category,
        "tags": list(post.tags),
        "date": _date(post.date),
        "updated": _date(post.updated),
        "aliases": list(post.aliases),
        "slug": post.slug,
        "description": post.description,
        "draft": post.draft,
        "sources": list(post.sources),
        "line": post.line,
        "text": post.text,
    }


def report_json(report: IndexReport) -> dict[str, Any]:
    """What an update did."""
    return {
        "schema_version": SCHEMA_VERSION,
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "skipped": [{"path": s.path, "reason": s.reason} for s in report.skipped],
        "warnings": list(report.warnings),
        "posts": report.posts,
        "bytes_read": report.bytes_read,
        "seconds": round(report.seconds, 3),
    }


def related_json(id: str, related: Sequence[RelatedPost]) -> dict[str, Any]:
    """The posts like a post, best first."""
    return {
        "schema_version": SCHEMA_VERSION,
        "id": id,
        "related": [
            {
                "id": post.id,
                "path": post.path,
                "title": post.title,
                "category": post.category,
                "score": round(post.score, 4),
                "terms": list(post.terms),
                "linked": post.linked,
            }
            for post in related
        ],
    }


def links_json(id: str, graph: LinkGraph) -> dict[str, Any]:
    """The links from a post, in order, with what each leads to, and the posts that link to it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "id": id,
        "out": [
            {
                "kind": target.kind,
                "id": target.id or None,
                "anchor": target.anchor,
                "target": link.target,
                "text": link.text,
                "line": link.line,
            }
            for link, target in graph.outgoing(id)
        ],
        "back": [
            {"id": entry.id, "path": entry.path, "title": entry.title, "text": link.text, "line": link.line}
            for entry, link in graph.backlinks(id)
        ],
    }


def lint_json(report: LintReport) -> dict[str, Any]:
    """What lint found, each post once."""
    return {
        "schema_version": SCHEMA_VERSION,
        "checked": report.checked,
        "counts": dict(report.counts),
        "notes": list(report.notes),
        "posts": [
            {
                "id": post.id,
                "path": post.path,
                "title": post.title,
                "findings": [
                    {
                        "kind": finding.kind,
                        "line": finding.line,
                        "message": finding.message,
                        "advice": finding.advice,
                        "others": list(finding.others),
                    }
                    for finding in post.findings
                ],
            }
            for post in report.posts
        ],
    }


def statistics_json(found: Statistics) -> dict[str, Any]:
    """An index in figures."""
    return {
        "schema_version": SCHEMA_VERSION,
        "posts": found.posts,
        "undated": found.undated,
        "first": _date(found.first),
        "last": _date(found.last),
        "han": found.han,
        "words": found.words,
        "code": {"blocks": found.code_blocks, "lines": found.code_lines, "languages": dict(found.languages)},
        "formulas": found.formulas,
        "tables": found.tables,
        "links": dict(found.links),
        "tags": dict(found.tags),
        "categories": dict(found.categories),
        "months": {month: dict(counts) for month, counts in found.months.items()},
    }


def _section(section: Section) -> dict[str, Any]:
    return {"title": section.title, "breadcrumb": list(section.breadcrumb), "anchor": section.anchor}


def _date(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None
