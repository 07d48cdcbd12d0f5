"""Laying English phrases over Chinese text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.synonyms.evidence import fits
from kbsearch.synonyms.lexicon import Alignment, align, renderings


@pytest.mark.parametrize(
    ("latin", "han"),
    [
        ("Diffusion Model", "扩散模型"),
        ("Foreign Key", "外键"),
        ("Java Virtual Machine", "Java 虚拟机"),
        ("reparameterization trick", "重参数化技巧"),
        ("warm-up", "预热"),
        ("PromptTemplate", "提示模板"),
        ("machine learning", "機器學習"),
    ],
)
def test_fits(latin, han):
    """A term fits its translation word by word."""
    assert fits(latin, han)


@pytest.mark.parametrize(
    ("latin", "han"),
    [
        ("Diffusion Model", "我们使用扩散模型"),  # begins too early
        ("Parallel Agent", "并行"),  # a word is missing
        ("Import", "导入数据"),  # too much is left over
        ("configmap", "配置"),  # a compound is more than its first part
        ("node1", "节点"),
        ("Chrome", "浏览器"),
        ("", "模型"),
    ],
)
def test_does_not_fit(latin, han):
    """A term does not fit what is longer, shorter, or something else."""
    assert not fits(latin, han)


def test_start_of_the_term():
    """The alignment tells where the Chinese term begins in running text."""
    assert align("Diffusion Model", "我们使用扩散模型") == Alignment(start=4, missing=0, words=2, bare=0)


def test_inflections_share_renderings():
    """A word stands for its inflections, but not for every word that begins alike."""
    assert "优化" in renderings("optimizers")
    assert "地址" in renderings("address")
    assert "加法" not in renderings("address")


@given(st.text(max_size=40), st.text(alphabet="扩散模型的a 1-", max_size=30))
def test_any_names(latin, han):
    """Any two texts can be laid over each other; the numbers stay within their bounds."""
    found = align(latin, han)
    assert -1 <= found.start < max(len(han), 1)
    assert 0 <= found.missing <= found.words
    assert 0 <= found.bare <= len(han)
