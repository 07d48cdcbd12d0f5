"""``kbsearch serve``: a page to search and read posts in a browser, and a JSON API."""

from __future__ import annotations

from contextlib import nullcontext

import click

from kbsearch.cli.options import index_dir, synonyms_file
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import t

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    envvar="KBSEARCH_PORT",
    show_default=True,
    show_envvar=True,
    help="0 takes any free one.",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="Also answer to this host name (repeatable)."
)
@click.option("--remote-images", is_flag=True, help="Let posts show images from other sites.")
@click.option("--watch", is_flag=True, help="Keep the index fresh while serving, as kbsearch watch does.")
@click.option("--verbose", is_flag=True, help="Log requests.")
@synonyms_file
@index_dir
def serve(
    host: str,
    port: int,
    hosts: tuple[str, ...],
    remote_images: bool,
    watch: bool,
    verbose: bool,
    synonyms: str | None,
    index_dir: str,
) -> None:
    """Serve the index as a web page, on this machine only unless --host says otherwise.

    Whoever can reach the address can read every indexed post: there is no login.
    """
    from kbsearch.cli.watch import watching
    from kbsearch.web import create_app, listen, serve

    with KnowledgeBase(index_dir, create=False, synonyms=synonyms) as kb:
        app = create_app(kb, bound=host, hosts=hosts, remote_images=remote_images)
        with listen(host, port) as socket, watching(index_dir) if watch else nullcontext():
            shown = f"[{host}]" if ":" in host else host
            address = f"http://{shown}:{socket.getsockname()[1]}/"
            click.echo(t("kbsearch: serving {index} at {address}  (Ctrl+C ends it)", index=index_dir, address=address))
            serve(app, socket, verbose=verbose)
