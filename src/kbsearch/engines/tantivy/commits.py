"""Binding a commit's ``meta`` and checksums to Tantivy's own commit, though Tantivy cannot carry them.

Tantivy's ``meta.json`` is replaced at one moment and names the commit by a growing number, the opstamp. Before a
commit, :func:`prepare` writes its ``meta`` to ``commit-pending.json`` together with the opstamp it starts from;
afterwards :func:`confirm` writes ``commit-OPSTAMP.json``, the record of the commit, with the checksums of its files.
If the process dies in between, a pending file whose starting opstamp is no longer the current one belongs to the
current commit; otherwise it is a leftover.

Files of a commit never change until the next one, because :func:`confirm` is called when all merging has ended.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from kbsearch.engines.tantivy.fingerprints import Fingerprint, confirm_footers, take_fingerprints
from kbsearch.errors import IndexCorruptError, IndexMissingError
from kbsearch.files import read_regular, replace_file, sync_folder, write_error

__all__ = ["FORMAT", "Record", "confirm", "current_opstamp", "has_record", "is_confirmed", "prepare", "read_record"]

FORMAT = 2
_PENDING = "commit-pending.json"
_MAX_BYTES = 100_000_000


class Record(NamedTuple):
    """What we know of a commit: its ``meta``, the opstamp it began from, its files (``None``: not vouched for yet)."""

    meta: Mapping[str, Any]
    base: int
    files: Mapping[str, Fingerprint] | None


def current_opstamp(folder: Path) -> int:
    """The number of Tantivy's last commit.

    Raises:
        IndexMissingError, IndexCorruptError
    """
    path = folder / "meta.json"
    try:
        opstamp = json.loads(read_regular(path, _MAX_BYTES))["opstamp"]
    except FileNotFoundError as error:
        raise IndexMissingError(f"{folder}: there is no Tantivy index here; run: kbsearch index FOLDER") from error
    except PermissionError as error:
        raise IndexMissingError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, repr(error)) from error
    if type(opstamp) is not int:
        raise _damaged(path, "its opstamp is not a number")
    return opstamp


def prepare(folder: Path, meta: Mapping[str, Any]) -> int:
    """Announce a commit; call just before it. Gives the opstamp it starts from.

    Raises:
        IndexWriteError: it could not be written.
    """
    base = current_opstamp(folder)
    replace_file(folder / _PENDING, _encode(Record(meta, base, None)))
    return base


def confirm(folder: Path, record: Record) -> None:
    """Write the record of the current commit, and drop those of earlier ones.

    Raises:
        IndexWriteError: it could not be written; the commit stands all the same.
        IndexCorruptError: a file of the commit is missing.
    """
    opstamp = current_opstamp(folder)
    final = _path(folder, opstamp)
    try:
        known = _own(folder, record.base)
        files = take_fingerprints(folder, (known.files if known else None) or {})
        sync_folder(folder)
    except OSError as error:
        raise write_error(error, final) from error
    replace_file(final, _encode(record._replace(files=files)))
    for path in folder.glob("commit-*.json"):
        if path != final:
            with suppress(OSError):
                path.unlink()


def is_confirmed(folder: Path) -> bool:
    """Whether the current commit has its record; if not, its update was killed at its end."""
    return _own(folder, current_opstamp(folder)) is not None


def has_record(folder: Path, opstamp: int) -> bool:
    """Whether there is a record of the commit with this number, sound or not: its files then change no more."""
    return _path(folder, opstamp).exists()


def read_record(folder: Path, opstamp: int) -> Record:
    """What we know of the commit with this number, its files as yet unchecked.

    Raises:
        IndexCorruptError: it is missing or damaged.
    """
    own = _own(folder, opstamp)
    if own is not None:
        return own
    pending = _decode(folder / _PENDING)
    if pending is not None and pending.base != opstamp:
        confirm_footers(folder)
        return pending
    raise _damaged(folder, f"the record of commit {opstamp} is missing")


def _own(folder: Path, opstamp: int) -> Record | None:
    return _decode(_path(folder, opstamp))


def _path(folder: Path, opstamp: int) -> Path:
    return folder / f"commit-{opstamp}.json"


def _encode(record: Record) -> bytes:
    body = {"format": FORMAT, "base": record.base, "meta": dict(record.meta), "files": record.files}
    text = json.dumps(body, ensure_ascii=True, sort_keys=True)
    return f"{text}\n{zlib.crc32(text.encode())}\n".encode()


def _decode(path: Path) -> Record | None:
    try:
        raw = read_regular(path, _MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error
    try:
        text, checksum, rest = raw.decode("ascii").split("\n")
        if rest or checksum != str(zlib.crc32(text.encode())):
            raise ValueError("its checksum is wrong")
        data = json.loads(text)
        meta, base, files = data["meta"], data["base"], data["files"]
        if data["format"] != FORMAT or not isinstance(meta, dict) or type(base) is not int:
            raise ValueError("it is of another version")
        return Record(meta, base, None if files is None else {name: Fingerprint(*each) for name, each in files.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, what: str) -> IndexCorruptError:
    return IndexCorruptError(f"{path}: damaged: {what}; run: kbsearch check --repair")
