"""Postings as NumPy arrays."""

from __future__ import annotations

import numpy as np

from kbsearch.engines.whoosh.encode import Ints
from kbsearch.engines.whoosh.segment import SegmentField

__all__ = ["exact_frequencies", "frequencies_between"]


def frequencies_between(field: SegmentField, start: int, stop: int) -> Ints:
    """Frequencies of a range of postings; ones if the field keeps none."""
    if not field.scored:
        return np.ones(stop - start, np.uint8)
    values = np.frombuffer(field.frequencies(start, stop), np.uint8) if start < stop else np.zeros(0, np.uint8)
    large = field.large_frequencies(start, stop)
    if large:
        values = values.astype(np.uint32)
        for place, value in large:
            values[place] = value
    return values


def exact_frequencies(field: SegmentField, number: int) -> Ints:
    """Frequencies of a term's postings; ones if the field keeps none."""
    return frequencies_between(field, *field.posting_range(number))
