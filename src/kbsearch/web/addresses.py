"""Addresses of posts and images."""

from __future__ import annotations

from urllib.parse import quote, urlencode

__all__ = ["image_address", "post_address"]


def post_address(id: str, *, query: str = "", anchor: str = "") -> str:
    """The address of a post's page.

    An id is put into the path as it is read, ``/post/NLP/bpe.md``, unless browsers would change it (they take ``..``
    and ``.`` and empty parts out of paths); then it is a parameter.
    """
    parameters = {"q": query} if query else {}
    if any(part in ("", ".", "..") for part in id.split("/")):
        path, parameters = "/post", {"id": id, **parameters}
    else:
        path = "/post/" + _quoted(id)
    tail = f"?{urlencode(parameters, quote_via=quote, errors='replace')}" if parameters else ""
    return path + tail + (f"#{_quoted(anchor)}" if anchor else "")


def image_address(path: str) -> str:
    """The address of an image at a path as ids of posts have it."""
    return "/image/" + _quoted(path)


def _quoted(text: str) -> str:
    return quote(text, safe="/", errors="replace")
