"""What docs/knowledge-base.md says is what happens."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from kbsearch import KnowledgeBase
from kbsearch.lint import KINDS

PAGE = (Path(__file__).parent.parent / "docs/knowledge-base.md").read_text(encoding="utf-8")


def test_the_program_runs(tmp_path: Path, sample_corpus: Path) -> None:
    """The page's program runs on the sample posts and prints what it promises."""
    shutil.copytree(sample_corpus, tmp_path / "corpus")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(tmp_path / "corpus", workers=1)
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    assert done.stdout.startswith("从 DDPM 到 DDIM")


def test_every_kind_is_described() -> None:
    """The table of lint has each kind of finding, in order, and no other."""
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.M) == list(KINDS)
