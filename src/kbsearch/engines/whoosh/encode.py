"""The encoder: a batch of documents turned into arrays, in any process, so that the writer has little left to do.

Per field this is an inverted index of the batch alone, a *run*: its vocabulary, and for each term its posts with
frequencies and positions. All work per token happens inside C loops (:mod:`.numbering`, NumPy sorts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np

from kbsearch.engines.base import KEYWORD_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, IndexDocument, TextField
from kbsearch.engines.whoosh.bm25 import LENGTHS
from kbsearch.engines.whoosh.numbering import Ints, number_terms, smallest
from kbsearch.engines.whoosh.segment import MISSING

__all__ = ["Batch", "Ints", "Run", "encode", "length_codes"]

_KEYWORD = TextField(scored=False)
_LENGTHS = np.array(LENGTHS)


@dataclass(slots=True)
class Run:
    """An inverted index of one field over a few posts.

    Its terms, in no order, are ``text`` in UTF-8, of ``sizes[i]`` bytes each; they have ``counts[i]`` postings
    each; ``docs`` (post numbers from 0 within the batch)
    and, for scored fields, ``frequencies`` are theirs in a row; ``positions`` has as many items a posting as its
    frequency.
    ``lengths`` has the code of each post's number of terms (see :mod:`.bm25`), for scored fields.
    """

    text: Ints
    sizes: Ints
    counts: Ints
    docs: Ints
    frequencies: Ints | None = None
    positions: Ints | None = None
    lengths: Ints | None = None

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        arrays = (getattr(self, field.name) for field in fields(self))
        return sum(a.nbytes for a in arrays if a is not None)


@dataclass(slots=True)
class Batch:
    """Encoded documents: a run for each field that has terms, a column for each number field, the stored bytes.

    ``blobs`` holds stored and source bytes of each post in turn.
    """

    keys: list[str]
    runs: dict[str, Run]
    numbers: dict[str, Ints]
    blobs: list[bytes]

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take, stored bytes left out."""
        return sum(run.nbytes for run in self.runs.values()) + sum(a.nbytes for a in self.numbers.values())


def encode(documents: Sequence[IndexDocument]) -> Batch:
    """Encode a batch, in order.

    Raises:
        ValueError: a document has a field that the index does not.
    """
    for document in documents:
        unknown = (document.terms.keys() - TEXT_FIELDS) | (document.keywords.keys() - set(KEYWORD_FIELDS))
        unknown |= document.numbers.keys() - set(NUMBER_FIELDS)
        if unknown:
            raise ValueError(f"{document.key}: the index has no field {sorted(unknown)[0]!r}")
    keys = [document.key for document in documents]
    runs: dict[str, Run] = {}
    for name, kind in TEXT_FIELDS.items():
        _add_run(runs, name, [document.terms.get(name, ()) for document in documents], kind)
    for name in KEYWORD_FIELDS:
        values = [(key,) for key in keys] if name == "key" else [d.keywords.get(name, ()) for d in documents]
        _add_run(runs, name, values, _KEYWORD)
    numbers = {
        name: np.fromiter((d.numbers.get(name, MISSING) for d in documents), np.int64, len(documents))
        for name in NUMBER_FIELDS
    }
    blobs = list(chain.from_iterable((d.stored, d.source) for d in documents))
    return Batch(keys, runs, numbers, blobs)


def length_codes(lengths: Ints) -> Ints:
    """The one-byte codes of field lengths (see :mod:`.bm25`)."""
    return (np.searchsorted(_LENGTHS, lengths, side="right") - 1).astype(np.uint8)


def _add_run(runs: dict[str, Run], name: str, lists: Sequence[Sequence[str]], kind: TextField) -> None:
    run = _invert(lists, kind)
    if run is not None:
        runs[name] = run


def _invert(lists: Sequence[Sequence[str]], kind: TextField) -> Run | None:
    numbers, lengths, texts = number_terms(lists)
    total = len(numbers)
    if not total:
        return None
    # Sort by term, and within a term by place in the batch: one sort of (term, place) packed into 64 bits.
    bits = np.uint64(total.bit_length())
    packed = numbers << bits
    packed |= np.arange(total, dtype=np.uint64)
    packed.sort()
    places = (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    tokens = packed >> bits
    docs = np.repeat(np.arange(len(lists), dtype=np.uint32), lengths)[places]
    new_term = np.empty(total, bool)
    new_term[0] = True
    np.not_equal(tokens[1:], tokens[:-1], out=new_term[1:])
    new_posting = new_term.copy()
    new_posting[1:] |= docs[1:] != docs[:-1]
    postings = np.flatnonzero(new_posting)
    counts = np.diff(np.append(np.flatnonzero(new_term[postings]), len(postings)))
    run = Run(*texts(tokens[new_term]), smallest(counts), smallest(docs[postings]))
    if kind.scored:
        run.frequencies = smallest(np.diff(np.append(postings, total)))
        run.lengths = length_codes(lengths)
    if kind.positions:
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        run.positions = smallest(places - starts[places])
    return run
