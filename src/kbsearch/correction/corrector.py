"""Proposals for a query, and the nearest terms that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import log

from kbsearch.correction.lattice import Kind, Path, Reading, cheapest_paths
from kbsearch.correction.pieces import Evidence, Piece, cut, is_han, looks_wrong
from kbsearch.correction.pinyin import pinyin
from kbsearch.correction.readings import Stretch, readings_as_initials, readings_as_meant, readings_as_typed
from kbsearch.correction.vocabulary import Vocabulary

__all__ = ["Corrector", "Edit", "Proposal"]

_GAIN = 2.0  # nats by which a proposal must beat the query as it stands
_WORSE = 6.0  # nats by which a further proposal may lag behind the first
_CHECKED = 12
_ATTESTED = 4.0
_OPTIONS = 3  # for one stretch
_MAX_STRETCHES = 8
_MAX_STRETCH = 48  # characters
_PARTING = (" ", "'")  # what may stand between syllables
_INITIALS_BEAM, _MAX_PHRASES = 200, 64
_VOWELS = frozenset("aeiouvü")
_INITIALS = range(3, 9)  # letters


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


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole query as it would read, how that was found, and by how many nats it is the likelier query."""

    text: str
    kind: Kind
    score: float
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class _Option:
    """A way to read one stretch."""

    gain: float
    edits: tuple[Edit, ...]


