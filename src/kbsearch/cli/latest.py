"""``kbsearch latest``: posts, newest first."""

from __future__ import annotations

from itertools import groupby

import click

from kbsearch.cli.hyperlinks import Linker, hyperlinks_option, linker
from kbsearch.cli.options import in_categories, index_dir, json_output, paging
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, tn
from kbsearch.model import Hit, SearchResult

__all__ = ["latest"]


@click.command()
@in_categories
@paging
@pager_option
@hyperlinks_option
@json_output
@index_dir
def latest(categories: tuple[str, ...], limit: int, page: int, as_json: bool, index_dir: str) -> int:
    """List posts newest first, with their beginnings; posts without a date come last."""
    with KnowledgeBase(index_dir, create=False) as kb:
        result = kb.latest(categories=categories, limit=limit, offset=(page - 1) * limit)
        if as_json:
            from kbsearch.json_form import result_json, to_json

            click.echo(to_json(result_json(result)))
        else:
            echo_page(_page(result, page, limit, linker(kb)))
    return 0 if result.hits else 1


def _page(result: SearchResult, page: int, limit: int, link: Linker) -> str:
    from kbsearch.cli.terminal import colour_wanted, paint

    colour = colour_wanted()
    pages = max(1, -(-result.total // limit))
    lines = [paint("LATEST UPDATES", "bold", colour=colour)]
    for day, hits in groupby(result.hits, key=lambda hit: f"{hit.date:%Y-%m-%d}" if hit.date else t("no date")):
        lines += ["", paint(day, "cyan", colour=colour)]
        for hit in hits:
            lines += _entry(hit, link, colour=colour)
    footer = tn(
        "page {page} of {pages} · {count} post",
        "page {page} of {pages} · {count} posts",
        result.total,
        page=page,
        pages=pages,
    )
    if page < pages:
        footer += " · " + t("next: --page {page}", page=page + 1)
    return "\n".join([*lines, "", paint(footer, "dim", colour=colour)])


def _entry(hit: Hit, link: Linker, *, colour: bool) -> list[str]:
    from kbsearch.cli.terminal import columns, paint, safe, truncate, width_of_terminal, wrap

    width = width_of_terminal()
    category = safe(hit.category)
    title = truncate(safe(hit.title) or safe(hit.id), width - columns(category) - 4)
    gap = " " * max(2, width - 2 - columns(title) - columns(category))
    head = (
        "  " + paint(title, "bold", colour=colour) + (gap + paint(category, "blue", colour=colour) if category else "")
    )
    body = wrap([(safe(hit.excerpt.text), False)], width - 4, (), colour=colour)[:2]
    place = link(paint(safe(hit.path or hit.id), "green", colour=colour), hit.id, hit.path, hit.line_start)
    return [head, "  " + place, *("    " + line for line in body)]
