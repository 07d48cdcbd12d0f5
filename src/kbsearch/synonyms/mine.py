"""Pairs of names that a post's author equates, found in its text, tables and front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from kbsearch.model import Document
from kbsearch.synonyms.brackets import bracket_pairs
from kbsearch.synonyms.cues import cue_pairs
from kbsearch.synonyms.evidence import judge
from kbsearch.synonyms.glossary import glossary_pairs
from kbsearch.synonyms.left_edge import Words
from kbsearch.synonyms.names import fits_initials, is_abbreviation, usable_name
from kbsearch.synonyms.pair import HIDDEN, Pair, as_excerpt

__all__ = ["mine"]

_MAX_PAIRS = 2_000  # of one post
_MAX_ALIASES = 8
_SUBTITLE = re.compile(r"[：:—|｜（(]")


def mine(document: Document, *, title: str = "", aliases: Sequence[str] = (), words: Words | None = None) -> list[Pair]:
    """Every pair of names in a post, in the order found, without repeats.

    Args:
        document: the post's text; its spans tell code and formulas, which are left out, and tables.
        title: the post's title.
        aliases: the post's aliases from its front matter; those that are paths or sentences are passed over.
        words: splits folded Chinese text into words, to know where a name may begin. It is called on the few
            characters before a bracket only.

    Takes time proportional to the text.
    """
    text = _prose(document)
    found = [*bracket_pairs(text, words), *cue_pairs(text, words)]
    for span in document.spans:
        if span.kind == "table":
            found += glossary_pairs(document.text[span.start : span.end])
    found += _alias_pairs(title, aliases)
    return _distinct(map(judge, found))[:_MAX_PAIRS]


def _prose(document: Document) -> str:
    """The text with code and formulas hidden."""
    text = document.text
    pieces: list[str] = []
    at = 0
    for span in document.spans:
        if span.kind in ("code", "math") and span.start >= at:
            pieces += (text[at : span.start], HIDDEN)
            at = span.end
    return "".join((*pieces, text[at:])) if pieces else text


def _alias_pairs(title: str, aliases: Sequence[str]) -> list[Pair]:
    """Title (without its subtitle) and aliases, each with each: some of them are names of the same thing."""
    heads = (_SUBTITLE.split(title, maxsplit=1)[0], *aliases[:_MAX_ALIASES])
    names = [name for name in dict.fromkeys(map(usable_name, heads)) if name]
    excerpt = as_excerpt(f"{title} ({', '.join(aliases)})")
    pairs = []
    for left, right in combinations(names, 2):
        short, full = sorted((left, right), key=len)
        if is_abbreviation(short) and fits_initials(short, full):
            pairs.append(Pair(full, short, "initials", excerpt=excerpt))
        else:
            pairs.append(Pair(left, right, "alias", excerpt=excerpt))
    return pairs


def _distinct(pairs: Iterable[Pair]) -> list[Pair]:
    seen: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        seen.setdefault((pair.left, pair.right), pair)
    return list(seen.values())
