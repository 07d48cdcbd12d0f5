"""Every door to a knowledge base whose posts lie in a cluster: commands, web page, JSON API, agents' tools.

Each is opened by a real process, and says what it says of an index of the default engine over the same posts. What may
differ: how long it took, what the engine is, and scores, a little (docs/cluster.md), so posts that suit a question
almost equally well may change places.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from extras import require_extra
from mcp_process import connected
from opensearch_server import ask, temporary_cluster
from watcher_process import WatcherProcess
from web_process import web_server

from kbsearch.engines.opensearch import Cluster

POST = "NLP/word-embeddings.md"
QUERY_WITH_ALL = ["-c", "Generative Model", "-c", "NLP", "-t", "NumPy", "--since", "2020", "--until", "2025"]
COMMANDS = [
    ["query", "扩散模型"],
    ["query", "扩散模型", "--engine", "opensearch"],
    ["query", "模型", "-n", "3", "--page", "2", "--facets"],
    ["query", "模型", "--sort", "newest", *QUERY_WITH_ALL],
    ["query", '"attention mechanism" OR title:扩散 -tag:NumPy'],
    ["query", "difusion modle"],
    ["query", "zzzqqqxxx"],
    ["query", "扩散模型", "--json", "--facets"],
    ["latest", "-n", "5", "--page", "2"],
    ["show", POST],
    ["related", POST],
    ["links", POST],
    ["lint"],
    ["stats"],
    ["categories"],
    ["tags"],
    ["synonyms"],
    ["terms"],
    ["status"],
    ["check"],
]
API = [
    ("/api/search", {"q": "扩散模型"}),
    ("/api/search", {"q": "模型", "limit": "3", "page": "2", "facets": "1"}),
    ("/api/search", {"q": "模型", "category": "NLP", "tag": "NumPy", "since": "2019", "sort": "oldest"}),
    ("/api/search", {"q": "difusion modle"}),
    ("/api/search", {"q": "zzzqqqxxx"}),
    ("/api/posts", {"category": "NLP", "limit": "2"}),
    (f"/api/posts/{quote(POST)}", {}),
    ("/api/status", {}),
]
PAGES = [
    ("/", {}),
    ("/", {"category": "NLP", "page": "1"}),
    ("/search", {"q": "扩散模型"}),
    ("/search", {"q": "模型", "page": "2", "sort": "newest"}),
    ("/results", {"q": "difusion modle"}),
    (f"/post/{quote(POST)}", {"q": "word vectors"}),
]
TOOLS: list[tuple[str, dict[str, Any]]] = [
    ("search", {"query": "扩散模型", "facets": True}),
    ("search", {"query": "模型", "limit": 3, "page": 2, "category": ["NLP"], "sort": "newest"}),
    ("search", {"query": "difusion modle"}),
    ("search", {"query": "zzzqqqxxx"}),
    ("list", {"facets": True, "limit": 5}),
    ("fetch", {"id": POST}),
    ("fetch", {"id": POST, "section": "1"}),
    ("outline", {"id": POST}),
    ("related", {"id": POST}),
    ("status", {}),
]
# What an index of another engine may say otherwise, in text and in JSON.
_OTHERWISE = re.compile(r"\b[\d,.]+ ms\b|^(?:size|engine|updated) .*$", re.M)
_OTHERWISE_IN_JSON = {"took_ms", "score", "engine", "bytes", "updated", "size", "index"}


class Place(NamedTuple):
    """An index folder, and the options that go with it."""

    folder: Path
    options: tuple[str, ...] = ()


def options_of(cluster: Cluster) -> tuple[str, ...]:
    return "--url", cluster.url, "--name", cluster.name


def kbsearch(place: Place, *arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    command = [sys.executable, "-m", "kbsearch", *arguments, "--index-dir", str(place.folder), *place.options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with temporary_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Place:
    """The sample corpus in an index of the default engine."""
    place = Place(tmp_path_factory.mktemp("embedded") / "index")
    assert kbsearch(place, "index", str(sample_corpus), "--workers", "1")[0] == 0
    return place


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path, cluster: Cluster) -> Place:
    """The sample corpus in the cluster, put there by the command."""
    place = Place(tmp_path_factory.mktemp("kept") / "index", options_of(cluster))
    code, said = kbsearch(place, "index", str(sample_corpus), "--replicas", "0", "--workers", "1")
    assert code == 0 and "50 added" in said
    assert '"opensearch"' in (place.folder / "CURRENT").read_text()
    return place


@pytest.fixture
def joined(kept: Place, tmp_path: Path) -> Place:
    """Another machine's, which has the address and the name alone."""
    return Place(tmp_path / "joined", kept.options)


def same(answer: Any) -> Any:
    """An answer without what may differ."""
    if isinstance(answer, dict):
        return {key: same(value) for key, value in answer.items() if key not in _OTHERWISE_IN_JSON}
    return [same(each) for each in answer] if isinstance(answer, list) else answer


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_say_the_same(command: list[str], embedded: Place, kept: Place):
    """Each command ends and prints as for the default engine, but for times, sizes and the engine's name."""
    with_default = [each for each in command if each not in ("--engine", "opensearch")]
    (expected_code, expected), (code, said) = kbsearch(embedded, *with_default), kbsearch(kept, *command)
    assert code == expected_code
    if "--json" in command:
        assert same(json.loads(said)) == same(json.loads(expected))
    else:
        assert _OTHERWISE.sub("", said) == _OTHERWISE.sub("", expected)


