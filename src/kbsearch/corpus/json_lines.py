"""Posts as JSON Lines: one object a line, with a post's fields or the keys of front matter."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from kbsearch.corpus.metadata import read_metadata
from kbsearch.corpus.paths import folder_category
from kbsearch.model import Post

__all__ = ["read_json_lines"]

_ID = ("id", "_id", "key")
_TEXT = ("text", "body", "content", "contents", "markdown")
_MOST_WARNINGS = 20  # that are given; the rest is counted
_LONGEST_ID = 1000  # code points
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def read_json_lines(text: str, path: str) -> tuple[list[Post], list[str]]:
    """Read one post a line; blank lines are passed over.

    The Markdown is under ``text``, ``body``, ``content`` or ``markdown``, the id under ``id`` or ``_id``; other keys
    are those of front matter (see :mod:`kbsearch.corpus.metadata`). A post without an id is named after its content,
    ``path#digest``; one whose id was used before is named after its line, ``path#L12``.

    Returns:
        the posts, and warnings that begin with ``line N``; a line that cannot be read is a warning and no post.
    """
    # Numbers stay the text they are: no key needs them as numbers, and a huge one costs nothing.
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    posts: list[Post] = []
    warnings: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.isspace():
            continue
        problems: list[str] = []
        try:
            post = _post(decoder.decode(line.strip()), path, number, problems)
        except RecursionError:
            problems.append("nested too deep; left out")
        except json.JSONDecodeError as error:
            problems.append(f"not JSON ({error.msg} at column {error.colno}); left out")
        except ValueError as error:
            problems.append(f"{error}; left out")
        else:
            if post.id in seen:
                other = f"{path}#L{number}"
                problems.append(f"id {post.id[:60]!r} was used before; named {other!r}")
                post = replace(post, id=other)
            seen.add(post.id)
            posts.append(post)
        warnings += (f"line {number}: {problem}" for problem in problems)
    if len(warnings) > _MOST_WARNINGS:
        warnings[_MOST_WARNINGS:] = [f"and {len(warnings) - _MOST_WARNINGS} more warnings"]
    return posts, warnings


def _post(value: object, path: str, number: int, problems: list[str]) -> Post:
    if not isinstance(value, dict):
        raise ValueError(f"expected a JSON object, found a {type(value).__name__}")
    text = _string(value, _TEXT, problems).replace("\r\n", "\n").replace("\r", "\n")
    metadata = read_metadata(value, folder_category=folder_category(path))
    if not text.strip() and not metadata.title:
        raise ValueError("it has neither text nor title")
    problems += metadata.warnings
    key = _string(value, _ID, problems).strip()
    if not key or len(key) > _LONGEST_ID:
        digest = hashlib.blake2b(f"{metadata.title}\n{text}".encode(), digest_size=6).hexdigest()
        key = f"{path}#{digest}"
    return Post(
        id=key,
        title=metadata.title,
        text=text,
        category=metadata.category,
        date=metadata.date,
        tags=metadata.tags,
        updated=metadata.updated,
        path=path,
        line=number,
        aliases=metadata.aliases,
        slug=metadata.slug,
        description=metadata.description,
        draft=metadata.draft,
    )


def _string(value: Mapping[str, object], keys: tuple[str, ...], problems: list[str]) -> str:
    """The text under the first of ``keys`` that has any."""
    for key in keys:
        for name in (key, key.capitalize()):
            found = value.get(name)
            if isinstance(found, str) and found:
                return _UNWRITABLE.sub("\ufffd", found)
            if found is not None and found != "":
                problems.append(f"{name}: expected text, found a {type(found).__name__}; left out")
    return ""
