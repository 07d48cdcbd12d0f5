"""An index with a history, and a process that updates copies of it and can be killed."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from reliability_library import Updater, World
from slow import SLOW

from kbsearch.engines import ENGINES, load_engine
from kbsearch.errors import MissingExtraError


@pytest.fixture(scope="session", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    try:
        load_engine(name)
    except MissingExtraError as error:
        pytest.skip(str(error))
    return name


@pytest.fixture(scope="session")
def world(engine: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    """An index of forty posts made by three updates, and the folder that it would next be brought up to date with."""
    return World.make(tmp_path_factory.mktemp(f"world-{engine}"), engine)


@pytest.fixture
def index(world: World, tmp_path: Path) -> Path:
    """A copy of the world's index, to be maltreated."""
    return Path(shutil.copytree(world.index, tmp_path / "index"))


@pytest.fixture(scope="session")
def updater() -> Iterator[Updater]:
    with Updater() as running:
        yield running


@pytest.fixture
def rng() -> random.Random:
    """Numbers drawn anew in each slow run, always the same ones otherwise."""
    return random.Random(None if SLOW else 5)
