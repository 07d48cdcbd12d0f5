"""``kbsearch check``: verify an index, and rebuild what is damaged."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from kbsearch.cli.options import index_dir, json_output
from kbsearch.language import t, translate

__all__ = ["check"]


@click.command(epilog="Exit codes: 0 all is well (or was repaired), 1 something is wrong (or could not be saved).")
@click.option("--repair", is_flag=True, help="Rebuild what is damaged: read the folders again, save the other posts.")
@json_output
@index_dir
def check(repair: bool, as_json: bool, index_dir: str) -> int:
    """Verify an index: every byte, every count, and the terms of every post."""
    from kbsearch.check import check_index

    if repair:
        return _repair(Path(index_dir), as_json=as_json)
    progress = _progress if sys.stderr.isatty() and not as_json else None
    report = check_index(Path(index_dir), progress)
    if progress:
        click.echo("\r\x1b[K", nl=False, err=True)
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json(asdict(report)))
    else:
        _say(report.problems, report.notes)
        if not report.problems:
            click.echo(t("{count} posts checked: all is well", count=report.posts))
        else:
            click.echo(t("mend it with: kbsearch check --repair"))
    return 1 if report.problems else 0


def _repair(folder: Path, *, as_json: bool) -> int:
    from kbsearch.repair import repair_index

    report = repair_index(folder)
    if as_json:
        from kbsearch.json_form import to_json

        click.echo(to_json(asdict(report)))
        return 1 if report.lost else 0
    _say(report.problems, report.notes)
    if not report.rebuilt:
        click.echo(t("{count} posts checked: all is well", count=report.posts))
        return 0
    click.echo(
        t(
            "rebuilt: {count} posts, {saved} of them saved from the damaged index",
            count=report.posts,
            saved=report.carried,
        )
    )
    from kbsearch.cli.terminal import safe

    for each in report.lost:
        click.echo(t("could not be saved: {what}", what=safe(translate(each))))
    return 1 if report.lost else 0


def _say(problems: list[str], notes: list[str]) -> None:
    from kbsearch.cli.terminal import safe

    for problem in problems:
        click.echo(t("wrong: {problem}", problem=safe(translate(problem))))
    for note in notes:
        click.echo(t("note: ") + safe(translate(note)))


def _progress(done: int, total: int) -> None:
    if done % 50 == 0:
        click.echo("\r" + t("{done}/{total} posts", done=done, total=total), nl=False, err=True)
