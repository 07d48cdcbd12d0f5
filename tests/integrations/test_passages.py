"""What all retrievers share."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from kbsearch import KnowledgeBase, Post
from kbsearch.errors import IndexMissingError, InputError
from kbsearch.integrations.passages import PassageFinder, read_filters

ANY = read_filters((), (), None, None)


def test_text_is_what_was_asked_for(index: str) -> None:
    """The excerpt, the Markdown of the best section, or that of the post."""
    with KnowledgeBase(index) as kb:
        (hit,) = kb.search("AdamW 问题出在哪 梯度", limit=1).hits
        post = kb.get(hit.id)
    (excerpt,) = PassageFinder(index, "excerpt").find("AdamW 问题出在哪 梯度", 1, ANY)
    (section,) = PassageFinder(index, "section").find("AdamW 问题出在哪 梯度", 1, ANY)
    (whole,) = PassageFinder(index, "post").find("AdamW 问题出在哪 梯度", 1, ANY)
    assert excerpt.text == hit.excerpt.text
    assert whole.text == post.text
    lines = post.text.split("\n")
    first, last = hit.section.line_start - post.line, hit.section.line_end - post.line
    assert section.text == "\n".join(lines[first : last + 1]) and len(section.text) < len(whole.text)
    assert section.metadata == whole.metadata == excerpt.metadata
    assert section.metadata["section"] == hit.section.title


def test_post_without_headings_is_one_section(index: str) -> None:
    """It is given whole, under the post's own id."""
    (found,) = PassageFinder(index, "section").find("wombat", 1, ANY)
    assert found.text == "A wombat digs.\n\nAnother paragraph." and found.id == "plain.md"


def test_metadata_are_json(index: str) -> None:
    """With all that is known of the place; vector stores and tracers want plain values."""
    for found in PassageFinder(index, "section").find("扩散模型", 10, ANY):
        assert json.loads(json.dumps(found.metadata)) == found.metadata
        assert found.metadata["path"] and found.metadata["title"] and found.metadata["category"]
        assert found.metadata["score"] == pytest.approx(found.score, abs=1e-4)
        assert found.id.partition("#")[0] == found.metadata["id"]


def test_filters_narrow(index: str) -> None:
    """One name or several; dates as everywhere."""
    finder = PassageFinder(index, "excerpt")
    one = finder.find("模型", 50, read_filters("NLP", "NumPy", "2018", None))
    assert one == finder.find("模型", 50, read_filters(["NLP"], ("NumPy",), "2018", None))
    assert one and all(found.metadata["category"] == "NLP" and "NumPy" in found.metadata["tags"] for found in one)
    assert all(found.metadata["date"] >= "2018" for found in one)


def test_index_may_be_made_and_updated_later(tmp_path: Path) -> None:
    """A missing one is an error with what to do; each question sees the last state."""
    finder = PassageFinder(tmp_path / "index", "section")
    with pytest.raises(IndexMissingError, match="kbsearch index"):
        finder.find("wombat", 1, ANY)
    with KnowledgeBase(tmp_path / "index") as kb:
        kb.add([Post(id="a", text="wombat")])
        assert [found.text for found in finder.find("wombat", 9, ANY)] == ["wombat"]
        kb.add([Post(id="b", text="wombat wombat")])
        assert len(finder.find("wombat", 9, ANY)) == 2


def test_finder_can_be_copied(index: str) -> None:
    """After it was used too: frameworks copy what they run, and send it to other processes."""
    finder = PassageFinder(index, "section")
    found = finder.find("AdamW", 3, ANY)
    for copied in (copy.deepcopy(finder), pickle.loads(pickle.dumps(finder))):
        assert copied.find("AdamW", 3, ANY) == found


def test_unknown_content_is_refused(index: str) -> None:
    """With those that there are."""
    with pytest.raises(InputError, match="excerpt, section, post"):
        PassageFinder(index, "all")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [("langchain", "langchain_core", "langchain"), ("llama_index", "llama_index", "llama-index"), ("haystack",) * 3],
)
def test_missing_package_names_the_extra(module: str, package: str, extra: str) -> None:
    """The error is one of ours and says what to install."""
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from kbsearch.errors import KbsearchError\n"
        f"try:\n    import kbsearch.integrations.{module}\n"
        "except KbsearchError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert f"kbsearch[{extra}]" in done.stdout
