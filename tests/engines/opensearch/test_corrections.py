"""Corrections of mistyped questions, from words that lie in a cluster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from correction_accuracy import Subject, make_cases
from opensearch_front import Received, front

from kbsearch import KnowledgeBase
from kbsearch.engines.opensearch import Cluster

MOST_REQUESTS = 20  # for a question, its answer included; asked one by one, some took more than a thousand


def test_few_requests_for_the_same_corrections(tmp_path: Path, cluster: Cluster, sample_corpus: Path):
    """Mistyped questions get the same corrections, in the same order, as from the default engine, and none costs more
    than a few requests.
    """
    received: list[Received] = []
    with (
        front(cluster.url, received=received) as url,
        KnowledgeBase(tmp_path / "default") as default,
        KnowledgeBase(tmp_path / "index", engine="opensearch", cluster=replace(cluster, url=url)) as kb,
    ):
        default.index(sample_corpus, workers=1)
        kb.index(sample_corpus, workers=1)
        kb.search("difusion modle")  # the index's words are gathered once
        typed = [case.typed for cases in make_cases(Subject(default), 8).values() for case in cases]
        typed += [title[:-2] + "及" + title[-1] for title in Subject(default).titles[::4]]
        for query in typed:
            received.clear()
            found, expected = kb.search(query), default.search(query)
            assert found.corrections == expected.corrections, query
            assert found.warnings == expected.warnings, query
            assert len(received) <= MOST_REQUESTS, (query, [each.path for each in received])
