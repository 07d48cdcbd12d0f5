"""A query cut into the pieces that can be mistyped, and which of them look as if they were.

Asked for every query, so it needs nothing but the index's own counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Evidence", "Piece", "cut", "is_han", "looks_wrong", "suspect_places", "suspicious"]

_PIECE = re.compile(r"(?P<han>[\u3400-\u9fff]{1,24})|[^\W_\u3400-\u9fff]+")
_MAX_PIECES = 48  # more than that is no query anybody typed
_LONGEST_WORD = 4  # characters, of words looked up to explain a pair
_MAX_CALLS = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of at most 24 Han characters (``han``), or a word of other letters and digits, folded."""

    start: int
    end: int
    text: str
    han: bool


class Evidence:
    """What the index says about words, each question asked once, and 2,000 at most.

    Args:
        frequency: number of posts that a word of the query would find (by its stem too, if that is searched).
        phrase: number of posts in which a piece of text stands exactly so; questions of two characters are frequent
            and should be cheap. ``None`` if that cannot be had.
    """

    def __init__(self, frequency: Callable[[str], int], phrase: Callable[[str], int] | None) -> None:
        self._frequency = frequency
        self._phrase = phrase
        self._known: dict[tuple[bool, str], int] = {}

    def frequency(self, word: str) -> int:
        """Number of posts that have the word; once the questions are used up, every word counts as known."""
        return self._ask(False, self._frequency, word)

    def phrase(self, text: str) -> int | None:
        """Number of posts that have the text as it stands; ``None`` if unknown."""
        return None if self._phrase is None else self._ask(True, self._phrase, text)

    def _ask(self, is_phrase: bool, ask: Callable[[str], int], text: str) -> int:
        known = self._known.get((is_phrase, text))
        if known is None:
            known = ask(text) if len(self._known) < _MAX_CALLS else 1
            self._known[is_phrase, text] = known
        return known


def cut(folded: str, spans: Sequence[tuple[int, int]] | None = None) -> list[Piece]:
    """The pieces of a folded query, in order; at most the first 48.

    Args:
        folded: the query.
        spans: the parts of it that are words to look for, in code points; all of it if ``None``. What lies outside
            (names of fields, operators) gives no piece.
    """
    pieces: list[Piece] = []
    for start, end in spans if spans is not None else [(0, len(folded))]:
        for match in _PIECE.finditer(folded, start, end):
            if len(pieces) == _MAX_PIECES:
                return pieces
            pieces.append(Piece(match.start(), match.end(), match.group(), match["han"] is not None))
    return pieces


def suspect_places(text: str, evidence: Evidence) -> list[int]:
    """Where in a run of Han characters two stand together that never do in the index, in no known word either.

    The places are those of the first character of each such pair.
    """
    return [
        place
        for place in range(len(text) - 1)
        if not evidence.phrase(text[place : place + 2]) and not _in_known_word(text, place, evidence)
    ]


def suspicious(folded: str, spans: Sequence[tuple[int, int]] | None, evidence: Evidence) -> bool:
    """Whether a query holds an unknown word, or characters that never stand together: worth trying to correct."""
    return any(looks_wrong(piece, evidence) for piece in cut(folded, spans))


def is_han(text: str) -> bool:
    """Whether the text is one or more Han characters."""
    return all("\u3400" <= character <= "\u9fff" for character in text) and text != ""


def looks_wrong(piece: Piece, evidence: Evidence) -> bool:
    """Whether a piece is an unknown word, or holds characters that never stand together."""
    return bool(suspect_places(piece.text, evidence)) if piece.han else not evidence.frequency(piece.text)


def _in_known_word(text: str, place: int, evidence: Evidence) -> bool:
    return any(
        evidence.frequency(text[start:end]) > 0
        for end in range(place + 2, min(len(text), place + _LONGEST_WORD) + 1)
        for start in range(max(0, end - _LONGEST_WORD), place + 1)
    )
