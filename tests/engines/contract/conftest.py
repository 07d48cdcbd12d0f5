"""Engines under contract. Each test here runs once for every engine that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_cases import make_post
from contract_library import Library, Opened
from opensearch_server import temporary_cluster

from kbsearch.engines import CLUSTER_ENGINES, ENGINES, load_engine
from kbsearch.engines.base import Engine, IndexDocument
from kbsearch.errors import MissingExtraError


@pytest.fixture(scope="session", params=sorted(ENGINES | CLUSTER_ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    try:
        if request.param in ENGINES:
            yield load_engine(request.param)
        else:
            with temporary_cluster(shards=2) as cluster:
                yield load_engine(request.param, cluster)
    except MissingExtraError as error:
        pytest.skip(str(error))


@pytest.fixture
def library(engine: Engine, tmp_path: Path) -> Library:
    """An empty index."""
    engine.create(tmp_path)
    return Library(engine, tmp_path)


@pytest.fixture(scope="session")
def fresh(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Sixty posts in one commit, each with every scored field: scores are exactly known."""
    folder = tmp_path_factory.mktemp("fresh")
    engine.create(folder)
    library = Library(engine, folder)
    library.update([make_post(n, full=True) for n in range(60)])
    reader = library.reader()
    yield Opened(reader, library.oracle())
    reader.close()


@pytest.fixture(scope="session")
def worn(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Posts added, replaced and removed in many commits; some have no date, no category, no words at all."""
    folder = tmp_path_factory.mktemp("worn")
    engine.create(folder)
    library = Library(engine, folder)
    library.update([make_post(n) for n in range(50)])
    library.update([make_post(n, seed=1) for n in range(0, 50, 3)])
    library.update([make_post(n) for n in range(50, 70)], remove=[make_post(n).key for n in (4, 5, 9, 31)])
    library.update([make_post(n, seed=2) for n in (4, 52, 53)])
    library.update(remove=[make_post(n).key for n in range(60, 65)])
    library.update([IndexDocument("bare", {}, {}, {}, b"nothing at all")])
    reader = library.reader()
    yield Opened(reader, library.oracle())
    reader.close()
