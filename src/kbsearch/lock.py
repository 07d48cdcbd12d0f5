"""One writer at a time: a lock on an index folder that the operating system drops when its owner dies.

The lock is an advisory lock on the file ``.lock`` (``flock``; on Windows a byte-range lock), so a killed process
never leaves it behind. The file also says who holds it, for the message to whoever has to wait.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
import time
from pathlib import Path
from types import TracebackType

from kbsearch.errors import IndexLockedError, IndexWriteError
from kbsearch.language import message

__all__ = ["WriterLock"]

_POLL_SECONDS = 0.05
# A link or a pipe of this name is not ours: it is neither followed nor waited for.
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

_held: set[int] = set()


def _let_go() -> None:
    """In a process that was forked off: it must not hold on to the lock when its parent dies."""
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


class WriterLock:
    """Context manager that holds the writer's lock of an index folder.

    Args:
        folder: the index folder; must exist.
        wait: seconds to wait for another writer before giving up.

    Raises:
        IndexLockedError: another process still holds the lock after ``wait`` seconds.
        IndexWriteError: the lock file cannot be written.
    """

    def __init__(self, folder: Path, wait: float = 10.0) -> None:
        self._path = folder / ".lock"
        self._wait = wait
        self._fd: int | None = None

    def __enter__(self) -> WriterLock:
        try:
            fd = os.open(self._path, _OPEN, 0o644)
        except OSError as error:
            raise IndexWriteError(
                message(
                    "{path}: cannot be written ({reason}); check the folder's permissions",
                    path=self._path,
                    reason=error.strerror,
                )
            ) from error
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            os.close(fd)
            raise IndexWriteError(message("{path}: not a regular file; delete it and try again", path=self._path))
        deadline = time.monotonic() + self._wait
        while not _try_lock(fd):
            if time.monotonic() >= deadline:
                owner = _read_owner(fd)
                os.close(fd)
                raise IndexLockedError(
                    message(
                        "{folder}: another update is running ({owner}); "
                        "wait for it to end, or raise --wait, and try again",
                        folder=self._path.parent,
                        owner=owner,
                    )
                )
            time.sleep(_POLL_SECONDS)
        self._fd = fd
        _held.add(fd)
        try:
            os.ftruncate(fd, 0)
            os.pwrite(fd, _owner().encode(), 0) if hasattr(os, "pwrite") else os.write(fd, _owner().encode())
        except OSError:  # a full disk must not stop an update that may free space; the lock itself is held
            pass
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            _held.discard(fd)
            os.close(fd)  # closing drops the lock


def _owner() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}"


def _read_owner(fd: int) -> str:
    try:
        os.lseek(fd, 0, os.SEEK_SET)
        text = os.read(fd, 200).decode("utf-8", "replace").strip()
    except OSError:
        text = ""
    return "".join(c for c in text if c.isprintable()) or message("owner unknown")


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _try_lock(fd: int) -> bool:
        try:
            os.lseek(fd, 1 << 30, os.SEEK_SET)  # far behind the text, which others may then still read
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(fd, 0, os.SEEK_SET)
        return True
else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise IndexWriteError(
                message("this file system has no locks ({reason}); keep the index elsewhere", reason=error.strerror)
            ) from error
        return True
