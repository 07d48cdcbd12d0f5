"""Text with matches marked: escaped first, marked second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from kbsearch.corpus.tex import find_formulas
from kbsearch.model import Excerpt
from kbsearch.web.formulas import formula_html

__all__ = ["marked", "passage"]


def marked(text: str, ranges: Iterable[tuple[int, int]]) -> Markup:
    """Text with ``<mark>`` around the ranges, which are ascending and apart."""
    pieces, at = [], 0
    for start, end in ranges:
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


def passage(excerpt: Excerpt) -> Markup:
    """An excerpt with its matches marked; formulas without a match in them are set as formulas."""
    text, ranges = excerpt.text, excerpt.ranges
    pieces, at = [], 0
    for start, end in _formulas(text):
        if start < at or any(low < end and high > start for low, high in ranges):
            continue
        pieces.append(marked(text[at:start], _within(ranges, at, start)))
        pieces.append(Markup(formula_html(text[start:end].strip("$").strip(), inline=True)))
        at = end
    pieces.append(marked(text[at:], _within(ranges, at, len(text))))
    return Markup("").join(pieces)


def _formulas(text: str) -> Iterable[tuple[int, int]]:
    """Where formulas stand in a text, dollars included, in code points."""
    if "$" not in text:
        return
    source = text.encode("utf-8", "replace")
    for formula in find_formulas(source):
        if formula.inline and source[formula.start : formula.start + 1] == b"$":
            start = len(source[: formula.start].decode())
            yield start, start + len(source[formula.start : formula.end].decode())


def _within(ranges: Sequence[tuple[int, int]], low: int, high: int) -> list[tuple[int, int]]:
    """The ranges between two places, counted from the first."""
    return [(start - low, end - low) for start, end in ranges if low <= start and end <= high]
