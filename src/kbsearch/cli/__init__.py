"""The command line: one module a command, loaded only when that command runs."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

import click

from kbsearch import __version__
from kbsearch.cli.frame import Context, common_options, frame, speak
from kbsearch.errors import KbsearchError, QueryError
from kbsearch.language import language_of, t, translate

__all__ = ["cli", "main"]

# name: (module, what --help says). The modules are not imported to print the help.
COMMANDS = {
    "index": ("kbsearch.cli.index", "Index folders and files of posts, or bring the index up to date."),
    "watch": ("kbsearch.cli.watch", "Keep the index fresh while posts are written."),
    "query": ("kbsearch.cli.query", "Search, and show ranked excerpts."),
    "latest": ("kbsearch.cli.latest", "List posts, newest first."),
    "show": ("kbsearch.cli.show", "Show a whole post."),
    "related": ("kbsearch.cli.related", "List the posts most like a post."),
    "links": ("kbsearch.cli.links", "List the links from a post, to it, and the broken ones."),
    "lint": ("kbsearch.cli.lint", "Find bad dates, tags, links, duplicates and orphans in the posts."),
    "stats": ("kbsearch.cli.stats", "Count posts by category and month, and what is in them."),
    "categories": ("kbsearch.cli.facets", "List categories with the number of their posts."),
    "tags": ("kbsearch.cli.facets", "List tags with the number of their posts."),
    "synonyms": ("kbsearch.cli.synonyms", "List the names that posts equate; accept or reject pairs."),
    "terms": ("kbsearch.cli.terms", "Propose words for a dictionary of your own."),
    "serve": ("kbsearch.cli.serve", "Serve a web page to search and read, and a JSON API."),
    "mcp": ("kbsearch.cli.mcp", "Serve the index to agents (Model Context Protocol)."),
    "eval": ("kbsearch.cli.eval", "Measure the ranking on judged queries."),
    "check": ("kbsearch.cli.check", "Verify the index, and rebuild what is damaged."),
    "config": ("kbsearch.cli.config", "Show the settings in effect and where each comes from."),
    "status": ("kbsearch.cli.status", "Say what the index holds and whether it is fresh."),
    "completion": ("kbsearch.cli.completion", "Print a script that completes kbsearch's commands in your shell."),
}


class _LazyGroup(click.Group):
    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return frame(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(t("Commands")):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=_LazyGroup,
    params=common_options(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with:  kbsearch index FOLDER,  then:  kbsearch query '扩散模型'",
)
@click.version_option(__version__, message="kbsearch %(version)s")
def cli() -> None:
    """Full-text search for technical notes in Chinese and English."""


def main() -> None:
    """Entry point: runs a command; every error of ours ends as one clear message, never a traceback.

    Exit codes: 0 found or done, 1 nothing found, 2 bad usage, bad query or unusable index, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    speak(language_of(os.environ)[0])
    if "_KBSEARCH_COMPLETE" in os.environ:  # a shell asks for proposals: our own form of them must be known to click
        import_module("kbsearch.cli.completion")
    try:
        code = cli.main(prog_name="kbsearch", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except KbsearchError as error:
        _say(f"kbsearch: {translate(error.message)}")
        if isinstance(error, QueryError) and error.hint:
            _say(f"  {t('hint: ')}{translate(error.hint)}")
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo(t("interrupted"), err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: not an error, and Python would complain at exit
        sys.exit(0)
    gc.freeze()  # the process ends: its objects need no last look, which would take a tenth of a query's time
    sys.exit(code if isinstance(code, int) else 0)


def _say(line: str) -> None:
    """Print to standard error; file names in messages may hold anything."""
    from kbsearch.cli.terminal import safe

    click.echo(safe(line), err=True)