class Corrector:
    """Finds what a query may have meant, in the words of one index.

    Args:
        vocabulary: the index's words; it may lag behind the index a little, since what is proposed is asked for again.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    @classmethod
    def from_bytes(cls, data: bytes) -> Corrector:
        """A corrector over what :func:`~kbsearch.correction.vocabulary.build` made.

        Raises:
            IndexCorruptError: the bytes are not a vocabulary.
        """
        return cls(Vocabulary.from_bytes(data))

    def corrections(
        self,
        query: str,
        evidence: Evidence | None = None,
        *,
        folded: str | None = None,
        spans: Sequence[tuple[int, int]] | None = None,
        limit: int = 3,
    ) -> list[Proposal]:
        """What the user may have meant, the likeliest first; nothing for a query that looks right.

        Time is bounded whatever the query: at most 48 words and 8 stretches of 48 characters are looked at.

        Args:
            query: as typed; what no proposal changes is kept character for character.
            evidence: the index's own counts; without, those of the vocabulary, and no counts of phrases.
            folded: the query folded as the index's terms are, one character to one; lower case if not given.
            spans: the parts of the query that are words to look for; all of it if ``None``.
            limit: how many proposals to give.
        """
        if folded is None or len(folded) != len(query):
            folded = "".join(low if len(low := character.lower()) == 1 else character for character in query)
        if evidence is None:
            evidence = Evidence(self.vocabulary.frequency, None)
        pieces = cut(folded, spans)
        choices = []
        for stretch in _stretches(folded, pieces, evidence):
            if len(choices) < _MAX_STRETCHES and (options := self._options(stretch, evidence)):
                choices.append(options)
        if not choices and len(pieces) == 1 and _may_be_initials(pieces[0]) and looks_wrong(pieces[0], evidence):
            choices.append(self._initials(pieces[0], evidence))
        return [
            Proposal(_apply(query, option.edits), option.edits[0].kind, option.gain, option.edits)
            for option in _combine(choices)[:limit]
        ]

    def _options(self, stretch: Stretch, evidence: Evidence) -> list[_Option]:
        typed = readings_as_typed(stretch, self.vocabulary, evidence)
        meant = readings_as_meant(stretch, self.vocabulary, evidence)
        total = self.vocabulary.total
        as_typed = cheapest_paths(typed, stretch.start, stretch.end, total, evidence)[0]
        options: list[_Option] = []
        likely = cheapest_paths(typed + meant, stretch.start, stretch.end, total, evidence) if meant else []
        for path in likely[:_CHECKED]:
            gain = as_typed.cost - path.cost
            edits = _edits(path)
            if gain >= _GAIN and edits and _exist(edits, evidence) and _fits_in(path, as_typed, evidence):
                options.append(_Option(gain + _attested(edits, evidence), edits))
        options.sort(key=lambda option: -option.gain)
        return [option for option in options[:_OPTIONS] if option.gain >= options[0].gain - _WORSE]

    def _initials(self, piece: Piece, evidence: Evidence) -> list[_Option]:
        total = self.vocabulary.total
        readings = readings_as_initials(piece, self.vocabulary)
        options = []
        asked = 0
        for path in cheapest_paths(readings, piece.start, piece.end, total, evidence, beam=_INITIALS_BEAM):
            if (
                all(evidence.phrase(path.text[k : k + 2]) != 0 for k in range(len(path.text) - 1))
                and asked < _MAX_PHRASES
            ):
                asked += 1
                count = evidence.phrase(path.text)
                edits = _edits(path)
                if count != 0 and _exist(edits, evidence):
                    options.append(_Option(log(count / total) if count else -path.cost, edits))
        return sorted(options, key=lambda option: -option.gain)[:_OPTIONS]


def _stretches(folded: str, pieces: Sequence[Piece], evidence: Evidence) -> Iterator[Stretch]:
    """The parts of a query that need a look: pieces that belong together, at least one of which looks wrong."""
    spelt = _spelt_pieces(folded, pieces, evidence)
    group: list[Piece] = []
    for index, piece in enumerate(pieces):
        previous = pieces[index - 1] if index else None
        together = previous is not None and (
            (piece.start == previous.end and (piece.han or index in spelt) and (previous.han or index - 1 in spelt))
            or (index in spelt and index - 1 in spelt and folded[previous.end : piece.start] in _PARTING)
        )
        if group and (not together or piece.end - group[0].start > _MAX_STRETCH):
            yield from _if_suspicious(folded, group, evidence)
            group = []
        group.append(piece)
    if group:
        yield from _if_suspicious(folded, group, evidence)


def _if_suspicious(folded: str, pieces: list[Piece], evidence: Evidence) -> Iterator[Stretch]:
    if any(looks_wrong(piece, evidence) for piece in pieces):
        yield Stretch(folded, pieces)


def _spelt_pieces(folded: str, pieces: Sequence[Piece], evidence: Evidence) -> set[int]:
    """Which pieces may be pinyin: unknown words that are syllables, and known ones a space away from such."""
    syllables = [not piece.han and pinyin().is_spelling(piece.text.replace("ü", "v")) for piece in pieces]
    spelt = {i for i, piece in enumerate(pieces) if syllables[i] and not evidence.frequency(piece.text)}
    for order in (range(1, len(pieces)), range(len(pieces) - 2, -1, -1)):
        for index in order:
            before, after = (index - 1, index) if order.step > 0 else (index, index + 1)
            beside = index - order.step
            if syllables[index] and beside in spelt and folded[pieces[before].end : pieces[after].start] in _PARTING:
                spelt.add(index)
    return spelt


def _may_be_initials(piece: Piece) -> bool:
    text = piece.text
    return len(text) in _INITIALS and text.isascii() and text.isalpha() and not _VOWELS.intersection(text)


def _edits(path: Path) -> tuple[Edit, ...]:
    """The changed readings of a path; words spelt one after the other are one edit."""
    edits: list[Edit] = []
    gap: Reading | None = None
    for reading in path.readings():
        if reading.gap:
            gap = reading
            continue
        spelt = reading.kind in ("pinyin", "initials")
        if (
            reading.kind
            and edits
            and spelt
            and edits[-1].kind == reading.kind
            and edits[-1].end == (gap or reading).start
        ):
            last = edits[-1]
            edits[-1] = replace(last, end=reading.end, words=(*last.words, reading.text))
        elif reading.kind:
            edits.append(Edit(reading.start, reading.end, (reading.text,), reading.kind))
        gap = None
    return tuple(edits)


def _exist(edits: Iterable[Edit], evidence: Evidence) -> bool:
    return all(evidence.frequency(word) > 0 for edit in edits for word in edit.words)


def _attested(edits: Iterable[Edit], evidence: Evidence) -> float:
    """What it speaks for edits, in nats, that the index has their words in this order."""
    counts = [evidence.phrase(edit.text) for edit in edits if len(edit.words) > 1]
    return sum(_ATTESTED + log(count) for count in counts if count)


def _fits_in(path: Path, as_typed: Path, evidence: Evidence) -> bool:
    """Whether words put for others of the same sound are known to stand beside what they now stand beside.

    Nor may they take a known word apart.
    """
    readings = path.readings()
    ends = {place for reading in as_typed.readings() for place in (reading.start, reading.end)}
    for index, reading in enumerate(readings):
        if reading.kind == "homophone":
            if reading.start not in ends or reading.end not in ends:
                return False
            before, after = _han_before(readings[:index]), _han_after(readings[index + 1 :])
            sides = ([before + reading.text] if before else []) + ([reading.text + after] if after else [])
            if sides and not any(len(side) > 2 and evidence.phrase(side) != 0 for side in sides):
                return False
    return True


def _han_before(readings: Sequence[Reading]) -> str:
    text = ""
    for reading in reversed(readings):
        if reading.gap or not is_han(reading.text) or len(text) >= 2:
            break
        text = reading.text + text
    return text[-2:]


def _han_after(readings: Sequence[Reading]) -> str:
    text = ""
    for reading in readings:
        if reading.gap or not is_han(reading.text) or len(text) >= 2:
            break
        text += reading.text
    return text[:2]


def _combine(choices: Sequence[Sequence[_Option]]) -> list[_Option]:
    """Options for the whole query: the best of each stretch, then with one of them replaced by its next best."""
    choices = [options for options in choices if options]
    if not choices:
        return []
    best = [options[0] for options in choices]
    rows = [best]
    for index, options in enumerate(choices):
        rows += [[*best[:index], option, *best[index + 1 :]] for option in options[1:]]
    whole = [_Option(sum(o.gain for o in row), tuple(edit for o in row for edit in o.edits)) for row in rows]
    return sorted(whole, key=lambda option: -option.gain)


def _apply(query: str, edits: Iterable[Edit]) -> str:
    parts, place = [], 0
    for edit in edits:
        parts += [query[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, query[place:]])
