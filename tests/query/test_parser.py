"""What a query means: text → tree."""

from __future__ import annotations

import datetime as dt
from dataclasses import FrozenInstanceError

import pytest

from kbsearch.errors import QueryError
from kbsearch.query.lexer import MAX_CLAUSES, MAX_DEPTH
from kbsearch.query.parser import MAX_LENGTH, parse
from kbsearch.query.syntax import (
    And,
    DateRange,
    Default,
    Empty,
    Field,
    Fuzzy,
    In,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Required,
    Wildcard,
    Words,
    walk,
)

TODAY = dt.date(2024, 3, 15)
A, B, C = Words("aa"), Words("bb"), Words("cc")


def tree(query: str) -> Node:
    return parse(query, today=TODAY).tree


def side(*children: Node) -> Default:
    return Default(children)


PLAIN = [
    "扩散模型",
    "怎么加速扩散模型的采样？",
    "What is the ELBO?",
    "x",
    "的",
    "。",
    "flow-based U-Net GPT-4 C++ v2.8.3 k8s",
    "self_attention nn.functional @tf_export #tag $x^2$",
    r"\mathcal{H}_n 10^{-8} IoU>0.5 a < b",
    "f(x) nn.Conv2d(3, 64) softmax(QK^T)",
    'print("hello world")',
    "扩散模型（Diffusion Model）的采样",
    "TSS (Time Sharing System), an operating system",
    "((((aa))))",
    "《战国无双3》 it's 'single quotes'",
    "非线性 或者 而且 除非 A且B",
    "android notebook Order and not or",
    "a&&b a||b",
    "exit code -1, dim=-1, 1e-4 -0.5 -50%",
    "python -m pdb, chmod +x",
    "cmake -DCMAKE_PREFIX_PATH=/opt",
    "ls --all -> x - y + z",
    "http://x.y/z std::vector 12:30 C:\\x localhost:8080",
    "注意：这里 问题：怎么办 标准：三级",
    "PyTorch: tips",
    "LoRA：低秩适配 ControlNet:加条件",
    "A* C* x*y 2*3 **kwargs 10* f(x*)",
    "3~5 你好~ 谢谢～ ~/notes a~b",
    "why? ruby? what??how",
    "1) first a) :) (unclosed",
    '5" disk',
    "第一行\n第二行",
]


@pytest.mark.parametrize("query", PLAIN)
def test_text_without_operators_is_one_stretch_of_words(query: str) -> None:
    """Text that only looks like query language is searched as it stands."""
    parsed = parse(query, today=TODAY)
    assert parsed.tree == Words(query)
    assert (parsed.tree.start, parsed.tree.end) == (0, len(query))
    assert parsed.warnings == ()
    assert parsed.plain == query


PHRASES = [
    ('"扩散模型"', Phrase("扩散模型")),
    ("“扩散模型”", Phrase("扩散模型")),
    ("「扩散模型」", Phrase("扩散模型")),
    ("『扩散模型』", Phrase("扩散模型")),
    ("＂扩散模型＂", Phrase("扩散模型")),
    ('“扩散模型"', Phrase("扩散模型")),
    ('"扩散模型”', Phrase("扩散模型")),
    ('"a “b” c"', Phrase("a “b” c")),
    ("「a『b』c」", Phrase("a『b』c")),
    ('" a  b "', Phrase("a  b")),
    ('"aa OR (bb"', Phrase("aa OR (bb")),
    ("什么是“扩散模型”？", side(Words("什么是"), Phrase("扩散模型"))),
    ('"a b" cc', side(Phrase("a b"), C)),
    ('"aa"cc', side(Phrase("aa"), C)),
    ("BERT“预训练”", side(Words("BERT"), Phrase("预训练"))),
]

