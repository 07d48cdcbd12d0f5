"""Bytes to text: which encoding a file is in, decided by evidence, never by guesswork about its name.

UTF-8 proves itself: text in another encoding hardly ever passes for it. A byte order mark settles the rest. Without
either, each candidate is tried on a sample and judged by what comes out: Chinese text is made of common characters,
while the same bytes read in the wrong encoding give rare ones, private-use ones and errors.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

__all__ = ["Decoded", "decode", "looks_binary"]

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16 = ("utf-16-le", "utf-16-be")
_CODECS = {"big5": "big5hkscs"}  # the codec with Big5's common extensions

_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"BZh9",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"\x28\xb5\x2f\xfd",
    b"Rar!\x1a\x07",
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"SQLite format 3\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"OggS\x00",
    b"wOFF",
    b"wOF2",
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b\b")) + b"\x7f"
_HEAD = 1024  # bytes looked at for control characters
_SAMPLE = 65_536  # bytes that an encoding is judged by
_STRAY = 1000  # one NUL in so many bytes is damage to a text; more make it binary

_NON_ASCII = re.compile(rb"[\x80-\xff]")
_FREQUENT = frozenset(
    "的一是不了在有人我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年"
    "过過发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主"
    "样樣理心本前开開但因只从從想实實日月者意无無此使间間数數据據文本行与與及或最新"
)
_MARKS = frozenset("，。、；：？！“”‘’（）《》〈〉「」『』【】—…·～　")
_ERROR = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text with ``\\n`` as its only line break, the encoding found, and what was wrong with its bytes."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    r"""Decode a text file.

    ``encoding`` is one of ``utf-8``, ``utf-16-le``, ``utf-16-be``, ``utf-32-le``, ``utf-32-be``, ``gb18030`` (which
    holds GBK and GB2312) and ``big5``. A byte order mark is dropped. Bytes that cannot be decoded, and NUL characters,
    become U+FFFD, with a warning that names the byte offset, from 0, of the first one. Never raises.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_as(encoding, data, len(mark))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_as(_best_encoding(data), data)
    if "\0" in text:
        return _decode_as(_utf16_without_mark(data) or "utf-8", data)
    return Decoded(_normal_breaks(text), "utf-8")


def looks_binary(data: bytes) -> bool:
    """Tell files that hold no text: a known signature, NUL bytes that UTF-16 does not explain, or control characters.

    A single NUL in a long text counts as damage, not as binary. Empty data is not binary.
    """
    if any(data.startswith(mark) for mark, _ in _BOMS):
        return False
    if data.startswith(_MAGIC):
        return True
    head = data[:_HEAD]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    nuls = data.count(0) if b"\0" in data else 0
    if not nuls and controls * 20 <= len(head):
        return False
    if max(nuls, controls) * _STRAY <= len(data):
        return False
    return _utf16_without_mark(data) is None


def _normal_breaks(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _decode_as(encoding: str, data: bytes, skip: int = 0) -> Decoded:
    codec = _CODECS.get(encoding, encoding)
    body = data[skip:]
    warnings: list[str] = []
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        text = body.decode(codec, "replace")
        places = text.count(_ERROR) - body.count(_ERROR.encode(codec) if codec != "big5hkscs" else b"")
        more = f" ({places} places in all)" if places > 1 else ""
        warnings.append(f"byte {skip + error.start} is not valid {encoding}: replaced by U+FFFD{more}")
    if "\0" in text:
        at = len(text[: text.index("\0")].encode(codec, "replace"))
        warnings.append(f"byte {skip + at} is NUL: replaced by U+FFFD ({text.count(chr(0))} in all)")
        text = text.replace("\0", _ERROR)
    return Decoded(_normal_breaks(text), encoding, tuple(warnings))


def _best_encoding(data: bytes) -> str:
    """The likeliest encoding of bytes that are not UTF-8 throughout; ``utf-8`` if nothing speaks for another."""
    if b"\0" in data:
        return _utf16_without_mark(data) or "utf-8"
    found = _NON_ASCII.search(data)
    start = found.start() if found else 0
    sample = data[start : start + _SAMPLE]
    best, best_score = "utf-8", max(_utf8_share(sample), 0.3)
    for encoding in ("gb18030", "big5"):
        score = _plausibility(sample.decode(_CODECS.get(encoding, encoding), "replace"))
        if score > best_score:
            best, best_score = encoding, score
    if best == "utf-8" and (wide := _utf16_without_mark(data)) and best_score < 1:
        return wide
    return best


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[: min(_SAMPLE, len(data) & ~1)]
    if not sample or (len(data) % 2 and len(data) < _STRAY):  # half a character more is damage, if there are many
        return None
    scores = {encoding: _plausibility(sample.decode(encoding, "replace"), ascii_counts=True) for encoding in _UTF16}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0.5 else None


def _utf8_share(sample: bytes) -> float:
    """How far a sample speaks for damaged UTF-8: 2 a valid character of three bytes or more, -5 an error, averaged."""
    counts = Counter(sample.decode("utf-8", "replace"))
    total = score = 0.0
    for char, count in counts.items():
        if char >= "\x80":
            total += count
            score += count * (-5 if char == _ERROR else 2 if char >= "\u0800" else 0.5)
    return score / total if total else 0.0


def _plausibility(text: str, *, ascii_counts: bool = False) -> float:
    """Mean likelihood, from -5 to 2, of a text's characters in a Chinese or English post; 0 for none."""
    common = _common_characters()
    total = score = 0.0
    for char, count in Counter(text).items():
        if char < "\x80":
            if not ascii_counts:
                continue
            weight = 1.0 if char >= " " or char in "\t\n\r\f" else -3.0
        elif char in _FREQUENT:
            weight = 2.0
        elif char in common or char in _MARKS:
            weight = 1.0
        elif "\u4e00" <= char <= "\u9fff":
            weight = -0.5
        elif char == _ERROR:
            weight = -5.0
        elif "\u00a0" <= char <= "\u04ff" or "\u2000" <= char <= "\u30ff" or "\uff00" <= char <= "\uffef":
            total += count / 4  # accented Latin, Greek, symbols, line drawing, kana, full-width forms: little evidence
            continue
        elif "\U0001f000" <= char <= "\U0001faff":
            continue  # pictographs
        else:
            weight = -3.0  # private use, unassigned, scripts that such posts do not use
        total += count
        score += count * weight
    return score / total if total else 0.0


@cache
def _common_characters() -> frozenset[str]:
    """Level 1 of GB 2312 (3,755 characters) and of Big5 (5,401): both standards put the common ones first."""
    simplified = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(byte for row in range(0xA4, 0xC7) for cell in trails for byte in (row, cell))
    text = simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore")
    return frozenset(char for char in text if "\u4e00" <= char <= "\u9fff")
