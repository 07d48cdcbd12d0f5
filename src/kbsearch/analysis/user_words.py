"""A user's own words: a text file in jieba's format, one ``word [frequency] [tag]`` a line."""

from __future__ import annotations

import re
from pathlib import Path

from kbsearch.analysis.fold import fold
from kbsearch.errors import ConfigError
from kbsearch.files import read_lines
from kbsearch.language import message

__all__ = ["read_user_words"]

_MAX_BYTES = 20_000_000
_MAX_WORD = 64  # code points
_MAX_FREQUENCY = 1_000_000_000
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")


def read_user_words(path: Path) -> dict[str, int | None]:
    """Words with their frequencies; ``None`` asks for one that keeps the word whole, 0 takes a known word out.

    Words are folded; the last line about a word holds. Only words of Han characters are given back: the others are
    found by their letters and digits, which need no dictionary. Tags and blank lines are passed over.

    Raises:
        ConfigError: the file cannot be read, or a line is not of this form; names file and line.
    """
    words: dict[str, int | None] = {}
    for number, line in read_lines(path, message("the user dictionary"), _MAX_BYTES):
        try:
            word, frequency = _read(line)
        except ValueError as error:
            raise ConfigError(
                message(
                    "{path}, line {number}: {error}; write: word [frequency] [tag], in UTF-8",
                    path=path,
                    number=number,
                    error=error,
                )
            ) from error
        if _HAN.fullmatch(word):
            words.pop(word, None)
            words[word] = frequency
    return words


def _read(line: bytes) -> tuple[str, int | None]:
    try:
        fields = line.decode().split()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if not fields:
        return "", None
    word, *rest = fields
    if len(word) > _MAX_WORD:
        raise ValueError(f"the word is longer than {_MAX_WORD} characters")
    if not word.isprintable():
        raise ValueError("the word has characters that cannot be printed")
    if len(rest) > 2 or (len(rest) == 2 and not rest[0].isdecimal()):
        raise ValueError(f"{' '.join(rest)[:40]!r} is not a frequency and a tag")
    if not rest or not rest[0].isdecimal():
        return fold(word), None
    if len(rest[0]) > 10 or int(rest[0]) > _MAX_FREQUENCY:
        raise ValueError(f"the frequency is greater than {_MAX_FREQUENCY}")
    return fold(word), int(rest[0])
