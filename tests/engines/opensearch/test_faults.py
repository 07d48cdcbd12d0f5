"""What goes wrong between us and a cluster: each ends in success, or in one message that says what to do."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from opensearch_front import front, own_certificate
from opensearch_server import ask, opened, points_in_time

from kbsearch import KnowledgeBase, Post
from kbsearch.engines.opensearch import Cluster
from kbsearch.errors import ConfigError, IndexMismatchError, IndexUnusableError, IndexWriteError, KbsearchError

PASSWORD = "open-sesame-12"


def posts(count: int = 40) -> list[Post]:
    return [Post(f"post-{n}", f"扩散模型 {n}", text=f"a note about topic{n} " * 20) for n in range(count)]


def contents(folder: Path, cluster: Cluster) -> dict[str, str]:
    with KnowledgeBase(folder, cluster=cluster) as kb:
        return {each.post.id: each.post.title for each in kb.posts()}


def test_no_node_answers(tmp_path: Path):
    """Where nobody listens, the error comes within bounded time, and says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    began = time.monotonic()
    with pytest.raises(IndexUnusableError, match="no node answers"), opened(tmp_path, Cluster(url, "notes")) as kb:
        kb.add(posts(1))
    assert time.monotonic() - began < 60


def test_what_is_no_opensearch(tmp_path: Path):
    """An address at which something else answers is an error of ours, too."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        cluster = Cluster(f"http://127.0.0.1:{server.server_address[1]}", "notes")
        with pytest.raises(KbsearchError), opened(tmp_path, cluster) as kb:
            kb.add(posts(1))
    finally:
        server.shutdown()
        server.server_close()


def test_passwords(tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """The right password opens; a wrong one, or none, gives a message that names the variables and not the password."""
    monkeypatch.setenv("KBSEARCH_OPENSEARCH_USER", "me")
    with front(cluster.url, user="me", password=PASSWORD) as url:
        guarded = replace(cluster, url=url)
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_PASSWORD", PASSWORD)
        with opened(tmp_path, guarded) as kb:
            kb.add(posts(3))
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_PASSWORD", "wrong-" + PASSWORD)
        with pytest.raises(ConfigError, match="KBSEARCH_OPENSEARCH_USER") as refused:
            contents(tmp_path, guarded)
        assert PASSWORD not in str(refused.value)
        monkeypatch.delenv("KBSEARCH_OPENSEARCH_PASSWORD")
        monkeypatch.delenv("KBSEARCH_OPENSEARCH_USER")
        with pytest.raises(ConfigError, match="KBSEARCH_OPENSEARCH_USER"):
            contents(tmp_path, guarded)


def test_certificates(tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch):
    """A certificate that nobody vouches for is refused; with its authority named it is trusted."""
    pem, both = own_certificate(tmp_path)
    with front(cluster.url, certificate=both) as url:
        secure = replace(cluster, url=url)
        with pytest.raises(ConfigError, match="KBSEARCH_OPENSEARCH_CA"), opened(tmp_path / "index", secure) as kb:
            kb.add(posts(1))
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_CA", str(pem))
        with opened(tmp_path / "index", secure) as kb:
            kb.add(posts(3))
            assert kb.search("topic1").total


def test_bad_moments(tmp_path: Path, cluster: Cluster):
    """A cluster that is overloaded now and then, and answers that are lost on the way, cost time and no post."""
    chance = random.Random(1)

    def mood(number: int, path: str):
        return chance.choice(["well"] * 6 + ["busy", "gone", "lost"])

    with front(cluster.url, mood=mood) as url:
        moody = replace(cluster, url=url)
        with opened(tmp_path, moody) as kb:
            kb.add(posts())
            kb.add(posts(10))
            kb.remove(["post-3"])
            assert kb.search("topic5").hits[0].id == "post-5"
    expected = {post.id: post.title for post in posts() if post.id != "post-3"}
    assert contents(tmp_path, cluster) == expected


def test_flood_stage(tmp_path: Path, cluster: Cluster):
    """A cluster that lets nothing be written for want of disk space: the message says so, searches go on, and when
    the block is lifted the same update succeeds.
    """
    with opened(tmp_path, cluster) as kb:
        kb.add(posts())
        block(cluster, True)
        with pytest.raises(IndexWriteError, match="disk"):
            kb.add([Post("new", "New", text="new")])
        assert kb.search("", limit=1).total == 40
        block(cluster, None)
        kb.add([Post("new", "New", text="new")])
        assert kb.search("", limit=1).total == 41


def block(cluster: Cluster, value: bool | None) -> None:
    for each in ask("GET", f"{cluster.url}/_cat/indices/{cluster.name}.*?format=json"):
        settings = {"index.blocks.read_only_allow_delete": value}
        ask("PUT", f"{cluster.url}/{each['index']}/_settings", settings)


def test_mapping_conflict(tmp_path: Path, cluster: Cluster):
    """An index whose fields are not ours is no place to write to; the message says how to get one."""
    with opened(tmp_path, cluster) as kb:
        kb.add(posts(3))
        (index,) = ask("GET", f"{cluster.url}/_alias/{cluster.name}")
        ask("DELETE", f"{cluster.url}/{index}")
        foreign = {"mappings": {"dynamic": "strict", "properties": {"born": {"type": "keyword"}}}}
        ask("PUT", f"{cluster.url}/{index}", {**foreign, "aliases": {cluster.name: {}}})
        with pytest.raises(IndexMismatchError, match="--rebuild"):
            kb.add(posts(3))


def test_a_name_that_is_an_index(tmp_path: Path, cluster: Cluster):
    """Where an index, and no alias, has the name, the build ends with a message, and that index is not touched."""
    ask("PUT", f"{cluster.url}/{cluster.name}")
    try:
        with pytest.raises(KbsearchError, match="alias"), opened(tmp_path, cluster) as kb:
            kb.add(posts(1))
        assert cluster.name in ask("GET", f"{cluster.url}/{cluster.name}")
    finally:
        ask("DELETE", f"{cluster.url}/{cluster.name}")


def test_points_in_time_that_are_lost(tmp_path: Path, cluster: Cluster):
    """When the cluster has forgotten what a reader had open, the reader opens it again and answers the same."""
    with opened(tmp_path, cluster) as kb:
        kb.add(posts())
        before = [hit.id for hit in kb.search("topic7 note").hits]
        points = points_in_time(cluster, ask("GET", f"{cluster.url}/_search/point_in_time/_all"))
        ask("DELETE", f"{cluster.url}/_search/point_in_time", {"pit_id": points})
        assert [hit.id for hit in kb.search("topic7 note").hits] == before


def test_deep_pages(tmp_path: Path, cluster: Cluster):
    """Pages behind the ten thousandth hit are the same as if one had walked there."""
    with opened(tmp_path, cluster) as kb:
        kb.add(Post(f"p{n:05}", f"Note {n}", text="common") for n in range(10_050))
        far = kb.search("common", limit=40, offset=10_000)
        assert far.total == 10_050
        assert len({hit.id for hit in far.hits}) == 40
        near = kb.search("common", limit=20, offset=9_990)
        assert [hit.id for hit in near.hits[10:]] == [hit.id for hit in far.hits[:10]]
        assert not kb.search("common", limit=10, offset=20_000).hits


def test_errors_are_said_in_chinese(tmp_path: Path, cluster: Cluster):
    """With ``--lang zh``, what is wrong with a cluster is said in Chinese: not there, no such name, a wrong password."""
    with front(cluster.url, user="me", password=PASSWORD) as guarded:
        for url, said in (
            (cluster.url, "集群中没有知识库"),
            (guarded, "集群不认识"),
            ("http://localhost:1", "没有节点应答"),
        ):
            command = [sys.executable, "-m", "kbsearch", "query", "x", "--lang", "zh", "--url", url]
            command += ["--name", cluster.name, "--index-dir", str(tmp_path / "index")]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)
            assert done.returncode == 2
            assert said in done.stderr
            assert done.stderr.count("\n") == 1
