from __future__ import annotations

import logging
import os
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kbsearch.analysis.dictionary import Dictionary
from kbsearch.analysis.segment import Segmenter, add_words, cut

HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
SAMPLE = 3_000  # runs; KBSEARCH_FULL=1 takes all
USER_WORDS: dict[str, int | None] = {
    "扩散模型": None,
    "流匹配": None,
    "散模": 2_000_000,
    "的采样": 5,
    "机器学": None,
    "学习率调度器": None,
    "学习率": 3,
    "调度器": None,
    "乾坤": 0,
    "模型": 0,
    "样": 12,
    "㐂": None,
    "无分类器引导": None,
}


def spans(run: str, dictionary: Dictionary) -> list[tuple[str, int, int]]:
    """Terms with offsets, in jieba's order."""
    found = []
    for start, end, inner in cut(run, dictionary):
        found += [(run[i:j], i, j) for i, j in inner]
        found.append((run[start:end], start, end))
    return found


@pytest.fixture(scope="module")
def runs(shared_data: Path) -> list[str]:
    found: dict[str, None] = {}
    for path in sorted((shared_data / "posts").rglob("*.md")):
        found.update(dict.fromkeys(HAN_RUN.findall(path.read_text(encoding="utf-8", errors="replace"))))
    runs = sorted(found)
    return runs if os.environ.get("KBSEARCH_FULL") else random.Random(7).sample(runs, SAMPLE)


@pytest.fixture(scope="module")
def jieba(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The real jieba, its cache in a folder of its own."""
    module = pytest.importorskip("jieba")
    module.setLogLevel(logging.ERROR)
    tokenizer = module.Tokenizer()
    tokenizer.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    tokenizer.initialize()
    return tokenizer


def test_same_words_and_offsets_as_jieba(runs: list[str], jieba: Any) -> None:
    """Terms and offsets are those of jieba's search mode without HMM, on runs of real posts."""
    dictionary = Dictionary()
    assert [spans(run, dictionary) for run in runs] == [list(jieba.tokenize(run, "search", False)) for run in runs]


def test_same_words_and_offsets_as_rjieba(runs: list[str]) -> None:
    """Terms and offsets are also those of rjieba, on runs of real posts."""
    rjieba = pytest.importorskip("rjieba")
    dictionary = Dictionary()
    assert [spans(run, dictionary) for run in runs] == [rjieba.tokenize(run, "search", False) for run in runs]


def test_documents_are_segmented_alike_with_and_without_rjieba(runs: list[str]) -> None:
    """Where rjieba is not installed, documents get the same terms."""
    pytest.importorskip("rjieba")
    pure, rust = Segmenter(Dictionary(), pure=True), Segmenter(Dictionary())
    assert pure.terms(runs) == rust.terms(runs)
    assert [pure.words(run) for run in runs] == [rust.words(run) for run in runs]


@given(st.lists(st.text("机器学习扩散模型的采样率调度乾坤㐂々龥\u9fff\U00020000〇", max_size=30), max_size=5))
@example(["㐂", "々人", "〇", "\U00020000\U00020001"])
def test_rare_characters_are_words_of_their_own(runs: list[str]) -> None:
    """Characters that no dictionary knows make the same terms in every way of segmenting."""
    runs = [run for run in runs if run]
    assert Segmenter(Dictionary(), pure=True).terms(runs) == Segmenter(Dictionary()).terms(runs)


@given(st.text("机器学习扩散模型的采样率调度", min_size=1, max_size=60))
def test_words_cover_the_run(run: str) -> None:
    """The words on the path follow one another without gaps; the words inside them lie within."""
    words = cut(run, Dictionary())
    assert "".join(run[start:end] for start, end, _ in words) == run
    assert all(start <= i < j <= end for start, end, inner in words for i, j in inner)


def test_user_words_act_alike_in_jieba_rjieba_and_here(runs: list[str], jieba: Any) -> None:
    """A user's words, with and without frequency, give the same terms in all three."""
    rjieba = pytest.importorskip("rjieba")
    kept = {word: frequency for word, frequency in USER_WORDS.items() if frequency != 0}
    dictionary = Dictionary()
    add_words(dictionary, kept)
    rust = rjieba.Jieba()
    fresh = type(jieba)()
    fresh.FREQ, fresh.total, fresh.initialized = dict(jieba.FREQ), jieba.total, True
    for word, frequency in dictionary.added.items():
        rust.add_word(word, frequency, None)
        fresh.total -= fresh.FREQ.get(word, 0)  # jieba counts a changed word's old frequency too; rjieba does not
        fresh.add_word(word, kept[word])
        assert fresh.FREQ[word] == frequency
    runs = [*runs[:2_000], "扩散模型的采样", "机器学习率调度器", "散模型样", "无分类器引导与流匹配", "乾坤"]
    here = [spans(run, dictionary) for run in runs]
    assert here == [rust.tokenize(run, "search", False) for run in runs]
    assert here == [list(fresh.tokenize(run, "search", False)) for run in runs]
    assert Segmenter(dictionary).terms(runs) == [word for terms in here for word, _, _ in terms]


def test_a_frequency_of_zero_takes_a_word_out() -> None:
    """A user can make a dictionary word be cut, with rjieba installed or not."""
    assert Segmenter(Dictionary()).terms(["模型"]) == ["模型"]
    dictionary = Dictionary()
    add_words(dictionary, {"模型": 0})
    assert Segmenter(dictionary).terms(["模型"]) == ["模", "型"]
    assert Segmenter(dictionary, pure=True).terms(["扩散模型"]) == ["扩散", "模", "型"]


def test_a_word_without_frequency_is_kept_whole() -> None:
    """Naming a word is enough to have it as one word, its parts findable as before."""
    for word in ("流匹配", "扩散模型", "去噪扩散隐式模型"):
        dictionary = Dictionary()
        add_words(dictionary, {word: None})
        assert [(start, end) for start, end, _ in cut(word, dictionary)] == [(0, len(word))]
