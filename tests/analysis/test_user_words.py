from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbsearch.analysis.user_words import read_user_words
from kbsearch.errors import ConfigError


def write(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "words.txt"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_every_form_of_line(tmp_path: Path) -> None:
    """Frequency and tag may be left out; case, script and a byte-order mark make no difference; the last line holds."""
    text = "\ufeff扩散模型\r\n流匹配 20\n\n擴散 7 n\n采样 n\n模型 0\n流匹配 30 nz\nGPT-4 9\nT恤 3\n"
    assert read_user_words(write(tmp_path, text)) == {
        "扩散模型": None,
        "扩散": 7,
        "采样": None,
        "模型": 0,
        "流匹配": 30,
    }


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"\xff\xfe", "not UTF-8"),
        ("扩散模型 12 n n".encode(), "is not a frequency and a tag"),
        ("扩散 模型 n".encode(), "is not a frequency and a tag"),
        ("扩散模型 99999999999".encode(), "greater"),
        (b"\x1b[31m 1", "cannot be printed"),
        ("长".encode() * 65, "longer"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, complaint: str) -> None:
    """The error names file, line and what is wrong."""
    path = write(tmp_path, "好词 3 n\n".encode() + line + b"\n")
    with pytest.raises(ConfigError, match=complaint) as error:
        read_user_words(path)
    assert f"{path}, line 2:" in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that cannot be read is a configuration error."""
    with pytest.raises(ConfigError, match="nowhere"):
        read_user_words(tmp_path / "nowhere.txt")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.text("词典 1\t\nn\u2028\x00٣").map(str.encode)))
@example("词 ٣٣".encode())
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    """Whatever the file holds, it gives words or a ConfigError."""
    try:
        words = read_user_words(write(tmp_path, data))
    except ConfigError:
        return
    assert all(frequency is None or 0 <= frequency <= 10**9 for frequency in words.values())
