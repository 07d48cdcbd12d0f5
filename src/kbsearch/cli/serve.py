"""``kbsearch serve``: a page to search and read posts in a browser, and a JSON API."""

from __future__ import annotations

import click

from kbsearch.cli.options import index_dir
from kbsearch.knowledge_base import KnowledgeBase

__all__ = ["serve"]


@click.command(epilog="Example:  kbsearch serve --port 8080    then open http://127.0.0.1:8080/")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 takes any free one.")
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="NAME", help="Also answer to this host name (repeatable)."
)
@click.option("--remote-images", is_flag=True, help="Let posts show images from other sites.")
@click.option("--verbose", is_flag=True, help="Log requests.")
@index_dir
def serve(host: str, port: int, hosts: tuple[str, ...], remote_images: bool, verbose: bool, index_dir: str) -> None:
    """Serve the index as a web page, on this machine only unless --host says otherwise.

    Whoever can reach the address can read every indexed post: there is no login.
    """
    from kbsearch.web import create_app, listen, serve

    with KnowledgeBase(index_dir, create=False) as kb:
        app = create_app(kb, bound=host, hosts=hosts, remote_images=remote_images)
        with listen(host, port) as socket:
            shown = f"[{host}]" if ":" in host else host
            click.echo(f"kbsearch: serving {index_dir} at http://{shown}:{socket.getsockname()[1]}/  (Ctrl+C ends it)")
            serve(app, socket, verbose=verbose)
