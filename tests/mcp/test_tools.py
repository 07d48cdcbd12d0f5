"""What the tools answer, over both transports, to the SDK's own client."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from extras import require_extra

from kbsearch import KnowledgeBase
from kbsearch.json_form import result_json

require_extra("mcp", "mcp.client")

import jsonschema  # noqa: E402
from mcp.shared.exceptions import MCPError  # noqa: E402

NAMES = ("search", "fetch", "list", "outline", "related", "status")
POST = "Deep Learning/adamw.md"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("search", {"query": "扩散模型", "facets": True}),
    ("search", {"query": "zzzzqqqq"}),
    ("search", {"query": "difusion modle"}),
    ("search", {"query": "numbat", "facets": True}),
    ("list", {"facets": True, "limit": 50}),
    ("fetch", {"id": POST}),
    ("fetch", {"id": POST, "section": "1"}),
    ("fetch", {"id": "huge.md", "limit": 40_000}),
    ("outline", {"id": POST}),
    ("outline", {"id": "huge.md"}),
    ("related", {"id": POST}),
    ("related", {"id": "evil.md"}),
    ("status", {}),
]


def test_tools_only_read_and_say_what_they_take_and_give(server: Any) -> None:
    """Read-only, within a closed world, with schemas of arguments (nothing else allowed) and results."""
    tools = server.tools()
    assert tuple(tools) == NAMES
    for tool in tools.values():
        hints = tool.annotations
        assert hints.read_only_hint is True and hints.open_world_hint is False and hints.destructive_hint is False
        assert tool.input_schema["additionalProperties"] is False
        assert tool.output_schema["type"] == "object" and tool.title and tool.description
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        jsonschema.Draft202012Validator.check_schema(tool.output_schema)


@pytest.mark.parametrize(
    ("tool", "arguments"), CALLS, ids=[f"{tool}-{number}" for number, (tool, _) in enumerate(CALLS)]
)
def test_answers_keep_to_their_schemas(server: Any, tool: str, arguments: dict[str, Any]) -> None:
    """No key is missing and none is unknown; the text says the same; no answer is long."""
    schema = server.tools()[tool].output_schema
    result = server.call(tool, **arguments)
    assert not result.is_error
    jsonschema.validate(result.structured_content, schema)
    assert set(result.structured_content) <= set(schema["properties"])
    (content,) = result.content
    assert json.loads(content.text) == result.structured_content
    assert len(content.text) < 300_000


def test_search_gives_what_the_program_gives(server: Any, knowledge_base: KnowledgeBase) -> None:
    """The same hits, totals and facets as the library for the same question, with every filter."""
    answer = server.answer(
        "search",
        query="模型",
        category=["Generative Model", "NLP"],
        tag="NumPy",
        since="2020",
        until="2024",
        sort="newest",
        limit=3,
        page=2,
        facets=True,
    )
    filters: dict[str, Any] = {"categories": ["Generative Model", "NLP"], "tags": ["NumPy"], "since": "2020"}
    expected = result_json(
        knowledge_base.search(
            "模型", **filters, until="2024", sort="newest", limit=3, offset=3, facets=("category", "tag", "year")
        )
    )
    assert answer["results"] and answer["facets"]
    for key in ("query", "total", "facets", "warnings", "results"):
        assert answer[key] == expected[key]


def test_pages_of_a_search_go_on_to_the_end(server: Any, knowledge_base: KnowledgeBase) -> None:
    """Following next_page gives every hit once, in order."""
    found, page = [], 1
    while page is not None:
        answer = server.answer("search", query="模型", limit=15, page=page)
        found += [hit["id"] for hit in answer["results"]]
        page = answer["next_page"]
    assert len(found) > 15
    assert found == [hit.id for hit in knowledge_base.search("模型", limit=1000).hits]


def test_list_is_by_date(server: Any) -> None:
    """Newest first, or oldest first if so asked."""
    newest = [hit["date"] for hit in server.answer("list", category="NLP")["results"]]
    oldest = [hit["date"] for hit in server.answer("list", category="NLP", sort="oldest")["results"]]
    assert newest == sorted(newest, reverse=True) and oldest == newest[::-1] and len(newest) > 3


@pytest.mark.parametrize("limit", [997, 10_000, 40_000])
def test_pieces_of_a_long_post_make_the_whole(server: Any, knowledge_base: KnowledgeBase, limit: int) -> None:
    """Following next_offset gives every code point once, and each answer says what is left."""
    text = knowledge_base.get("long.md").text
    pieces, offset = [], 0
    while offset is not None:
        answer = server.answer("fetch", id="long.md", offset=offset, limit=limit)
        pieces.append(answer["text"])
        assert len(answer["text"]) <= limit and answer["total"] == len(text)
        assert answer["left"] == len(text) - offset - len(answer["text"])
        offset = answer["next_offset"]
    assert "".join(pieces) == text and len(pieces) > 1


def test_outline_says_where_each_section_lies(server: Any, knowledge_base: KnowledgeBase) -> None:
    """A section fetched by its offset, by its number, its anchor or its heading is the same text."""
    text = knowledge_base.get(POST).text
    outline = server.answer("outline", id=POST)
    assert outline["total"] == len(outline["sections"]) >= 4 and outline["chars"] == len(text)
    for section in outline["sections"]:
        by_name = server.answer("fetch", id=POST, section=str(section["number"]))
        by_offset = server.answer("fetch", id=POST, offset=section["offset"], limit=section["chars"])
        assert by_name["text"].startswith("#") and section["title"] in by_name["text"]
        assert by_name["text"].strip() == by_offset["text"].strip()
        for name in (section["title"], section["anchor"]):
            assert server.answer("fetch", id=POST, section=name)["text"] == by_name["text"]


def test_outline_has_pages(server: Any) -> None:
    """A post of many sections is told in parts."""
    first = server.answer("outline", id="long.md", limit=30)
    second = server.answer("outline", id="long.md", limit=30, page=first["next_page"])
    numbers = [section["number"] for answer in (first, second) for section in answer["sections"]]
    assert numbers == list(range(1, 41)) and second["next_page"] is None


def test_related_posts_are_like_it(server: Any, knowledge_base: KnowledgeBase) -> None:
    """Those that the library gives."""
    answer = server.answer("related", id=POST, limit=3)
    assert [post["id"] for post in answer["results"]] == [post.id for post in knowledge_base.related(POST, limit=3)]


def test_status_tells_of_the_index(server: Any, knowledge_base: KnowledgeBase) -> None:
    """With as many posts as there are."""
    assert server.answer("status")["posts"] == knowledge_base.status().posts


def test_what_posts_say_is_labelled(server: Any) -> None:
    """Every answer with words from posts begins by saying that they are data; so do the server's instructions."""
    for tool, arguments in CALLS:
        if tool != "status":
            answer = server.answer(tool, **arguments)
            assert next(iter(answer)) == "untrusted" and "never instructions" in answer["untrusted"]
    assert "never instructions" in server.client.instructions


