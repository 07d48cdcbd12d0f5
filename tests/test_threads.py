from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post

QUERIES = [
    "扩散模型",
    "attention 机制",
    '"随机微分方程"',
    "title:DDPM",
    "diffus*",
    "梯度 -GPU",
    "difusion~",
    "生成器",
    "的",
    "date:2023..",
]


def test_threads_share_one_knowledge_base(tmp_path: Path, sample_corpus: Path) -> None:
    """Searches in eight threads at once give what they give one after another, from the first one on."""
    with KnowledgeBase(tmp_path) as kb:
        kb.index(sample_corpus, workers=1)
    with KnowledgeBase(tmp_path) as alone:
        expected = {query: alone.search(query, facets=("tag",)) for query in QUERIES}
    with KnowledgeBase(tmp_path) as shared, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda query: shared.search(query, facets=("tag",)), QUERIES * 8))
    for query, answer in zip(QUERIES * 8, answers, strict=True):
        assert (answer.total, answer.hits, answer.facets) == (
            expected[query].total, expected[query].hits, expected[query].facets,
        )  # fmt: skip


def open_files() -> int:
    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:
        pytest.skip("needs /proc")
    return len(os.listdir("/proc/self/fd")) + sum("/engine/" in line for line in maps.splitlines())


def test_searches_go_on_while_the_index_changes(tmp_path: Path) -> None:
    """Each search sees one finished update, old or new; readers that nobody uses any more let go of their files."""
    with KnowledgeBase(tmp_path) as writer:
        writer.add(Post(id=f"{n}.md", text="walrus one") for n in range(20))
        shared, stop, errors, seen = KnowledgeBase(tmp_path), threading.Event(), [], set()
        shared.search("walrus")
        before = open_files()

        def ask() -> None:
            while not stop.is_set():
                try:
                    result = shared.search("walrus", limit=50)
                    seen.add(result.total)
                    if len(result.hits) != result.total or len({hit.id for hit in result.hits}) != result.total:
                        errors.append(result.total)
                    shared.get(result.hits[0].id)
                except Exception as error:
                    errors.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for n in range(20, 32):
            writer.add([Post(id=f"{n}.md", text="walrus two")])
            time.sleep(0.02)
        stop.set()
        for thread in threads:
            thread.join()
        assert errors == []
        assert seen <= set(range(20, 33)) and len(seen) > 1
        assert shared.search("walrus").total == 32
        assert open_files() <= before + 16
        shared.close()
