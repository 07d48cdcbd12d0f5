"""Processor time of a piece of work, measured so that a busy machine does not decide what a test says."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

__all__ = ["assert_growth", "cpu_seconds"]

_ATTEMPTS = 4
_NOISE = 0.1  # seconds that say nothing


def cpu_seconds(work: Callable[[], object]) -> float:
    """Seconds of processor time ``work`` takes, without those of the garbage collector.

    The collector looks at every object of the process, so that its time depends on the tests that ran before.
    """
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def assert_growth(work: Callable[[int], Callable[[], object]], small: int, large: int, *, at_most: float) -> None:
    """``work(large)`` takes at most ``at_most`` times as long as ``work(small)``: the best of several attempts counts.

    ``work`` prepares an input of a size, which is not measured, and returns what is to be done with it.
    """
    few = many = float("inf")
    for _ in range(_ATTEMPTS):
        few = min(few, cpu_seconds(work(small)))
        many = min(many, cpu_seconds(work(large)))
        if many <= at_most * few + _NOISE:
            return
    raise AssertionError(f"{few:.3f} s for {small}, {many:.3f} s for {large}")
