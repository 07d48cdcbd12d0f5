"""Names with a word between them that equates them: 布朗运动，又称维纳过程；X 的全称是 Y；X, also known as Y."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbsearch.han import has_han
from kbsearch.synonyms.left_edge import REACH, Words, left_name
from kbsearch.synonyms.names import fits_initials, usable_name
from kbsearch.synonyms.pair import Kind, Pair, as_excerpt

__all__ = ["cue_pairs"]

_CUES: dict[Kind, tuple[str, ...]] = {
    "cue": ("又称", "又稱", "亦称", "亦稱", "也称", "也稱", "又名", "也叫", "又叫", "俗称", "俗稱", "别名", "別名",
            "also known as", "a.k.a.", " aka "),
    "short": ("简称", "簡稱", "缩写为", "縮寫為", "缩写是", "abbreviated as"),
    "bracket": ("全称", "全稱", "英文名", "英文缩写", "short for"),
}  # fmt: skip
_ANY_CUE = re.compile("|".join(re.escape(cue) for cues in _CUES.values() for cue in cues))
_AFTER = re.compile(r"(?:[作做为為是叫]|之为|之為|[:：]|字为|的是)?\s*[“\"「『]?\s*")
_BEFORE = re.compile(r"(?:[\s，,（(的被常]|有时|有時|一般|通常|经常|可以|we|is|are|also)*$")
_BEFORE_REACH = 16
_RIGHT_HAN = re.compile(r"[㐀-鿿0-9A-Za-z](?:[ ·–-]?[㐀-鿿0-9A-Za-z]){1,13}")
_RIGHT_LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-z0-9À-ɏ'’–-]*(?: [A-Za-z0-9À-ɏ'’–-]+){0,6}")
_END = re.compile(r"\s*(?:[，。；、！？,.;!?）)（(”\"」』\n\t|]|$)")


def cue_pairs(text: str, words: Words | None) -> Iterator[Pair]:
    """Pairs around every cue of the text; time is proportional to its length."""
    found: dict[str, list[int]] = {}
    match = _ANY_CUE.search(text)
    while match is not None:
        found.setdefault(match[0], []).append(match.start())
        match = _ANY_CUE.search(text, match.start() + 1)  # 英文缩写为 has two
    for kind, cues in _CUES.items():
        for cue in cues:
            for at in found.get(cue, ()):
                pair = _pair_at(text, at, at + len(cue), kind, words)
                if pair is not None:
                    yield pair


def _pair_at(text: str, start: int, end: int, kind: Kind, words: Words | None) -> Pair | None:
    after = _AFTER.match(text, end)
    place = after.end() if after else end
    right = _RIGHT_HAN.match(text, place) if has_han(text[place : place + 1]) else _RIGHT_LATIN.match(text, place)
    if right is None or _END.match(text, right.end()) is None:
        return None
    name = usable_name(right[0])
    begin = max(0, start - _BEFORE_REACH)
    between = _BEFORE.search(text, begin, start)
    if not name or between is None or text[start - 1 : start] in "（(" or "\n" in between[0]:
        return None
    left = left_name(text[max(0, start - REACH) : between.start()], name, words)
    if left is None:
        return None
    found, edge, breaks = left
    excerpt = as_excerpt(text[max(0, start - 30) : right.end() + 15])
    if not has_han(name) and not has_han(found):
        for break_ in (0, *breaks):
            short, full = sorted((name, found[break_:]), key=len)
            if fits_initials(short, full):
                return Pair(full, short, "initials", excerpt=excerpt)
    return Pair(found, name, kind, edge, breaks, excerpt)
