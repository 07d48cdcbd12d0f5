"""What a Chinese-writing engineer types, and what must be found: the faults usual in other set-ups, one test each."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

import pytest

from kbsearch import KnowledgeBase, MissingExtraError, Post, QueryError, SearchResult
from kbsearch.engines import ENGINES, load_engine

TODAY = dt.date.today()

POSTS = [
    Post(
        "ddpm",
        "DDPM 入门",
        "# 前向过程\n\n扩散模型逐步加噪声。采样从噪声开始。记 $\\mathcal{H}_n$ 为熵，精度 $10^{-8}$。\n\n"
        "## 加速\n\n| 方法 | 步数 |\n| --- | --- |\n| DDIM | 五十 |\n\n```python\ndef self_attention(q, k):\n    yield q @ k\n```\n",
        category="Generative Model",
        date=dt.date(2024, 3, 5),
        tags=("扩散模型", "PyTorch"),
        path="gen/ddpm.md",
    ),
    Post(
        "ddim",
        "加速采样的办法",
        "DDIM 让扩散模型少走几步，生成更快。denoising diffusion models sample quickly.",
        category="Generative Model",
        date=dt.date(2022, 6, 1),
        path="gen/ddim.md",
    ),
    Post(
        "sprinkle",
        "病毒的扩散",
        "疫情扩散与数学模型：人群中的扩散要用模型来描述，模型有许多种。",
        category="Biology",
        date=TODAY - dt.timedelta(days=20),
        path="bio/virus.md",
    ),
    Post(
        "tools",
        "DataParallel 与 nn.functional",
        "k8s 上跑 GPT-4 与 U-Net，版本 v2.8.3，用 C++ 写。@tf_export 与 IoU>0.5 都要找得到。flow-based 模型 a < b。",
        category="Python",
        date=TODAY - dt.timedelta(days=400),
        path="py/tools.md",
    ),
    Post("trad", "機器學習筆記", "機器學習與深度學習的差別，ＧＰＴ４ 也提到。", category="NLP", path="nlp/trad.md"),
]


@pytest.fixture(scope="module", params=ENGINES)
def kb(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The posts in each engine that is installed: all must give the same answers."""
    try:
        load_engine(request.param)
    except MissingExtraError as error:
        pytest.skip(str(error))
    with KnowledgeBase(tmp_path_factory.mktemp("answers") / "index", engine=request.param) as knowledge_base:
        knowledge_base.add(POSTS)
        yield knowledge_base


def _ids(kb: KnowledgeBase, query: str) -> list[str]:
    return [hit.id for hit in kb.search(query).hits]


def _marked(result: SearchResult) -> list[str]:
    excerpt = result.hits[0].excerpt
    return [excerpt.text[start:end] for start, end in excerpt.ranges]


@pytest.mark.parametrize("query", ['"扩散模型"', "“扩散模型”", "「扩散模型」"])
def test_phrases_are_exact(kb: KnowledgeBase, query: str) -> None:
    """A phrase finds the posts with exactly this text, whatever the quotation marks, and says so."""
    result = kb.search(query)
    assert {hit.id for hit in result.hits} == {"ddpm", "ddim"}
    assert {hit.match for hit in result.hits} == {"phrase"}


def test_phrases_ignore_case_and_end_anywhere(kb: KnowledgeBase) -> None:
    """A phrase may end within a word of Chinese, and Latin case does not matter."""
    assert _ids(kb, '"散模"') == _ids(kb, '"扩散模"')
    assert _ids(kb, '"Denoising Diffusion"') == ["ddim"]
    assert _ids(kb, '"diffusion denoising"') == []


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("型", "sprinkle"),
        ("散模", "ddpm"),
        ("的", "trad"),
        ("C++", "tools"),
        ("self_attention", "ddpm"),
        ("attention", "ddpm"),
        ("dataparallel", "tools"),
        ("parallel", "tools"),
        ("k8s", "tools"),
        ("v2.8.3", "tools"),
        ("2.8.3", "tools"),
        ("GPT-4", "tools"),
        ("gpt4", "tools"),
        ("unet", "tools"),
        ("U-Net", "tools"),
        ("nn.functional", "tools"),
        ("functional", "tools"),
        ("@tf_export", "tools"),
        ("tf_export", "tools"),
        ("10^{-8}", "ddpm"),
        (r"\mathcal H_{n}", "ddpm"),
        ("in:math \\mathcal{H}_n", "ddpm"),
        ("IoU>0.5", "tools"),
        ("flow-based", "tools"),
        ("扩散 加噪声", "ddpm"),
    ],
)
def test_found_first(kb: KnowledgeBase, query: str, wanted: str) -> None:
    """Single characters, pieces of words, stop words, identifiers whole and in parts, and formulas find their post."""
    assert wanted in _ids(kb, query)[:2]


