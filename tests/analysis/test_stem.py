from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbsearch.analysis.stem import english_stemmer, stemmer_version


def test_inflected_forms_meet() -> None:
    """Forms of a word have one stem."""
    stem = english_stemmer()
    assert stem("sampling") == stem("samples") == stem("sampled") == stem("sample")
    assert stem("model's") == stem("models") == "model"


def test_the_python_stemmer_gives_the_same(shared_data: Path) -> None:
    """Where PyStemmer cannot be installed, snowballstemmer gives the same stems, on words of real texts."""
    fallback = pytest.importorskip("snowballstemmer.english_stemmer").EnglishStemmer()
    text = (shared_data / "judged" / "cisi" / "corpus.jsonl").read_text(encoding="utf-8").lower()
    words = sorted(set(re.findall(r"[a-z][a-z'0-9.-]*", text)))[::4]
    stem = english_stemmer()
    assert [stem(word) for word in words] == [fallback.stemWord(word) for word in words]


def test_the_version_is_major_and_minor() -> None:
    """The analyzer's identity names the stemmer's version."""
    assert re.fullmatch(r"\d+\.\d+", stemmer_version())
