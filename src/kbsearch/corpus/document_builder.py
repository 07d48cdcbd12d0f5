"""Writes a :class:`~kbsearch.model.Document` from the events of the Markdown parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pyromark
from pyromark import Options

from kbsearch.corpus.anchors import split_attributes
from kbsearch.corpus.inline import WIKI_LINK, bare_urls, find_tags, split_wiki_link
from kbsearch.corpus.outline import Heading, make_sections
from kbsearch.corpus.raw_html import html_links, is_markup, read_html, shown_attributes
from kbsearch.corpus.shortcodes import shortcode_text
from kbsearch.corpus.tex import LITERAL_DOLLAR, Formula, formula_in_code
from kbsearch.corpus.text_writer import TextWriter
from kbsearch.model import Document, Link, Span

__all__ = ["DocumentBuilder"]

_PLAIN = Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS
_WITH_FORMULAS = _PLAIN | Options.ENABLE_MATH

_NARROW_HEADING = re.compile(rb"(#{2,6})[^\s#]")  # `##Title`: a heading to older generators
_DUNDER = re.compile(rb"__[a-z]\w{0,60}__")
_PRODUCT = re.compile(rb"(\*{1,2})[\w.+-]{1,30}\1")  # the middle of `2*3*4`
_LEVELS = {"H1": 1, "H2": 2, "H3": 3, "H4": 4, "H5": 5, "H6": 6}
_QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_LANGUAGE = re.compile(r"[\s{.]*([^\s{}.,;:=]+)(?!=)")
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_FORMULA_IN_CODE = "$\\ " + LITERAL_DOLLAR  # how code that is a formula may begin
_MAX_LINK_PIECES = 64  # nested images could repeat their text without end

_Place = Mapping[str, int]  # an event's range in bytes of the source: "start", "end"


class DocumentBuilder:
    """Writes a document from the parser's events; each kind of event has a method, found by the tables at the end.

    ``missing`` holds the places of the formulas that were not met yet.
    """

    def __init__(self, source: bytes, first_line: int, formulas: Sequence[Formula] = ()) -> None:
        self._source = source
        self._first_line = first_line
        self._formulas = {formula.start: formula for formula in formulas}
        self.missing = set(self._formulas)
        self._writer = TextWriter(source, first_line)
        self._spans: list[Span] = []
        self._headings: list[Heading] = []
        self._links: list[Link] = []
        self._tags: dict[str, None] = {}
        self._heading: tuple[int, int, int, int, int] | None = None  # the open one: level, place, line, start, mark
        self._narrow = False  # the open heading is a paragraph's first line: `##Title`
        self._hashes = 0  # of a narrow heading, still to be cut off
        self._open_links: list[tuple[str, int, int]] = []  # target, mark, line
        self._next_numbers: list[int | None] = []  # for each open list, of its next item
        self._open_quotes = 0
        self._table: tuple[int, int] | None = None  # the open one: its offset and its place among the spans
        self._cells = 0  # in this row so far
        self._raw: list[str] | None = None  # pieces of the open block of code or HTML
        self._raw_place = 0
        self._language = ""  # of the open block of code

    def read(self, markdown: str) -> None:
        """Read the source; if it has formulas, what :func:`~kbsearch.corpus.tex.mask` made of it."""
        starts, ends, leaves, write_text = self._STARTS, self._ENDS, self._LEAVES, self._text
        options = _WITH_FORMULAS if self._formulas else _PLAIN
        events: Any = pyromark.events_with_range(markdown, options=options, merge_text=True)
        for event, place in events:
            if "Text" in event:  # an event is a mapping with one key, or a string such as "SoftBreak"
                write_text(event["Text"], place)
            elif "Start" in event:
                tag = event["Start"]
                if isinstance(tag, str):
                    starts[tag](self, None, place)
                else:
                    for kind, value in tag.items():
                        starts[kind](self, value, place)
            elif "End" in event:
                tag = event["End"]
                ends[tag if isinstance(tag, str) else next(iter(tag))](self, place)
            elif isinstance(event, str):
                if event != "Rule":
                    self._line_break(place)
            else:
                for kind, value in event.items():
                    leaves[kind](self, value, place)

    def document(self) -> Document:
        """What was read."""
        return Document(
            text=self._restore(self._writer.text()),
            spans=tuple(self._spans),
            sections=make_sections(self._headings, self._source, self._first_line, self._writer.length),
            lines=tuple(self._writer.lines),
            links=tuple(self._links),
            tags=tuple(self._tags),
        )

    def _restore(self, text: str) -> str:
        """Undo what :func:`~kbsearch.corpus.tex.mask` did to dollars."""
        return text.replace(LITERAL_DOLLAR, "$") if self._formulas else text

    # Inside a paragraph

    def _text(self, text: str, place: _Place) -> None:
        if self._raw is not None:
            self._raw_piece(text, place)
            return
        if "#" in text or "[[" in text or "://" in text or "{" in text:
            text = self._notations(text, place)
            if not text:
                return
        self._writer.write(text, place["start"])

    def _notations(self, text: str, place: _Place) -> str:
        """Take note of tags and links in a piece of text; the piece as a reader sees it."""
        start, end = place["start"], place["end"]
        if self._hashes:
            text, self._hashes = text[self._hashes :], 0
        if "{" in text and self._is_whole_line(start, end):
            shown = shortcode_text(text)
            if shown is not None:
                return shown
        if self._open_links:
            return text
        self._writer.advance(start)
        line = self._writer.line
        if "#" in text and self._heading is None:
            before = self._source[max(0, start - 4) : start].decode(errors="ignore")[-1:]
            written = before + self._source[start:end].decode()  # with backslashes: `\\#` begins no tag
            self._tags.update(dict.fromkeys(find_tags(written, len(before))))
        if "[[" in text:

            def show(match: re.Match[str]) -> str:
                target, shown = split_wiki_link(match)
                self._links.append(Link(self._restore(target), self._restore(shown), line, wiki=True))
                return shown

            text = WIKI_LINK.sub(show, text)
        if "://" in text:
            self._links += [Link(url, url, line) for url in bare_urls(self._restore(text))]
        return text

    def _is_whole_line(self, start: int, end: int) -> bool:
        source = self._source
        return (start == 0 or source[start - 1] in b"\n\t >") and (end == len(source) or source[end] == 0x0A)

    def _line_break(self, place: _Place) -> None:
        if self._narrow:
            self._end_heading(place)
        else:
            self._writer.begin_line()

    def _inline_code(self, text: str, place: _Place) -> None:
        if text[0] in _FORMULA_IN_CODE:
            wrapped = formula_in_code(self._source[place["start"] : place["end"]].decode().strip("`"))
            if wrapped is not None:
                self._write_formula(wrapped[0], place["start"], wrapped[1])
                return
        self._writer.write(text, place["start"])
        if self._heading is None:
            end = self._writer.length
            self._spans.append(Span("code", end - len(text), end, "", True))

    def _formula(self, latex: str, place: _Place) -> None:
        formula = self._formulas.get(place["start"])
        if formula is None:  # the source has no other dollars left; yet if the parser finds one, keep it
            self._writer.write(latex, place["start"])
            return
        self.missing.discard(formula.start)
        latex = self._source[formula.latex_start : formula.latex_end].decode()
        self._write_formula(latex, formula.latex_start, formula.inline)

    def _write_formula(self, latex: str, place: int, inline: bool) -> None:
        writer = self._writer
        place += len(latex) - len(latex.lstrip())
        latex = latex.strip()
        if not latex:
            return
        one_line = self._heading is not None or self._table is not None
        displayed = not inline and not one_line
        if "\n" in latex:
            latex = (_QUOTE_MARKS.sub("", latex).strip() or latex) if self._open_quotes else latex
            latex = latex.replace("\n", " ") if one_line else latex
        if displayed:
            writer.begin_line()
        writer.close_gap()
        start = writer.length
        writer.write_lines(latex, place)
        if self._heading is None:
            self._spans.append(Span("math", start, writer.length, "", inline or one_line))
        if displayed:
            writer.begin_line()

    def _inline_html(self, tag: str, place: _Place) -> None:
        writer, start = self._writer, place["start"]
        if not is_markup(tag):
            writer.write(tag, start)
            return
        if _BREAK.match(tag):
            if self._table is None and self._heading is None:
                writer.begin_line()
            else:
                writer.write(" ", start)
        for shown in shown_attributes(tag):
            writer.write(shown, start)
        targets = html_links(tag)
        if targets:
            writer.advance(start)
            self._links += [Link(self._restore(target), "", writer.line) for target in targets]

    def _start_link(self, link: Mapping[str, Any], place: _Place) -> None:
        self._writer.advance(place["start"])
        self._open_links.append((link["dest_url"], self._writer.mark(), self._writer.line))

    def _end_link(self, place: _Place) -> None:
        target, mark, line = self._open_links.pop()
        text = self._writer.since(mark, _MAX_LINK_PIECES).strip()
        self._links.append(Link(self._restore(target), self._restore(text), line))

    def _start_emphasis(self, _: None, place: _Place) -> None:
        """CommonMark drops these marks; where they are no emphasis but part of a product or a name, they stay."""
        start, source = place["start"], self._source
        if source[start] == 0x5F:
            if source[start + 1] == 0x5F and _DUNDER.fullmatch(source, start, place["end"]):
                self._writer.write("__", start)
        elif source[start - 1 : start].isalnum():
            end = place["end"]
            product = _PRODUCT.fullmatch(source, start, end)
            if product and source[end : end + 1].isalnum():
                self._writer.write(product[1].decode(), start)

    def _end_emphasis(self, place: _Place) -> None:
        self._start_emphasis(None, place)

    def _start_strikethrough(self, _: None, place: _Place) -> None:
        if self._source[place["start"] + 1] != 0x7E:  # a single tilde means "about" or "to"
            self._writer.write("~", place["start"])

    def _end_strikethrough(self, place: _Place) -> None:
        self._start_strikethrough(None, place)

    def _footnote_mark(self, name: str, place: _Place) -> None:
        self._writer.write(f"[{name}]", place["start"])

    # Blocks

    def _start_paragraph(self, _: None, place: _Place) -> None:
        start = place["start"]
        if self._source.startswith(b"##", start):
            hashes = _NARROW_HEADING.match(self._source, start)
            if hashes:
                self._hashes = len(hashes[1])
                self._narrow = True
                self._open_heading(self._hashes, start)

    def _end_paragraph(self, place: _Place) -> None:
        if self._narrow:
            self._end_heading(place)
        self._writer.end_block()

    def _start_heading(self, heading: Mapping[str, Any], place: _Place) -> None:
        self._open_heading(_LEVELS[heading["level"]], place["start"])

    def _open_heading(self, level: int, place: int) -> None:
        writer = self._writer
        writer.begin_block()
        writer.close_gap()
        writer.advance(place)
        self._heading = level, place, writer.line, writer.length, writer.mark()

    def _end_heading(self, place: _Place) -> None:
        assert self._heading is not None
        level, at, line, start, mark = self._heading
        self._heading, self._narrow, self._hashes = None, False, 0
        writer = self._writer
        title, anchor = writer.since(mark), ""
        if "}" in title:
            written = title
            title, anchor = split_attributes(written)
            if title != written:
                writer.replace_since(mark, title)
        self._headings.append(Heading(" ".join(self._restore(title).split()), level, anchor, at, line, start))
        if writer.length > start:
            self._spans.append(Span("heading", start, writer.length))
            writer.end_block()

    def _start_block(self, _: None, place: _Place) -> None:
        self._writer.begin_block()

    def _end_block(self, place: _Place) -> None:
        self._writer.end_block()

    def _start_quote(self, _: None, place: _Place) -> None:
        self._open_quotes += 1
        self._writer.begin_block()

    def _end_quote(self, place: _Place) -> None:
        self._open_quotes -= 1
        self._writer.end_block()

    def _start_list(self, first: int | None, place: _Place) -> None:
        self._next_numbers.append(first)

    def _end_list(self, place: _Place) -> None:
        self._next_numbers.pop()
        if not self._next_numbers:
            self._writer.end_block()

    def _start_item(self, _: None, place: _Place) -> None:
        self._writer.begin_line()
        number = self._next_numbers[-1]
        if number is None:
            self._writer.write_marker("- ", place["start"])
        else:
            self._writer.write_marker(f"{number}. ", place["start"])
            self._next_numbers[-1] = number + 1

    def _end_item(self, place: _Place) -> None:
        self._writer.begin_line()

    def _task(self, done: bool, place: _Place) -> None:
        self._writer.write_marker("[x] " if done else "[ ] ", place["start"])

    def _start_footnote(self, name: str, place: _Place) -> None:
        self._writer.begin_block()
        self._writer.write_marker(f"[{name}] ", place["start"])

    def _raw_piece(self, piece: str, place: _Place) -> None:
        if self._raw is None:
            self._raw = []
        if not self._raw:
            self._raw_place = place["start"]
        self._raw.append(piece)

    def _take_raw(self) -> str:
        raw, self._raw = self._raw, None
        return "".join(raw or ())

    def _start_code(self, kind: str | Mapping[str, str], place: _Place) -> None:
        info = "" if isinstance(kind, str) else kind["Fenced"]
        language = _LANGUAGE.match(info)
        self._language = language[1].lower() if language else ""
        self._raw = []

    def _end_code(self, place: _Place) -> None:
        code = self._take_raw().rstrip("\n")
        self._writer.begin_block()
        if code.strip():
            self._writer.close_gap()
            start = self._writer.length
            self._writer.write_lines(code, self._raw_place)
            if self._language == "math":
                self._spans.append(Span("math", start, self._writer.length))
            else:
                self._spans.append(Span("code", start, self._writer.length, self._language))
        self._writer.end_block()

    def _start_html(self, _: None, place: _Place) -> None:
        self._raw = []

    def _end_html(self, place: _Place) -> None:
        source, writer = self._take_raw(), self._writer
        if not source:
            return
        writer.advance(self._raw_place)
        first = writer.line
        block = read_html(source)
        self._links += [Link(self._restore(target), "", first) for target in html_links(source)]
        ranges: list[tuple[int, int]] = []
        for text, line in block.lines:
            if ranges:
                writer.gap = "\n"
            else:
                writer.begin_block()
            writer.close_gap()
            ranges.append((writer.length, writer.length + len(text)))
            writer.write_on_line(text, first + line)
        spans = [Span("table", ranges[start][0], ranges[end - 1][1]) for start, end in block.tables]
        for start, end in block.code:
            in_table = any(table <= start < table_end for table, table_end in block.tables)
            spans.append(Span("code", ranges[start][0], ranges[end - 1][1], "", in_table))
        self._spans += sorted(spans, key=lambda span: (span.start, -span.end))
        writer.end_block()

    # Tables

    def _start_table(self, _: object, place: _Place) -> None:
        self._writer.begin_block()
        self._writer.close_gap()
        self._table = self._writer.length, len(self._spans)

    def _end_table(self, place: _Place) -> None:
        assert self._table is not None
        start, index = self._table
        self._table = None
        if self._writer.length > start:
            self._spans.insert(index, Span("table", start, self._writer.length))
        self._writer.end_block()

    def _start_row(self, _: None, place: _Place) -> None:
        self._cells = 0

    def _end_row(self, place: _Place) -> None:
        self._writer.begin_line()

    def _start_cell(self, _: None, place: _Place) -> None:
        if self._cells:
            self._writer.write(" | ", place["start"])
        self._cells += 1

    def _nothing(self, *_: object) -> None:
        """An event that leaves no trace in the text."""

    _STARTS: ClassVar[dict[str, Callable[[DocumentBuilder, Any, _Place], None]]] = {
        "Paragraph": _start_paragraph,
        "Heading": _start_heading,
        "BlockQuote": _start_quote,
        "CodeBlock": _start_code,
        "HtmlBlock": _start_html,
        "List": _start_list,
        "Item": _start_item,
        "FootnoteDefinition": _start_footnote,
        "Table": _start_table,
        "TableHead": _start_row,
        "TableRow": _start_row,
        "TableCell": _start_cell,
        "Emphasis": _start_emphasis,
        "Strong": _start_emphasis,
        "Strikethrough": _start_strikethrough,
        "Link": _start_link,
        "Image": _start_link,
    }
    _ENDS: ClassVar[dict[str, Callable[[DocumentBuilder, _Place], None]]] = {
        "Paragraph": _end_paragraph,
        "Heading": _end_heading,
        "BlockQuote": _end_quote,
        "CodeBlock": _end_code,
        "HtmlBlock": _end_html,
        "List": _end_list,
        "Item": _end_item,
        "FootnoteDefinition": _end_block,
        "Table": _end_table,
        "TableHead": _end_row,
        "TableRow": _end_row,
        "TableCell": _nothing,
        "Emphasis": _end_emphasis,
        "Strong": _end_emphasis,
        "Strikethrough": _end_strikethrough,
        "Link": _end_link,
        "Image": _end_link,
    }
    _LEAVES: ClassVar[dict[str, Callable[[DocumentBuilder, Any, _Place], None]]] = {
        "Code": _inline_code,
        "InlineMath": _formula,
        "DisplayMath": _formula,
        "InlineHtml": _inline_html,
        "Html": _raw_piece,
        "FootnoteReference": _footnote_mark,
        "TaskListMarker": _task,
    }
