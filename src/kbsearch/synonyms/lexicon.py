"""Does a Chinese term fit an English one, and where does it begin? Checked word by word against a small dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kbsearch.synonyms.names import SMALL_WORDS, latin_words, singular

__all__ = ["Alignment", "align", "is_word"]

_LEXICON = Path(__file__).parent / "lexicon.txt"
_SHORTEST_PREFIX = 3
_LONGEST_ENDING = 5  # letters that may follow a short prefix
_ENDINGS = frozenset("的性化器式型法者量度率值类组件体学论项集级")  # endings that Chinese adds to a rendering


@dataclass(frozen=True, slots=True)
class Alignment:
    """How an English phrase lies over Chinese text.

    Attributes:
        start: offset of the first rendering found in the text; -1 if there is none.
        missing: the phrase's words (small ones aside) that have no rendering in the text.
        words: the phrase's words, small ones aside.
        bare: characters of the text from ``start`` on that are neither part of a rendering nor an ending like 器.
    """

    start: int
    missing: int
    words: int
    bare: int


def align(latin: str, han: str) -> Alignment:
    """Lay the words of a phrase over folded Chinese text, each on the last of its renderings that is there.

    Two words may share characters (外键 renders both "foreign" and "key").
    """
    taken = [False] * len(han)
    missing = count = 0
    for token in latin.split():
        words = [word for word in latin_words(token) if word not in SMALL_WORDS]
        if len(words) > 1 and _lay("".join(words), han, taken, len(words[0]) + 1):  # up-sampling like upsampling
            words = [""]
        else:
            missing += sum(not _lay(word, han, taken) for word in words)
        count += len(words)
    if missing == count:
        return Alignment(-1, missing, count, len(han))
    start = taken.index(True)
    bare = sum(not taken[i] and not _is_ending(han, taken, i) for i in range(start, len(han)))
    return Alignment(start, missing, count, bare)


def _lay(word: str, han: str, taken: list[bool], shortest: int = 0) -> bool:
    """Mark the last place of the word or one of its renderings; whether there is one."""
    for rendering in (word, *renderings(word, shortest)) if len(word) > 1 else (word,):
        at = han.rfind(rendering)
        if at >= 0:
            taken[at : at + len(rendering)] = [True] * len(rendering)
            return True
    return False


def _is_ending(han: str, taken: list[bool], i: int) -> bool:
    return han[i] in _ENDINGS and taken[i - 1] and (i + 1 == len(han) or taken[i + 1])


def is_word(name: str) -> bool:
    """Whether the dictionary has this as an English word."""
    return bool(renderings(name.lower()))


@cache
def renderings(word: str, shortest: int = 0) -> tuple[str, ...]:
    """Chinese renderings of an English word in lower case, longest first.

    A stem in the dictionary stands for the word if it has ``shortest`` letters or more.
    """
    exact, prefixes = _lexicon()
    found: list[str] = []
    for form in (word, singular(word)):
        found += exact.get(form, ())
    for length in range(len(word), max(shortest, _SHORTEST_PREFIX) - 1, -1):
        if word[:length] in prefixes:
            if _is_inflection(word[length:], length):
                found += prefixes[word[:length]]
            break
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True))


def _is_inflection(ending: str, stem: int) -> bool:
    """Whether a word may be the stem before it, inflected, and not a compound (configmap) or a numbered thing."""
    exact, prefixes = _lexicon()
    known = ending in exact or ending in prefixes or any(ending[:size] in prefixes for size in range(4, len(ending)))
    return not known and len(ending) <= max(_LONGEST_ENDING, stem) and (not ending or ending.isalpha())


@cache
def _lexicon() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    exact: dict[str, list[str]] = {}
    prefixes: dict[str, list[str]] = {}
    for line in _LEXICON.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, *chinese = line.split()
            if word.endswith("*"):
                prefixes[word[:-1]] = chinese
            else:
                exact[word] = chinese
    return exact, prefixes
