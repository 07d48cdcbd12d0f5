"""What front matter means: the keys of Hexo, Hugo, Jekyll, Zola, MkDocs Material and Obsidian as fields of a post.

Keys are compared without case, hyphens, underscores and spaces (``lastModified`` is ``last_modified``), and looked
for in Zola's and Hugo's tables ``taxonomies``, ``extra`` and ``params`` as well. The first key of a field that has a
value wins. A value of the wrong kind is left out with a warning; nothing raises.

Where the generators disagree:

* **Several categories.** In Hexo and Jekyll ``[Java, Spring]`` is a path, ``Java/Spring``; in Hugo, Zola and MkDocs
  Material it names two equal categories. Keys that only the latter have (``draft``, ``slug``, ``lastmod`` …) decide;
  without any it is a path. Of several categories (equal ones, or Hexo's list of lists) the first is the post's
  category and the others become tags, so that the post is found under each name.
* **Text where a list may stand.** ``categories: Deep Learning`` is one name, as in Hexo: Jekyll alone would split it at
  the space. ``a, b`` is two. Tags likewise; ``#a #b`` is two tags.
* **Aliases** that are addresses (Hugo's redirects) are not names of the post, and are left out.
* ``published`` is a date, or ``false`` for a draft. A folder's name (``_drafts``) makes no draft.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kbsearch.corpus.dates import date_from_name, parse_date

__all__ = ["KNOWN_KEYS", "Metadata", "normal_key", "read_metadata"]

_TITLE = ("title", "标题")
_CREATED = (
    *(
        "date",
        "created",
        "createdat",
        "createdate",
        "createddate",
        "creationdate",
        "datecreated",
        "createtime",
        "ctime",
    ),
    *("publishdate", "publisheddate", "pubdate", "publishedat", "published", "日期", "创建时间", "发布时间"),
)
_UPDATED = (
    *("updated", "lastmod", "modified", "lastmodified", "lastmodifiedat", "lastupdated", "lastupdate", "updatedat"),
    *("updatedate", "updatetime", "datemodified", "modifieddate", "modifiedat", "mtime", "更新时间", "修改时间"),
)
_CATEGORY = ("category", "分类")
_CATEGORIES = ("categories",)
_TAGS = ("tags", "tag", "keywords", "标签", "关键词")
_SLUG = ("slug", "permalink", "url", "abbrlink")
_ALIASES = ("aliases", "alias", "别名")
_DESCRIPTION = ("description", "summary", "excerpt", "abstract", "摘要", "描述")
_DRAFT = ("draft", "草稿")
_TABLES = ("taxonomies", "extra", "params")
_OTHERS = ("layout", "author", "authors", "status", "weight", "toc", "lang", "type", "id", "comments", "cssclasses")

KNOWN_KEYS: frozenset[str] = frozenset().union(
    *(
        _TITLE,
        _CREATED,
        _UPDATED,
        _CATEGORY,
        _CATEGORIES,
        _TAGS,
        _SLUG,
        _ALIASES,
        _DESCRIPTION,
        _DRAFT,
        _TABLES,
        _OTHERS,
    )
)
"""Normalised keys that tell front matter from prose."""

_EQUAL_CATEGORIES = frozenset(  # keys of generators to which a list of categories is no path
    {"draft", "lastmod", "publishdate", "expirydate", "weight", "slug", "linktitle", "keywords", "series", "taxonomies"}
    | {"authors", "readtime", "pin"}
)

_KEY_MARKS = str.maketrans("", "", "-_ ")
_SEPARATORS = re.compile(r"[,，、;；\n]")
_COMMAS = re.compile(r"[,，]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_PAGE_SUFFIXES = (".html", ".htm", ".md", ".php")
_KINDS = {list: "a list", dict: "a mapping", int: "a number", float: "a number"}
_TRUE = frozenset({"true", "yes", "y", "on", "1", "是"})
_FALSE = frozenset({"false", "no", "n", "off", "0", "否"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of a :class:`~kbsearch.model.Post` that its front matter fills, and what was wrong with it."""

    title: str = ""
    category: str = ""
    date: dt.date | None = None
    updated: dt.date | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    slug: str = ""
    description: str = ""
    draft: bool = False
    warnings: tuple[str, ...] = ()


@lru_cache(maxsize=1024)  # the same few keys in every post
def normal_key(key: str) -> str:
    """A key as it is compared: without case, hyphens, underscores and spaces."""
    return key.lower().translate(_KEY_MARKS)


def read_metadata(data: Mapping[str, object], *, name: str = "", folder_category: str = "") -> Metadata:
    """Read the fields of a post from the keys and values of its front matter.

    Args:
        data: what YAML, TOML or JSON gave: text, numbers, booleans, dates, null, lists and mappings.
        name: the file's name, which may begin with the post's date (Jekyll).
        folder_category: the category if the front matter names none.
    """
    return _Reader(data).read(name, folder_category)


