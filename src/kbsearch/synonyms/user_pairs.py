"""The user's word on synonyms: a text file of names that mean the same, and of mined pairs that do not.

::

    # a comment
    扩散模型 = Diffusion Model = DPM      names of one thing
    正则化, regularization               commas or tabs part names too
    ! 查询 = Runaway Queries             not the same: never use this pair

The last line about two names holds, so accepting or rejecting a pair is adding a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from itertools import combinations
from pathlib import Path

from kbsearch.errors import ConfigError
from kbsearch.files import read_lines
from kbsearch.language import message
from kbsearch.synonyms.names import name_key
from kbsearch.values import value

__all__ = ["UserPairs", "add_user_pair", "read_user_pairs"]

_MAX_BYTES = 5_000_000
_MAX_NAMES = 20  # of one thing
_MAX_NAME = 80  # code points
_SEPARATORS = ("[=＝]", "\t", "[,，、;；]")
_COMMENT = re.compile(r"(?:^|\s)#.*")

Keys = tuple[str, str]
"""The two names of a pair as they are compared, in order."""


@value
class UserPairs:
    """What the user said.

    Attributes:
        same: pairs of names that mean the same, each with the names as written and its place (file and line).
        different: pairs that are not to be used.
    """

    same: dict[Keys, tuple[str, str, str]] = field(default_factory=dict)
    different: frozenset[Keys] = frozenset()

    @staticmethod
    def keys(left: str, right: str) -> Keys:
        """The pair as it is looked up, whichever name comes first."""
        one, other = sorted((name_key(left), name_key(right)))
        return one, other


def read_user_pairs(path: Path) -> UserPairs:
    """Read a file of the user's pairs.

    Raises:
        ConfigError: the file cannot be read, or a line is not of this form; names file and line.
    """
    same: dict[Keys, tuple[str, str, str]] = {}
    different: set[Keys] = set()
    for number, line in read_lines(path, message("the synonym file"), _MAX_BYTES):
        try:
            names, rejected = _read_line(line)
        except ValueError as error:
            raise ConfigError(
                message(
                    "{path}, line {number}: {error}; write: name = name, in UTF-8",
                    path=path,
                    number=number,
                    error=error,
                )
            ) from error
        for left, right in combinations(names, 2):
            keys = UserPairs.keys(left, right)
            if keys[0] == keys[1]:
                continue
            same.pop(keys, None)
            different.discard(keys)
            if rejected:
                different.add(keys)
            else:
                same[keys] = (left, right, f"{path.name}:{number}")
    return UserPairs(same, frozenset(different))


def add_user_pair(path: Path, names: Sequence[str], *, same: bool) -> None:
    """Add a line that says that the names mean the same, or that they do not. The file is made if there is none.

    Raises:
        ConfigError: a name cannot stand in such a line, or the file cannot be written.
    """
    line = ("" if same else "! ") + " = ".join(names)
    try:
        if _read_line(line.encode()) != (list(names), not same):
            raise ValueError("a name has a character that parts names")
    except ValueError as error:
        raise ConfigError(f"{line!r} cannot be written to {path}: {error}") from error
    try:
        with path.open("a+b") as file:
            file.seek(max(file.seek(0, 2) - 1, 0))
            gap = b"" if file.read(1) in (b"", b"\n") else b"\n"
            file.write(gap + line.encode() + b"\n")
    except OSError as error:
        raise ConfigError(f"{path}: the synonym file cannot be written: {error.strerror or error}") from error


def _read_line(line: bytes) -> tuple[list[str], bool]:
    """The names of a line, and whether they are said to differ; no names if the line is blank or a comment."""
    try:
        text = _COMMENT.sub("", line.decode()).strip()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    rejected = text.startswith(("!", "！"))
    text = text.lstrip("!！ ")
    if not text:
        if rejected:
            raise ValueError("no names after the !")
        return [], False
    separator = next((form for form in _SEPARATORS if re.search(form, text)), None)
    names = [" ".join(name.split()) for name in re.split(separator, text)] if separator else [text]
    names = [name for name in names if name]
    if len(names) < 2:
        raise ValueError(f"{text[:_MAX_NAME]!r} is one name; there must be two or more, with = between them")
    if len(names) > _MAX_NAMES:
        raise ValueError(f"{len(names)} names for one thing; there may be {_MAX_NAMES}")
    for name in names:
        if len(name) > _MAX_NAME:
            raise ValueError(f"a name is longer than {_MAX_NAME} characters")
        if not name.isprintable() or not name_key(name):
            raise ValueError(f"{name!r} is no name")
    return names, rejected
