"""``kbsearch show``: a whole post."""

from __future__ import annotations

import sys

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.errors import NotFoundError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.model import Section
from kbsearch.stored import StoredPost

__all__ = ["show"]


@click.command(epilog="Example:  kbsearch show 'Generative Model/ddpm.md' --section 前向过程")
@click.argument("id")
@click.option("--section", metavar="NAME", help="Only this section: its heading, its anchor, or its number from 1.")
@click.option("--raw", is_flag=True, help="The Markdown exactly as it was indexed.")
@json_output
@index_dir
def show(id: str, section: str | None, raw: bool, as_json: bool, index_dir: str) -> int:
    """Show the post with this ID (as `kbsearch query` prints it)."""
    with KnowledgeBase(index_dir, create=False) as kb:
        stored = kb.read(id)
        part = _find_section(stored, section) if section else None
        text = stored.post.text
        if part:
            first = part.line_start - stored.post.line
            text = "\n".join(text.split("\n")[first : part.line_end - stored.post.line + 1])
    if as_json:
        from dataclasses import replace

        from kbsearch.json_form import post_json, to_json

        click.echo(to_json(post_json(replace(stored.post, text=text))))
    elif raw:
        from kbsearch.cli.terminal import safe

        if sys.stdout.isatty():  # exact where a program reads it; a terminal would obey what is in it
            text = "\n".join(map(safe, text.split("\n")))
        click.echo(text, nl=not text.endswith("\n"))
    else:
        click.echo(_page(stored, text), color=True)
    return 0


def _find_section(stored: StoredPost, name: str) -> Section:
    sections = [s for s in stored.document.sections if s.title]
    wanted = name.strip().lstrip("#").strip().casefold()
    for section in sections:
        if wanted in (section.title.casefold(), section.anchor.casefold()):
            return section
    if wanted.isdecimal() and 1 <= int(wanted) <= len(sections):
        return sections[int(wanted) - 1]
    known = ", ".join(s.title for s in sections[:12]) or "none"
    raise NotFoundError(f"{stored.post.id}: no section {name!r}; its sections: {known}")


def _page(stored: StoredPost, text: str) -> str:
    from kbsearch.cli.terminal import colour_wanted, paint, safe

    colour, post = colour_wanted(), stored.post
    facts = [
        safe(post.category),
        f"{post.date:%Y-%m-%d}" if post.date else "",
        " ".join(f"#{safe(t)}" for t in post.tags),
    ]
    lines = [paint(safe(post.title), "bold", colour=colour)]
    lines.append(paint(" · ".join(fact for fact in facts if fact), "cyan", colour=colour))
    lines.append(paint(safe(post.path or post.id), "green", colour=colour))
    if post.sources:
        lines.append("found at " + ", ".join(safe(source) for source in post.sources))
    body = (safe(line.replace("\t", "    ")) for line in text.split("\n"))
    return "\n".join([*(line for line in lines if line), "", *body]).rstrip()
