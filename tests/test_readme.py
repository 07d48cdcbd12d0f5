"""What the README says is what happens, in both languages."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from code_blocks import code_blocks
from command import environment
from walkthrough import commands_of, follow

ROOT = Path(__file__).resolve().parent.parent
ENGLISH = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
both = pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["en", "zh"])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the sample corpus."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return tmp_path


@both
def test_console_examples(readme: str, home: Path) -> None:
    """Each command of the README prints what stands below it, where … stands for anything."""
    assert follow(readme, home) >= 5


@both
def test_python_example(readme: str, home: Path) -> None:
    """The README's program runs and finds its own post."""
    (block,) = code_blocks(readme, "python")
    command = [sys.executable, "-c", block]
    done = subprocess.run(
        command, cwd=home, capture_output=True, encoding="utf-8", env=environment(home), check=True, timeout=120
    )
    assert done.stdout.startswith("流匹配 ")
    assert "['速度场']" in done.stdout


def test_both_languages_say_the_same() -> None:
    """The Chinese README has the commands, programs and pictures of the English one, in the same order."""
    assert commands_of(CHINESE) == commands_of(ENGLISH)
    for language in ("sh", "python", "json"):
        assert code_blocks(CHINESE, language) == code_blocks(ENGLISH, language)
    picture = r"!\[[^\]]*\]\(([^)]+)\)"
    assert re.findall(picture, CHINESE) == re.findall(picture, ENGLISH)


def test_commands_are_the_ones_that_run_in_ci() -> None:
    """The two commands of the README are those of the CI script, but for where things lie."""
    first, second = code_blocks(ENGLISH, "sh")
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for step in ("pip install", "kbsearch index corpus/", 'kbsearch query "扩散模型"'):
        assert step in first
        assert step in script
    assert second.strip().endswith("pytest -n 2")
    assert "pytest -n 2" in script


@both
def test_links_lead_somewhere(readme: str) -> None:
    """Every relative link of the README is a file."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", readme):
        assert (ROOT / target).exists(), target
