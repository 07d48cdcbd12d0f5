"""The ranking formula, BM25, and the one-byte form in which field lengths are kept.

A term's score in a post is ``boost · idf · (k1 + 1) · tf / (tf + k1 · (1 - b + b · length / average))`` with
``idf = ln(1 + (N - df + 0.5) / (df + 0.5))`` (Robertson & Zaragoza 2009; the idf is Lucene's, which stays above 0).
N, df and the average length are those of the whole index, posts not yet purged after deletion included, and the
average is over all posts, whether or not they have the field. Lengths are rounded down to one of 256 values, as
Lucene (``SmallFloat.intToByte4``) and Tantivy do: exact up to 40, then with four significant bits.
"""

from __future__ import annotations

import math

__all__ = ["K1", "LENGTHS", "idf", "norms"]

K1 = 1.2
B = 0.75
_EXACT = 24  # lengths below this are their own code


def _length_of(code: int) -> int:
    if code < _EXACT:
        return code
    mantissa, exponent = (code - _EXACT) & 7, (code - _EXACT) >> 3
    return _EXACT + (mantissa if exponent == 0 else (mantissa | 8) << (exponent - 1))


LENGTHS: tuple[int, ...] = tuple(map(_length_of, range(256)))  # the length that each code stands for, ascending


def idf(posts: int, frequency: int) -> float:
    """How much a term tells that ``frequency`` of ``posts`` posts have."""
    return math.log(1 + (posts - frequency + 0.5) / (frequency + 0.5))


def norms(average: float) -> list[float]:
    """What is added to tf in the denominator, for each length code, given the field's average length."""
    scale = B / average if average > 0 else 0.0
    return [K1 * (1 - B + scale * length) for length in LENGTHS]
