"""Prefixes, wildcards and fuzzy words: which words are such patterns, and which only look like them.

``*``, ``?`` and ``~`` are common in code, formulas and prose. They make a pattern only in a word of letters, digits
and ``_ . -`` that is specific enough to be worth it: ``A*``, ``x*y``, ``2*3``, ``**kwargs``, ``why?`` and ``你好~`` are
text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kbsearch.language import message
from kbsearch.query.tokens import HAN, MAY_END, WORD_ENDS, Token, is_letter_or_digit

__all__ = ["read_pattern"]

_PATTERN = re.compile(rf"(?=[\w*])([\w.*?-]*[\w*])[.?!]*(?:{WORD_ENDS}|{MAY_END})")
_PATH_PATTERN = re.compile(rf"(?=[\w*])([\w.*?/-]*[\w*])[.?!]*(?:{WORD_ENDS}|{MAY_END})")
_FUZZY = re.compile(rf"([^\W{HAN}](?:(?![{HAN}])[\w.'-])*)~([0-9]*)[.?!]*(?:{WORD_ENDS}|{MAY_END})")
_SPECIFIC = re.compile(rf"[^\W\d_]{{2}}|[{HAN}]")
_LETTER = re.compile(r"[^\W\d_]")


def read_pattern(
    query: str, folded: str, at: int, *, ends_word: Callable[[int], bool], slashes: bool, warnings: list[str]
) -> Token | None:
    """The prefix, wildcard or fuzzy word that begins here, if one does.

    Args:
        query: as typed; ``folded``: the same with what has a meaning in ASCII.
        at: where a word begins.
        ends_word: whether a bracket or quotation mark at a position ends the word before it.
        slashes: the pattern may have ``/`` in it, as paths do.
        warnings: what is told to the user is added here.
    """
    fuzzy = _FUZZY.match(folded, at)
    if fuzzy and ends_word(fuzzy.end()):
        return _fuzzy(query, fuzzy, warnings)
    match = (_PATH_PATTERN if slashes else _PATTERN).match(folded, at)
    if not match or not ends_word(match.end()) or not ("*" in match[1] or "?" in match[1]):
        return None
    pattern, end = match[1], match.end(1)
    if "**" in pattern:  # **kwargs
        return None
    raw = query[at:end]
    if pattern.endswith("*") and pattern.count("*") == 1 and "?" not in pattern:
        stem = pattern[:-1]
        if _SPECIFIC.search(stem) or (len(stem) > 1 and _LETTER.search(stem)):  # v2*, but not A* nor 10*
            return Token("prefix", at, end, raw[:-1])
        return None
    if not _SPECIFIC.search(pattern):  # x*y
        return None
    marks = [index for index, character in enumerate(pattern) if character == "?"]
    if not all(is_letter_or_digit(pattern[index - 1]) and is_letter_or_digit(pattern[index + 1]) for index in marks):
        return None  # colo?r, but not why?how-so?
    shape = "".join(meaning if meaning in "*?" else own for meaning, own in zip(pattern, raw, strict=True))
    return Token("wildcard", at, end, shape)


def _fuzzy(query: str, match: re.Match[str], warnings: list[str]) -> Token | None:
    start, end = match.span(1)
    if len(_LETTER.findall(match[1])) < 2:  # 3~5
        return None
    wanted = int(match[2][:3]) if match[2] else 1 if end - start <= 5 else 2
    distance = min(max(wanted, 1), 2)
    if distance != wanted:
        warnings.append(
            message("~{wanted} is taken as ~{distance}: 1 or 2 edits are possible", wanted=wanted, distance=distance)
        )
    return Token("fuzzy", start, match.end(2), query[start:end], distance)
