"""What docs/integrations.md says is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from code_blocks import code_blocks
from extras import require_extra

from kbsearch.integrations.passages import PassageFinder, read_filters

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "integrations.md").read_text(encoding="utf-8")
EXAMPLES = code_blocks(PAGE, "python")


@pytest.mark.parametrize("example", EXAMPLES, ids=["langchain", "llama_index", "haystack"])
def test_example_runs_and_finds_something(example: str, index: str) -> None:
    """As it stands, in a folder with an index."""
    module = re.findall(r"kbsearch\.integrations\.(\w+)", example)[0]
    package = {"langchain": "langchain_core", "llama_index": "llama_index.core", "haystack": "haystack"}[module]
    require_extra(module.replace("_", "-"), package)
    done = subprocess.run(
        [sys.executable, "-c", example],
        cwd=Path(index).parent,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 3


def test_page_names_all_metadata(index: str) -> None:
    """Those that documents carry."""
    (found,) = PassageFinder(index, "excerpt").find("wombat", 1, read_filters((), (), None, None))
    (listed,) = re.findall(r"come, as plain JSON values: ([^.]+)\.", PAGE)
    assert re.findall(r"`(\w+)`", listed) == [
        *("id", "title", "category", "tags", "date", "updated", "path", "section", "breadcrumb"),
        *("anchor", "line_start", "line_end", "score", "match"),
    ]
    assert sorted(re.findall(r"`(\w+)`", listed)) == sorted(found.metadata)
