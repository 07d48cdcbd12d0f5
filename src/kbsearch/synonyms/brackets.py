"""Names in brackets after a name: 扩散模型（Diffusion Model）, 指数移动平均（Exponential Moving Average，简称 EMA）."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbsearch.han import has_han
from kbsearch.synonyms.left_edge import REACH, Left, Words, left_name
from kbsearch.synonyms.names import SMALL_WORDS, fits_initials, is_abbreviation, usable_name
from kbsearch.synonyms.pair import Kind, Pair, as_excerpt

__all__ = ["bracket_pairs"]

_MAX_INNER = 100  # code points between brackets
_MAX_NAMES = 3
_CLOSE = re.compile(r"[（(\n）)]")
_SEPARATOR = re.compile(r"[，,；;、]| / ")
_OTHER = r"又称|又稱|亦称|亦稱|也称|也稱|又叫|也叫|又名|亦名|俗称|俗稱|别名|別名"
_SHORT = r"简称|簡稱|缩写|縮寫|简写"
_CUE = re.compile(
    rf"""(?:(?P<other>{_OTHER}|also\ (?:known\ as|called)|aka\b|a\.k\.a\.|known\ as)
    |(?P<short>{_SHORT}|abbr(?:eviated)?\b\.?(?:\ as)?|short\ for)
    |(?:以下|下文|后文|文中|下面)(?:{_SHORT})
    |即(?![使将便可])|也就是|i\.e\.,?|全称|全稱|全名|英文(?:名称?|全称|缩写|简称|为|是)|英语|英語|English:|中文(?:名|译名))
    (?:[为為作做是:：之的]|之为)*\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_REMARK = re.compile(r"如|例|比如|譬如|e\.g|such as|包括|见|詳?見|参见|注|译者|编者|不是|而不是|可选|默认|或")
_Named = tuple[Kind, str]


def bracket_pairs(text: str, words: Words | None) -> Iterator[Pair]:
    """Pairs from every bracket of the text; time is proportional to its length."""
    for opening in "（(":
        at = text.find(opening)
        while at >= 0:
            if at and text[at - 1] not in "\n])":
                yield from _pairs_at(text, at, words)
            at = text.find(opening, at + 1)


def _pairs_at(text: str, at: int, words: Words | None) -> Iterator[Pair]:
    close = _CLOSE.search(text, at + 1, at + 1 + _MAX_INNER)
    if close is None or close[0] not in "）)":
        return
    names = _inner_names(text[at + 1 : close.start()])
    if not names:
        return
    left = left_name(text[max(0, at - REACH) : at], names[0][1], words)
    if left is not None:
        excerpt = as_excerpt(text[max(0, at - 30) : close.end() + 20])
        yield from _han_first(left, names, excerpt) if has_han(left[0]) else _latin_first(left, names, excerpt)


def _inner_names(inner: str) -> list[_Named]:
    """The names in a bracket, each with the kind that the cue before it tells; empty if it holds something else.

    What follows the first name and is neither a name nor Latin is a remark, and passed over.
    """
    names: list[_Named] = []
    if _REMARK.match(inner.strip()):
        return names
    for i, part in enumerate(_SEPARATOR.split(inner)):
        part = part.strip()
        cue = _CUE.match(part)
        kind: Kind = "bracket"
        if cue is not None and cue.end() < len(part):
            part = part[cue.end() :]
            kind = "cue" if cue["other"] else "short" if cue["short"] else "bracket"
        name = usable_name(part)
        if name:
            names.append((kind, name))
        elif i == 0 or not has_han(part):
            return []
    return names if len(names) <= _MAX_NAMES else []


def _han_first(left: Left, names: list[_Named], excerpt: str) -> Iterator[Pair]:
    """随机微分方程（Stochastic Differential Equation, SDE）, 召回率（又称查全率）."""
    name, edge, breaks = left
    latin = [other for _, other in names if not has_han(other)]
    three = False
    if len(latin) > 1:
        short, full = sorted(latin[:2], key=len)
        three = fits_initials(short, full)
        if three:
            yield Pair(full, short, "initials", excerpt=excerpt)
        elif all(kind == "bracket" for kind, _ in names):
            return  # a list of examples
    for kind, other in names:
        if not has_han(other):
            yield Pair(name, other, "names" if three else kind, edge, breaks, excerpt)
        elif kind != "bracket":
            yield Pair(name, other, kind, edge, breaks, excerpt)


def _latin_first(left: Left, names: list[_Named], excerpt: str) -> Iterator[Pair]:
    """Exponential Moving Average (EMA), mAP（mean Average Precision，平均精度均值）, Perplexity（困惑度）."""
    name, edge, breaks = left
    latin = [other for _, other in names if not has_han(other)]
    han = [(kind, other) for kind, other in names if has_han(other)]
    fitted = _full_and_short(name, breaks, latin)
    if fitted is not None:
        yield Pair(*fitted, "initials", excerpt=excerpt)
        for _, other in han[:1]:
            yield Pair(other, fitted[0], "names", excerpt=excerpt)
            yield Pair(other, fitted[1], "names", excerpt=excerpt)
        return
    if han and not latin:
        kind, other = han[0]
        yield Pair(name, other, kind, edge, breaks, excerpt)
    elif latin and names[0][0] in ("cue", "short"):
        yield Pair(name, latin[0], names[0][0], edge, breaks, excerpt)


def _full_and_short(name: str, breaks: tuple[int, ...], latin: list[str]) -> tuple[str, str] | None:
    """A phrase and its abbreviation, one of them ending at the bracket and the other in it."""
    last = name[breaks[-1] :] if breaks else name
    for other in latin:
        if is_abbreviation(other):
            for start in (0, *breaks):
                phrase = name[start:]
                if phrase.split(" ", 1)[0].lower() not in SMALL_WORDS and fits_initials(other, phrase):
                    return phrase, other
        if is_abbreviation(last) and fits_initials(last, other):
            return other, last
    return None