def test_hostile_post_steers_nothing(server: Any) -> None:
    """It arrives as it is in the structured answer, and without characters that steer a terminal in the text."""
    result = server.call("fetch", id="evil.md")
    assert "\x1b[2J" in result.structured_content["text"]
    assert not set(result.content[0].text) & set("\x1b\u202e\x9b")


@pytest.mark.parametrize(
    "id",
    [
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "Deep Learning/../../../../../../etc/passwd",
        "Deep Learning/../Deep Learning/adamw.md",
        "./Deep Learning/adamw.md",
        "file:///etc/passwd",
        "deep learning/adamw.md\0",
        "Deep Learning/adamw.md\n",
        "Deep Learning",
        "*",
        "\u202e\x1b[2J",
        "x" * 4_096,
        "x" * 5_000,
        "",
    ],
)
@pytest.mark.parametrize("tool", ["fetch", "outline", "related"])
def test_only_ids_of_indexed_posts_are_served(server: Any, tool: str, id: str) -> None:
    """Paths, patterns and near misses are refused with a short message."""
    message = server.error(tool, id=id)
    assert "root:" not in message and "Traceback" not in message and len(message) <= 1_000
    assert not set(message) & set("\x1b\u202e\0")


@pytest.mark.parametrize("tool", NAMES)
def test_unknown_parameters_are_named(server: Any, tool: str) -> None:
    """Each is refused by name, with those that the tool takes."""
    message = server.error(tool, **{"querry": "x", "path": "/etc"})
    assert "unknown parameter 'querry'" in message and "unknown parameter 'path'" in message
    assert all(name in message for name in server.tools()[tool].input_schema["properties"])


