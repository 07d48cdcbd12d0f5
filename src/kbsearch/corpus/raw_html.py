"""Raw HTML in Markdown: the text a reader sees of it, and what only looks like HTML.

Tags go, their text stays; comments, scripts and styles go whole. ``vector<int>``, ``<cluster-name>`` and
``<b and c>`` have the form of tags but are none: an element that HTML does not have, or attributes that mean
nothing, are text (:func:`is_markup`). Everything takes time linear in the input.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

__all__ = ["HtmlText", "decode_entities", "html_links", "is_markup", "read_html", "shown_attributes"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _words(
    """
    a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br button
    canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed
    fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe
    img input ins kbd label legend li link main map mark marquee menu meta meter nav nobr noframes noscript object ol
    optgroup option output p param picture pre progress q rp rt ruby s samp script section select slot small source
    span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track
    tt u ul var video wbr
    circle defs ellipse g line path polygon polyline rect text tspan use
    annotation math mfrac mi mn mo mover mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder
    munderover semantics
    """
)
# Inside a sentence and without attributes, these are placeholders or mentions (`<path>`, "the <script> tag").
_PLACEHOLDERS = _words(
    """
    address area base body circle col data dir form frame g head html iframe input line link map math menu meta meter
    object option output param path progress rect script select slot source style template text time title track use
    var
    """
)
_BARE_ATTRIBUTES = _words(
    """
    allowfullscreen async autofocus autoplay border checked compact controls default defer disabled formnovalidate
    hidden inert ismap itemscope loop multiple muted nomodule noshade novalidate nowrap open playsinline readonly
    required reversed sandbox selected
    """
)
_BLOCKS = _words(
    """
    address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p section summary tbody tfoot thead ul
    """
)

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:._-]*)((?:\s(?:[^<>\"']++|\"[^\"]*\"|'[^']*')*+)?)/?>")
_MAX_TAG = 4096  # characters tried for one tag
_LONG_TAGS = 50  # how many longer ones (with an image written into them) are tried in one block
_COMPONENT = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+|[A-Z][a-z]{3,}")  # a site's own: `<SimpleTab>`
_SHOWN_ATTRIBUTE = re.compile(r"\s(?:alt|label)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_LINK_ATTRIBUTE = re.compile(r"\s(?:href|src)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_SILENT_END = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}


def decode_entities(text: str) -> str:
    """Resolve ``&lt;``, ``&#20013;`` and the like; what is no entity stays."""
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def html_links(source: str) -> list[str]:
    """Targets of the ``href`` and ``src`` attributes in a piece of HTML."""
    if "=" not in source:
        return []
    return [decode_entities(double or single) for double, single in _LINK_ATTRIBUTE.findall(source) if double or single]


def shown_attributes(tag: str) -> list[str]:
    """What a reader sees of a tag itself: an image's ``alt``, a tab's ``label``."""
    if "=" not in tag:
        return []
    return [decode_entities(double or single) for double, single in _SHOWN_ATTRIBUTE.findall(tag) if double or single]


def is_markup(tag: str) -> bool:
    """Whether ``<…>`` inside a sentence is HTML, so that a reader does not see it."""
    match = _TAG.fullmatch(tag)
    if match is not None:
        return _is_markup(match, block=False)
    return tag.startswith("<!") and not tag.startswith("<![")  # comment or declaration; CDATA is text


def _is_markup(match: re.Match[str], block: bool) -> bool:
    name, attributes = match[2], match[3].strip().rstrip("/").strip()
    if "=" not in attributes and any(word.lower() not in _BARE_ATTRIBUTES for word in attributes.split()):
        return False  # `<b and c>`
    lower = name.lower()
    if lower not in _ELEMENTS:
        return (name[0].isupper() and "=" in attributes) or (block and _COMPONENT.fullmatch(name) is not None)
    if block or attributes:
        return True
    if name != lower and (name != name.upper() or len(name) == 1):
        return False  # `<Link>`, `<T>`: types
    return lower not in _PLACEHOLDERS


@dataclass(slots=True)
class HtmlText:
    """The text of a block of HTML.

    ``lines`` holds each line that is not empty, with the number of the source line it began on (from 0). ``tables``
    and ``code`` are pairs of indexes into ``lines``, end-exclusive: what stood in ``<table>`` and in ``<pre>``.
    """

    lines: list[tuple[str, int]] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)
    code: list[tuple[int, int]] = field(default_factory=list)


