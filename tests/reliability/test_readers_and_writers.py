"""Many readers and one writer, in real processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from reliability_library import World, contents, kbsearch, write_post

from kbsearch import IndexLockedError, KnowledgeBase
from kbsearch.check import check_index
from kbsearch.lock import WriterLock

_READ = """
import sys, time
from kbsearch import KnowledgeBase
index, seconds = sys.argv[1], float(sys.argv[2])
end, searches = time.monotonic() + seconds, 0
kept = KnowledgeBase(index, create=False)
while time.monotonic() < end:
    for kb in (kept, KnowledgeBase(index, create=False)):
        posts = {s.post.id: s.post.title for s in kb.posts()}
        versions = {title.split("第 ")[-1] for key, title in posts.items() if key.startswith("v/")}
        assert len(versions) == 1, versions
        found = kb.search("扩散模型", limit=100)
        assert found.total == len(found.hits) > 0
        kb.status()
        assert [pair.left for pair in kb.synonyms().auto] == ["扩散模型"]
        searches += 1
        if kb is not kept:
            kb.close()
print(searches)
"""


def _write_version(notes: Path, version: int) -> None:
    for number in range(12):
        path = notes / "v" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\ntitle: 第 {version} 版\n---\n扩散模型（Diffusion Model） {number} {version}\n", encoding="utf-8"
        )


def test_readers_see_whole_updates(engine: str, tmp_path: Path) -> None:
    """While an index is updated and rebuilt again and again, readers never fail and never see half an update."""
    notes, index = tmp_path / "notes", tmp_path / "index"
    _write_version(notes, 0)
    with KnowledgeBase(index, engine=engine) as kb:
        kb.index(notes, workers=1)
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", _READ, str(index), "5"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        version = 0
        while any(reader.poll() is None for reader in readers):
            version += 1
            _write_version(notes, version)
            kb.index(notes, workers=1, rebuild=version % 4 == 0)
    for reader in readers:
        said, complained = reader.communicate()
        assert reader.returncode == 0, complained
        assert int(said) > 0
    assert version > 3
    assert check_index(index).problems == []


def test_ten_queries_during_an_update(world: World, index: Path) -> None:
    """Ten `kbsearch query` and two `kbsearch index` at once: each query answers, both updates are done."""
    program = [sys.executable, "-m", "kbsearch"]
    where = ["--index-dir", str(index)]
    updates = [
        subprocess.Popen([*program, "index", str(world.notes), *options, *where], stderr=subprocess.PIPE, text=True)
        for options in (["--rebuild"], [])
    ]
    queries = [
        subprocess.Popen(
            [*program, "query", "扩散模型", "--json", *where],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(10)
    ]
    for process in (*queries, *updates):
        _, complained = process.communicate(timeout=120)
        assert process.returncode == 0, complained
    assert contents(index) == world.after
    assert check_index(index).problems == []


def test_second_update_says_who_writes(world: World, index: Path) -> None:
    """A second update that may not wait says which process holds the lock, and exits 2."""
    with WriterLock(index):
        told = kbsearch("index", str(world.notes), "--wait", "0.2", "--index-dir", str(index))
        assert told.returncode == 2
        assert f"process {os.getpid()} on " in told.stderr
        with pytest.raises(IndexLockedError), KnowledgeBase(index, wait=0) as kb:
            kb.add([])
        assert kbsearch("query", "扩散模型", "--index-dir", str(index)).returncode == 0


def test_lock_of_a_killed_update(world: World, index: Path) -> None:
    """The lock of an update that was killed, workers and all, is free at once."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kbsearch", "index", "--rebuild", "--workers", "2", "--index-dir", str(index)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    time.sleep(0.7)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with KnowledgeBase(index, wait=0.2) as kb:
        kb.index(world.notes, workers=1)
    assert contents(index) == world.after


def test_moved_and_copied(world: World, index: Path, tmp_path: Path) -> None:
    """An index works wherever it is moved or copied to, knows its folders still, and can be updated there."""
    moved = tmp_path / "elsewhere" / "名 字"
    moved.parent.mkdir()
    shutil.move(index, moved)
    assert contents(moved) == world.before
    with KnowledgeBase(moved) as kb:
        assert kb.status().roots == (str(world.notes),)
        kb.index()
    assert contents(moved) == world.after
    copied = Path(shutil.copytree(moved, tmp_path / "copy", copy_function=shutil.copy))  # new times, too
    assert contents(copied) == world.after
    assert check_index(copied).problems == []


def test_corpus_moved(tmp_path: Path, engine: str) -> None:
    """If the notes are moved, their posts stay; indexing the new place does not lose or double any."""
    notes, index = tmp_path / "notes", tmp_path / "index"
    for number in range(6):
        write_post(notes, number)
    with KnowledgeBase(index, engine=engine) as kb:
        kb.index(notes, workers=1)
        shutil.move(notes, tmp_path / "moved")
        report = kb.index(workers=1)
        assert report.posts == 6 and "gone" in report.warnings[0]
        assert "gone" in kb.status().stale[0]
