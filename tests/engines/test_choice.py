"""Which engine suits how many posts."""

from __future__ import annotations

import pytest

from kbsearch import KnowledgeBase, Post, engines
from kbsearch.engines import CLUSTER_ENGINES, ENGINES, SUITS, better_engine


def test_every_engine_suits_something() -> None:
    """Each engine has a size it suits, ascending from the simplest to the largest."""
    assert list(SUITS) == [*ENGINES, *CLUSTER_ENGINES]
    assert list(SUITS.values()) == sorted(SUITS.values())


def test_better_engine() -> None:
    """The simplest engine that suits is named, and none while the present one does."""
    assert better_engine("whoosh", SUITS["whoosh"]) == ""
    assert better_engine("whoosh", SUITS["whoosh"] + 1) == "tantivy"
    assert better_engine("whoosh", SUITS["tantivy"] + 1) == "opensearch"
    assert better_engine("tantivy", SUITS["tantivy"]) == ""


def test_the_hint_comes_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update that outgrows the engine says so, and no later one does."""
    monkeypatch.setitem(engines.SUITS, "whoosh", 2)
    notes = tmp_path / "notes"
    notes.mkdir()
    said = []
    with KnowledgeBase(tmp_path / "index", engine="whoosh") as kb:
        for number in range(5):
            (notes / f"{number}.md").write_text(f"第 {number} 篇", encoding="utf-8")
            said.append([str(warning) for warning in kb.index(notes).warnings])
        kb.add([Post(id="x", text="y")])
    assert [len(warnings) for warnings in said] == [0, 0, 1, 0, 0]
    assert "--engine tantivy --rebuild" in said[2][0]
