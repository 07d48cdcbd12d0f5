"""``kbsearch mcp``: tools to search and read posts, for agents."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import nullcontext

import click

from kbsearch.cli.options import index_dir, synonyms_file
from kbsearch.errors import KbsearchError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t, translate

__all__ = ["mcp"]


@click.command()
@click.option("--http", is_flag=True, help="Serve streamable HTTP at /mcp instead of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --http: address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8001, show_default=True, help="With --http; 0 takes any free one."
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="With --http: also answer to this host name (repeatable).",
)
@click.option("--watch", is_flag=True, help="Keep the index fresh while serving, as kbsearch watch does.")
@synonyms_file
@index_dir
def mcp(
    http: bool, host: str, port: int, hosts: tuple[str, ...], watch: bool, synonyms: str | None, index_dir: str
) -> None:
    """Serve the index to agents over the Model Context Protocol: search, fetch, list, outline, related, status.

    The tools only read, and give nothing but what is indexed. There is no login: whoever can reach the address that
    --http listens on can read every indexed post.
    """
    from kbsearch.cli.watch import watching

    # A client starts it somewhere: whole paths make errors understood. An index that is made later is found then.
    with KnowledgeBase(os.path.abspath(index_dir), synonyms=synonyms) as kb:
        _warn_if_unusable(kb)
        with watching(index_dir) if watch else nullcontext():
            if http:
                _serve_http(kb, host, port, hosts)
            else:
                _serve_stdio(kb)


def _serve_stdio(kb: KnowledgeBase) -> None:
    from kbsearch.mcp import serve_stdio

    if sys.stdin.isatty():
        said = t("kbsearch: this waits for a client; docs/mcp.md shows how to set one up  (Ctrl+C ends it)")
        click.echo(said, err=True)
    # The thread that waits for input cannot be woken to end in order; an interrupted reader loses nothing.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    serve_stdio(kb)


def _serve_http(kb: KnowledgeBase, host: str, port: int, hosts: tuple[str, ...]) -> None:
    from kbsearch.mcp import create_app
    from kbsearch.web import listen, serve

    app = create_app(kb, bound=host, hosts=hosts)
    with listen(host, port) as socket:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{socket.getsockname()[1]}/mcp"
        click.echo(t("kbsearch: serving {index} at {address}  (Ctrl+C ends it)", index=kb.folder, address=address))
        serve(app, socket)


def _warn_if_unusable(kb: KnowledgeBase) -> None:
    from kbsearch.cli.terminal import safe

    try:
        kb.roots()
    except KbsearchError as error:
        click.echo(f"kbsearch: {safe(translate(error.message))}", err=True)
