"""How results look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kbsearch.cli.terminal import colour_wanted, columns, marked, paint, safe, truncate, width_of_terminal, wrap
from kbsearch.model import Hit, SearchResult

if TYPE_CHECKING:
    from kbsearch.explain import Explanation

__all__ = ["render_explanation", "render_facets", "render_hit", "render_result"]

_INDENT = "   "
_BAR = "█"
_MATCH_NOTE = {
    "some": "some of the words",
    "substring": "inside words",
    "synonym": "synonym",
    "corrected": "corrected spelling",
}


def render_result(result: SearchResult, *, first: int = 1) -> str:
    """A page of hits, what to know about the search, and facets if they were asked for."""
    colour, width = colour_wanted(), width_of_terminal()
    lines = [f"{paint('note:', 'yellow', colour=colour)} {safe(warning)}" for warning in result.warnings]
    for correction in result.corrections:
        said = "searched for" if correction.applied else "did you mean"
        lines.append(f"{paint(said + ':', 'yellow', colour=colour)} {safe(correction.text)}")
    if not result.hits:
        where = " on this page" if result.total else ""
        return "\n".join([*lines, f"No posts{where} for {safe(result.query)}"])
    last = first + len(result.hits) - 1
    shown = "" if len(result.hits) == result.total else f", {first}–{last} shown"
    noun = "post" if result.total == 1 else "posts"
    summary = f"{result.total} {noun} for {safe(truncate(result.query, 60))}{shown} · {result.took_ms:.0f} ms"
    lines.append(paint(summary, "dim", colour=colour))
    for number, hit in enumerate(result.hits, first):
        lines += ["", *render_hit(hit, number, width=width, colour=colour)]
    if result.facets:
        lines += ["", *render_facets(result.facets, width=width, colour=colour)]
    return "\n".join(lines)


def render_hit(hit: Hit, number: int, *, width: int, colour: bool) -> list[str]:
    """Title with category and date, where the passage stands, the passage with its matches marked."""
    facts = " · ".join(
        part
        for part in (hit.category, hit.date.strftime("%Y-%m-%d") if hit.date else "", _MATCH_NOTE.get(hit.match, ""))
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
    where = paint(place, "green", colour=colour)
    if crumb and room > 10:
        where += paint(" › " + truncate(crumb, room), "dim", colour=colour)
    pieces = marked(hit.excerpt.text, hit.excerpt.ranges)
    passage = wrap(pieces, width - len(_INDENT), ("bold", "yellow"), colour=colour)
    lines = [head.rstrip(), _INDENT + where, *(_INDENT + line for line in passage)]
    if hit.evidence:
        lines.append(_INDENT + paint(f"because {safe(hit.evidence)}", "dim", colour=colour))
    return lines


def render_explanation(explanation: Explanation) -> str:
    """The tree, the terms with their document frequencies, and the parts of each hit's score."""
    lines = [
        "query",
        *(_INDENT + safe(line) for line in explanation.tree),
        "",
        "terms (field, posts that have it, weight)",
    ]
    for fact in explanation.terms:
        count = f"{fact.frequency:6}" if fact.frequency >= 0 else "phrase"
        lines.append(f"{_INDENT}{fact.field:8} {count} × {fact.boost:<6.3g} {safe(fact.text)}")
    for number, hit in enumerate(explanation.hits, 1):
        lines += ["", f"{number}. {safe(hit.title)}  {hit.score:.3f}"]
        lines += [f"{_INDENT}{score:8.3f}  {name:8} {safe(text)}" for name, text, score in hit.parts]
    return "\n".join([*lines, ""])


def render_facets(facets: Mapping[str, Mapping[str, int]], *, width: int, colour: bool) -> list[str]:
    """Counts with bars; years in order, the others by count."""
    lines: list[str] = []
    for name, counts in facets.items():
        if not counts:
            continue
        lines.append(paint(name, "bold", colour=colour))
        rows = sorted(counts.items()) if name == "year" else sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
        rows = rows[-12:] if name == "year" else rows[:12]
        label_width = min(max(columns(safe(value)) for value, _ in rows), width // 2)
        most = max(count for _, count in rows)
        for value, count in rows:
            label = truncate(safe(value), label_width)
            bar = _BAR * max(1, round(count * (width - label_width - 12) / most / 2))
            pad = " " * (label_width - columns(label))
            lines.append(f"{_INDENT}{label}{pad} {count:5} {paint(bar, 'blue', colour=colour)}")
    return lines
