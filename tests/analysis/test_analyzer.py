from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kbsearch.analysis.analyzer import SEPARATOR, Analyzer
from kbsearch.analysis.fold import fold, narrow
from kbsearch.analysis.tokens import CJK_FIRST, TOKENS
from kbsearch.engines.base import TEXT_FIELDS
from kbsearch.errors import ConfigError
from kbsearch.model import Document, Span, SpanKind

ANALYZER = Analyzer()

# Texts as posts have them, and any characters among them.
WORDS = st.sampled_from(
    [
        *"的型用扩散模型𠀀々カ한Ａ",
        *[
            "扩散模型",
            "機器學習",
            "去噪隐式模型",
            "self_attention",
            "DataParallel",
            "GPT-4",
            "ＧＰＴ４",
            "v2.8.3",
            "C++",
            "C#",
        ],
        *[
            "U-Net",
            "nn.functional",
            "@tf_export",
            "10^{-8}",
            "it's",
            "café",
            "カタカナ",
            "한국어",
            "1,000",
            "__init__",
            "e.g.",
        ],
        *[
            " ",
            "，",
            "。",
            "\n",
            "\n\n",
            "-",
            "_",
            ".",
            "'",
            "（",
            "！",
            "🚀",
            "\u3000",
            "a",
            "B",
            "7",
            "İ",
            "Σ",
            "\ud800",
        ],
    ]
)
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=3)), max_size=25).map("".join)


def terms_of(text: str, title: str = "", *spans: Span) -> dict[str, list[str]]:
    return as_lists(ANALYZER.document_terms(title, (), Document(text, spans), ()))


def as_lists(terms: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(each) for name, each in terms.items()}


def boundaries(text: str) -> list[int]:
    """Offsets at which the text may be cut without cutting a word: all but those inside tokens other than CJK."""
    inside = {i for m in TOKENS.finditer(narrow(text)) if m.group() < CJK_FIRST for i in range(m.start() + 1, m.end())}
    return [i for i in range(len(text) + 1) if i not in inside]


def has_phrase(atoms: list[str], phrase: tuple[tuple[str, int], ...]) -> bool:
    """What an engine does: the terms at their distances, the last one as a beginning if it is a single character."""

    def at(place: int) -> bool:
        for i, (term, distance) in enumerate(phrase):
            atom = atoms[place + distance] if place + distance < len(atoms) else ""
            is_beginning = i == len(phrase) - 1 and len(term) == 1 and term >= CJK_FIRST
            if not (atom.startswith(term) if is_beginning else atom == term):
                return False
        return True

    return any(map(at, range(len(atoms))))


def test_fields_are_those_of_the_engines() -> None:
    """A document gets terms for each text field, as lists of strings."""
    terms = terms_of("扩散模型 diffusion", "标题")
    assert set(terms) == set(TEXT_FIELDS)
    assert all(isinstance(term, str) for field in terms.values() for term in field)


def test_each_field_has_its_kind_of_terms() -> None:
    """Words, bigrams, characters, stems, and what stands in code, formulas and tables, each in its field."""
    text = "扩散模型的 Samples\n\nsoftmax_loss 与 \\mathcal{H}_n\n\n表格 cell"
    places: list[tuple[SpanKind, str]] = [("code", "softmax_loss"), ("math", "\\mathcal{H}_n"), ("table", "表格 cell")]
    spans = [Span(kind, text.index(part), text.index(part) + len(part)) for kind, part in places]
    terms = as_lists(ANALYZER.document_terms("人工智能", ("别名",), Document(text, tuple(spans)), ["的 Samples"]))
    assert sorted(terms["title"]) == sorted(["人工", "智能", "人工智能", "别名"])
    assert sorted(terms["heading"]) == sorted(["的", "samples"])
    assert {"扩散", "模型", "samples", "softmax_loss", "softmax", "loss", "mathcal", "h", "表格"} <= set(terms["body"])
    assert "sampl" in terms["stem"] and "softmax_loss" in terms["stem"]
    assert " ".join(terms["gram"]) == (
        "人工 工智 智能 能 ¶ 别名 名 ¶ 扩散 散模 模型 型的 的 samples ¶ softmax loss 与 mathcal h n ¶ 表格 格 cell"
    )
    assert "".join(terms["char"]) == "人工智能别名扩散模型的与表格"
    assert terms["code"] == ["softmaxloss", "softmax_loss", "softmax", "loss", SEPARATOR]
    assert set(ANALYZER.math_terms("\\mathcal H_{n}")) < set(terms["math"])
    assert terms["table"] == ["表格", "cell", SEPARATOR]


