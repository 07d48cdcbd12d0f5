"""What a name looks like: terms in Han characters, phrases in Latin letters, abbreviations and what they abbreviate."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kbsearch.analysis.fold import fold
from kbsearch.han import has_han

__all__ = [
    "SMALL_WORDS",
    "fits_initials",
    "is_abbreviation",
    "joined_key",
    "latin_words",
    "name_key",
    "singular",
    "usable_name",
]

_MAX_HAN = 14  # code points of a name in Han characters; longer ones are sentences
_MAX_WORDS = 6
_MAX_LATIN = 60
# Large sets of characters take milliseconds to compile, and queries never ask for these two patterns.
_HAN_NAME = (
    r"(?:[0-9A-Za-z][0-9A-Za-z+#-]{0,15} ?)?[㐀-鿿](?:[·–-]?[㐀-鿿0-9A-Za-z]|(?<=[0-9A-Za-z]) [㐀-鿿]| [0-9A-Za-z])*"
)
_LATIN_NAME = r"[A-Za-zÀ-ɏ0-9][A-Za-zÀ-ɏ0-9'’&–-]*(?:\+\+|#)?(?: [A-Za-zÀ-ɏ0-9&][A-Za-zÀ-ɏ0-9'’&–-]*){0,7}"
_compiled = cache(re.compile)
_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_LETTER = re.compile("[A-Za-zÀ-ɏ]")
_HUMP = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_SHORT = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-/&][A-Za-z0-9]+)?")
_VERSION = re.compile(r"v?\d+|[A-Z]?\d{2,}", re.IGNORECASE)

# In brackets these tell the state, the unit or the kind of a thing, not its other name.
_REMARKS = frozenset(
    """
    ga beta alpha rc preview experimental deprecated optional required recommended default new todo wip tbd na none
    null nil true false yes no on off ok ms us ns sec min hour day kb mb gb tb kib mib gib tib qps tps ops rps hz khz
    mhz ghz px pt cm mm km kg usd cny rmb pdf ppt pptx doc docx xls xlsx csv json yaml xml html zip png jpg gif url
    utc gmt cst am pm cn en zh us uk english chinese demo link source code here above below left right top bottom
    first second third part chapter section figure fig table appendix step etc eg ie vs aka ref beginner intermediate
    advanced official stable latest master slave windows linux macos mac ios android ubuntu centos debian java python
    golang rust javascript typescript github gitlab google facebook twitter youtube microsoft amazon apple chrome
    """.split()
)
# A phrase with one of these is a sentence or a reference.
_SENTENCE_WORDS = frozenset(
    """
    is are was were be been has have had do does did will would can could should may might must see please click et al
    etc eg ie via if when where which who that this these those it its we you they he she i'm don't not there here e.g
    i.e university institute college department school lab laboratory inc ltd corp journal proceedings conference
    workshop vol pp edition press professor dr mr mrs ms jr
    """.split()
)
SMALL_WORDS = frozenset("a an and as at by de for from in into of on or per the to via vs with".split())


def latin_words(name: str) -> list[str]:
    """The words of a name in Latin letters, in lower case; PromptTemplate and prompt-template are two each."""
    return [part.lower() for word in _WORD.findall(name) for part in _HUMP.split(word)]


def is_abbreviation(name: str) -> bool:
    """Whether this is one short word, mostly of capitals, such as EMA, mAP, IoU, TF-IDF or ELBO."""
    if not 2 <= len(name) <= 9 or not _SHORT.fullmatch(name):
        return False
    letters = [char for char in name if char.isalpha()]
    capitals = sum(char.isupper() for char in letters)
    return capitals >= 2 and 2 * capitals >= len(letters)


def usable_name(text: str) -> str:
    """The text as a name, tidied; empty if it is a remark, a reference, a number, a version, code or a sentence."""
    text = " ".join(text.strip(" \t\n*_~\"'“”‘’「」『』").split())
    if has_han(text):
        return text if len(text) <= _MAX_HAN and _compiled(_HAN_NAME).fullmatch(text) else ""
    if not 2 <= len(text) <= _MAX_LATIN or not _compiled(_LATIN_NAME).fullmatch(text):
        return ""
    words = text.split()
    if len(words) > _MAX_WORDS or len(_LETTER.findall(text)) < max(2, len(text) // 2):
        return ""
    lowered = {word.lower() for word in words}
    if lowered & _SENTENCE_WORDS or any(_VERSION.fullmatch(word) for word in words):
        return ""
    if words[-1].lower() in SMALL_WORDS or words[0].lower() in SMALL_WORDS:
        return ""
    return "" if lowered <= _REMARKS else text


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """What names are compared by: folded, without marks, the plural of the last English word as its singular."""
    return joined_key(_WORD.findall(fold(name)))


def joined_key(words: list[str]) -> str:
    """The key of a name that is given in folded words or characters."""
    if any(map(has_han, words)):
        return "".join(words)
    return " ".join((*words[:-1], *map(singular, words[-1:])))


def singular(word: str) -> str:
    """A rough English singular, for comparing only."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def fits_initials(short: str, full: str) -> bool:
    """Whether an abbreviation spells a phrase: each word's initial in order, with inner letters between if need be.

    Small words (of, and, the) may be left out. ``LoRA`` fits Low-Rank Adaptation, ``ELBO`` Evidence Lower Bound; a
    single word fits nothing.
    """
    letters = "".join(char for char in short if char.isalnum())
    if len(letters) > 2 and letters[-1] == "s" and letters[-2].isupper():
        letters = letters[:-1]
    letters = letters.lower()
    words = latin_words(full)
    if len(words) < 2 or not letters or words[0][0] != letters[0] or "".join(words) == letters:
        return False
    reached = {0}
    for word in words:
        after = set(reached) if word in SMALL_WORDS else set()
        for start in reached:
            if start < len(letters) and letters[start] == word[0]:
                after |= _inner_reach(letters, start + 1, word)
        reached = after
    return len(letters) in reached


def _inner_reach(letters: str, start: int, word: str) -> set[int]:
    """How far the letters from ``start`` on can be taken from within the word, in order."""
    reach, place = {start}, 0
    while start < len(letters):
        place = word.find(letters[start], place + 1)
        if place < 0:
            break
        start += 1
        reach.add(start)
    return reach
