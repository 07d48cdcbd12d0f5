"""Which post a link means: the links between posts, forwards and backwards, and the order of posts by date.

A link in a post names another by a relative path (``../NLP/bpe.md#merge``), by its address on the author's site
(``/posts/bpe/``), or, in double brackets, by title, alias or file name (``[[BPE]]``). Where a name fits several posts,
the nearest is meant: one in the same folder, else the one with the shortest path.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from kbsearch.analysis.fold import fold
from kbsearch.corpus.anchors import slug as anchor_of
from kbsearch.corpus.paths import bundle_name
from kbsearch.model import Link
from kbsearch.stored import StoredPost, encode_date

__all__ = ["Entry", "LinkGraph", "Target", "entry_of"]

TargetKind = Literal["post", "external", "file", "missing"]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_POST_SUFFIX = re.compile(r"\.(?:md|markdown|txt|html?)$", re.IGNORECASE)
_FILE_SUFFIX = re.compile(r"\.(?!md$|markdown$|txt$|html?$)[a-z0-9]{1,8}$", re.IGNORECASE)

_MEDIA = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|pdf|mp[34]|wav|webm|excalidraw|canvas)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a post is called, when it was written, the links in it, and its tags."""

    id: str
    title: str
    path: str
    category: str
    slug: str
    aliases: tuple[str, ...]
    date: int | None
    links: tuple[Link, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a link leads to.

    ``id`` is the post's, for kind ``post``; ``anchor`` the heading's in it, without ``#``. A ``file`` is something
    beside the posts, such as an image; ``missing`` is a post that the index does not have.
    """

    kind: TargetKind
    id: str = ""
    anchor: str = ""


def entry_of(stored: StoredPost) -> Entry:
    """A stored post's entry."""
    post = stored.post
    date = encode_date(post.date)
    names = (post.id, post.title, post.path, post.category, post.slug, post.aliases)
    return Entry(*names, date, stored.links, post.tags)


class LinkGraph:
    """The links between the posts of an index.

    Args:
        entries: all posts.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: Mapping[str, Entry] = {entry.id: entry for entry in entries}
        self._names: dict[str, list[str]] = {}
        for entry in self.entries.values():
            for name in _names(entry):
                ids = self._names.setdefault(fold(name), [])
                if entry.id not in ids:
                    ids.append(entry.id)
        dated = sorted((entry.date, entry.id) for entry in self.entries.values() if entry.date is not None)
        self._by_date: Sequence[str] = [id for _, id in dated]
        self._place = {id: place for place, id in enumerate(self._by_date)}
        self._back: dict[str, list[tuple[str, Link]]] = {}
        for entry in self.entries.values():
            for link in entry.links:
                target = self.resolve(entry.id, link.target, wiki=link.wiki)
                if target.kind == "post" and target.id != entry.id:
                    self._back.setdefault(target.id, []).append((entry.id, link))

    def resolve(self, source: str, target: str, *, wiki: bool = False) -> Target:
        """What a link written in the post ``source`` leads to."""
        if not wiki and _SCHEME.match(target):
            return Target("external")
        name, _, anchor = target.partition("#")
        anchor = unquote(anchor)
        if not name:
            return Target("post", source, anchor)
        if wiki:
            found = self._nearest(name.strip(), source) or self._nearest(_POST_SUFFIX.sub("", name.strip()), source)
            if found:
                return Target("post", found, anchor)
            return Target("file" if _MEDIA.search(name) else "missing", anchor=anchor)
        path = unquote(name.partition("?")[0])
        found = self._by_path(source, path)
        if found:
            return Target("post", found, anchor)
        return Target("file" if _FILE_SUFFIX.search(path) else "missing", anchor=anchor)

    def outgoing(self, id: str) -> list[tuple[Link, Target]]:
        """The links in a post with what each leads to, in order."""
        entry = self.entries.get(id)
        return [(link, self.resolve(id, link.target, wiki=link.wiki)) for link in entry.links] if entry else []

    def backlinks(self, id: str) -> list[tuple[Entry, Link]]:
        """Posts that link to a post, each once with the first such link, in the index's order."""
        seen: dict[str, Link] = {}
        for source, link in self._back.get(id, ()):
            seen.setdefault(source, link)
        return [(self.entries[source], link) for source, link in seen.items()]

    def broken(self, id: str) -> list[Link]:
        """Links in a post to posts that the index does not have."""
        return [link for link, target in self.outgoing(id) if target.kind == "missing"]

    def neighbours(self, id: str) -> tuple[Entry | None, Entry | None]:
        """The posts written just before and just after a post; none for a post without a date."""
        place = self._place.get(id)
        if place is None:
            return None, None
        before = self._by_date[place - 1] if place else None
        after = self._by_date[place + 1] if place + 1 < len(self._by_date) else None
        return self.entries[before] if before else None, self.entries[after] if after else None

    def _by_path(self, source: str, path: str) -> str:
        """The post at a path relative to the post ``source``, or by its address on a site."""
        candidates: list[str | None] = [path.lstrip("/")] if path.startswith("/") else [_joined(source, path)]
        entry = self.entries.get(source)
        if entry is not None and entry.path and not path.startswith("/"):
            candidates.append(_joined(entry.path, path))
        for candidate in candidates:
            if candidate is None:
                continue
            bare = candidate.rstrip("/")
            forms = [bare, *(bare + end for end in (".md", ".markdown", "/index.md", "/_index.md"))]
            stem = _POST_SUFFIX.sub("", bare)
            if stem != bare:
                forms.append(stem + ".md")
            for form in forms:
                if form in self.entries:
                    return form
        if path.startswith("/") or not _POST_SUFFIX.search(path):
            stem = _POST_SUFFIX.sub("", path.strip("/").rpartition("/")[2])
            return self._nearest(stem, source) if stem and stem not in (".", "..") else ""
        return ""

    def _nearest(self, name: str, source: str) -> str:
        """The post of this name that lies nearest to ``source``; empty if there is none."""
        ids = self._names.get(fold(name))
        if not ids:
            return ""
        folder = source.rpartition("/")[0]
        return min(ids, key=lambda id: (id.rpartition("/")[0] != folder, id.count("/"), len(id), id))


def _names(entry: Entry) -> Iterable[str]:
    path = entry.path or entry.id
    stem = _POST_SUFFIX.sub("", path)
    names = (entry.title, *entry.aliases, anchor_of(entry.title), stem, stem.rpartition("/")[2], bundle_name(path))
    slug = entry.slug.strip("/")  # sites make the address of a post that has none from its title, as of a heading
    return [name for name in (*names, slug, slug.rpartition("/")[2]) if name]


def _joined(source: str, path: str) -> str | None:
    """``path`` as seen from the folder of ``source``; ``None`` if it leads out."""
    parts = source.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
