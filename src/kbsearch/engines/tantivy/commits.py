"""Binding a commit's ``meta`` to Tantivy's own commit, though Tantivy cannot carry it.

Tantivy's ``meta.json`` is replaced at one moment and names the commit by a growing number, the opstamp. Before a
commit, its ``meta`` is written to ``commit-pending.json`` together with the opstamp it starts from; afterwards the
file is renamed to ``commit-OPSTAMP.json``. If the process dies in between, a pending file whose starting opstamp is
no longer the current one belongs to the current commit; otherwise it is a leftover.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kbsearch.errors import IndexCorruptError, IndexMissingError
from kbsearch.files import replace_file, sync_folder, write_error, write_file

__all__ = ["FORMAT", "confirm", "current_opstamp", "prepare", "read_meta", "write_first"]

FORMAT = 1
_PENDING = "commit-pending.json"


def current_opstamp(folder: Path) -> int:
    """The number of Tantivy's last commit.

    Raises:
        IndexMissingError, IndexCorruptError
    """
    path = folder / "meta.json"
    try:
        opstamp = json.loads(path.read_bytes())["opstamp"]
    except FileNotFoundError as error:
        raise IndexMissingError(f"{folder}: there is no Tantivy index here; run: kbsearch index FOLDER") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, repr(error)) from error
    if not isinstance(opstamp, int):
        raise _damaged(path, "its opstamp is not a number")
    return opstamp


def prepare(folder: Path, meta: Mapping[str, Any]) -> None:
    """Announce a commit; call just before it."""
    replace_file(folder / _PENDING, _encode(meta, current_opstamp(folder)))


def confirm(folder: Path) -> None:
    """Record that the announced commit was made, and drop the records of earlier ones."""
    final = folder / f"commit-{current_opstamp(folder)}.json"
    try:
        os.replace(folder / _PENDING, final)
        sync_folder(folder)
    except OSError as error:
        raise write_error(error, final) from error
    for path in folder.glob("commit-*.json"):
        if path != final:
            with suppress(OSError):
                path.unlink()


def write_first(folder: Path) -> None:
    """The record of the empty commit that a new index begins with."""
    write_file(folder / f"commit-{current_opstamp(folder)}.json", _encode({}, -1))


def read_meta(folder: Path, opstamp: int) -> Mapping[str, Any]:
    """The ``meta`` of the commit with this number.

    Raises:
        IndexCorruptError: it is missing or damaged.
    """
    pending = _decode(folder / _PENDING)
    own = _decode(folder / f"commit-{opstamp}.json")
    if own is not None:
        return own[0]
    if pending is not None and pending[1] != opstamp:
        return pending[0]
    raise _damaged(folder, f"the record of commit {opstamp} is missing")


def _encode(meta: Mapping[str, Any], base: int) -> bytes:
    text = json.dumps({"format": FORMAT, "base": base, "meta": meta}, ensure_ascii=True, sort_keys=True)
    return f"{text}\n{zlib.crc32(text.encode())}\n".encode()


def _decode(path: Path) -> tuple[Mapping[str, Any], int] | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(path, error.strerror or "") from error
    try:
        text, checksum = raw.decode("ascii").rstrip("\n").rsplit("\n", 1)
        if int(checksum) != zlib.crc32(text.encode()):
            raise ValueError("its checksum is wrong")
        data = json.loads(text)
        return data["meta"], data["base"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, what: str) -> IndexCorruptError:
    return IndexCorruptError(f"{path}: damaged: {what}; run: kbsearch check --repair")
