"""From measurements to tables of ratios, plots, and what was aimed at."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Target", "targets", "write_report"]

Results = Mapping[str, Any]
_NOTES = {
    "kbsearch whoosh": "default",
    "FTS5": "contentless",
}
_WRITTEN = ("reasons.md", "cluster.md")  # sections that are written by hand, with the figures they were measured by
_KIND_NAMES = {
    "one": "one word",
    "or": "any word",
    "and": "all words",
    "phrase": "phrase",
    "filtered": "filtered",
    "sorted": "by date",
    "fuzzy": "fuzzy",
}


class Target(NamedTuple):
    """Something aimed at: what, the bound, what was measured, and whether that is within it."""

    what: str
    aim: str
    value: str
    reached: bool


class _Spread(NamedTuple):
    """A median with the smallest and largest value."""

    middle: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        middle = format(self.middle, form)
        if self.low == self.high:
            return middle
        return f"{middle} ({format(self.low, form)}–{format(self.high, form)})"


def _spread(values: Sequence[float]) -> _Spread:
    return _Spread(statistics.median(values), min(values), max(values))


def _percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


def _paired(ours: Sequence[float], theirs: Sequence[float]) -> _Spread:
    """Ratios of measurements made in the same turn."""
    return _spread([a / b for a, b in zip(ours, theirs, strict=False) if b])


def _middle(times: Mapping[str, Sequence[float]], key: str) -> float:
    return statistics.median(times[key])


def _builds(cell: Mapping[str, Any], key: str) -> list[float]:
    return [each[key] for each in cell["builds"]]


def _asks(cell: Mapping[str, Any], kind: str, part: float, runs: str = "asks") -> list[float]:
    """A percentile of each turn's times in milliseconds; none if this kind was not asked."""
    return [_percentile(run["kinds"][kind]["times"], part) for run in cell[runs] if kind in run["kinds"]]


def _all_asks(cell: Mapping[str, Any], part: float, runs: str) -> list[float]:
    """A percentile over the questions of all kinds, for each turn."""
    return [_percentile([t for kind in run["kinds"].values() for t in kind["times"]], part) for run in cell[runs]]


# --- what was aimed at ---


def targets(results: Results) -> list[Target]:
    """Each aim that this run can judge."""
    return [*_engine_targets(results), *_end_to_end_targets(results), *_cold_targets(results)]


def _engine_targets(results: Results) -> Iterator[Target]:
    for posts, row in results["sizes"].items():
        table = row["alone"]
        ours, tantivy, fts5 = (table.get(name) for name in ("kbsearch whoosh", "tantivy-py", "FTS5"))
        if ours is None or int(posts) < 3000:
            continue
        for other, name, bound in ((fts5, "FTS5", 1.2), (tantivy, "tantivy-py", 2.0)):
            if other is not None:
                ratio = _paired(_builds(ours, "seconds"), _builds(other, "seconds"))
                yield _at_most(f"engine alone, build, {posts} posts, to {name}", ratio, bound, "×")
        if tantivy is not None:
            for kind in ("or", "and"):
                ratio = _paired(_asks(ours, kind, 0.5), _asks(tantivy, kind, 0.5))
                what = f"engine alone, {_KIND_NAMES[kind]} p50, {posts} posts, to tantivy-py"
                yield _at_most(what, ratio, 2.0, "×")
        if fts5 is not None:
            ratio = _paired(_asks(ours, "or", 0.5), _asks(fts5, "or", 0.5))
            yield _at_most(f"engine alone, any word p50, {posts} posts, to FTS5", ratio, 0.1, "×")
        phrase = _spread(_asks(ours, "phrase", 0.5))
        yield _at_most(f"engine alone, phrase p50, {posts} posts", phrase, 5.0, " ms")


def _end_to_end_targets(results: Results) -> Iterator[Target]:
    for posts, row in results["sizes"].items():
        for name, bound in (("kbsearch whoosh", 6.0), ("kbsearch tantivy", 8.0)):
            cell = row["end"].get(name)
            if cell is None or int(posts) < 3000:
                continue
            speed = _spread([row["mb"] / seconds for seconds in _builds(cell, "seconds")])
            value = f"{speed:.2f} MB/s"
            yield Target(f"files to index, {name}, {posts} posts", f"≥ {bound:g} MB/s", value, speed.middle >= bound)
        cell = row["end"].get("kbsearch whoosh")
        if cell is None or int(posts) < 10_000:
            continue
        for part, bound in ((0.5, 5.0), (0.99, 50.0)):
            taken = _spread(_all_asks(cell, part, "excerpts"))
            yield _at_most(f"question with ten excerpts, p{part * 100:.0f}, {posts} posts", taken, bound, " ms")
        peak = _spread(_builds(cell, "peak_mb"))
        if int(posts) == 12_000:
            yield _at_most(f"peak memory, {posts} posts, default engine", peak, 500, " MB")