class _Reader:
    """One post's values under normalised keys, and the warnings met while reading them."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self.values: dict[str, object] = {normal_key(key): value for key, value in data.items()}
        for table in _TABLES:
            inner = self.values.get(table)
            if isinstance(inner, dict):
                for key, value in inner.items():
                    self.values.setdefault(normal_key(key), value)
        self.warnings: list[str] = []

    def read(self, name: str, folder_category: str) -> Metadata:
        draft = self.draft()
        category, further = self.category()
        dates = self.values.get("date")
        if isinstance(dates, dict):  # MkDocs Material: date: {created: …, updated: …}
            self.values = {**{normal_key(key): value for key, value in dates.items()}, **self.values, "date": None}
        return Metadata(
            title=self.first(_TITLE, self.text),
            category=category or folder_category,
            date=self.date(_CREATED) or date_from_name(name),
            updated=self.date(_UPDATED),
            tags=_unique([*(tag for key in _TAGS for tag in self.names(key)), *further]),
            aliases=_unique(alias for key in _ALIASES for alias in self.names(key) if not _is_address(alias)),
            slug=self.first(_SLUG, self.text),
            description=self.first(_DESCRIPTION, self.text),
            draft=draft,
            warnings=tuple(self.warnings),
        )

    def first(self, keys: Iterable[str], read: Callable[[str], str]) -> str:
        for key in keys:
            if key in self.values and (value := read(key)):
                return value
        return ""

    def text(self, key: str) -> str:
        if (value := self.values.get(key)) is None:
            return ""
        if (text := _text(value)) is not None:
            return text
        return self.wrong(key, value, "text")

    def date(self, keys: Iterable[str]) -> dt.date | None:
        for key in keys:
            if (value := self.values.get(key)) is None:
                continue
            if isinstance(value, dict):  # Docusaurus: last_update: {date: …, author: …}
                value = value.get("date")
            try:
                if (date := parse_date(value)) is not None:
                    return date
            except ValueError as error:
                self.warnings.append(f"{key}: {error}")
        return None

    def names(self, key: str) -> list[str]:
        """A list of names, or text that lists them."""
        if (value := self.values.get(key)) is None:
            return []
        if isinstance(value, list):
            names = []
            for item in value:
                if (text := _text(item)) is None:
                    self.wrong(key, item, "text")
                elif text:
                    names.append(text)
            return names
        if (text := _text(value)) is None:
            self.wrong(key, value, "a list of names")
            return []
        if isinstance(value, str):
            parts = _SEPARATORS.split(value)
            if len(parts) == 1 and all(word.startswith("#") for word in text.split()):
                parts = text.split()
            return [name for part in parts if (name := _text(part))]
        return [text] if text else []

    def category(self) -> tuple[str, list[str]]:
        """The category, and other categories of the post."""
        found: list[str] = []
        for key in (*_CATEGORY, *_CATEGORIES):
            if (value := self.values.get(key)) is None:
                continue
            if isinstance(value, list):
                nested = any(isinstance(item, list) for item in value)
                if not nested and _EQUAL_CATEGORIES.isdisjoint(self.values):
                    value = [value]
                found += [self.path(key, item) for item in value]
            elif isinstance(value, str) and key in _CATEGORIES:
                found += [self.path(key, part) for part in _COMMAS.split(value)]
            else:
                found.append(self.path(key, value))
        category, *further = [path for path in found if path] or [""]
        return category, [path for path in further if path != category]

    def path(self, key: str, value: object) -> str:
        """A category, or the names that lead to it, as one path."""
        names = []
        for item in value if isinstance(value, list) else [value]:
            text = _text(item)
            if text is None:
                self.wrong(key, item, "text")
            else:
                names += [name for part in text.split("/") if (name := part.strip())]
        return "/".join(names)

    def draft(self) -> bool:
        published = _truth(self.values.get("published"))
        if published is not None:
            del self.values["published"]
        for key in _DRAFT:
            value = self.values.get(key)
            truth = _truth(value)
            if truth:
                return True
            if truth is None and value not in (None, ""):
                self.wrong(key, value, "true or false")
        return published is False or self.values.get("status") == "draft"

    def wrong(self, key: str, value: object, wanted: str) -> str:
        shown = f"{value!r:.60}" if isinstance(value, (str, bool)) else _KINDS.get(type(value), type(value).__name__)
        warning = f"{key}: expected {wanted}, found {shown}; left out"
        if not (self.warnings and self.warnings[-1].startswith(f"{key}: expected")):  # one for a whole list is enough
            self.warnings.append(warning)
        return ""


def _text(value: object) -> str | None:
    """A scalar as text on one line; empty for null; ``None`` for what is no text."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", " ".join(value.split()))
    if value is None:
        return ""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)) and abs(value) < 10**18:
        return str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return None


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return bool(value) if value in {0, 1} else None
    word = value.strip().lower() if isinstance(value, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _is_address(alias: str) -> bool:
    """Tell a path or URL that once led to the post from another name of it."""
    if alias.startswith("/") or "://" in alias or alias.lower().endswith(_PAGE_SUFFIXES):
        return True
    return alias.count("/") >= 2 and " " not in alias


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names in order, without a leading ``#``, each in its first spelling."""
    first: dict[str, str] = {}
    for name in names:
        name = name.lstrip("#").strip()
        if name:
            first.setdefault(name.casefold(), name)
    return tuple(first.values())
