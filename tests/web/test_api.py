from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from kbsearch import KnowledgeBase
from kbsearch.cli import cli


def run(kb: KnowledgeBase, *arguments: str) -> dict[str, object]:
    result = CliRunner().invoke(cli, [*arguments, "--json", "--index-dir", str(kb.folder)])
    answer: dict[str, object] = json.loads(result.stdout)
    answer.pop("took_ms", None)
    return answer


def ask(client: TestClient, address: str, **params: object) -> dict[str, object]:
    response = client.get(address, params=params)
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    answer.pop("took_ms", None)
    return answer


def test_search_gives_what_the_command_prints(client: TestClient, kb: KnowledgeBase) -> None:
    """The same JSON for the same question, with every parameter."""
    plain = run(kb, "query", "扩散模型")
    assert ask(client, "/api/search", q="扩散模型") == plain
    options = ["-c", "Generative Model", "-c", "NLP", "-t", "NumPy", "--since", "2020", "--until", "2024", "--sort"]
    printed = run(kb, "query", "模型", *options, "newest", "-n", "3", "--page", "2", "--facets")
    same = ask(
        client,
        "/api/search",
        q="模型",
        category=["Generative Model", "NLP"],
        tag="NumPy",
        since="2020",
        until="2024",
        sort="newest",
        limit=3,
        page=2,
        facets=1,
    )
    assert same == printed


def test_posts_post_and_status_give_what_the_commands_print(client: TestClient, kb: KnowledgeBase) -> None:
    """latest, show and status."""
    assert ask(client, "/api/posts", category="NLP", limit=2) == run(kb, "latest", "-c", "NLP", "-n", "2")
    assert ask(client, "/api/posts/NLP/word-embeddings.md") == run(kb, "show", "NLP/word-embeddings.md")
    status = ask(client, "/api/status")
    assert status.pop("schema_version") == 1
    assert status == run(kb, "status")


def test_nothing_found_is_valid(client: TestClient) -> None:
    """An answer without hits has all its keys."""
    answer = ask(client, "/api/search", q="zzzzqqqq")
    assert answer["results"] == [] and answer["total"] == 0


@pytest.mark.parametrize(
    ("address", "status", "kind"),
    [
        ("/api/search?q=foo:bar", 400, "QueryError"),
        ("/api/search?q=a&since=nonsense", 400, "QueryError"),
        ("/api/search?query=a", 400, "ParameterError"),
        ("/api/search?q=a&limit=ten", 400, "ParameterError"),
        ("/api/search?q=a&limit=100000", 400, "ParameterError"),
        ("/api/search?q=a&sort=best", 400, "ParameterError"),
        ("/api/posts?q=a", 400, "ParameterError"),
        ("/api/posts/evil.md?x=1", 400, "ParameterError"),
        ("/api/status?x=1", 400, "ParameterError"),
        ("/api/posts/none.md", 404, "NotFoundError"),
        ("/api/nothing", 404, "NotFoundError"),
    ],
)
def test_errors_are_json(client: TestClient, address: str, status: int, kind: str) -> None:
    """Each says its kind, what is wrong, where, and what to do."""
    answer = client.get(address)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["kind"] == kind and error["message"]
    if kind == "QueryError":
        assert isinstance(error["position"], int)
    if address.endswith("query=a"):
        assert "q" in error["hint"]


def test_openapi_names_every_parameter_and_every_key(client: TestClient) -> None:
    """The document and the answers agree: no key that it lacks, none missing that it requires."""
    document = client.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]

    def check(value: object, schema: dict[str, object]) -> None:
        if "$ref" in schema:
            schema = schemas[str(schema["$ref"]).rpartition("/")[2]]
        if schema.get("type") == "object" and "properties" in schema:
            assert isinstance(value, dict)
            properties = schema["properties"]
            assert isinstance(properties, dict)
            assert set(value) <= set(properties)
            assert set(schema["required"]) <= set(value)  # type: ignore[call-overload]
            for name, inner in value.items():
                check(inner, properties[name])
        elif schema.get("type") == "array":
            assert isinstance(value, list)
            for inner in value:
                check(inner, schema["items"])  # type: ignore[arg-type]

    known = {p["name"] for p in document["paths"]["/api/search"]["get"]["parameters"]}
    assert known == {"q", "category", "tag", "since", "until", "sort", "limit", "page", "facets"}
    check(client.get("/api/search?q=模型&facets=1").json(), {"$ref": "#/components/schemas/SearchResult"})
    check(client.get("/api/posts/evil.md").json(), {"$ref": "#/components/schemas/Post"})
    check(client.get("/api/status").json(), {"$ref": "#/components/schemas/Status"})
    check(client.get("/api/none").json(), {"$ref": "#/components/schemas/Error"})


def test_index_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """A missing index is status 503 with the command that mends it, for pages and API."""
    from kbsearch.web import create_app

    with TestClient(create_app(KnowledgeBase(tmp_path / "none")), base_url="http://localhost") as client:
        answer = client.get("/api/search?q=a")
        assert answer.status_code == 503 and "kbsearch index" in answer.json()["error"]["message"]
        assert client.get("/").status_code == 503
