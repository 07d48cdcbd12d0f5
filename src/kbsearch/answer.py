"""From what an engine found to what is shown: posts read back, passages chosen, the way each one matched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.analysis.fold import fold
from kbsearch.engines.base import DocRef, Reader
from kbsearch.excerpt import make_passage
from kbsearch.highlight import Highlighter
from kbsearch.model import Hit, MatchKind
from kbsearch.query.planner import Plan
from kbsearch.stored import StoredPost, decode_stored

__all__ = ["make_hits"]


def make_hits(reader: Reader, found: Sequence[tuple[DocRef, float]], plan: Plan, analyzer: Analyzer) -> tuple[Hit, ...]:
    """The hits of a page, in order."""
    highlighter = Highlighter(plan.needles, analyzer.stem)
    return tuple(_hit(decode_stored(reader.stored(ref)), score, plan, highlighter) for ref, score in found)


def _hit(stored: StoredPost, score: float, plan: Plan, highlighter: Highlighter) -> Hit:
    post = stored.post
    matches = highlighter.find(stored.folded, stored.text)
    passage = make_passage(stored, matches)
    groups = {group for match in matches for group in match.needle.groups}
    if plan.words and not groups.issuperset(group for _, group in plan.words):
        title = " ".join((post.title, *post.aliases))
        groups |= {group for match in highlighter.find(fold(title), title) for group in match.needle.groups}
    match, evidence = _match_kind(plan, groups)
    return Hit(
        id=post.id,
        path=post.path,
        title=post.title,
        score=score,
        category=post.category,
        tags=post.tags,
        date=_day(post.date),
        updated=_day(post.updated),
        section=stored.section_at(passage.start),
        line_start=stored.line_at(passage.start),
        line_end=stored.line_at(max(passage.end - 1, passage.start)),
        excerpt=passage.excerpt,
        match=match,
        evidence=evidence,
        sources=post.sources,
    )


def _match_kind(plan: Plan, groups: set[int]) -> tuple[MatchKind, str]:
    """How a post with these groups of needles matched, and by whose word if by another name."""
    if not plan.words:
        return plan.match, ""
    wanted = {group for _, group in plan.words}
    if wanted <= groups:
        return plan.match, ""
    for instead_of, group, evidence in plan.synonyms:
        if group in groups and not (instead_of & wanted) <= groups:
            return "synonym", f"{evidence.left} = {evidence.right} ({evidence.source})"
    return ("some" if wanted & groups else "substring"), ""


def _day(value: dt.date | None) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value
