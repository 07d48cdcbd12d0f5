"""Bytes to text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.decode import decode, looks_binary

SIMPLIFIED = "扩散模型是一类生成模型,它先把数据一步步变成噪声,再学习怎么把噪声变回数据。"
TRADITIONAL = "擴散模型是一類生成模型，它先把資料一步步變成雜訊，再學習怎麼把雜訊變回資料。"
ENGLISH = "Diffusion models turn data into noise, step by step.\nThen they learn the way back.\n"
ENCODINGS = {
    "gb18030": SIMPLIFIED,
    "big5": TRADITIONAL,
    "utf-8": SIMPLIFIED,
    "utf-16-le": SIMPLIFIED,
    "utf-16-be": TRADITIONAL,
}


@pytest.mark.parametrize(("encoding", "text"), ENCODINGS.items())
@pytest.mark.parametrize("around", ["{}", "# DDPM\n\n{}\n\n```python\nprint('x')\n```\n", ENGLISH * 40 + "{}"])
def test_chinese_is_recognised_in_every_encoding(encoding: str, text: str, around: str) -> None:
    """Chinese text alone, among Markdown, or after much English is decoded as its author wrote it."""
    text = around.format(text)
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.encoding == encoding
    assert decoded.warnings == ()
    assert not looks_binary(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_english_utf16_without_mark(encoding: str) -> None:
    """English in UTF-16 without a mark is recognised, though each second byte is NUL."""
    data = ENGLISH.encode(encoding)
    assert not looks_binary(data)
    assert decode(data).text == ENGLISH
    assert decode(data).encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [ENGLISH, SIMPLIFIED, "a"])
def test_byte_order_marks_decide_and_are_dropped(encoding: str, text: str) -> None:
    """A byte order mark settles the encoding and is no part of the text."""
    data = text.encode(encoding)
    assert decode(data).text == text
    assert not looks_binary(data)


def test_line_breaks_become_newlines() -> None:
    r"""``\r\n`` and ``\r`` count as one line break each, so that line numbers are those an editor shows."""
    assert decode(b"a\r\nb\rc\n\r\nd").text == "a\nb\nc\n\nd"


@pytest.mark.parametrize(
    ("data", "text", "offset"),
    [
        (b"abc\xffdef", "abc\ufffddef", 3),
        ("中文测试\n".encode() + b"\xff tail", "中文测试\n\ufffd tail", 13),
        (b"\xef\xbb\xbfabc\xff", "abc\ufffd", 6),
        (b"It\x92s a caf\xe9", "It\ufffds a caf\ufffd", 2),
        ("中文内容很多".encode("gbk") + b"\xff" + "后面还有".encode("gbk"), "中文内容很多\ufffd后面还有", 12),
        (b"\xff\xfe\x00\xd8a\x00", "\ufffda", 2),
    ],
)
def test_undecodable_bytes_are_replaced_and_named(data: bytes, text: str, offset: int) -> None:
    """Bytes that cannot be decoded become U+FFFD, and a warning names the offset of the first in the file."""
    decoded = decode(data)
    assert decoded.text == text
    assert len(decoded.warnings) == 1
    assert f"byte {offset} " in decoded.warnings[0]


def test_a_stray_nul_is_damage_not_binary() -> None:
    """One NUL in a long text is replaced with a warning; the text is kept."""
    data = SIMPLIFIED.encode() * 50 + b"\0" + ENGLISH.encode()
    assert not looks_binary(data)
    decoded = decode(data)
    assert decoded.encoding == "utf-8"
    assert "\0" not in decoded.text
    assert f"byte {len(SIMPLIFIED.encode()) * 50} " in decoded.warnings[0]


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\nrest",
        b"%PDF-1.7\n%text",
        b"PK\x03\x04docx",
        bytes(range(256)) * 4,
        b"a\0b",
        b"\1\0\0\0\2\0\0\0\3\0\0\0" * 30,
        b"\x01\x02\x03\x04text\x05\x06",
    ],
)
def test_binary_files_are_told(data: bytes) -> None:
    """Known signatures, NUL bytes that are not UTF-16, and control characters make a file binary."""
    assert looks_binary(data)


@pytest.mark.parametrize("data", [b"", b"plain", b"\x1b[31mred\x1b[0m log\n", b"PK is a postal code", "📚 é".encode()])
def test_text_is_not_called_binary(data: bytes) -> None:
    """Text stays text, coloured logs and empty files included."""
    assert not looks_binary(data)


@given(st.text(st.characters(exclude_characters="\0\r\ufeff", exclude_categories=["Cs"])))
def test_utf8_round_trip(text: str) -> None:
    """Whatever is valid UTF-8 is decoded as such, character for character."""
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, "utf-8", ())


@given(st.binary(max_size=300))
def test_any_bytes_give_text(data: bytes) -> None:
    """Any bytes decode to text that can be written out, without NUL or carriage return."""
    decoded = decode(data)
    decoded.text.encode()
    assert "\0" not in decoded.text
    assert "\r" not in decoded.text
    looks_binary(data)


def test_encodings_of_real_posts(shared_data: Path) -> None:
    """Passages of real posts, re-encoded, are recognised in at least 99 of 100 cases."""
    files = sorted((shared_data / "posts").rglob("*.md"))
    chosen = random.Random(7)
    right = tried = 0
    for file in chosen.sample(files, 150):
        text = file.read_text("utf-8-sig")
        start = chosen.randrange(max(1, len(text) - 200))
        passage = text[start : start + 200]
        if sum("\u4e00" <= char <= "\u9fff" for char in passage) < 5:
            continue
        for encoding in ("gb18030", "utf-16-le", "utf-16-be"):
            tried += 1
            right += decode(passage.encode(encoding)).encoding == encoding
    assert tried > 100
    assert right >= 0.99 * tried
