"""On which line of a post's file its front matter says something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kbsearch.corpus.decode import decode
from kbsearch.corpus.metadata import normal_key
from kbsearch.files import read_regular
from kbsearch.model import Post
from kbsearch.sources import Sources

__all__ = ["Places"]

_MAX_BYTES = 20_000_000
_KEY = re.compile(r"\s*[\"']?(?P<key>[^\s\"':=][^\"':=]{0,40}?)[\"']?\s*[:：=]")


class Places:
    """Looks into files for the line that a finding is about; a file that is gone or has changed gives line 1.

    Args:
        sources: where the files lie.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._last: tuple[str, list[str]] = ("", [])

    def of_key(self, post: Post, keys: Sequence[str], value: str = "") -> int:
        """The line of the first of these keys; if ``value`` is given, the first line from there on that holds it.

        A post that is one line of a file of many has its own line.
        """
        if not _has_front_matter(post):
            return post.line
        lines = self._lines(post)
        head = lines[: max(post.line - 1, 0)]
        wanted = {normal_key(key) for key in keys}
        for number, line in enumerate(head, 1):
            match = _KEY.match(line)
            if match and normal_key(match["key"]) in wanted:
                held = (place for place in range(number, len(head) + 1) if value and _holds(head[place - 1], value))
                return next(held, number)
        return 1

    def of_tag(self, post: Post, keys: Sequence[str], tag: str) -> int:
        """The line of a tag: in the front matter, or where ``#tag`` stands in the text."""
        if not _has_front_matter(post):
            return post.line
        line = self.of_key(post, keys, tag)
        lines = self._lines(post)
        if line > len(lines) or not _holds(lines[line - 1], tag):
            marked = f"#{tag}"
            return next((number for number, each in enumerate(lines, 1) if _holds(each, marked)), line)
        return line

    def _lines(self, post: Post) -> list[str]:
        if self._last[0] != post.id:
            self._last = post.id, _read(self._sources.file(post))
        return self._last[1]


def _has_front_matter(post: Post) -> bool:
    return not post.path.endswith((".jsonl", ".txt"))


def _read(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return decode(read_regular(file, _MAX_BYTES, links="no")).text.split("\n")
    except OSError:
        return []


def _holds(line: str, value: str) -> bool:
    """Whether the value stands in the line as a whole."""
    return re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", line) is not None
