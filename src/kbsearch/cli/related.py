"""``kbsearch related``: posts like a post."""

from __future__ import annotations

import click

from kbsearch.cli.completing import complete_ids
from kbsearch.cli.hyperlinks import Linker, hyperlinks_option, linker
from kbsearch.cli.options import index_dir, json_output
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t
from kbsearch.related import RelatedPost

__all__ = ["related"]


@click.command()
@click.argument("id", shell_complete=complete_ids)
@click.option("-n", "--limit", type=click.IntRange(1, 100), default=6, show_default=True, help="How many.")
@pager_option
@hyperlinks_option
@json_output
@index_dir
def related(id: str, limit: int, as_json: bool, index_dir: str) -> int:
    """List the posts most like a post, with the terms they share.

    ID is a post's id, the path of its file, or the end of either (ddpm, ddpm.md).
    """
    with KnowledgeBase(index_dir, create=False) as kb:
        own = kb.identify(id)
        found = kb.related(own, limit=limit)
        if as_json:
            from kbsearch.json_form import related_json, to_json

            click.echo(to_json(related_json(own, found)))
        else:
            echo_page(_page(kb.links().entries[own].title, found, linker(kb)))
    return 0 if found else 1


def _page(title: str, found: list[RelatedPost], link: Linker) -> str:
    from kbsearch.cli.terminal import colour_wanted, paint, safe

    if not found:
        return t("No post is like {title}", title=safe(title))
    colour = colour_wanted()
    lines = [paint(t("Posts like {title}", title=safe(title)), "bold", colour=colour)]
    for number, post in enumerate(found, 1):
        lines += ["", *_entry(number, post, link, colour=colour)]
    return "\n".join(lines)


def _entry(number: int, post: RelatedPost, link: Linker, *, colour: bool) -> list[str]:
    from kbsearch.cli.terminal import columns, paint, safe, truncate, width_of_terminal, wrap

    label, width = f"{number}. ", width_of_terminal()
    category = safe(post.category)
    title = truncate(safe(post.title) or safe(post.id), width - columns(label) - columns(category) - 2)
    gap = " " * max(2, width - columns(label) - columns(title) - columns(category))
    head = label + paint(title, "bold", colour=colour) + (gap + paint(category, "cyan", colour=colour)) * bool(category)
    indent = " " * columns(label)
    lines = [head, indent + link(paint(safe(post.id), "green", colour=colour), post.id, post.path, 1)]
    reasons = [t("linked")] if post.linked else []
    if post.terms:
        reasons.append(t("both have: {terms}", terms=safe(" · ".join(post.terms))))
    said = wrap([(" — ".join(reasons), False)], width - len(indent), (), colour=colour)
    return [*lines, *(indent + paint(line, "dim", colour=colour) for line in said)]
