"""What the pages say is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from code_blocks import code_blocks
from command import environment
from walkthrough import follow

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the sample corpus."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return tmp_path


def test_tutorial(home: Path) -> None:
    """Whoever follows the tutorial sees what it shows."""
    assert follow((DOCS / "tutorial.md").read_text(encoding="utf-8"), home) >= 20


def test_library(home: Path) -> None:
    """The programs of the page on the library run, one after another, as they stand."""
    programs = code_blocks((DOCS / "library.md").read_text(encoding="utf-8"), "python")
    printed = []
    for program in programs:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=home,
            capture_output=True,
            encoding="utf-8",
            env=environment(home),
            timeout=120,
        )
        assert done.returncode == 0, f"{program}\n{done.stderr}"
        printed.append(done.stdout)
    assert len(printed) >= 8
    text = "".join(printed)
    for said in ("50 posts, 0 files skipped", "ddim.md:11", "6 removed", "6 added", "流匹配", "1 removed", "扩散模型"):
        assert said in text
    assert "perhaps title: is meant" in text and "no post has the id" in text
    assert text.endswith("\n1\n")


def test_command_line_reference() -> None:
    """The page on the command line is what the program says today; scripts/make_cli_reference.py writes it anew."""
    sys.path.insert(0, str(ROOT / "scripts"))
    done = subprocess.run(
        [sys.executable, "-c", "import make_cli_reference as m; print(m.reference(), end='')"],
        cwd=ROOT / "scripts",
        capture_output=True,
        encoding="utf-8",
        env={**{k: v for k, v in os.environ.items() if not k.startswith(("KBSEARCH_", "LC_"))}, "LANG": "C.UTF-8"},
        check=True,
        timeout=60,
    )
    assert (DOCS / "cli.md").read_text(encoding="utf-8") == done.stdout


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link of a page is a file, and every anchor a heading in it."""
    from kbsearch.corpus.markdown import parse_markdown

    text = path.read_text(encoding="utf-8")
    for target in re.findall(
        r"\]\((?!https?:|mailto:)([^)\s]+)\)", re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)
    ):
        name, _, anchor = target.partition("#")
        file = (path.parent / name) if name else path
        assert file.exists(), target
        if anchor:
            anchors = {section.anchor for section in parse_markdown(file.read_text(encoding="utf-8")).sections}
            assert anchor in anchors, target
