"""Images that lie beside posts, inside the indexed folders, and nothing else from the disk.

Neither ``..`` nor a link, wherever in the path, leads out. Only files whose name says they are images are served, at
most 30 MB large, as what their name says.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kbsearch.files import read_regular

__all__ = ["IMAGE_TYPES", "image_path", "read_image"]

IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
_MAX_BYTES = 30_000_000


def image_path(post_id: str, address: str) -> str:
    """The path of an image whose relative address stands in a post; empty if it leads out or is no image."""
    from urllib.parse import unquote

    path = unquote(address.partition("#")[0].partition("?")[0])
    if not path or "\\" in path or "\0" in path or os.path.splitext(path)[1].lower() not in IMAGE_TYPES:
        return ""
    parts = [] if path.startswith("/") else post_id.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def read_image(roots: Sequence[tuple[str, Path]], path: str) -> tuple[bytes, str] | None:
    """An image's bytes and media type; ``None`` if there is none to be had at this path.

    Args:
        roots: the indexed folders, each after what paths in it begin with.
        path: as :func:`image_path` gives it.
    """
    kind = IMAGE_TYPES.get(os.path.splitext(path)[1].lower())
    if kind is None or "\\" in path or "\0" in path:
        return None
    for prefix, folder in sorted(roots, key=lambda root: -len(root[0])):
        if path.startswith(prefix):
            parts = path.removeprefix(prefix).split("/")
            if any(not part or part.startswith(".") or ":" in part for part in parts):
                return None
            with suppress(OSError, ValueError):
                return read_regular(os.path.join(os.path.realpath(folder), *parts), _MAX_BYTES, links="no"), kind
            return None
    return None
