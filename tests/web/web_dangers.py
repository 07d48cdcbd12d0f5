"""What posts that mean harm have in them, and what in a page could run, load or act."""

from __future__ import annotations

import re
from html.parser import HTMLParser

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
ALLOWED = frozenset(
    """
    a abbr article aside b bdi bdo blockquote body br button caption circle cite code col colgroup dd del
    details dfn div dl dt em figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html i img input ins
    kbd li line link main mark math menclose meta mfrac mi mn mo mover mpadded mphantom mroot mrow ms mspace
    msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover nav ol p path pre q rect rp rt ruby s
    samp script section small span strong sub summary sup svg table tbody td text tfoot th thead time title tr u
    ul var wbr
    """.split()
)


class PageReader(HTMLParser):
    """Collects what could run or load something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]", "", (value or "")).lower()
            allowed = name == "name" and tag in ("input", "meta")
            if name.startswith("on") or (name in ("style", "srcdoc", "formaction", "ping", "name") and not allowed):
                self.bad.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action") and re.match(r"(?!https?:|mailto:)[a-z]+:", address):
                self.bad.append(f"{tag} {name}={value}")
            if tag == "script" and name == "src" and value != "/static/search.js":
                self.bad.append(f"script {value}")
            if tag == "meta" and name == "http-equiv":
                self.bad.append("meta http-equiv")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)


def dangers(page: str) -> list[str]:
    """Elements and attributes that no page of ours may have."""
    reader = PageReader()
    reader.feed(page)
    reader.close()
    return reader.bad
