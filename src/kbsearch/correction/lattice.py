"""Ways to read the pieces of a query, and the likeliest ways to read all of it.

A noisy channel: the cost of a path, in nats, is how unlikely its words are in this index plus how unlikely it is that
they were typed as they were. Words cost by their document frequency, and by that of the pair of characters at the
seam where one follows another directly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import Literal, NamedTuple, TypeAlias

from kbsearch.correction.pieces import Evidence

__all__ = ["SPELT", "Kind", "Path", "Reading", "cheapest_paths"]

Kind: TypeAlias = Literal["typo", "homophone", "pinyin", "initials"]

SPELT: tuple[Kind, Kind] = ("pinyin", "initials")  # kinds whose words may be spelt with spaces in them

_BEAM = 16
_SEAM = 0.7  # how far the count of a pair is trusted over the counts of its words


class Reading(NamedTuple):
    """A way to read query[start:end]: as ``text``.

    ``frequency`` is that of documents (0 if unknown: ``error`` says it all then); ``error`` is how unlikely it is to
    have been typed so, in nats. ``kind`` is ``None`` for what stands there; ``gap`` marks what parts two words.
    """

    start: int
    end: int
    text: str
    frequency: int
    error: float = 0.0
    kind: Kind | None = None
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """Readings that follow one another: the cost of all, the text they give, the last one and the path before it."""

    cost: float
    text: str
    reading: Reading | None = None
    before: Path | None = None

    def readings(self) -> list[Reading]:
        """From the first to the last."""
        found: list[Reading] = []
        path: Path | None = self
        while path is not None and path.reading is not None:
            found.append(path.reading)
            path = path.before
        return found[::-1]


def cheapest_paths(
    readings: Iterable[Reading], start: int, end: int, total: float, evidence: Evidence, beam: int = _BEAM
) -> list[Path]:
    """The cheapest ways to read query[start:end], each text once, the best first.

    Args:
        readings: what to choose from.
        start: of the stretch, in code points.
        end: of the stretch.
        total: sum of all document frequencies.
        evidence: for the pairs at the seams.
        beam: how many ways to follow at each place, and to give back at most.
    """
    leaving: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        leaving[reading.start].append(reading)
    reached: defaultdict[int, dict[str, Path]] = defaultdict(dict)
    reached[start][""] = Path(0.0, "")
    for node in range(start, end):
        for path in _best(reached.pop(node, {}), beam):
            for reading in leaving[node]:
                extended = _extend(path, reading, total, evidence)
                known = reached[reading.end].get(extended.text)
                if known is None or extended.cost < known.cost:
                    reached[reading.end][extended.text] = extended
    return _best(reached[end], beam)


def _best(paths: dict[str, Path], beam: int) -> list[Path]:
    return sorted(paths.values(), key=lambda path: path.cost)[:beam]


def _extend(path: Path, reading: Reading, total: float, evidence: Evidence) -> Path:
    previous, text = path, path.text
    if path.reading is not None and path.reading.gap and path.before is not None and reading.kind in SPELT:
        spelt = path.before.reading
        if spelt is not None and spelt.kind in SPELT:  # spaces between syllables are no part of the text meant
            previous, text = path.before, path.before.text
    cost = path.cost + reading.error
    if reading.frequency:
        chance = reading.frequency / total
        last = previous.reading
        if last is not None and last.frequency and not last.gap:
            pair = evidence.phrase(last.text[-1] + reading.text[0])
            if pair is not None:
                together = min(pair, last.frequency, reading.frequency) / last.frequency
                chance = _SEAM * together + (1 - _SEAM) * chance
        cost -= log(chance)
    return Path(cost, text + reading.text, reading, path)
