"""Words of Han characters that fit what was typed, place by place.

What was typed is a net of *arcs*: an arc is one character of a word, and gives every character that may be meant there
a cost. All words of a length are tried at once on arrays (see :class:`~kbsearch.correction.vocabulary.HanWords`), so
that a set of a hundred homophones costs no more than a single character.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kbsearch.correction.vocabulary import MAX_HAN_LENGTH, Vocabulary

__all__ = ["Arc", "Costs", "Found", "find_words"]

Costs = NDArray[np.float32]  # by Han code: what it costs, in nats, to take a place for this character; or infinity

_MAX_STEPS = 2_000  # arcs tried for one net


@dataclass(frozen=True, slots=True, eq=False)
class Arc:
    """One character of a word: where it ends in the query, what each character costs, how it was typed."""

    end: int
    costs: Costs
    spelt: bool = False


class Found(NamedTuple):
    """A word that fits query[start:end]: its rank, the cost of its characters, and whether any of them was spelt."""

    start: int
    end: int
    rank: int
    cost: float
    spelt: bool


class _Fitting(NamedTuple):
    """Words of one length that fit so far: their rows, and what they cost."""

    rows: NDArray[np.intp]
    costs: Costs


def find_words(
    vocabulary: Vocabulary, arcs: Mapping[int, Sequence[Arc]], skips: Mapping[int, int], limit: int
) -> Iterator[Found]:
    """Words along the arcs; for each path of arcs at most ``limit``, the likeliest.

    Args:
        vocabulary: where to look.
        arcs: by the place where they start.
        skips: places inside a word from which it may go on at another place, over a space.
        limit: how many words a path may give.
    """
    steps = 0
    for start in sorted(arcs):
        waiting: list[tuple[int, bool, int, dict[int, _Fitting]]] = [(start, False, 0, {})]
        while waiting:
            place, spelt, depth, fitting = waiting.pop()
            for arc in arcs.get(place, ()):
                steps += 1
                if steps > _MAX_STEPS:
                    return
                longer = _narrow(vocabulary, depth, fitting, arc.costs)
                complete = longer.pop(depth + 1, None)
                if complete is not None:
                    yield from _best(vocabulary, start, arc.end, depth + 1, complete, spelt or arc.spelt, limit)
                if longer:
                    waiting.append((skips.get(arc.end, arc.end), spelt or arc.spelt, depth + 1, longer))


def _narrow(vocabulary: Vocabulary, depth: int, fitting: dict[int, _Fitting], costs: Costs) -> dict[int, _Fitting]:
    """The words that fit one place more; at depth 0, of all words."""
    narrowed = {}
    for length in fitting or range(1, MAX_HAN_LENGTH + 1):
        column = vocabulary.han_words(length).columns[depth]
        price = costs[column[fitting[length].rows] if fitting else column]
        kept = np.flatnonzero(price < np.inf)
        if len(kept) and fitting:
            rows, so_far = fitting[length]
            narrowed[length] = _Fitting(rows[kept], so_far[kept] + price[kept])
        elif len(kept):
            narrowed[length] = _Fitting(kept, price[kept])
    return narrowed


def _best(
    vocabulary: Vocabulary, start: int, end: int, length: int, fitting: _Fitting, spelt: bool, limit: int
) -> Iterator[Found]:
    ranks = vocabulary.han_words(length).ranks[fitting.rows]
    order = np.argsort(fitting.costs - np.log(vocabulary.frequencies[ranks]))[:limit]
    for index in order.tolist():
        yield Found(start, end, int(ranks[index]), float(fitting.costs[index]), spelt)
