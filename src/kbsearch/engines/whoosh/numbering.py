"""The terms of a batch's documents as numbers: alike if the terms are, so that one sort of numbers inverts a field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from kbsearch.analysis.coded import END_OF_RUN, FIRST_TERM, Codebook, CodedTerms
from kbsearch.engines.whoosh.segment import encode_term

__all__ = ["Ints", "Numbered", "encode_terms", "number_terms", "smallest"]

Ints: TypeAlias = np.ndarray[Any, np.dtype[Any]]


class Numbered(NamedTuple):
    """The terms of some documents.

    Attributes:
        numbers: 64 bits for each term of the first document, of the second, and so on.
        lengths: number of terms of each document.
        texts: from some of the numbers, distinct and ascending, to their terms in UTF-8, in a row, and the number of
            bytes of each.
    """

    numbers: Ints
    lengths: Ints
    texts: Callable[[Ints], tuple[Ints, Ints]]


def number_terms(lists: Sequence[Sequence[str]]) -> Numbered:
    """Number the terms of some documents.

    Terms that come as codes of one codebook are numbered without becoming strings, and so are the characters of
    strings.
    """
    if all(isinstance(terms, str) for terms in lists):
        return _number_characters([terms for terms in lists if isinstance(terms, str)])
    coded = [terms for terms in lists if isinstance(terms, CodedTerms)]
    if len(coded) == len(lists) and all(terms.notation is coded[0].notation for terms in coded):
        codebook = coded[0].notation
        if isinstance(codebook, Codebook):
            return _number_codes([terms.codes for terms in coded], codebook)
    return _number_strings(lists)


def smallest(values: Ints) -> Ints:
    """The same numbers, none negative, in the smallest unsigned type that holds them."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))), copy=False)


def encode_terms(terms: Collection[str]) -> tuple[Ints, Ints]:
    """Terms in UTF-8, in a row, and how many bytes each has."""
    return _encode_joined("".join(terms), np.fromiter(map(len, terms), np.int64, len(terms)))


def _encode_joined(text: str, sizes: Ints) -> tuple[Ints, Ints]:
    """The same for terms joined to one string, given the number of characters of each; encoded in one go."""
    encoded = np.frombuffer(encode_term(text), np.uint8)
    begins = np.append(np.flatnonzero((encoded & 0xC0) != 0x80), len(encoded))  # of each character
    return encoded, smallest(np.diff(begins[np.cumsum(sizes)], prepend=0))


def _lengths(lists: Sequence[Sequence[str] | bytes]) -> Ints:
    return np.fromiter(map(len, lists), np.int64, len(lists))


def _number_strings(lists: Sequence[Sequence[str]]) -> Numbered:
    lengths = _lengths(lists)
    seen: defaultdict[str, int] = defaultdict()
    seen.default_factory = seen.__len__  # a new term gets the next number
    numbers = np.fromiter(map(seen.__getitem__, chain.from_iterable(lists)), np.uint64, int(lengths.sum()))
    return Numbered(numbers, lengths, lambda _: encode_terms(seen))


def _number_characters(texts: Sequence[str]) -> Numbered:
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    return Numbered(
        points.astype(np.uint64), _lengths(texts), lambda numbers: encode_terms(list(map(chr, numbers.tolist())))
    )


def _number_codes(lists: Sequence[bytes], codebook: Codebook) -> Numbered:
    """The terms of the codebook first, then bigrams, by the ranks of their two characters among all."""
    codes = np.frombuffer(b"".join(lists), "<u4")
    present = codes != END_OF_RUN
    ends = np.cumsum(_lengths(lists) // 4)
    lengths = np.diff(np.append(0, np.cumsum(present))[ends], prepend=0)
    numbers = codes.astype(np.int64) - FIRST_TERM
    known = len(codebook.terms)
    characters = np.flatnonzero(np.bincount(codes[codes < FIRST_TERM]))  # the end of a run among them, with rank 0
    ranks = np.zeros(int(characters.max(initial=0)) + 1, np.int64)
    ranks[characters] = np.arange(len(characters))
    places = np.flatnonzero(present & (codes < FIRST_TERM))
    numbers[places] = known + ranks[codes[places]] * len(characters) + ranks[codes[places + 1]]

    def texts(numbers: Ints) -> tuple[Ints, Ints]:
        words, bigrams = np.split(numbers.astype(np.int64), np.searchsorted(numbers, [known]))
        strings = [codebook.terms[number] for number in words.tolist()]
        pairs = characters[np.stack(np.divmod(bigrams - known, max(len(characters), 1)), axis=1)]
        joined = pairs[pairs != END_OF_RUN].astype("<u4").tobytes().decode("utf-32-le")
        sizes = np.fromiter(map(len, strings), np.int64, len(strings))
        return _encode_joined("".join(strings) + joined, np.append(sizes, (pairs != END_OF_RUN).sum(axis=1)))

    return Numbered(numbers[present].astype(np.uint64), lengths, texts)