def read_html(source: str) -> HtmlText:
    """Read a block of HTML: lines as in the source, cells of a row parted by `` | ``, ``<pre>`` exactly."""
    reader = _Reader(source)
    reader.read()
    return reader.result


class _Reader:
    def __init__(self, source: str) -> None:
        self.result = HtmlText()
        self._source = source
        self._number = 0  # of the source line we are on
        self._line: list[str] = []  # pieces of the line being written
        self._line_number = 0  # where it began
        self._pre: int | None = None  # where in the result's lines the open <pre> began
        self._table: int | None = None  # likewise <table>
        self._table_depth = 0
        self._in_row = False
        self._cells = 0  # in this row so far
        self._long_tags = _LONG_TAGS
        self._never_closed: set[str] = set()

    def read(self) -> None:
        source, start = self._source, 0
        while (at := source.find("<", start)) >= 0:
            self._text(source[start:at])
            tag = self._tag(at)
            end = self._hidden_end(at, tag)
            if end < 0:
                if tag is None or not _is_markup(tag, block=True):
                    self._text("<")
                    start = at + 1
                    continue
                self._element(tag)
                end = tag.end()
            self._number += source.count("\n", at, end)
            start = end
        self._text(source[start:])
        self._end_pre()
        self._table_depth = min(self._table_depth, 1)
        self._end_table()
        self._break()

    def _tag(self, at: int) -> re.Match[str] | None:
        match = _TAG.match(self._source, at, at + _MAX_TAG)
        if match is None and self._long_tags and len(self._source) > at + _MAX_TAG:
            self._long_tags -= 1
            match = _TAG.match(self._source, at)
        return match

    def _hidden_end(self, at: int, tag: re.Match[str] | None) -> int:
        """End of a comment, declaration, script or style that begins here; -1 if none does or it is never closed."""
        source = self._source
        if tag is not None:
            name = tag[2].lower()
            if tag[1] or name not in _SILENT_END or name in self._never_closed:
                return -1
            closing = _SILENT_END[name].search(source, tag.end())
            if closing is None:
                self._never_closed.add(name)
            return -1 if closing is None else closing.end()
        if not source.startswith("<!", at) or source.startswith("<![", at):
            return -1
        end_mark = "-->" if source.startswith("<!--", at) else ">"
        if end_mark in self._never_closed:
            return -1
        end = source.find(end_mark, at + 2)
        if end < 0:
            self._never_closed.add(end_mark)
            return -1
        return end + len(end_mark)

    def _element(self, tag: re.Match[str]) -> None:
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "pre":
            if closing:
                self._end_pre()
            elif self._pre is None:
                self._break()
                self._pre = len(self.result.lines)
        elif name == "table":
            if closing:
                self._end_table()
            elif self._pre is None:
                self._break()
                self._table_depth += 1
                if self._table is None:
                    self._table = len(self.result.lines)
        elif name == "tr":
            self._break()
            self._in_row, self._cells = not closing, 0
        elif name in ("td", "th") and not closing:
            if self._cells:
                self._write(" | ")
            self._cells += 1
        elif name in _BLOCKS:
            if self._in_row:
                self._write(" ")
            else:
                self._break()
        for shown in shown_attributes(tag[0]):
            self._write(shown)

    def _text(self, piece: str) -> None:
        first, *rest = piece.split("\n")
        self._write(decode_entities(first))
        for line in rest:
            if self._in_row and self._pre is None:
                self._write(" " if self._line else "")
            else:
                self._break()
            self._number += 1
            self._write(decode_entities(line))

    def _write(self, text: str) -> None:
        if text:
            if not self._line:
                self._line_number = self._number
            self._line.append(text)

    def _break(self) -> None:
        text = "".join(self._line)
        if self._pre is None:
            text = _SPACES.sub(" ", text).strip()
        elif not self._line:
            self._line_number = self._number
        if text or (self._pre is not None and len(self.result.lines) > self._pre):
            self.result.lines.append((text, self._line_number))
        self._line.clear()

    def _end_pre(self) -> None:
        if self._pre is None:
            return
        self._break()
        lines, start, self._pre = self.result.lines, self._pre, None
        while len(lines) > start and not lines[-1][0]:
            lines.pop()
        if len(lines) > start:
            self.result.code.append((start, len(lines)))

    def _end_table(self) -> None:
        if self._table is None:
            return
        self._end_pre()
        self._break()
        self._in_row = False
        self._table_depth -= 1
        if self._table_depth == 0:
            if len(self.result.lines) > self._table:
                self.result.tables.append((self._table, len(self.result.lines)))
            self._table = None
