"""Coverage-guided fuzzing of the parsers, by hand: it needs atheris and time, so it is no part of the tests.

    pip install atheris
    python tests/security/fuzz/fuzz.py post -max_total_time=120

Targets: ``post`` (front matter, Markdown, listing pages, JSON Lines), ``query``, ``dictionary``, ``stored``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["kbsearch", "yaml"]):
    from kbsearch import KbsearchError
    from kbsearch.analysis.analyzer import Analyzer
    from kbsearch.analysis.user_words import read_user_words
    from kbsearch.corpus.manifest import Manifest
    from kbsearch.corpus.read import read_post
    from kbsearch.documents import prepare
    from kbsearch.query.parser import parse
    from kbsearch.query.render import render
    from kbsearch.stored import decode_source, decode_stored

_ANALYZER = Analyzer(None)
_SUFFIXES = ("md", "txt", "jsonl", "markdown")


def post(data: bytes) -> None:
    """Read, parse and analyse; the first byte chooses the kind of file."""
    for each in read_post(data[1:], f"a/b.{_SUFFIXES[data[0] % 4] if data else 'md'}").posts:
        decode_stored(prepare(each, _ANALYZER).document.stored)


def query(data: bytes) -> None:
    """Parse a query, write its tree out and parse that again."""
    with suppress(KbsearchError):
        parse(render(parse(data.decode("utf-8", "surrogatepass" if len(data) % 2 else "replace")).tree))


def dictionary(data: bytes) -> None:
    """Read a user's dictionary."""
    path = Path(tempfile.gettempdir(), "kbsearch-fuzz-words.txt")
    path.write_bytes(data)
    with suppress(KbsearchError):
        read_user_words(path)


def stored(data: bytes) -> None:
    """Read what an index keeps."""
    for read in (lambda raw: decode_stored(raw).document, decode_source, Manifest.from_bytes):
        with suppress(KbsearchError):
            read(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "post": post, "query": query, "dictionary": dictionary, "stored": stored,
}  # fmt: skip

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]

    def safely(data: bytes) -> None:
        with suppress(UnicodeDecodeError):  # of the fuzzer's own bytes
            target(data)

    atheris.Setup(sys.argv, safely)
    atheris.Fuzz()
