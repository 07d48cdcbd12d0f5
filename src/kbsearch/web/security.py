"""What every request must satisfy and every answer carries.

Requests: only the methods that are served; a ``Host`` that is ours, so that a foreign name made to point here (DNS
rebinding) gets nothing; no ``Origin`` but our own, and nothing fetched by another site's page except by following a
link.
Answers: a Content-Security-Policy that lets nothing run or load but our own files, and the headers that go with it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "allowed_hosts", "content_policy"]

_NAMES = ("localhost", "127.0.0.1", "::1")
_ANY = ("0.0.0.0", "::", "")

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def content_policy(*, remote_images: bool = False) -> str:
    """The Content-Security-Policy of pages."""
    images = "'self' https: http:" if remote_images else "'self'"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def allowed_hosts(bound: str, extra: Sequence[str] = ()) -> frozenset[str]:
    """Names that ``Host`` may carry; ``*ip`` stands for any literal address, if we listen on all of them."""
    names = {*_NAMES, *(name.strip("[]").lower() for name in extra)}
    if bound in _ANY:
        names.add("*ip")  # a literal address cannot be rebound: only names can
    else:
        names.add(bound.strip("[]").lower())
    return frozenset(names)


class Guard:
    """ASGI middleware around the whole application.

    Args:
        app: the application.
        hosts: from :func:`allowed_hosts`.
        policy: the Content-Security-Policy of answers that have none of their own.
        methods: the HTTP methods that are served.
    """

    def __init__(
        self, app: ASGIApp, hosts: frozenset[str], policy: str, methods: Sequence[str] = ("GET", "HEAD")
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._policy = policy
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return  # no WebSockets here

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("content-security-policy", self._policy)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        else:
            await refusal(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if not self._is_ours(headers.get("host", "")):
            return _refuse(421, "this name is not served here; start the server with --allow-host NAME to allow it")
        if scope["method"] not in self._methods:
            allowed = ", ".join(self._methods)
            return _refuse(405, f"only {allowed}: nothing can be changed here", {"allow": allowed})
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"{scope['scheme']}://{headers.get('host', '').lower()}":
            return _refuse(403, "requests from other sites' pages are refused")
        # Another site's page may link here, but not fetch or embed anything.
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
            return _refuse(403, "requests from other sites' pages are refused")
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.lower()
        if name.startswith("["):
            name = name[1:].partition("]")[0]
        elif name.count(":") == 1:
            name = name.partition(":")[0]
        if name in self._hosts:
            return True
        return "*ip" in self._hosts and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _refuse(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    error = {"schema_version": 1, "error": {"kind": "Refused", "message": message, "position": None, "hint": ""}}
    return JSONResponse(error, status, headers)
