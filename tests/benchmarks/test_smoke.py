"""The benchmarks run from posts to report, on a handful of posts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.compare import compare, finish
from benchmarks.corpus import KINDS, make_questions, make_size, mutate
from benchmarks.report import targets, write_report


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, sample_corpus: Path) -> Path:
    """A folder of the form that the benchmarks take, with the sample corpus in it."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "posts").symlink_to(sample_corpus, target_is_directory=True)
    return folder


def test_sizes_are_exact_and_repeatable(data: Path, tmp_path: Path) -> None:
    """Asked for fewer or more posts than there are, it makes exactly so many, the same each time."""
    for posts in (7, 70):
        first, second = (make_size(data, posts, tmp_path / name) for name in ("a", "b"))
        assert len(list((first / "files").rglob("*.md"))) == posts
        assert (first / "tokens.jsonl").read_bytes() == (second / "tokens.jsonl").read_bytes()


def test_mutation_keeps_the_words_and_the_front_matter() -> None:
    """A mutated post has another title, its front matter, and only sections of the two posts."""
    import random

    one = "---\ntitle: 甲\ndate: 2024-01-01\n---\n开头\n# A\n一\n# B\n二\n```\n# not a heading\n```\n"
    two = "# C\n三\n"
    made = mutate(one, two, random.Random(1))
    assert made.startswith("---\ntitle: 甲 ")
    assert "date: 2024-01-01\n---\n开头\n" in made
    assert "# C\n三\n" in made
    if "# B" in made:
        assert "# B\n二\n```\n# not a heading\n```\n" in made


def test_questions_of_every_kind(data: Path, tmp_path: Path) -> None:
    """The posts' own titles and headings give questions of every kind."""
    place = make_size(data, 50, tmp_path)
    assert {question.kind for question in make_questions(place, 3)} == set(KINDS)


def test_from_posts_to_report(data: Path, tmp_path: Path) -> None:
    """Measuring and reporting work end to end with the contenders that are always there."""
    results = compare(data, [12], tmp_path, repeats=1, questions=1, only="kbsearch whoosh", patience=1)
    finish(results, tmp_path, 1)
    row = results["sizes"]["12"]
    cell = row["alone"]["kbsearch whoosh"]
    assert cell["builds"][0]["seconds"] > 0
    assert cell["asks"][0]["kinds"]
    again = json.loads(json.dumps(results))
    assert "kbsearch whoosh" in write_report(again, tmp_path / "performance.md")
    assert {target.what.partition(",")[0] for target in targets(again)} == {"cold process"}  # too few posts for others
