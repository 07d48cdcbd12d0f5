"""Finding the files of a folder: which there are, and which are left out and why. Only ``.gitignore`` is opened here.

Left out in silence: hidden files and folders, what ``exclude`` patterns and ``.gitignore`` files name (also those of
the folders above, up to the root of the repository), other suffixes. Left out with a reason: over-size and unreadable
files, pipes and devices, broken links, and links that lead out of the folder. No link is followed: what one inside the
folder leads to is found where it lies, or the link is named with the reason.

What cannot be looked into is no sign that it is gone: :attr:`Found.unreadable` lists it, so that an update keeps what
it knew of it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kbsearch.corpus.ignore import MAX_PATTERNS, Ignore
from kbsearch.files import read_regular
from kbsearch.model import Skipped

__all__ = ["SUFFIXES", "Found", "FoundFile", "printable", "walk"]

SUFFIXES = (".md", ".markdown", ".txt", ".jsonl")
_MAX_IGNORE_FILE = 1_000_000  # bytes of a .gitignore that are read
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: its path within the folder (``/``, printable), where it lies, its size in bytes and time in ns."""

    path: str
    absolute: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Found:
    """Files, by path; what was left out with a reason; paths of files and folders that could not be looked at.

    ``folders`` are the absolute paths of those that were looked into.
    """

    files: list[FoundFile] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


def walk(
    root: Path,
    scope: str = "",
    *,
    exclude: Sequence[str] = (),
    max_bytes: int,
    suffixes: tuple[str, ...] = SUFFIXES,
    apart: Collection[str] = (),
) -> Found:
    """Find the files under ``root``, or under one folder or file in it.

    Args:
        root: an existing folder, without links in its path.
        scope: path within ``root`` to look at alone; empty for all of it. It is taken even if a pattern names it.
        exclude: patterns as in ``.gitignore``, relative to ``root``; they overrule those of the files.
        max_bytes: larger files are left out.
        suffixes: endings of the names to take, in lower case.
        apart: absolute paths of folders not to enter: they are roots of their own.
    """
    walker = _Walker(str(root), exclude, max_bytes, suffixes, frozenset(apart))
    start = root / scope if scope else root
    ignores = walker.ignores_above(root, start)
    if start.is_dir():
        walker.walk(str(start), ignores)
    else:
        walker.take(str(start))
    walker.found.files.sort(key=lambda file: file.path)
    return walker.found


def printable(path: str) -> str:
    r"""A path that can be stored and shown: undecodable bytes and control characters are written out, as ``\x0a``."""
    if path.isprintable():
        return path
    path = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", path)


_Ignores = tuple[tuple[int, Ignore], ...]  # how many characters of a path the list's folder takes, and the list


