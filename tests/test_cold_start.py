"""What a query may load: each module takes time at every query."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post

SHARED = {
    "kbsearch",
    "kbsearch.analysis",
    "kbsearch.analysis.analyzer",
    "kbsearch.analysis.dictionary",
    "kbsearch.analysis.fold",
    "kbsearch.analysis.segment",
    "kbsearch.analysis.stem",
    "kbsearch.analysis.tokens",
    "kbsearch.analysis.words",
    "kbsearch.answer",
    "kbsearch.cli",
    "kbsearch.cli.frame",
    "kbsearch.cli.completing",
    "kbsearch.cli.hyperlinks",
    "kbsearch.cli.pager",
    "kbsearch.cli.options",
    "kbsearch.cli.query",
    "kbsearch.cli.render",
    "kbsearch.cli.terminal",
    "kbsearch.config",
    "kbsearch.correction",
    "kbsearch.correction.counts",
    "kbsearch.correction.pieces",
    "kbsearch.engines",
    "kbsearch.engines.base",
    "kbsearch.errors",
    "kbsearch.excerpt",
    "kbsearch.files",
    "kbsearch.generation",
    "kbsearch.han",
    "kbsearch.highlight",
    "kbsearch.knowledge_base",
    "kbsearch.last_commit",
    "kbsearch.language",
    "kbsearch.model",
    "kbsearch.query",
    "kbsearch.query.expansion",
    "kbsearch.query.fields",
    "kbsearch.query.filters",
    "kbsearch.query.function_words",
    "kbsearch.query.lexer",
    "kbsearch.query.parser",
    "kbsearch.query.plan",
    "kbsearch.query.planner",
    "kbsearch.query.ranking",
    "kbsearch.query.render",
    "kbsearch.query.syntax",
    "kbsearch.query.tokens",
    "kbsearch.search",
    "kbsearch.store",
    "kbsearch.stored",
    "kbsearch.suggestions",
    "kbsearch.synonyms",
    "kbsearch.synonyms.names",
    "kbsearch.synonyms.pair",
    "kbsearch.synonyms.table",
    "kbsearch.synonyms.thesaurus",
    "kbsearch.synonyms.user_pairs",
    "kbsearch.values",
}
ENGINES = {
    "whoosh": {
        "kbsearch.engines.whoosh",
        "kbsearch.engines.whoosh.addends",
        "kbsearch.engines.whoosh.bm25",
        "kbsearch.engines.whoosh.collection",
        "kbsearch.engines.whoosh.container",
        "kbsearch.engines.whoosh.engine",
        "kbsearch.engines.whoosh.explain",
        "kbsearch.engines.whoosh.page",
        "kbsearch.engines.whoosh.plain",
        "kbsearch.engines.whoosh.reader",
        "kbsearch.engines.whoosh.segment",
        "kbsearch.engines.whoosh.toc",
    },
    "tantivy": {
        "kbsearch.analysis.coded",
        "kbsearch.engines.tantivy",
        "kbsearch.engines.tantivy.commits",
        "kbsearch.engines.tantivy.engine",
        "kbsearch.engines.tantivy.fingerprints",
        "kbsearch.engines.tantivy.plans",
        "kbsearch.engines.tantivy.schema",
        "kbsearch.engines.tantivy.translated",
    },
}
THIRD_PARTY = {"click", "Stemmer"}
# Of the standard library only what is slow to load is forbidden.
SLOW = {"asyncio", "concurrent", "email", "http", "logging", "multiprocessing", "sqlite3", "ssl", "unittest", "xml"}

PROGRAM = """
import sys
before = set(sys.modules)
from kbsearch.cli import main
try:
    main()
except SystemExit:
    pass
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""


@pytest.fixture(scope="module", params=sorted(ENGINES))
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A small index of each engine."""
    engine: str = request.param
    if engine != "whoosh":
        pytest.importorskip(engine)
    folder = tmp_path_factory.mktemp(engine) / "index"
    with KnowledgeBase(folder, engine=engine) as kb:
        kb.add([Post(id="a.md", title="扩散模型", text="# 扩散模型\n\nDiffusion models add noise, 再去掉噪声。\n")])
    return engine, folder


FRAME = {"kbsearch", "kbsearch.cli", "kbsearch.cli.frame", "kbsearch.config", "kbsearch.errors", "kbsearch.language"}


def loaded_by(*arguments: str, language: str = "en") -> set[str]:
    """The modules that a command loads."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1", "KBSEARCH_LANG": language},
    )
    return set(ran.stderr.split())


def packages(modules: set[str]) -> set[str]:
    """The top-level packages of modules; the traces that compiled extensions leave are not packages."""
    return {name.partition(".")[0] for name in modules if "cython" not in name}


def test_a_query_loads_only_what_it_needs(index: tuple[str, Path]) -> None:
    """A plain query loads no module beyond this list, so neither NumPy, Whoosh, jieba, YAML nor processes."""
    engine, folder = index
    modules = loaded_by("query", "扩散模型 noise", "--index-dir", str(folder))
    assert "kbsearch.answer" in modules  # it was a hit
    ours = {name for name in modules if name.partition(".")[0] == "kbsearch"}
    assert ours <= SHARED | ENGINES[engine]
    third_party = THIRD_PARTY | ({engine} if engine != "whoosh" else set()) | {"kbsearch"}
    assert packages(modules) - sys.stdlib_module_names <= third_party
    assert not packages(modules) & SLOW
    assert "tomllib" not in modules  # there is no kbsearch.toml


def test_a_chinese_answer_loads_two_tables(index: tuple[str, Path]) -> None:
    """In Chinese, a query loads what it says itself and what click says; help, errors and pages stay where they are."""
    _, folder = index
    arguments = ("query", "扩散模型 noise", "--index-dir", str(folder))
    more = loaded_by(*arguments, language="zh") - loaded_by(*arguments)
    assert more == {f"kbsearch.language.chinese{table}" for table in ("", ".output", ".click")}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_load_nothing_but_the_frame(option: str) -> None:
    """``--version`` and ``--help`` load click and the frame of the command line."""
    modules = loaded_by(option)
    assert {name for name in modules if name.startswith("kbsearch")} <= FRAME
    assert packages(modules) - sys.stdlib_module_names <= {"click", "kbsearch"}
