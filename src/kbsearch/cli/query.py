"""``kbsearch query``: search, and show ranked excerpts."""

from __future__ import annotations

import sys

import click

from kbsearch.cli.options import index_dir, json_output, paging
from kbsearch.errors import QueryError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.model import SearchResult

__all__ = ["query"]


@click.command(
    epilog="Examples:  kbsearch query '扩散模型'    kbsearch query 'title:DDPM -采样'    "
    "kbsearch query 'GPT-4 date:2024..' --sort newest"
)
@click.argument("text", nargs=-1, required=True)
@click.option("-c", "--category", "categories", multiple=True, help="Only this category (repeat for any of several).")
@click.option("-t", "--tag", "tags", multiple=True, help="Only posts with this tag (repeat for all of several).")
@click.option("--since", metavar="DATE", help="Only posts from this date on: 2024, 2024-03, 近三个月, 'last 30 days'.")
@click.option("--until", metavar="DATE", help="Only posts up to the end of this date.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", show_default=True)
@paging
@click.option("--facets", is_flag=True, help="Also count hits per category, tag and year.")
@json_output
@click.option("--jsonl", is_flag=True, help="Print one JSON object a hit.")
@click.option("--explain", is_flag=True, help="Show how the query was read and where each score comes from.")
@click.option("--files", is_flag=True, help="Print only the paths of the posts.")
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
    index_dir: str,
) -> int:
    """Search the index for TEXT.

    All words are wanted, none is required; "…" is an exact phrase; AND OR NOT + - ( ) combine; title: tag: category:
    path: heading: date: in: lang: restrict (标题： 标签： 分类： 日期： work too).
    """
    raw = " ".join(text)
    with KnowledgeBase(index_dir, create=False) as kb:
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
    _print(result, as_json=as_json, jsonl=jsonl, files=files, page=page, limit=limit)
    return 0 if result.hits else 1


def _print(result: SearchResult, *, as_json: bool, jsonl: bool, files: bool, page: int, limit: int) -> None:
    if as_json or jsonl:
        from kbsearch.json_form import hit_json, result_json, to_json

        if as_json:
            click.echo(to_json(result_json(result)))
        else:
            for hit in result.hits:
                click.echo(to_json(hit_json(hit), indent=None))
        return
    if files:
        from kbsearch.cli.terminal import safe

        for hit in result.hits:
            name = hit.path or hit.id
            click.echo(safe(name) if sys.stdout.isatty() else name)  # a program wants it exact
        return
    from kbsearch.cli.render import render_result

    click.echo(render_result(result, first=(page - 1) * limit + 1), color=True)


def _point_at(raw: str, error: QueryError) -> None:
    """Show the query with a caret under the place of the error."""
    from kbsearch.cli.terminal import columns, safe

    shown = safe(raw[max(0, error.position - 60) : error.position + 20])
    before = safe(raw[max(0, error.position - 60) : error.position])
    click.echo(f"  {shown}\n  {' ' * columns(before)}^", err=True)