class _Walker:
    def __init__(
        self, root: str, exclude: Sequence[str], max_bytes: int, suffixes: tuple[str, ...], apart: frozenset[str]
    ) -> None:
        self.found = Found()
        self._root = root
        self._prefix = os.path.join(root, "")  # of every path within the root
        self._exclude = Ignore(exclude)
        self._max_bytes = max_bytes
        self._suffixes = suffixes
        self._apart = apart

    def walk(self, folder: str, ignores: _Ignores) -> None:
        """Visit folders from a stack: their depth is bounded by the file system, not by Python."""
        stack = [(folder, ignores)]
        while stack:
            folder, ignores = stack.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = list(listing)
            except OSError as error:
                self._unreadable(folder, error)
                continue
            self.found.folders.append(folder)
            if folder != self._root and any(entry.name == ".gitignore" for entry in entries):
                ignores += self._ignore_of(folder)
            check = bool(self._exclude or ignores)
            for entry in entries:
                name, path = entry.name, entry.path
                if name.startswith("."):
                    continue
                if entry.is_symlink():
                    self._link(name, path, ignores)
                elif entry.is_dir(follow_symlinks=False):
                    if path not in self._apart and not (check and self._ignored(path, ignores, folder=True)):
                        stack.append((path, ignores))
                elif name.lower().endswith(self._suffixes) and not (check and self._ignored(path, ignores)):
                    self.take(path)

    def take(self, absolute: str) -> None:
        """Enter a file, or why it is left out."""
        path = self._relative(absolute)
        try:
            status = os.lstat(absolute)
        except FileNotFoundError:  # gone since its folder was listed
            self._skip(absolute, "cannot be read (No such file or directory)")
            return
        except OSError as error:
            self._unreadable(absolute, error)
            return
        if stat.S_ISLNK(status.st_mode):
            self._skip(absolute, "a link; name what it leads to instead")
        elif not stat.S_ISREG(status.st_mode):
            self._skip(absolute, "not a regular file")
        elif status.st_size > self._max_bytes:
            self._skip(absolute, f"larger than {self._max_bytes:,} bytes (--max-size)")
        else:
            self.found.files.append(FoundFile(path, absolute, status.st_size, status.st_mtime_ns))

    def ignores_above(self, root: Path, start: Path) -> _Ignores:
        """The pattern files that speak for ``start``: of the repository down to the root, and from there to it."""
        folders = [root, *(parent for parent in reversed(start.parents) if root in parent.parents)]
        above = [root, *root.parents]
        for count, folder in enumerate(above):
            if os.path.lexists(folder / ".git"):
                folders = above[count:0:-1] + folders
                break
        return tuple(ignore for folder in folders for ignore in self._ignore_of(str(folder)))

    def _ignore_of(self, folder: str) -> _Ignores:
        path = os.path.join(folder, ".gitignore")
        try:
            text = read_regular(path, _MAX_IGNORE_FILE, links="no").decode("utf-8-sig", "replace")
        except FileNotFoundError:
            return ()
        except OSError as error:
            self._skip(path, f"its patterns are not used: {error.strerror or error}")
            return ()
        ignore = Ignore(line.removesuffix("\r") for line in text.split("\n"))
        if ignore.cut:
            self._skip(path, f"only its first {MAX_PATTERNS:,} patterns are used")
        return ((len(os.path.join(folder, "")), ignore),) if ignore else ()

    def _ignored(self, absolute: str, ignores: _Ignores, *, folder: bool = False) -> bool:
        """What the user excludes decides first, then the pattern file that lies deepest and says something."""
        verdict = self._exclude.verdict(self._within(absolute, len(self._prefix)), folder=folder)
        for length, ignore in reversed(ignores):
            if verdict is not None:
                break
            verdict = ignore.verdict(self._within(absolute, length), folder=folder)
        return bool(verdict)

    def _link(self, name: str, absolute: str, ignores: _Ignores) -> None:
        is_folder = os.path.isdir(absolute)
        if not (is_folder or name.lower().endswith(self._suffixes)) or self._ignored(absolute, ignores):
            return
        target = os.path.realpath(absolute)
        within = self._within(target, len(self._prefix))
        if target != self._root and not target.startswith(self._prefix):
            self._skip(absolute, "a link that leads out of the folder")
        elif not os.path.exists(absolute):
            self._skip(absolute, "a broken link")
        elif within.startswith(".") or "/." in within or not (is_folder or within.lower().endswith(self._suffixes)):
            self._skip(absolute, "a link to something hidden or of another kind")

    def _skip(self, absolute: str, reason: str, *, retry: bool = False) -> None:
        self.found.skipped.append(Skipped(self._relative(absolute), reason, retry))

    def _unreadable(self, absolute: str, error: OSError) -> None:
        self._skip(absolute, f"cannot be read ({error.strerror})", retry=True)
        self.found.unreadable.append("" if absolute == self._root else self._relative(absolute))

    def _relative(self, absolute: str) -> str:
        """The path to store: within the root, if it lies there."""
        if absolute.startswith(self._prefix):
            return printable(self._within(absolute, len(self._prefix)))
        return printable(os.path.relpath(absolute, self._root).replace(os.sep, "/"))

    def _within(self, absolute: str, length: int) -> str:
        path = absolute[length:]
        return path if os.sep == "/" else path.replace(os.sep, "/")
