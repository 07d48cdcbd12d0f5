"""Where a query's words stand in a text: needles to look for, and the matches they give.

Matching works on the folded text, whose offsets are those of the author's text (folding is one character to one
character). Plain substring search (``str.find``, linear) does the work; what a hit must satisfy besides, such as
standing at a word's boundary, is checked on the few places found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Literal, NamedTuple

__all__ = ["Highlighter", "Match", "Needle", "NeedleKind"]

NeedleKind = Literal["substring", "word", "stem", "prefix"]

_MAX_NEEDLES = 64
_MAX_MATCHES = 2_000  # per needle and text: a text of one repeated word stays cheap
_WORD = re.compile(r"[0-9a-z_]+")
_STEM_TAIL = re.compile(r"[a-z']*")
_CJK = "⺀"  # from here on, words have no edges
_APART = frozenset(" \n\t.,;:!?()[]{}<>/\"'`-_=+*|#&%，。、；：？！（）“”")  # some of what is in no word
_START, _END = itemgetter(0), itemgetter(1)  # of a match


class Needle(NamedTuple):
    """Something to look for.

    Attributes:
        text: folded; for ``stem`` the stem.
        kind: ``substring`` matches anywhere; ``word`` at word boundaries, those inside identifiers included
            (``attention`` in ``self_attention`` and ``SelfAttention``); ``stem`` any word with that stem;
            ``prefix`` any word that begins so.
        groups: which of the query's words a match stands for.
        weight: how much finding it is worth (its idf).
    """

    text: str
    kind: NeedleKind
    groups: frozenset[int]
    weight: float = 1.0


class Match(NamedTuple):
    """A place in a text, in code points, and the needle that found it."""

    start: int
    end: int
    needle: Needle


class Highlighter:
    """Finds needles in folded texts.

    Args:
        needles: at most 64 are used, the weightiest.
        stem: the analyzer's stemmer, from a lower-case Latin word to its stem.
    """

    def __init__(self, needles: Iterable[Needle], stem: Callable[[str], str]) -> None:
        best = sorted({n for n in needles if n.text}, key=lambda n: (-n.weight, -len(n.text), n.text, n.kind))
        self.needles: tuple[Needle, ...] = tuple(best[:_MAX_NEEDLES])
        self._stem = stem

    def find(self, folded: str, original: str) -> list[Match]:
        """All matches, by start; they may overlap.

        Args:
            folded: the folded text; as long as ``original``.
            original: the author's text, for boundaries that only capital letters show.
        """
        matches: list[Match] = []
        for needle in self.needles:
            matches += self._find_one(needle, folded, original)
        matches.sort(key=_END, reverse=True)
        matches.sort(key=_START)
        return matches

    def _find_one(self, needle: Needle, folded: str, original: str) -> list[Match]:
        if needle.kind == "substring":
            return _find_substring(needle, folded)
        if needle.kind == "word":
            return _find_word(needle, folded, original)
        literal = _stem_literal(needle.text) if needle.kind == "stem" else needle.text
        tail = _STEM_TAIL if needle.kind == "stem" else _WORD
        found: list[Match] = []
        wanted: dict[str, bool] = {}  # words met, and whether they are what is sought
        at = folded.find(literal)
        while at >= 0 and len(found) < _MAX_MATCHES:
            following = at + 1
            if original[at - 1] in _APART or _is_edge(at, original):
                more = tail.match(folded, at + len(literal))
                end = more.end() if more else at + len(literal)
                word = folded[at:end]
                if word not in wanted:
                    wanted[word] = needle.kind == "prefix" or self._stem(word) == needle.text
                if wanted[word]:
                    found.append(Match(at, end, needle))
                    following = end
            at = folded.find(literal, following)
        return found


def _find_substring(needle: Needle, folded: str) -> list[Match]:
    text, size = needle.text, len(needle.text)
    found: list[Match] = []
    at = folded.find(text)
    while at >= 0 and len(found) < _MAX_MATCHES:
        found.append(Match(at, at + size, needle))
        at = folded.find(text, at + size)
    return found


def _find_word(needle: Needle, folded: str, original: str) -> list[Match]:
    text, size, length = needle.text, len(needle.text), len(original)
    found: list[Match] = []
    at = folded.find(text)
    while at >= 0 and len(found) < _MAX_MATCHES:
        end = at + size
        if (original[at - 1] in _APART or _is_edge(at, original)) and (
            end >= length or original[end] in _APART or _is_edge(end, original)
        ):
            found.append(Match(at, end, needle))
            at = folded.find(text, end)
        else:
            at = folded.find(text, at + 1)
    return found


def _stem_literal(stem: str) -> str:
    """The part of a stem that all its words begin with (Porter2 may turn a final y into i or drop an e)."""
    return stem[:-1] if len(stem) > 3 and stem[-1] in "iey" else stem


def _is_edge(at: int, original: str) -> bool:
    """Whether a word may begin or end at this place."""
    if at == 0:
        return True
    before, first = original[at - 1], original[at]
    if before >= _CJK or not before.isalnum() or first >= _CJK or not first.isalnum():
        return True
    if before.isdigit() != first.isdigit():
        return True
    if first.isupper():
        following = original[at + 1 : at + 2]
        return before.islower() or following.islower()
    return False


def merge(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in ascending order with overlapping and touching ones joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
