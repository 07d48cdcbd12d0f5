"""Compare kbsearch with other search libraries in one run: ``python -m benchmarks.compare --data FOLDER``.

FOLDER holds ``posts/``, real posts in Markdown. Results go to a JSON file; the tables, with ratios first, are printed
and written to docs/performance.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.contenders import ALONE, END_TO_END, Entry, available
from benchmarks.corpus import make_questions, make_size, write_questions
from benchmarks.measure import ask, build, cold
from benchmarks.report import write_report

__all__ = ["compare", "finish"]

_ROOT = Path(__file__).resolve().parent.parent
_TABLES: dict[str, dict[str, Entry]] = {"alone": dict(ALONE), "end": dict(END_TO_END)}
_SLOW = {"Whoosh", "Whoosh + jieba", "FTS5 + jieba", "tantivy-py + jieba", "Xapian"}  # measured once
_LIBRARIES = ("kbsearch", "tantivy", "whoosh3", "jieba", "rjieba", "numpy", "bm25s", "pyromark", "click")
_COLD_POSTS = 3573


def compare(
    data: Path,
    sizes: Sequence[int],
    folder: Path,
    *,
    repeats: int,
    questions: int,
    only: str,
    patience: int,
    save: Callable[[dict[str, Any]], object] = lambda results: None,
) -> dict[str, Any]:
    """Measure everyone at every size, in turns, so that a busy moment falls on all alike.

    Who fails is left out of that size and said. ``save`` is called with what there is after each size and turn.
    """
    results: dict[str, Any] = {"about": _about(), "sizes": {}}
    for posts in sizes:
        place = make_size(data, posts, folder)
        write_questions(make_questions(place, questions), place / "questions.json")
        megabytes = sum(path.stat().st_size for path in (place / "files").rglob("*.md")) / 1e6
        row: dict[str, Any] = {"mb": megabytes, "alone": {}, "end": {}}
        results["sizes"][str(posts)] = row
        failed: set[tuple[str, str]] = set()
        for turn in range(repeats):
            for table, entries in _TABLES.items():
                for name in available(entries, posts, patience=patience):
                    if only not in f"{table} {name}" or (turn and name in _SLOW) or (table, name) in failed:
                        continue
                    cell = row[table].setdefault(name, {"builds": [], "asks": [], "excerpts": []})
                    _say(f"{posts} posts, turn {turn + 1}: {table}, {name}")
                    try:
                        _measure(cell, table, name, place, folder / f"index-{posts}" / table / name.replace(" ", "-"))
                    except RuntimeError as error:
                        _say(str(error))
                        failed.add((table, name))
                        if not turn:
                            del row[table][name]
            save(results)
    return results


def _measure(cell: dict[str, Any], table: str, name: str, place: Path, index: Path) -> None:
    """One turn of one contender: build, then ask."""
    built = build(table, name, place, index)
    asked = place / "questions.json"
    plain = ask(table, name, index, asked, excerpts=False)
    if table == "end":
        cell["excerpts"].append(ask(table, name, index, asked, excerpts=True))
    cell["builds"].append(built)
    cell["asks"].append(plain)


def finish(results: dict[str, Any], folder: Path, cold_runs: int) -> None:
    """Measure whole processes on the indexes made, and the stages of indexing."""
    sizes = list(map(int, results["sizes"]))
    posts = min(sizes, key=lambda size: abs(size - _COLD_POSTS))
    _say("cold processes")
    commands = _cold_commands(folder / f"index-{posts}" / "end")
    results["cold"] = {"posts": posts, "times": cold(commands, cold_runs, folder / "compiled")}
    _say("stages of indexing")
    results["stages"] = _stages(folder / f"posts-{min(sizes)}", folder / "index-stages")


def _cold_commands(indexes: Path) -> dict[str, list[str]]:
    python = [sys.executable]
    command = [*python, "-m", "kbsearch"]
    script = Path(sys.executable).with_name("kbsearch")
    if script.exists():
        command = [str(script)]
    commands = {
        "python -c pass": [*python, "-c", "pass"],
        "python -c 'import click'": [*python, "-c", "import click"],
        "kbsearch --version": [*command, "--version"],
        "kbsearch --help": [*command, "--help"],
    }
    for path in sorted(indexes.glob("kbsearch-*")):
        name = path.name.removeprefix("kbsearch-")
        commands[f"kbsearch query ({name})"] = [*command, "query", "扩散模型", "--index-dir", str(path)]
    return commands


def _stages(place: Path, index: Path) -> dict[str, dict[str, float]]:
    from benchmarks.stages import stage_times

    return {engine: stage_times(place, index, engine) for engine in ("whoosh", "tantivy")}


def _about() -> dict[str, Any]:
    versions = {"SQLite": sqlite3.sqlite_version}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), cpu)
    return {
        "date": dt.date.today().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "versions": versions,
    }


def _say(text: str) -> None:
    print(f"[{dt.datetime.now():%H:%M:%S}] {text}", file=sys.stderr, flush=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds posts/")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3573, 12_000], help="numbers of posts")
    parser.add_argument("--repeats", type=int, default=3, help="turns; figures are medians over them")
    parser.add_argument("--questions", type=int, default=60, help="questions of each kind")
    parser.add_argument("--cold-runs", type=int, default=15, help="runs of each whole process")
    parser.add_argument("--patience", type=int, default=1, help="let slow contenders take that many times more posts")
    parser.add_argument("--only", default="", help="only contenders whose table and name contain this")
    parser.add_argument("--folder", type=Path, default=_ROOT / "build" / "benchmarks", help="where to work")
    parser.add_argument("--results", type=Path, help="JSON file of results; default: in the folder")
    parser.add_argument("--report", type=Path, default=_ROOT / "docs" / "performance.md", help="where the tables go")
    parser.add_argument("--report-only", action="store_true", help="measure nothing; make the report of the results")
    parser.add_argument(
        "--finish-only", action="store_true", help="measure whole processes and stages again, with the indexes made"
    )
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    file = options.results or options.folder / "results.json"
    folder = options.folder.resolve()

    def save(results: dict[str, Any]) -> None:
        file.write_text(json.dumps(results), encoding="utf-8")

    if options.report_only or options.finish_only:
        results = json.loads(file.read_text(encoding="utf-8"))
    else:
        results = compare(
            options.data,
            sorted(options.sizes),
            folder,
            repeats=options.repeats,
            questions=options.questions,
            only=options.only,
            patience=options.patience,
            save=save,
        )
    if not options.report_only and not options.only:
        finish(results, folder, options.cold_runs)
        save(results)
    print(write_report(results, options.report))


if __name__ == "__main__":
    main()