OPERATORS = [
    ("aa AND bb", And((A, B))),
    ("aa OR bb", Or((A, B))),
    ("aa NOT bb", side(A, Not(B))),
    ("NOT bb", Not(B)),
    ("aa ＡＮＤ bb", And((A, B))),
    ("aa && bb || cc", Or((And((A, B)), C))),
    ("aa ＆＆ bb ｜｜ cc", Or((And((A, B)), C))),
    ("aa 且 bb", And((A, B))),
    ("aa 或 bb", Or((A, B))),
    ("aa 非 bb", side(A, Not(B))),
    ("aa 且 非 bb", And((A, Not(B)))),
    ("aa AND bb OR cc", Or((And((A, B)), C))),
    ("aa OR bb AND cc", Or((A, And((B, C))))),
    ("aa bb OR cc", Or((Words("aa bb"), C))),
    ("aa AND (bb OR cc)", And((A, Or((B, C))))),
    ("aa AND（bb OR cc）", And((A, Or((B, C))))),
    ("(aa)AND(bb)", And((A, B))),
    ("NOT(aa OR bb)", Not(Or((A, B)))),
    ("aa AND (bb AND cc)", And((A, B, C))),
    ("(aa OR bb) OR cc", Or((A, B, C))),
    ("NOT NOT aa", A),
    ("NOT NOT NOT aa", Not(A)),
    ("NOT -aa", A),
    ("扩散 -模型", side(Words("扩散"), Not(Words("模型")))),
    ("扩散　－模型", side(Words("扩散"), Not(Words("模型")))),
    ("扩散，-模型", side(Words("扩散"), Not(Words("模型")))),
    ("+aa bb", side(Required(A), B)),
    ("＋aa bb", side(Required(A), B)),
    ('-"a b"', Not(Phrase("a b"))),
    ("-(aa bb)", Not(Words("aa bb"))),
    ("-title:aa", Not(Field("title", A))),
    (r"aa -\mathcal{H}", side(A, Not(Words(r"\mathcal{H}")))),
    ("-AND", Not(Phrase("AND"))),
    ('aa (bb "cc")', side(A, side(B, Phrase("cc")))),
    ("「甲」或「乙」的因素", side(Phrase("甲"), Phrase("乙"), Words("的因素"))),
    ("从 v6 或 v7 升级", Or((Words("从 v6"), Words("v7 升级")))),
]

FIELDS = [
    ("title:aa", Field("title", A)),
    ("TITLE:aa", Field("title", A)),
    ("标题：aa", Field("title", A)),
    ("標題:aa", Field("title", A)),
    ("ｔｉｔｌｅ：aa", Field("title", A)),
    ("title: aa", Field("title", A)),
    ("heading:aa", Field("heading", A)),
    ("小标题：aa", Field("heading", A)),
    ("tag:C++", Field("tag", Words("C++"))),
    ("标签:c#", Field("tag", Words("c#"))),
    ("tags:aa", Field("tag", A)),
    ("category:a/b", Field("category", Words("a/b"))),
    ("分类：生成模型", Field("category", Words("生成模型"))),
    ('category:"Deep Learning"', Field("category", Phrase("Deep Learning"))),
    ("分类：「Deep Learning」", Field("category", Phrase("Deep Learning"))),
    ("path:docs/a.md", Field("path", Words("docs/a.md"))),
    ("路径：docs/*.md", Field("path", Wildcard("docs/*.md"))),
    ("path:docs/*", Field("path", Prefix("docs/"))),
    ("path:deep*", Field("path", Prefix("deep"))),
    ("id:posts:12", Field("id", Words("posts:12"))),
    ("lang:python yield", side(Field("lang", Words("python")), Words("yield"))),
    ("语言：c++", Field("lang", Words("c++"))),
    ("title:aa bb", side(Field("title", A), B)),
    ("title:(aa bb)", Field("title", Words("aa bb"))),
    ("title:(aa OR -bb)", Field("title", Or((A, Not(B))))),
    ("title:-aa", Field("title", Not(A))),
    ("标题：扩散模型，标签：nlp", side(Field("title", Words("扩散模型")), Field("tag", Words("nlp")))),
    ("tag:aa, tag:bb", side(Field("tag", A), Field("tag", B))),
    ("(title:aa)", Field("title", A)),
    ("title:aa AND tag:bb", And((Field("title", A), Field("tag", B)))),
    ("title:AND", Field("title", Phrase("AND"))),
]

