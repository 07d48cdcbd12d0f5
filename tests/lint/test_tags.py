"""Tags that are one tag in several spellings."""

from __future__ import annotations

import pytest

from kbsearch.lint.tags import tag_variants
from kbsearch.synonyms.pair import Kind
from kbsearch.synonyms.table import PairTable, Source, TablePair
from kbsearch.synonyms.thesaurus import Thesaurus, compile_thesaurus

KIND: Kind = "bracket"
PAIR = TablePair("扩散模型", "Diffusion Model", KIND, 2, (Source("a", "扩散模型（Diffusion Model）"),), True)
THESAURUS = Thesaurus(compile_thesaurus(PairTable((PAIR,))))


@pytest.mark.parametrize(
    ("rare", "common", "difference"),
    [
        ("pytorch", "PyTorch", "only upper and lower case differ"),
        ("機器學習", "机器学习", "only script (Traditional, Simplified) or width differ"),
        ("ＧＰＴ", "GPT", "only script (Traditional, Simplified) or width differ"),
        ("deep-learning", "deep learning", "only spaces, marks or plural differ"),
        ("transformer", "transformers", "only spaces, marks or plural differ"),
        ("diffusion model", "扩散模型", "posts equate the two names"),
    ],
)
def test_variants(rare: str, common: str, difference: str) -> None:
    """The rarer spelling is told to become the commoner one, and why they are one."""
    (variant,) = tag_variants({rare: 1, common: 5, "NLP": 3}, THESAURUS)
    assert (variant.tag, variant.best, variant.posts, str(variant.difference)) == (rare, common, 5, difference)


def test_the_commonest_of_several_names() -> None:
    """Of several names of one thing all lead to the commonest, by way of the others if need be."""
    pairs = [("服务网格", "Service Mesh"), ("服务网格", "servicemesh")]
    table = PairTable(tuple(TablePair(left, right, KIND, 2, (Source("a", ""),), True) for left, right in pairs))
    found = tag_variants({"servicemesh": 1, "服务网格": 3, "service mesh": 9}, Thesaurus(compile_thesaurus(table)))
    assert {variant.tag: variant.best for variant in found} == {
        "servicemesh": "service mesh",
        "服务网格": "service mesh",
    }


def test_different_tags_stay() -> None:
    """C, C++ and C#, and words that only look alike, are different tags."""
    assert tag_variants({"C": 1, "C++": 1, "C#": 1, "GAN": 2, "GCN": 2, "网络": 1, "网格": 1}, THESAURUS) == []
