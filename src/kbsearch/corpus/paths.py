"""What a post's path says about it: a title, a category."""

from __future__ import annotations

import re

from kbsearch.corpus.dates import name_without_date

__all__ = ["bundle_name", "folder_category", "title_from_path"]

_SEPARATOR = re.compile(r"[/\\]")
_SUFFIX = re.compile(r"\.(?:md|markdown|txt|jsonl)$", re.IGNORECASE)
_INDEX = re.compile(r"_?index(?:\.[a-z]{2,3}(?:-[a-z]{2,4})?)?\.(?:md|markdown)", re.IGNORECASE)  # also index.zh-cn.md
_POSTS_FOLDERS = frozenset({"_posts", "_drafts"})


def title_from_path(path: str) -> str:
    """A title for a post that has none: its file's name without suffix and date; a bundle's folder for ``index.md``."""
    return name_without_date(bundle_name(path) or _SUFFIX.sub("", _SEPARATOR.split(path)[-1]))


def bundle_name(path: str) -> str:
    """The folder that names a post: ``b`` for ``a/b/index.md`` or Hugo's ``a/b/_index.md``; empty for other files."""
    *folders, name = _SEPARATOR.split(path)
    return folders[-1] if folders and _INDEX.fullmatch(name) else ""


def folder_category(path: str) -> str:
    """The category that a post's folder gives it: the folders between the indexed one and the file.

    ``a/b/c.md`` gives ``a/b``; ``a/b/index.md``, whose folder is the post itself, gives ``a``; ``a/_index.md``, Hugo's
    page about a section, gives ``a``. In Hexo's and Jekyll's ``source/_posts/a/x.md`` only ``a`` is the author's.
    """
    *folders, name = [part for part in _SEPARATOR.split(path) if part not in {"", ".", ".."}] or [""]
    if folders and _INDEX.fullmatch(name) and not name.startswith("_"):
        folders.pop()
    marks = [number for number, folder in enumerate(folders) if folder in _POSTS_FOLDERS]
    if marks:
        before = folders[: marks[0]]
        folders = ([] if before[-1:] == ["source"] else before) + folders[marks[-1] + 1 :]
    return "/".join(folders)
