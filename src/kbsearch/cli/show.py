"""``kbsearch show``: a whole post."""

from __future__ import annotations

import sys

import click

from kbsearch.cli.completing import complete_ids
from kbsearch.cli.hyperlinks import Linker, hyperlinks_option, linker
from kbsearch.cli.options import index_dir, json_output
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.errors import NotFoundError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message, t
from kbsearch.model import Section
from kbsearch.sections import find_section, section_text, titled_sections
from kbsearch.stored import StoredPost

__all__ = ["show"]


@click.command()
@click.argument("id", shell_complete=complete_ids)
@click.option("--section", metavar="NAME", help="Only this section: its heading, its anchor, or its number from 1.")
@click.option("--raw", is_flag=True, help="The Markdown exactly as it was indexed.")
@click.option("--open", "to_open", is_flag=True, help="Open it in your editor, at the section if one is named.")
@pager_option
@hyperlinks_option
@json_output
@index_dir
def show(id: str, section: str | None, raw: bool, to_open: bool, as_json: bool, index_dir: str) -> int:
    """Show the post with this ID.

    ID is a post's id, the path of its file, or the end of either (ddpm, ddpm.md).
    """
    with KnowledgeBase(index_dir, create=False) as kb:
        stored = kb.read(kb.identify(id))
        part = _find_section(stored, section) if section else None
        text = section_text(stored, part) if part else stored.post.text
        if to_open:
            from kbsearch.cli.opening import open_post

            open_post(kb, stored.post, part.line_start if part else stored.post.line)
            return 0
        link = linker(kb)
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
        echo_page(_page(stored, text, link))
    return 0


def _find_section(stored: StoredPost, name: str) -> Section:
    section = find_section(stored, name)
    if section is None:
        known = ", ".join(s.title for s in titled_sections(stored)[:12]) or message("none")
        text = message("{id}: no section “{name}”; its sections: {known}", id=stored.post.id, name=name, known=known)
        raise NotFoundError(text)
    return section


def _page(stored: StoredPost, text: str, link: Linker) -> str:
    from kbsearch.cli.terminal import colour_wanted, paint, safe

    colour, post = colour_wanted(), stored.post
    facts = [
        safe(post.category),
        f"{post.date:%Y-%m-%d}" if post.date else "",
        " ".join(f"#{safe(t)}" for t in post.tags),
    ]
    lines = [paint(safe(post.title), "bold", colour=colour)]
    lines.append(paint(" · ".join(fact for fact in facts if fact), "cyan", colour=colour))
    lines.append(link(paint(safe(post.path or post.id), "green", colour=colour), post.id, post.path, post.line))
    if post.sources:
        lines.append(t("found at {places}", places=", ".join(safe(source) for source in post.sources)))
    body = (safe(line.replace("\t", "    ")) for line in text.split("\n"))
    return "\n".join([*(line for line in lines if line), "", *body]).rstrip()
