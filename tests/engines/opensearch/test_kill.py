"""Updates that are killed between any two of their requests to the cluster."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from opensearch_front import front

from kbsearch import KnowledgeBase, Post
from kbsearch.engines.opensearch import Cluster

POINTS = 8
UPDATE = (
    "import sys; from kbsearch import KnowledgeBase; from kbsearch.engines.opensearch import Cluster\n"
    "kb = KnowledgeBase(sys.argv[1], engine='opensearch', cluster=Cluster(sys.argv[2], sys.argv[3], 1, 0))\n"
    "kb.index(sys.argv[4], rebuild=sys.argv[5] == 'rebuild', workers=1)\n"
)


def contents(folder: Path, cluster: Cluster) -> dict[str, str]:
    with KnowledgeBase(folder, create=False, cluster=cluster) as kb:
        found = {each.post.id: each.post.text for each in kb.posts()}
        assert kb.search("", limit=1).total == len(found)
        return found


@pytest.mark.parametrize("kind", ["update", "rebuild"])
def test_killed_between_requests(kind: str, tmp_path: Path, cluster: Cluster):
    """After SIGKILL everybody sees the index as it was or as it was to become, and the next update makes it so."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for n in range(12):
        (notes / f"{n}.md").write_text(f"# Note {n}\n\nversion 0\n")
    index = tmp_path / "index"
    with KnowledgeBase(index, engine="opensearch", cluster=cluster) as kb:
        kb.index(notes)
        kb.add([Post("memo", "Memo", text="from no file")])
    (notes / "0.md").write_text("# Note 0\n\nanother version\n")
    requests = killed(index, cluster, notes, kind, at=-1)
    assert requests > POINTS
    for version in range(1, POINTS + 1):
        before = contents(index, cluster)
        for n in range(version % 3, 12, 3):
            (notes / f"{n}.md").write_text(f"# Note {n}\n\nversion {version}\n")
        after = before | {path.name: path.read_text() for path in notes.iterdir()}
        killed(index, cluster, notes, kind, at=requests * version // (POINTS + 1))
        for folder in (index, tmp_path / f"elsewhere-{version}"):
            assert contents(folder, cluster) in (before, after)
        with KnowledgeBase(index, engine="opensearch", cluster=cluster) as kb:
            kb.index(notes)
        assert contents(index, cluster) == after


def test_what_arrives_after_the_end(tmp_path: Path, cluster: Cluster):
    """Posts that a killed update had sent and that the cluster takes in only later do not slip into the next one."""
    notes, index = tmp_path / "notes", tmp_path / "index"
    notes.mkdir()
    for n in range(12):
        (notes / f"{n}.md").write_text(f"# Note {n}\n")
    started: list[subprocess.Popen[bytes]] = []
    next_has_sent = threading.Event()

    def slow(number: int, path: str):
        if path.endswith("/_bulk"):
            started[0].kill()
            assert next_has_sent.wait(60)
            time.sleep(0.3)
        return "well"

    def watched(number: int, path: str):
        if path.endswith("/_bulk"):
            next_has_sent.set()
        return "well"

    with front(cluster.url, mood=slow) as slow_url, front(cluster.url, mood=watched) as url:
        command = [sys.executable, "-c", UPDATE, str(index), slow_url, cluster.name, str(notes), "update"]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        assert started[0].wait() < 0
        (notes / "7.md").unlink()
        with KnowledgeBase(index, engine="opensearch", cluster=replace(cluster, url=url)) as kb:
            kb.index(notes)
            time.sleep(0.6)
            kb.add([Post("memo", "Memo", text="after which all that has arrived is seen")])
    assert set(contents(index, cluster)) == {"memo", *(path.name for path in notes.iterdir())}


def killed(index: Path, cluster: Cluster, notes: Path, kind: str, at: int) -> int:
    """Begin an update and kill it when it asks the cluster for the ``at``-th time, if it does; how often it asked."""
    asked = 0
    started: list[subprocess.Popen[bytes]] = []

    def mood(number: int, path: str):
        nonlocal asked
        asked = number
        if number == at:
            started[0].kill()
        return "well"

    with front(cluster.url, mood=mood) as url:
        command = [sys.executable, "-c", UPDATE, str(index), url, cluster.name, str(notes), kind]
        started.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        started[0].wait()
    return asked
