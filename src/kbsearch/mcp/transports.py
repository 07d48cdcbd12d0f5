"""The two ways a client reaches the server: standard input and output, and streamable HTTP."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp

from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.mcp.server import build_server
from kbsearch.web.security import Guard, allowed_hosts, content_policy

__all__ = ["build_app", "run_stdio"]

_MAX_BODY = 1_000_000  # bytes of a request


def run_stdio(kb: KnowledgeBase) -> None:
    """Serve until standard input ends; see :func:`kbsearch.mcp.serve_stdio`."""
    server = build_server(kb)

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)


def build_app(kb: KnowledgeBase, *, bound: str, hosts: Sequence[str]) -> ASGIApp:
    """The application; see :func:`kbsearch.mcp.create_app`.

    No session is kept between requests: every call stands for itself.
    """
    app = build_server(kb).streamable_http_app(
        json_response=True,
        stateless_http=True,
        max_request_body_size=_MAX_BODY,
        # Guard checks Host and Origin, and knows more names.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Guard(app, allowed_hosts(bound, hosts), content_policy(), methods=("POST",))
