"""What the library says can be said in Chinese."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kbsearch
from kbsearch import KnowledgeBase, Post, errors
from kbsearch.check import check_index
from kbsearch.engines.opensearch.cluster import Cluster, Secrets
from kbsearch.engines.opensearch.record import Lease, conflict
from kbsearch.engines.opensearch.translated import no_index, no_opensearch, refusal, unreachable
from kbsearch.errors import ConfigError, IndexMissingError, KbsearchError, NotFoundError, QueryError
from kbsearch.language import Message, message, translate
from kbsearch.query.parser import parse

HAN = re.compile("[一-鿿]")
_WORDS = "扩散 noise title: titel: date: in: tag: 2024 20244 .. ( ) + - AND OR NOT 且 非 ~3 ~ * : ： last days 近 月"
_PIECES = st.sampled_from([*_WORDS.split(), " ", '"', "“", '"a"~2'])


def said_in_chinese(text: str) -> bool:
    """Whether the text is a message with a Chinese form."""
    return isinstance(text, Message) and bool(HAN.search(translate(text, "zh"))) and translate(text, "en") == text


@settings(max_examples=600, deadline=None)
@given(st.lists(_PIECES, max_size=10).map("".join))
def test_what_is_said_about_a_query(query: str) -> None:
    """Whatever query: its error, the hint and the warnings have Chinese forms."""
    try:
        warnings = parse(query).warnings
    except QueryError as error:
        assert said_in_chinese(error.message), error
        assert not error.hint or said_in_chinese(error.hint), error.hint
        return
    for warning in warnings:
        assert said_in_chinese(warning), warning


def test_what_is_said_about_results(tmp_path: Path) -> None:
    """The notes of a search, and the errors of a knowledge base, have Chinese forms."""
    with pytest.raises(IndexMissingError) as missing:
        KnowledgeBase(tmp_path / "none", create=False)
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add([Post(id="a.md", title="甲", text="扩散模型 noise", category="c"), Post(id="b.md", text="采样")])
        results = [
            kb.search("zzzqqqxxx"),
            kb.search("扩散 采样", categories=["none"], tags=["none"]),
            kb.search("+扩散 +采样"),
            kb.search("tag:none"),
            kb.search("扩散模型 采样", sort="newest"),
            kb.search("…"),
        ]
        with pytest.raises(NotFoundError) as unknown:
            kb.get("c.md")
    for error in (missing.value, unknown.value):
        assert said_in_chinese(error.message), error
    for result in results:
        assert result.warnings
        for warning in result.warnings:
            assert said_in_chinese(warning), warning


def test_what_is_said_about_damage(tmp_path: Path) -> None:
    """What a check finds has a Chinese form."""
    with KnowledgeBase(tmp_path) as kb:
        kb.add([Post(id="a.md", text="甲")])
    (tmp_path / "CURRENT").write_text("nonsense", encoding="utf-8")
    problems = check_index(tmp_path).problems
    assert problems
    assert all(map(said_in_chinese, problems)), problems


CLUSTER = Path(kbsearch.__file__).parent / "engines" / "opensearch"


@pytest.mark.parametrize("path", sorted(CLUSTER.glob("*.py")), ids=lambda path: path.stem)
def test_whatever_is_said_about_a_cluster_is_a_message(path: Path) -> None:
    """Every error that the OpenSearch engine makes is made of a text that has a Chinese form."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors.__all__:
            said = node.args[0]
            assert isinstance(said, ast.Call) and ast.unparse(said.func) == "message", f"{path.name}:{node.lineno}"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, "Unauthorized"),
        (403, {"error": {"type": "security_exception", "reason": "no permissions for [indices:data/read/search]"}}),
        (403, {"message": "The request signature we calculated does not match.\n\nThe Canonical String …"}),
        (403, {"error": {"type": "cluster_block_exception", "reason": "read-only / allow delete (api)"}}),
        (403, {"error": {"type": "cluster_block_exception", "reason": "index read-only (api)"}}),
        (404, {"error": {"type": "index_not_found_exception", "reason": "no such index [x]"}}),
        (400, {"error": {"type": "mapper_parsing_exception", "reason": "failed to parse"}}),
        (400, {"error": {"type": "search_phase_execution_exception", "reason": "maxClauseCount is set to 1024"}}),
        (413, "Request Entity Too Large"),
        (429, {"error": {"type": "rejected_execution_exception", "reason": "queue is full"}}),
        (500, {}),
        (503, None),
    ],
)
def test_what_a_cluster_refuses(status: int, body: Any) -> None:
    """Each way in which a cluster refuses has a Chinese form, which keeps the cluster's own words."""
    error = refusal("https://host:9200", status, body)
    assert said_in_chinese(error.message), error
    assert "https://host:9200" in translate(error.message, "zh")


def test_what_is_said_about_clusters() -> None:
    """So do errors of the address, of secrets, of other writers, and where nothing of ours answers."""
    made: list[KbsearchError] = [
        no_index("https://host", "notes"),
        no_opensearch("https://host"),
        unreachable("https://host", OSError(), tls=True),
        unreachable("https://host", OSError(), tls=False),
        conflict("notes", None),
        conflict("notes", Lease("t", "machine", 7, 0.0)),
    ]
    secrets = ("USER", "me"), ("PASSWORD_FILE", "/nowhere"), ("API_KEY", "a\n"), ("AWS_SERVICE", "aoss")
    works: list[Callable[[], object]] = [
        partial(Cluster, ""),
        partial(Cluster, "https://me:secret@host"),
        partial(Cluster, "https://host", "Not A Name"),
        partial(Cluster, "https://host", shards=0),
        partial(Cluster.from_environment, {"KBSEARCH_OPENSEARCH_URL": "x", "KBSEARCH_OPENSEARCH_SHARDS": "x"}),
        *(partial(Secrets.from_environment, {f"KBSEARCH_OPENSEARCH_{name}": value}) for name, value in secrets),
    ]
    for work in works:
        with pytest.raises(ConfigError) as refused:
            work()
        made.append(refused.value)
    for error in made:
        assert said_in_chinese(error.message), error


def test_messages_are_plain_text() -> None:
    """A message is a string like any other: equal, pickled, and what an error says."""
    made = message("{path}: cannot be read ({reason})", path="a{b}.md", reason="x")
    assert made == "a{b}.md: cannot be read (x)"
    copy = pickle.loads(pickle.dumps(made))
    assert (copy, copy.template, copy.values) == (made, made.template, made.values)
    error = KbsearchError(made)
    assert str(error) == made
    assert error.message is made
    assert KbsearchError().message == ""
    assert KbsearchError(OSError("x")).message == "x"


@given(st.text(max_size=30), st.text(max_size=30))
def test_values_are_never_read_as_templates(path: str, reason: str) -> None:
    """Braces in a value stay what they are, in both languages."""
    made = message("{path}: cannot be read ({reason})", path=path, reason=reason)
    assert made == f"{path}: cannot be read ({reason})"
    assert translate(made, "zh") == f"{path}：无法读取（{reason}）"
