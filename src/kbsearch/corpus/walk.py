"""Finding the files of a folder: which there are, and which are left out and why. Nothing is opened here.

Left out in silence: hidden files and folders, what ``.gitignore`` files and ``exclude`` patterns name, other suffixes.
Left out with a reason: over-size and unreadable files, and links that lead out of the folder. A link to something
inside the folder is passed over, since what it leads to is found where it lies; so no link is ever followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kbsearch.model import Skipped

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["SUFFIXES", "Found", "FoundFile", "printable", "read_file", "walk"]

SUFFIXES = (".md", ".markdown", ".txt", ".jsonl")
_Specs = tuple[tuple[int, "GitIgnoreSpec"], ...]  # how many characters of a path a spec's folder takes, and the spec


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: its path within the folder (``/``, printable), where it lies, its size in bytes and time in ns."""

    path: str
    absolute: str
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Found:
    """Files, by path, and what was left out with a reason."""

    files: list[FoundFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def walk(root: Path, scope: str = "", *, exclude: Sequence[str] = (), max_bytes: int) -> Found:
    """Find the files under ``root``, or under one folder or file in it.

    Args:
        root: an existing folder, without links in its path.
        scope: path within ``root`` to look at alone; empty for all of it.
        exclude: patterns as in ``.gitignore``, relative to ``root``.
        max_bytes: larger files are left out.
    """
    found = Found()
    specs = _outer_specs(root)
    if exclude:
        specs += ((len(str(root)) + 1, _spec(exclude)),)
    start = root / scope if scope else root
    for folder in _between(root, start):
        specs += _own_spec(str(folder))
    if start.is_dir():
        _walk_folder(str(start), str(root), specs, found, max_bytes)
    else:
        _take(str(start), str(root), found, max_bytes)
    found.files.sort(key=lambda file: file.path)
    return found


def read_file(absolute: str, max_bytes: int) -> bytes:
    """A regular file's bytes.

    Raises:
        OSError: it cannot be read, is no regular file (any more), or has grown past ``max_bytes``.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    fd = os.open(absolute, flags)
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError("not a regular file")
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise OSError(f"larger than {max_bytes:,} bytes")
    return data


def printable(path: str) -> str:
    """A file name's undecodable bytes written out, so that it can be stored and shown."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def _walk_folder(folder: str, root: str, specs: _Specs, found: Found, max_bytes: int) -> None:
    """Folders are visited from a stack: depth is bounded by the file system, not by Python."""
    stack = [(folder, specs)]
    while stack:
        folder, specs = stack.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError as error:
            found.skipped.append(Skipped(_relative(folder, root), f"cannot be read ({error.strerror})"))
            continue
        if folder != root and any(entry.name == ".gitignore" for entry in listed):
            specs += _own_spec(folder)
        for entry in listed:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_symlink():
                wanted = _suffix_fits(name) or os.path.isdir(entry.path)
                if wanted and not _leads_inside(entry.path, root) and not _ignored(entry.path, specs, folder=False):
                    found.skipped.append(Skipped(_relative(entry.path, root), "a link that leads out of the folder"))
            elif entry.is_dir(follow_symlinks=False):
                if not specs or not _ignored(entry.path, specs, folder=True):
                    stack.append((entry.path, specs))
            elif _suffix_fits(name) and (not specs or not _ignored(entry.path, specs, folder=False)):
                _take(entry.path, root, found, max_bytes)


def _take(absolute: str, root: str, found: Found, max_bytes: int) -> None:
    path = _relative(absolute, root)
    try:
        status = os.lstat(absolute)
    except OSError as error:
        found.skipped.append(Skipped(path, f"cannot be read ({error.strerror})"))
        return
    if stat.S_ISLNK(status.st_mode):
        found.skipped.append(Skipped(path, "a link; name what it leads to instead"))
    elif not stat.S_ISREG(status.st_mode):
        found.skipped.append(Skipped(path, "not a regular file"))
    elif status.st_size > max_bytes:
        found.skipped.append(Skipped(path, f"larger than {max_bytes:,} bytes (--max-size)"))
    else:
        found.files.append(FoundFile(path, absolute, status.st_size, status.st_mtime_ns))


def _relative(absolute: str, root: str) -> str:
    return printable(os.path.relpath(absolute, root).replace(os.sep, "/"))


def _suffix_fits(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _leads_inside(link: str, root: str) -> bool:
    target = os.path.realpath(link)
    return target == root or target.startswith(root + os.sep)


# --- .gitignore: each file speaks for its own folder; the deepest that says something decides ---


def _ignored(absolute: str, specs: _Specs, *, folder: bool) -> bool:
    for length, spec in reversed(specs):
        path = absolute[length:].replace(os.sep, "/") + ("/" if folder else "")
        verdict = spec.check_file(path).include
        if verdict is not None:
            return verdict
    return False


def _own_spec(folder: str) -> _Specs:
    path = os.path.join(folder, ".gitignore")
    try:
        lines = read_file(path, 1_000_000).decode("utf-8", "replace").splitlines()
    except OSError:
        return ()
    return ((len(folder) + 1, _spec(lines)),)


def _spec(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    good: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:  # what git would pass over too
            continue
        good.append(line)
    return GitIgnoreSpec.from_lines(good)


def _outer_specs(root: Path) -> _Specs:
    """Those of the folders above, up to the root of the repository, if ``root`` lies in one."""
    above = [root, *root.parents]
    for count, folder in enumerate(above):
        if (folder / ".git").exists():
            return tuple(spec for each in reversed(above[1 : count + 1]) for spec in _own_spec(str(each)))
    return ()


def _between(root: Path, start: Path) -> Iterator[Path]:
    """``root`` and the folders from there to ``start``, without ``start`` itself if that is another."""
    yield root
    for parent in reversed(start.parents):
        if parent != root and parent.is_relative_to(root):
            yield parent
