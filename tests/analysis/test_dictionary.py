from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbsearch.analysis.dictionary import _WORDS, Dictionary, _WordList
from kbsearch.errors import ConfigError

LINES = [line for line in _WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith(("#", "total "))]


def test_every_word_is_found() -> None:
    """Bisection finds the words of the file, first, last and any between, and none that is not there."""
    dictionary = Dictionary()
    for line in [LINES[0], LINES[-1], *random.Random(3).sample(LINES, 2_000)]:
        word, frequency = line.split(" ")
        assert dictionary.frequency(word) == int(frequency)
    assert dictionary.frequency("散模") == dictionary.frequency("") == dictionary.frequency("\ud800") == 0


def test_words_are_sorted_and_total_holds_them() -> None:
    """The file is in the order that bisection needs."""
    lines = [f"{line}\n".encode() for line in LINES]
    assert lines == sorted(lines)
    assert 0 < sum(int(line.split(" ")[1]) for line in LINES) < Dictionary().total


def test_starting_with_a_pair() -> None:
    """A pair gives its first character and all words that begin with both, with their lengths."""
    lengths, words = Dictionary().starting_with("模型")
    expected = {line.split(" ")[0] for line in LINES if line.startswith("模型")} | {"模"}
    assert set(words) == expected
    assert lengths == tuple(sorted(set(map(len, expected))))


def test_added_words_count() -> None:
    """An added word is found by its first two characters; the total grows by what its frequency grew."""
    dictionary = Dictionary()
    before = dictionary.total
    assert "扩散模型" not in dictionary.starting_with("扩散")[1]
    dictionary.add("扩散模型", 5)
    dictionary.add("扩散模型", 8)
    assert "扩散模型" in dictionary.starting_with("扩散")[1]
    assert (dictionary.frequency("扩散模型"), dictionary.total) == (8, before + 8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.text("一模型 \n9", min_size=1, max_size=3))
@example(b"# x\ntotal 9\n", "一")
@example("# x\ntotal 9\n一 九\n".encode(), "一")
@example("# x\ntotal 9\n一".encode(), "一")
def test_a_damaged_list_is_a_clear_error_or_has_no_words(tmp_path: Path, data: bytes, prefix: str) -> None:
    """Whatever the file holds, looking a word up ends, with words or a ConfigError that says what to do."""
    path = tmp_path / "words.txt"
    path.write_bytes(data)
    try:
        found = _WordList(path).starting_with(prefix)
    except ConfigError as error:
        assert "install kbsearch again" in str(error)
    else:
        assert all(isinstance(frequency, int) for frequency in found.values())


def test_a_missing_list_is_a_clear_error(tmp_path: Path) -> None:
    """Without its word list, the package says so."""
    with pytest.raises(ConfigError, match="missing or damaged"):
        _WordList(tmp_path / "nowhere.txt")
