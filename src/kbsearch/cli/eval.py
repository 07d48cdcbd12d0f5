"""``kbsearch eval``: how good the ranking is on judged queries."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.language import t

__all__ = ["eval"]


@click.command()
@click.option("--judged", multiple=True, type=click.Path(), help="Folder of a judged collection, or of several.")
@click.option("--own", is_flag=True, help="Make queries of the index's own titles and headings.")
@click.option("--engine", help="Engine to measure [default: whoosh].")
@json_output
@index_dir
def eval(judged: tuple[str, ...], own: bool, engine: str | None, as_json: bool, index_dir: str) -> int:
    """Print nDCG@10, MRR@10 and Recall@100 (at least one of --judged and --own)."""
    from kbsearch.evaluation import Scores, evaluate, own_collection, read_collection
    from kbsearch.knowledge_base import KnowledgeBase

    if not judged and not own:
        raise click.UsageError(t("say what to measure: --judged FOLDER or --own"))
    collections = [read_collection(folder) for name in judged for folder in _folders(Path(name))]
    if own:
        with KnowledgeBase(index_dir, create=False) as kb:
            sections = {stored.post.id: stored for stored in kb.posts()}
            collections.append(
                own_collection(
                    (stored.post for stored in sections.values()),
                    lambda post: [s.title for s in sections[post.id].document.sections if s.title],
                )
            )
    rows: list[Scores] = []
    for collection in collections:
        rows.append(evaluate(collection, engine))
        if not as_json:
            _print(rows[-1], head=len(rows) == 1)
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json([asdict(row) for row in rows]))
    return 0


def _folders(path: Path) -> list[Path]:
    if (path / "qrels.tsv").exists() or not path.is_dir():
        return [path]
    inner = sorted(each.parent for each in path.glob("*/qrels.tsv"))
    return inner or [path]


def _print(row: object, *, head: bool) -> None:
    from kbsearch.cli.terminal import columns, padded, truncate
    from kbsearch.evaluation import Scores

    assert isinstance(row, Scores)
    if head:
        queries = t("queries")
        gap = " " * (7 - columns(queries))
        click.echo(f"{padded(t('collection'), 24)} {gap}{queries} {'nDCG@10':>8} {'MRR@10':>7} {'R@100':>6}")
    name = padded(truncate(row.name, 24), 24)
    click.echo(f"{name} {row.queries:7} {row.ndcg_10:8.4f} {row.mrr_10:7.4f} {row.recall_100:6.4f}")
