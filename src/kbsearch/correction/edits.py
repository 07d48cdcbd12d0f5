"""What a path changes in the query, and whether the index bears it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log

from kbsearch.correction.lattice import SPELT, Kind, Path
from kbsearch.correction.pieces import Evidence, is_han

__all__ = ["Edit", "all_exist", "apply_edits", "attested", "edits_of", "fits_in"]

_ATTESTED = 4.0  # nats, for words that the index has in this order, and the logarithm of how often

_CONTEXT = 2  # characters


@dataclass(frozen=True, slots=True)
class Edit:
    """A part of the query, in code points, and the words of the index to put there."""

    start: int
    end: int
    words: tuple[str, ...]
    kind: Kind

    @property
    def text(self) -> str:
        """The words as they are put."""
        return "".join(self.words)


def edits_of(path: Path) -> tuple[Edit, ...]:
    """The changed readings of a path; words spelt one after the other are one edit, with the space between them."""
    edits: list[Edit] = []
    place = 0  # where the last reading that is no gap ended
    for reading in path.readings():
        if reading.gap:
            continue
        if reading.kind in SPELT and edits and edits[-1].kind == reading.kind and edits[-1].end == place:
            edits[-1] = replace(edits[-1], end=reading.end, words=(*edits[-1].words, reading.text))
        elif reading.kind is not None:
            edits.append(Edit(reading.start, reading.end, (reading.text,), reading.kind))
        place = reading.end
    return tuple(edits)


def apply_edits(query: str, edits: Iterable[Edit]) -> str:
    """The query with the edits made, which must be in order; all else as it is."""
    parts, place = [], 0
    for edit in edits:
        parts += [query[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, query[place:]])


def all_exist(edits: Iterable[Edit], evidence: Evidence) -> bool:
    """Whether the index has every word put; the vocabulary may lag behind it."""
    return all(evidence.frequency(word) > 0 for edit in edits for word in edit.words)


def attested(edits: Iterable[Edit], evidence: Evidence) -> float:
    """What speaks for edits of several words, in nats: that the index has these words in this order."""
    counts = [evidence.phrase(edit.text) for edit in edits if len(edit.words) > 1]
    return sum(_ATTESTED + log(count) for count in counts if count)


def fits_in(path: Path, as_typed: Path, evidence: Evidence) -> bool:
    """Whether words put for others of the same sound fit in with what stands beside them.

    With up to two characters of it, on one side at least, they must stand in some post, three characters in all; and
    they may not take a known word apart. So a rare name is not made into a common word.
    """
    readings = path.readings()
    seams = {place for reading in as_typed.readings() for place in (reading.start, reading.end)}
    for index, reading in enumerate(readings):
        if reading.kind != "homophone":
            continue
        before = _han_run([earlier.text[::-1] for earlier in reversed(readings[:index])])[::-1]
        after = _han_run([later.text for later in readings[index + 1 :]])
        sides = [side for side in (before and before + reading.text, after and reading.text + after) if side]
        if reading.start not in seams or reading.end not in seams:
            return False
        if sides and not any(len(side) > _CONTEXT and evidence.phrase(side) != 0 for side in sides):
            return False
    return True


def _han_run(texts: Iterable[str]) -> str:
    """The first two of the Han characters with which the texts, one after the other, begin."""
    run = ""
    for text in texts:
        if not is_han(text) or len(run) >= _CONTEXT:
            break
        run += text
    return run[:_CONTEXT]
