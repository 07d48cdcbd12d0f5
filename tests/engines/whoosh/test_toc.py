"""The table of contents."""

from __future__ import annotations

import json
import zlib

import pytest

from kbsearch.engines.whoosh.toc import TOC_FILE, SegmentInfo, Toc, read_toc, write_toc
from kbsearch.errors import IndexCorruptError, IndexMismatchError, IndexMissingError

TOC = Toc(
    7, (SegmentInfo("MAIN_00000001.seg", 100, 5, 9, b"\x05\x01"), SegmentInfo("MAIN_000000ff.seg", 1, 2, 3)), {"名": 1}
)


def test_round_trip(tmp_path):
    """What is committed is read back."""
    write_toc(tmp_path, TOC)
    assert read_toc(tmp_path) == TOC
    assert [info.deleted_count for info in TOC.segments] == [3, 0]


def test_missing(tmp_path):
    """No table, no index."""
    with pytest.raises(IndexMissingError):
        read_toc(tmp_path)
    with pytest.raises(IndexMissingError):
        read_toc(tmp_path / "nowhere")


def test_any_flipped_bit_is_noticed(tmp_path):
    """No bit of the table can change unnoticed."""
    write_toc(tmp_path, TOC)
    path = tmp_path / TOC_FILE
    raw = path.read_bytes()
    for place in range(len(raw)):
        for bit in range(8):
            changed = bytearray(raw)
            changed[place] ^= 1 << bit
            path.write_bytes(changed)
            with pytest.raises(IndexCorruptError):
                read_toc(tmp_path)
    for end in range(len(raw)):
        path.write_bytes(raw[:end])
        with pytest.raises(IndexCorruptError):
            read_toc(tmp_path)


def forge(folder, **changes):
    body = {"format": 1, "generation": 1, "segments": [], "meta": {}} | changes
    text = json.dumps(body).encode()
    (folder / TOC_FILE).write_bytes(b"%s\n%d\n" % (text, zlib.crc32(text)))


def entry(**changes):
    return {"file": "MAIN_00000001.seg", "size": 1, "crc32": 1, "posts": 9, "deleted": ""} | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"generation": "1"},
        {"meta": []},
        {"segments": 5},
        {"segments": [[]]},
        {"segments": [entry(file="../../etc/passwd")]},
        {"segments": [entry(file="/etc/passwd")]},
        {"segments": [entry(file="MAIN_00000001.seg\n")]},
        {"segments": [entry(size=1.5)]},
        {"segments": [entry(posts="9")]},
        {"segments": [entry(posts=True)]},
        {"segments": [entry(posts=-1)]},
        {"segments": [entry(deleted="AAAA")]},
        {"segments": [entry(deleted="not base64!")]},
        {"segments": [entry(deleted=5)]},
        {"segments": [entry(), entry()]},
    ],
    ids=repr,
)
def test_forged_tables_are_refused(tmp_path, changes):
    """A table with right checksum and wrong contents is an error."""
    forge(tmp_path, **changes)
    with pytest.raises(IndexCorruptError):
        read_toc(tmp_path)


def test_other_versions(tmp_path):
    """A table of another version says so, and what to do."""
    forge(tmp_path, format=99)
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        read_toc(tmp_path)
