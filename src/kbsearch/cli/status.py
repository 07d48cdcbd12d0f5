"""``kbsearch status``: what the index holds and whether it is fresh."""

from __future__ import annotations

from dataclasses import asdict

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.knowledge_base import KnowledgeBase

__all__ = ["status"]


@click.command()
@json_output
@index_dir
def status(as_json: bool, index_dir: str) -> int:
    """Say what the index holds, what made it, and what has changed on disk since."""
    with KnowledgeBase(index_dir, create=False) as kb:
        found = kb.status()
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json(asdict(found)))
        return 0
    from kbsearch.cli.terminal import safe

    rows = [
        ("posts", f"{found.posts:,}"),
        ("terms", f"{found.terms:,}"),
        ("size", f"{found.bytes / 1e6:,.1f} MB"),
        ("engine", found.engine),
        ("updated", found.updated or "never"),
        ("folders", ", ".join(safe(root) for root in found.roots) or "none"),
    ]
    for label, value in rows:
        click.echo(f"{label:8}  {value}")
    if found.stale:
        click.echo(f"{'stale':8}  {'; '.join(safe(part) for part in found.stale)}; run: kbsearch index")
    else:
        click.echo(f"{'stale':8}  nothing: the index is fresh")
    return 0