def _cold_targets(results: Results) -> Iterator[Target]:
    times = results.get("cold", {}).get("times", {})
    python, click = times.get("python -c pass"), times.get("python -c 'import click'")
    for name, base, against, bound in (
        ("kbsearch query (whoosh)", python, "bare Python", 6.0),
        ("kbsearch query (tantivy)", python, "bare Python", 4.0),
        ("kbsearch --version", click, "Python with click", 2.0),
        ("kbsearch --help", click, "Python with click", 2.0),
    ):
        if name in times and base:
            ratio = _middle(times[name], "ms") / _middle(base, "ms")
            yield Target(f"cold process, {name}, to {against}", f"≤ {bound:g}×", f"{ratio:.2f}×", ratio <= bound)


def _at_most(what: str, value: _Spread, bound: float, unit: str) -> Target:
    shown = format(value, ".2f" if bound < 100 else ".0f")
    return Target(what, f"≤ {bound:g}{unit}", f"{shown}{unit}", value.middle <= bound)


# --- the page ---


def write_report(results: Results, path: Path) -> str:
    """Write the page with its plots beside it; the page is also the result."""
    text = "\n".join(_page(results, _plots(results, path.parent / "performance")))
    for name in _WRITTEN:
        text = f"{text.rstrip()}\n\n{(Path(__file__).parent / name).read_text(encoding='utf-8')}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return text


def _page(results: Results, plots: Sequence[tuple[str, str]]) -> Iterator[str]:
    about = results["about"]
    libraries = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    yield "# Performance"
    yield ""
    yield "Made by `python -m benchmarks.compare --data FOLDER`; do not edit by hand."
    yield ""
    yield f"- {about['date']}, {about['cpu']}, {about['cores']} processors, {about['system']}, Python {about['python']}"
    yield f"- {libraries}"
    if about["load"]:
        busy = ": others were computing too, so trust ratios and processor time, not seconds"
        load = about["load"][0]
        yield f"- Load of the machine when the run began: {load}{busy if load > about['cores'] else ''}."
    yield "- Posts: real posts in Chinese and English; beyond 3,573 they are mutations of these (sections exchanged)."
    yield "- Figures are medians over turns in which everyone was measured once; smallest and largest in brackets."
    yield "- Each contender builds and answers in a process of its own. Ratios pair measurements of the same turn."
    yield ""
    yield "## What is aimed at"
    yield ""
    rows = [(t.what, t.aim, t.value, "yes" if t.reached else "**no**") for t in targets(results)]
    yield from _table(("", "aim", "measured", "reached"), rows)
    yield ""
    yield "## Engines alone"
    yield ""
    yield (
        "Everyone is given the same words in memory, keeps their positions, and gives back the names of ten posts. "
        "kbsearch writes in one process here; tantivy-py with as many threads as it likes."
    )
    yield from _both(results, "alone", "asks", base="tantivy-py")
    yield "## End to end"
    yield ""
    yield (
        "From a folder of files to ten hits with marked passages. The others are the usual few lines: the file's text, "
        "jieba in search mode, the engine, a passage cut around the first word; Whoosh with jieba's ChineseAnalyzer "
        "and its own highlighter. kbsearch reads front matter and Markdown, keeps sections, and commits durably."
    )
    yield from _both(results, "end", "excerpts", base="kbsearch whoosh")
    yield "Without excerpts (only the ids of the ten best posts):"
    yield ""
    for posts, row in results["sizes"].items():
        yield from _question_table(posts, row["end"], "asks", "kbsearch whoosh")
    if "cold" in results:
        yield "## Cold processes"
        yield ""
        yield f"Whole processes run in turns, index of {results['cold']['posts']} posts, files in the system's cache."
        yield ""
        times = results["cold"]["times"]
        bare = times["python -c pass"]
        rows = [
            (
                f"`{name}`",
                f"{_middle(t, 'ms') / _middle(bare, 'ms'):.2f}×",
                f"{_middle(t, 'cpu') / _middle(bare, 'cpu'):.2f}×",
                f"{_spread(t['ms']):.0f}",
                f"{_spread(t['cpu']):.0f}",
            )
            for name, t in times.items()
        ]
        yield from _table(("command", "to bare Python", "its processor time", "ms", "processor ms"), rows)
        yield ""
    if "stages" in results:
        yield "## Where the time of indexing goes"
        yield ""
        yield (
            "Processor milliseconds a megabyte of Markdown, in one process. Steps up to `pickle` are shared out to "
            "processes; those after it are the main process's."
        )
        yield ""
        names = list(results["stages"]["whoosh"])
        rows = [(name, *(f"{results['stages'][e].get(name, 0):.1f}" for e in results["stages"])) for name in names]
        totals = [sum(v for k, v in s.items() if k != "start ms") for s in results["stages"].values()]
        yield from _table(("step", *results["stages"]), [*rows, ("**sum**", *(f"**{t:.0f}**" for t in totals))])
        yield ""
    for title, file in plots:
        yield f"![{title}](performance/{file})"
        yield ""


