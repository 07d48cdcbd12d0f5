"""The posts and the plans that every engine is asked."""

from __future__ import annotations

import random
from itertools import pairwise

from kbsearch.engines.base import IndexDocument
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

HAN = "扩散模型生成对抗网络注意力机制卷积"
WORDS = ["model", "flow", "attention", "k8s", "c++", "gpt-4", "的", "扩散", "模型", "𝒳", "naïve", "10^{-8}", "¶"]
CATEGORIES = ["Python", "Deep Learning", "深度学习", "a/b", ""]
TAGS = ["ddpm", "sde", "采样", "C++", "tag with space", "Ω"]


def make_post(number: int, seed: int = 0, *, full: bool = False) -> IndexDocument:
    """A post that is always the same for the same arguments; ``full`` ones have something in every text field."""
    rnd = random.Random(f"{number}/{seed}")

    def words(low: int, high: int) -> list[str]:
        return [WORDS[min(int(rnd.expovariate(0.4)), len(WORDS) - 1)] for _ in range(rnd.randint(low, high))]

    least = 1 if full else 0
    text = [rnd.choice(HAN) for _ in range(rnd.randint(least * 2, 90))]
    terms = {
        "title": words(least, 4),
        "heading": words(least, 8),
        "body": words(least, 120 if number % 9 else 700) + ["only"] * (number == 7) + ["some"] * (number % 3 == 0),
        "stem": words(least, 60),
        "gram": [a + b for a, b in pairwise(text)] + ["end"] * least,
        "char": text or ["型"] * least,
        "code": words(0, 5) + ["pip"] * (number % 4 == 1),
        "math": words(0, 3),
        "table": words(0, 2),
    }
    keywords = {
        "path": [f"notes/{number % 7}/post-{number}.md"],
        "category": [c] if (c := CATEGORIES[number % len(CATEGORIES)]) else [],
        "tag": rnd.sample(TAGS, rnd.randint(0, 3)),
        "language": ["python"] if number % 4 == 1 else [],
        "year": [],
    }
    numbers = {}
    if number % 5:
        year = 2018 + rnd.randint(0, 6)
        numbers["date"] = year * 10**10 + rnd.randint(1, 4) * 10**8 + 1 * 10**6
        keywords["year"] = [str(year)]
    if number % 2:
        numbers["updated"] = 20240101000000 + number
    stored = f"stored {number} {seed} ".encode() + bytes(range(256)) * (number % 3)
    return IndexDocument(f"notes/post-{number}.md", terms, keywords, numbers, stored, f"# 源 {number}".encode())


def term(text: str, boost: float = 1.0) -> Term:
    return Term("body", text, boost)


def gram_phrase(text: str, boost: float = 1.0) -> Phrase:
    return Phrase("gram", tuple((text[i : i + 2], i) for i in range(len(text) - 1)), boost)


A, M, F, T = term("attention"), term("model"), term("flow"), Term("title", "model", 2.0)
NOTHING = term("no such term")
PYTHON = Term("category", "Python")

