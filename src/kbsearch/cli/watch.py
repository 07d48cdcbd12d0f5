"""``kbsearch watch``: keep the index fresh while posts are written."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import AbstractContextManager
from functools import partial

import click

from kbsearch.cli.index import Progress, print_notes
from kbsearch.cli.options import index_dir, json_output, what_to_index
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, translate
from kbsearch.watching import WATCHER_WAIT, WatchUpdate, watch_in_background
from kbsearch.watching import watch as keep_fresh

__all__ = ["watch", "watching"]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), envvar="KBSEARCH_PATHS")
@what_to_index
@click.option(
    "--poll",
    type=click.FloatRange(0.1, 86_400),
    metavar="SECONDS",
    help="Look every so often instead of waiting for the system's events, which network folders may not give.",
)
@json_output
@index_dir
def watch(
    paths: tuple[str, ...],
    exclude: tuple[str, ...],
    drafts: bool,
    max_size: int,
    workers: int | None,
    poll: float | None,
    as_json: bool,
    index_dir: str,
) -> int:
    """Index the folders PATHS, then bring the index up to date whenever something in them changes.

    A save can be searched within a second. Without PATHS, the folders indexed before are watched. One line tells of
    each update; with --json, one JSON object.
    """
    from kbsearch.cli.terminal import safe

    progress = None if as_json or not sys.stderr.isatty() else Progress()
    begun = False

    def tell(update: WatchUpdate) -> None:
        nonlocal begun
        if progress is not None:
            progress.close()
        if as_json:
            _print_json(update)
            return
        first = update.report is not None and not begun
        if first:
            begun = True
            shown = safe(", ".join(paths)) or t("the folders indexed before")
            click.echo(
                t("kbsearch: watching {folders} for {index}  (Ctrl+C ends it)", folders=shown, index=safe(index_dir))
            )
        _print(update, counts=first)

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl+C does
    with KnowledgeBase(index_dir, wait=WATCHER_WAIT) as kb:
        try:
            keep_fresh(
                kb,
                paths,
                stop=threading.Event(),
                on_update=tell,
                exclude=exclude,
                drafts=drafts,
                max_bytes=max_size,
                workers=workers,
                progress=progress,
                poll=poll,
            )
        except KeyboardInterrupt:
            if not as_json:
                click.echo(t("kbsearch: no longer watching"))
    return 0


def watching(index_dir: str) -> AbstractContextManager[None]:
    """Keep an index fresh while the body serves it; updates are told on standard error.

    Raises:
        MissingExtraError: the extra ``watch`` is not installed.
        IndexUnusableError: there is no index that can be read.
        InputError: the index was made from no folder.
    """
    return watch_in_background(index_dir, partial(_print, err=True))


def _print(update: WatchUpdate, *, counts: bool = False, err: bool = False) -> None:
    """One line for an update that changed something, or with ``counts`` for any; its notes on standard error.

    ``err``: the line goes there too.
    """
    from kbsearch.cli.terminal import safe

    time, report = f"{update.at:%H:%M:%S}", update.report
    if report is None:
        click.echo(f"{time}  {safe(translate(update.trouble))}", err=True)
        return
    if counts or update.changed:
        line = t(
            "{time}  {added} added, {updated} updated, {removed} removed in {seconds:.2f} s; {posts} posts",
            time=time,
            added=report.added,
            updated=report.updated,
            removed=report.removed,
            seconds=report.seconds,
            posts=report.posts,
        )
        click.echo(line, err=err)
    print_notes(report)


def _print_json(update: WatchUpdate) -> None:
    from kbsearch.json_form import SCHEMA_VERSION, report_json, to_json

    form = {"schema_version": SCHEMA_VERSION, "at": update.at.astimezone().isoformat(timespec="milliseconds")}
    told = {"trouble": update.trouble} if update.report is None else report_json(update.report)
    click.echo(to_json(form | told, indent=None))
