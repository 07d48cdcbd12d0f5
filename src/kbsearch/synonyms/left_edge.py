"""Where a name in running text may begin, seen from its end: the hard part of mining.

Chinese has no spaces: in 我们训练扩散模型（Diffusion Model） nothing marks the start of 扩散模型. The text before a
bracket is taken back to punctuation, a change of script or a word that begins no name; the boundaries of the words
between stay as possible beginnings, among which :mod:`kbsearch.synonyms.evidence` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from kbsearch.analysis.fold import fold
from kbsearch.han import has_han
from kbsearch.synonyms.names import latin_words
from kbsearch.synonyms.pair import Edge

__all__ = ["REACH", "Left", "Words", "left_name"]

Words = Callable[[str], Sequence[str]]
"""Splits folded Chinese text into words that join to the same text."""

Left = tuple[str, Edge, tuple[int, ...]]
"""Text that ends with a name, what stands before it, and offsets at which the name may begin instead."""

REACH = 64  # code points that are looked at before a name's end
_HAN_REACH = 28  # of which Han characters
_MAX_HAN = 14  # code points of a name
_MAX_WORDS = 6
_CUT_WORDS = Path(__file__).parent / "cut_words.txt"
_HAN_TAIL = re.compile("[㐀-鿿](?:[·–-]?[㐀-鿿])*")
_LATIN_TOKEN = re.compile(r" ?([0-9A-Za-z][0-9A-Za-z+#-]{0,15})(?![0-9A-Za-z_./])")
_LATIN_TAIL = re.compile(r"(?:\+\+|#)?[A-Za-z0-9À-ɏ'’&–-]*[A-Za-z0-9À-ɏ](?: [A-Za-z0-9À-ɏ&'’–-]*[A-Za-z0-9À-ɏ]){0,7}")
_ENDINGS = frozenset("上中里内时后前等的了")  # as words of their own these end no name: 在表示学习上（…）
_CLOSING = '”"’」』》】]>*_ '
_BOUNDARY = frozenset("\n\t，。：；、！？,.:;!?|…—（）()【】[]“”‘’「」『』《》\"'/*→=>-")
_CONJUNCTIONS = frozenset("和与及跟或")  # what follows may be half of a name: 在线事务与在线分析处理
_INTRODUCERS = frozenset("是 即 叫 叫做 叫作 称为 称作 称之为 名为 被称为 被称作 所谓".split())  # a name follows
_LATIN_CUTS = frozenset(
    """
    a an the this that these those is are was were be been as called named using use uses used with by at from or via
    our your their its his her my we you they it which also known like such each every any some both either not no can
    will may has have had do does did than then so if when where while but
    """.split()
)


def left_name(before: str, right: str, words: Words | None) -> Left | None:
    """The text that ends with a name, as far back as the name may reach.

    Args:
        before: what stands before the name's end, at most :data:`REACH` code points; the last is the name's last.
        right: the other name; a word it shares with the text shows that the name reaches back to there.
        words: splits folded Chinese text into words; without it any character may begin a word.

    Returns:
        ``None`` if no name ends here.
    """
    stripped = before.rstrip(_CLOSING)
    if not stripped:
        return None
    if has_han(stripped[-1]):
        return _han_name(stripped, right, words)
    return _latin_name(stripped)


def _han_name(before: str, right: str, words: Words | None) -> Left | None:
    tail = _HAN_TAIL.match(before[::-1])
    if tail is None:
        return None
    start = max(len(before) - tail.end(), len(before) - _HAN_REACH)
    run = before[start:]
    edge: Edge = "hard" if _is_boundary(before, start) else "open"
    token = _LATIN_TOKEN.match(before[:start][::-1])
    if token is not None:
        edge = "open"
        if token[1][::-1].lower() in latin_words(right) and len(run) <= _MAX_HAN:
            start -= token.end()
            return before[start + (before[start] == " ") :], "hard", ()
    pieces = list(words(fold(run))) if words is not None else list(run)
    if words is not None and pieces[-1] in _ENDINGS:
        return None
    cut = _after_last(pieces, _cut_words())
    if cut:
        edge = _edge_after(pieces[cut - 1]) if words is not None else "open"
    kept = pieces[cut:]
    while kept and sum(map(len, kept)) > _MAX_HAN:
        kept, edge = kept[1:], "open"
    size = sum(map(len, kept))
    if size < 2:
        return None
    return run[-size:], edge, tuple(accumulate(map(len, kept[:-1])))


def _after_last(pieces: Sequence[str], cuts: frozenset[str]) -> int:
    """Index behind the last of the pieces that is a cut; 0 if none is."""
    return next((i for i in range(len(pieces), 0, -1) if pieces[i - 1] in cuts), 0)


def _edge_after(word: str) -> Edge:
    if word in _INTRODUCERS:
        return "hard"
    return "open" if word in _CONJUNCTIONS else "cut"


def _is_boundary(text: str, start: int) -> bool:
    """Whether a sentence, a cell or a quotation begins at ``start``; a line end inside a paragraph is none."""
    if start == 0:
        return len(text) < REACH // 2
    char = text[start - 1]
    if char == "\n":
        return start < 2 or not has_han(text[start - 2])
    return char in _BOUNDARY or (char == " " and (start == 1 or text[start - 2] in _BOUNDARY))


def _latin_name(before: str) -> Left | None:
    tail = _LATIN_TAIL.match(before[::-1])
    if tail is None:
        return None
    start = len(before) - tail.end()
    pieces = before[start:].lstrip("'’&–-").split(" ")
    edge: Edge = "hard"
    if start == 0 and len(before) > REACH // 2:
        pieces, edge = pieces[1:], "open"  # the first is cut short
    elif start and before[start - 1] in "_./@=\\\ufffc+":
        edge = "open"
    cut = _after_last([piece.lower() for piece in pieces], _LATIN_CUTS)
    if cut:
        pieces, edge = pieces[cut:], "cut"
    if len(pieces) > _MAX_WORDS:
        pieces, edge = pieces[-_MAX_WORDS:], "open"
    if not pieces:
        return None
    return " ".join(pieces), edge, tuple(accumulate(len(piece) + 1 for piece in pieces[:-1]))


@cache
def _cut_words() -> frozenset[str]:
    lines = _CUT_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
