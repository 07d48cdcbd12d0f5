"""Output that is longer than the screen goes through a pager, as git's does."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from kbsearch.cli.hyperlinks import without_hyperlinks
from kbsearch.cli.terminal import columns

__all__ = ["echo_page", "pager_command", "pager_option", "rows"]

F = TypeVar("F", bound=Callable[..., Any])
_META = "kbsearch.pager"
_DEFAULT = "less"
_LESS = "FRX"  # leave at once if all fits, show colours, keep what was shown: git's choice
_COLOUR = "\x1b\\[[0-9;]*m"


def pager_option(command: F) -> F:
    """``--no-pager``: never page; :func:`echo_page` heeds it."""

    def keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        ctx.meta[_META] = value

    return click.option(
        "--pager/--no-pager",
        default=True,
        expose_value=False,
        callback=keep,
        help="Page what is longer than the screen (with $PAGER), or never.",
    )(command)


def echo_page(text: str) -> None:
    """Print a page of finished text; on a terminal through the pager if it is longer than the screen."""
    context = click.get_current_context(silent=True)
    command = pager_command(os.environ) if context is None or context.meta.get(_META, True) else []
    size = shutil.get_terminal_size()
    fits = not command or not sys.stdout.isatty() or rows(text, size.columns) < size.lines
    if fits or not _page(command, text):
        click.echo(text, color=True)


def rows(text: str, width: int) -> int:
    """How many rows of a terminal the text takes; long lines go on in the next row."""
    lines = re.sub(_COLOUR, "", without_hyperlinks(text)).split("\n")
    return sum(max(1, -(-columns(line) // max(width, 1))) for line in lines)


def pager_command(environment: Mapping[str, str]) -> list[str]:
    """The pager as an argument list: ``PAGER``, else less; empty if there is to be none."""
    import shlex

    if environment.get("TERM") == "dumb":
        return []
    try:
        command = shlex.split(environment.get("PAGER", _DEFAULT))
    except ValueError:  # a quotation mark is not closed
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


def _page(command: list[str], text: str) -> bool:
    """Show the text in a pager; false if it could not be started."""
    import subprocess

    environment = {"LESSCHARSET": "utf-8", **os.environ}
    is_less = os.path.basename(command[0]) in ("less", "less.exe")
    if is_less:
        options = environment.get("LESS", _LESS)
        environment["LESS"] = options if "r" in options.lower() else f"{options} -R"
    else:
        text = without_hyperlinks(text)  # others show the sequences as text
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, encoding="utf-8", errors="replace")
    except OSError:
        return False
    try:
        with process:
            process.communicate(text + "\n")
    except KeyboardInterrupt:  # the pager has it too and knows what to do with it
        process.wait()
    return True
