"""Every command's help ends in examples, and every example works."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import environment

from kbsearch import KnowledgeBase
from kbsearch.cli import COMMANDS
from kbsearch.cli.examples import EXAMPLES

ENDLESS = {"serve", "watch", "mcp"}  # run until they are ended
LINES = [line for name, examples in EXAMPLES.items() if name not in ENDLESS for line, _ in examples]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Path:
    """A folder with the sample corpus, indexed."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(sample_corpus, folder / "corpus")
    with KnowledgeBase(folder / "index") as kb:
        kb.index(folder / "corpus", workers=1)
    return folder


@pytest.mark.parametrize("line", LINES)
def test_example(home: Path, line: str) -> None:
    """The example does its work on the sample posts and says nothing on standard error."""
    done = subprocess.run(
        ["bash", "-c", line], cwd=home, env=environment(home), capture_output=True, encoding="utf-8", timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done


@pytest.mark.parametrize("line", [line for name in sorted(ENDLESS) for line, _ in EXAMPLES[name]])
def test_endless_example(home: Path, line: str) -> None:
    """The example starts, and ends when it is told to."""
    pytest.importorskip("starlette" if "serve" in line else "mcp" if "mcp" in line else "kbsearch")
    process = subprocess.Popen(
        ["bash", "-c", f"exec {re.sub('--port [0-9]+', '--port 0', line)}"],
        cwd=home,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    time.sleep(2)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert b"Traceback" not in output, output


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_them(home: Path, command: str) -> None:
    """The help of each command ends in its examples, each with what it does."""
    done = subprocess.run(
        [sys.executable, "-m", "kbsearch", command, "--help"],
        cwd=home,
        env=environment(home),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    shown = done.stdout.partition("\n  Examples:\n")[2]
    assert re.findall(r"^    \$ (.*)\n        (.*)$", shown, re.M) == list(EXAMPLES[command])
