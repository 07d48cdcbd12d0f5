"""Embedded engines and OpenSearch clusters beside one another: ``python -m benchmarks.cluster POSTS --node URL``.

Every contender indexes the same folder by the same library call and answers the same questions, in alternation, in one
process; what the cluster's nodes spend is asked of them. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbsearch import KnowledgeBase
from kbsearch.engines.opensearch import Cluster


@dataclass
class Contender:
    """An engine, or a cluster, with what was measured of it; times in seconds, questions in milliseconds."""

    name: str
    kb: KnowledgeBase
    cluster: Cluster | None = None
    seconds: float = 0.0
    own_cpu: float = 0.0
    node_cpu: float = 0.0
    megabytes: float = 0.0
    times: list[float] = field(default_factory=list)

    def build(self, posts: Path) -> None:
        """Index a folder from nothing."""
        began, own, nodes = time.perf_counter(), _cpu(), self._node_cpu()
        report = self.kb.index(posts)
        self.seconds, self.own_cpu = time.perf_counter() - began, _cpu() - own
        self.node_cpu = self._node_cpu() - nodes
        self.megabytes = self._size() / 1e6
        print(f"{self.name}: {report.posts} posts in {self.seconds:.1f} s", flush=True)

    def ask(self, question: str) -> None:
        """A search as ``kbsearch query`` makes it: ten hits with excerpts."""
        began = time.perf_counter()
        self.kb.search(question)
        self.times.append((time.perf_counter() - began) * 1000)

    def row(self, posts: int) -> str:
        """What was measured, as a row of a table."""
        cuts = statistics.quantiles(self.times, n=20)
        cells = [self.name, f"{self.seconds:.1f}", f"{self.own_cpu:.1f}", f"{self.node_cpu:.1f}"]
        cells += [f"{posts / self.seconds:.0f}", f"{self.megabytes:.0f}", f"{cuts[9]:.1f}", f"{cuts[18]:.1f}"]
        return f"| {' | '.join(cells)} |"

    def _node_cpu(self) -> float:
        if self.cluster is None:
            return 0.0
        nodes = _get(f"{self.cluster.addresses[0]}/_nodes/stats/process")["nodes"].values()
        return sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000

    def _size(self) -> int:
        own = sum(path.stat().st_size for path in self.kb.folder.rglob("*") if path.is_file())
        if self.cluster is None:
            return own
        stats = _get(f"{self.cluster.addresses[0]}/{self.cluster.name}.*/_stats/store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("posts", type=Path)
    parser.add_argument("--node", action="append", default=[], metavar="URL", help="a cluster's address (repeat)")
    parser.add_argument("--engines", default="whoosh,tantivy", help="embedded engines")
    parser.add_argument("--questions", type=int, default=150)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kbsearch-bench-") as scratch:
        contenders = [
            Contender(name, KnowledgeBase(Path(scratch, name), engine=name))
            for name in wanted.engines.split(",")
            if name
        ]
        for url in wanted.node:
            nodes = len(url.split(","))
            cluster = Cluster(url, f"bench-{uuid.uuid4().hex[:8]}", shards=nodes, replicas=min(nodes - 1, 1))
            kb = KnowledgeBase(Path(scratch, cluster.name), engine="opensearch", cluster=cluster)
            contenders.append(Contender(f"opensearch, {nodes} node{'s' * (nodes > 1)}", kb, cluster))
        for contender in contenders:
            contender.build(wanted.posts)
        _ask(contenders, wanted.questions)
        posts = contenders[0].kb.search("", limit=1).total
        head = "| engine | s | own CPU s | nodes' CPU s | posts/s | MB | p50 ms | p95 ms |"
        print(f"\n{posts} posts, {wanted.questions} questions\n\n{head}\n|---|{'--:|' * 7}")
        for contender in contenders:
            print(contender.row(posts))
            if contender.cluster is not None:
                _get(f"{contender.cluster.addresses[0]}/{contender.cluster.name}.*", "DELETE")


def _ask(contenders: list[Contender], count: int) -> None:
    """Titles of posts, and pairs of their words, asked in turns; a first round warms up and is not counted."""
    chance = random.Random(7)
    titles = [each.post.title for each in contenders[0].kb.posts()]
    questions = chance.sample(titles, min(count, len(titles)))
    questions = [" ".join(q.split()[:2]) if place % 3 == 0 else q for place, q in enumerate(questions)]
    for measured in (False, True):
        for question in questions:
            for contender in contenders:
                contender.ask(question)
        if not measured:
            for contender in contenders:
                contender.times.clear()
                contender.kb.close()  # frequencies that a reader remembers are asked for again


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _get(url: str, method: str = "GET") -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main()
