from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.correction.vocabulary import Vocabulary, build
from kbsearch.errors import IndexCorruptError

WORDS = st.text("扩散模型一ab1_é𠀀\n", max_size=70)
ENTRIES = st.lists(st.tuples(WORDS, st.integers(0, 2**33)), max_size=40)


def kept(word: str, frequency: int) -> bool:
    return 0 < len(word) <= 64 and "\n" not in word and frequency > 0


@given(ENTRIES)
def test_round_trip(entries: list[tuple[str, int]]) -> None:
    """What is built is read back: every word of up to 64 characters, its greatest frequency, most frequent first."""
    read = list(Vocabulary.from_bytes(build(entries)))
    wanted: dict[str, int] = {}
    for word, frequency in entries:
        if kept(word, frequency):
            wanted[word] = max(wanted.get(word, 0), min(frequency, 2**32 - 1))
    assert dict(read) == wanted
    assert [f for _, f in read] == sorted((f for _, f in read), reverse=True)


@given(ENTRIES, WORDS, st.integers(1, 5))
def test_look_ups_agree_with_a_plain_list(entries: list[tuple[str, int]], fragment: str, limit: int) -> None:
    """Both look-ups give what a loop over all words would."""
    vocabulary = Vocabulary.of(entries)
    words = list(vocabulary)
    assert vocabulary.frequency(fragment) == dict(words).get(fragment, 0)
    wanted = [(w, f) for w, f in words if fragment and fragment in w][:limit]
    assert vocabulary.containing(fragment, limit) == wanted
    assert [vocabulary.entry(rank) for rank in range(len(vocabulary))] == words


def test_words_that_no_query_can_contain_are_left_out() -> None:
    """A lone surrogate or a line break costs that word, not the vocabulary."""
    assert list(Vocabulary.of([("a\nb", 3), ("\ud800", 2), ("", 9), ("ok", 1)])) == [("ok", 1)]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Bytes that are no vocabulary are an IndexCorruptError."""
    with pytest.raises(IndexCorruptError, match="check --repair"):
        Vocabulary.from_bytes(data)


def test_every_flipped_byte_is_noticed() -> None:
    """Damage anywhere in the file is an error, never other words."""
    data = build([("模型", 7), ("diffusion", 3), ("a", 1)])
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 0x20
        with pytest.raises(IndexCorruptError):
            Vocabulary.from_bytes(bytes(damaged))
    for end in range(len(data)):
        with pytest.raises(IndexCorruptError):
            Vocabulary.from_bytes(data[:end])


@pytest.mark.parametrize(
    ("text", "frequencies"),
    [("\na\nb\n", [1]), ("a\n", [1]), ("\na", [1]), ("", []), ("\na\n", [0])],
    ids=["count", "start", "end", "empty", "in no post"],
)
def test_a_right_checksum_is_not_enough(text: str, frequencies: list[int]) -> None:
    """A file made by someone else is refused if it is not one, though its checksum is right."""
    body = text.encode() + struct.pack(f"<{len(frequencies)}I", *frequencies)
    header = struct.pack("<8sIII", b"kbvocab1", len(frequencies), len(text.encode()), zlib.crc32(body))
    with pytest.raises(IndexCorruptError):
        Vocabulary.from_bytes(header + body)


def test_an_empty_vocabulary_answers() -> None:
    """An index without posts has a vocabulary, in which nothing is found."""
    vocabulary = Vocabulary.from_bytes(build([]))
    assert len(vocabulary) == 0
    assert vocabulary.frequency("a") == 0
    assert vocabulary.containing("a") == []