DAY = (20240305000000, 20240305235959)
DATES = [
    ("date:2024-03-05", DateRange("date", *DAY)),
    ("日期：2024年3月5日", DateRange("date", *DAY)),
    ("date: 2024/3/5 aa", side(DateRange("date", *DAY), A)),
    ("updated:..2023", DateRange("updated", None, 20231231235959)),
    ("更新：去年", DateRange("updated", 20230101000000, 20231231235959)),
    ("date:>=2024", DateRange("date", 20240101000000, None)),
    ("date:last 30 days aa", side(DateRange("date", 20240214000000, 20240315235959), A)),
    ('date:"last 30 days" aa', side(DateRange("date", 20240214000000, 20240315235959), A)),
    ("date:(last 30 days)", DateRange("date", 20240214000000, 20240315235959)),
    ("日期：近三个月，aa", side(DateRange("date", 20231215000000, 20240315235959), A)),
    ("date:2023 到 2024 aa", side(DateRange("date", 20230101000000, 20241231235959), A)),
    ("date:2024 AND aa", And((DateRange("date", 20240101000000, 20241231235959), A))),
    ("-date:2024", Not(DateRange("date", 20240101000000, 20241231235959))),
]

PLACES = [
    ("in:code", In(("code",))),
    ("in:代码 aa", In(("code",), A)),
    ("in：公式 aa", In(("math",), A)),
    ("aa in:code bb", In(("code",), Words("aa bb"))),
    ("in:code in:math aa", In(("code", "math"), A)),
    ("in:(code math) aa", In(("code", "math"), A)),
    ("in:title,heading aa", In(("title", "heading"), A)),
    ("in:code aa tag:bb", In(("code",), side(A, Field("tag", B)))),
    ("in:code aa OR bb", Or((In(("code",), A), B))),
    ("in:code (aa OR bb)", In(("code",), Or((A, B)))),
    ("in:code AND aa AND bb", In(("code",), And((A, B)))),
    ("in:code AND in:math", And((In(("code",)), In(("math",))))),
    ("in:title (in:code aa)", In(("title", "code"), A)),
    ("-in:code aa", side(Not(In(("code",))), A)),
    ("in:表格 aa", In(("table",), A)),
]

PATTERNS = [
    ("diffus*", Prefix("diffus")),
    ("diffus＊", Prefix("diffus")),
    ("扩散*", Prefix("扩散")),
    ("v2*", Prefix("v2")),
    ("nn.Conv*", Prefix("nn.Conv")),
    ("dif*ion", Wildcard("dif*ion")),
    ("ｄif＊ion", Wildcard("ｄif*ion")),
    ("colo?r", Wildcard("colo?r")),
    ("*former", Wildcard("*former")),
    ("diffusoin~", Fuzzy("diffusoin", 2)),
    ("diffusoin～", Fuzzy("diffusoin", 2)),
    ("lstn~", Fuzzy("lstn", 1)),
    ("diffusoin~1", Fuzzy("diffusoin", 1)),
    ("diffus*, aa", side(Prefix("diffus"), A)),
    ("aa diffus*?", side(A, Prefix("diffus"))),
    ("title:diffus*", Field("title", Prefix("diffus"))),
    ("-diffus*", Not(Prefix("diffus"))),
]


