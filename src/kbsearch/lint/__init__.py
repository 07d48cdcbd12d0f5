"""Lint: what is wrong with the posts of an index, so that their author can mend it.

One pass reads every post once; what the passes need of it is kept: its names, links and tags, its dates, and 1 kB to
find near-duplicates by. Time is linear in the posts, but for sorting.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kbsearch.engines.base import DocRef, Reader
from kbsearch.language import message
from kbsearch.links import LinkGraph, entry_of
from kbsearch.lint.dates import date_findings, metadata_findings
from kbsearch.lint.duplicates import DuplicateFinder
from kbsearch.lint.finding import KINDS, Finding, Kind, LintReport, PostFindings
from kbsearch.lint.links import is_orphan, link_findings
from kbsearch.lint.place import Places
from kbsearch.lint.tags import tag_variants
from kbsearch.model import Post
from kbsearch.sources import Sources
from kbsearch.stored import decode_stored
from kbsearch.synonyms.thesaurus import Thesaurus

__all__ = ["KINDS", "Finding", "Kind", "LintReport", "PostFindings", "lint"]

_TAG_KEYS = ("tags", "tag", "keywords", "标签", "关键词")
_FEW_ORPHANS = 0.2  # of the posts: where there are more, the collection does not live by links


@dataclass(slots=True)
class _Posts:
    """What is kept of the posts: without text, in the index's order."""

    refs: list[DocRef] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    duplicates: DuplicateFinder = field(default_factory=DuplicateFinder)


def lint(
    reader: Reader,
    sources: Sources,
    thesaurus: Thesaurus,
    *,
    kinds: Collection[Kind] = (),
    today: dt.date | None = None,
) -> LintReport:
    """Look at every post of an index.

    Args:
        reader: the index.
        sources: where its files lie; they are looked into for lines of front matter only.
        thesaurus: learned synonyms, and the user's own.
        kinds: only findings of these kinds; by default all, orphans only where few posts are.
        today: the day from which dates lie in the future; by default the real one.
    """
    wanted = frozenset(kinds or KINDS)
    kept, entries = _Posts(), []
    for ref in reader.refs():
        stored = decode_stored(reader.stored(ref))
        if "duplicate" in wanted:
            kept.duplicates.add(len(kept.posts), stored.folded)
        kept.refs.append(ref)
        kept.posts.append(stored.post)
        entries.append(entry_of(stored))
    graph = LinkGraph(entries)
    found: dict[str, list[Finding]] = defaultdict(list)
    places, notes = Places(sources), []
    if wanted & {"date", "metadata"}:
        _check_front_matter(kept.posts, sources, places, today or dt.date.today(), found)
    if "tag" in wanted:
        _check_tags(kept.posts, thesaurus, places, found)
    if "link" in wanted:
        for entry in entries:
            found[entry.id] += link_findings(entry, graph)
    if "duplicate" in wanted:
        _check_duplicates(kept, reader, found)
    if "orphan" in wanted:
        notes += _check_orphans(graph, found, always="orphan" in kinds)
    return _report(kept.posts, found, wanted, notes)


def _check_front_matter(
    posts: Iterable[Post], sources: Sources, places: Places, today: dt.date, found: dict[str, list[Finding]]
) -> None:
    warnings = sources.warnings()
    for post in posts:
        found[post.id] += metadata_findings(post, warnings.get(post.id, ()), places)
        found[post.id] += date_findings(post, places, today)


def _check_tags(posts: Iterable[Post], thesaurus: Thesaurus, places: Places, found: dict[str, list[Finding]]) -> None:
    counts = Counter(tag for post in posts for tag in post.tags)
    variants = {variant.tag: variant for variant in tag_variants(counts, thesaurus)}
    for post in posts:
        for variant in (variants[tag] for tag in post.tags if tag in variants):
            if variant.best in post.tags and variant.is_synonym:
                continue  # its author tags in two languages
            said = message(
                "the tag {tag} is also written {best}: {difference}",
                tag=variant.tag,
                best=variant.best,
                difference=variant.difference,
            )
            if variant.is_synonym:
                advice = message(
                    "use one of the two everywhere (posts with {best}: {count})", best=variant.best, count=variant.posts
                )
            else:
                advice = message("write {best} (posts that do: {count})", best=variant.best, count=variant.posts)
            found[post.id].append(Finding("tag", places.of_tag(post, _TAG_KEYS, variant.tag), said, advice))


def _check_duplicates(kept: _Posts, reader: Reader, found: dict[str, list[Finding]]) -> None:
    """Each near-duplicate is told of once: at the later of the two posts, with the one that it is most like."""

    def text_of(number: int) -> str:
        return decode_stored(reader.stored(kept.refs[number])).folded

    most_like: dict[int, tuple[float, int]] = {}
    for first, second, share in kept.duplicates.duplicates(text_of):
        earlier, later = sorted((first, second), key=lambda number: _age(kept.posts[number]))
        most_like[later] = max(most_like.get(later, (0.0, -1)), (share, -earlier - 1))
    for number, (share, place) in most_like.items():
        post, other = kept.posts[number], kept.posts[-place - 1]
        percent = min(round(share * 100), 100)
        said = message("{percent} % the same as {other}", percent=percent, other=other.id)
        advice = message("keep one of the two, or tell in one how they differ and link them")
        found[post.id].append(Finding("duplicate", post.line, said, advice, (other.id,)))


def _check_orphans(graph: LinkGraph, found: dict[str, list[Finding]], *, always: bool) -> list[str]:
    """Posts without links to or from others; where that is usual, only a note says so."""
    orphans = [entry for entry in graph.entries.values() if is_orphan(entry, graph)]
    if not always and len(orphans) > _FEW_ORPHANS * len(graph.entries):
        return [message("{count} posts have no links to or from others; --only orphan lists them", count=len(orphans))]
    for entry in orphans:
        said = message("no post links to it, and it links to none")
        advice = message("link it with a related post: kbsearch related {id}", id=f"'{entry.id}'")
        found[entry.id].append(Finding("orphan", 1, said, advice))
    return []


def _report(
    posts: list[Post], found: dict[str, list[Finding]], wanted: Collection[Kind], notes: list[str]
) -> LintReport:
    order = {kind: place for place, kind in enumerate(KINDS)}
    listed: list[PostFindings] = []
    counts: Counter[Kind] = Counter()
    for post in sorted(posts, key=lambda post: post.id):
        findings = [finding for finding in found[post.id] if finding.kind in wanted]
        if findings:
            findings.sort(key=lambda finding: (finding.line, order[finding.kind], finding.message))
            counts.update(finding.kind for finding in findings)
            listed.append(PostFindings(post.id, post.path, post.title, tuple(findings)))
    return LintReport(tuple(listed), len(posts), {kind: counts[kind] for kind in KINDS if counts[kind]}, tuple(notes))


def _age(post: Post) -> tuple[bool, str, str]:
    """Sorts the post that was written first before the others; those without a date last."""
    return post.date is None, post.date.isoformat() if post.date else "", post.id
