"""Which events in a folder say that there may be something to update."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("watchfiles", reason="the extra 'watch' is not installed")

from kbsearch.folder_events import FolderEvents

NEVER = threading.Event()
SOON = 0.6  # seconds in which an event that matters would be told
LATE = 30.0
linux = pytest.mark.skipif(sys.platform != "linux", reason="folders are watched one by one on Linux alone")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("a")
    return folder


@pytest.fixture
def events(notes: Path) -> Iterator[FolderEvents]:
    made = FolderEvents([notes], notes / "index")
    made.follow()
    yield made
    made.close()


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file written": lambda notes: (notes / "a.md").write_text("b"),
    "a new file": lambda notes: (notes / "sub" / "b.txt").write_text("b"),
    "a file removed": lambda notes: (notes / "a.md").unlink(),
    "a file renamed": lambda notes: (notes / "a.md").rename(notes / "b.md"),
    "a file saved by renaming": lambda notes: (
        (notes / "a.tmp").write_text("b") and (notes / "a.tmp").rename(notes / "a.md")
    ),
    "a file made readable": lambda notes: (notes / "a.md").chmod(0o600),
    "a new folder": lambda notes: (notes / "new").mkdir(),
    "a folder removed": lambda notes: (notes / "sub").rmdir(),
    "a folder renamed": lambda notes: (notes / "sub").rename(notes / "other"),
    "patterns": lambda notes: (notes / ".gitignore").write_text("a.md"),
    "the folder itself gone": lambda notes: notes.rename(notes.parent / "away"),
    "a name that is not UTF-8": lambda notes: open(os.fsencode(notes) + b"/\xff.md", "w").close(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_matters_is_told(events: FolderEvents, notes: Path, change: str) -> None:
    """Once; then it is quiet."""
    if "UTF-8" in change and sys.platform != "linux":
        pytest.skip("names are text here")
    CHANGES[change](notes)
    assert events.wait(NEVER, LATE)
    events.follow()
    assert not events.wait(NEVER, SOON)


def test_what_editors_leave_for_a_moment_is_not_told(events: FolderEvents, notes: Path) -> None:
    """Swap files, backups, locks and probes, pictures, hidden folders, and the index itself."""
    for name in (".a.md.swp", "4913", "a.md~", "#a.md#", ".a.md.un~", "a.md.tmp.1234", "a.png", ".hidden.md"):
        (notes / name).write_text("x")
        (notes / name).unlink()
    os.symlink("someone@machine.123", notes / ".#a.md")
    (notes / ".obsidian").mkdir()
    (notes / ".obsidian" / "a.md").write_text("x")
    (notes / "index" / "g-000001").mkdir(parents=True)
    (notes / "index" / "synonyms.txt").write_text("x")
    assert not events.wait(NEVER, SOON)


@linux
def test_no_link_is_followed(notes: Path, tmp_path: Path) -> None:
    """Neither out of the folder, where the whole disk may lie, nor in a circle."""
    (tmp_path / "out" / "deep").mkdir(parents=True)
    (notes / "out").symlink_to(tmp_path / "out")
    (notes / "sub" / "circle").symlink_to(notes)
    events = FolderEvents([notes], notes / "index")
    events.follow()
    (tmp_path / "out" / "a.md").write_text("x")
    (tmp_path / "out" / "deep" / "a.md").write_text("x")
    assert not events.wait(NEVER, SOON)
    events.close()


@linux
def test_ignored_folders_are_not_watched(notes: Path) -> None:
    """What .gitignore leaves out, the index never holds."""
    (notes / ".gitignore").write_text("build/\n")
    (notes / "build").mkdir()
    events = FolderEvents([notes], notes / "index")
    events.follow()
    (notes / "build" / "a.md").write_text("x")
    assert not events.wait(NEVER, SOON)
    events.close()


def test_a_burst_is_told_once(events: FolderEvents, notes: Path) -> None:
    """Three hundred files written at one go; on a machine so slow that it takes longer, once in 0.7 s."""
    began = time.monotonic()
    for number in range(300):
        (notes / f"{number}.md").write_text("x")
    seconds = time.monotonic() - began
    batches = 0
    while events.wait(NEVER, SOON):
        events.follow()
        batches += 1
    assert 1 <= batches <= 1 + seconds / 0.7


def test_git_is_waited_for(events: FolderEvents, notes: Path) -> None:
    """While git holds its lock on the repository, changes in it are gathered."""
    (notes / ".git").mkdir()
    lock = notes / ".git" / "index.lock"
    lock.touch()
    late = threading.Timer(1.5, lambda: ((notes / "last.md").write_text("x"), lock.unlink()))
    (notes / "a.md").write_text("b")
    late.start()
    assert events.wait(NEVER, LATE)
    assert (notes / "last.md").exists()
    events.follow()
    assert not events.wait(NEVER, SOON)


def test_a_lock_that_git_left_behind_is_not_waited_for(events: FolderEvents, notes: Path) -> None:
    """It is too old to be one of a checkout."""
    (notes / ".git").mkdir()
    lock = notes / ".git" / "index.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    (notes / "a.md").write_text("b")
    assert events.wait(NEVER, LATE)
    assert lock.exists()


def test_a_folder_that_comes_back_is_watched_again(events: FolderEvents, notes: Path) -> None:
    """Also if it is another one in its place, and whatever became of the first."""
    for away in (lambda: shutil.rmtree(notes), lambda: notes.rename(notes.parent / "away")):
        away()
        assert events.wait(NEVER, LATE)
        events.follow()
        notes.mkdir()
        assert events.wait(NEVER, LATE)
        events.follow()
        assert not events.wait(NEVER, SOON)
        (notes / "new.md").write_text("x")
        assert events.wait(NEVER, LATE)
        events.follow()


def test_deep_new_folders_are_watched(events: FolderEvents, notes: Path) -> None:
    """Down to the last."""
    deep = notes / "a" / "b" / "c"
    deep.mkdir(parents=True)
    assert events.wait(NEVER, LATE)
    events.follow()
    (deep / "x.md").write_text("x")
    assert events.wait(NEVER, LATE)


def test_polling_needs_no_event(notes: Path) -> None:
    """It says so every so often."""
    events = FolderEvents([notes], notes / "index", poll=0.05)
    events.follow()
    assert events.wait(NEVER, LATE) and events.wait(NEVER, LATE)


@linux
def test_without_events_folders_are_polled(notes: Path) -> None:
    """Where the system refuses to give any (here for want of file handles), it is said, and nothing is missed."""
    script = """
import os, resource, sys, threading
from pathlib import Path
import watchfiles._rust_notify
from kbsearch.folder_events import FolderEvents
events = FolderEvents([Path(sys.argv[1])], Path(sys.argv[1], "index"))
used = os.dup(0)
os.close(used)
resource.setrlimit(resource.RLIMIT_NOFILE, (used + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
events.follow()
print(events.trouble)
print(events.wait(threading.Event(), 30.0))
"""
    done = subprocess.run([sys.executable, "-c", script, str(notes)], capture_output=True, text=True, timeout=60)
    assert "no events" in done.stdout and done.stdout.endswith("True\n"), done.stdout + done.stderr


def test_stopping_ends_the_wait(events: FolderEvents) -> None:
    """At once."""
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    assert not events.wait(stop, LATE)
