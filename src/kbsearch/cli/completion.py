"""``kbsearch completion``: the script that teaches a shell to complete kbsearch's commands, made by click."""

from __future__ import annotations

import os
import shlex

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, get_completion_class

__all__ = ["VARIABLE", "completion"]

VARIABLE = "_KBSEARCH_COMPLETE"  # the script sets it when it asks kbsearch for proposals
_SHELLS = ("bash", "zsh", "fish")
_NEEDS_ESCAPE = frozenset(" \t\"'`$&|;<>()*?[]{}!#~\\")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> int:
    """Print a script that completes commands, options, categories, tags and ids of posts in your shell."""
    from kbsearch.cli import cli

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(cli, {}, "kbsearch", VARIABLE).source())
    return 0


class _Bash(BashComplete):
    """click's bash completion, with values escaped: unlike zsh and fish, bash puts them on the line as they are."""

    name = "bash"

    def format_completion(self, item: CompletionItem) -> str:
        """One proposal in the form that the script reads, whose ``read`` takes one level of backslashes away."""
        value = str(item.value)
        if item.type == "plain" and not _in_quotes(os.environ.get("COMP_WORDS", "")):
            value = "".join("\\" + char if char in _NEEDS_ESCAPE else char for char in value)
        return f"{item.type}," + value.replace("\\", "\\\\")


def _in_quotes(line: str) -> bool:
    """Whether a quotation mark is open at the end of a line."""
    try:
        shlex.split(line)
    except ValueError:
        return True
    return False


add_completion_class(_Bash)
