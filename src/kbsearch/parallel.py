"""Work shared out to processes, results in order, never more than a few jobs ahead."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from kbsearch.errors import InputError

__all__ = ["cores", "ordered_map"]

_PARENT_SECONDS = 0.5  # between looks at whether the parent lives
Job = TypeVar("Job")
Result = TypeVar("Result")

_COLLECT_AFTER = 200_000  # objects made by a worker between two rounds of the garbage collector
_AHEAD = 2  # jobs waiting for each process: enough to keep it busy, few enough to bound memory


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ordered_map(
    function: Callable[[Job], Result],
    jobs: Iterable[Job],
    workers: int,
    prepare: Callable[[], object],
) -> Iterator[Result]:
    """``map(function, jobs)`` over several processes.

    Args:
        function: importable by name; its argument and result can be pickled.
        jobs: taken as they are needed.
        workers: processes; with 1 all runs in this one.
        prepare: called once in each process before its first job, such as to load dictionaries.

    Raises:
        InputError: a process died (killed for memory, as a rule).
    """
    if workers <= 1:
        prepare()
        yield from map(function, jobs)
        return
    with ProcessPoolExecutor(
        workers, mp_context=_context(), initializer=_begin_worker, initargs=(prepare, os.getpid())
    ) as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for job in jobs:
                waiting.append(pool.submit(function, job))
                if len(waiting) > workers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise InputError(
                "a process that read posts was killed (out of memory?); try again with --workers 1"
            ) from error
        finally:
            for future in waiting:
                future.cancel()


def _begin_worker(prepare: Callable[[], object], parent: int) -> None:
    threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    prepare()
    gc.freeze()  # dictionaries stay, and documents hardly make cycles: the collector need not look so often
    gc.set_threshold(_COLLECT_AFTER)


def _die_with(parent: int) -> None:
    """A killed parent cannot end its workers, which would wait for jobs for ever."""
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os._exit(1)


def _context() -> multiprocessing.context.BaseContext:
    """Fork where it is safe, as the dictionaries then load once; a process with threads must not fork."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
