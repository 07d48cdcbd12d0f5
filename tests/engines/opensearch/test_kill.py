"""Updates that are killed between any two of their requests to the cluster."""

from __future__ import annotations

import subprocess
import sys
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