@pytest.mark.parametrize(
    ("query", "expected"), PHRASES + OPERATORS + FIELDS + DATES + PLACES + PATTERNS, ids=lambda value: str(value)[:40]
)
def test_query_means(query: str, expected: Node) -> None:
    """Each form of the language has one meaning, in half and full width, in English and Chinese; none warns."""
    parsed = parse(query, today=TODAY)
    assert parsed.tree == expected
    assert parsed.warnings == ()


WARNED = [
    ('aa "bb cc', side(A, Phrase("bb cc")), "never closed"),
    ("aa 「bb", side(A, Phrase("bb")), "never closed"),
    ("AND aa", A, "AND has nothing on its left"),
    ("aa OR", A, "OR has nothing on its right"),
    ("aa AND OR bb", And((A, B)), "OR has nothing on its left"),
    ("aa NOT", A, "NOT has nothing"),
    ("(aa OR) bb", Words("aa bb"), "OR has nothing on its right"),
    ("AND OR NOT", Empty(), "AND has nothing"),
    ('aa "" bb', Words("aa bb"), "nothing in them"),
    ('aa -"" bb', Words("aa bb"), "nothing in them"),
    ("aa OR ()", A, "nothing in them"),
    ('"aa"~3 bb', side(Phrase("aa"), B), "~3"),
    ("aa~~ bbb~9", side(Words("aa~~"), Fuzzy("bbb", 2)), "~9 is taken as ~2"),
    ("aa) OR bb", Or((Words("aa)"), B)), "without its partner"),
    ("titel: aa", Words("titel: aa"), "write title:"),
    ("release date: unknown", Words("release date: unknown"), "“date:” is taken as text"),
    ("log in: how", Words("log in: how"), "“in:” is taken as text"),
    ("非 Prepared 语句", Words("非 Prepared 语句"), "非 at the beginning"),
]


@pytest.mark.parametrize(("query", "expected", "warning"), WARNED, ids=[query for query, _, _ in WARNED])
def test_what_is_guessed_or_left_out_is_a_warning(query: str, expected: Node, warning: str) -> None:
    """Slips that leave no doubt do not stop a search, and are said."""
    parsed = parse(query, today=TODAY)
    assert parsed.tree == expected
    assert any(warning in each for each in parsed.warnings), parsed.warnings


ERRORS = [
    ("titel:foo", 0, "titel", "title:"),
    ("aa titel:foo", 3, "titel", "title:"),
    ("titel：foo", 0, "titel", "title:"),
    ("Titel:foo", 0, "Titel", "title:"),
    ("catagory:foo", 0, "catagory", "category:"),
    ("dat:2024", 0, "dat", "date:"),
    ("author:foo", 0, "author", "the fields are"),
    ('theme:"Bright"', 0, "theme", "the fields are"),
    ("标体：扩散", 0, "标体", "标题:"),
    ("作者：何恺明", 0, "作者", "the fields are"),
    ("小标提:aa", 0, "小标提", "小标题:"),
    ("title:foo:bar", 6, "foo", "the fields are"),
    ("title:", 0, "title has no value", "title:word"),
    ("aa 标题：", 3, "title has no value", "title:word"),
    ('title:""', 0, "title has no value", ""),
    ("title:()", 0, "title has no value", ""),
    ("(aa title:)", 4, "title has no value", ""),
    ("title:)", 0, "title has no value", ""),
    ("date:", 0, "date has no value", "date:2024-03"),
    ("in:", 0, "in has no value", "in:code"),
    ("title:(tag:aa)", 7, "tag cannot stand within the field title", ""),
    ("tag:date:2024", 4, "date cannot stand within", ""),
    ("title:(in:code aa)", 7, "in cannot stand within", ""),
    ("in:cod aa", 3, "in: knows no “cod”", "in:code"),
    ("in:(code xyz)", 9, "in: knows no “xyz”", "code, math"),
    ("in:-code", 3, "in: knows no", ""),
    ("date:foo", 5, "“foo” is not a date", "2024-03"),
    ("aa 日期：某天 bb", 6, "“某天” is not a date", "近三个月"),
    ("date:2024-13", 5, "no month 13", ""),
    ("date:2023-02-30 aa", 5, "2023-02 has 28 days", ""),
    ("date: 2023-02-30", 6, "2023-02 has 28 days", ""),
    ('date:"2023-02-30"', 6, "2023-02 has 28 days", ""),
    ("date:2024..2023", 5, "ends before it begins", "earlier"),
    ("date:2024 到 2023", 5, "ends before it begins", "earlier"),
    ("(" * (MAX_DEPTH + 1) + "aa" + ")" * (MAX_DEPTH + 1), MAX_DEPTH, "brackets more than", ""),
    ("aa OR " * 1_666, 6 * MAX_CLAUSES + 3, "clauses", ""),
    ("扩" * (MAX_LENGTH + 1), MAX_LENGTH, "longer than", ""),
]


