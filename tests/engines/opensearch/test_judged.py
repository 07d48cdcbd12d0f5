"""The ranking, measured: as good as the embedded default engine's."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from opensearch_server import temporary_cluster

from kbsearch.evaluation import evaluate, read_collection

QUERIES = 120  # the first of each set


@pytest.mark.parametrize("name", ["tidb-anchor", "cacm"])
def test_as_good_as_the_default(shared_data: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    """nDCG@10 on judged queries is within .01 of the default engine's."""
    collection = read_collection(shared_data / "judged" / name)
    collection = replace(collection, grades=dict(islice(collection.grades.items(), QUERIES)))
    default = evaluate(collection)
    with temporary_cluster() as cluster:
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_URL", cluster.url)
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_NAME", cluster.name)
        monkeypatch.setenv("KBSEARCH_OPENSEARCH_REPLICAS", "0")
        assert evaluate(collection, "opensearch").ndcg_10 == pytest.approx(default.ndcg_10, abs=0.01)