@pytest.mark.parametrize(
    "command", [["query", "扩散模型"], ["latest"], ["related", POST], ["stats"], ["status"], ["check"]], ids=" ".join
)
def test_commands_join(command: list[str], embedded: Place, joined: Place):
    """A command on a machine that has the address and the name alone says the same, as its first."""
    (expected_code, expected), (code, said) = kbsearch(embedded, *command), kbsearch(joined, *command)
    assert code == expected_code
    assert _OTHERWISE.sub("", said) == _OTHERWISE.sub("", expected)


def test_all_hits_are_the_same(embedded: Place, kept: Place):
    """Of a word that most posts have, the same posts are found with the same excerpts, page by page."""
    found: list[dict[str, Any]] = []
    for place in (embedded, kept):
        pages = [json.loads(kbsearch(place, "query", "模型", "--json", "--page", str(n))[1]) for n in range(1, 5)]
        hits = [hit for page in pages for hit in page["results"]]
        assert len(hits) == pages[0]["total"] > 30
        found.append({hit["id"]: same(hit) for hit in hits})
        assert len(found[-1]) == len(hits)
    assert found[0] == found[1]


def get(address: str, path: str, parameters: dict[str, str]) -> str:
    query = "?" + urlencode(parameters) if parameters else ""
    with urllib.request.urlopen(f"{address}{path}{query}", timeout=60) as answer:
        text: str = answer.read().decode()
        return text


def test_web_page_and_api_say_the_same(embedded: Place, joined: Place):
    """The server's API and pages (search, second page, facets, filters, posts) are those of the default engine."""
    require_extra("web", "starlette", "uvicorn")
    with web_server(embedded.folder) as expected, web_server(joined.folder, *joined.options) as served:
        for path, parameters in API:
            answers = [json.loads(get(address, path, parameters)) for address in (served, expected)]
            assert same(answers[0]) == same(answers[1]), (path, parameters)
        for path, parameters in PAGES:
            pages = [get(address, path, parameters) for address in (served, expected)]
            assert _OTHERWISE.sub("", pages[0]) == _OTHERWISE.sub("", pages[1]), (path, parameters)


def test_agents_get_the_same(embedded: Place, joined: Place):
    """Each tool answers the SDK's own client as for the default engine, from a folder that was empty at the start."""
    require_extra("mcp", "mcp.client")
    with ExitStack() as stack:
        expected = stack.enter_context(connected("stdio", embedded.folder))
        served = stack.enter_context(connected("stdio", joined.folder, options=joined.options))
        for tool, arguments in TOOLS:
            assert same(served.answer(tool, **arguments)) == same(expected.answer(tool, **arguments)), (tool, arguments)


def test_a_watched_folder(tmp_path: Path, sample_corpus: Path):
    """``kbsearch watch`` fills a new index in the cluster, and what is saved meanwhile is found by another machine, by
    a server that was running before, and by its agents.
    """
    require_extra("watch", "watchfiles")
    notes = tmp_path / "notes"
    shutil.copytree(sample_corpus / "NLP", notes)
    with temporary_cluster() as cluster, ExitStack() as stack:
        options = options_of(cluster)
        watcher = stack.enter_context(WatcherProcess(notes, "--index-dir", tmp_path / "index", *options))
        watcher.begun()
        agent = stack.enter_context(connected("stdio", tmp_path / "agent", options=options))
        address = stack.enter_context(web_server(tmp_path / "web", *options))
        assert agent.answer("search", query="wombat")["total"] == 0
        (notes / "new.md").write_text("# A new note\n\nwombat\n")
        watcher.until(lambda: watcher.total("added") == len(list(notes.iterdir())), "the note was not added")
        assert agent.answer("search", query="wombat")["total"] == 1
        assert json.loads(get(address, "/api/search", {"q": "wombat"}))["total"] == 1
        code, said = kbsearch(Place(tmp_path / "joined", options), "query", "wombat")
        assert code == 0 and "A new note" in said
        assert watcher.end(signal.SIGINT) == 0, watcher.errors


def test_a_command_that_names_a_cluster_uses_it(tmp_path: Path, sample_corpus: Path):
    """An index that is made where a cluster is named lies there, without its engine being named; with an address
    alone, the message asks for the name.
    """
    with temporary_cluster() as cluster:
        named = Place(tmp_path / "index", options_of(cluster))
        assert kbsearch(named, "index", str(sample_corpus / "NLP"), "--replicas", "0")[0] == 0
        assert "opensearch" in kbsearch(Place(tmp_path / "joined", named.options), "status")[1]
        unnamed = Place(tmp_path / "unnamed", named.options[:2])
        code, said = kbsearch(unnamed, "index", str(sample_corpus / "NLP"))
        assert code == 2 and "--name" in said
        code, said = kbsearch(unnamed, "index", str(sample_corpus / "NLP"), "--engine", "whoosh")
        assert code == 0


@pytest.mark.parametrize("engine", [(), ("--engine", "opensearch")], ids=["default", "cluster"])
def test_measuring_leaves_the_posts_alone(engine: tuple[str, ...], tmp_path: Path, sample_corpus: Path):
    """``kbsearch eval`` measures with posts of its own: those under the user's name stay, and none are left behind."""
    with temporary_cluster() as cluster:
        place = Place(tmp_path / "index", options_of(cluster))
        assert kbsearch(place, "index", str(sample_corpus / "NLP"), "--replicas", "0")[0] == 0
        listing = f"{cluster.url}/_cat/indices/{cluster.name}*?format=json&h=index,docs.count"
        show = "show", POST.removeprefix("NLP/"), "--raw"
        before = ask("GET", listing), kbsearch(place, *show)
        code, said = kbsearch(place, "eval", "--own", *engine)
        assert code == 0, said
        assert (ask("GET", listing), kbsearch(place, *show)) == before
