"""A post as HTML: sanitised Markdown with formulas, coloured code, anchors, living and dead links, and marked matches.

Rendering gives *parts*: pieces of markup and pieces of text in between. They do not depend on a query, so they can be
kept; writing them out with a query's matches marked is cheap. A match may begin in one piece of text and end in
another: all text of a block is searched as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Literal, NamedTuple
from urllib.parse import quote, urlsplit

from kbsearch.analysis.fold import fold
from kbsearch.corpus.anchors import Anchors, split_attributes
from kbsearch.corpus.inline import WIKI_LINK, split_wiki_link
from kbsearch.web.code import class_attribute, coloured
from kbsearch.web.formulas import formula_html
from kbsearch.web.markdown_html import safe_html
from kbsearch.web.source import CodeBlock, FormulaPiece, Prepared, prepare

__all__ = ["ContentsEntry", "LinkTo", "RenderedPost", "Surroundings", "plain_post", "render_post"]

_BLOCKS = frozenset(
    "blockquote br caption dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary table tbody "
    "td tfoot th thead tr ul".split()
)
_VOID = frozenset(("br", "col", "hr", "img", "wbr"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg)$", re.IGNORECASE)
_EXTERNAL = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\] ")
_MAX_FORMULAS = 3_000  # a post; later ones stay LaTeX

Kind = Literal["markup", "block", "text"]
Finder = Callable[[str], Sequence[tuple[int, int]]]


class LinkTo(NamedTuple):
    """Where a link to a post leads; ``href`` is empty if the index does not have the post."""

    href: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a post needs to know of the world.

    Attributes:
        link: from a link's target and whether it is a wiki link to where it leads.
        image: from an image's relative address to the address it is served at; empty if it is not served.
        remote_images: whether images from elsewhere may be loaded.
        missing: what is said of a dead link.
    """

    link: Callable[[str, bool], LinkTo]
    image: Callable[[str], str]
    remote_images: bool = False
    missing: str = "not in the index"


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A heading in the table of contents; ``depth`` counts from 0."""

    depth: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RenderedPost:
    """A rendered post: its parts and its table of contents."""

    parts: tuple[tuple[Kind, str], ...]
    contents: tuple[ContentsEntry, ...]

    def html(self, find: Finder | None = None) -> str:
        """The post as HTML, with the ranges that ``find`` gives for its text marked."""
        if find is None:
            return "".join(escape(value, quote=False) if kind == "text" else value for kind, value in self.parts)
        text = "".join(value if kind == "text" else "\n" if kind == "block" else "" for kind, value in self.parts)
        return "".join(_marked(self.parts, find(text)))


def _marked(parts: Iterable[tuple[Kind, str]], ranges: Sequence[tuple[int, int]]) -> Iterable[str]:
    """Markup as it is, text escaped and with ``<mark>`` around the ranges (ascending, apart)."""
    at, index = 0, 0
    for kind, value in parts:
        if kind != "text":
            at += kind == "block"
            yield value
            continue
        end, done = at + len(value), 0
        while index < len(ranges) and ranges[index][0] < end:
            start, stop = max(ranges[index][0], at), min(ranges[index][1], end)
            if start < stop:
                yield escape(value[done : start - at], quote=False)
                yield f"<mark>{escape(value[start - at : stop - at], quote=False)}</mark>"
                done = stop - at
            if ranges[index][1] > end:
                break
            index += 1
        yield escape(value[done:], quote=False)
        at = end


def plain_post(text: str) -> RenderedPost:
    """A post that is not Markdown: paragraphs of text as they are."""
    parts: list[tuple[Kind, str]] = []
    for paragraph in re.split(r"\n[ \t]*\n", text.strip()):
        parts += [("block", '<p class="plain">'), ("text", paragraph), ("block", "</p>")]
    return RenderedPost(tuple(parts), ())


def render_post(text: str, title: str, around: Surroundings) -> RenderedPost:
    """Render Markdown. A first heading that only repeats the title is left out."""
    prepared = prepare(text)
    page = _Page(prepared, title, around)
    page.feed(safe_html(prepared.text))
    page.close()
    return page.rendered()


@dataclass(slots=True)
class _OpenHeading:
    level: int
    part: int
    words: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Goes through sanitised HTML and writes parts."""

    def __init__(self, prepared: Prepared, title: str, around: Surroundings) -> None:
        super().__init__(convert_charrefs=True)
        self._prepared = prepared
        self._title = fold(title).strip()
        self._around = around
        self._parts: list[tuple[Kind, str]] = []
        self._open: list[str] = []
        self._closers: list[str] = []  # for each open link, what closes it
        self._anchors = Anchors()
        self._heading: _OpenHeading | None = None
        self._headings: list[tuple[int, int, str, str]] = []  # level, place among the parts, title, anchor
        self._formulas = 0
        self._item_begins = False

    def rendered(self) -> RenderedPost:
        """What was written."""
        shift = 1 if any(level == 1 for level, *_ in self._headings) else 0
        lowest = min((level for level, *_ in self._headings), default=1)
        contents = []
        for level, place, title, anchor in self._headings:
            tag = f"h{min(level + shift, 6)}"
            self._parts[place] = ("block", f'<{tag} id="{escape(anchor)}">')
            end = next(i for i in range(place, len(self._parts)) if self._parts[i][1] == f"</h{level}>")
            link = f'<a class="anchor" href="#{escape(quote(anchor))}" aria-hidden="true" tabindex="-1">#</a>'
            self._parts[end] = ("block", f"{link}</{tag}>")
            contents.append(ContentsEntry(min(level - lowest, 3), title, anchor))
        return RenderedPost(tuple(self._parts), tuple(contents))

    # --- elements ---

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: self._written(value or "") for name, value in attrs}
        if tag == "img":
            self._image(given)
            return
        if tag == "a":
            self._start_link(given)
            return
        if tag in _HEADINGS and self._heading is None:
            self._heading = _OpenHeading(int(tag[1]), len(self._parts))
        self._item_begins = tag == "li" or (tag == "p" and self._item_begins)
        if tag == "table":
            self._markup('<div class="table" tabindex="0">', block=True)
        if tag not in _VOID:
            self._open.append(tag)
        written = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self._markup(f"<{tag}{written}>", block=tag in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            if self._closers:
                self._markup(self._closers.pop())
            return
        if tag in _VOID:
            return
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag == "p" and self._drop_empty_paragraph():
            return
        self._markup(f"</{tag}>", block=tag in _BLOCKS)
        if tag == "table":
            self._markup("</div>", block=True)
        if self._heading is not None and tag == f"h{self._heading.level}":
            self._end_heading(self._heading)

    def _drop_empty_paragraph(self) -> bool:
        """Take back a paragraph that has nothing in it (its only content was a block of code)."""
        place = len(self._parts) - 1
        while place >= 0 and self._parts[place][0] == "text" and not self._parts[place][1].strip():
            place -= 1
        if place < 0 or self._parts[place] != ("block", "<p>"):
            return False
        del self._parts[place:]
        return True

    def _end_heading(self, heading: _OpenHeading) -> None:
        self._heading = None
        title, explicit = split_attributes(" ".join("".join(heading.words).split()))
        anchor = self._anchors.add(title, explicit)
        if explicit:
            self._cut_attributes(heading.part)
        if heading.level == 1 and not self._headings and fold(title).strip() == self._title:
            del self._parts[heading.part :]
        elif title:
            self._headings.append((heading.level, heading.part, title, anchor))

    def _cut_attributes(self, place: int) -> None:
        for index in range(len(self._parts) - 1, place, -1):
            kind, text = self._parts[index]
            if kind == "text" and "{" in text:
                self._parts[index] = (kind, split_attributes(text)[0])
                return

    def _start_link(self, given: dict[str, str]) -> None:
        href = given.get("href", "")
        if href.startswith("#"):
            extra = "".join(f' {name}="{escape(given[name])}"' for name in ("class", "id") if name in given)
            self._open_link(f'<a href="{escape(href)}"{extra}>', "</a>")
        else:
            self._link_to(href, wiki=False)

    def _link_to(self, target: str, *, wiki: bool) -> None:
        if not wiki and target.startswith("//"):
            target = "https:" + target
        if not wiki and _EXTERNAL.match(target):
            self._open_link(f'<a class="external" href="{escape(target)}" rel="noopener noreferrer">', "</a>")
            return
        found = self._around.link(target, wiki) if target else LinkTo("")
        if found.href:
            title = f' title="{escape(found.title)}"' if found.title else ""
            self._open_link(f'<a class="internal" href="{escape(found.href)}"{title}>', "</a>")
        else:
            told = f"{target} — {self._around.missing}" if target else self._around.missing
            self._open_link(f'<span class="dead" title="{escape(told)}">', "</span>")

    def _open_link(self, start: str, closer: str) -> None:
        if self._closers:  # links do not nest
            start = closer = ""
        self._markup(start)
        self._closers.append(closer)

    def _image(self, given: dict[str, str]) -> None:
        source, alt = given.get("src", ""), given.get("alt", "")
        external = bool(_EXTERNAL.match(source)) or source.startswith("//")
        address = (source if self._around.remote_images else "") if external else self._around.image(source)
        if address:
            size = "".join(f' {name}="{escape(given[name])}"' for name in ("width", "height") if name in given)
            title = f' title="{escape(given["title"])}"' if given.get("title") else ""
            self._markup(
                f'<img src="{escape(address)}" alt="{escape(alt)}"{size}{title} loading="lazy" decoding="async">'
            )
            return
        label = alt or source.rpartition("/")[2]
        if external and not self._closers:
            host = urlsplit("https:" + source if source.startswith("//") else source).hostname or ""
            self._markup(f'<a class="picture" href="{escape(source)}" rel="noopener noreferrer">')
            self._text(f"{label} ({host})" if label else host)
            self._markup("</a>")
        else:
            self._markup('<span class="picture">')
            self._text(label)
            self._markup("</span>")

    # --- text ---

    def handle_data(self, data: str) -> None:
        at = 0
        for match in self._prepared.token.finditer(data):
            piece = self._prepared.pieces.get(match[0])
            if piece is None:
                continue
            self._prose(data[at : match.start()])
            self._piece(piece)
            at = match.end()
        self._prose(data[at:])

    def _piece(self, piece: FormulaPiece | CodeBlock) -> None:
        if isinstance(piece, CodeBlock):
            self._code_block(piece)
        elif "code" in self._open or "pre" in self._open or self._formulas >= _MAX_FORMULAS:
            self._text(piece.written)
        else:
            self._formulas += 1
            if self._heading is not None:
                self._heading.words.append(piece.latex.strip())
            one_line = piece.inline or self._heading is not None
            self._markup(formula_html(piece.latex.strip(), inline=one_line), block=not one_line)

    def _code_block(self, block: CodeBlock) -> None:
        inside = self._open[-1:] == ["p"]
        if inside and not self._drop_empty_paragraph():
            self._markup("</p>", block=True)
        label = f' data-language="{escape(block.language[:30])}"' if block.language else ""
        self._markup(f'<pre tabindex="0"{label}><code>', block=True)
        for name, text in coloured(block.code, block.language):
            self._markup(f"<span{class_attribute(name)}>" if name else "")
            self._text(text)
            self._markup("</span>" if name else "")
        self._markup("</code></pre>", block=True)
        if inside:
            self._markup("<p>", block=True)

    def _prose(self, data: str) -> None:
        if not data:
            return
        if self._heading is not None:
            self._heading.words.append(data)
        if self._item_begins and data.strip():
            self._item_begins = False
            task = _TASK.match(data)
            if task:
                self._markup(f'<span class="task">{"☐" if task[1] == " " else "☑"}</span> ')
                data = data[task.end() :]
        if "[[" in data and not self._closers and "code" not in self._open and "pre" not in self._open:
            self._wiki_links(data)
        else:
            self._text(data)

    def _wiki_links(self, data: str) -> None:
        at = 0
        for match in WIKI_LINK.finditer(data):
            self._text(data[at : match.start()])
            target, shown = split_wiki_link(match)
            if match[0].startswith("!") and _IMAGE.search(target):
                self._image({"src": target, "alt": shown})
            else:
                self._link_to(target, wiki=True)
                self._text(shown)
                self._markup(self._closers.pop())
            at = match.end()
        self._text(data[at:])

    def _written(self, value: str) -> str:
        """An attribute's value with tokens put back as they were written."""

        def written(match: re.Match[str]) -> str:
            piece = self._prepared.pieces.get(match[0])
            return piece.written if isinstance(piece, FormulaPiece) else piece.code if piece else match[0]

        return self._prepared.token.sub(written, value)

    def _markup(self, html: str, *, block: bool = False) -> None:
        if html:
            self._parts.append(("block" if block else "markup", html))

    def _text(self, text: str) -> None:
        if text:
            self._parts.append(("text", text))
