"""A document's outline: the headings met while reading, made into sections that cover the whole text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kbsearch.corpus.anchors import Anchors
from kbsearch.model import Section

__all__ = ["Heading", "make_sections"]


class Heading(NamedTuple):
    """A heading as it was met: ``place`` in bytes of the source, ``start`` in code points of the text.

    ``anchor`` is the one that the author set; empty if there is none.
    """

    title: str
    level: int
    anchor: str
    place: int
    line: int
    start: int


def make_sections(headings: Sequence[Heading], source: bytes, first_line: int, length: int) -> tuple[Section, ...]:
    """One section a heading, and one of level 0 before the first if there is text; never none.

    ``length`` is that of the text, in code points. Blank lines at a section's end do not count as its lines.
    """
    starts = list(headings)
    if not starts or starts[0].start > 0:
        place = len(source) - len(source.lstrip())
        line = first_line + source.count(b"\n", 0, place) if place < len(source) else first_line
        starts.insert(0, Heading("", 0, "", place, line, 0))
    ends = [*starts[1:], Heading("", 0, "", len(source), first_line + source.count(b"\n"), length)]
    anchors = Anchors()
    levels: list[int] = []  # of the headings from the outermost to the one at hand
    titles: list[str] = []
    found = []
    for (title, level, anchor, _, line, start), following in zip(starts, ends, strict=True):
        while levels and levels[-1] >= level:
            levels.pop()
            titles.pop()
        if level:
            levels.append(level)
            titles.append(title)
            anchor = anchors.add(title, anchor)
        last_line = max(line, _line_before(source, following))
        found.append(Section(title, level, anchor, tuple(titles), line, last_line, start, following.start))
    return tuple(found)


def _line_before(source: bytes, heading: Heading) -> int:
    """The last line before a heading that is not blank."""
    end = place = heading.place
    while place and source[place - 1] in b" \t\n":
        place -= 1
    return heading.line - source.count(b"\n", place, end)
