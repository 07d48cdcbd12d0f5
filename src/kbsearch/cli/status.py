"""``kbsearch status``: what the index holds and whether it is fresh."""

from __future__ import annotations

from dataclasses import asdict

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, translate

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
    from kbsearch.cli.terminal import padded, safe

    stale = "; ".join(safe(translate(part)) for part in found.stale)
    rows = [
        (t("posts"), f"{found.posts:,}"),
        (t("terms"), f"{found.terms:,}"),
        (t("size"), f"{found.bytes / 1e6:,.1f} MB"),
        (t("engine"), _engine(found.engine)),
        (t("updated"), found.updated or t("never")),
        (t("folders"), ", ".join(safe(root) for root in found.roots) or t("none")),
        (t("stale"), t("{parts}; run: kbsearch index", parts=stale) if stale else t("nothing: the index is fresh")),
    ]
    for label, value in rows:
        click.echo(f"{padded(label, 8)}  {value}")
    return 0


def _engine(name: str) -> str:
    """The engine, and what it suits."""
    from kbsearch.engines import SUITS, better_engine

    most = SUITS.get(name)
    if most is None:
        return name
    other = better_engine(name, most + 1)
    if not other:
        return t("{engine} (suits up to about {most:,} posts)", engine=name, most=most)
    return t("{engine} (suits up to about {most:,} posts; {other} suits more)", engine=name, most=most, other=other)
