"""Terms as bytes: whatever the notation, they are the terms that were written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.analysis.coded import Codebook, CodedTerms, Notation, Spelling
from kbsearch.model import Document, Span

NOTATIONS = pytest.mark.parametrize("make", [Codebook, Spelling])
WORDS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=5)
RUNS = st.text(st.sampled_from("扩散模型的〇カ한𠀀"), min_size=1, max_size=6)


@NOTATIONS
@given(pieces=st.lists(st.one_of(st.tuples(st.just("word"), WORDS), st.tuples(st.just("run"), RUNS))))
def test_terms_come_back(make: type[Notation], pieces: list[tuple[str, str]]) -> None:
    """Words come back as they are; a run as its bigrams and its last character."""
    notation = make()
    codes, expected = b"", []
    for kind, text in pieces:
        if kind == "word":
            codes += notation[text]
            expected.append(text)
        else:
            codes += notation.run(text)
            expected += [text[i : i + 2] for i in range(len(text))]
    terms = CodedTerms(codes, notation)
    assert list(terms) == expected
    assert (len(terms), bool(terms), terms[:2]) == (len(expected), bool(expected), expected[:2])


def test_the_notation_makes_no_difference() -> None:
    """An analyzer gives the same terms in either notation."""
    text = "扩散模型的 self-attention，見 `torch.nn` 與 DDPM 1,000 步\n\n第二段 カタカナ"
    document = Document(text, (Span("code", text.index("torch"), text.index("torch") + 8, "", True),))
    given = ("標題 Title", ("别名",), document, ["小标题"])
    numbers, spelt = (Analyzer(None, make).document_terms(*given) for make in (Codebook, Spelling))
    assert {name: list(terms) for name, terms in numbers.items()} == {name: list(spelt[name]) for name in numbers}
