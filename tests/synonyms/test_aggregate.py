"""The pairs of many posts together."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.errors import IndexCorruptError
from kbsearch.synonyms.aggregate import aggregate
from kbsearch.synonyms.pair import KINDS, Pair, pack_pairs, unpack_pairs
from kbsearch.synonyms.table import PairTable, Source, TablePair


def bracket(left: str, right: str, *breaks: int, edge="hard", proved=False) -> Pair:
    return Pair(left, right, "bracket", edge, breaks, f"{left}（{right}）", proved)


def names(pairs) -> set[tuple[str, str]]:
    return {(pair.left, pair.right) for pair in pairs}


def test_counts_and_sources():
    """A pair's count is the number of posts that have it; three of them are named, by id."""
    pair = bracket("扩散模型", "Diffusion Model", proved=True)
    table = aggregate([(f"post{i}.md", [pair, pair]) for i in (5, 3, 1, 4)])
    excerpt = "扩散模型（Diffusion Model）"
    sources = (Source("post1.md", excerpt), Source("post3.md", excerpt), Source("post4.md", excerpt))
    assert table.auto == (TablePair("扩散模型", "Diffusion Model", "bracket", 4, sources, True),)


def test_spellings_are_one_pair():
    """Case, plural, hyphens, script and the order of the names make no difference; the commonest spelling is shown."""
    spellings = [("扩散模型", "Diffusion Model"), ("擴散模型", "diffusion models"), ("扩散模型", "Diffusion Model")]
    posts = [(str(i), [bracket(left, right, proved=True)]) for i, (left, right) in enumerate(spellings)]
    posts.append(("x", [bracket("Diffusion-Model", "扩散模型", proved=True)]))
    table = aggregate(posts)
    assert names(table.auto) == {("扩散模型", "Diffusion Model")}
    assert table.auto[0].count == 4


def test_agreement():
    """Where nothing is known of the words, posts that agree on the name in different contexts prove it."""
    mentions = ["触发数据整理", "自动进行数据整理", "后台的数据整理", "支持数据整理"]
    posts = [(str(i), [bracket(text, "Compaction", len(text) - 4, edge="cut")]) for i, text in enumerate(mentions)]
    assert names(aggregate(posts).auto) == {("数据整理", "Compaction")}
    assert names(aggregate(posts[:2]).auto) == set()


def test_one_context_is_no_agreement():
    """The same words before the name in every post leave open where it begins."""
    posts = [(str(i), [bracket("一键部署监控系统", "Grafana", 2, 4, edge="cut")]) for i in range(9)]
    assert aggregate(posts).auto == ()


def test_abbreviation_by_its_phrase():
    """A Chinese name with an abbreviation alone is used if the phrase behind it is known and fits."""
    full = Pair("Common Table Expression", "CTE", "initials", proved=True)
    short = bracket("修复公共表表达式", "CTE", 2, edge="open")
    table = aggregate([("a", [full]), ("b", [short])])
    assert ("公共表表达式", "CTE") in names(table.auto)
    assert names(aggregate([("b", [short])]).auto) == set()


def test_short_abbreviations_are_never_used_unasked():
    """Two letters mean too many things."""
    pairs = [Pair("Garbage Collection", "GC", "initials", proved=True), bracket("垃圾回收", "GC")]
    table = aggregate([(str(i), pairs) for i in range(9)])
    assert table.auto == ()
    assert ("Garbage Collection", "GC") in names(table.candidates)


def test_ambiguous_abbreviations_are_not_used_unasked():
    """An abbreviation with two meanings is used for neither, unless one is far commoner."""
    one = Pair("In-Memory Engine", "IME", "initials", proved=True)
    other = Pair("Input Method Editor", "IME", "initials", proved=True)
    assert aggregate([("a", [one]), ("b", [other])]).auto == ()
    posts = [(str(i), [one]) for i in range(5)] + [("b", [other])]
    assert names(aggregate(posts).auto) == {("In-Memory Engine", "IME")}


def test_variants_are_no_ambiguity():
    """Two spellings of one phrase do not make its abbreviation ambiguous."""
    phrases = ["Object Relational Mapper", "Object Relational Mapping"]
    posts = [(phrase, [Pair(phrase, "ORM", "initials", proved=True)]) for phrase in phrases]
    assert len(aggregate(posts).auto) == 2


def test_abbreviations_that_are_words():
    """An abbreviation that is also an English word is not used unasked: a query for "map" means maps."""
    assert aggregate([("a", [Pair("mean Average Precision", "mAP", "initials", proved=True)])]).auto == ()


_long_name = st.sampled_from(["扩散模型", "训练扩散模型", "触发数据整理", "Common Table Expression", "CTE"])
_name = _long_name | st.sampled_from(["数据整理", "Diffusion Model", "GC"])
_pair = st.builds(
    Pair,
    left=_long_name,
    right=_name,
    kind=st.sampled_from(KINDS),
    edge=st.sampled_from(["hard", "cut", "open"]),
    breaks=st.sampled_from([(), (2,)]),
    excerpt=st.sampled_from(["一处", "another"]),
    proved=st.booleans(),
)
_posts = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(_pair, max_size=4))


@given(_posts, st.randoms(use_true_random=False))
def test_order_makes_no_difference(posts, chance: random.Random):
    """The table depends on the posts alone: one built by updates equals one built anew."""
    items = list(posts.items())
    chance.shuffle(items)
    assert aggregate(items) == aggregate(sorted(items))


@given(_posts)
def test_bytes(posts):
    """Pairs and tables are read back as they were written; a table's used part alone as well."""
    assert unpack_pairs(pack_pairs(posts)) == posts
    table = aggregate(posts.items())
    assert PairTable.from_bytes(table.to_bytes()) == table
    assert PairTable.from_bytes(table.to_bytes(), candidates=False) == PairTable(table.auto)


_DAMAGED = [
    b"",
    b"\n",
    b"{}",
    b"[]",
    b"null\nnull",
    b"[[1]]\n[]",
    b'[["a","b",0,1,[["p",1]]]]\n[]',
    b"\xff\n[]",
    b"[[[[[",
]


@pytest.mark.parametrize(
    "data", [*_DAMAGED, b'[["a","b",-1,1,[]]]\n[]', b'[["a","b",99,1,[]]]\n[]', b'[["a","b",0,"1",[]]]\n[]']
)
def test_damaged_table(data):
    """Anything that is no table is reported as damage."""
    with pytest.raises(IndexCorruptError, match="check --repair"):
        PairTable.from_bytes(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"1", b'{"p":1}', b'{"p":[[]]}', b'{"p":[["a","b",0,0,[9],"",0]]}', b'{"p":[["a","b",-1,0,[],"",0]]}'],
)
def test_damaged_pairs(data):
    """Anything that is no list of pairs is reported as damage."""
    with pytest.raises(IndexCorruptError, match="check --repair"):
        unpack_pairs(data)
