"""``kbsearch synonyms``: the names that authors equate, and the user's word on them."""

from __future__ import annotations

from typing import Any

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t
from kbsearch.synonyms.table import TablePair

__all__ = ["synonyms"]


@click.command()
@click.argument("text", required=False)
@click.option("--candidates", is_flag=True, help="List the pairs that are not used without your word.")
@click.option("--accept", nargs=2, metavar="NAME NAME", help="These two mean the same.")
@click.option("--reject", nargs=2, metavar="NAME NAME", help="These two do not: never use the pair.")
@click.option("-n", "--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="How many.")
@click.option(
    "--file",
    type=click.Path(),
    envvar="KBSEARCH_SYNONYMS",
    show_envvar=True,
    help="Your own pairs of names [default: synonyms.txt in the index folder].",
)
@json_output
@index_dir
def synonyms(
    text: str | None,
    candidates: bool,
    accept: tuple[str, str] | None,
    reject: tuple[str, str] | None,
    limit: int,
    file: str | None,
    as_json: bool,
    index_dir: str,
) -> int:
    """List names that the posts equate, with the number of posts that do and where (those with TEXT in them)."""
    from kbsearch.cli.terminal import safe

    with KnowledgeBase(index_dir, create=False, synonyms=file) as kb:
        for names, same in ((accept, True), (reject, False)):
            if names:
                kb.judge_synonyms(names, same=same)
                said, file = safe(" = ".join(names)), safe(str(kb.synonyms_file))
                if same:
                    click.echo(t("accepted: {names} (in {file})", names=said, file=file))
                else:
                    click.echo(t("rejected: {names} (in {file})", names=said, file=file))
        if accept or reject:
            return 0
        table = kb.synonyms()
    pairs = table.candidates if candidates else table.auto
    if text:
        wanted = text.casefold()
        pairs = tuple(pair for pair in pairs if wanted in f"{pair.left}\n{pair.right}".casefold())
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json([_form(pair) for pair in pairs[:limit]]))
        return 0 if pairs else 1
    for pair in pairs[:limit]:
        click.echo(f"{pair.count:5}  {safe(pair.left)} = {safe(pair.right)}")
        for source in pair.sources[:1]:
            click.echo(f"       {safe(source.post)}: {safe(source.excerpt)}")
    if len(pairs) > limit:
        click.echo(t("… and {count} more (-n)", count=len(pairs) - limit))
    return 0 if pairs else 1


def _form(pair: TablePair) -> dict[str, Any]:
    return {
        "left": pair.left,
        "right": pair.right,
        "kind": pair.kind,
        "posts": pair.count,
        "used": pair.auto,
        "sources": [{"id": source.post, "excerpt": source.excerpt} for source in pair.sources],
    }