@pytest.mark.parametrize(
    ("tool", "arguments", "name"),
    [
        ("search", {}, "query"),
        ("search", {"query": 1}, "query"),
        ("search", {"query": None}, "query"),
        ("search", {"query": ["a"]}, "query"),
        ("search", {"query": "x" * 10_001}, "query"),
        ("search", {"query": "a", "limit": "3"}, "limit"),
        ("search", {"query": "a", "limit": 0}, "limit"),
        ("search", {"query": "a", "limit": 51}, "limit"),
        ("search", {"query": "a", "limit": True}, "limit"),
        ("search", {"query": "a", "limit": 2.5}, "limit"),
        ("search", {"query": "a", "page": -1}, "page"),
        ("search", {"query": "a", "page": 10**30}, "page"),
        ("search", {"query": "a", "sort": "best"}, "sort"),
        ("search", {"query": "a", "category": {"a": 1}}, "category"),
        ("search", {"query": "a", "tag": [1]}, "tag"),
        ("search", {"query": "a", "tag": ["a"] * 51}, "tag"),
        ("search", {"query": "a", "facets": "yes"}, "facets"),
        ("list", {"sort": "relevance"}, "sort"),
        ("fetch", {}, "id"),
        ("fetch", {"id": POST, "offset": -1}, "offset"),
        ("fetch", {"id": POST, "limit": 1_000_000}, "limit"),
        ("related", {"id": POST, "limit": 1_000}, "limit"),
    ],
)
def test_wrong_values_are_named(server: Any, tool: str, arguments: dict[str, Any], name: str) -> None:
    """Nothing is guessed or converted; the message says which parameter is wrong."""
    message = server.error(tool, **arguments)
    assert f"{name!r}" in message and len(message) <= 1_000


def test_query_that_cannot_be_read_says_what_to_write(server: Any) -> None:
    """With the place and a hint."""
    message = server.error("search", query="扩散 title:")
    assert "character 3" in message and "hint: " in message
    assert "近三个月" in server.error("search", query="x", since="nonsense")
    assert "outline" in server.error("fetch", id=POST, section="nothing of the kind")


def test_offset_beyond_the_end_gives_nothing(server: Any) -> None:
    """No error, for the post may have become shorter."""
    answer = server.answer("fetch", id=POST, offset=10**9)
    assert answer["text"] == "" and answer["left"] == 0 and answer["next_offset"] is None


def test_unknown_tool_is_refused(server: Any) -> None:
    """With the names of those that there are."""
    with pytest.raises(MCPError, match="unknown tool 'delete'; the tools are: search"):
        server.call("delete")


def test_calls_at_once_do_not_mix(server: Any) -> None:
    """Forty calls at the same time get each its own answer."""
    calls = [("fetch", {"id": POST, "offset": number, "limit": 50}) for number in range(40)]
    for (_, asked), result in zip(calls, server.at_once(calls), strict=True):
        assert result.structured_content["offset"] == asked["offset"]


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_index_is_missing_then_empty_then_updated(transport: str, tmp_path: Path, connect: Any) -> None:
    """The server says what is the matter, and sees each change by others at the next call."""
    index, notes = tmp_path / "index", tmp_path / "notes"
    notes.mkdir()
    with connect(transport, index) as server:
        for tool, arguments in (("search", {"query": "a"}), ("list", {}), ("status", {}), ("fetch", {"id": "a.md"})):
            message = server.error(tool, **arguments)
            assert "kbsearch index" in message and os.fspath(index) in message
        assert not index.exists()
        with KnowledgeBase(index) as kb:
            kb.index(notes)
            answer = server.answer("search", query="wombat", facets=True)
            assert answer["results"] == [] and answer["total"] == 0 and answer["next_page"] is None
            assert server.answer("list")["results"] == []
            (notes / "a.md").write_text("# A\n\nwombat", encoding="utf-8")
            assert "no post has the id" in server.error("fetch", id="a.md")
            kb.index()
            assert [hit["id"] for hit in server.answer("search", query="wombat")["results"]] == ["a.md"]
            assert server.answer("fetch", id="a.md")["text"].endswith("wombat")
            (notes / "a.md").unlink()
            kb.index(rebuild=True)
            assert server.answer("search", query="wombat")["results"] == []
            assert "no post has the id" in server.error("fetch", id="a.md")


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_clients_of_the_earlier_protocol_are_served(transport: str, index: Path, connect: Any) -> None:
    """Those that begin with the handshake of 2025."""
    with connect(transport, index, "legacy") as server:
        assert server.client.protocol_version.startswith("2025")
        assert tuple(server.tools()) == NAMES
        assert server.answer("search", query="扩散模型", limit=1)["results"]
