"""Disks that are full, folders that may not be written, files that vanish or change while they are read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from reliability_library import World, answers, contents, kbsearch, write_post

from kbsearch import KnowledgeBase, Post
from kbsearch.check import check_index

_LIMITED = """
import resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from kbsearch.cli import main
sys.argv = ["kbsearch", *sys.argv[2:]]
main()
"""


def _run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def _humbly(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program bound by the permissions of files, which do not bind root."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root is not bound by permissions, and there is no setpriv here to change that")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*prefix, sys.executable, "-m", "kbsearch", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("rebuild", [(), ("--rebuild",)], ids=["update", "rebuild"])
def test_disk_full(world: World, small_disk: Path, rebuild: tuple[str, ...]) -> None:
    """A full disk is said to be full; the index is as it was; with room again, the same command succeeds."""
    index = Path(shutil.copytree(world.index, small_disk / "index"))
    old = answers(index)
    filling = small_disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    told = kbsearch("index", str(world.notes), *rebuild, "--index-dir", str(index))
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert "disk is full" in told.stderr and "as it was" in told.stderr, told.stderr
    assert answers(index) == old
    filling.unlink()
    assert kbsearch("index", str(world.notes), *rebuild, "--index-dir", str(index)).returncode == 0
    assert contents(index) == world.after
    assert check_index(index).problems == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6, 0.9])
def test_file_size_limit(world: World, index: Path, share: float) -> None:
    """A write that fails in the middle of any file is a clear error, and the index is as it was."""
    largest = max(path.stat().st_size for path in index.rglob("*") if path.is_file())
    old = answers(index)
    limit = str(int(largest * share))
    told = _run(_LIMITED, limit, "index", str(world.notes), "--rebuild", "--workers", "1", "--index-dir", str(index))
    assert told.returncode == 2 and "Traceback" not in told.stderr, told.stderr
    assert answers(index) == old
    assert kbsearch("index", str(world.notes), "--index-dir", str(index)).returncode == 0
    assert contents(index) == world.after


def _forbid_writing(folder: Path) -> None:
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)


def test_read_only_index(world: World, index: Path) -> None:
    """Someone who may only read the index can search it, list it, show posts and check it; writing says why not."""
    _forbid_writing(index)
    where = ("--index-dir", str(index))
    for command in (["query", "扩散模型"], ["latest"], ["show", "1/post-1.md"], ["status"], ["tags"], ["check"]):
        done = _humbly(*command, *where)
        assert done.returncode == 0, f"{command}: {done.stderr}"
    told = _humbly("index", str(world.notes), *where)
    assert told.returncode == 2 and "permission" in told.stderr.lower() and "Traceback" not in told.stderr
    assert _humbly("index", str(world.notes), "--index-dir", "/proc/nowhere").returncode == 2


def test_unreadable_index(index: Path) -> None:
    """An index that may not be read is a clear error."""
    (index / "CURRENT").chmod(0)
    told = _humbly("query", "x", "--index-dir", str(index))
    assert told.returncode == 2 and "Traceback" not in told.stderr and "kbsearch:" in told.stderr


def test_unreadable_note_keeps_its_post(engine: str, tmp_path: Path) -> None:
    """A note that cannot be read for the moment is named, and its post stays: in an update and in a rebuild."""
    notes, index = tmp_path / "notes", tmp_path / "index"
    for number in range(6):
        write_post(notes, number)
    with KnowledgeBase(index, engine=engine) as kb:
        kb.index(notes, workers=1)
    note = notes / "2" / "post-2.md"
    note.write_text("扩散模型 改过", encoding="utf-8")
    note.chmod(0)
    before = contents(index)
    for options in ((), ("--rebuild",)):
        done = _humbly("index", *options, "--workers", "1", "--index-dir", str(index))
        assert done.returncode == 0 and "post-2.md" in done.stderr, done.stderr
        assert contents(index) == before
    note.chmod(0o644)
    with KnowledgeBase(index) as kb:
        assert kb.index(workers=1).updated == 1


def test_files_that_vanish_and_change(engine: str, tmp_path: Path) -> None:
    """Notes that come, go and change while they are read: no error, and the next update in peace gets all right."""
    notes, index = tmp_path / "notes", tmp_path / "index"
    for number in range(60):
        write_post(notes, number)
    stop = threading.Event()

    def stir() -> None:
        turn = 0
        while not stop.is_set():
            number = turn % 60
            path = notes / f"{number % 5}" / f"post-{number}.md"
            if turn % 3 == 0:
                path.unlink(missing_ok=True)
            else:
                write_post(notes, number, turn)
            turn += 1

    thread = threading.Thread(target=stir)
    thread.start()
    try:
        with KnowledgeBase(index, engine=engine) as kb:
            for turn in range(6):
                kb.index(notes, workers=1, rebuild=turn % 2 == 1)
    finally:
        stop.set()
        thread.join()
    for number in range(0, 60, 7):
        write_post(notes, number, 999)
    with KnowledgeBase(index) as kb:
        kb.index(notes, workers=1)
    with KnowledgeBase(tmp_path / "anew", engine=engine) as kb:
        kb.index(notes, workers=1)
    assert contents(index) == contents(tmp_path / "anew")
    assert check_index(index).problems == []


def test_names_are_synced_after_files(world: World, index: Path, tmp_path: Path) -> None:
    """Every file of the index is on the disk before a name that leads to it: what strace sees of a rebuild."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    log = tmp_path / "strace.txt"
    calls = "trace=openat,fsync,fdatasync,rename,renameat,renameat2,close"
    command = [strace, "-f", "-y", "-e", calls, "-o", str(log), sys.executable, "-m", "kbsearch", "index", "--rebuild"]
    command += ["--workers", "1", "--index-dir", str(index)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("strace may not trace here")
    lines = [line for line in log.read_text(errors="replace").splitlines() if str(index) in line]
    current = next(n for n, line in enumerate(lines) if "rename" in line and "CURRENT.new" in line)
    synced = [line for line in lines[:current] if "sync(" in line]
    new = sorted((index / p) for p in os.listdir(index) if p.startswith("g-"))[-1]
    for path in new.rglob("*"):
        if path.name.endswith(".lock") or path.name == ".managed.json":
            continue
        if path.name in ("MAIN.toc",) or path.name.endswith(".json"):
            assert any(str(path.parent) in line for line in synced), f"{path}: its folder was not synced"
            continue
        assert any(str(path) in line for line in synced), f"{path} was not synced before CURRENT named it"
    assert any("CURRENT.new" in line for line in synced)
    assert any("sync(" in line and f"<{index}>" in line for line in lines[current:]), "the index folder was not synced"


def test_failed_add_changes_nothing(index: Path) -> None:
    """Posts that fail half way, because the caller's own iterator does, leave the index as it was."""
    old = answers(index)

    def posts() -> Iterator[Post]:
        yield Post(id="1/post-1.md", title="新的", text="新的")
        raise ValueError("the caller's own fault")

    with pytest.raises(ValueError, match="own fault"), KnowledgeBase(index) as kb:
        kb.add(posts())
    assert answers(index) == old
    assert check_index(index).problems == []
