"""``kbsearch categories`` and ``kbsearch tags``: what there is, with counts."""

from __future__ import annotations

from collections.abc import Mapping

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.knowledge_base import KnowledgeBase

__all__ = ["categories", "tags"]


@click.command()
@json_output
@index_dir
def categories(as_json: bool, index_dir: str) -> int:
    """List categories with the number of their posts."""
    with KnowledgeBase(index_dir, create=False) as kb:
        return _print(kb.categories(), as_json=as_json)


@click.command()
@json_output
@index_dir
def tags(as_json: bool, index_dir: str) -> int:
    """List tags with the number of their posts."""
    with KnowledgeBase(index_dir, create=False) as kb:
        return _print(kb.tags(), as_json=as_json)


def _print(counts: Mapping[str, int], *, as_json: bool) -> int:
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json(dict(counts)))
    else:
        from kbsearch.cli.terminal import safe

        for name, count in counts.items():
            click.echo(f"{count:6}  {safe(name)}")
    return 0 if counts else 1
