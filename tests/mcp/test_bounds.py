"""No answer is longer than a model can read, whatever posts hold; nothing of the program's inside gets out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import anyio
from extras import require_extra
from hypothesis import given
from hypothesis import strategies as st

from kbsearch import KnowledgeBase, Post

require_extra("mcp", "mcp.client")

from mcp import Client  # noqa: E402

from kbsearch.mcp.bounds import bounded, bounded_facets, bounded_hit  # noqa: E402
from kbsearch.mcp.server import build_server  # noqa: E402

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=130) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=200,
)


@given(JSON)
def test_what_is_short_stays_as_it_is(value: Any) -> None:
    """Values and their order are kept; only long strings are cut, only long lists shortened; twice is the same."""
    kept = bounded(value)
    assert bounded(kept) == kept

    def check(before: Any, after: Any) -> None:
        if isinstance(before, str):
            assert after == before if len(before) <= 300 else after == before[:299] + "…"
        elif isinstance(before, list):
            assert len(after) == min(len(before), 100)
            for pair in zip(before, after, strict=False):
                check(*pair)
        elif isinstance(before, dict):
            assert list(after) == list(before)
            for key in before:
                check(before[key], after[key])
        else:
            assert after == before

    check(value, kept)


def test_ranges_stay_within_a_cut_excerpt() -> None:
    """A formula may make an excerpt as long as it likes."""
    kept = bounded_hit({"id": "x" * 4_000, "excerpt": "x" * 9_000, "ranges": [[0, 5], [1_990, 1_999], [1_995, 2_005]]})
    assert len(kept["excerpt"]) == 2_000 and kept["ranges"] == [[0, 5], [1_990, 1_999]] and len(kept["id"]) == 4_000
    whole = {"excerpt": "abc", "ranges": [[1, 3]]}
    assert bounded_hit(whole) == whole


def test_facets_keep_the_most_frequent() -> None:
    """And say how many there were."""
    kept, warnings = bounded_facets({"tag": {f"t{n}": n for n in range(80)}, "year": {"2024": 1, "2023": 2}})
    assert list(kept["tag"].values()) == list(range(79, 29, -1)) and list(kept["year"]) == ["2024", "2023"]
    assert len(warnings) == 1 and "80" in warnings[0] and "tag" in warnings[0]


def call(kb: KnowledgeBase, tool: str, **arguments: object) -> Any:
    async def ask() -> Any:
        async with Client(build_server(kb)) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(ask)


def test_posts_full_of_enormous_things_make_short_answers(tmp_path: Path) -> None:
    """Titles, tags, headings, formulas, ids: an answer with a dozen such posts is far below the posts' size."""
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add(
            Post(
                id=f"{number}{'i' * 3_000}",
                title=f"wombat {'t' * 20_000}",
                text=f"# {'h' * 20_000}\n\n$$wombat + {'x + ' * 5_000}1$$\n\n" + "## s\n\n" * 600,
                tags=tuple(f"{tag} {'g' * 2_000}" for tag in range(150)),
                category="c" * 20_000,
            )
            for number in range(12)
        )
        search = call(kb, "search", query="wombat in:math", limit=50, facets=True)
        assert len(search.structured_content["results"]) == 12
        assert len(search.content[0].text) < 12 * 50_000
        id = search.structured_content["results"][0]["id"]
        for tool in ("fetch", "outline", "related"):
            assert len(call(kb, tool, id=id).content[0].text) < 200_000


class Broken(KnowledgeBase):
    """One with a fault of the program's own."""

    def read(self, id: str) -> Any:
        raise RuntimeError(f"secret {self.folder} {id}")


def test_a_fault_of_our_own_tells_nothing_of_the_inside(tmp_path: Path) -> None:
    """The client learns that there is one; the connection lives on."""
    with Broken(tmp_path / "index") as kb:
        kb.add([Post(id="a", text="wombat")])
        result = call(kb, "fetch", id="a")
        assert result.is_error and "secret" not in json.dumps(result.model_dump(mode="json"))
        assert "error in kbsearch itself" in result.content[0].text
        assert not call(kb, "search", query="wombat").is_error
