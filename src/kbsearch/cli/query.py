"""``kbsearch query``: search, and show ranked excerpts."""

from __future__ import annotations

import sys

import click

from kbsearch.cli.completing import complete_tags
from kbsearch.cli.hyperlinks import Linker, hyperlinks_option, linker
from kbsearch.cli.options import cluster_engine, in_categories, index_dir, json_output, paging, synonyms_file
from kbsearch.cli.pager import echo_page, pager_option
from kbsearch.errors import NotFoundError, QueryError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import message
from kbsearch.model import SearchResult

__all__ = ["query"]


@click.command()
@click.argument("text", nargs=-1, required=True)
@in_categories
@click.option(
    "-t",
    "--tag",
    "tags",
    multiple=True,
    shell_complete=complete_tags,
    help="Only posts with this tag (repeat for all of several).",
)
@click.option("--since", metavar="DATE", help="Only posts from this date on: 2024, 2024-03, 近三个月, 'last 30 days'.")
@click.option("--until", metavar="DATE", help="Only posts up to the end of this date.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    envvar="KBSEARCH_SORT",
    show_default=True,
    show_envvar=True,
    help="What comes first.",
)
@paging
@click.option(
    "--facets",
    is_flag=True,
    envvar="KBSEARCH_FACETS",
    show_envvar=True,
    help="Also count hits per category, tag and year.",
)
@json_output
@click.option("--jsonl", is_flag=True, help="Print one JSON object a hit.")
@click.option("--explain", is_flag=True, help="Show how the query was read and where each score comes from.")
@click.option("--files", is_flag=True, help="Print only the paths of the posts.")
@click.option("--open", "to_open", type=click.IntRange(1), metavar="N", help="Open hit N in your editor, at the line.")
@pager_option
@hyperlinks_option
@synonyms_file
@cluster_engine
@index_dir
def query(
    text: tuple[str, ...],
    categories: tuple[str, ...],
    tags: tuple[str, ...],
    since: str | None,
    until: str | None,
    sort: str,
    limit: int,
    page: int,
    facets: bool,
    as_json: bool,
    jsonl: bool,
    explain: bool,
    files: bool,
    to_open: int | None,
    synonyms: str | None,
    engine: str | None,
    index_dir: str,
) -> int:
    """Search the index for TEXT.

    All words are wanted, none is required; "…" is an exact phrase; AND OR NOT + - ( ) combine; title: tag: category:
    path: heading: date: in: lang: restrict (标题： 标签： 分类： 日期： work too).
    """
    raw = " ".join(text)
    with KnowledgeBase(index_dir, engine=engine, create=False, synonyms=synonyms) as kb:
        try:
            result = kb.search(
                raw,
                categories=categories,
                tags=tags,
                since=since,
                until=until,
                sort=sort,  # type: ignore[arg-type]  # click has checked it
                limit=limit,
                offset=(page - 1) * limit,
                facets=("category", "tag", "year") if facets else (),
            )
        except QueryError as error:
            _point_at(raw, error)
            raise
        if explain:
            from kbsearch.cli.render import render_explanation

            click.echo(render_explanation(kb.explain(raw, limit=limit)))
        first = (page - 1) * limit + 1
        if to_open is not None:
            _open(kb, result, to_open - first)
        elif as_json or jsonl or files:
            _print(result, as_json=as_json, files=files)
        else:
            _show(result, first, linker(kb))
    return 0 if result.hits else 1


def _open(kb: KnowledgeBase, result: SearchResult, place: int) -> None:
    """Open one of the hits of this page."""
    from kbsearch.cli.opening import open_post

    if not 0 <= place < len(result.hits):
        raise NotFoundError(
            message("there is no such hit on this page, which has {count}; see --page and -n", count=len(result.hits))
        )
    open_post(kb, result.hits[place], result.hits[place].line_start)


def _show(result: SearchResult, first: int, link: Linker) -> None:
    from kbsearch.cli.render import render_result

    echo_page(render_result(result, link, first=first))


def _print(result: SearchResult, *, as_json: bool, files: bool) -> None:
    """The answer in a form for programs: one JSON document, paths, or one JSON object a hit."""
    from kbsearch.cli.terminal import safe
    from kbsearch.json_form import hit_json, result_json, to_json

    if as_json:
        click.echo(to_json(result_json(result)))
        return
    for hit in result.hits:
        name = hit.path or hit.id
        shown = safe(name) if sys.stdout.isatty() else name  # a program wants it exact
        click.echo(shown if files else to_json(hit_json(hit), indent=None))


def _point_at(raw: str, error: QueryError) -> None:
    """Show the query with a caret under the place of the error."""
    from kbsearch.cli.terminal import columns, safe

    shown = safe(raw[max(0, error.position - 60) : error.position + 20])
    before = safe(raw[max(0, error.position - 60) : error.position])
    click.echo(f"  {shown}\n  {' ' * columns(before)}^", err=True)
