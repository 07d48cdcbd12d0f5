"""Small notations inside a paragraph's text that CommonMark does not know: tags, wiki links, bare URLs.

Every pattern here runs in time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["WIKI_LINK", "bare_urls", "find_tags", "split_wiki_link"]

# `#tag`, at the start of a line or after white space or an opening or parting punctuation mark.
_TAG = re.compile(r"(?:^|(?<=[\s(（【「，。、；：]))#(\w[\w/-]*)", re.MULTILINE)
_HEX_COLOUR = re.compile(r"(?=.*\d)(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
# C and C++ preprocessor lines that someone pasted without a code fence.
_PREPROCESSOR = frozenset(("include", "define", "undef", "ifdef", "ifndef", "endif", "pragma", "elif", "else", "error"))

# `[[name]]`, `[[name#heading]]`, `[[name|alias]]`, and the same with a `!` before it. The name has a letter in it and
# does not begin with a space: `[[1, 2]]` is a matrix and `[[ -f x ]]` is a shell test.
WIKI_LINK = re.compile(
    r"!?\[\[(?=[^\W_]|[._#/-])(?=[^\[\]|]{0,400}?[^\W\d_])([^\[\]|\n]{1,400})(?:\|([^\[\]\n]{0,400}))?\]\]"
)

_URL = re.compile(
    r"\bhttps?://[^\s<>\"'`“”‘’「」『』《》（）【】，。；：！？、|\\^{}\u4e00-\u9fff]{1,2000}", re.IGNORECASE
)


def find_tags(text: str, start: int = 0) -> Iterator[str]:
    """Names of the ``#tags`` in a piece of prose from ``start`` on, without the ``#``, in the author's spelling.

    A tag may be nested (``#a/b``) and must have something in it that is not a digit; ``#123`` is an issue and
    ``#ff8800`` a colour.
    """
    for match in _TAG.finditer(text, start):
        name = match[1].rstrip("/-")
        if not name.strip("0123456789/_-") or _HEX_COLOUR.fullmatch(name) or name in _PREPROCESSOR:
            continue
        yield name


def split_wiki_link(match: re.Match[str]) -> tuple[str, str]:
    """Target of a wiki link and the text shown for it, from a match of :data:`WIKI_LINK`."""
    target = match[1].rstrip("\\").strip()
    return target, (match[2] or "").strip() or target


def bare_urls(text: str) -> Iterator[str]:
    """The ``http://`` and ``https://`` addresses in the text, without the punctuation that ends a sentence."""
    for match in _URL.finditer(text):
        url = match[0].rstrip(".,;:!?*_~")
        unopened = url.count(")") - url.count("(")
        if unopened > 0:
            bare = url.rstrip(")")
            url = bare if len(url) - len(bare) <= unopened else url[:-unopened]
        yield url
