"""The commands, run as a user runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ("KBSEARCH_INDEX", "FORCE_COLOR")}


def run(*arguments: str, cwd: Path, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kbsearch", *arguments],
        cwd=cwd,
        input=text,
        capture_output=True,
        encoding="utf-8",
        env={**ENVIRONMENT, **environment},
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample corpus, indexed."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(Path(__file__).parents[2] / "corpus", folder / "corpus")
    done = run("index", "corpus/", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert " added, 0 updated, 0 removed, 0 unchanged, 0 skipped" in done.stdout
    return folder


def test_query(home: Path) -> None:
    """A query prints ranked hits with title, place and passage, and exits with 0."""
    done = run("query", "扩散模型", cwd=home)
    assert done.returncode == 0
    assert "Generative Model" in done.stdout
    assert "\x1b[" not in done.stdout
    assert done.stdout.split("\n")[2].startswith("1. ")


def test_nothing_found(home: Path) -> None:
    """A query without hits says so and exits with 1."""
    done = run("query", "zzzzzzqqqq", cwd=home)
    assert done.returncode == 1
    assert "No posts" in done.stdout


def test_bad_query(home: Path) -> None:
    """A bad query points at the place, gives a hint, and exits with 2, without a traceback."""
    done = run("query", "titel:扩散", cwd=home)
    assert done.returncode == 2
    assert "^" in done.stderr
    assert "title" in done.stderr
    assert "Traceback" not in done.stderr


def test_json(home: Path) -> None:
    """--json is one valid document whose ranges mark the query's words; --jsonl is one hit a line."""
    form = json.loads(run("query", "扩散模型", "--json", "--facets", cwd=home).stdout)
    assert form["schema_version"] == 1
    hit = form["results"][0]
    assert [hit["excerpt"][a:b] for a, b in hit["ranges"]]
    assert set(form["facets"]) == {"category", "tag", "year"}
    lines = run("query", "扩散模型", "--jsonl", "-n", "3", cwd=home).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [each["id"] for each in form["results"][:3]]


def test_files(home: Path) -> None:
    """--files prints paths only."""
    done = run("query", "DDPM", "--files", cwd=home)
    assert "Generative Model/ddpm.md" in done.stdout.splitlines()


def test_colour_only_where_wanted(home: Path) -> None:
    """FORCE_COLOR paints; NO_COLOR never."""
    assert "\x1b[" in run("query", "DDPM", cwd=home, FORCE_COLOR="1").stdout
    assert "\x1b[" not in run("query", "DDPM", cwd=home, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_filters(home: Path) -> None:
    """Category, tag and date options narrow the hits."""
    form = json.loads(run("query", "模型", "-c", "nlp", "--since", "2019", "--json", cwd=home).stdout)
    assert form["results"]
    assert {hit["category"] for hit in form["results"]} == {"NLP"}


def test_latest_show_and_lists(home: Path) -> None:
    """latest, show, categories, tags and status print what they promise."""
    assert run("latest", "-n", "3", cwd=home).stdout.startswith("LATEST UPDATES")
    shown = run("show", "Generative Model/ddpm.md", cwd=home).stdout
    assert "Generative Model" in shown
    raw = run("show", "Generative Model/ddpm.md", "--raw", cwd=home).stdout
    source = (home / "corpus/Generative Model/ddpm.md").read_text(encoding="utf-8")
    assert raw.strip() in source
    assert "Generative Model" in run("categories", cwd=home).stdout
    assert run("tags", cwd=home).returncode == 0
    status = json.loads(run("status", "--json", cwd=home).stdout)
    assert status["posts"] == 50
    assert status["stale"] == []


def test_show_of_an_unknown_post(home: Path) -> None:
    """An unknown id is a clear message and exit code 2."""
    done = run("show", "../../etc/passwd", cwd=home)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_second_run_changes_nothing(home: Path) -> None:
    """Indexing again finds everything unchanged."""
    report = json.loads(run("index", "corpus/", "--json", cwd=home).stdout)
    assert (report["added"], report["updated"], report["removed"], report["unchanged"]) == (0, 0, 0, 50)


def test_standard_input(tmp_path: Path) -> None:
    """JSON Lines on standard input are posts; a bad line is a warning."""
    lines = '{"id": "a", "title": "甲", "text": "从管道来的文章"}\nnot json\n'
    done = run("index", "-", cwd=tmp_path, text=lines)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 added")
    assert "line 2" in done.stderr
    assert "甲" in run("query", "管道", cwd=tmp_path).stdout


def test_missing_index(tmp_path: Path) -> None:
    """Without an index, the message names the command that makes one."""
    done = run("query", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert "kbsearch index FOLDER" in done.stderr


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is named."""
    done = run("index", "nowhere/", cwd=tmp_path)
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["index", "query", "latest", "show", "categories", "tags", "status", "eval"])
def test_help(command: str, tmp_path: Path) -> None:
    """Every command explains itself."""
    done = run(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Usage: " in done.stdout


def test_version_is_light() -> None:
    """--version and --help load nothing but click."""
    for option in ("--version", "--help"):
        code = (
            "import sys; sys.argv = ['kbsearch', '%s']\n"
            "from kbsearch.cli import main\n"
            "try: main()\n"
            "except SystemExit: pass\n"
            "print([m for m in sys.modules if m in {'numpy', 'kbsearch.knowledge_base', 'json', 'multiprocessing'}])"
        ) % option
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.rstrip().endswith("[]")
