"""Words that a corpus has and the dictionary does not."""

from __future__ import annotations

import pytest

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.new_words import find_new_words


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


def test_a_word_cut_apart_is_proposed(analyzer: Analyzer) -> None:
    """A word that segmentation cuts, used in several posts among varied words, is proposed with its counts."""
    texts = [
        f"{before}跳跃连接{after}。"
        for before, after in [("网络的", "很有用"), ("使用", "之后"), ("没有", "就慢"), ("这些", "都好")]
    ] * 2
    found = {each.word: each for each in find_new_words(texts, analyzer.words)}
    assert found["跳跃连接"].count == 8
    assert found["跳跃连接"].posts == 8


def test_chance_neighbours_are_not(analyzer: Analyzer) -> None:
    """Frequent words that stand together now and then are no new word; nor is grammar."""
    words = ["模型", "数据", "训练", "方法", "结果", "问题", "时间", "系统"]
    texts = ["".join(words[(i * k) % 8] for i in range(8)) + "的模型" for k in range(1, 60)]
    assert not [each for each in find_new_words(texts, analyzer.words) if "的" in each.word]


def test_nothing_from_nothing(analyzer: Analyzer) -> None:
    """No text, no proposals."""
    assert find_new_words([], analyzer.words) == []
    assert find_new_words(["abc 1 2 3"], analyzer.words) == []