def test_frequencies_are_kept() -> None:
    """A word that occurs five times is five terms in every scored field."""
    terms = terms_of("模型 model " * 5)
    assert terms["body"].count("模型") == terms["body"].count("model") == terms["stem"].count("model") == 5
    assert terms["char"].count("型") == terms["gram"].count("模型") == 5


@given(TEXTS)
def test_width_case_and_script_make_no_difference(text: str) -> None:
    """A folded text has the same characters and atoms as the text, and each whole word as the author wrote it."""
    one, other = terms_of(text), terms_of(fold(text))
    assert one["gram"] == other["gram"]
    assert one["char"] == other["char"]
    assert set(other["body"]) <= set(one["body"])


def test_traditional_and_simplified_text_give_the_same_terms() -> None:
    """機器學習 finds 机器学习 and back; ＧＰＴ４ finds GPT4."""
    assert terms_of("機器學習與擴散模型 ＧＰＴ４") == terms_of("机器学习与扩散模型 GPT4")
    words = [ANALYZER.query_words(text) for text in ("機器學習 ＧＰＴ４", "机器学习 GPT4")]
    assert words[0] == words[1]


@given(TEXTS, st.data())
@example("使用\n\nGPT-4的", None)
def test_query_words_are_among_the_document_terms(text: str, data: st.DataObject | None) -> None:
    """Index and query agree: a piece of a text cut between words has no first term that the text lacks."""
    terms = set(terms_of(text)["body"])
    cuts = boundaries(text)
    # Chinese is cut by its context, so only whole runs have the same words.
    cuts = [i for i in cuts if not (0 < i < len(text) and text[i - 1] >= CJK_FIRST and text[i] >= CJK_FIRST)]
    start, end = sorted(data.draw(st.sampled_from(cuts)) for _ in range(2)) if data else (0, len(text))
    for word in ANALYZER.query_words(text[start:end]):
        assert set(word.terms) <= terms


@given(TEXTS)
def test_stems_agree(text: str) -> None:
    """The stems of a query are among the document's."""
    stems = set(terms_of(text)["stem"])
    assert all(set(word.stems) <= stems for word in ANALYZER.query_words(text))


@given(TEXTS, st.data())
def test_any_stretch_of_a_text_is_found_as_a_phrase(text: str, data: st.DataObject) -> None:
    """Phrases are exact on the text: in the middle of a run, within words of the segmenter."""
    text = text.replace("\n\n", "\n")
    cuts = boundaries(text)
    start, end = sorted(data.draw(st.sampled_from(cuts)) for _ in range(2))
    phrase = ANALYZER.phrase_terms(text[start:end])
    assert not phrase or has_phrase(terms_of(text)["gram"], phrase)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("扩散模型", "条件扩散模型的采样", True),
        ("散模", "扩散模型", True),
        ("扩散模型", "扩散的模型", False),
        ("模型扩散", "扩散模型", False),
        ("散模型", "扩散模，型", False),
        ("扩散 模型", "扩散模型", True),
        ("GPT 4", "用GPT-4做", True),
        ("self-attention", "a self attention layer", True),
        ("attention layer", "self attention, no layer", False),
        ("用GPT", "使用GPT-4", True),
        ("GPT-4的", "GPT-4的模型", True),
        ("GPT-4的", "GPT-4 模型", False),
        ("nn.functional", "torch.nn.functional.relu", True),
        ("2.8.3", "v2.8.3", True),
        ("結尾\n\n開頭", "结尾\n\n开头", False),
    ],
)
def test_phrases(phrase: str, text: str, found: bool) -> None:
    """A phrase is found where it stands in the text, and nowhere else."""
    assert has_phrase(terms_of(text)["gram"], ANALYZER.phrase_terms(phrase)) is found


def test_no_phrase_crosses_from_title_to_text_or_between_blocks() -> None:
    """Title, aliases and blocks are apart."""
    atoms = terms_of("模型\n\n扩散", "扩散")["gram"]
    assert not has_phrase(atoms, ANALYZER.phrase_terms("扩散模型"))
    assert not has_phrase(atoms, ANALYZER.phrase_terms("模型扩散"))


@given(TEXTS)
def test_query_words_stand_where_they_say(text: str) -> None:
    """Offsets are those of the query as typed: in order, apart, and what stands there folds to the word."""
    end = 0
    for word in ANALYZER.query_words(text):
        assert end <= word.start < word.end <= len(text)
        assert fold(text[word.start : word.end]) == word.text
        end = word.end


def test_a_repeated_word_has_its_own_place_each_time() -> None:
    """Five occurrences have five places."""
    assert [word.start for word in ANALYZER.query_words("模型 模型，模型Model模型")] == [0, 3, 6, 8, 13]


