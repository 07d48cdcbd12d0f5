from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys
before = set(sys.modules)
from kbsearch.analysis.analyzer import Analyzer
analyzer = Analyzer()
analyzer.identity
print([word.text for word in analyzer.query_words({query!r})], analyzer.phrase_terms({query!r}))
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - before}}), sep="\\n")
"""
HEAVY = {
    "jieba",
    "rjieba",
    "numpy",
    "pkg_resources",
    "whoosh",
    "marshal_cache",
    "multiprocessing",
    "hashlib",
    "asyncio",
}


@pytest.mark.parametrize("query", ["怎么加速扩散模型的采样", "機器學習 GPT-4 self_attention café"])
def test_a_query_loads_no_dictionary_and_nothing_heavy(query: str) -> None:
    """The words of a query need neither jieba nor rjieba nor anything else that takes long to import."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(query=query)], capture_output=True, text=True, encoding="utf-8", check=True
    )
    first, *modules = run.stdout.splitlines()
    assert first.startswith("[") and len(first) > 40
    assert not HEAVY & set(modules)
