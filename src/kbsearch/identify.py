"""Which post a user means: by its id, by the path of its file, or by anything at the end of its id that no other has.

``Generative Model/ddpm.md``, ``notes/Generative Model/ddpm.md``, ``ddpm.md`` and ``ddpm`` may all mean one post.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from kbsearch.analysis.fold import fold
from kbsearch.engines.base import Reader
from kbsearch.errors import NotFoundError
from kbsearch.language import message
from kbsearch.stored import writable

__all__ = ["Roots", "identify"]

Roots = Iterable[tuple[str, Path]]
"""The indexed folders, each after what the ids of its posts begin with."""

_SUFFIXES = ("", ".md", ".markdown", ".txt", "/index.md", "/_index.md")
_SHOWN = 5  # ids that an error names


def identify(name: str, reader: Reader, roots: Callable[[], Roots]) -> str:
    """The id of the post that ``name`` means.

    Args:
        name: an id; the path of a file, as seen from the working folder; or the end of an id, from the start of a
            folder's or file's name on, with or without its suffix. Case, width and script (Traditional, Simplified)
            matter only if the name fits as it is written.
        reader: the index.
        roots: asked for only if ``name`` is no id.

    Raises:
        NotFoundError: no post fits, or several do; the message names some.
    """
    name = writable(name)
    for id in (name, *_from_path(name, roots)):
        if reader.find(id) is not None:
            return id
    wanted, folded = name.strip("/"), fold(name.strip("/"))
    ids = [id for id, _ in reader.terms("key")] if wanted else []
    found = [id for id in ids if _ends(id, wanted)] or [id for id in ids if _ends(fold(id), folded)]
    found = [id for id in found if reader.find(id) is not None]  # the terms of posts that are gone may linger
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
        raise NotFoundError(message("{name!r} may mean {count} posts: {ids}", name=name, count=len(found), ids=some))
    raise NotFoundError(message("no post has the id {id!r}; kbsearch query prints ids as paths", id=name))


def _ends(id: str, wanted: str) -> bool:
    """Whether an id ends with these names of folders and files, its suffix left out or not."""
    for suffix in _SUFFIXES:
        if id.endswith(wanted + suffix):
            start = len(id) - len(wanted) - len(suffix)
            if start == 0 or id[start - 1] == "/":
                return True
    return False


def _from_path(name: str, roots: Callable[[], Roots]) -> Iterable[str]:
    """The ids that the post of a file may have; worked out only when asked for."""
    if "\0" not in name:
        absolute = Path(os.path.abspath(name))
        for prefix, root in roots():
            if absolute.is_relative_to(root):
                yield prefix + absolute.relative_to(root).as_posix()