@given(TEXTS.filter(lambda text: any(map(str.isalnum, text))))
def test_a_letter_or_digit_is_enough(text: str) -> None:
    """Every text with a letter or a digit has a term, and as a query a word."""
    assert terms_of(text)["body"]
    assert ANALYZER.query_words(text)
    assert ANALYZER.phrase_terms(text)


def test_query_words_tell_kinds_terms_and_stems() -> None:
    """Chinese words have the words inside them, identifiers their parts, English words their stems."""
    han, latin = ANALYZER.query_words("人工智能 Self-Attention")
    assert (han.text, han.kind, han.terms, han.stems) == ("人工智能", "han", ("人工智能", "人工", "智能"), ())
    assert (latin.text, latin.kind) == ("self-attention", "latin")
    assert latin.terms == ("selfattention", "self-attention", "self", "attention")
    assert latin.stems == ("selfattent", "self-attent", "self", "attent")


def test_user_words_act_on_documents_and_queries_alike(tmp_path: Path) -> None:
    """A user's word is one word on both sides, and changes the identity; comments of form do not."""
    path = tmp_path / "words.txt"
    path.write_text("流匹配\n無分類器引導 10 n\n", encoding="utf-8")
    analyzer = Analyzer(path)
    assert [word.text for word in analyzer.query_words("无分类器引导与流匹配")] == ["无分类器引导", "与", "流匹配"]
    terms = analyzer.document_terms("", (), Document("无分类器引导与流匹配"), ())["body"]
    assert {"无分类器引导", "流匹配"} <= set(terms)
    assert analyzer.identity != ANALYZER.identity
    path.write_text("流匹配 nz\n\n无分类器引导 10\n", encoding="utf-8")
    assert Analyzer(path).identity == analyzer.identity
    path.write_text("流匹配\n无分类器引导 11\n", encoding="utf-8")
    assert Analyzer(path).identity != analyzer.identity


def test_a_kept_dictionary_makes_the_same_analyzer(tmp_path: Path) -> None:
    """What an index keeps of a user's words gives the same words and the same identity as the user's file."""
    path = tmp_path / "words.txt"
    path.write_text("流匹配\n無分類器引導\n扩散 7\n模型 0\n分类器引导\n", encoding="utf-8")
    analyzer = Analyzer(path)
    path.write_text(analyzer.user_dictionary_text(), encoding="utf-8")
    copy = Analyzer(path)
    assert copy.identity == analyzer.identity
    text = "无分类器引导与流匹配扩散模型"
    assert copy.query_words(text) == analyzer.query_words(text)
    assert copy.user_dictionary_text() == analyzer.user_dictionary_text()


def test_a_bad_user_dictionary_is_refused_at_once(tmp_path: Path) -> None:
    """The error comes when the analyzer is made, not in the middle of an update."""
    path = tmp_path / "words.txt"
    path.write_text("词 频 率 性\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1"):
        Analyzer(path)


def test_an_analyzer_travels_between_processes(tmp_path: Path) -> None:
    """A pickled analyzer, used or not, has the same words and identity, also when its file is gone."""
    path = tmp_path / "words.txt"
    path.write_text("流匹配\n", encoding="utf-8")
    analyzer = Analyzer(path)
    analyzer.document_terms("标题", (), Document("流匹配 model"), ())
    path.unlink()
    copy = pickle.loads(pickle.dumps(analyzer))
    assert copy.identity == analyzer.identity
    assert copy.query_words("流匹配") == analyzer.query_words("流匹配")


def test_terms_change_only_with_the_version() -> None:
    """An index is used with the terms it was made with: whoever changes any term raises VERSION and this digest."""
    text = (Path(__file__).parent / "terms.txt").read_text(encoding="utf-8")
    document = Document(text, (Span("math", 0, 60),))
    terms = as_lists(ANALYZER.document_terms("Title 標題", ("别名",), document, ["小标题"]))
    del terms["stem"]  # the identity has the stemmer's own version
    digest = hashlib.sha256(json.dumps(terms, ensure_ascii=False).encode()).hexdigest()[:16]
    assert (ANALYZER.identity.split()[0], digest) == ("1", "b4818e670f6c5c6b")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An analyzer that has seen many tokens starts its memory anew, and goes on giving the same terms."""
    monkeypatch.setattr("kbsearch.analysis.analyzer._MAX_REMEMBERED", 100)
    analyzer = Analyzer()
    for number in range(50):
        text = " ".join(f"w{number}x{i} 'W{number}." for i in range(20)) + " 扩散模型"
        terms = analyzer.document_terms("", (), Document(text), ())
        assert as_lists(terms) == as_lists(ANALYZER.document_terms("", (), Document(text), ()))
        assert len(analyzer._remembered) < 200
