"""The OpenSearch that tests talk to: the one that KBSEARCH_TEST_OPENSEARCH names, or that of scripts/opensearch."""

from __future__ import annotations

import json
import os
import ssl
import urllib.request
import uuid
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

from kbsearch import KnowledgeBase
from kbsearch.engines.opensearch import Cluster

DEFAULT_URL = "http://127.0.0.1:9250"
THREE_NODES = "http://127.0.0.1:9260,http://127.0.0.1:9261,http://127.0.0.1:9262"
SECURE_URL = "https://127.0.0.1:9270"
HOME = Path(os.environ.get("KBSEARCH_OPENSEARCH_HOME") or f"/var/tmp/kbsearch-opensearch-{os.getuid()}")


@dataclass(frozen=True)
class SecureServer:
    """A server with the security plugin. Its users and their rights: ``scripts/opensearch_nodes/security.py``."""

    password: str = field(repr=False)
    authority: str
    url: str = SECURE_URL

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A request of the administrator."""
        shown = b64encode(f"admin:{self.password}".encode()).decode()
        context = ssl.create_default_context(cafile=self.authority)
        return ask(method, self.url + path, body, {"authorization": f"Basic {shown}"}, context)


@contextmanager
def temporary_cluster(*, shards: int = 1, replicas: int = 0, url: str = "") -> Iterator[Cluster]:
    """A name of its own in the cluster, whose indices are deleted afterwards."""
    url = url or os.environ.get("KBSEARCH_TEST_OPENSEARCH") or DEFAULT_URL
    demand(url)
    cluster = Cluster(url, unused_name(), shards, replicas)
    try:
        yield cluster
    finally:
        for address in cluster.addresses:
            with suppress(OSError):  # a node that the test has killed
                ask("DELETE", f"{address}/{cluster.name}.*")
                break


def opened(folder: Path, cluster: Cluster, **options: Any) -> KnowledgeBase:
    """A knowledge base whose posts lie in the cluster; ``folder`` stands for it."""
    return KnowledgeBase(folder, engine="opensearch", cluster=cluster, **options)


def unused_name() -> str:
    """A name that no other test has."""
    return f"test-{uuid.uuid4().hex[:10]}"


def points_in_time(cluster: Cluster, listed: Any) -> list[str]:
    """Of the points in time that the cluster lists, those of the name's indices; identifiers hold the index's name."""
    ids = (each["pit_id"] for each in listed.get("pits", ()))
    return [each for each in ids if cluster.name.encode() in urlsafe_b64decode(each)]


def demand(url: str) -> None:
    """Skip where no server answers; in CI, fail."""
    for address in url.split(","):
        with suppress(OSError):
            ask("GET", address)
            return
    _do_without(f"no OpenSearch answers at {url}; start one with: scripts/opensearch up")


def demand_secure() -> SecureServer:
    """The server with the security plugin; skip where there is none; in CI, fail."""
    with suppress(OSError):
        known = json.loads((HOME / "cluster-secure" / "secrets.json").read_text())
        server = SecureServer(known["password"], known["authority"])
        server.ask("GET", "/")
        return server
    _do_without(f"no OpenSearch answers at {SECURE_URL}; start one with: scripts/opensearch up --secure")


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def ask(
    method: str,
    url: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> Any:
    """A request without the client under test."""
    data = None if body is None else json.dumps(body).encode()
    sent = {"content-type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, sent, method=method)
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        return json.load(answer)
