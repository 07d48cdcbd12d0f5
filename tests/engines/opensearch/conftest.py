"""A name of its own for each test, in a cluster that runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opensearch_server import temporary_cluster

from kbsearch.engines.opensearch import Cluster


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with temporary_cluster() as cluster:
        yield cluster