def _both(results: Results, table: str, runs: str, base: str) -> Iterator[str]:
    yield ""
    for posts, row in results["sizes"].items():
        if not row[table]:
            continue
        yield f"### {posts} posts, {row['mb']:.0f} MB"
        yield ""
        yield from _build_table(row, table, base)
        yield from _question_table(posts, row[table], runs, base)


def _build_table(row: Mapping[str, Any], table: str, base: str) -> Iterator[str]:
    cells = row[table]
    rows = []
    for name, cell in cells.items():
        seconds = _builds(cell, "seconds")
        ratio = f"{_paired(seconds, _builds(cells[base], 'seconds')):.2f}" if base in cells else ""
        speed = row["mb"] / statistics.median(seconds)
        index = statistics.median(_builds(cell, "index_mb"))
        memory = statistics.median(_builds(cell, "peak_mb"))
        cpu = statistics.median(_builds(cell, "cpu_seconds"))
        label = f"{name} ({_NOTES[name]})" if name in _NOTES else name
        seconds_shown = f"{_spread(seconds):.1f}"
        rows.append((label, ratio, seconds_shown, f"{cpu:.1f}", f"{speed:.2f}", f"{index:.0f}", f"{memory:.0f}"))
    yield from _table(("build", f"to {base}", "s", "processor s", "MB/s", "index MB", "peak MB"), rows)
    yield ""


def _question_table(posts: str, cells: Mapping[str, Any], runs: str, base: str) -> Iterator[str]:
    kinds = [kind for kind in _KIND_NAMES if any(_asks(cell, kind, 0.5, runs) for cell in cells.values())]
    if not kinds:
        return
    ratios, times = [], []
    for name, cell in cells.items():
        ratio_row, time_row = [name], [name]
        for kind in kinds:
            middle = _asks(cell, kind, 0.5, runs)
            theirs = _asks(cells[base], kind, 0.5, runs) if base in cells else []
            ratio_row.append(f"{_paired(middle, theirs).middle:.2f}" if middle and theirs else "–")
            parts = [statistics.median(_asks(cell, kind, part, runs)) for part in (0.5, 0.95, 0.99)] if middle else []
            time_row.append(" / ".join(f"{part:.2f}" for part in parts) if parts else "–")
        ratios.append(tuple(ratio_row))
        times.append(tuple(time_row))
    heads = [_KIND_NAMES[kind] for kind in kinds]
    yield from _table((f"p50 to {base}, {posts} posts", *heads), ratios)
    yield ""
    yield from _table((f"p50 / p95 / p99 in ms, {posts} posts", *heads), times)
    yield ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join(['---', *(['---:'] * (len(head) - 1))])} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _plots(results: Results, folder: Path) -> list[tuple[str, str]]:
    """Draw how builds and questions grow with the number of posts; nothing without matplotlib or with one size."""
    try:
        import matplotlib
    except ImportError:
        return []
    if len(results["sizes"]) < 2:
        return []
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "kbsearch"  # the same picture from the same figures
    folder.mkdir(parents=True, exist_ok=True)

    def seconds(cell: Mapping[str, Any]) -> list[float]:
        return _builds(cell, "seconds")

    def any_word(cell: Mapping[str, Any]) -> list[float]:
        return _asks(cell, "or", 0.5)

    def with_excerpts(cell: Mapping[str, Any]) -> list[float]:
        return _asks(cell, "or", 0.5, "excerpts")

    wanted: list[tuple[str, str, str, str, Callable[[Mapping[str, Any]], list[float]]]] = [
        ("Engines alone: build", "alone-build.svg", "alone", "seconds", seconds),
        ("Engines alone: any word, p50", "alone-or.svg", "alone", "milliseconds", any_word),
        ("End to end: build", "end-build.svg", "end", "seconds", seconds),
        ("End to end: any word with ten excerpts, p50", "end-or.svg", "end", "milliseconds", with_excerpts),
    ]
    drawn = []
    for title, file, table, unit, pick in wanted:
        _draw(results, folder / file, table, title, unit, pick)
        drawn.append((title, file))
    return drawn


def _draw(
    results: Results, path: Path, table: str, title: str, unit: str, pick: Callable[[Mapping[str, Any]], list[float]]
) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4))
    names = dict.fromkeys(name for row in results["sizes"].values() for name in row[table])
    for name in names:
        points = [
            (int(posts), statistics.median(values))
            for posts, row in results["sizes"].items()
            if name in row[table] and (values := pick(row[table][name]))
        ]
        if points:
            xs, ys = zip(*points, strict=True)
            axes.plot(xs, ys, marker="o", label=name, linewidth=2.5 if name == "kbsearch whoosh" else 1.2)
    axes.set(title=title, xlabel="posts", ylabel=unit, xscale="log", yscale="log")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
