"""Writing files so that a crash or a power cut leaves either the old content or the new, never a mixture."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from kbsearch.errors import IndexWriteError

__all__ = ["replace_file", "sync_folder", "write_error", "write_file"]


def write_file(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk.

    Raises:
        IndexWriteError: it could not be written; nothing is left of it.
    """
    try:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise write_error(error, path) from error


def replace_file(path: Path, data: bytes) -> None:
    """Put new content in a file's place at one moment; a crash leaves the old content or the new.

    Raises:
        IndexWriteError: it could not be written; the old content stands.
    """
    draft = path.with_name(path.name + ".new")
    write_file(draft, data)
    try:
        os.replace(draft, path)
        sync_folder(path.parent)
    except OSError as error:
        raise write_error(error, path) from error


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk (where the system can do that)."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def write_error(error: OSError, path: Path) -> IndexWriteError:
    """The error for a failed write, with what to do about it."""
    advice = {
        errno.ENOSPC: "the disk is full; free some space and run the same command again",
        errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
        errno.EACCES: "no permission to write there",
        errno.EPERM: "no permission to write there",
        errno.EROFS: "the file system is read-only",
    }.get(error.errno or 0, error.strerror or str(error))
    return IndexWriteError(f"{path}: cannot be written: {advice}. The index is as it was before.")
