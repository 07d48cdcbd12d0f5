"""``kbsearch stats``: posts by category and month, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.errors import InputError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message, t, tn

if TYPE_CHECKING:
    from kbsearch.statistics import Statistics

__all__ = ["stats"]

_ROWS = 15  # categories of the chart
_LANGUAGES = 4  # named


@click.command()
@click.option("--svg", type=click.Path(), metavar="FILE", help='Write the chart as an SVG drawing; "-" prints it.')
@pager_option
@json_output
@index_dir
def stats(svg: str | None, as_json: bool, index_dir: str) -> int:
    """Show posts by category and month as a chart, and count words, code, formulas, links and tags."""
    with KnowledgeBase(index_dir, create=False) as kb:
        found = kb.statistics()
    if svg is not None:
        from kbsearch.cli.chart_svg import svg_chart

        _write(svg, svg_chart(found.months, found.posts))
    if as_json:
        from kbsearch.json_form import statistics_json, to_json

        click.echo(to_json(statistics_json(found)))
    elif svg is None:
        echo_page(_page(found))
    return 0 if found.posts else 1


def _write(path: str, drawing: str) -> None:
    if path == "-":
        click.echo(drawing, nl=False)
        return
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(drawing)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(message("{path}: cannot be written ({reason})", path=path, reason=reason)) from error


def _page(found: Statistics) -> str:
    from kbsearch.cli.chart import grouped, terminal_chart
    from kbsearch.cli.terminal import colour_wanted, paint, width_of_terminal

    colour, width = colour_wanted(), width_of_terminal()
    head = tn("{posts} post", "{posts} posts", found.posts, posts=f"{found.posts:,}")
    if found.first and found.last:
        head += f" · {found.first} – {found.last}"
    if found.undated:
        head += " · " + t("{count} without a date", count=f"{found.undated:,}")
    months = grouped(found.months, _ROWS, t("others"))
    chart = terminal_chart(months, width=width, unnamed=t("no category"), rest=t("others"), colour=colour)
    lines = [paint(head, "bold", colour=colour), "", *chart, "" if chart else t("No post has a date.")]
    return "\n".join([*lines, *_totals(found, colour=colour)])


def _totals(found: Statistics, *, colour: bool) -> list[str]:
    """Figures under one another, names in a column."""
    from kbsearch.cli.terminal import columns, paint, safe

    named = ", ".join(f"{safe(name)} {count:,}" for name, count in list(found.languages.items())[:_LANGUAGES])
    code = t("{blocks} blocks, {lines} lines", blocks=f"{found.code_blocks:,}", lines=f"{found.code_lines:,}")
    links = t(
        "{posts} between posts, {sites} to other sites, {broken} broken",
        posts=f"{found.links.get('post', 0):,}",
        sites=f"{found.links.get('external', 0):,}",
        broken=f"{found.links.get('missing', 0):,}",
    )
    rows = [
        (t("Han characters"), f"{found.han:,}"),
        (t("other words"), f"{found.words:,}"),
        (t("code"), f"{code} ({named})" if named else code),
        (t("formulas"), f"{found.formulas:,}"),
        (t("tables"), f"{found.tables:,}"),
        (t("links"), links),
        (t("tags"), f"{len(found.tags):,}"),
        (t("categories"), f"{sum(1 for name in found.categories if name):,}"),
    ]
    margin = max(columns(name) for name, _ in rows) + 2
    return [paint(name, "cyan", colour=colour) + " " * (margin - columns(name)) + value for name, value in rows]