NODES: dict[str, Node] = {
    "term": A,
    "term-common": M,
    "term-once": term("only"),
    "term-boosted": term("flow", 3.5),
    "term-boost-zero": term("flow", 0.0),
    "term-han": term("扩散"),
    "term-astral": term("𝒳"),
    "term-accent": term("naïve"),
    "term-symbols": term("c++"),
    "term-formula": term("10^{-8}"),
    "term-title": T,
    "term-heading": Term("heading", "flow"),
    "term-stem": Term("stem", "model"),
    "term-gram": Term("gram", "模型"),
    "term-char": Term("char", "型"),
    "term-code": Term("code", "pip"),
    "term-code-boost": Term("code", "model", 5.0),
    "term-math": Term("math", "model"),
    "term-table": Term("table", "flow"),
    "term-unknown": NOTHING,
    "term-empty": term(""),
    "term-unknown-field": Term("nowhere", "model"),
    "keyword-category": PYTHON,
    "keyword-category-han": Term("category", "深度学习"),
    "keyword-category-path": Term("category", "a/b"),
    "keyword-category-space": Term("category", "Deep Learning"),
    "keyword-tag": Term("tag", "ddpm"),
    "keyword-tag-space": Term("tag", "tag with space"),
    "keyword-year": Term("year", "2020"),
    "keyword-language": Term("language", "python"),
    "keyword-key": Term("key", "notes/post-3.md"),
    "keyword-path": Term("path", "notes/4/post-4.md"),
    "keyword-unknown": Term("tag", "never used"),
    "phrase-two": gram_phrase("扩散模"),
    "phrase-pair": Phrase("gram", (("扩散", 0), ("模型", 2))),
    "phrase-one": gram_phrase("模型"),
    "phrase-gap": Phrase("gram", (("模型", 0), ("生成", 5))),
    "phrase-backwards": Phrase("gram", (("模型", 3), ("生成", 0))),
    "phrase-repeat": Phrase("gram", (("模型", 0), ("模型", 0))),
    "phrase-boosted": gram_phrase("注意力", 4.0),
    "phrase-boost-zero": gram_phrase("注意力", 0.0),
    "phrase-unknown": Phrase("gram", (("扩散", 0), ("no such", 1))),
    "phrase-no-positions": Phrase("body", (("model", 0), ("flow", 1))),
    "phrase-empty": Phrase("gram", ()),
    "and": And((A, M)),
    "and-three": And((M, F, Term("title", "flow"))),
    "and-none": And((A, NOTHING)),
    "and-one": And((A,)),
    "and-empty": And(()),
    "and-not": And((M, Not(F))),
    "and-nots": And((M, Not(A), Not(PYTHON))),
    "and-only-nots": And((Not(A), Not(M))),
    "and-filter": And((M, PYTHON, Range("date", 20200101000000, None))),
    "and-phrase": And((M, gram_phrase("模型生"))),
    "and-optional": And((Or((A, F)), Or((T, gram_phrase("扩散"), All())))),
    "or": Or((A, F)),
    "or-many": Or(tuple(term(w, 1 + i / 3) for i, w in enumerate(WORDS))),
    "or-fields": Or((M, T, Term("heading", "model", 0.5), Term("stem", "model", 0.7), Term("char", "模"))),
    "or-scoreless": Or((PYTHON, Term("tag", "ddpm"))),
    "or-mixed": Or((A, PYTHON, Range("updated", None, 20240101000010), gram_phrase("力机"))),
    "or-one": Or((A,)),
    "or-empty": Or(()),
    "or-with-none": Or((A, NOTHING)),
    "or-with-not": Or((A, Not(M))),
    "or-twice": Or((A, A, A)),
    "or-nested": Or((Or((A, F)), And((M, Or((T, term("k8s"))))))),
    "best": Best((M, T, Term("heading", "model"))),
    "best-tie": Best((M, T, Term("heading", "model")), 0.3),
    "best-tie-one": Best((M, F), 1.0),
    "best-empty": Best(()),
    "best-of-bests": Or((Best((M, T), 0.1), Best((F, Term("title", "flow")), 0.1), Best((NOTHING, A)))),
    "best-scoreless": Best((PYTHON, Term("tag", "sde"))),
    "not": Not(M),
    "not-none": Not(NOTHING),
    "not-not": Not(Not(A)),
    "not-all": Not(All()),
    "not-phrase": Not(gram_phrase("模型")),
    "constant": Constant(A, 2.5),
    "constant-zero": Constant(M),
    "constant-and": Constant(And((A, M)), 1.5),
    "constant-all": Constant(All(), 1.0),
    "constant-in-or": Or((F, Constant(And((F, A)), 3.0), Constant(PYTHON, 0.25))),
    "range": Range("date", 20190101000000, 20211231235959),
    "range-from": Range("date", 20220301000000, None),
    "range-to": Range("date", None, 20200101000000),
    "range-open": Range("date"),
    "range-updated": Range("updated", 20240101000005, 20240101000005),
    "range-nothing": Range("date", 1, 0),
    "range-wide": Range("date", -(1 << 70), 1 << 70),
    "range-far": Range("date", 1 << 64, None),
    "range-unknown-field": Range("nowhere", 0, 10),
    "all": All(),
}
FILTERS: dict[str, Node] = {
    "category": PYTHON,
    "tags": Or((Term("tag", "ddpm"), Term("tag", "采样"))),
    "dated": Range("date"),
    "not": Not(Term("tag", "sde")),
    "words": And((M, Not(F))),
    "none": NOTHING,
    "all": All(),
}
