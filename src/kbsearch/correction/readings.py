"""The ways to read a stretch of a query: as typed, as meant, as initials; from the words of a vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from kbsearch.correction.lattice import Reading
from kbsearch.correction.pieces import Evidence, Piece, suspect_places
from kbsearch.correction.pinyin import Characters, pinyin
from kbsearch.correction.stretches import Stretch, is_spelling
from kbsearch.correction.typos import typos
from kbsearch.correction.vocabulary import HAN_CODES, HAN_FIRST, Vocabulary
from kbsearch.correction.words import Arc, Costs, find_words

__all__ = ["by_sound", "exactly", "readings_as_initials", "readings_as_meant", "readings_as_typed", "unknown_cost"]

# Costs in nats: minus the logarithm of how likely one types so; set by hand, checked by tests/correction.
_HOMOPHONE = 2.0  # a word in which …
_HOMOPHONE_EACH = 3.0  # … this many characters are others of the same sound
_NEAR_EACH = 3.0  # more, where the sound is only nearly the same
_ALONE = 4.0  # more, if the word meant has one character only
_SPELT = 2.0  # a word spelt in pinyin
_RARE_READING = 1.0  # more, for a character that is usually read otherwise
_NEAR_SPELT = 4.0  # more, for a syllable spelt nearly right
_INITIALS = 2.0  # a word of which only the initials are given
_UNKNOWN, _LETTER = 5.0, 2.5  # a word the index does not know, and each of its letters
_CHARACTER = 7.5  # each character of such a word, if they are Han characters
_NEW_WORD = 4  # characters

_WORDS_A_PLACE = 10
_WORDS_FOR_INITIALS = 64
_TWO_EDITS = 6  # letters: shorter words are too alike for two errors
_CACHED_SYLLABLES = 64  # costs of 110 kB each


def readings_as_typed(stretch: Stretch, vocabulary: Vocabulary, evidence: Evidence) -> list[Reading]:
    """The query as it stands: its Han words and single characters, its other words, and what parts them."""
    found = [Reading(a.end, b.start, stretch.folded[a.end : b.start], 0, gap=True) for a, b in stretch.gaps()]
    arcs = {}
    for piece in stretch.pieces:
        if piece.han:
            for place, character in enumerate(piece.text, piece.start):
                for length in range(1, min(_NEW_WORD, piece.end - place) + 1):
                    new = piece.text[place - piece.start :][:length]
                    found.append(Reading(place, place + length, new, 0, _UNKNOWN + _CHARACTER * length))
                arcs[place] = [Arc(place + 1, exactly(character))]
        else:
            count = evidence.frequency(piece.text)
            error = 0.0 if count else unknown_cost(piece.text)
            found.append(Reading(piece.start, piece.end, piece.text, count, error))
    for word in find_words(vocabulary, arcs, {}, _WORDS_A_PLACE):
        found.append(Reading(word.start, word.end, *vocabulary.entry(word.rank)))
    return found


def readings_as_meant(stretch: Stretch, vocabulary: Vocabulary, evidence: Evidence) -> list[Reading]:
    """What the pieces may stand for: words an edit or two away, words of the same sound, words spelt in pinyin.

    Characters beside which nothing looks wrong stay, and so do known words, unless they stand beside unknown pinyin and
    may be some too (``shen du`` → 深度).
    """
    found: list[Reading] = []
    arcs: dict[int, list[Arc]] = {}
    for piece in stretch.pieces:
        if piece.han:
            suspects = {p for place in suspect_places(piece.text, evidence) for p in (place, place + 1)}
            for place, character in enumerate(piece.text):
                costs = by_sound(character) if place in suspects else exactly(character)
                arcs[piece.start + place] = [Arc(piece.start + place + 1, costs)]
            continue
        if is_spelling(piece):
            _add_spelt(piece, arcs)
        if not evidence.frequency(piece.text):
            found += _typo_readings(piece, vocabulary)
    skips = {a.end: b.start for a, b in stretch.gaps() if not a.han and not b.han}
    for word in find_words(vocabulary, arcs, skips, _WORDS_A_PLACE):
        text, count = vocabulary.entry(word.rank)
        error = word.cost + (_ALONE if len(text) == 1 else 0.0)
        if word.spelt:
            found.append(Reading(word.start, word.end, text, count, error + _SPELT, "pinyin"))
        elif text != stretch.folded[word.start : word.end]:
            found.append(Reading(word.start, word.end, text, count, error + _HOMOPHONE, "homophone"))
    return found


def readings_as_initials(piece: Piece, vocabulary: Vocabulary) -> list[Reading]:
    """Words of which the letters of a piece are the initials: ``ks`` → 扩散, 开始, 快速 …"""
    text = piece.text
    arcs: dict[int, list[Arc]] = {}
    for place in range(len(text)):
        ends = [place + 1, place + 2] if text[place : place + 2] in ("zh", "ch", "sh") else [place + 1]
        arcs[piece.start + place] = [
            Arc(piece.start + end, _priced([(pinyin().beginning(text[place:end]), 0.0)]), True) for end in ends
        ]
    found = []
    for word in find_words(vocabulary, arcs, {}, _WORDS_FOR_INITIALS):
        text, count = vocabulary.entry(word.rank)
        if len(text) > 1:
            found.append(Reading(word.start, word.end, text, count, _INITIALS, "initials"))
    return found


def _typo_readings(piece: Piece, vocabulary: Vocabulary) -> Iterator[Reading]:
    if any(character.isalpha() for character in piece.text):
        for typo in typos(vocabulary, piece.text, 2 if len(piece.text) >= _TWO_EDITS else 1):
            yield Reading(piece.start, piece.end, *vocabulary.entry(typo.rank), typo.cost, "typo")


def _add_spelt(piece: Piece, arcs: dict[int, list[Arc]]) -> None:
    """Arcs for every syllable that syllables lead up to."""
    text = piece.text.replace("ü", "v")
    reached = {0}
    for place in range(len(text)):
        if place in reached:
            ends = list(pinyin().spelled(text, place, len(text)))
            reached.update(ends)
            arcs[piece.start + place] = [Arc(piece.start + end, _spelt(text[place:end]), True) for end in ends]


def unknown_cost(word: str) -> float:
    """What it costs to take a word that the index does not know for what was meant."""
    return _UNKNOWN + _LETTER * len(word)


def exactly(character: str) -> Costs:
    """Costs for a place where a Han character was typed and is meant."""
    return _priced([(character, 0.0)])


def by_sound(character: str) -> Costs:
    """Costs for a place where a Han character was typed and one that sounds alike may be meant."""
    return _priced(
        [
            (pinyin().near_homophones(character), _HOMOPHONE_EACH + _NEAR_EACH),
            (pinyin().homophones(character), _HOMOPHONE_EACH),
            (character, 0.0),
        ]
    )


@lru_cache(_CACHED_SYLLABLES)
def _spelt(syllable: str) -> Costs:
    table = pinyin()
    return _priced(
        [(table.near(syllable), _NEAR_SPELT), (table.sounding(syllable), _RARE_READING), (table.usual(syllable), 0.0)]
    )


def _priced(sets: Sequence[tuple[Characters | str, float]]) -> Costs:
    """Costs from sets of characters, later ones over earlier ones."""
    costs = np.full(HAN_CODES, np.inf, np.float32)
    for characters, cost in sets:
        costs[ord(characters) - HAN_FIRST if isinstance(characters, str) else characters] = cost
    return costs
