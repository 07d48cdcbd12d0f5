"""``kbsearch index``: index folders and files, or bring the index up to date."""

from __future__ import annotations

import sys

import click

from kbsearch.cli.options import cluster_size, index_dir, json_output, what_to_index
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, translate
from kbsearch.model import IndexReport

__all__ = ["Progress", "index", "print_notes"]

_SHOWN = 20  # skipped files and warnings printed before the rest is only counted


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), envvar="KBSEARCH_PATHS")
@what_to_index
@click.option(
    "--engine",
    metavar="NAME",
    envvar="KBSEARCH_ENGINE",
    show_envvar=True,
    help="Keep the index with this engine: whoosh (default), tantivy, or opensearch (see --url and --name).",
)
@cluster_size
@click.option("--rebuild", is_flag=True, help="Read everything again and build the index anew, then swap it in.")
@click.option(
    "--user-dict",
    type=click.Path(),
    envvar="KBSEARCH_DICTIONARY",
    show_envvar=True,
    help="Words of your own, in jieba's format (remembered).",
)
@click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    default=10.0,
    envvar="KBSEARCH_WAIT",
    show_default=True,
    show_envvar=True,
    help="Seconds to wait for another writer.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@json_output
@index_dir
def index(
    paths: tuple[str, ...],
    exclude: tuple[str, ...],
    drafts: bool,
    max_size: int,
    engine: str | None,
    rebuild: bool,
    workers: int | None,
    user_dict: str | None,
    wait: float,
    quiet: bool,
    as_json: bool,
    index_dir: str,
) -> int:
    """Index the posts under PATHS: .md, .markdown, .txt and .jsonl; "-" reads JSON Lines from standard input.

    Only what changed since the last time is read again. Without PATHS, those of kbsearch.toml are indexed, or the
    folders indexed before are brought up to date.
    """
    progress = None if quiet or as_json or not sys.stderr.isatty() else Progress()
    with KnowledgeBase(index_dir, engine=engine, user_dictionary=user_dict, wait=wait) as kb:
        try:
            report = kb.index(
                *paths,
                exclude=exclude,
                drafts=drafts,
                max_bytes=max_size,
                rebuild=rebuild,
                workers=workers,
                progress=progress,
            )
        finally:
            if progress:
                progress.close()
    if as_json:
        from kbsearch.json_form import report_json, to_json

        click.echo(to_json(report_json(report)))
    elif not quiet:
        _print(report, index_dir)
    return 0


class Progress:
    """A bar on standard error: files done of files to read."""

    def __init__(self) -> None:
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        """Draw it."""
        filled = 30 * done // max(total, 1)
        bar = "█" * filled + "░" * (30 - filled)
        click.echo("\r" + t("{bar} {done}/{total} files", bar=bar, done=done, total=total), nl=False, err=True)
        self._drawn = True

    def close(self) -> None:
        """Take it away."""
        if self._drawn:
            click.echo("\r\x1b[K", nl=False, err=True)


def _print(report: IndexReport, index_dir: str) -> None:
    from kbsearch.cli.terminal import safe

    speed = f" ({report.bytes_read / 1e6 / report.seconds:.1f} MB/s)" if report.bytes_read > 1e6 else ""
    click.echo(
        t(
            "{added} added, {updated} updated, {removed} removed, {unchanged} unchanged, {skipped} skipped "
            "in {seconds:.2f} s{speed}; {posts} posts in {index}",
            added=report.added,
            updated=report.updated,
            removed=report.removed,
            unchanged=report.unchanged,
            skipped=len(report.skipped),
            seconds=report.seconds,
            speed=speed,
            posts=report.posts,
            index=safe(index_dir),
        )
    )
    print_notes(report)


def print_notes(report: IndexReport) -> None:
    """Say on standard error which files were left out and what was odd, the first of each."""
    from kbsearch.cli.terminal import safe

    for skipped in report.skipped[:_SHOWN]:
        reason = safe(translate(skipped.reason))
        click.echo("  " + t("skipped {path}: {reason}", path=safe(skipped.path), reason=reason), err=True)
    for warning in report.warnings[:_SHOWN]:
        click.echo("  " + t("warning: {warning}", warning=safe(translate(warning))), err=True)
    rest = max(len(report.skipped) - _SHOWN, 0) + max(len(report.warnings) - _SHOWN, 0)
    if rest:
        click.echo("  " + t("… and {count} more; --json lists them all", count=rest), err=True)
