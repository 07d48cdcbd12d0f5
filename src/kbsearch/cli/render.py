"""How results look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kbsearch.cli.terminal import (
    colour_wanted,
    columns,
    marked,
    padded,
    paint,
    safe,
    truncate,
    width_of_terminal,
    wrap,
)
from kbsearch.language import t, tn, translate
from kbsearch.model import Hit, SearchResult

if TYPE_CHECKING:
    from kbsearch.cli.hyperlinks import Linker
    from kbsearch.explain import Explanation

__all__ = ["render_explanation", "render_facets", "render_hit", "render_result"]

_INDENT = "   "
_BAR = "█"


def render_result(result: SearchResult, link: Linker, *, first: int = 1) -> str:
    """A page of hits, what to know about the search, and facets if they were asked for."""
    colour, width = colour_wanted(), width_of_terminal()
    lines = [paint(t("note: "), "yellow", colour=colour) + safe(translate(each)) for each in result.warnings]
    for correction in result.corrections:
        said = t("searched for: ") if correction.applied else t("did you mean: ")
        lines.append(paint(said, "yellow", colour=colour) + safe(correction.text))
    if not result.hits:
        return "\n".join([*lines, *_nothing(result, colour=colour)])
    lines.append(paint(_summary(result, first), "dim", colour=colour))
    for number, hit in enumerate(result.hits, first):
        lines += ["", *render_hit(hit, number, link, width=width, colour=colour)]
    if result.facets:
        lines += ["", *render_facets(result.facets, width=width, colour=colour)]
    return "\n".join(lines)


def _nothing(result: SearchResult, *, colour: bool) -> list[str]:
    if result.total:
        return [t("No posts on this page")]
    advice = t("Fewer words, another spelling, or no filters may find something.")
    return [t("No posts for “{query}”", query=safe(result.query)), paint(advice, "dim", colour=colour)]


def _summary(result: SearchResult, first: int) -> str:
    query, ms = safe(truncate(result.query, 60)), f"{result.took_ms:.0f}"
    if len(result.hits) == result.total:
        return tn(
            "{count} post for {query} · {ms} ms",
            "{count} posts for {query} · {ms} ms",
            result.total,
            query=query,
            ms=ms,
        )
    last = first + len(result.hits) - 1
    return t(
        "{count} posts for {query}, {first}–{last} shown · {ms} ms",
        count=result.total,
        query=query,
        first=first,
        last=last,
        ms=ms,
    )


def _match_note(match: str) -> str:
    """How a hit matched, if not by all words."""
    notes = {
        "some": t("some of the words"),
        "substring": t("inside words"),
        "synonym": t("synonym"),
        "corrected": t("corrected spelling"),
    }
    return notes.get(match, "")


def render_hit(hit: Hit, number: int, link: Linker, *, width: int, colour: bool) -> list[str]:
    """Title with category and date, where the passage stands, the passage with its matches marked."""
    facts = " · ".join(
        part
        for part in (hit.category, hit.date.strftime("%Y-%m-%d") if hit.date else "", _match_note(hit.match))
        if part
    )
    facts = safe(facts)
    label = f"{number}. "
    title = truncate(safe(hit.title) or safe(hit.id), width - columns(label) - columns(facts) - 2)
    gap = " " * max(2, width - columns(label) - columns(title) - columns(facts))
    head = label + paint(title, "bold", colour=colour) + (gap + paint(facts, "cyan", colour=colour) if facts else "")
    place = f"{safe(hit.path or hit.id)}:{hit.line_start}"
    crumb = " › ".join(safe(part) for part in hit.section.breadcrumb)
    room = width - len(_INDENT) - columns(place) - 3
    where = link(paint(place, "green", colour=colour), hit.id, hit.path, hit.line_start)
    if crumb and room > 10:
        where += paint(" › " + truncate(crumb, room), "dim", colour=colour)
    pieces = marked(hit.excerpt.text, hit.excerpt.ranges)
    passage = wrap(pieces, width - len(_INDENT), ("bold", "yellow"), colour=colour)
    lines = [head.rstrip(), _INDENT + where, *(_INDENT + line for line in passage)]
    if hit.evidence:
        lines.append(_INDENT + paint(t("because {evidence}", evidence=safe(hit.evidence)), "dim", colour=colour))
    return lines


def render_explanation(explanation: Explanation) -> str:
    """The tree, the terms with their document frequencies, and the parts of each hit's score."""
    lines = [
        t("query"),
        *(_INDENT + safe(line) for line in explanation.tree),
        "",
        t("terms (field, posts that have it, weight)"),
    ]
    for fact in explanation.terms:
        count = f"{fact.frequency:6}" if fact.frequency >= 0 else padded(t("phrase"), 6)
        lines.append(f"{_INDENT}{fact.field:8} {count} × {fact.boost:<6.3g} {safe(fact.text)}")
    for number, hit in enumerate(explanation.hits, 1):
        lines += ["", f"{number}. {safe(hit.title)}  {hit.score:.3f}"]
        lines += [f"{_INDENT}{score:8.3f}  {name:8} {safe(text)}" for name, text, score in hit.parts]
    return "\n".join([*lines, ""])


def render_facets(facets: Mapping[str, Mapping[str, int]], *, width: int, colour: bool) -> list[str]:
    """Counts with bars; years in order, the others by count."""
    lines: list[str] = []
    names = {"category": t("category"), "tag": t("tag"), "year": t("year")}
    for name, counts in facets.items():
        if not counts:
            continue
        lines.append(paint(names[name], "bold", colour=colour))
        rows = sorted(counts.items()) if name == "year" else sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
        rows = rows[-12:] if name == "year" else rows[:12]
        label_width = min(max(columns(safe(value)) for value, _ in rows), width // 2)
        most = max(count for _, count in rows)
        for value, count in rows:
            label = padded(truncate(safe(value), label_width), label_width)
            bar = _BAR * max(1, round(count * (width - label_width - 12) / most / 2))
            lines.append(f"{_INDENT}{label} {count:5} {paint(bar, 'blue', colour=colour)}")
    return lines
