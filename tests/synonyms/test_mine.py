"""Pairs of names found in one post."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from cpu_time import assert_growth
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.dictionary import Dictionary
from kbsearch.analysis.segment import path
from kbsearch.corpus.markdown import parse_markdown
from kbsearch.model import Document
from kbsearch.synonyms.aggregate import aggregate
from kbsearch.synonyms.mine import mine
from kbsearch.synonyms.pair import Pair


@pytest.fixture(scope="module")
def words():
    dictionary = Dictionary()
    return lambda run: [run[start:end] for start, end in path(run, dictionary)]


def used(markdown: str, words=None, **metadata) -> set[frozenset[str]]:
    """The pairs that are used without asking if this is the only post."""
    pairs = mine(parse_markdown(markdown), words=words, **metadata)
    return {frozenset((pair.left, pair.right)) for pair in aggregate([("post", pairs)]).auto}


def pairs(*names: str) -> set[frozenset[str]]:
    return set(map(frozenset, combinations(names, 2)))


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("扩散模型（Diffusion Model）是一类生成模型。", ("扩散模型", "Diffusion Model")),
        ("扩散模型 (diffusion models) 是一类生成模型。", ("扩散模型", "diffusion models")),
        ("**扩散模型**（*Diffusion Model*）是一类生成模型。", ("扩散模型", "Diffusion Model")),
        ("所谓“感受野”（receptive field）就是这个。", ("感受野", "receptive field")),
        ("上采样（Up-sampling）有四种。", ("上采样", "Up-sampling")),
        ("提示模板（PromptTemplate）", ("提示模板", "PromptTemplate")),
        ("KL 散度（KL divergence）不对称。", ("KL 散度", "KL divergence")),
        ("擴散模型（Diffusion Model）是生成模型。", ("擴散模型", "Diffusion Model")),
        ("The receptive field (感受野) of a unit.", ("receptive field", "感受野")),
        ("我们用 Diffusion Model（扩散模型）生成图像。", ("Diffusion Model", "扩散模型")),
        ("召回率（又称查全率）是另一个指标。", ("召回率", "查全率")),
        ("逻辑回归，也叫做 Logistic Regression。", ("逻辑回归", "Logistic Regression")),
        ("北京大学，简称北大。", ("北京大学", "北大")),
        ("Exponential Moving Average (EMA) smooths weights.", ("Exponential Moving Average", "EMA")),
        ("We use LoRA (Low-Rank Adaptation) here.", ("Low-Rank Adaptation", "LoRA")),
        ("EMA, short for Exponential Moving Average.", ("EMA", "Exponential Moving Average")),
    ],
)
def test_forms(text, pair, words):
    """Each way in which authors equate two names is found, and one mention is enough."""
    assert frozenset(pair) in used(text, words)


@pytest.mark.parametrize(
    "text",
    [
        "随机微分方程（Stochastic Differential Equation, SDE）",
        "随机微分方程（Stochastic Differential Equation，简称 SDE）",
        "随机微分方程（SDE，Stochastic Differential Equation）",
        "SDE（Stochastic Differential Equation，随机微分方程）",
    ],
)
def test_three_names(text, words):
    """A term with its English name and its abbreviation gives all three pairs."""
    assert used(text, words) == pairs("随机微分方程", "Stochastic Differential Equation", "SDE")


@pytest.mark.parametrize(
    "text",
    [
        "我们使用扩散模型（Diffusion Model）生成图像。",
        "本文首先介绍扩散模型（Diffusion Model）的原理。",
        "很多人把它叫做扩散模型（Diffusion Model）。",
        "训练了一个条件扩散模型（Diffusion Model）。",
        "与GAN不同的扩散模型（Diffusion Model）。",
    ],
)
def test_left_boundary(text, words):
    """The Chinese name begins where the English one does, whatever stands before it in the sentence."""
    assert used(text, words) == pairs("扩散模型", "Diffusion Model")


@pytest.mark.parametrize(
    "text",
    [
        "浏览器（Chrome）不支持。",
        "数据库（例如 MySQL）很慢。",
        "数据库（MySQL、TiDB）很慢。",
        "这一版本（GA）已经发布。",
        "平均延迟（ms）很低。",
        "张三（2014）提出了方法。",
        "作者（Larry Wasserman）的书。",
        "论文（Li et al., 2014）指出。",
        "见附录（Appendix A）。",
        "打开文件（config.yaml）。",
        "调用函数（`diffusion_model`）。",
        "扩散模型（v2.8.3）已发布。",
        "扩散模型（https://example.org/model）",
        "这个方法（实验特性）很好。",
        "我们测试了过拟合（不是模型的错）。",
        "扩散模型（Diffusion\n\nModel）",
        "默认为 true（即开启限流）。",
        "飞书管理后台（以下简称 Admin）",
        "`扩散模型`（`Diffusion Model`）",
        "$x$（Diffusion Model）",
    ],
)
def test_other_brackets(text, words):
    """Remarks, examples, citations, units, versions, files, links, code and people are not used."""
    assert used(text, words) == set()


def test_code_and_math_are_left_out(words):
    """Nothing inside code blocks or formulas is taken for a pair."""
    text = "```\n扩散模型（Diffusion Model）\n```\n\n$$\\text{扩散模型（Diffusion Model）}$$\n"
    assert used(text, words) == set()


def test_part_of_a_word_is_no_name(words):
    """过拟合 is not cut to 拟合, though 拟合 alone would fit as well."""
    assert used("这会导致过拟合（fitting）。", words) == set()


def test_glossary(words):
    """Rows of a table with such headers give their names pairwise; other tables give none."""
    table = "| 中文 | English | 缩写 |\n| --- | --- | --- |\n| 指数移动平均 | Exponential Moving Average | EMA |\n"
    assert used(table, words) == pairs("指数移动平均", "Exponential Moving Average", "EMA")
    assert used("| 参数 | 默认 |\n| --- | --- |\n| 学习率 | warmup |\n", words) == set()


def test_aliases(words):
    """Aliases count where they name the same thing in another language or shorter; paths and topics do not."""
    found = used(
        "",
        words,
        title="指数移动平均：给权重留一个影子",
        aliases=("EMA", "Exponential Moving Average", "/docs/ema.html", "滑动窗口"),
    )
    assert found == pairs("指数移动平均", "EMA", "Exponential Moving Average")


def test_without_words():
    """Without a segmenter names that punctuation delimits are found all the same."""
    assert used("“扩散模型”（Diffusion Model）") == pairs("扩散模型", "Diffusion Model")


def test_excerpt_shows_the_place(words):
    """The evidence is the text around the pair, on one line."""
    pair = mine(Document("前文。\n\n扩散模型（Diffusion Model）的原理。"), words=words)[0]
    assert pair == Pair(
        "扩散模型", "Diffusion Model", "bracket", excerpt="前文。 扩散模型（Diffusion Model）的原理。", proved=True
    )


def test_sample_corpus(sample_corpus: Path, words):
    """The sample posts' own definitions are found."""
    text = (sample_corpus / "Generative Model/score-matching-and-sde.md").read_text()
    wanted = pairs("随机微分方程", "SDE") | pairs("得分函数", "score function") | pairs("去噪得分匹配", "DSM")
    assert wanted <= used(text, words)


_pieces = st.sampled_from(
    [
        "扩散模型",
        "Diffusion Model",
        "EMA",
        "（",
        "(",
        "）",
        ")",
        "，",
        ", ",
        "又称",
        "简称",
        " aka ",
        "是",
        "\n",
        " ",
        "`",
        "￼",
    ]
)


@given(st.lists(_pieces | st.text(max_size=5), max_size=40).map("".join), st.text(max_size=20))
def test_any_text(text, alias):
    """Any text is mined without error; names and excerpts come from it, and breaks lie within the name."""
    for pair in mine(Document(text), title=alias, aliases=(alias, text[:30])):
        assert pair.left
        assert pair.right
        assert all(0 < place < len(pair.left) for place in pair.breaks)
        assert "\n" not in pair.excerpt


@pytest.mark.parametrize(
    "piece", ["（", "a（", "扩散模型（", "又称", "x aka ", "扩（a", "扩散模型（Diffusion Model）", "a ", "模"]
)
def test_linear(piece):
    """Twenty times the text takes about twenty times as long, whatever it is made of."""
    assert_growth(lambda count: partial(mine, Document(piece * count)), 500, 10_000, at_most=60)
