"""Proposals for a query, and the nearest words that exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

from kbsearch.correction.edits import Edit, all_exist, apply_edits, attested, edits_of, fitting
from kbsearch.correction.lattice import Kind, Path, cheapest_paths
from kbsearch.correction.nearest import nearest_words
from kbsearch.correction.pieces import Evidence, Piece, cut, looks_wrong
from kbsearch.correction.readings import readings_as_initials, readings_as_meant, readings_as_typed, unknown_cost
from kbsearch.correction.stretches import Stretch, suspicious_stretches
from kbsearch.correction.vocabulary import Vocabulary

__all__ = ["Corrector", "Proposal"]

# By how many nats a proposal must beat the query as it stands; a query of one piece has less to lose, and one that is
# an unknown word has nothing.
_GAIN, _GAIN_ALONE, _GAIN_UNKNOWN = 2.0, 0.5, -1.0
_WORSE = 6.0  # nats by which a further proposal may lag behind the first
_OPTIONS = 3  # for one stretch
_CHECKED = 12  # paths of a stretch that are held against the index
_MAX_STRETCHES = 4

_VOWELS = frozenset("aeiouvü")
_INITIALS = range(3, 9)  # letters
_ONLY_INITIALS = 3.0  # nats: few people type them for a search
_INITIALS_BEAM = 200
_INITIALS_CHECKED = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole query as it would read, how that was found, and how likely it is.

    ``score`` says by how many nats the proposal is likelier than the query as it stands.
    """

    text: str
    kind: Kind
    score: float
    edits: tuple[Edit, ...]

    @property
    def sure(self) -> bool:
        """Whether it may be searched for without asking: of made errors, 95 % of such proposals were right."""
        return self.score >= _GAIN


@dataclass(frozen=True, slots=True)
class _Option:
    """A way to read a stretch, or the whole query."""

    score: float
    edits: tuple[Edit, ...]


class Corrector:
    """Finds what a query may have meant, in the words of one index.

    Args:
        vocabulary: the index's words. It may lag behind the index, which is asked again about all that is proposed.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

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

        Time is bounded whatever the query: of its pieces the first 48 count, of the places that look wrong the first 4.

        Args:
            query: as typed; what a proposal does not change is kept character for character.
            evidence: the index's own counts; without, those of the vocabulary, and nothing is known of phrases.
            folded: the query folded as the index's words are, one character to one; lower case if not given.
            spans: the parts of the query that are words to look for; all of it if ``None``.
            limit: how many proposals to give.
        """
        if folded is None or len(folded) != len(query):
            folded = "".join(low if len(low := character.lower()) == 1 else character for character in query)
        if evidence is None:
            evidence = Evidence(self.vocabulary.frequency, None)
        pieces = cut(folded, spans)
        least = _GAIN if len(pieces) != 1 else _GAIN_ALONE if pieces[0].han else _GAIN_UNKNOWN
        choices: list[list[_Option]] = []
        for stretch in islice(suspicious_stretches(folded, pieces, evidence), _MAX_STRETCHES):
            if options := self._options(stretch, evidence, least):
                choices.append(options)
        if len(pieces) == 1 and looks_wrong(pieces[0], evidence):
            choices = [_best([*(choices[0] if choices else ()), *self._initials(pieces[0], evidence)])]
        return [
            Proposal(apply_edits(query, option.edits), option.edits[0].kind, option.score, option.edits)
            for option in _combined(choices)[:limit]
        ]

    def nearest(self, word: str, limit: int = 5) -> list[tuple[str, int]]:
        """Words that exist and come closest to a folded word, the closest first, with their document frequencies."""
        return nearest_words(self.vocabulary, word, limit)

    def containing(self, fragment: str, limit: int = 10) -> list[tuple[str, int]]:
        """Words that contain a folded fragment, the most frequent first, with their document frequencies."""
        return self.vocabulary.containing(fragment, limit)

    def _options(self, stretch: Stretch, evidence: Evidence, least: float) -> list[_Option]:
        meant = readings_as_meant(stretch, self.vocabulary, evidence)
        if not meant:
            return []
        typed = readings_as_typed(stretch, self.vocabulary, evidence)
        bounds = (stretch.start, stretch.end, self.vocabulary.total)
        as_typed = cheapest_paths(typed, *bounds, evidence)[0]
        options = []
        for path in cheapest_paths(typed + meant, *bounds, evidence)[:_CHECKED]:
            edits, gain = edits_of(path), as_typed.cost - path.cost
            if edits and all_exist(edits, evidence):
                more = fitting(path, as_typed, stretch.folded, evidence)
                if more is not None and gain + more >= least:
                    options.append(_Option(gain + more + attested(edits, evidence), edits))
        options = _best(options)
        return [option for option in options if option.score >= options[0].score - _WORSE]

    def _initials(self, piece: Piece, evidence: Evidence) -> list[_Option]:
        """Words and phrases of the index that have these initials, by how many posts have them."""
        if not _may_be_initials(piece.text):
            return []
        total = self.vocabulary.total
        readings = readings_as_initials(piece, self.vocabulary)
        paths = cheapest_paths(readings, piece.start, piece.end, total, evidence, beam=_INITIALS_BEAM)
        options = []
        for path in [path for path in paths if _pairs_exist(path, evidence)][:_INITIALS_CHECKED]:
            edits = edits_of(path)
            count = evidence.phrase(path.text)
            if count is None:  # then only single words are sure to exist
                count = self.vocabulary.frequency(path.text)
            if count and all_exist(edits, evidence):
                error = _ONLY_INITIALS + sum(reading.error for reading in path.readings())
                options.append(_Option(unknown_cost(piece.text) + log(count / total) - error, edits))
        return _best(options)


def _pairs_exist(path: Path, evidence: Evidence) -> bool:
    return all(evidence.phrase(path.text[place : place + 2]) != 0 for place in range(len(path.text) - 1))


def _may_be_initials(text: str) -> bool:
    return len(text) in _INITIALS and text.isascii() and text.isalpha() and not _VOWELS.intersection(text)


def _best(options: Iterable[_Option]) -> list[_Option]:
    return sorted(options, key=lambda option: -option.score)[:_OPTIONS]


def _combined(choices: Sequence[Sequence[_Option]]) -> list[_Option]:
    """Options for the whole query: the best of each stretch, then with one of them replaced by its next best."""
    choices = [options for options in choices if options]
    if not choices:
        return []
    best = [options[0] for options in choices]
    rows = [best]
    for index, options in enumerate(choices):
        rows += [[*best[:index], option, *best[index + 1 :]] for option in options[1:]]
    whole = [_Option(sum(o.score for o in row), tuple(edit for o in row for edit in o.edits)) for row in rows]
    return sorted(whole, key=lambda option: -option.score)
