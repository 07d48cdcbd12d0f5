"""A knowledge base whose posts lie in a cluster, from one machine and from another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from opensearch_front import Mood, Received, front
from opensearch_server import ask, opened
from watcher_process import until

from kbsearch import KnowledgeBase, Post
from kbsearch.check import check_index
from kbsearch.engines.opensearch import Cluster
from kbsearch.errors import ConfigError, IndexLockedError, IndexMismatchError, IndexMissingError

SECRET = "p4ssw0rd-that-nobody-sees"
BUILD = (
    "import sys; from kbsearch import KnowledgeBase; from kbsearch.engines.opensearch import Cluster\n"
    "kb = KnowledgeBase(sys.argv[1], engine='opensearch', cluster=Cluster(sys.argv[2], sys.argv[3], 1, 0))\n"
    "kb.index(sys.argv[4], workers=1)\n"
)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(30):
        (folder / f"post-{number:02}.md").write_text(f"# 扩散模型 {number}\n\nA note on diffusion, number{number}.\n")
    return folder


def indices(cluster: Cluster) -> set[str]:
    return {each["index"] for each in ask("GET", f"{cluster.url}/_cat/indices/{cluster.name}.*?format=json")}


def test_index_update_and_search(notes: Path, tmp_path: Path, cluster: Cluster):
    """Posts are indexed, found, brought up to date by fingerprint and removed, as with the other engines."""
    with opened(tmp_path / "index", cluster) as kb:
        assert kb.index(notes).added == 30
        assert kb.search("扩散模型 number7").hits[0].id == "post-07.md"
        (notes / "post-07.md").write_text("# Something else\n")
        (notes / "post-08.md").unlink()
        report = kb.index()
        assert (report.added, report.updated, report.removed, report.unchanged) == (0, 1, 1, 28)
        assert "post-07.md" not in [hit.id for hit in kb.search("扩散模型", limit=100).hits]
        assert kb.search("something").hits[0].id == "post-07.md"
        assert kb.get("post-07.md").text == "# Something else\n"
        assert kb.search("", limit=100).total == 29


def test_another_machine(notes: Path, tmp_path: Path, cluster: Cluster):
    """With address and name alone, another machine searches, sees later updates and rebuilds, and makes its own."""
    with opened(tmp_path / "here", cluster) as here:
        here.index(notes)
        with KnowledgeBase(tmp_path / "there", create=False, cluster=cluster) as there:
            assert there.search("number3").hits[0].id == "post-03.md"
            here.add([Post("new", "新的", text="unheard-of")])
            assert there.search("unheard").hits[0].id == "new"
            here.index(rebuild=True)
            assert there.search("", limit=1).total == 31
            there.add([Post("other", "Another", text="zebra")])
            assert here.search("zebra").hits[0].id == "other"


def test_a_full_build_is_swapped_in(notes: Path, tmp_path: Path, cluster: Cluster):
    """A rebuild fills another index and moves the alias; the one before goes with the next update."""
    with opened(tmp_path / "index", cluster) as kb:
        kb.index(notes)
        first = indices(cluster)
        kb.index(rebuild=True)
        assert indices(cluster) > first
        assert kb.search("", limit=1).total == 30
        kb.add([Post("new", "New", text="x")])
        after = indices(cluster)
        assert not (first - {f"{cluster.name}.control"}) & after
        assert len(after) == 2


def test_searches_during_rebuilds_see_whole_indices(notes: Path, tmp_path: Path, cluster: Cluster):
    """Whoever searches while indices are built and swapped sees all posts, every time."""
    with opened(tmp_path / "index", cluster) as kb:
        kb.index(notes)
    script = (
        "import sys; from kbsearch import KnowledgeBase; from kbsearch.engines.opensearch import Cluster\n"
        "kb = KnowledgeBase(sys.argv[1], engine='opensearch', cluster=Cluster(sys.argv[2], sys.argv[3], 1, 0))\n"
        "for _ in range(3): kb.index(rebuild=True)\n"
    )
    builder = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "index"), cluster.url, cluster.name])
    totals = []
    with KnowledgeBase(tmp_path / "reader", create=False, cluster=cluster) as reader:
        while builder.poll() is None:
            totals.append(reader.search("扩散").total)
    assert builder.returncode == 0
    assert set(totals) == {30}


def test_a_name_is_not_taken_from_others(notes: Path, tmp_path: Path, cluster: Cluster):
    """An index of another kind cannot be moved onto a name that the cluster has already."""
    with opened(tmp_path / "theirs", cluster) as theirs:
        theirs.index(notes)
    with KnowledgeBase(tmp_path / "mine") as mine:
        mine.add([Post("a", "A", text="a")])
    with opened(tmp_path / "mine", cluster) as mine, pytest.raises(IndexMismatchError, match="--name"):
        mine.index(notes)
    with KnowledgeBase(tmp_path / "joined", create=False, cluster=cluster) as joined:
        assert joined.search("", limit=1).total == 30


def test_moving_to_a_cluster(notes: Path, tmp_path: Path, cluster: Cluster):
    """An index that an embedded engine kept moves to a cluster with all its posts."""
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.index(notes)
        kb.add([Post("memo", "Memo", text="kept without a file")])
    with opened(tmp_path / "index", cluster) as kb:
        kb.index()
        assert kb.search("", limit=1).total == 31
        assert kb.search("without a file").hits[0].id == "memo"
        assert kb.status().engine == "opensearch"


def test_the_folder_says_no_address(notes: Path, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """An index folder sends nobody anywhere: without an address from the user it cannot be opened, nor under another
    name.
    """
    with opened(tmp_path / "index", cluster) as kb:
        kb.index(notes)
    with pytest.raises(ConfigError, match="--url"):
        KnowledgeBase(tmp_path / "index").search("x")
    with pytest.raises(IndexMismatchError, match="other"):
        KnowledgeBase(tmp_path / "index", cluster=Cluster(cluster.url, "other")).search("x")
    with pytest.raises(IndexMissingError):
        KnowledgeBase(tmp_path / "none", create=False, cluster=Cluster(cluster.url, "nobody-made-this"))


def test_secrets_stay_out_of_the_index(notes: Path, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """A password is in no file of the index folder, in nothing that the cluster keeps, and in no output."""
    environment = os.environ | {
        "KBSEARCH_OPENSEARCH_USER": "me",
        "KBSEARCH_OPENSEARCH_PASSWORD": SECRET,
        "KBSEARCH_OPENSEARCH_REPLICAS": "0",
    }
    command = [sys.executable, "-m", "kbsearch", "index", str(notes), "--index-dir", str(tmp_path / "index")]
    command += ["--engine", "opensearch", "--url", cluster.url, "--name", cluster.name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    ask("POST", f"{cluster.url}/{cluster.name}.*/_refresh")
    kept = ask("GET", f"{cluster.url}/{cluster.name}.control/_search?size=100")
    files = b"".join(path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file())
    assert SECRET not in done.stdout + done.stderr + str(kept)
    assert SECRET.encode() not in files


def test_command_line(notes: Path, tmp_path: Path, cluster: Cluster):
    """Index and query from two folders with the options alone, then without them, from the environment."""

    def run(*arguments: str, **environment: str) -> str:
        command = [sys.executable, "-m", "kbsearch", *arguments]
        done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = ("--engine", "opensearch", "--url", cluster.url, "--name", cluster.name)
    assert "30 added" in run("index", str(notes), *where, "--replicas", "0", "--shards", "2", "--index-dir", "here")
    assert run("query", "number7", "--files", *where, "--index-dir", "there").startswith("post-07.md\n")
    assert run("query", "number7", "--files", "--index-dir", "there", KBSEARCH_OPENSEARCH_URL=cluster.url)
    assert "30 posts checked" in run("check", "--index-dir", "here", "--url", cluster.url)
    shards = ask("GET", f"{cluster.url}/_cat/shards/{cluster.name}?format=json")
    assert len(shards) == 2


def test_two_writers(notes: Path, tmp_path: Path, cluster: Cluster):
    """While an update runs on one machine, another is told so, and the running one is not disturbed."""
    with opened(tmp_path / "here", cluster) as here:
        here.index(notes)
    holder = (
        "import sys, time; from pathlib import Path; from kbsearch.store import Store\n"
        "from kbsearch.engines.opensearch import Cluster\n"
        "generation = Store(Path(sys.argv[1]), Cluster(sys.argv[2], sys.argv[3])).current()\n"
        "writer = generation.engine.writer(generation.engine_folder); print('begun', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", holder, str(tmp_path / "here"), cluster.url, cluster.name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "begun\n"
        with opened(tmp_path / "there", cluster) as there, pytest.raises(IndexLockedError, match=str(running.pid)):
            there.add([Post("new", "New", text="x")])
        running.send_signal(signal.SIGKILL)
    with opened(tmp_path / "there", cluster) as there:  # its writer is dead
        there.add([Post("new", "New", text="x")])
        assert there.search("", limit=1).total == 31


def test_killed_builds_go_on(tmp_path: Path, cluster: Cluster):
    """A build that is killed leaves nothing to be seen. The next goes on in the same index and sends exactly the posts
    that had not arrived, and one that was changed meanwhile; it ends with all posts.
    """
    notes = tmp_path / "many"
    notes.mkdir()
    for number in range(2500):
        (notes / f"{number:04}.md").write_text(f"# Note {number}\n\n" + f"words about topic{number} and others " * 40)
    received: list[Received] = []
    started: list[subprocess.Popen[bytes]] = []

    def mood(number: int, path: str) -> Mood:
        """Two requests with posts are carried out; when a third comes, the build is dead."""
        if sum(each.path.endswith("/_bulk") for each in received) < 2 or not path.endswith("/_bulk"):
            return "well"
        started[0].kill()
        return "gone"

    with front(cluster.url, mood=mood, received=received) as url:
        command = [sys.executable, "-c", BUILD, str(tmp_path / "index"), url, cluster.name, str(notes)]
        started.append(subprocess.Popen(command))
        assert started[0].wait(120) != 0
    arrived = [id for each in received[: _place_of_third(received)] for id in ids_sent(each)]
    (unfinished,) = {index for index in indices(cluster) if not index.endswith(".control")}
    until(lambda: _count(cluster, unfinished) == len(arrived), "what had been taken in did not arrive")
    assert 0 < len(arrived) < 2500
    with pytest.raises(IndexMissingError):
        KnowledgeBase(tmp_path / "reader", create=False, cluster=cluster)
    (notes / "0007.md").write_text("# Another note\n")
    received.clear()
    with (
        front(cluster.url, received=received) as url,
        opened(tmp_path / "index", Cluster(url, cluster.name, 1, 0)) as kb,
    ):
        kb.index(notes)
        everything = {each.post.id: each.post.text for each in kb.posts()}
    assert everything == {path.name: path.read_text() for path in notes.iterdir()}
    sent = [id for each in received for id in ids_sent(each)]
    assert len(sent) == 2500 - len(arrived) + 1
    assert len(set(sent) & set(arrived)) == 1
    assert len({*sent, *arrived}) == 2500
    assert {index for index in indices(cluster) if not index.endswith(".control")} == {unfinished}
    assert check_index_of(tmp_path / "index", cluster) == []


def ids_sent(request: Received) -> list[str]:
    """Identifiers of the posts that a request puts into an index."""
    lines = request.body.split(b"\n") if request.path.endswith("/_bulk") else []
    return [json.loads(line)["index"]["_id"] for line in lines if line.startswith(b'{"index":')]


def _place_of_third(received: list[Received]) -> int:
    return [place for place, each in enumerate(received) if each.path.endswith("/_bulk")][2]


def _count(cluster: Cluster, index: str) -> int:
    """Posts of an index, whether committed or not."""
    ask("POST", f"{cluster.url}/{index}/_refresh")
    return int(ask("GET", f"{cluster.url}/{index}/_count")["count"])


def check_index_of(folder: Path, cluster: Cluster) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KBSEARCH_OPENSEARCH_URL", cluster.url)
        return check_index(folder).problems


def test_an_index_of_ones_own_is_not_the_clusters(notes: Path, tmp_path: Path, cluster: Cluster):
    """Who asks for the cluster's posts in a folder with an index of its own is told so, and not answered from that."""
    folder = tmp_path / "index"
    with KnowledgeBase(folder) as kb:
        kb.index(notes)
    with pytest.raises(IndexMismatchError, match="--index-dir"):
        opened(folder, cluster, create=False)
    where = ["--engine", "opensearch", "--url", cluster.url, "--name", cluster.name, "--index-dir", str(folder)]
    command = [sys.executable, "-m", "kbsearch", "query", "diffusion", *where]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "an index of its own (whoosh)" in done.stderr
