"""Write docs/cli.md, the reference of the command line, from what the program says of itself.

Run ``python scripts/make_cli_reference.py`` after changing a command; a test holds the page against the program.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from kbsearch.cli import COMMANDS, cli
from kbsearch.cli.examples import EXAMPLES

PAGE = Path(__file__).resolve().parent.parent / "docs/cli.md"
_COMMON = ("--config", "--lang", "--help")  # what every command has
_RANGE_TYPE = re.compile(r"\b(?:INTEGER|FLOAT)(?: RANGE)?\b")
_WIDTH = 1000  # columns: lines are not to be broken here

_HEAD = """\
# Command line

This page is made by `scripts/make_cli_reference.py` from what `kbsearch COMMAND --help` says.

    kbsearch COMMAND [OPTIONS] …

{commands}

## For every command

{common}

Flags win over environment variables, and these over [`kbsearch.toml`](configuration.md).

| exit code | meaning |
| --- | --- |
| 0 | found, or done |
| 1 | nothing found, or something is wrong with what was examined |
| 2 | bad usage, a query that cannot be understood, an index that cannot be used |
| 130 | interrupted |

Output is plain where it is not a terminal, or where `NO_COLOR` is set; `FORCE_COLOR` colours it all the same.

| environment variable | the same as |
| --- | --- |
{environment}
"""


def reference() -> str:
    """The page."""
    names = cli.context_settings["help_option_names"]
    context = click.Context(
        cli, info_name="kbsearch", max_content_width=_WIDTH, terminal_width=_WIDTH, help_option_names=names
    )
    commands = dict(_commands(context))
    head = _HEAD.format(
        commands=_table(("command", ""), [(f"[`{name}`](#{name})", text) for name, (_, text) in COMMANDS.items()]),
        common=_options(next(iter(commands.values())), context, common=True),
        environment="\n".join(_environment(commands)),
    )
    return "\n".join([head, *(_section(name, command, context) for name, command in commands.items())])


def _commands(context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """All commands by name, those of a command's own following it."""
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"{name} {inner}", found


def _section(name: str, command: click.Command, parent: click.Context) -> str:
    context = click.Context(command, parent, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH)
    usage = " ".join(["kbsearch", name, *command.collect_usage_pieces(context)])
    parts = [f"## {name}", f"    {usage}", *_paragraphs(command.help or ""), _options(command, context)]
    parts += [each for each in _paragraphs(command.epilog or "") if not each.lstrip().startswith("Examples:")]
    parts.append(_examples(name))
    return "\n\n".join(part for part in parts if part) + "\n"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):  # click's mark of lines to be left as they are
            yield "\n".join(f"    {line}" for line in paragraph.split("\n")[1:])
        else:
            yield _plain(" ".join(paragraph.split()))


def _examples(name: str) -> str:
    lines = [line for use, said in EXAMPLES.get(name, ()) for line in (f"# {said}", use)]
    return "\n".join(["```sh", *lines, "```"]) if lines else ""


def _options(command: click.Command, context: click.Context, *, common: bool = False) -> str:
    rows = []
    for option in command.get_params(context):
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record and (option.opts[-1] in _COMMON) == common:
            rows.append((f"`{_RANGE_TYPE.sub('N', record[0])}`", _meaning(record[1])))
    return _table(("option", ""), rows) if rows else ""


def _meaning(text: str) -> str:
    """An option's help; what click appends to it in brackets in words of ours."""
    text, bracket, rest = text.partition("  [")
    facts = []
    for fact in rest.rstrip("]").split("; ") if bracket else ():
        name, colon, value = fact.partition(": ")
        if name == "env var":
            facts.append(f"`{value}`")
        elif colon:
            facts.append(f"{name} `{value}`")
        else:
            facts.append(re.sub(r"(.+)<=x<=(.+)", r"\1 to \2", fact).replace("x>=", "at least "))
    return " — ".join([_plain(text), *([", ".join(facts)] if facts else [])])


def _environment(commands: dict[str, click.Command]) -> Iterator[str]:
    found: dict[str, str] = {}
    for command in commands.values():
        for option in command.params:
            if isinstance(option.envvar, str):
                argument = isinstance(option, click.Argument)
                found.setdefault(option.envvar, option.human_readable_name if argument else max(option.opts, key=len))
    for variable, same in sorted(found.items()):
        yield f"| `{variable}` | `{same}` |"


def _table(head: tuple[str, ...], rows: list[tuple[str, str]]) -> str:
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "| --- | --- |", *(f"| {line} |" for line in lines)])


def _plain(text: str) -> str:
    """Text in which no character is taken for Markdown."""
    return re.sub(r"([*_<>\[\]`])", r"\\\1", text)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
