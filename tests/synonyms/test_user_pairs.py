"""The user's own pairs: the text file and what it says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.errors import ConfigError
from kbsearch.synonyms.user_pairs import UserPairs, add_user_pair, read_user_pairs


def read(folder: Path, text: str) -> UserPairs:
    path = folder / "synonyms.txt"
    path.write_text(text, encoding="utf-8")
    return read_user_pairs(path)


@pytest.mark.parametrize(
    "line",
    [
        "扩散模型 = Diffusion Model",
        "扩散模型=Diffusion Model",
        "扩散模型 ＝ Diffusion Model  # as in the paper",
        "扩散模型\tDiffusion Model",
        "扩散模型, Diffusion Model",
        "扩散模型，Diffusion Model",
        "扩散模型、Diffusion Model",
        "\ufeff扩散模型 = Diffusion Model\r",
    ],
)
def test_forms(tmp_path, line):
    """Names are parted by =, a tab or a comma, in either width; what follows # is a comment."""
    pairs = read(tmp_path, f"{line}\n")
    assert list(pairs.same.values()) == [("扩散模型", "Diffusion Model", "synonyms.txt:1")]


def test_groups(tmp_path):
    """Several names on a line all mean the same; = parts names that hold commas, and C# is no comment."""
    pairs = read(tmp_path, "# 注释\n\na, b = C# = d\n")
    assert len(pairs.same) == 3
    assert pairs.same[UserPairs.keys("C#", "a, b")] == ("a, b", "C#", "synonyms.txt:3")


def test_last_line_holds(tmp_path):
    """A pair may be taken back and given again."""
    keys = UserPairs.keys("查询", "Runaway Query")
    assert read(tmp_path, "! 查询 = Runaway Queries").different == {keys}
    both = read(tmp_path, "! 查询 = Runaway Queries\n查询 = Runaway Queries")
    assert not both.different
    assert keys in both.same
    back = read(tmp_path, "查询 = Runaway Queries\n！查询 = Runaway Queries")
    assert back.different == {keys}
    assert not back.same


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("扩散模型", "is one name"),
        ("= 扩散模型 =", "is one name"),
        ("!", "no names"),
        ("扩散模型 = ？？", "is no name"),
        ("扩散模型 = \x1b[31m", "is no name"),
        ("模" * 81 + " = x", "longer than 80"),
        (" = ".join(map(str, range(21))), "21 names"),
    ],
)
def test_errors(tmp_path, line, message):
    """A line that cannot be understood is an error that names file and line and says what to write."""
    with pytest.raises(ConfigError, match=rf"synonyms\.txt, line 2: .*{message}.*write: name = name"):
        read(tmp_path, f"a = b\n{line}\n")


def test_not_utf8(tmp_path):
    """Bytes that are not UTF-8 are an error that names the line."""
    (tmp_path / "s.txt").write_bytes(b"a = b\n\xff\xfe = c\n")
    with pytest.raises(ConfigError, match=r"s\.txt, line 2: not UTF-8"):
        read_user_pairs(tmp_path / "s.txt")


def test_no_file(tmp_path):
    """A file that is not there is an error that names it."""
    with pytest.raises(ConfigError, match=r"missing\.txt"):
        read_user_pairs(tmp_path / "missing.txt")


def test_adding_lines(tmp_path):
    """Accepting and rejecting adds a line, also behind one without a line end, and keeps what was there."""
    path = tmp_path / "synonyms.txt"
    add_user_pair(path, ["扩散模型", "Diffusion Model"], same=True)
    path.write_text(path.read_text(encoding="utf-8") + "# mine\na = b", encoding="utf-8")
    add_user_pair(path, ["扩散模型", "Diffusion Model"], same=False)
    assert (
        path.read_text(encoding="utf-8") == "扩散模型 = Diffusion Model\n# mine\na = b\n! 扩散模型 = Diffusion Model\n"
    )
    pairs = read_user_pairs(path)
    assert set(pairs.same) == {UserPairs.keys("a", "b")}
    assert pairs.different == {UserPairs.keys("扩散模型", "Diffusion Model")}


@pytest.mark.parametrize("names", [["a"], ["a=b", "c"], ["a", "b\nc"], ["a #1", "b"], ["!a", "b"], ["", "b"]])
def test_names_that_cannot_be_written(tmp_path, names):
    """A name that would be read back otherwise is refused, and nothing is written."""
    with pytest.raises(ConfigError):
        add_user_pair(tmp_path / "synonyms.txt", names, same=True)
    assert not (tmp_path / "synonyms.txt").exists()


@given(st.binary(max_size=200))
def test_any_bytes(tmp_path_factory, data):
    """Any file is either read or refused with the line that is wrong."""
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    try:
        read_user_pairs(path)
    except ConfigError as error:
        assert "any.txt, line " in str(error)


@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=4), st.booleans())
def test_what_is_added_is_read(tmp_path_factory, names, same):
    """Whatever can be added is read back as it was given."""
    path = tmp_path_factory.mktemp("added") / "synonyms.txt"
    try:
        add_user_pair(path, names, same=same)
    except ConfigError:
        return
    pairs = read_user_pairs(path)
    for left, right in pairwise(names):
        keys = UserPairs.keys(left, right)
        assert keys in (pairs.same if same else pairs.different) or keys[0] == keys[1]
