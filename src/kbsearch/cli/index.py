"""``kbsearch index``: index folders and files, or bring the index up to date."""

from __future__ import annotations

import sys

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.knowledge_base import DEFAULT_MAX_BYTES, KnowledgeBase
from kbsearch.model import IndexReport

__all__ = ["index"]

_SHOWN = 20  # skipped files and warnings printed before the rest is only counted


@click.command(epilog="Example:  kbsearch index notes/ blog/source/_posts --exclude 'archive/'")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out what matches (as in .gitignore; repeat).")
@click.option("--drafts", is_flag=True, help="Index posts marked as drafts too.")
@click.option(
    "--max-size",
    type=click.IntRange(min=1),
    default=DEFAULT_MAX_BYTES,
    show_default=True,
    metavar="BYTES",
    help="Skip larger files.",
)
@click.option("--engine", metavar="NAME", help="Keep the index with this engine: whoosh (default) or tantivy.")
@click.option("--rebuild", is_flag=True, help="Read everything again and build the index anew, then swap it in.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes to use [default: one a core].")
@click.option("--user-dict", type=click.Path(), help="Words of your own, in jieba's format (remembered).")
@click.option(
    "--wait", type=click.FloatRange(min=0), default=10.0, show_default=True, help="Seconds to wait for another writer."
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

    Only what changed since the last time is read again. Without PATHS, the folders indexed before are brought up to
    date.
    """
    progress = None if quiet or as_json or not sys.stderr.isatty() else _Progress()
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


class _Progress:
    """A bar on standard error: files done of files to read."""

    def __init__(self) -> None:
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        filled = 30 * done // max(total, 1)
        bar = "█" * filled + "░" * (30 - filled)
        click.echo(f"\r{bar} {done}/{total} files", nl=False, err=True)
        self._drawn = True

    def close(self) -> None:
        if self._drawn:
            click.echo("\r\x1b[K", nl=False, err=True)


def _print(report: IndexReport, index_dir: str) -> None:
    from kbsearch.cli.terminal import safe

    speed = f", {report.bytes_read / 1e6 / report.seconds:.1f} MB/s" if report.bytes_read > 1e6 else ""
    click.echo(
        f"{report.added} added, {report.updated} updated, {report.removed} removed, {report.unchanged} unchanged, "
        f"{len(report.skipped)} skipped in {report.seconds:.2f} s{speed}; {report.posts} posts in {index_dir}"
    )
    for skipped in report.skipped[:_SHOWN]:
        click.echo(f"  skipped {safe(skipped.path)}: {safe(skipped.reason)}", err=True)
    for warning in report.warnings[:_SHOWN]:
        click.echo(f"  warning: {safe(warning)}", err=True)
    rest = max(len(report.skipped) - _SHOWN, 0) + max(len(report.warnings) - _SHOWN, 0)
    if rest:
        click.echo(f"  … and {rest} more; --json lists them all", err=True)