def test_all_words_come_before_some(kb: KnowledgeBase) -> None:
    """A post with all words comes before one that has one of them often."""
    result = kb.search("扩散模型 采样")
    assert [hit.id for hit in result.hits][:2] in (["ddpm", "ddim"], ["ddim", "ddpm"])
    assert [hit.match for hit in result.hits][:2] == ["all", "all"]
    assert result.hits[-1].match == "some"


def test_a_question_finds_its_answer(kb: KnowledgeBase) -> None:
    """A question in whole words finds the post that answers, though none has every word."""
    assert _ids(kb, "怎么加速扩散模型的采样？")[0] in ("ddim", "ddpm")


@pytest.mark.parametrize(
    "query", ["扩散 -模型", "扩散 －模型", "扩散 NOT 模型", "扩散 非 模型", "(扩散) AND NOT 模型", "扩散 AND -(模型)"]
)
def test_exclusion(kb: KnowledgeBase, query: str) -> None:
    """What is excluded is nowhere in the hits, in every spelling."""
    assert _ids(kb, query) == []


@pytest.mark.parametrize(
    "query", ["扩散 AND DDIM", "扩散 且 DDIM", "+扩散 +DDIM", "（扩散 AND DDIM）", "＋扩散 ＋ＤＤＩＭ"]
)
def test_conjunction(kb: KnowledgeBase, query: str) -> None:
    """AND in every spelling wants both."""
    assert set(_ids(kb, query)) == {"ddpm", "ddim"}


@pytest.mark.parametrize("query", ["DDIM OR 機器學習", "DDIM 或 机器学习", "(DDIM OR 机器学习)"])
def test_disjunction(kb: KnowledgeBase, query: str) -> None:
    """OR in every spelling takes either."""
    assert set(_ids(kb, query)) >= {"ddim", "trad"}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("title:DDPM", {"ddpm"}),
        ("标题：采样", {"ddim"}),
        ("tag:pytorch", {"ddpm"}),
        ("标签：扩散模型", {"ddpm"}),
        ("category:python", {"tools"}),
        ("分类：NLP", {"trad"}),
        ("path:gen/", {"ddpm", "ddim"}),
        ("路径：py", {"tools"}),
        ("heading:加速", {"ddpm"}),
        ("小标题：前向过程", {"ddpm"}),
        ("date:2024", {"ddpm"}),
        ("日期：2024年3月", {"ddpm"}),
        ("date:2022-01..2022-12", {"ddim"}),
        ("date:..2023 扩散", {"ddim"}),
        ("日期：近三个月", {"sprinkle"}),
        ("date:last 30 days", {"sprinkle"}),
        ("in:code yield", {"ddpm"}),
        ("in:table 步数", {"ddpm"}),
        ("in:title 采样", {"ddim"}),
        ("lang:python", {"ddpm"}),
        ("in:code", {"ddpm"}),
        ("in:code 扩散", set()),
    ],
)
def test_fields(kb: KnowledgeBase, query: str, wanted: set[str]) -> None:
    """Fields and places in English and Chinese, with either colon."""
    assert set(_ids(kb, query)) == wanted


@pytest.mark.parametrize("query", ["titel:扩散", "date:2024-13", "date:someday", "tag:"])
def test_mistakes_are_errors(kb: KnowledgeBase, query: str) -> None:
    """An unknown field, a bad date or an empty value is an error with a place, never silently words."""
    with pytest.raises(QueryError) as caught:
        kb.search(query)
    assert 0 <= caught.value.position <= len(query)


@pytest.mark.parametrize("query", ["diffus*", "diffusoin~", "d?noising", "denois*"])
def test_patterns(kb: KnowledgeBase, query: str) -> None:
    """Prefixes, wildcards and misspellings find the word, and mark it."""
    result = kb.search(query)
    assert [hit.id for hit in result.hits] == ["ddim"]
    assert _marked(result)[0] in ("diffusion", "denoising")


