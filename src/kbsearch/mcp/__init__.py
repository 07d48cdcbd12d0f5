"""Tools for agents, over the Model Context Protocol; needs the extra ``mcp``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbsearch.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp

    from kbsearch.knowledge_base import KnowledgeBase

__all__ = ["create_app", "serve_stdio"]

_PACKAGES = ("mcp", "mcp_types", "pydantic", "starlette", "anyio")


def serve_stdio(kb: KnowledgeBase) -> None:
    """Answer one client over standard input and output until it hangs up.

    Args:
        kb: what is searched; it stays the caller's to close. The index may be missing: then each answer says so, until
            there is one.

    Raises:
        MissingExtraError: the extra ``mcp`` is not installed.
    """
    try:
        from kbsearch.mcp.transports import run_stdio
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    run_stdio(kb)


def create_app(kb: KnowledgeBase, *, bound: str = "127.0.0.1", hosts: Sequence[str] = ()) -> ASGIApp:
    """The ASGI application that answers at ``/mcp`` (streamable HTTP); serve it with :func:`kbsearch.web.serve`.

    Args:
        kb: as for :func:`serve_stdio`.
        bound: the address it will be served at; decides which ``Host`` headers are answered.
        hosts: further names that the ``Host`` header may carry.

    Raises:
        MissingExtraError: the extra ``mcp`` is not installed.
    """
    try:
        from kbsearch.mcp.transports import build_app
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    return build_app(kb, bound=bound, hosts=hosts)


def _missing(error: ModuleNotFoundError) -> Exception:
    """The error that names the extra, if it is one of the extra's packages that is missing."""
    if (error.name or "").partition(".")[0] in _PACKAGES:
        return MissingExtraError("kbsearch mcp", "mcp")
    return error
