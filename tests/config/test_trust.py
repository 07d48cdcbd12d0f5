"""The user's word for a file that leads out of its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbsearch.config.read import distrust_file, read_config, trust_file
from kbsearch.config.trust import trusted_list
from kbsearch.errors import ConfigError


@pytest.fixture
def path(project: Path) -> Path:
    """A file that leads out of its folder."""
    file = project / "kbsearch.toml"
    file.write_text("paths = ['../notes', '~/more']\n")
    return file


def test_trust_opens_the_way(path: Path) -> None:
    """A trusted file may name paths anywhere; the word can be taken back."""
    with pytest.raises(ConfigError, match="kbsearch config trust"):
        read_config(path)
    trust_file(path)
    config = read_config(path)
    assert config.trusted
    assert config.values["paths"] == [str(path.parent.parent / "notes"), str(path.parent.parent / "more")]
    distrust_file(path)
    with pytest.raises(ConfigError, match="leads out"):
        read_config(path)


def test_trust_ends_with_the_next_change(path: Path) -> None:
    """The word holds for the bytes that the user saw: a changed file is not trusted, the old bytes are again."""
    trust_file(path)
    seen = path.read_bytes()
    path.write_bytes(seen + b"index = '/tmp/elsewhere'\n")
    with pytest.raises(ConfigError, match="leads out"):
        read_config(path)
    path.write_bytes(seen)
    assert read_config(path).trusted


def test_trust_is_for_one_place(path: Path) -> None:
    """The same bytes in another folder are not trusted."""
    trust_file(path)
    other = path.parent / "copy" / "kbsearch.toml"
    other.parent.mkdir()
    other.write_bytes(path.read_bytes())
    with pytest.raises(ConfigError, match="leads out"):
        read_config(other)


def test_trusting_again_leaves_one_line(path: Path) -> None:
    """The list has one line a file, and others' lines stay."""
    other = path.parent / "other.toml"
    other.write_text("limit = 3")
    trust_file(other)
    trust_file(path)
    path.write_text("index = '..'")
    trust_file(path)
    assert len(trusted_list().read_text().splitlines()) == 2
    assert read_config(other).trusted
    assert read_config(path).trusted


def test_a_project_cannot_trust_itself(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative XDG_CONFIG_HOME, which would lead into the project, is not heeded."""
    monkeypatch.setenv("XDG_CONFIG_HOME", ".")
    monkeypatch.setenv("APPDATA", ".")
    assert path.parent not in trusted_list().parents


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\n", b"no list\n" * 1000, b"  \n" * 10])
def test_a_damaged_list_trusts_nothing(path: Path, content: bytes) -> None:
    """Whatever stands in the list, only a line for this file with these bytes trusts it; trusting still works."""
    trusted_list().parent.mkdir(parents=True)
    trusted_list().write_bytes(content)
    with pytest.raises(ConfigError, match="leads out"):
        read_config(path)
    trust_file(path)
    assert read_config(path).trusted


def test_a_list_that_cannot_be_used(path: Path) -> None:
    """A list that cannot be read is an error that names it, and nothing is trusted."""
    trusted_list().mkdir(parents=True)
    for act in (read_config, trust_file, distrust_file):
        with pytest.raises(ConfigError, match="list of trusted files cannot be used"):
            act(path)
