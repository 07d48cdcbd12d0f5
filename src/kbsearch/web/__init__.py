"""The web page and the JSON API; needs the extra ``web``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbsearch.errors import InputError, MissingExtraError
from kbsearch.language import message

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from kbsearch.knowledge_base import KnowledgeBase

__all__ = ["create_app", "listen", "serve"]

_PACKAGES = ("starlette", "uvicorn", "jinja2", "nh3", "latex2mathml", "pygments", "anyio")


def create_app(
    kb: KnowledgeBase, *, bound: str = "127.0.0.1", hosts: Sequence[str] = (), remote_images: bool = False
) -> Starlette:
    """The ASGI application over a knowledge base, which stays the caller's to close.

    Args:
        kb: what is searched; one object serves all requests.
        bound: the address it will be served at; decides which ``Host`` headers are answered.
        hosts: further names that the ``Host`` header may carry.
        remote_images: let posts show images from other sites.

    Raises:
        MissingExtraError: the extra ``web`` is not installed.
    """
    try:
        from kbsearch.web.app import build_app
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    return build_app(kb, bound=bound, hosts=hosts, remote_images=remote_images)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at an address; port 0 takes any free one.

    Raises:
        InputError: the address is taken, or none of this machine's.
    """
    import socket

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise InputError(
            f"{host} port {port}: cannot listen there ({error.strerror or error}); choose another with --port or --host"
        ) from error


def serve(app: ASGIApp, socket: socket.socket, *, verbose: bool = False) -> None:
    """Serve until interrupted.

    Raises:
        MissingExtraError: the extra ``web`` is not installed.
    """
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    config = uvicorn.Config(
        app,
        log_level="info" if verbose else "warning",
        access_log=verbose,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=[socket])


def _missing(error: ModuleNotFoundError) -> Exception:
    """The error that names the extra, if it is one of the extra's packages that is missing."""
    if (error.name or "").partition(".")[0] in _PACKAGES:
        return MissingExtraError(message("the web page"), "web")
    return error
