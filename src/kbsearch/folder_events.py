"""Waiting until something happened in folders of posts: the operating system's events, gathered until it is quiet.

An event only says *when* to look, never at what: which files changed is found by the update, which looks at all of
them. So nothing is missed for an event that was lost, and no event needs to be understood.

On Linux each folder that an update looks into is watched by itself. A recursive watch would follow links out of the
notes, into the whole disk if one leads there, and would hear all that happens in ``.git`` and in ignored folders.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kbsearch.corpus.walk import SUFFIXES, walk
from kbsearch.errors import MissingExtraError
from kbsearch.language import message

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify  # documented: watchfiles.helpmanual.io/api/rust_backend

__all__ = ["FolderEvents", "require_watchfiles"]

_QUIET_MS = 100  # without events end a batch
_AT_MOST_MS = 700  # after the first event a batch ends in any case, so that a save is found within a second
_TICK_SECONDS = 0.25  # between looks at whether a root is still the same folder
_GIT_SECONDS = 10.0  # git holds its lock while it checks out; an older lock was left behind, or waits for an editor
_POLL_SECONDS = 2.0  # between updates where the operating system gives no events
_TRIES = 5
_DELETED = 3  # watchfiles.Change.deleted


def require_watchfiles() -> None:
    """Make sure that events can be had.

    Raises:
        MissingExtraError: the extra ``watch`` is not installed.
    """
    try:
        import watchfiles._rust_notify  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("watching folders", "watch") from error


class FolderEvents:
    """Says when there may be something to update.

    Args:
        roots: absolute real paths of folders; those that do not exist are waited for.
        apart: a folder whose events are nobody's business, such as the index.
        poll: seconds after which to say so without any event, for file systems that give none.

    Attributes:
        trouble: why there are no events and the folders are polled, in words; empty if all is well.

    Raises:
        MissingExtraError: the extra ``watch`` is not installed.
    """

    def __init__(self, roots: Sequence[Path], apart: Path, poll: float | None = None) -> None:
        require_watchfiles()
        self._notify: RustNotify | None = None
        self._roots = roots
        self._apart = str(apart)
        self._poll = poll
        self._folders: frozenset[str] = frozenset()  # that updates look into
        self._identities: tuple[object, ...] = ()  # of the roots
        self._stale = True  # what is watched is not what it was
        self.trouble = ""

    def close(self) -> None:
        """End watching."""
        if self._notify is not None:
            self._notify.close()
            self._notify = None

    def follow(self) -> None:
        """Watch the folders as they are now. What happens after this is not missed: call it, then update, then wait."""
        if self._poll is not None:
            return
        for _ in range(_TRIES):  # a folder that appeared before its parent was watched is seen the next time round
            identities, folders = tuple(map(_identity, self._roots)), self._look()
            if not self._stale and (identities, folders) == (self._identities, self._folders):
                return
            self._identities, self._folders, self._stale = identities, folders, False
            self._watch()

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Wait until something happened and is over; false if ``seconds`` passed first, or ``stop`` was set.

        Raises:
            KeyboardInterrupt: a signal came whose handler raises it.
        """
        if self._poll is not None:
            stop.wait(min(seconds, self._poll))
            return not stop.is_set()
        deadline = time.monotonic() + seconds
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            if tuple(map(_identity, self._roots)) != self._identities:
                self._stale = True
                return True
            if paths := self._gather(stop, min(left, _TICK_SECONDS)):
                self._outwait_git(stop, paths)
                return True
        return False

    def _look(self) -> frozenset[str]:
        """The folders that an update looks into."""
        below = os.path.join(self._apart, "")
        found = (
            folder
            for root in self._roots
            if root.is_dir()
            for folder in walk(root, max_bytes=0, suffixes=()).folders  # no suffix: files are not looked at
        )
        return frozenset(folder for folder in found if folder != self._apart and not folder.startswith(below))

    def _watch(self) -> None:
        from watchfiles._rust_notify import RustNotify

        self.close()
        each = sys.platform == "linux"
        paths = [path for path in (self._folders if each else map(str, self._roots)) if _is_text(path)]
        try:
            self._notify = RustNotify(paths, False, False, 0, not each, True)
        except FileNotFoundError:
            self._stale = True  # gone since it was listed
        except (OSError, RuntimeError) as error:
            self._poll = _POLL_SECONDS
            self.trouble = message(
                "the system gives no events ({reason}); the folders are looked at every {seconds:.0f} s instead",
                reason=str(error),
                seconds=_POLL_SECONDS,
            )

    def _gather(self, stop: threading.Event, seconds: float) -> set[str]:
        """Paths that matter and had an event, once it is quiet; empty if none had within ``seconds``."""
        if self._notify is None:  # a folder went while it was about to be watched, again and again
            stop.wait(seconds)
            return {str(root) for root in self._roots}
        try:
            found = self._notify.watch(_AT_MOST_MS, _QUIET_MS, max(int(seconds * 1000), 1), stop)
        except RuntimeError:  # a name that is not UTF-8; it would be told again for ever
            self._stale = True
            return {str(root) for root in self._roots}
        if found == "signal":
            raise KeyboardInterrupt
        if isinstance(found, str):
            return set()
        self._stale |= any(change == _DELETED and path in self._folders for change, path in found)
        return {path for _, path in found if self._matters(path)}

    def _matters(self, path: str) -> bool:
        """Whether an update may find something after this event; not what editors leave for a moment."""
        folder, name = os.path.split(path)
        if path in self._folders:
            return True
        if folder not in self._folders or path == self._apart:
            return False
        if name.startswith("."):
            return name == ".gitignore"
        return name.lower().endswith(SUFFIXES) or os.path.isdir(path)

    def _outwait_git(self, stop: threading.Event, paths: Iterable[str]) -> None:
        """Let git finish what it does to a repository that these paths lie in: it may take longer than a batch."""
        folders = {path if path in self._folders else os.path.dirname(path) for path in paths}
        locks = {lock for folder in folders if (lock := _git_lock(folder))}
        deadline = time.monotonic() + _GIT_SECONDS
        while any(map(_is_held, locks)) and time.monotonic() < deadline and not stop.is_set():
            self._gather(stop, _QUIET_MS / 1000)


def _identity(root: Path) -> object:
    """What tells a folder from another that took its place."""
    try:
        status = os.stat(root)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_text(path: str) -> bool:
    """Whether a path can be handed to watchfiles. One that cannot is left to the looks without an event."""
    with suppress(UnicodeEncodeError):
        return bool(path.encode())
    return False


def _git_lock(folder: str) -> str:
    """The lock of the repository that a folder lies in; empty if it lies in none."""
    while not os.path.isdir(git := os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return os.path.join(git, "index.lock")


def _is_held(lock: str) -> bool:
    try:
        return time.time() - os.lstat(lock).st_mtime < _GIT_SECONDS
    except OSError:
        return False
