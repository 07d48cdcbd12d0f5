"""A document's outline: the headings met while reading, made into sections that cover the whole text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kbsearch.corpus.anchors import Anchors
from kbsearch.model import Section

__all__ = ["Heading", "make_sections"]


@dataclass(frozen=True, slots=True)
class Heading:
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
    end = Heading("", 0, "", len(source), first_line + source.count(b"\n"), length)
    anchors = Anchors()
    path: list[Heading] = []  # from the outermost heading to the one at hand
    found = []
    for heading, following in zip(starts, [*starts[1:], end], strict=True):
        while path and path[-1].level >= heading.level:
            path.pop()
        if heading.level:
            path.append(heading)
        found.append(
            Section(
                title=heading.title,
                level=heading.level,
                anchor=anchors.add(heading.title, heading.anchor) if heading.level else "",
                breadcrumb=tuple(above.title for above in path),
                line_start=heading.line,
                line_end=max(heading.line, _line_before(source, following)),
                start=heading.start,
                end=following.start,
            )
        )
    return tuple(found)


def _line_before(source: bytes, heading: Heading) -> int:
    """The last line before a heading that is not blank."""
    place = heading.place
    while place and source[place - 1] in b" \t\n":
        place -= 1
    return heading.line - source.count(b"\n", place, heading.place)
