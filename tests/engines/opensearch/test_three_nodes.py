"""Three nodes, each part of an index on two of them: one may die at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from opensearch_server import THREE_NODES, ask, demand, temporary_cluster

from kbsearch import KnowledgeBase, Post
from kbsearch.engines.opensearch import Cluster
from kbsearch.errors import IndexUnusableError

pytestmark = pytest.mark.cluster

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "opensearch"
QUERIES = ["topic17", "扩散模型 note", '"a note about"', "tag:b topic3", "words -topic5"]


def server(*order: str) -> None:
    subprocess.run([sys.executable, SCRIPT, *order, "--nodes", "3"], check=True, timeout=240)


@pytest.fixture
def three() -> Iterator[Cluster]:
    """Three healthy nodes: what the test before killed is started again."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("nodes are killed here, so no other test may use them: run pytest -m cluster without -n")
    demand(THREE_NODES)
    server("up")
    with temporary_cluster(shards=2, replicas=1, url=THREE_NODES) as cluster:
        yield cluster


def posts(count: int) -> Iterator[Post]:
    for n in range(count):
        text = f"a note about topic{n} and words, 扩散模型 {n % 7} " * 15
        yield Post(f"post-{n:05}", f"Note {n}", tags=("ab"[n % 2],), text=text)


def answers(kb: KnowledgeBase) -> list[tuple[int, list[str]]]:
    found = [kb.search(query, limit=20) for query in QUERIES]
    return [(result.total, [hit.id for hit in result.hits]) for result in found]


def test_a_node_dies_while_posts_are_indexed(three: Cluster, tmp_path: Path):
    """Kill -9 of a node in the middle of indexing: no post is lost, none is there twice."""
    killed = threading.Event()

    def killing():
        for number, post in enumerate(posts(6_000)):
            if number == 3_000:
                server("kill", "--node", "1")
                killed.set()
            yield post

    with KnowledgeBase(tmp_path, engine="opensearch", cluster=three) as kb:
        kb.add(killing())
        assert killed.is_set()
        ids = [each.post.id for each in kb.posts()]
        assert sorted(ids) == [post.id for post in posts(6_000)]
        assert kb.search("topic4711").hits[0].id == "post-04711"


def test_a_node_dies_while_posts_are_searched(three: Cluster, tmp_path: Path):
    """Kill -9 of a node that holds posts, during searches: the answers stay the same."""
    with KnowledgeBase(tmp_path, engine="opensearch", cluster=three) as kb:
        kb.add(posts(800))
        _wait_until_green(three)
        before = answers(kb)
        (shard, *_) = ask("GET", f"{three.addresses[1]}/_cat/shards/{three.name}.*?format=json&h=index,node")
        killer = threading.Thread(target=server, args=("kill", "--node", shard["node"].rpartition("-")[2]))
        killer.start()
        end = time.monotonic() + 5
        while time.monotonic() < end or killer.is_alive():
            assert answers(kb) == before
        killer.join()


def test_all_nodes_are_gone(three: Cluster, tmp_path: Path):
    """With no node left, a search and an update end with a clear message in bounded time."""
    with KnowledgeBase(tmp_path, engine="opensearch", cluster=three) as kb:
        kb.add(posts(50))
        for node in ("0", "1", "2"):
            server("kill", "--node", node)
        for attempt in (lambda: kb.search("topic1"), lambda: kb.add(posts(1))):
            began = time.monotonic()
            with pytest.raises(IndexUnusableError, match="no node answers"):
                attempt()
            assert time.monotonic() - began < 90


def _wait_until_green(cluster: Cluster) -> None:
    ask("GET", f"{cluster.addresses[1]}/_cluster/health/{cluster.name}.*?wait_for_status=green&timeout=25s")
