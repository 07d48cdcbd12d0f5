"""Patterns as in .gitignore."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbsearch.corpus.ignore import MAX_PATTERNS, Ignore
from kbsearch.corpus.walk import walk


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("a.md", ["a.md", "x/a.md", "a.md/"], ["ba.md", "a.mdx", "x/a.md/y"]),
        ("/a.md", ["a.md"], ["x/a.md"]),
        ("x/a.md", ["x/a.md"], ["y/x/a.md"]),
        ("build/", ["build/", "x/build/"], ["build", "builds/"]),
        ("*.md", ["a.md", ".md", "x/y.md"], ["a.txt"]),
        ("x/*.md", ["x/a.md"], ["x/y/a.md", "a.md"]),
        ("**/y/a", ["y/a", "x/y/a"], ["a"]),
        ("x/**/a", ["x/a", "x/y/a", "x/y/z/a"], ["a", "z/x/a"]),
        ("x/**", ["x/a", "x/y/a"], ["x/", "x"]),
        ("a?c", ["abc", "a中c"], ["ac", "a/c"]),
        ("[a-c]x[!d]", ["axe", "cxx"], ["dxe", "axd", "ax"]),
        ("[]-]", ["]", "-"], ["a"]),
        ("[[:digit:]_]*", ["1a", "_"], ["a1"]),
        (r"\!a", ["!a"], ["a"]),
        (r"\#a", ["#a"], []),
        ("a ", ["a"], ["a "]),
        ("a\\ ", ["a "], ["a"]),
        ("a**b", ["ab", "axxb"], ["a/b"]),
        ("[a", [], ["[a", "a"]),
        ("a\\", [], ["a", "a\\"]),
        ("", [], ["a"]),
        ("# a", [], ["# a", "a"]),
        ("/", [], ["a/"]),
    ],
)
def test_one_pattern(pattern: str, matches: list[str], others: list[str]) -> None:
    """Each form of pattern matches what git says it does; a path ending in a slash is a folder."""
    ignore = Ignore([pattern])
    for path in matches:
        assert ignore.verdict(path.removesuffix("/"), folder=path.endswith("/")) is True, path
    for path in others:
        assert ignore.verdict(path.removesuffix("/"), folder=path.endswith("/")) is None, path


def test_the_last_pattern_decides() -> None:
    """A later pattern overrules an earlier one, in both directions."""
    ignore = Ignore(["*.md", "!keep*", "keep.tmp.*"])
    verdicts = [ignore.verdict(name, folder=False) for name in ("a.md", "keep.md", "keep.tmp.md", "b.txt")]
    assert verdicts == [True, False, True, None]


NAMES = st.sampled_from(["a", "b", "ab", "a.md", "b.md", "aa.md", "ab.txt", "x-y", "]", "!a", "a*b", "[a]", "-"])
PIECES = st.sampled_from(
    [
        *("a", "b", "ab", ".md", ".txt", "a.md", "*", "**", "?", "/", "**/", "/**", "/**/", "*.md", "//"),
        *("[ab]", "[!a]", "[a-b]", "[", "]", "[[:alpha:]]", "[^b]", "[]a]", "[a-]", "[b-a]"),
        *("!", "\\", "-", "#", " ", "\\*", "\\!"),
    ]
)
# Whether git takes the stars of `a**/` for a folder depends on its version.
UNSURE = re.compile(r"[^/]\*\*+(?:/|$)")
PATTERNS = st.lists(
    st.lists(PIECES, min_size=1, max_size=5).map("".join).filter(lambda pattern: not UNSURE.search(pattern)), max_size=4
)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here to compare with")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(files=[["a", "b.md"], ["b", "a", "b.md"]], top=["/*", "!/a"], inner=["!b.md"])
@given(files=st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=8), top=PATTERNS, inner=PATTERNS)
def test_same_files_as_git(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]], top: list[str], inner: list[str]
) -> None:
    """With random patterns in two nested folders, the walk finds exactly the files that git would add."""
    folder = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for parts in files:
        path = folder.joinpath(*parts)
        if not any(parent.is_file() for parent in path.parents) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x")
    (folder / ".gitignore").write_text("\n".join(top), encoding="utf-8")
    if (folder / "a").is_dir():
        (folder / "a" / ".gitignore").write_text("\n".join(inner), encoding="utf-8")
    command = ["git", "-C", str(folder), "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    expected = {path for path in listed if path and not os.path.basename(path).startswith(".")}
    found = {file.path for file in walk(folder, max_bytes=1000, suffixes=("",)).files}
    shutil.rmtree(folder)
    assert found == expected


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=5), st.text(min_size=1, max_size=20))
def test_any_pattern_is_taken(patterns: list[str], path: str) -> None:
    """No pattern is an error."""
    Ignore(patterns).verdict(path, folder=False)


def test_hostile_patterns_take_no_time() -> None:
    """Patterns made to send a matcher back and forth, long ones, and very many, are matched at once."""
    started = time.process_time()
    stars = Ignore(["*a" * 100 + "*b", "**/" + "*a/**/" * 50 + "b", "?*" * 400 + "b", "[a-z]*" * 90 + "1"])
    assert stars.verdict("a/" * 1000 + "a" * 250, folder=False) is None
    many = Ignore(f"*name{number}.x" for number in range(100_000))
    assert many.cut
    assert many.verdict(f"name{MAX_PATTERNS - 1}.x", folder=False) is True
    assert many.verdict(f"name{MAX_PATTERNS}.x", folder=False) is None
    assert time.process_time() - started < 3
