"""A post's sections by name, and the Markdown of one."""

from __future__ import annotations

from kbsearch.model import Section
from kbsearch.stored import StoredPost

__all__ = ["find_section", "section_text", "titled_sections"]


def titled_sections(stored: StoredPost) -> list[Section]:
    """The sections that have a heading, in order; their numbers count from 1."""
    return [section for section in stored.document.sections if section.title]


def find_section(stored: StoredPost, name: str) -> Section | None:
    """The first section with this heading or anchor (in any case, with or without ``#``), or with this number."""
    sections = titled_sections(stored)
    wanted = name.strip().lstrip("#").strip().casefold()
    for section in sections:
        if wanted in (section.title.casefold(), section.anchor.casefold()):
            return section
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 and 1 <= int(wanted) <= len(sections):
        return sections[int(wanted) - 1]
    return None


def section_text(stored: StoredPost, section: Section) -> str:
    """The section's Markdown as it stands in ``stored.post.text``, its heading included."""
    first = section.line_start - stored.post.line
    return "\n".join(stored.post.text.split("\n")[first : section.line_end - stored.post.line + 1])
