"""A query cut into the pieces that can be mistyped, and which of them look as if they were.

Asked for every query, so it needs nothing but the index's own counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kbsearch.han import FIRST, LAST, runs
from kbsearch.values import value

__all__ = ["Evidence", "Piece", "cut", "is_han", "looks_wrong", "suspect_places", "suspicious"]

_LONGEST_RUN = 24  # Han characters
_MAX_PIECES = 48  # more than that is no query anybody typed
_LONGEST_WORD = 4  # characters, of the words that may explain why two characters stand together
_MAX_QUESTIONS = 2_000


@value
class Piece:
    """A run of at most 24 Han characters (``han``), or a word of other letters and digits, folded."""

    start: int
    end: int
    text: str
    han: bool


class Evidence:
    """What the index says about words, for one query: each question is asked once, and 2,000 at most.

    Args:
        frequency: number of posts that a word of a query finds (by its stem too, if stems are searched).
        phrase: number of posts in which a piece of text stands exactly so. Most questions are about two characters,
            and these should be cheap. ``None`` if that cannot be had.
        rare: a pair of characters that stands together in no more posts than this may be an accident.
    """

    def __init__(
        self, frequency: Callable[[str], int], phrase: Callable[[str], int] | None = None, rare: int = 0
    ) -> None:
        self.rare = rare
        self._frequency = frequency
        self._phrase = phrase
        self._frequencies: dict[str, int] = {}
        self._phrases: dict[str, int] = {}

    def frequency(self, word: str) -> int:
        """Number of posts that have the word; once the questions are used up, every word counts as known."""
        known = self._frequencies.get(word)
        if known is None:
            known = self._frequencies[word] = self._frequency(word) if self._may_ask() else 1
        return known

    def phrase(self, text: str) -> int | None:
        """Number of posts that have the text as it stands; ``None`` if that cannot be known."""
        if self._phrase is None:
            return None
        known = self._phrases.get(text)
        if known is None:
            known = self._phrases[text] = self._phrase(text) if self._may_ask() else 0
        return known

    def _may_ask(self) -> bool:
        return len(self._frequencies) + len(self._phrases) < _MAX_QUESTIONS


def cut(folded: str, spans: Sequence[tuple[int, int]] | None = None) -> list[Piece]:
    """The pieces of a folded query, in order; at most the first 48.

    Args:
        folded: the query.
        spans: the parts of it that are words to look for, in code points; in order; all of it if ``None``. What
            lies outside (names of fields, operators) gives no piece.
    """
    pieces: list[Piece] = []
    done = 0
    for start, end in spans if spans is not None else [(0, len(folded))]:
        for first, last, han in runs(folded, max(start, done), end):
            done = last
            for at in range(first, last, _LONGEST_RUN if han else last - first):
                if len(pieces) == _MAX_PIECES:
                    return pieces
                stop = min(at + _LONGEST_RUN, last) if han else last
                pieces.append(Piece(at, stop, folded[at:stop], han))
    return pieces


def suspicious(folded: str, spans: Sequence[tuple[int, int]] | None, evidence: Evidence) -> bool:
    """Whether a query is worth trying to correct; for its parameters see :func:`cut`."""
    return any([looks_wrong(piece, evidence) for piece in cut(folded, spans)])  # a list: all is asked at once


def looks_wrong(piece: Piece, evidence: Evidence) -> bool:
    """Whether a piece is an unknown word, or holds characters that hardly ever stand together."""
    if piece.han:
        return bool(suspect_places(piece.text, evidence))
    return sum(map(str.isalpha, piece.text)) > 1 and not evidence.frequency(piece.text)


def suspect_places(text: str, evidence: Evidence) -> list[int]:
    """Where, in a run of Han characters, two stand together that hardly ever do, neither in a known word nor where
    one ends and another begins.

    Each place is that of the first of the two.
    """
    return [
        place
        for place in range(len(text) - 1)
        if (evidence.phrase(text[place : place + 2]) or 0) <= evidence.rare
        and not _in_known_word(text, place, evidence)
        and not _between_known_words(text, place + 1, evidence)
    ]


def is_han(text: str) -> bool:
    """Whether the text is one or more Han characters."""
    return text != "" and all(FIRST <= character <= LAST for character in text)


def _in_known_word(text: str, place: int, evidence: Evidence) -> bool:
    return any(
        evidence.frequency(text[start:end]) > 0
        for end in range(place + 2, min(len(text), place + _LONGEST_WORD) + 1)
        for start in range(max(0, end - _LONGEST_WORD), place + 1)
    )


def _between_known_words(text: str, place: int, evidence: Evidence) -> bool:
    """Whether a usual word of two characters or more ends at this place, and another begins."""
    sizes = range(2, _LONGEST_WORD + 1)
    before = [text[place - size : place] for size in sizes if size <= place]
    behind = [text[place : place + size] for size in sizes if place + size <= len(text)]
    return all([any(evidence.frequency(word) > evidence.rare for word in words) for words in (before, behind)])
