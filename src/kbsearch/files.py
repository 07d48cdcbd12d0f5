"""Writing files so that a crash or a power cut leaves either the old content or the new, never a mixture.

An index folder may come from anyone, so nothing here follows a link or waits for a pipe: what is to be written is
made anew, and what is read must be a regular file.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from kbsearch.errors import ConfigError, IndexWriteError
from kbsearch.language import message

__all__ = ["read_lines", "read_regular", "replace_file", "sync_folder", "write_error", "write_file"]

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_DIRECTLY = getattr(os, "O_NOFOLLOW", 0)


def read_regular(
    path: str | Path, max_bytes: int, *, owners: Collection[int] = (), links: Literal["no", "above", "any"] = "above"
) -> bytes:
    """A regular file's bytes.

    Args:
        path: where it lies.
        max_bytes: how large it may be.
        owners: ids of the users it may belong to; by default any.
        links: whether a link may lead to it: none, also none in place of a folder above (``path`` is then absolute and
            without links); only in place of folders above; or any.

    Raises:
        OSError: it cannot be read, is a device or such a link, is another's, or is larger than ``max_bytes``.
    """
    fd = os.open(path, _READ if links == "any" else _READ | _DIRECTLY)
    with os.fdopen(fd, "rb") as file:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        # A folder above may have become a link a moment ago: what is open must be what lies there.
        if links == "no" and (os.path.realpath(path) != str(path) or not os.path.samestat(os.lstat(path), found)):
            raise OSError(errno.ELOOP, "a link leads to it")
        if owners and found.st_uid not in owners:
            raise PermissionError(errno.EPERM, "it belongs to another user")
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise OSError(errno.EFBIG, f"larger than {max_bytes:,} bytes")
    return data


def read_lines(path: Path, what: str, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """The lines of a text file that the user keeps, numbered from 1; what ``what`` calls it in errors.

    Raises:
        ConfigError: it cannot be read, is no regular file, or is larger than ``max_bytes``.
    """
    try:
        data = read_regular(path, max_bytes, links="any")
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(
            message("{path}: {what} cannot be read: {reason}", path=path, what=what, reason=reason)
        ) from error
    return enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1)


def write_file(path: Path, data: bytes) -> None:
    """Write a file anew and wait until it is on the disk; its name is not, until the folder is synced.

    Raises:
        IndexWriteError: it could not be written; nothing is left of it.
    """
    try:
        path.unlink(missing_ok=True)  # a leftover, or a link that someone put there
        with path.open("xb") as file:
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
        errno.ENOSPC: message("the disk is full; free some space and run the same command again"),
        errno.EDQUOT: message("the disk quota is used up; free some space and run the same command again"),
        errno.EFBIG: message("the file would be larger than the system allows (see ulimit -f)"),
        errno.EACCES: message("no permission to write there"),
        errno.EPERM: message("no permission to write there"),
        errno.EROFS: message("the file system is read-only"),
    }.get(error.errno or 0, error.strerror or str(error))
    return IndexWriteError(
        message("{path}: cannot be written: {advice}. The index is as it was before.", path=path, advice=advice)
    )
