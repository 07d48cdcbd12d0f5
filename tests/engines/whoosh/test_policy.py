"""Which segments are merged: few segments, little work for small updates."""

from __future__ import annotations

import random

import pytest

from kbsearch.engines.whoosh.policy import Weight, first_to_merge

KB, MB = 1 << 10, 1 << 20


def run(sizes):
    """Updates of these sizes, none deleting; gives the segments, and the bytes written for each update."""
    segments: list[int] = []
    written = []
    for size in sizes:
        first = first_to_merge([Weight(s, 1, 0) for s in segments], size)
        merged = size + sum(segments[first:])
        segments[first:] = [merged]
        written.append(merged)
        assert len(segments) < 25
    return segments, written


def test_small_updates_stay_small():
    """After a large build, ten thousand updates of one post: most write little, few segments remain."""
    segments, written = run([200 * MB] + [10 * KB] * 10_000)
    written = sorted(written[1:])
    assert written[len(written) // 2] <= MB
    assert written[int(len(written) * 0.98)] <= 1.1 * MB
    assert len(segments) <= 10


@pytest.mark.parametrize("seed", range(5))
def test_work_is_bounded(seed):
    """Whatever the sizes, all that is written is a small multiple of what was added."""
    rnd = random.Random(seed)
    sizes = [int(2 ** rnd.uniform(10, 27)) for _ in range(500)]
    segments, written = run(sizes)
    assert sum(written) < 8 * sum(sizes)
    assert sum(segments) == sum(sizes)


def test_deletions_alone():
    """An update that adds nothing merges nothing, until most of a segment is dead."""
    sound = [Weight(10 * MB, 100, 50), Weight(KB, 1, 0)]
    assert first_to_merge(sound, 0) == 2
    assert first_to_merge([Weight(10 * MB, 100, 51), Weight(KB, 1, 0)], 0) == 0
    assert first_to_merge([Weight(10 * MB, 100, 5), Weight(KB, 3, 2)], 0) == 1
