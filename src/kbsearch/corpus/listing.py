"""Listing pages of a blog, saved as text: many posts on one page, each as a category, a date and an excerpt.

::

    LATEST UPDATES
    Generative Model
    2026-01-11
    ControlNet应该算是2023年文生图领域最重要的工作,它让文生图模型…...
    SD模型原理 SD是CompVis、Stability AI和LAION等公司研发的一个文生图模型…...
    1 2

Each excerpt is one line and most are cut, ending in an ellipsis; category and date may be missing; the rest is the
site's header and pager. The same post often stands on several pages.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kbsearch.corpus.dates import parse_date
from kbsearch.model import Post

__all__ = ["merge_listings", "read_listing"]

_ELLIPSES = ("...", "…")
_CUT_LENGTH = 80  # code points: a line that ends in an ellipsis and is as long as this is an excerpt
_LABEL_LENGTH = 40  # a category or a header is no longer than this
_SAME_START = 60  # code points without spaces that two cut excerpts must share to be one post
_TITLE_COLUMNS = 60  # a Han character takes two

_PAGER = re.compile(
    r"(?:[<>«»‹›←→|·]|(?<!\d)\d{1,4}(?!\d)|\.\.\.|…|上一页|下一页|首页|末页|prev(?:ious)?|next|older|newer|\s)+",
    re.IGNORECASE,
)
_HEADER = re.compile(r"latest (?:updates|posts)|recent posts|最近更新|最新文章|近期文章", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[。！？!?…]|\.(?=\s|$)|\.\.\.")
_DECORATION = re.compile(r"(?:[^\w\s《「『“\"'@#(（\[【\\$]+\s+|\[?https?://\S+\s+|\d{1,3}[.、](?!\d)\s*)+")
_TITLE_BREAK = re.compile(r"[。！？!?；;，,：:\s]|\.(?=\s)|(?=\\[\[(]|\[(?:代码|公式|Math)\])")
_TITLE_END = re.compile(r"[。！？!?；;]|\.(?=\s)|(?=\\[\[(]|\[(?:代码|公式|Math)\])")
_BRACKETS = ("()", "（）", "《》", "「」", "“”")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    line: int
    category: str = ""
    date: dt.date | None = None


def read_listing(text: str, path: str) -> list[Post] | None:
    """Split a listing page into its posts, one for each entry, in order and with repeats.

    Args:
        text: the page, with ``\\n`` as line break.
        path: names the page in ``path`` and ``sources`` (``path:line``) of the posts.

    Returns:
        the posts, or ``None`` if the text is no listing page. A post's ``text`` is its excerpt as it stands; its
        ``id`` and ``title`` come from the excerpt alone, so that they are the same on every page.
    """
    if not any(ellipsis in text for ellipsis in _ELLIPSES):
        return None
    lines = [(number, stripped) for number, line in enumerate(text.split("\n"), 1) if (stripped := line.strip())]
    cut = sum(_is_cut(line) for _, line in lines)
    if not cut or cut * 4 < len(lines):  # an entry has three lines at most, and most entries are cut
        return None
    entries = _entries(lines)
    stated = any(entry.category and entry.date for entry in entries)
    headed = any(_HEADER.fullmatch(line) for _, line in lines[:5])
    enough = (
        cut >= 1 if stated and headed else cut >= 2 if stated or headed else cut >= 3 and cut * 10 >= 9 * len(lines)
    )
    if not enough or cut * 2 < len(entries):
        return None
    return [_post(entry, path) for entry in entries]


def merge_listings(posts: Iterable[Post]) -> list[Post]:
    """Make the entries of all listing pages one post each.

    Two entries are one post if their excerpts are the same but for white space, or if one is cut where the other goes
    on. The post has the longest excerpt, the category and date of whichever page states them (of several, the newest
    date), and names every place in ``sources``. Its ``id``, ``path`` and ``line`` do not depend on the order of pages.
    Order is that of first appearance; posts without ``sources`` are passed on as they are.
    """
    everything = list(posts)
    groups = iter(_same_posts([post for post in everything if post.sources]))
    merged: list[Post] = []
    done: set[int] = set()
    for post in everything:
        if not post.sources:
            merged.append(post)
        elif id(group := next(groups)) not in done:
            done.add(id(group))
            merged.append(_merge(group))
    return merged


def _entries(lines: Sequence[tuple[int, str]]) -> list[_Entry]:
    entries: list[_Entry] = []
    category, date = "", None
    begun = False  # what stands before the first entry is the site's header, unless it is a sentence after the page's
    for place, (number, line) in enumerate(lines):
        if len(line) > _LABEL_LENGTH:
            entries.append(_Entry(line, number, category, date))
            category, date = "", None
        elif (found := _date(line)) is not None:
            date = found
        elif place + 1 < len(lines) and _is_label(line) and _date(lines[place + 1][1]) is not None:
            category = line
        elif _HEADER.fullmatch(line):
            begun = True
        elif not _PAGER.fullmatch(line) and (entries or category or date or (begun and _SENTENCE_END.search(line))):
            entries.append(_Entry(line, number, category, date))
            category, date = "", None
    return entries


def _is_cut(line: str) -> bool:
    return len(line) >= _CUT_LENGTH and line.endswith(_ELLIPSES)


def _is_label(line: str) -> bool:
    return (
        len(line) <= _LABEL_LENGTH
        and not any(mark.search(line) for mark in (_SENTENCE_END, _HEADER))
        and not _PAGER.fullmatch(line)
    )


def _date(line: str) -> dt.date | None:
    if len(line) > _LABEL_LENGTH or not any(char.isdecimal() for char in line):
        return None
    try:
        return parse_date(line)
    except ValueError:
        return None


def _post(entry: _Entry, path: str) -> Post:
    title = _title(entry.text[:500])
    key = _key(entry.text)
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=5).hexdigest()
    words = _NOT_WORD.sub("-", title.casefold()).strip("-")
    return Post(
        id=f"{words}-{digest}" if words else digest,
        title=title,
        text=entry.text,
        category=entry.category,
        date=entry.date,
        path=path,
        line=entry.line,
        sources=(f"{path}:{entry.line}",),
    )


def _key(text: str) -> str:
    """What tells excerpts apart: their characters without white space and without the ellipsis of a cut."""
    return "".join(text.split()).rstrip(".…")


def _title(text: str) -> str:
    """The first sentence of an excerpt if it is short, else as many of its first clauses as fit in a line."""
    decoration = _DECORATION.match(text)
    text = text[decoration.end() :] if decoration and decoration.end() < len(text) else text
    head, columns = len(text), 0
    for offset, char in enumerate(text):
        columns += 2 if char >= "\u2e80" else 1
        if columns > _TITLE_COLUMNS:
            head = offset
            break
    # One character more, so that a break right after the line's last character counts.
    if end := _TITLE_END.search(text[: head + 1], 1):
        return text[: end.end() if end[0] in {"！", "？", "!", "?"} else end.start()].strip()
    if head == len(text):
        return text.rstrip(".… ")
    breaks = [match.start() for match in _TITLE_BREAK.finditer(text[: head + 1])]
    clauses = [offset for offset in breaks if text[offset] in "，,：:" and offset >= head // 3]
    title = text[: (clauses or [offset for offset in breaks if offset >= head // 2] or [head])[-1]]
    opened = max(at for mark in _BRACKETS if (at := title.rfind(mark[0])) > title.rfind(mark[1]) or at < 0)
    return title[:opened].strip() if opened > head // 3 else title.strip()


def _same_posts(posts: Sequence[Post]) -> list[list[Post]]:
    """For each post, the group of all those that are the same post; posts of a group share one list."""
    keys = [_key(post.text) for post in posts]
    groups: list[list[Post]] = [[] for _ in posts]
    # Sorted, an excerpt comes right before those that it is the beginning of.
    before, group = "", list[Post]()
    before_is_cut = False
    for number in sorted(range(len(posts)), key=lambda number: keys[number]):
        key, post = keys[number], posts[number]
        goes_on = before_is_cut and len(before) >= _SAME_START and key.startswith(before)
        if key != before or not group:
            before_is_cut = False
            if not goes_on:
                group = []
        group.append(post)
        groups[number] = group
        before, before_is_cut = key, before_is_cut or _is_cut(post.text)
    return groups


def _merge(group: Sequence[Post]) -> Post:
    longest = max(group, key=lambda post: (len(_key(post.text)), post.text))
    places = sorted({source for post in group for source in post.sources}, key=_place)
    path, line = _place(places[0])
    dates = [post.date for post in group if post.date]
    categorised = [post for post in group if post.category]
    newest = max((str(post.date or "") for post in categorised), default="")
    return replace(
        longest,
        category=min((post.category for post in categorised if str(post.date or "") == newest), default=""),
        date=max(dates, key=str, default=None),
        path=path,
        line=line,
        sources=tuple(places),
    )


def _place(source: str) -> tuple[str, int]:
    path, _, line = source.rpartition(":")
    return (path, int(line)) if line.isascii() and line.isdigit() and len(line) < 18 else (source, 1)
