"""A file of arrays: what goes in comes out, and what is damaged is noticed."""

from __future__ import annotations

import json
import os
import random
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbsearch.engines.whoosh.container import ALIGN, BLOCK, TRAILER, ArrayReader, ArrayWriter
from kbsearch.errors import IndexCorruptError

TYPES = {"B": np.uint8, "H": np.uint16, "I": np.uint32, "Q": np.uint64, "q": np.int64}


def write(path, arrays, meta=None):
    writer = ArrayWriter(path)
    for name, (code, chunks) in arrays.items():
        writer.add(name, code, chunks)
    return writer.finish(meta or {})


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=5),
        st.tuples(st.sampled_from("BHIQq"), st.lists(st.integers(0, 3000), max_size=4), st.integers(0, 99)),
        max_size=5,
    )
)
def test_round_trip(tmp_path_factory, shapes):
    """Arrays of every type, given in pieces of any size, come back as they were, aligned, with the meta."""
    path = tmp_path_factory.mktemp("arrays") / "x"
    arrays = {}
    for name, (code, sizes, seed) in shapes.items():
        rng = np.random.default_rng(seed)
        arrays[name] = code, [rng.integers(0, 200, size).astype(TYPES[code]) for size in sizes]
    size, checksum = write(path, arrays, {"名": [1, None]})
    assert path.stat().st_size == size
    reader = ArrayReader(path, (size, checksum))
    assert reader.meta == {"名": [1, None]}
    assert list(reader.names()) == list(arrays)
    assert reader.verify() == []
    for name, (code, chunks) in arrays.items():
        whole = np.concatenate([np.zeros(0, TYPES[code]), *chunks])
        array = reader.array(name, code)
        assert array.whole().tolist() == whole.tolist()
        assert np.frombuffer(array.view, TYPES[code]).ctypes.data % ALIGN == 0 if len(whole) else True
        for _ in range(5):
            a, b = sorted(random.choices(range(len(whole) + 1), k=2))
            assert array.part(a, b).tolist() == whole[a:b].tolist()
        for place in range(0, len(whole), 97):
            assert array.item(place) == whole[place]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "x"
    arrays = {
        "a": ("I", [np.arange(3000, dtype=np.uint32)]),
        "b": ("B", [b"hello"]),
        "c": ("q", [np.arange(-5, 5)]),
        "none": ("H", []),
    }
    return path, write(path, arrays, {"posts": 3}), path.read_bytes()


def read_all(path, expected=None):
    reader = ArrayReader(path, expected)
    return reader.meta, {name: reader.array(name).whole().tolist() for name in reader.names()}


def test_any_flipped_bit_is_noticed(sample, tmp_path):
    """Each bit of the file, turned round: a corruption error, or content as it was (in the filling), never another."""
    path, expected, raw = sample
    right = read_all(path, expected)
    copy = tmp_path / "copy"
    for place in sorted({*range(0, len(raw), 7), *range(len(raw) - 500, len(raw)), *range(64)}):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 8
        copy.write_bytes(changed)
        try:
            assert read_all(copy, expected) == right
        except IndexCorruptError as error:
            assert str(copy) in str(error)
        else:
            assert ArrayReader(copy, expected).verify() != []


def test_any_truncation_is_noticed(sample, tmp_path):
    """A file that ends early, or goes on too long, is refused."""
    _, expected, raw = sample
    copy = tmp_path / "copy"
    for end in [*range(0, len(raw), 501), len(raw) - 1]:
        copy.write_bytes(raw[:end])
        with pytest.raises(IndexCorruptError):
            ArrayReader(copy)
    copy.write_bytes(raw + b"\0")
    with pytest.raises(IndexCorruptError):
        ArrayReader(copy, expected)


def test_another_file_in_its_place_is_noticed(sample, tmp_path):
    """A whole and sound file that is not the one meant is refused."""
    _, expected, _ = sample
    size, _ = write(tmp_path / "other", {"a": ("I", [np.arange(3000, dtype=np.uint32)])})
    with pytest.raises(IndexCorruptError):
        ArrayReader(tmp_path / "other", expected)
    with pytest.raises(IndexCorruptError):
        ArrayReader(tmp_path / "other", (size, expected[1]))


def forge(raw: bytes, change) -> bytes:
    """The file with another footer, all its checksums right."""
    _, at, length, _, magic = TRAILER.unpack(raw[-TRAILER.size :])
    footer = json.loads(raw[at : at + length])
    change(footer)
    text = json.dumps(footer).encode()
    return raw[:at] + text + TRAILER.pack(at + len(text) + TRAILER.size, at, len(text), zlib.crc32(text), magic)


