"""A real OpenSearch with its security plugin: TLS, passwords, and the rights that docs/cluster.md says are needed."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from command import environment
from opensearch_server import SecureServer, demand_secure, opened, points_in_time, unused_name

from kbsearch import KnowledgeBase, Post
from kbsearch.engines.opensearch import Cluster
from kbsearch.errors import ConfigError, IndexMissingError

UPDATE_THAT_DIES = (
    "import os, sys; from kbsearch import KnowledgeBase, Post; from kbsearch.engines.opensearch import Cluster\n"
    "def posts():\n"
    "    yield from (Post(f'post-{n}', f'Note {n}', text='words') for n in range(2_000))\n"
    "    os._exit(9)\n"
    "kb = KnowledgeBase(sys.argv[1], engine='opensearch', cluster=Cluster(sys.argv[2], sys.argv[3], 1, 0))\n"
    "kb.add(posts())\n"
)
REFUSED = r"the user may not do this \(no permissions for \[[a-z]+:[a-z_/]+\]\); grant it what docs/cluster\.md lists"
Become = Callable[[str], None]


@pytest.fixture(scope="module")
def server() -> SecureServer:
    return demand_secure()


@pytest.fixture
def cluster(server: SecureServer) -> Iterator[Cluster]:
    """A name of its own, to which the roles extend."""
    cluster = Cluster(server.url, unused_name(), replicas=0)
    yield cluster
    server.ask("DELETE", f"/{cluster.name}.*")


@pytest.fixture
def become(server: SecureServer, monkeypatch: pytest.MonkeyPatch) -> Become:
    """Be a user of the server from now on."""
    monkeypatch.setenv("KBSEARCH_OPENSEARCH_CA", server.authority)
    monkeypatch.setenv("KBSEARCH_OPENSEARCH_PASSWORD", server.password)

    def become(user: str) -> None:
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_USER", user)

    return become


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n}.md").write_text(f"# 扩散模型 {n}\n\nA note on topic{n}, by the Diffusion Model（扩散模型）.\n")
    return folder


def ids(kb: KnowledgeBase) -> set[str]:
    return {each.post.id for each in kb.posts()}


def points_left_open(server: SecureServer, cluster: Cluster) -> list[str]:
    gc.collect()  # readers that errors hold
    return points_in_time(cluster, server.ask("GET", "/_search/point_in_time/_all"))


def test_a_user_who_writes(notes: Path, tmp_path: Path, cluster: Cluster, server: SecureServer, become: Become):
    """With the role for writing, over TLS: build, update, remove, rebuild, search and look at all; nothing stays open."""
    become("writer")
    with opened(tmp_path / "index", cluster) as kb:
        assert kb.index(notes).added == 20
        (notes / "7.md").write_text("# Something else\n")
        (notes / "8.md").unlink()
        report = kb.index(notes)
        assert (report.updated, report.removed, report.unchanged) == (1, 1, 18)
        kb.add([Post("memo", "Memo", text="from no file")])
        assert kb.remove(["memo"]) == 1
        assert kb.index(notes, rebuild=True).posts == 19
        (notes / "9.md").unlink()
        assert kb.index(notes).removed == 1
        assert kb.search("扩散模型 topic3").hits[0].id == "3.md"
        assert kb.search('topi* OR "a note on"').total == 17
        assert kb.status().posts == len(ids(kb)) == 18
    assert not points_left_open(server, cluster)


def test_commands_of_a_user_who_writes(notes: Path, tmp_path: Path, cluster: Cluster, server: SecureServer):
    """The commands take address and name as options and who one is from the environment; check finds nothing wrong."""
    secret = tmp_path / "password"
    secret.write_text(server.password + "\n")
    at = ["--url", cluster.url, "--name", cluster.name, "--index-dir", "index"]
    known = {
        "KBSEARCH_OPENSEARCH_USER": "writer",
        "KBSEARCH_OPENSEARCH_PASSWORD_FILE": str(secret),
        "KBSEARCH_OPENSEARCH_CA": server.authority,
    }
    for command in (["index", "notes", "--engine", "opensearch", "--replicas", "0"], ["query", "topic3"], ["check"]):
        order = [sys.executable, "-m", "kbsearch", *command, *at]
        ran = subprocess.run(order, cwd=tmp_path, env=environment(tmp_path) | known, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        assert server.password not in ran.stdout + ran.stderr


def test_an_update_that_was_killed(tmp_path: Path, cluster: Cluster, become: Become):
    """The role for writing is enough to go on with a build that was killed, too."""
    become("writer")
    order = [sys.executable, "-c", UPDATE_THAT_DIES, str(tmp_path), cluster.url, cluster.name]
    assert subprocess.run(order, timeout=120).returncode == 9
    with opened(tmp_path, cluster) as kb:
        kb.add(Post(f"post-{n}", f"Note {n}", text="words") for n in range(50))
        assert ids(kb) == {f"post-{n}" for n in range(50)}


def test_a_user_who_only_searches(notes: Path, tmp_path: Path, cluster: Cluster, server: SecureServer, become: Become):
    """With the role for searching, an empty folder is enough to search; what would write is refused, by name."""
    become("writer")
    with opened(tmp_path / "index", cluster) as kb:
        kb.index(notes)
    become("searcher")
    with opened(tmp_path / "elsewhere", cluster, create=False) as kb:
        assert kb.search("扩散模型 topic3").hits[0].id == "3.md"
        assert kb.search('topi* OR "a note on"').total == 20
        assert kb.status().posts == len(ids(kb)) == 20
        for write in (
            lambda: kb.add([Post("memo", "Memo", text="words")]),
            lambda: kb.remove(["3.md"]),
            lambda: kb.index(notes),
            lambda: kb.index(notes, rebuild=True),
        ):
            with pytest.raises(ConfigError, match=REFUSED):
                write()
        assert len(ids(kb)) == 20
    assert not points_left_open(server, cluster)


def test_a_user_without_rights(notes: Path, tmp_path: Path, cluster: Cluster, become: Become):
    """Who may do nothing is told which right is missing first, and where it is written what is needed."""
    become("writer")
    with opened(tmp_path / "index", cluster) as kb:
        kb.index(notes)
    become("stranger")
    for folder in ("index", "elsewhere"):
        with pytest.raises(ConfigError, match=REFUSED), opened(tmp_path / folder, cluster, create=False) as kb:
            kb.search("topic3")
    new = replace(cluster, name=unused_name())
    with pytest.raises(ConfigError, match=REFUSED), opened(tmp_path / "new", new) as kb:
        kb.index(notes)


def test_another_name(notes: Path, tmp_path: Path, cluster: Cluster, server: SecureServer, become: Become):
    """The roles are for one name: under another nothing can be read, made or replaced."""
    foreign = replace(cluster, name=unused_name().replace("test-", "other-"))
    become("admin")
    with opened(tmp_path / "theirs", foreign) as kb:
        kb.index(notes)
    try:
        before = server.ask("GET", "/other-*/_alias")
        become("writer")
        for folder in ("theirs", "mine"):
            with pytest.raises(ConfigError, match=REFUSED), opened(tmp_path / folder, foreign) as kb:
                kb.add([Post("memo", "Memo", text="words")])
            with pytest.raises(ConfigError, match=REFUSED), opened(tmp_path / folder, foreign) as kb:
                kb.search("topic3")
        assert server.ask("GET", "/other-*/_alias") == before
    finally:
        server.ask("DELETE", f"/{foreign.name}.*")


@pytest.mark.parametrize("kind", ["wrong", "none"])
def test_a_wrong_password(kind: str, tmp_path: Path, cluster: Cluster, become: Become, monkeypatch: pytest.MonkeyPatch):
    """A wrong password, or none, gives a message that names the variables to set, and does not repeat the password."""
    become("writer")
    if kind == "wrong":
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_PASSWORD", "wrong-open-sesame")
    else:
        monkeypatch.delenv("KBSEARCH_OPENSEARCH_PASSWORD")
        monkeypatch.delenv("KBSEARCH_OPENSEARCH_USER")
    with pytest.raises(ConfigError, match="_USER and _PASSWORD") as refused, opened(tmp_path, cluster) as kb:
        kb.add([Post("memo", "Memo", text="words")])
    assert "open-sesame" not in str(refused.value)


def test_an_untrusted_certificate(tmp_path: Path, cluster: Cluster, become: Become, monkeypatch: pytest.MonkeyPatch):
    """Without the authority's certificate nothing is sent to the server, and the message names the variable for it."""
    become("writer")
    monkeypatch.delenv("KBSEARCH_OPENSEARCH_CA")
    with pytest.raises(ConfigError, match="KBSEARCH_OPENSEARCH_CA"), opened(tmp_path, cluster) as kb:
        kb.add([Post("memo", "Memo", text="words")])


def test_nothing_is_made_by_looking(tmp_path: Path, cluster: Cluster, server: SecureServer, become: Become):
    """A name that has no posts yet is said to have none, to those who may search it."""
    become("searcher")
    with pytest.raises(IndexMissingError, match="no knowledge base"), opened(tmp_path, cluster, create=False) as kb:
        kb.search("topic3")
    assert server.ask("GET", f"/{cluster.name}*/_alias") == {}
