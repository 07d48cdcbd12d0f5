"""The commands about the knowledge base: related, links, lint, stats."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch import KnowledgeBase, Post
from kbsearch.cli.chart import grouped, terminal_chart
from kbsearch.cli.chart_svg import svg_chart
from kbsearch.cli.terminal import columns

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = st.dictionaries(
    st.tuples(st.integers(1900, 2100), st.integers(1, 12)).map(lambda pair: f"{pair[0]:04}-{pair[1]:02}"),
    st.dictionaries(st.text(max_size=12), st.integers(1, 10_000), min_size=1, max_size=5),
    max_size=10,
)


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    dropped = ("KBSEARCH_", "LC_", "LANG", "FORCE_COLOR", "COLUMNS")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return subprocess.run(
        [sys.executable, "-m", "kbsearch", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        env={**clean, "PYTHONUTF8": "1"},
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Path:
    folder = tmp_path_factory.mktemp("knowledge")
    shutil.copytree(sample_corpus, folder / "corpus")
    with KnowledgeBase(folder / "index") as kb:
        kb.index(folder / "corpus", workers=1)
    return folder


def test_related(home: Path) -> None:
    """Related lists posts with the terms they share, as text and JSON; the end of an id is enough."""
    shown = run("related", "ddpm", "-n", "3", cwd=home)
    assert shown.returncode == 0
    assert "1. 从 DDPM 到 DDIM" in shown.stdout and "both have: " in shown.stdout and "4. " not in shown.stdout
    form = json.loads(run("related", "corpus/Generative Model/ddpm.md", "--json", cwd=home).stdout)
    assert form["id"] == "Generative Model/ddpm.md"
    assert form["related"][0]["id"] == "Generative Model/ddim.md"
    assert form["related"][0]["linked"] is True


def test_links(home: Path) -> None:
    """Links lists those from the post, to it, and none that are broken where there are none."""
    shown = run("links", "ddpm", cwd=home).stdout
    assert "links to (" in shown and "linked from (" in shown and "broken" not in shown
    form = json.loads(run("links", "ddpm", "--json", cwd=home).stdout)
    assert {each["kind"] for each in form["out"]} == {"post"}
    assert "Generative Model/ddim.md" in {each["id"] for each in form["back"]}


def test_broken_links(tmp_path: Path) -> None:
    """Broken links are named with their line; a post without links exits with 1."""
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add([Post("a.md", "A", "x\n\n[y](gone.md) [z](https://e.example/)"), Post("b.md", "B", "x")])
    shown = run("links", "a", cwd=tmp_path)
    assert shown.returncode == 0
    assert re.search(r"broken \(1\)\n +3  gone\.md", shown.stdout)
    assert "https://e.example/" in run("links", "a", "--external", cwd=tmp_path).stdout
    assert run("links", "b", cwd=tmp_path).returncode == 1
    assert run("links", "c", cwd=tmp_path).returncode == 2


def test_lint(home: Path, tmp_path: Path) -> None:
    """Lint exits with 1 if there is something to mend, each post once with file, line and advice; else with 0."""
    clean = run("lint", cwd=home)
    assert (clean.returncode, clean.stdout) == (0, "50 posts checked: nothing to mend\n")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add([Post("a.md", "A", "[y](gone.md)\n\n[[None]]"), Post("b.md", "B", "[a](a.md)")])
    found = run("lint", cwd=tmp_path)
    assert found.returncode == 1
    assert found.stdout.count("a.md\n") == 1
    assert re.search(r"^ +1  link +the link to gone\.md leads to no post\n +→ write ", found.stdout, re.M)
    assert re.search(r"^ +3  link +the link to None ", found.stdout, re.M)
    assert found.stdout.endswith("2 posts checked, 1 post to mend (link 2)\n")
    form = json.loads(run("lint", "--json", cwd=tmp_path).stdout)
    assert [post["id"] for post in form["posts"]] == ["a.md"] and form["counts"] == {"link": 2}
    assert {"kind", "line", "message", "advice", "others"} == set(form["posts"][0]["findings"][0])
    assert run("lint", "--skip", "link", cwd=tmp_path).returncode == 0
    assert run("lint", "--only", "link", "--skip", "link", cwd=tmp_path).returncode == 2


def test_stats(home: Path) -> None:
    """Stats draws a chart within the width and totals; --json and --svg say the same."""
    shown = run("stats", cwd=home).stdout
    assert shown.startswith("50 posts · ")
    assert all(columns(line) <= 80 for line in shown.splitlines())
    assert re.search(r"^Generative Model +16 +[▁-█ ]+$", shown, re.M)
    form = json.loads(run("stats", "--json", cwd=home).stdout)
    assert form["posts"] == 50 == sum(sum(counts.values()) for counts in form["months"].values())
    drawing = run("stats", "--svg", "-", cwd=home).stdout
    assert ET.fromstring(drawing).tag == f"{SVG}svg"
    assert run("stats", "--svg", "out.svg", cwd=home).stdout == ""
    assert (home / "out.svg").read_text(encoding="utf-8") == drawing
    assert "cannot be written" in run("stats", "--svg", "no/such/folder.svg", cwd=home).stderr


def test_in_chinese(home: Path) -> None:
    """The commands speak Chinese, aligned by columns."""
    shown = run("stats", "--lang", "zh", cwd=home).stdout
    assert "50 篇" in shown and "汉字" in shown
    assert "无需修改" in run("lint", "--lang", "zh", cwd=home).stdout
    assert "共有：" in run("related", "ddpm", "--lang", "zh", cwd=home).stdout
    assert "被链接自" in run("links", "ddpm", "--lang", "zh", cwd=home).stdout


@given(MONTHS, st.integers(40, 120))
def test_chart_fits(months: dict[str, dict[str, int]], width: int) -> None:
    """No line of the chart is wider than asked for, whatever categories are called; each has its number."""
    lines = terminal_chart(months, width=width, unnamed="none", rest="others", colour=False)
    assert all(columns(line) <= width for line in lines)
    bars = [line for line in lines if any(char in "▁▂▃▄▅▆▇█" for char in line)]
    assert bool(bars) == bool(months)


@given(MONTHS, st.integers(2, 6))
def test_grouping_loses_no_post(months: dict[str, dict[str, int]], rows: int) -> None:
    """Categories put together are as many as asked for at most, and have all posts."""
    after = grouped(months, rows, "others")
    assert len({name for counts in after.values() for name in counts}) <= rows
    assert {month: sum(counts.values()) for month, counts in after.items()} == {
        month: sum(counts.values()) for month, counts in months.items()
    }


@given(MONTHS)
def test_drawing_stands_alone(months: dict[str, dict[str, int]]) -> None:
    """The drawing is well-formed, says what it shows, heeds the reader's colours, and fetches and runs nothing."""
    drawing = svg_chart(months, 7)
    root = ET.fromstring(drawing)
    assert root.get("role") == "img" and root.get("aria-labelledby") == "title desc"
    assert root.findtext(f"{SVG}title") and root.findtext(f"{SVG}desc")
    assert "@media (prefers-color-scheme:dark)" in (root.findtext(f"{SVG}style") or "")
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "desc", "style", "rect", "text", "line", "g"}
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
        for name in ("x", "y", "width", "height"):
            assert float(element.get(name, "0")) >= 0


def test_names_cannot_leave_the_drawing() -> None:
    """Markup in a category's name is text."""
    drawing = svg_chart({"2024-01": {'</text><script>x</script>&"': 1}}, 1)
    assert "<script" not in drawing and "&lt;script&gt;" in drawing
