"""The site's search index: each section of each page, analysed by kbsearch as a post, as JSON that a browser can ask.

What is written to ``search/``:

- ``head.json``: the sections and the lengths of their fields; the pattern of tokens, the characters that fold, the Han
  words with the logarithms of their probabilities, function words; other names of things (``synonyms.txt``); all Latin
  words, for completion and misspellings.
- ``terms-N.json``: postings of a share of the terms, told by a hash of the term, and for that share of the words their
  stems and forms. A query reads those that its terms lie in.
- ``text-N.json``: the plain text of a page's sections, for excerpts.

``static/engine.js`` reads these and ranks as :mod:`kbsearch.query.ranking` does.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.application import Sphinx

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.analysis.dictionary import Dictionary
from kbsearch.analysis.fold import fold, narrow, variants
from kbsearch.analysis.tokens import CJK_FIRST, TOKENS
from kbsearch.analysis.words import words_in
from kbsearch.corpus.markdown import parse_markdown
from kbsearch.documents import prepare
from kbsearch.engines.whoosh.bm25 import LENGTHS
from kbsearch.model import Post
from kbsearch.query.function_words import is_function_word
from kbsearch.query.ranking import WEIGHTS
from kbsearch.synonyms.user_pairs import read_user_pairs

SHARDS = 32
SYNONYMS = Path(__file__).parent / "synonyms.txt"
FIELDS = ("body", "stem", "gram", "char", "title", "heading")
_HAN = "\u2e80"  # Latin words sort below it, Han words above


class Page(NamedTuple):
    """A page of the site: its address within the site, its title, its Markdown."""

    url: str
    title: str
    text: str


class Part(NamedTuple):
    """A section of a page: the number of its page, its anchor, and itself as a post."""

    page: int
    anchor: str
    post: Post


def parts_of(pages: Sequence[Page]) -> list[Part]:
    """The sections of all pages; each as a post whose title is the way to it: page, headings."""
    parts = []
    for number, page in enumerate(pages):
        lines = page.text.split("\n")
        for section in parse_markdown(page.text).sections:
            text = "\n".join(lines[section.line_start - 1 : section.line_end])
            way = [heading for heading in section.breadcrumb if heading != page.title]
            if text.strip():
                anchor = section.anchor if way else ""
                title = " › ".join([page.title, *way])
                parts.append(Part(number, anchor, Post(id=f"{page.url}#{anchor}", title=title, text=text)))
    return parts


def shard_of(key: str) -> int:
    """Which file a term or word is in: FNV-1a over UTF-16 code units, as static/index.js works it out."""
    value = 0x811C9DC5
    data = key.encode("utf-16-le")
    for i in range(0, len(data), 2):
        value = ((value ^ (data[i] | data[i + 1] << 8)) * 0x01000193) & 0xFFFFFFFF
    return value % SHARDS


def write_search_index(pages: Sequence[Page], folder: Path) -> None:
    """Write the index of these pages to ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    analyzer = Analyzer()
    parts = parts_of(pages)
    documents = [prepare(part.post, analyzer).document for part in parts]
    texts = [_without_heading(part) for part in parts]
    postings = _postings([document.terms for document in documents])
    words = {term for (field, term) in postings if field in ("body", "title")}
    shards: list[dict[str, Any]] = [{"terms": {}, "stems": {}, "forms": {}} for _ in range(SHARDS)]
    for (field, term), numbers in postings.items():
        shards[shard_of(term)]["terms"].setdefault(term, {})[field[0]] = numbers
    forms = _forms([*texts, *(part.post.title for part in parts)])
    latin = sorted(word for word in words if word < _HAN)
    for word in {*latin, *(term for form in forms.values() for entry in form for term in entry[1])}:
        if (stem := analyzer.stem(word)) != word:
            shards[shard_of(word)]["stems"][word] = stem
    for token, form in forms.items():
        shards[shard_of(token)]["forms"][token] = form
    names = _names()
    head = {
        "shards": SHARDS,
        "pages": [[page.url, page.title] for page in pages],
        "sections": [[part.page, part.anchor, part.post.title.split(" › ")] for part in parts],
        "lengths": {f[0]: [_rounded(len(document.terms[f])) for document in documents] for f in FIELDS},
        "averages": {f[0]: sum(len(document.terms[f]) for document in documents) / len(documents) for f in FIELDS},
        "weights": WEIGHTS._asdict(),
        "tokens": TOKENS.pattern,
        "cjkFirst": CJK_FIRST,
        "fold": _folding({char for term in (*(term for _, term in postings), *names) for char in term}),
        "han": _probabilities([*(t for f, t in postings if f in ("body", "char") and t >= _HAN), *names]),
        "names": names,
        "functionWords": sorted(filter(is_function_word, words)),
        "latin": latin,
    }
    _write(folder / "head.json", head)
    for number, shard in enumerate(shards):
        _write(folder / f"terms-{number}.json", shard)
    for number in range(len(pages)):
        own = {i: text for i, (part, text) in enumerate(zip(parts, texts, strict=True)) if part.page == number}
        _write(folder / f"text-{number}.json", own)


