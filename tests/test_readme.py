"""What the README says is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from code_blocks import code_blocks

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    return folder


def _run(command: str, home: Path) -> str:
    kbsearch = f"{sys.executable} -m kbsearch"
    environment = {k: v for k, v in os.environ.items() if k not in ("KBSEARCH_INDEX", "FORCE_COLOR")}
    done = subprocess.run(
        command.replace("kbsearch ", kbsearch + " ", 1),
        shell=True,
        cwd=home,
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_console_examples(home: Path) -> None:
    """Each command of the README prints what stands below it, where … stands for anything."""
    count = 0
    for block in code_blocks(README, "console"):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            pattern = ".*".join(re.escape(part) for part in shown.strip().split("…"))
            assert re.fullmatch(pattern, _run(command, home).strip(), re.S), command
            count += 1
    assert count >= 5


def test_python_example(home: Path) -> None:
    """The README's program runs and finds its own post."""
    (block,) = code_blocks(README, "python")
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=home, capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    assert done.stdout.startswith("流匹配 ")
    assert "['速度场']" in done.stdout


def test_commands_are_the_ones_that_run_in_ci() -> None:
    """The two commands of the README are those of the CI script, but for where things lie."""
    first, second = code_blocks(README, "sh")
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for step in ("pip install", "kbsearch index corpus/", 'kbsearch query "扩散模型"'):
        assert step in first
        assert step in script
    assert second.strip().endswith("pytest -n 2")
    assert "pytest -n 2" in script


def test_links_lead_somewhere() -> None:
    """Every relative link of the README is a file."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