HOSTILE = {
    "huge count": lambda f: f["arrays"]["a"].__setitem__(1, 1 << 60),
    "negative count": lambda f: f["arrays"]["a"].__setitem__(1, -1),
    "outside": lambda f: f["arrays"]["a"].__setitem__(2, 1 << 40),
    "odd place": lambda f: f["arrays"]["a"].__setitem__(2, 65),
    "in the head": lambda f: f["arrays"]["a"].__setitem__(2, 0),
    "no sums": lambda f: f["arrays"]["a"].__setitem__(3, 1 << 40),
    "unknown type": lambda f: f["arrays"]["a"].__setitem__(0, "O"),
    "float count": lambda f: f["arrays"]["a"].__setitem__(1, 1.5),
    "bool count": lambda f: f["arrays"]["a"].__setitem__(1, True),
    "short entry": lambda f: f["arrays"]["a"].pop(),
    "no arrays": lambda f: f.pop("arrays"),
    "arrays a list": lambda f: f.__setitem__("arrays", [1]),
    "no meta": lambda f: f.pop("meta"),
    "sums elsewhere": lambda f: f["sums"].__setitem__(0, 64),
    "sums outside": lambda f: f["sums"].__setitem__(0, 1 << 50),
    "sums a text": lambda f: f.__setitem__("sums", "ab"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_forged_footers_are_refused(sample, tmp_path, name):
    """A footer that asks for what is not there is an error, never a crash or a huge allocation."""
    _, _, raw = sample
    path = tmp_path / "forged"
    path.write_bytes(forge(raw, HOSTILE[name]))
    with pytest.raises(IndexCorruptError):
        read_all(path)


def test_forging_works(sample, tmp_path):
    """The forger of these tests makes files that are accepted if nothing in them is wrong."""
    path, _, raw = sample
    (tmp_path / "same").write_bytes(forge(raw, lambda footer: None))
    assert read_all(tmp_path / "same") == read_all(path)


def test_deep_footer(sample, tmp_path):
    """A footer nested a hundred thousand deep is an error like any other."""
    _, _, raw = sample
    at = TRAILER.unpack(raw[-TRAILER.size :])[1]
    text = b"[" * 100_000
    end = TRAILER.pack(at + len(text) + TRAILER.size, at, len(text), zlib.crc32(text), b"KBSFOOT1")
    (tmp_path / "deep").write_bytes(raw[:at] + text + end)
    with pytest.raises(IndexCorruptError):
        ArrayReader(tmp_path / "deep")


def test_places_outside_are_refused(sample):
    """Asking for items that are not there is a corruption error: the places came from the file."""
    path, expected, _ = sample
    array = ArrayReader(path, expected).array("a")
    for start, stop in ((0, 3001), (-1, 2), (5, 4), (3001, 3001)):
        with pytest.raises(IndexCorruptError):
            array.part(start, stop)
    for place in (-1, 3000, 1 << 40):
        with pytest.raises(IndexCorruptError):
            array.item(place)
    with pytest.raises(IndexCorruptError):
        array.pair(2999)
    with pytest.raises(IndexCorruptError):
        ArrayReader(path, expected).array("zz")
    with pytest.raises(IndexCorruptError):
        ArrayReader(path, expected).array("a", "BH")


def test_only_touched_blocks_are_checked(sample, tmp_path):
    """Damage is found where it is read, not elsewhere."""
    _, expected, raw = sample
    changed = bytearray(raw)
    changed[ALIGN + BLOCK + 10] ^= 1  # in the second block of the first array
    path = tmp_path / "changed"
    path.write_bytes(changed)
    array = ArrayReader(path, expected).array("a")
    assert array.part(0, 1024).tolist() == list(range(1024))
    assert array.part(2048, 3000).tolist() == list(range(2048, 3000))
    for start, stop in ((1024, 1025), (1000, 1030), (1500, 2500)):
        with pytest.raises(IndexCorruptError):
            array.part(start, stop)


def test_views_outlive_the_reader(sample):
    """What was read stays valid when the file is closed or deleted."""
    path, expected, _ = sample
    reader = ArrayReader(path, expected)
    part = reader.array("a").part(10, 20)
    reader.close()
    assert part.tolist() == list(range(10, 20))


def test_abandoned_files_are_gone(tmp_path):
    """A writer that gives up leaves nothing."""
    writer = ArrayWriter(tmp_path / "x")
    writer.add("a", "B", [b"abc"])
    writer.abandon()
    assert os.listdir(tmp_path) == []


def test_layout_is_little_endian(tmp_path):
    """The bytes in the file are those of docs/index-format.md, whatever the machine."""
    write(tmp_path / "x", {"a": ("I", [np.array([1, 258], np.uint32)])})
    raw = (tmp_path / "x").read_bytes()
    assert raw[:12] == b"KBSARRAY\x01\0\0\0"
    assert raw[64:72] == struct.pack("<II", 1, 258)
    assert raw[-8:] == b"KBSFOOT1"
