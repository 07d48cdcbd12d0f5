"""The sample corpus, indexed, with a corrector over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from correction_accuracy import Subject

from kbsearch import KnowledgeBase


@pytest.fixture(scope="session")
def subject(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Iterator[Subject]:
    with KnowledgeBase(tmp_path_factory.mktemp("correction") / "index") as base:
        base.index(sample_corpus, workers=1)
        yield Subject(base)
