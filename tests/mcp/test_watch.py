"""``kbsearch mcp --watch``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")
pytest.importorskip("watchfiles", reason="the extra 'watch' is not installed")

from watcher_process import until

from kbsearch import KnowledgeBase


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_a_save_is_found_by_the_next_call(connect: Callable[..., Any], tmp_path: Path, transport: str) -> None:
    """And calls meanwhile are answered."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("quokka")
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes)
    with connect(transport, tmp_path / "index", options=["--watch"]) as server:
        (notes / "b.md").write_text("wombat")

        def found() -> bool:
            assert server.answer("search", query="quokka")["total"] == 1
            return bool(server.answer("search", query="wombat")["total"])

        until(found)
