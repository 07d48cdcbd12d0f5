"""Turn a file's bytes into posts: the one entry to this package's readers.

A ``.jsonl`` file holds one post a line; a ``.txt`` file is a listing page with many posts, or one post; all else is one
post in Markdown with front matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kbsearch.corpus.decode import decode, looks_binary
from kbsearch.corpus.front_matter import split_front_matter
from kbsearch.corpus.json_lines import read_json_lines
from kbsearch.corpus.listing import read_listing
from kbsearch.corpus.metadata import read_metadata
from kbsearch.corpus.paths import bundle_name, folder_category
from kbsearch.model import Post

__all__ = ["ReadResult", "read_post"]

_UNWRITABLE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a file holds.

    Attributes:
        posts: its posts, drafts included; none if the file was skipped.
        warnings: what was wrong and how it was mended; each begins with the file's path.
        skipped: why the file holds no post; ``None`` if it does.
        listing: the posts are entries of a listing page, to go through
            :func:`~kbsearch.corpus.listing.merge_listings` together with those of the other pages.
    """

    posts: tuple[Post, ...] = ()
    warnings: tuple[str, ...] = ()
    skipped: str | None = None
    listing: bool = False


def read_post(data: bytes, path: str) -> ReadResult:
    """Read the posts of one file.

    Args:
        data: the file's bytes, all of them.
        path: its path relative to the indexed folder, with ``/``. Its suffix says how to read it, its folder is the
            category of a post that names none. A byte of a file name that is not UTF-8 (a lone surrogate in
            ``str``) is written out in the posts' ``id`` and ``path``: ``%DCFF``.

    Never raises; takes time and memory proportional to ``data``.
    """
    path = _UNWRITABLE.sub(lambda match: f"%{ord(match[0]):X}", path)
    if not data:
        return ReadResult(skipped="empty file")
    if looks_binary(data):
        return ReadResult(skipped="binary file, not text")
    decoded = decode(data)
    text = decoded.text
    if not text or text.isspace():
        return ReadResult(skipped="no text in it")
    suffix = path.rpartition(".")[2].lower()
    listing = False
    problems: list[str] = []
    posts: list[Post]
    if suffix == "jsonl":
        posts, problems = read_json_lines(text, path)
    elif suffix == "txt" and (entries := read_listing(text, path)) is not None:
        posts, listing = entries, True
    else:
        posts = [_read_markdown(text, path, problems)]
    warnings = tuple(f"{path}: {problem}" for problem in (*decoded.warnings, *problems))
    return ReadResult(tuple(posts), warnings, None if posts else "no post in it", listing)


def _read_markdown(text: str, path: str, problems: list[str]) -> Post:
    front = split_front_matter(text)
    bundle = bundle_name(path)
    metadata = read_metadata(front.data, name=bundle or path.rpartition("/")[2], folder_category=folder_category(path))
    problems += front.warnings + metadata.warnings
    return Post(
        id=path,
        title=metadata.title,
        text=front.body,
        category=metadata.category,
        date=metadata.date,
        tags=metadata.tags,
        updated=metadata.updated,
        path=path,
        line=front.body_line,
        aliases=metadata.aliases,
        slug=metadata.slug or bundle,
        description=metadata.description,
        draft=metadata.draft,
    )
