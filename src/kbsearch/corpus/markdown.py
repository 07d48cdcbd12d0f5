"""Markdown → :class:`~kbsearch.model.Document`: plain text with spans, sections, lines, links and tags.

``pyromark`` (pulldown-cmark) reads the Markdown and reports events with their place in the source;
:mod:`~kbsearch.corpus.document_builder` writes the document from them in one pass. What CommonMark knows nothing of is
read by its neighbours: formulas (:mod:`~kbsearch.corpus.tex`), raw HTML (:mod:`~kbsearch.corpus.raw_html`), shortcodes
(:mod:`~kbsearch.corpus.shortcodes`), tags and wiki links (:mod:`~kbsearch.corpus.inline`).

How things look in the text: blocks are parted by a blank line, items of a tight list and rows of a table by a
newline, cells by `` | ``; items begin with ``- `` or their number; a line break in a paragraph stays one; a footnote's
mark is ``[1]``. Where CommonMark would swallow characters that a writer of technical notes meant
(``2*3*4``, ``__init__``, ``List<int>``, ``~5~``), they stay.
"""

from __future__ import annotations

from kbsearch.corpus.document_builder import DocumentBuilder
from kbsearch.corpus.inline import bare_urls
from kbsearch.corpus.outline import make_sections
from kbsearch.corpus.shortcodes import fence_code
from kbsearch.corpus.tex import LITERAL_DOLLAR, find_formulas, mask
from kbsearch.corpus.text_writer import TextWriter
from kbsearch.model import Document, Link

__all__ = ["parse_markdown", "plain_text_document"]


def parse_markdown(text: str, first_line: int = 1) -> Document:
    """Read Markdown (a post's body, without front matter).

    ``first_line`` is the line of the file on which the text begins. Any text is Markdown, so nothing is refused.
    Time is linear in its length.
    """
    text, source = _clean(fence_code(text))
    formulas = find_formulas(source)
    # A formula that the parser does not report lies in code or HTML: read again with those reported; then with none.
    for _ in range(2):
        if not formulas:
            break
        builder = DocumentBuilder(source, first_line, formulas)
        builder.read(mask(source, formulas).decode())
        if not builder.missing:
            return builder.document()
        formulas = [formula for formula in formulas if formula.start not in builder.missing]
    builder = DocumentBuilder(source, first_line)
    builder.read(text)
    return builder.document()


def plain_text_document(text: str, first_line: int = 1) -> Document:
    """Read text that is not Markdown: as it is, in one section, its paragraphs parted by one blank line."""
    text, source = _clean(text)
    writer = TextWriter(source, first_line)
    links = []
    for line, piece in enumerate(text.split("\n"), first_line):
        if not piece.strip():
            writer.end_block()
            continue
        writer.begin_line()
        writer.write_on_line(piece.rstrip(), line)
        if "://" in piece:
            links += [Link(url, url, line) for url in bare_urls(piece)]
    return Document(
        text=writer.text(),
        sections=make_sections((), source, first_line, writer.length),
        lines=tuple(writer.lines),
        links=tuple(links),
    )


def _clean(text: str) -> tuple[str, bytes]:
    """Text that UTF-8 can carry, with lines that end in a newline, without a byte-order mark; and its UTF-8."""
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if LITERAL_DOLLAR in text:
        text = text.replace(LITERAL_DOLLAR, " ")
    if "\0" in text:
        text = text.replace("\0", "\ufffd")  # as CommonMark wants it
    try:
        return text, text.encode()
    except UnicodeEncodeError:  # lone surrogates
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text, text.encode()
