"""Verifying an index: every byte of every file, and that the numbers in it agree."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from kbsearch.engines.base import KEYWORD_FIELDS, TEXT_FIELDS
from kbsearch.engines.whoosh.encode import Ints, length_codes
from kbsearch.engines.whoosh.postings import frequencies_between, live_posts, view
from kbsearch.engines.whoosh.segment import Segment, SegmentField
from kbsearch.engines.whoosh.toc import SegmentInfo, read_toc
from kbsearch.errors import IndexUnusableError

__all__ = ["check_index"]


def check_index(folder: Path) -> list[str]:
    """What is wrong with the index, in words; empty if all is well."""
    try:
        toc = read_toc(folder)
    except IndexUnusableError as error:
        return [str(error)]
    wrong: list[str] = []
    live_keys: dict[str, str] = {}
    for info in toc.segments:
        try:
            wrong += _check_segment(folder, info, live_keys)
        except OSError as error:
            wrong.append(f"{folder / info.file}: cannot be read ({error.strerror})")
        except IndexUnusableError as error:
            wrong.append(str(error))
    return wrong


def _check_segment(folder: Path, info: SegmentInfo, live_keys: dict[str, str]) -> list[str]:
    """Check a segment; ``live_keys`` gathers the keys of live posts and the file each lies in."""
    path = folder / info.file
    segment = Segment(folder, info)
    wrong = segment.arrays.verify()
    if wrong:
        return wrong  # the contents would only say the same again, less clearly
    segment = Segment(folder, info)
    for name in (*TEXT_FIELDS, *KEYWORD_FIELDS):
        field = segment.field(name)
        if field is not None:
            wrong += [f"{path}: {name}: {what}" for what in _check_field(field, segment)]
    keys = segment.field("key")
    docs = view(keys.docs.whole()) if keys is not None else np.zeros(0, np.int64)
    if keys is None or len(docs) != segment.posts or len(np.unique(docs)) != segment.posts:
        return [*wrong, f"{path}: not every post has one key"]
    if (np.argsort(docs) != view(segment.key_ranks.whole())).any():
        wrong.append(f"{path}: the order of keys is wrong")
    live = live_posts(segment)
    for (key, _), post in zip(keys.walk(), docs.tolist(), strict=True):
        if live is None or live[post]:
            if key in live_keys:
                wrong.append(f"{path}: the post {key!r} is also in {live_keys[key]}")
            live_keys[key] = info.file
    for post in range(segment.posts):
        segment.blobs(post)
    return wrong


def _check_field(field: SegmentField, segment: Segment) -> list[str]:
    wrong = []
    terms = [term for term, _ in field.walk()]
    if any(a >= b for a, b in pairwise(terms)):
        wrong.append("its terms are not in order")
    if any(field.lookup(term) != number for number, term in enumerate(terms)):
        wrong.append("its hash table does not find every term")
    places = view(field.posting_at.whole()).astype(np.int64)
    docs = view(field.docs.whole()).astype(np.int64)
    field.check_places(places, len(docs))
    field.check_places(view(field.text_at.whole()).astype(np.int64), len(field.text))
    field.check_posts(int(docs.max(initial=0)))
    ascending = np.diff(docs) > 0
    ascending[places[1:-1] - 1] = True  # from one term to the next
    if not ascending.all():
        wrong.append("its posts are not in order")
    if field.scored:
        frequencies = frequencies_between(field, 0, len(docs))
        field.check_sizes(len(docs), frequencies)
        if int(frequencies.sum(dtype=np.int64)) != segment.tokens(field.name):
            wrong.append("its length is not the sum of its frequencies")
        wrong += _check_lengths(field, docs, frequencies)
    return wrong


def _check_lengths(field: SegmentField, docs: Ints, frequencies: Ints) -> list[str]:
    assert field.lengths is not None
    lengths = np.bincount(docs, frequencies, minlength=field.posts).astype(np.int64)
    if (length_codes(lengths) != view(field.lengths.whole())).any():
        return ["a post's length is not the sum of its frequencies"]
    return []
