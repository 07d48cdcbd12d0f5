"""The application: which address is answered by what, and how errors are told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kbsearch.errors import IndexUnusableError, InputError, KbsearchError, NotFoundError, QueryError
from kbsearch.knowledge_base import KnowledgeBase
from kbsearch.language import Language, message
from kbsearch.web.api import Api, error_json
from kbsearch.web.images import read_image
from kbsearch.web.openapi import openapi_document
from kbsearch.web.pages import Pages
from kbsearch.web.parameters import SearchParameters, read_number, read_values
from kbsearch.web.security import Guard, allowed_hosts, content_policy
from kbsearch.web.wording import preferred_language

__all__ = ["build_app"]

_THREADS = 4  # searches at once: more would only wait for one another
_STATIC = Path(__file__).parent / "static"
_IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # an SVG opened by itself may do nothing
_STATUS = ((NotFoundError, 404), (QueryError, 400), (InputError, 400), (IndexUnusableError, 503))
_HEADINGS = {404: "not_found", 400: "bad_request", 503: "unusable"}

T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]


def build_app(kb: KnowledgeBase, *, bound: str, hosts: Sequence[str], remote_images: bool) -> Starlette:
    """The application; see :func:`kbsearch.web.create_app`."""
    pages, api = Pages(kb, remote_images=remote_images), Api(kb)
    limiter = anyio.CapacityLimiter(_THREADS)

    async def in_thread(work: Callable[[], T]) -> T:
        return await anyio.to_thread.run_sync(work, limiter=limiter)

    # --- pages ---

    async def front(request: Request) -> Response:
        values = read_values(request.query_params.multi_items(), ("category", "page"), ())
        page = read_number("page", values.get("page", "1"), 1_000_000)
        html = await in_thread(lambda: pages.front(values.get("category", ""), page, _language(request)))
        return _html(html)

    async def search(request: Request, *, fragment: bool) -> Response:
        parameters = SearchParameters.read(request.query_params.multi_items())
        status, html = await in_thread(lambda: pages.search(parameters, _language(request), fragment=fragment))
        return _html(html, status)

    async def post(request: Request) -> Response:
        in_path = request.path_params.get("id")
        values = read_values(request.query_params.multi_items(), ("q",) if in_path else ("q", "id"), ())
        id = in_path or values.get("id", "")
        return _html(await in_thread(lambda: pages.post(id, values.get("q", ""), _language(request))))

    async def image(request: Request) -> Response:
        read_values(request.query_params.multi_items(), (), ())
        found = await in_thread(lambda: read_image(kb.roots(), request.path_params["path"]))
        if found is None:
            raise NotFoundError(message("there is no such image in the indexed folders"))
        return Response(found[0], media_type=found[1], headers={"content-security-policy": _IMAGE_POLICY})

    # --- API ---

    def json_route(path: str, answer: Callable[[Request, list[tuple[str, str]]], dict[str, Any]]) -> Route:
        async def endpoint(request: Request) -> Response:
            pairs = request.query_params.multi_items()
            return JSONResponse(await in_thread(lambda: answer(request, pairs)))

        return Route(path, endpoint, methods=["GET"])

    async def openapi(request: Request) -> Response:
        return JSONResponse(openapi_document())

    async def robots(request: Request) -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    async def icon(request: Request) -> Response:
        return RedirectResponse("/static/icon.svg", 301)

    # --- errors ---

    async def known_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, KbsearchError)
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        if _wants_json(request):
            return JSONResponse(error_json(error), status)
        return _html(pages.error(status, _HEADINGS.get(status, "wrong"), error, _language(request)), status)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = message("{path}: there is nothing at this address", path=request.url.path[:200])
        return await known_error(request, NotFoundError(text))

    async def unknown_error(request: Request, error: Exception) -> Response:
        told = KbsearchError(message("an error in kbsearch itself; the server's output says more"))
        return await known_error(request, told)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with anyio.create_task_group() as group:
            group.start_soon(partial(anyio.to_thread.run_sync, partial(_warm_up, kb), abandon_on_cancel=True))
            yield
            group.cancel_scope.cancel()

    return Starlette(
        routes=[
            Route("/", front, methods=["GET"]),
            Route("/search", partial(search, fragment=False), methods=["GET"]),
            Route("/results", partial(search, fragment=True), methods=["GET"]),
            Route("/post", post, methods=["GET"]),
            Route("/post/{id:path}", post, methods=["GET"]),
            Route("/image/{path:path}", image, methods=["GET"]),
            json_route("/api/search", lambda request, pairs: api.search(pairs)),
            json_route("/api/posts", lambda request, pairs: api.posts(pairs)),
            json_route("/api/posts/{id:path}", lambda request, pairs: api.post(request.path_params["id"], pairs)),
            json_route("/api/status", lambda request, pairs: api.status(pairs)),
            Route("/openapi.json", openapi, methods=["GET"]),
            Route("/robots.txt", robots, methods=["GET"]),
            Route("/favicon.ico", icon, methods=["GET"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[
            Middleware(Guard, hosts=allowed_hosts(bound, hosts), policy=content_policy(remote_images=remote_images))
        ],
        exception_handlers={KbsearchError: known_error, HTTPException: http_error, Exception: unknown_error},
        lifespan=lifespan,
    )


def _warm_up(kb: KnowledgeBase) -> None:
    """Do once what the first reader would have to wait for: open the index, read the dictionary, follow the links."""
    try:
        kb.search("的 a", limit=1)
        kb.links()
    except KbsearchError:
        pass  # whoever asks is told


def _html(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, headers={"vary": "Accept-Language"})


def _language(request: Request) -> Language:
    return preferred_language(request.headers.get("accept-language", ""))


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/openapi"))
