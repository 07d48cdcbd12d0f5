"""The OpenSearch that tests talk to: the one that KBSEARCH_TEST_OPENSEARCH names, or that of scripts/opensearch."""

from __future__ import annotations

import json
import os
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from kbsearch.engines.opensearch import Cluster

DEFAULT_URL = "http://127.0.0.1:9250"
THREE_NODES = "http://127.0.0.1:9260,http://127.0.0.1:9261,http://127.0.0.1:9262"


@contextmanager
def temporary_cluster(*, shards: int = 1, replicas: int = 0, url: str = "") -> Iterator[Cluster]:
    """A name of its own in the cluster, whose indices are deleted afterwards."""
    url = url or os.environ.get("KBSEARCH_TEST_OPENSEARCH") or DEFAULT_URL
    demand(url)
    cluster = Cluster(url, f"test-{uuid.uuid4().hex[:10]}", shards, replicas)
    try:
        yield cluster
    finally:
        for address in cluster.addresses:
            with suppress(OSError):  # a node that the test has killed
                ask("DELETE", f"{address}/{cluster.name}.*")
                break


def demand(url: str) -> None:
    """Skip where no server answers; in CI, fail."""
    for address in url.split(","):
        with suppress(OSError):
            ask("GET", address)
            return
    reason = f"no OpenSearch answers at {url}; start one with: scripts/opensearch up"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def ask(method: str, url: str, body: Any = None) -> Any:
    """A request without the client under test."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
