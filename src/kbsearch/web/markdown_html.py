"""Markdown to HTML that is safe to show: converted, then sanitised.

Python-Markdown takes quadratic time over some texts (thousands of brackets in one paragraph, say). What would take it
long is converted by pyromark instead, which is linear in any text; what is nested out of all proportion is not
converted at all but shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import markdown
import nh3
import pyromark
from markdown.extensions import Extension
from markdown.inlinepatterns import SimpleTagInlineProcessor

__all__ = ["SafeHtml", "safe_html"]


class _Strikethrough(Extension):
    """``~~gone~~``, which Python-Markdown does not know."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(~~)(?=\S)([^~]+)~~", "del"), "strikethrough", 65)


_EXTENSIONS: Sequence[str | Extension] = [
    "abbr",
    "admonition",
    "def_list",
    "footnotes",
    "md_in_html",
    "sane_lists",
    "tables",
    _Strikethrough(),
]
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "footnotes": {"BACKLINK_TEXT": "↩"},
    "tables": {"use_align_attribute": True},
}
_MAX_FAST = 300_000  # code points that Python-Markdown is given
_MAX_WORK = 1_500_000  # sum over paragraphs of the square of the number of marks; about a second's work
_MAX_LINES = 8_000
_MAX_HEADINGS = 1_000
_MAX_DEPTH = 120  # elements within one another; sanitising takes time quadratic in this
_HEAVY_MARK = re.compile(r"[\[*`<_&~\\]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())

_TAGS = set(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table "
    "tbody td tfoot th thead tr u ul var wbr".split()
)
_ATTRIBUTES = {
    "a": {"href", "title", "class", "id"},
    "abbr": {"title"},
    "col": {"span"},
    "details": {"open"},
    "div": {"class"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"id", "value"},
    "ol": {"start", "reversed"},
    "p": {"class"},
    "sup": {"id"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_CLASSES = re.compile(r"footnote|footnote-ref|footnote-backref|admonition(?: [a-z]{1,20})?|admonition-title")
_FOOTNOTE_ID = re.compile(r"fn(?:ref)?\d*:[\w.-]{1,100}")
_SCHEMES = {"http", "https", "mailto", "tel"}
_NUMBER = re.compile(r"\d{1,4}%?")


class SafeHtml(str):
    """HTML that has been sanitised."""


def safe_html(text: str) -> SafeHtml:
    """Convert and sanitise Markdown. Links and addresses of images stay as written if their scheme is harmless."""
    html = _convert(text)
    if html is None or _too_deep(html):
        return SafeHtml(f"<pre>{escape(text)}</pre>")
    return SafeHtml(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            attribute_filter=_attribute,
            url_schemes=_SCHEMES,
            link_rel=None,
            strip_comments=True,
        )
    )


def _convert(text: str) -> str | None:
    if _is_light(text):
        try:
            return markdown.markdown(text, extensions=_EXTENSIONS, extension_configs=_SETTINGS, output_format="html")
        except (RecursionError, ValueError, AssertionError, IndexError):  # a text that Python-Markdown trips over
            pass
    options = pyromark.Options
    wanted = options.ENABLE_TABLES | options.ENABLE_FOOTNOTES | options.ENABLE_STRIKETHROUGH | options.ENABLE_TASKLISTS
    return pyromark.html(text, options=wanted)


def _is_light(text: str) -> bool:
    """Whether Python-Markdown will take no more than about a second over the text."""
    if len(text) > _MAX_FAST or text.count("\n#") > _MAX_HEADINGS or text.count("<!") + text.count("<?") > 200:
        return False
    if text.count("[^") > 500 or text.count("\n") > _MAX_LINES:
        return False
    work = 0
    for paragraph in _PARAGRAPH.split(text):
        work += len(_HEAVY_MARK.findall(paragraph)) ** 2
        if work > _MAX_WORK:
            return False
    return True


def _too_deep(html: str) -> bool:
    depth = 0
    open_: dict[str, int] = {}
    for closing, name in _TAG.findall(html):
        name = name.lower()
        if name in _VOID:
            continue
        if not closing:
            open_[name] = open_.get(name, 0) + 1
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        elif open_.get(name, 0):
            open_[name] -= 1
            depth -= 1
    return False


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return value if _CLASSES.fullmatch(value) else None
    if name == "id":
        return value if _FOOTNOTE_ID.fullmatch(value) else None
    if name in ("width", "height", "colspan", "rowspan", "span", "start", "value"):
        return value if _NUMBER.fullmatch(value) else None
    return value
