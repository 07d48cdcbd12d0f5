"""What a path changes in the query, and whether the index bears it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log

from kbsearch.correction.lattice import SPELT, Kind, Path, Reading
from kbsearch.correction.pieces import Evidence, is_han

__all__ = ["Edit", "all_exist", "apply_edits", "attested", "edits_of", "fitting"]

_ATTESTED = 4.0  # nats, for words that the index has in this order, and the logarithm of how often
_CONTEXT = 2  # characters
_FAR = 30  # times as many posts


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


def fitting(path: Path, as_typed: Path, folded: str, evidence: Evidence) -> float | None:
    """What speaks for words put for others of the same sound, in nats; ``None`` if they do not fit in.

    They may not take apart a word that is known well; and with up to two characters of what stands on one side of
    them, at least three in all, they must be in some post, and in far more posts than what was typed. So no rare name
    is made a common word.
    """
    readings = path.readings()
    total = 0.0
    for index, reading in enumerate(readings):
        if reading.kind != "homophone":
            continue
        if any(_cuts(reading, word) and word.frequency * _FAR > reading.frequency for word in as_typed.readings()):
            return None
        typed = folded[reading.start : reading.end]
        before = _han_run([earlier.text[::-1] for earlier in reversed(readings[:index])])[::-1]
        after = _han_run([later.text for later in readings[index + 1 :]])
        around = [(left, right) for left, right in ((before, ""), ("", after)) if left or right]
        gains = [_gain(left + reading.text + right, left + typed + right, evidence) for left, right in around]
        fits = [gain for gain in gains if gain is not None]
        if gains and not fits:
            return None
        total += max(fits, default=0.0)
    return total


def _cuts(reading: Reading, word: Reading) -> bool:
    """Whether an end of the reading lies inside the word."""
    return word.start < reading.start < word.end or word.start < reading.end < word.end


def _gain(meant: str, typed: str, evidence: Evidence) -> float | None:
    if len(meant) <= _CONTEXT:
        return None
    there, here = evidence.phrase(meant), evidence.phrase(typed)
    if there is None or here is None:
        return 0.0
    return log(there) if there > _FAR * here else None


def _han_run(texts: Iterable[str]) -> str:
    """The first two of the Han characters with which the texts, one after the other, begin."""
    run = ""
    for text in texts:
        if not is_han(text) or len(run) >= _CONTEXT:
            break
        run += text
    return run[:_CONTEXT]
