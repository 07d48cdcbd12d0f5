"""The web page and the JSON API; needs the extra ``web``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbsearch.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.applications import Starlette

    from kbsearch.knowledge_base import KnowledgeBase

__all__ = ["create_app", "serve"]

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


def serve(app: Starlette, host: str, port: int, *, verbose: bool = False) -> None:
    """Serve until interrupted.

    Raises:
        MissingExtraError: the extra ``web`` is not installed.
    """
    try:
        import uvicorn
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="info" if verbose else "warning",
        access_log=verbose,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )


def _missing(error: ModuleNotFoundError) -> Exception:
    """The error that names the extra, if it is one of the extra's packages that is missing."""
    if (error.name or "").partition(".")[0] in _PACKAGES:
        return MissingExtraError("the web page", "web")
    return error
