"""Stretches of a query: pieces that must be read together, such as the syllables of one word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kbsearch.correction.pieces import Evidence, Piece, looks_wrong
from kbsearch.correction.pinyin import pinyin

__all__ = ["Stretch", "is_spelling", "suspicious_stretches"]

_PARTING = (" ", "'")  # what may stand between syllables
_MAX_LENGTH = 48  # characters


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pieces of a query that belong together: at most a space or an apostrophe between two."""

    folded: str
    pieces: Sequence[Piece]

    @property
    def start(self) -> int:
        """Where it begins in the query."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.pieces[-1].end

    def gaps(self) -> Iterator[tuple[Piece, Piece]]:
        """Neighbouring pieces with something between them."""
        for piece, following in zip(self.pieces, self.pieces[1:], strict=False):
            if following.start > piece.end:
                yield piece, following


def suspicious_stretches(folded: str, pieces: Sequence[Piece], evidence: Evidence) -> Iterator[Stretch]:
    """The parts of a query in which something looks wrong.

    Runs of Han characters and pinyin that touch are one stretch, and so is pinyin with single spaces in it.
    """
    spelt = _spelt(folded, pieces, evidence)
    group: list[Piece] = []
    for index, piece in enumerate(pieces):
        if group and not (
            _together(folded, group[-1], piece, index - 1 in spelt, index in spelt)
            and piece.end - group[0].start <= _MAX_LENGTH
        ):
            if any([looks_wrong(member, evidence) for member in group]):
                yield Stretch(folded, group)
            group = []
        group.append(piece)
    if any([looks_wrong(member, evidence) for member in group]):
        yield Stretch(folded, group)


def _together(folded: str, piece: Piece, following: Piece, spelt: bool, following_spelt: bool) -> bool:
    if piece.end == following.start:
        return (piece.han or spelt) and (following.han or following_spelt)
    return spelt and following_spelt and _parted(folded, piece, following)


def _parted(folded: str, piece: Piece, following: Piece) -> bool:
    return folded[piece.end : following.start] in _PARTING


def _spelt(folded: str, pieces: Sequence[Piece], evidence: Evidence) -> set[int]:
    """Which pieces may be pinyin: unknown words that are syllables, and known ones a space away from such."""
    syllables = [is_spelling(piece) for piece in pieces]
    spelt = {i for i, piece in enumerate(pieces) if syllables[i] and not evidence.frequency(piece.text)}
    parted = [i for i in range(1, len(pieces)) if _parted(folded, pieces[i - 1], pieces[i])]
    for index in parted:
        if syllables[index] and index - 1 in spelt:
            spelt.add(index)
    for index in reversed(parted):
        if syllables[index - 1] and index in spelt:
            spelt.add(index - 1)
    return spelt


def is_spelling(piece: Piece) -> bool:
    """Whether a piece can be pinyin: all of it, and not too long."""
    return not piece.han and len(piece.text) <= _MAX_LENGTH and pinyin().is_spelling(piece.text.replace("ü", "v"))
