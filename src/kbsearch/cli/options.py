"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["index_dir", "json_output", "paging"]

F = TypeVar("F", bound=Callable[..., Any])


def index_dir(command: F) -> F:
    """``--index-dir``: where the index lies."""
    return click.option(
        "--index-dir",
        type=click.Path(),
        default="index",
        envvar="KBSEARCH_INDEX",
        show_default=True,
        show_envvar=True,
        help="Folder of the index.",
    )(command)


def json_output(command: F) -> F:
    """``--json``: one JSON document instead of text."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def paging(command: F) -> F:
    """``-n/--limit`` and ``--page``."""
    limit = click.option(
        "-n", "--limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="How many."
    )
    page = click.option("--page", type=click.IntRange(1, 1_000_000), default=1, show_default=True, help="Which page.")
    return limit(page(command))
