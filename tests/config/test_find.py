"""Where kbsearch.toml is looked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kbsearch.config import find_config


def test_the_nearest_one_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for in the working directory, then in each folder above."""
    deep = project / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_config() is None
    (project / "kbsearch.toml").touch()
    assert find_config() == str(project / "kbsearch.toml")
    (project / "a/kbsearch.toml").touch()
    assert find_config() == str(project / "a/kbsearch.toml")


def test_not_beyond_a_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository's root is looked at, what is above it is not; .git may be a folder or a file (a work tree)."""
    (project / "kbsearch.toml").touch()
    for number, make in enumerate((Path.mkdir, Path.touch)):
        root = project / f"repository{number}"
        (root / "notes").mkdir(parents=True)
        make(root / ".git")
        monkeypatch.chdir(root / "notes")
        assert find_config() is None
        (root / "kbsearch.toml").touch()
        assert find_config() == str(root / "kbsearch.toml")


def test_not_beyond_home(project: Path) -> None:
    """Home is looked at, what is above it is not."""
    (project.parent.parent / "kbsearch.toml").touch()
    assert find_config() is None
    (project.parent / "kbsearch.toml").touch()
    assert find_config() == str(project.parent / "kbsearch.toml")


def test_a_working_directory_that_is_gone(project: Path) -> None:
    """Where there is no working directory any more, there is no file."""
    gone = project / "gone"
    gone.mkdir()
    os.chdir(gone)
    try:
        gone.rmdir()
        assert find_config() is None
    except OSError:
        pytest.skip("this system keeps working directories")
    finally:
        os.chdir(project)