def _without_heading(part: Part) -> str:
    """A section's plain text, as excerpts show it under its heading."""
    document = parse_markdown(part.post.text)
    heading = next((span for span in document.spans if span.kind == "heading"), None)
    return document.text[heading.end :].lstrip() if heading and heading.start == 0 else document.text


def _postings(documents: Iterable[Any]) -> dict[tuple[str, str], list[int]]:
    """For each field and term a row of numbers, a few for each section that has the term: by how much its number is
    above the last one's, how often the term stands there and, in ``gram``, where, each place by its distance from the
    one before.
    """
    found: dict[tuple[str, str], list[int]] = {}
    last: dict[tuple[str, str], int] = {}
    for number, terms in enumerate(documents):
        for field in FIELDS:
            places: dict[str, list[int]] = {}
            for place, term in enumerate(terms[field]):
                places.setdefault(term, []).append(place)
            for term, where in places.items():
                key = field, term
                row = found.setdefault(key, [])
                row += [number - last.get(key, 0), len(where)]
                last[key] = number
                if field == "gram":
                    row += [place - before for before, place in zip([0, *where], where, strict=False)]
    return found


def _rounded(length: int) -> int:
    """A field's length as an index keeps it."""
    return LENGTHS[bisect_right(LENGTHS, length) - 1]


def _forms(texts: Iterable[str]) -> dict[str, list[list[Any]]]:
    """Tokens that hold several words or a word with several forms: of each word its text, its terms, its atoms."""
    forms: dict[str, list[list[Any]]] = {}
    for token in Counter(token for text in texts for token in TOKENS.findall(narrow(text)) if token < CJK_FIRST):
        words = words_in(token)
        if len(words) > 1 or (words and len(words[0].terms) > 1):
            forms[token] = [[token[w.start : w.end].lower(), w.terms, w.atoms] for w in words]
    return forms


def _folding(chars: Iterable[str]) -> list[str]:
    """Characters that fold to one of ``chars`` otherwise than by letter case, and what each folds to."""
    pairs = {other: narrow(other) for char in chars for other in variants(char) if narrow(other) != other}
    pairs.update((other.upper(), narrow(other.upper())) for other in list(pairs) if len(other.upper()) == 1)
    kept = [other for other in sorted(pairs) if fold(other) != other.lower() and other <= "\uffff"]
    return ["".join(kept), "".join(pairs[other] for other in kept)]


def _names() -> dict[str, list[str]]:
    """Names of things, folded, with the other names of each."""
    names: dict[str, list[str]] = {}
    for left, right, _ in read_user_pairs(SYNONYMS).same.values():
        names.setdefault(fold(left), []).append(right)
        names.setdefault(fold(right), []).append(left)
    return names


def _probabilities(words: Iterable[str]) -> dict[str, float]:
    dictionary = Dictionary()
    found = {word: dictionary.frequency(word) for word in sorted(set(words))}
    total = log(dictionary.total)
    return {word: round(log(frequency) - total, 3) for word, frequency in found.items() if frequency}


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _write_for_site(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    env = app.env
    pages = []
    for name in sorted(env.found_docs, key=lambda name: (name != "index", name)):
        text = Path(env.doc2path(name)).read_text(encoding="utf-8")
        pages.append(Page(app.builder.get_target_uri(name), env.titles[name].astext(), text))
    write_search_index(pages, Path(app.outdir) / "search")


def _without_own_search(app: Sphinx) -> None:
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]  # of StandaloneHTMLBuilder


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx's hook."""
    app.connect("builder-inited", _without_own_search)
    app.connect("build-finished", _write_for_site)
    return {"parallel_read_safe": True}
