"""An index for the retrievers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # before it is imported: tests report to nobody
os.environ["LANGSMITH_TRACING"] = "false"


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> str:
    """The sample corpus, and a post without headings."""
    folder = tmp_path_factory.mktemp("integrations") / "index"
    with KnowledgeBase(folder) as kb:
        kb.index(sample_corpus, workers=1)
        kb.add([Post(id="plain.md", title="Plain", text="A wombat digs.\n\nAnother paragraph.")])
    return str(folder)
