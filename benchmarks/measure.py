"""Measuring one contender in a process of its own.

``python -m benchmarks.measure build|ask …`` is that process; :func:`build` and :func:`ask` start it and watch its
memory; :func:`cold` times whole commands.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.contenders import ALONE, END_TO_END, make
from benchmarks.corpus import read_questions

__all__ = ["ask", "build", "cold"]

_TABLES = {"alone": ALONE, "end": END_TO_END}
_SAMPLES_EACH_SECOND = 8


def build(table: str, name: str, place: Path, index: Path) -> dict[str, float]:
    """Build an index from nothing.

    Returns:
        ``seconds`` on the clock, ``cpu_seconds`` of the process and its children, ``peak_mb`` of memory they hold
        (shared pages counted once; for an engine alone, above what the words take), ``index_mb``.
    """
    shutil.rmtree(index, ignore_errors=True)
    index.mkdir(parents=True)
    result = _run(["build", table, name, str(place), str(index)], base_counts=table == "end")
    result["index_mb"] = sum(f.stat().st_size for f in index.rglob("*") if f.is_file()) / 1e6
    return result


def ask(table: str, name: str, index: Path, questions: Path, *, excerpts: bool) -> dict[str, Any]:
    """Ask all questions, once to warm up and twice for the clock.

    Returns:
        For each kind: ``times`` in milliseconds, ``cpu`` (median processor milliseconds), ``hits`` in all.
    """
    return _run(["ask", table, name, str(index), str(questions), *(["--excerpts"] if excerpts else [])])


def cold(commands: Mapping[str, Sequence[str]], runs: int, cache: Path) -> dict[str, dict[str, list[float]]]:
    """Whole processes, run in turns so that a busy moment falls on all alike.

    Args:
        cache: where compiled modules are kept, as an installation has them beside the modules.

    Returns:
        For each command ``ms`` on the clock and ``cpu``, processor milliseconds.
    """
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    times: dict[str, dict[str, list[float]]] = {name: {"ms": [], "cpu": []} for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, check=False)
            taken = time.perf_counter() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:  # the first only warms the caches
                busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                times[name]["ms"].append(taken * 1000)
                times[name]["cpu"].append(busy * 1000)
    return times


def _run(arguments: Sequence[str], *, base_counts: bool = True) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.measure", *arguments]
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready, what it is given is in memory
        watch = _MemoryWatch(process.pid)
        result: dict[str, Any] = json.loads(process.stdout.readline() or "{}")
        process.stdout.read()
        watch.stop()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed")
    own_peak = result.pop("max_rss_mb")
    result["peak_mb"] = max(watch.peak, own_peak) if base_counts else max(watch.peak - watch.base, 0.0)
    return result


class _MemoryWatch:
    """Samples the memory of a process and its descendants while it works."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.base = self.peak = _tree_mb(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(1 / _SAMPLES_EACH_SECOND):
            self.peak = max(self.peak, _tree_mb(self.pid))

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def _tree_mb(pid: int) -> float:
    """Proportional memory (PSS) of a process and its descendants, in MB; 0 where the system does not tell."""
    total, waiting = 0.0, [pid]
    while waiting:
        each = waiting.pop()
        try:
            rollup = Path(f"/proc/{each}/smaps_rollup").read_text()
            waiting += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) * 1024 / 1e6
    return total


# --- in the process of its own ---


def _child() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["build", "ask"])
    parser.add_argument("table", choices=list(_TABLES))
    parser.add_argument("name")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--excerpts", action="store_true")
    options = parser.parse_args()
    contender = make(_TABLES[options.table], options.name)
    if options.what == "build":
        given = contender.load(options.first)
        print("ready", flush=True)
        began, busy = time.perf_counter(), _cpu()
        contender.build(given, options.second)
        result: dict[str, Any] = {"seconds": time.perf_counter() - began, "cpu_seconds": _cpu() - busy}
    else:
        print("ready", flush=True)
        questions = read_questions(options.second)
        ask_one = contender.open(options.first, excerpts=options.excerpts)
        rows: dict[str, dict[str, Any]] = {}
        for kind in dict.fromkeys(question.kind for question in questions if question.kind in contender.kinds):
            chosen = [question for question in questions if question.kind == kind]
            hits = sum(map(ask_one, chosen))
            times, cpu = [], []
            for question in (*chosen, *chosen):
                began, busy = time.perf_counter(), time.process_time()
                ask_one(question)
                cpu.append((time.process_time() - busy) * 1000)
                times.append((time.perf_counter() - began) * 1000)
            rows[kind] = {"times": times, "cpu": statistics.median(cpu), "hits": hits}
        result = {"kinds": rows}
    usage = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    result["max_rss_mb"] = max(each.ru_maxrss for each in usage) * 1024 / 1e6
    print(json.dumps(result), flush=True)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    _child()
