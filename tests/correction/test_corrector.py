from __future__ import annotations

import time

import pytest
from correction_accuracy import Subject
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.analysis.fold import fold
from kbsearch.correction.corrector import Corrector
from kbsearch.correction.pieces import Evidence, suspicious
from kbsearch.correction.vocabulary import Vocabulary

POSTS = ["扩散模型", "扩散", "模型", "机器学习", "学习", "迁移学习", "attention", "注意力机制", "转换"]
COUNTS = dict(扩散=40, 模型=90, 机器=30, 学习=80, 机器学习=30, 注意力=20, 机制=25, 的=99, 有=90)
COUNTS |= dict(attention=25, diffusion=20, transformer=30)


def corrector() -> Corrector:
    return Corrector(Vocabulary.of(COUNTS.items()))


def evidence() -> Evidence:
    """As an index of a few phrases would have it: a text stands in as many posts as phrases contain it."""
    return Evidence(lambda word: COUNTS.get(word, 0), lambda text: sum(text in post for post in POSTS))


@pytest.mark.parametrize(
    ("query", "meant", "kind"),
    [
        ("diffusoin", "diffusion", "typo"),
        ("扩散模形", "扩散模型", "homophone"),
        ("kuosan moxing", "扩散模型", "pinyin"),
        ("kuosanmoxing", "扩散模型", "pinyin"),
        ("kuo'san mo'xing", "扩散模型", "pinyin"),
        ("kuosan模型", "扩散模型", "pinyin"),
        ("扩散moxing", "扩散模型", "pinyin"),
        ("ksmx", "扩散模型", "initials"),
        ("zhuyili jizhi", "注意力机制", "pinyin"),
        ("zuyili jizi", "注意力机制", "pinyin"),
        ("机器雪习", "机器学习", "homophone"),
        ("Transfromer", "transformer", "typo"),
    ],
)
def test_what_was_meant_comes_first(query: str, meant: str, kind: str) -> None:
    """Typing errors, homophones, pinyin with and without spaces, initials and mixtures are understood."""
    first = corrector().corrections(query, evidence())[0]
    assert (first.text, first.kind) == (meant, kind)


@pytest.mark.parametrize(
    "query", ["", "扩散模型", "diffusion 模型", "机器学习，模型", "?!", "2024", "x", "有 attention"]
)
def test_a_right_query_is_left_alone(query: str) -> None:
    """Nothing is proposed for words that exist and stand together."""
    assert corrector().corrections(query, evidence()) == []
    assert not suspicious(fold(query), None, evidence())


def test_only_the_words_are_changed() -> None:
    """Operators, fields and quotes, and all else outside the spans, stay as they were typed."""
    query = 'title:"扩散模形" -DIFFUSOIN AND foo:ksmx'
    found = corrector().corrections(query, evidence(), spans=[(7, 11), (14, 23)])
    assert found[0].text == 'title:"扩散模型" -diffusion AND foo:ksmx'
    assert [(e.start, e.end, e.words, e.kind) for e in found[0].edits] == [
        (9, 11, ("模型",), "homophone"),
        (14, 23, ("diffusion",), "typo"),
    ]


def test_folding_keeps_the_users_characters() -> None:
    """A query is corrected as folded; what stays keeps the user's script and width."""
    query = "擴散模形 Ａttention"
    assert corrector().corrections(query, evidence(), folded=fold(query))[0].text == "擴散模型 Ａttention"


def test_words_gone_from_the_index_are_not_proposed() -> None:
    """The vocabulary may lag behind; the index's own count decides."""
    gone = Evidence(lambda word: 0 if word == "diffusion" else COUNTS.get(word, 0))
    assert corrector().corrections("diffusoin", gone) == []


def test_a_rare_name_is_not_made_a_common_word() -> None:
    """Characters of the same sound are no evidence if the index never has them beside what stands there."""
    assert corrector().corrections("学习魔性", evidence()) == []


def test_without_counts_of_the_index() -> None:
    """The vocabulary alone does: then nothing is known of phrases."""
    found = corrector().corrections("diffusoin kuosan")
    assert found[0].text == "diffusion 扩散"


QUERY = st.text("扩散模型形机学习 kuosanmxigtrdfe'\"-:的有٣é𠀀ー한\ud800\x00\n", max_size=60)


@settings(max_examples=300, deadline=None)
@given(QUERY, st.lists(st.integers(0, 60), max_size=6).map(sorted))
def test_any_query(query: str, places: list[int]) -> None:
    """Nothing makes it fail; what is put are words of the vocabulary, and only what is edited changes."""
    spans = list(zip(places[::2], places[1::2], strict=False)) or None
    for proposal in corrector().corrections(query, evidence(), spans=spans):
        rest = proposal.text
        place = 0
        assert proposal.edits
        for edit in proposal.edits:
            assert edit.kind in ("typo", "homophone", "pinyin", "initials")
            assert all(word in COUNTS for word in edit.words)
            assert place <= edit.start < edit.end <= len(query)
            kept = query[place : edit.start]
            assert rest.startswith(kept + edit.text)
            rest = rest[len(kept + edit.text) :]
            place = edit.end
        assert rest == query[place:]


@pytest.mark.parametrize("unit", ["xian", "的模", "ksmx", "an ", "a'", "模x", "𠀀", "diffusoin ", "机雪模行", "\u0301"])
def test_long_queries_take_bounded_time(unit: str, subject: Subject) -> None:
    """10,000 characters take no longer than the pieces looked at: well under a second."""
    query = (unit * 10_000)[:10_000]
    began = time.process_time()
    subject.corrections(query)
    subject.corrector.nearest(query)
    subject.corrector.containing(query)
    assert time.process_time() - began < 2


@settings(max_examples=150, deadline=None)
@given(st.text("模型形态散扩abcd𠀀\n", max_size=70))
def test_nearest(word: str) -> None:
    """Only words that exist, never the word itself, at most as many as asked for."""
    found = corrector().nearest(word, 4)
    assert len(found) <= 4
    assert all(COUNTS[near] == count and near != word for near, count in found)


def test_what_is_nearest() -> None:
    """Same sound first for Han words, fewest edits for others, then words that contain it."""
    assert corrector().nearest("模形")[0] == ("模型", 90)
    assert corrector().nearest("机器学系")[0] == ("机器学习", 30)
    assert corrector().nearest("transfomer")[0] == ("transformer", 30)
    assert corrector().nearest("former") == [("transformer", 30)]
    assert corrector().containing("fo") == [("transformer", 30)]
    assert corrector().nearest("扩散型模") == [("扩散", 40)]
