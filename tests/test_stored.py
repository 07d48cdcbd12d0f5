"""How posts lie in an index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.analysis.fold import fold
from kbsearch.corpus.markdown import parse_markdown
from kbsearch.errors import IndexCorruptError
from kbsearch.model import Document, Post
from kbsearch.stored import decode_source, decode_stored, encode_source, encode_stored, stored_id, writable

MARKDOWN = """Before any heading, ＦＵＬＬ width and 機器學習.

# 扩散 `model`

Some $x^2$ and [a link](b.md).

## Code

```python
print("Hello")
```

| a | b |
|---|---|
| 1 | 2 |
"""


def _encoded(markdown: str) -> tuple[Document, bytes]:
    document = parse_markdown(markdown)
    plain = Analyzer(None).is_plain(document.text)
    return document, encode_stored(Post("a/b.md", "题", tags=("x", "y")), document, plain=plain)


def test_what_is_stored_is_read_back() -> None:
    """A post and its document come back as they were: text, spans, sections, lines and links."""
    document, data = _encoded(MARKDOWN)
    stored = decode_stored(data)
    assert stored.post == Post("a/b.md", "题", tags=("x", "y"))
    assert (stored.text, stored.folded) == (document.text, fold(document.text))
    for name in ("text", "spans", "sections", "lines", "links"):
        assert getattr(stored.document, name) == getattr(document, name)
    assert stored_id(data) == "a/b.md"
    assert stored.with_source(decode_source(encode_source(MARKDOWN))).post.text == MARKDOWN


def test_places_are_told_without_the_whole_document() -> None:
    """The section, the line and the spans of any stretch are those that the document has there."""
    document, data = _encoded(MARKDOWN)
    for at in range(len(document.text)):
        stored = decode_stored(data)
        assert stored.section_at(at) == [s for s in document.sections if s.start <= at][-1]
        assert stored.line_at(at) == [line for offset, line in document.lines if offset <= at][-1]
        assert stored.spans(at, at + 9) == tuple(s for s in document.spans if s.start < at + 9 and s.end > at)


@given(st.text())
def test_any_text_is_folded_as_everywhere(text: str) -> None:
    """The stored folded text is what folding the text gives, whatever the text."""
    text = writable(text)
    for plain in {False, Analyzer(None).is_plain(text)}:
        assert decode_stored(encode_stored(Post("a"), Document(text), plain=plain)).folded == fold(text)


@pytest.mark.parametrize("cut", [0, 1, 20, 40, -1])
def test_what_is_cut_short_is_damage(cut: int) -> None:
    """Bytes that are not whole are refused."""
    with pytest.raises(IndexCorruptError, match="check --repair"):
        decode_stored(_encoded(MARKDOWN)[1][:cut])
