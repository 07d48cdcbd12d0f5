"""Synonyms of a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.fold import fold
from kbsearch.errors import IndexCorruptError
from kbsearch.model import Synonym
from kbsearch.synonyms.table import PairTable, Source, TablePair
from kbsearch.synonyms.thesaurus import Thesaurus, compile_thesaurus
from kbsearch.synonyms.user_pairs import UserPairs


def pair(left: str, right: str, count: int = 2) -> TablePair:
    return TablePair(left, right, "bracket", count, (Source("a.md", f"{left}（{right}）"),), True)


_PAIRS = (
    pair("扩散模型", "Diffusion Model", 5),
    pair("潜在扩散模型", "Latent Diffusion Model"),
    pair("扩散", "diffusion"),
    pair("文本", "text"),
    pair("KL 散度", "KL divergence"),
    pair("神经网络", "neural network"),
    pair("策略", "policy", 1),
)
_DATA = compile_thesaurus(PairTable(_PAIRS))


def found(query: str, thesaurus: Thesaurus | None = None, words=None) -> list[tuple[str, list[str]]]:
    text = fold(query)
    matches = (thesaurus or Thesaurus(_DATA)).expand(text, words)
    return [(text[m.start : m.end], [equal.name for equal in m.equals]) for m in matches]


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("diffusion model", [("diffusion model", ["扩散模型"])]),
        ("扩散模型的采样", [("扩散模型", ["Diffusion Model"])]),
        ("擴散模型", [("扩散模型", ["Diffusion Model"])]),
        ("latent diffusion models 采样", [("latent diffusion models", ["潜在扩散模型"])]),
        ("diffusion 采样 text", [("diffusion", ["扩散"]), ("text", ["文本"])]),
        ("kl 散度", [("kl 散度", ["KL divergence"])]),
        ("KL散度", [("kl散度", ["KL divergence"])]),
        ("policies of networks", [("policies", ["策略"])]),
        ("diffusion-model", [("diffusion-model", ["扩散模型"])]),
        ("采样", []),
        ("", []),
    ],
)
def test_longest_names(query, matches):
    """The longest names of a query are found, in either language, script and number."""
    assert found(query) == matches


def test_evidence_and_weight():
    """Each equal says who equates the names; several posts weigh more than one, the user more than posts."""
    equal = Thesaurus(_DATA).equals("Diffusion Models")[0]
    assert equal.evidence == Synonym("Diffusion Model", "扩散模型", 5, "a.md: 扩散模型（Diffusion Model）")
    once = Thesaurus(_DATA).equals("policy")[0]
    user = UserPairs({UserPairs.keys("x", "y"): ("x", "y", "synonyms.txt:1")})
    own = Thesaurus(_DATA, user).equals("y")[0]
    assert own.evidence == Synonym("x", "y", 0, "synonyms.txt:1")
    assert 0 < once.weight < equal.weight < own.weight < 1


def test_short_names_keep_to_words():
    """A short Chinese name does not match across the borders of the query's words."""
    words = [(0, 2), (2, 3), (3, 5)]  # 中文 本 地化
    assert found("中文本地化") == [("文本", ["text"])]
    assert found("中文本地化", words=words) == []
    assert found("diffusion", words=[(0, 9)]) == [("diffusion", ["扩散"])]


def test_user_pairs():
    """The user's own pairs come first, those rejected are left out, both ways round."""
    user = UserPairs(
        {UserPairs.keys("扩散模型", "DPM"): ("扩散模型", "DPM", "s.txt:1")},
        frozenset({UserPairs.keys("text", "文本")}),
    )
    thesaurus = Thesaurus(_DATA, user)
    assert found("扩散模型", thesaurus) == [("扩散模型", ["DPM", "Diffusion Model"])]
    assert found("dpm", thesaurus) == [("dpm", ["扩散模型"])]
    assert found("文本", thesaurus) == found("text", thesaurus) == []


def test_without_anything():
    """Without pairs there are no synonyms."""
    assert found("扩散模型", Thesaurus()) == []


def test_damage():
    """A damaged line is reported, and only when it is met."""
    thesaurus = Thesaurus(_DATA.replace(b"[[", b"[["[:1]))
    with pytest.raises(IndexCorruptError, match="check --repair"):
        thesaurus.equals("diffusion model")
    assert thesaurus.equals("采样") == ()


_name = st.text(alphabet="扩散模型ab -", min_size=1, max_size=8)


@given(st.lists(st.tuples(_name, _name), max_size=30), _name)
def test_every_pair_is_found(names, other):
    """Binary search finds each name there is, both ways, and no other."""
    table = PairTable(tuple(pair(left, right) for left, right in names))
    thesaurus = Thesaurus(compile_thesaurus(table))
    keys = {UserPairs.keys(left, right) for left, right in names}
    for left, right in names[:3]:
        if UserPairs.keys(left, right)[0]:
            assert thesaurus.equals(left)
            assert thesaurus.equals(right)
    for equal in thesaurus.equals(other):
        assert UserPairs.keys(other, equal.name) in keys


@given(st.text(max_size=300))
def test_any_query(text):
    """Any query is looked through; matches lie in it, in order, apart."""
    at = 0
    for match in Thesaurus(_DATA).expand(fold(text)):
        assert at <= match.start < match.end <= len(text)
        at = match.end