def test_scripts_and_widths(kb: KnowledgeBase) -> None:
    """Simplified finds Traditional, half width finds full; the author's own characters are marked."""
    assert _ids(kb, "机器学习")[0] == "trad"
    assert _marked(kb.search("機器學習"))[0] == "機器學習"
    assert "trad" in _ids(kb, "GPT4")
    assert "ＧＰＴ４" in _marked(kb.search("gpt4 深度学习"))


def test_repeated_words_are_all_marked(kb: KnowledgeBase) -> None:
    """Every occurrence in the excerpt is marked."""
    result = kb.search("模型 人群")
    assert result.hits[0].id == "sprinkle"
    assert _marked(result).count("模型") == 3


@pytest.mark.parametrize(
    "query",
    [
        "扩散" * 5000,
        "(" * 1000 + "x" + ")" * 1000,
        "AND OR NOT",
        '"' * 999,
        "-" * 500,
        "a* b* c* " * 200,
        "word~ " * 300,
        "\\frac{" * 1000,
        "x " * 4999,
        "\x00\ud800￿",
    ],
    ids=lambda query: query[:8].encode("ascii", "replace").decode(),
)
def test_hostile_queries(kb: KnowledgeBase, query: str) -> None:
    """Long and odd queries get an answer or a clear error, in bounded time."""
    began = time.process_time()
    try:
        kb.search(query)
    except QueryError as error:
        assert str(error)
    assert time.process_time() - began < 5


def test_what_was_cut_is_said(kb: KnowledgeBase) -> None:
    """A value that nothing has is said."""
    assert any("nowhere" in warning for warning in kb.search("tag:nowhere 扩散").warnings)


def test_by_date_all_words_are_wanted(kb: KnowledgeBase) -> None:
    """Sorted by date, posts with all words come, not the newest that has one of them."""
    assert [hit.id for hit in kb.search("扩散模型 采样", sort="newest").hits] == ["ddpm", "ddim"]


def test_explanation_adds_up(kb: KnowledgeBase) -> None:
    """The parts of each hit's score add up to it, and terms come with their document frequencies."""
    explanation = kb.explain("扩散模型 采样")
    assert explanation.tree
    assert any(fact.text == "采样" and fact.frequency >= 1 for fact in explanation.terms)
    for hit in explanation.hits:
        assert sum(part[2] for part in hit.parts) == pytest.approx(hit.score)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("diffusoin", "diffusion"),
        ("kuosan moxing", "扩散模型"),
        ("kuosanmoxing", "扩散模型"),
        ("ksmx", "扩散模型"),
        ("denoisng", "denoising"),
    ],
)
def test_corrections_where_nothing_was_found(kb: KnowledgeBase, query: str, meant: str) -> None:
    """A typing error, pinyin and initials are searched for as what they mean, and it is said so."""
    result = kb.search(query)
    assert result.corrections[0].applied
    assert result.corrections[0].text == meant
    assert {hit.match for hit in result.hits} == {"corrected"}


def test_corrections_are_offered_beside_hits(kb: KnowledgeBase) -> None:
    """Where something was found, a correction is offered and not applied."""
    result = kb.search("扩散模形")
    assert result.hits[0].match != "corrected"
    assert [(c.text, c.applied) for c in result.corrections] == [("扩散模型", False)]
    assert kb.search("扩散模型 采样").corrections == ()


def test_nothing_found_says_why(kb: KnowledgeBase) -> None:
    """The word at fault is named, with what comes near; filters are blamed if they are to blame."""
    assert any("zzzqqq" in note for note in kb.search("扩散 AND zzzqqq").warnings)
    assert any("together" in note for note in kb.search("DDIM AND 機器學習").warnings)
    assert any("without the filters" in note for note in kb.search("DDIM", since="2030").warnings)


def test_pieces_of_words_are_found_last(kb: KnowledgeBase) -> None:
    """What is no word, and means none, is looked for inside words, and it is said so."""
    result = kb.search("oisin")
    assert [(hit.id, hit.match) for hit in result.hits] == [("ddim", "substring")]
    assert _marked(result) == ["oisin"]
