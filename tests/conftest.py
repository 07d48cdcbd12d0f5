"""Shared fixtures: where real data lies, if it is here."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
os.environ["KBSEARCH_LANG"] = "en"  # whoever runs the tests; those about Chinese say so


if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # run in the background: programs started here must not inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cluster: needs three OpenSearch nodes (scripts/opensearch up --nodes 3)")


def _shared(name: str, variable: str) -> Path:
    path = Path(os.environ.get(variable, ROOT.parent / "shared" / name))
    if not path.is_dir():
        pytest.skip(f"{path} is not here: set {variable} to a folder that holds it")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with posts/ and judged/."""
    return _shared("data", "KBSEARCH_DATA")


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Folder with the five listing pages."""
    return _shared("seeds", "KBSEARCH_SEEDS")


@pytest.fixture(scope="session")
def sample_corpus() -> Path:
    """The sample corpus of this repository."""
    return ROOT / "corpus"