@pytest.mark.parametrize(("query", "position", "message", "hint"), ERRORS, ids=[query[:30] for query, *_ in ERRORS])
def test_what_cannot_be_meant_is_an_error_with_position_and_hint(
    query: str, position: int, message: str, hint: str
) -> None:
    """A misspelt field or a bad date is never searched as words: the error says where, what, and what to write."""
    with pytest.raises(QueryError) as caught:
        parse(query, today=TODAY)
    assert message in str(caught.value)
    assert caught.value.position == position
    assert hint in caught.value.hint
    assert caught.value.hint


@pytest.mark.parametrize("word", ["AND", "OR", "NOT", "且", "或", "非", "&&", " 或 "])
def test_an_operator_alone_is_searched_as_a_word(word: str) -> None:
    """One-word queries find what is there, even if the word is an operator."""
    parsed = parse(word)
    assert parsed.tree == Words(word.strip())
    assert not parsed.warnings


@pytest.mark.parametrize("query", ["", " ", "\n\t　", "\ufeff"])
def test_a_blank_query_is_empty(query: str) -> None:
    """Nothing asked, nothing sought."""
    parsed = parse(query)
    assert parsed.plain.strip("\ufeff") == ""
    assert isinstance(parsed.tree, (Empty, Words))


def test_positions_are_those_of_the_query_as_typed() -> None:
    """Full-width forms do not shift positions: each node's stretch is its own text."""
    query = "扩散　－模型 标题：「流 匹配」 ｄiffus＊"
    stretches = {type(node).__name__: query[node.start : node.end] for node in walk(tree(query))}
    assert stretches["Not"] == "－模型"
    assert stretches["Field"] == "标题：「流 匹配」"
    assert stretches["Phrase"] == "「流 匹配」"
    assert stretches["Prefix"] == "ｄiffus＊"


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ("扩散 -模型", "扩散"),
        ('title:"score sde" AND 采样', "score sde 采样"),
        ("tag:nlp category:x path:y id:z lang:py date:2024 词向量", "词向量"),
        ("in:code yield", "yield"),
        ("diffus* dif*ion diffusoin~ aa", "diffus dif ion diffusoin aa"),
        ("+aa (bb OR NOT cc)", "aa bb"),
    ],
)
def test_plain_is_the_text_sought(query: str, plain: str) -> None:
    """Excerpts and corrections see the words, not operators, field names, filters or what is excluded."""
    assert parse(query, today=TODAY).plain == plain


def test_warnings_are_few_even_if_slips_are_many() -> None:
    """A hostile query does not flood the answer with warnings."""
    assert len(parse("".join(f"aa{i}~{i} " for i in range(3, 300))).warnings) <= 9


def test_nodes_are_values() -> None:
    """Nodes are hashable and cannot be changed; where they stood does not count."""
    assert len({Words("aa", 0, 2), Words("aa", 5, 7), Phrase("aa")}) == 2
    with pytest.raises(FrozenInstanceError):
        Words("aa").text = "bb"  # type: ignore[misc]
