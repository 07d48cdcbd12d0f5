"""An update that is killed at any moment leaves the index as it was, or as it was to become."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from reliability_library import Updater, World, answers, contents
from slow import SLOW

from kbsearch import KnowledgeBase
from kbsearch.check import check_index

# Two hundred points in all: two engines, a plain update and a rebuild, by file operations and by the clock.
POINTS = 25 if SLOW else 5


@pytest.mark.parametrize("rebuild", [False, True], ids=["update", "rebuild"])
@pytest.mark.parametrize("by", ["events", "seconds"])
def test_killed_at_any_moment(world: World, updater: Updater, tmp_path: Path, rebuild: bool, by: str) -> None:
    """After SIGKILL the index opens, answers as before or as after, checks clean, and the next update finishes."""
    whole = Path(shutil.copytree(world.index, tmp_path / "whole"))
    taken = updater.run(whole, world.notes, rebuild=rebuild)
    assert not taken["killed"] and not taken["error"]
    assert contents(whole) == world.after
    old = answers(world.index)
    outcomes = {"before": 0, "after": 0}
    for point in range(POINTS):
        index = Path(shutil.copytree(world.index, tmp_path / f"index-{point}"))
        share = (point + 0.5) / POINTS
        at = {"events": 1 + int(taken["events"] * share)} if by == "events" else {"seconds": taken["seconds"] * share}
        updater.run(index, world.notes, rebuild=rebuild, **at)
        posts = contents(index)
        if posts == world.before:
            outcomes["before"] += 1
            assert answers(index) == old
        else:
            outcomes["after"] += 1
            assert posts == world.after
        assert check_index(index).problems == [], at
        again = updater.run(index, world.notes)
        assert not again["error"], at
        assert contents(index) == world.after
        assert check_index(index).problems == [] and check_index(index).notes == []
        shutil.rmtree(index)
    print(world.engine, by, rebuild, outcomes)


def test_killed_first_update(world: World, updater: Updater, tmp_path: Path) -> None:
    """Killed while there is no index yet, the next update makes one; nothing is taken for one that is none."""
    for point in range(POINTS):
        index = tmp_path / f"index-{point}"
        with KnowledgeBase(index, engine=world.engine) as kb:
            kb.add([])
        shutil.rmtree(index)
        updater.run(index, world.notes, events=1 + point * (40 // POINTS))
        assert not updater.run(index, world.notes)["error"]
        assert {key for key in contents(index)} == {key for key in world.after if not key.startswith("given")}
        assert check_index(index).problems == []


def test_workers_end_with_their_parent(world: World, updater: Updater, index: Path) -> None:
    """Killed with its worker processes at work, an update leaves neither processes nor a lock behind."""
    updater.run(index, world.notes, rebuild=True, workers=3, seconds=0.15)
    began = time.monotonic()
    with KnowledgeBase(index, wait=0.5) as kb:
        kb.index(world.notes, workers=1)
    assert time.monotonic() - began < 10
    assert contents(index) == world.after
