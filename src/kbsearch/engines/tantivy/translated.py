"""Tantivy's errors as ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kbsearch.errors import IndexCorruptError, IndexWriteError
from kbsearch.files import write_error

__all__ = ["translated"]

_LITTLE = 8_000_000  # bytes: with less free space, a writer that fails has run out of it


@contextmanager
def translated(folder: Path, kind: type[IndexWriteError] | type[IndexCorruptError]) -> Iterator[None]:
    """Tantivy's errors (plain ``ValueError``, ``OSError`` and Rust's panics) as ours."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, (ValueError, OSError, RuntimeError)) and type(error).__name__ != "PanicException":
            raise
        if kind is IndexCorruptError:
            raise IndexCorruptError(f"{folder}: {error}; run: kbsearch check --repair") from error
        if isinstance(error, OSError):
            raise write_error(error, folder) from error
        raise IndexWriteError(f"{folder}: {_reason(folder, str(error))}. The index is as it was before.") from error


def _reason(folder: Path, message: str) -> str:
    """Tantivy says only that its writer was killed; a full disk is the usual reason."""
    free = shutil.disk_usage(folder).free if folder.exists() else 0
    if free < _LITTLE:
        return "cannot be written: the disk is full; free some space and run the same command again"
    return f"cannot be written: {message}"
