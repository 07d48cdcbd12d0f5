"""What an index remembers about its sources, and what changed in them since.

A *root* is a folder that was indexed. Posts read from the first root have their path within it as id; those of later
roots have the root's name before it. An argument that lies inside a known root is a partial update of that root; a
file outside all roots makes its folder a root, of which only that file is looked at.

An update goes: arguments → :meth:`Manifest.resolve` → :func:`kbsearch.corpus.walk.walk` → :func:`compare` → read what
may have changed, in any process; its digest decides → a new manifest, committed with the index.

A file counts as unchanged without being read if its size and time are those remembered, unless it was written within
two seconds of the last update (it may have changed twice within one tick of the clock). A file counts as removed if
the walk could look where it was and did not find it; what lies in a folder that cannot be read is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kbsearch.corpus.walk import Found, FoundFile, printable
from kbsearch.errors import IndexCorruptError, InputError
from kbsearch.language import message

__all__ = ["Changes", "FileRecord", "Manifest", "Root", "Scope", "compare", "digest"]

_VERSION = 1
_RACY_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it was when last read.

    ``ids`` are the posts it gave; a page of a listing shares posts with other pages. ``skipped`` says why it gave
    none; ``warnings`` what was wrong with it.
    """

    size: int
    mtime_ns: int
    digest: str
    ids: tuple[str, ...] = ()
    listing: bool = False
    skipped: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Root:
    """A folder that was indexed: its name, where it lies, how it was indexed, and its files by path."""

    name: str
    path: str
    prefix: str
    exclude: tuple[str, ...] = ()
    drafts: bool = False
    max_bytes: int = 0
    files: dict[str, FileRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of a root to look at: a path within it, or all of it if empty."""

    root: Root
    path: str

    def covers(self, path: str) -> bool:
        """Whether a file of the root lies in this part."""
        part = printable(self.path)
        return not part or path == part or path.startswith(part + "/")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a walk found, held against the manifest: files to read, files as they were, paths that are gone."""

    to_read: list[FoundFile]
    unchanged: list[FoundFile]
    removed: list[str]


def digest(data: bytes) -> str:
    """A fingerprint of a file's content: BLAKE2b, 128 bits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def compare(scope: Scope, found: Found, checked_ns: int) -> Changes:
    """Hold what a walk of ``scope`` found against what was remembered at ``checked_ns``."""
    known = scope.root.files
    to_read: list[FoundFile] = []
    unchanged: list[FoundFile] = []
    for file in found.files:
        record = known.get(file.path)
        same = record is not None and record.size == file.size and record.mtime_ns == file.mtime_ns
        (unchanged if same and file.mtime_ns < checked_ns - _RACY_NS else to_read).append(file)
    there = {file.path for file in found.files}
    removed = [path for path in known if path not in there and scope.covers(path)]
    if found.unreadable:
        unseen = [Scope(scope.root, path) for path in found.unreadable]
        removed = [path for path in removed if not any(part.covers(path) for part in unseen)]
    return Changes(to_read, unchanged, removed)


@dataclass(slots=True)
class Manifest:
    """Roots in the order they were first indexed, and when the last update began."""

    roots: list[Root] = field(default_factory=list)
    checked_ns: int = 0

    def copy(self) -> Manifest:
        """A manifest that can be changed without changing this one."""
        roots = [replace(root, files=dict(root.files)) for root in self.roots]
        return Manifest(roots, self.checked_ns)

    def apart(self, root: Root) -> set[str]:
        """Paths of the roots that lie within this one: their files are theirs alone."""
        prefix = os.path.join(root.path, "")
        return {other.path for other in self.roots if other.path.startswith(prefix) and other is not root}

    def resolve(self, arguments: Iterable[str]) -> list[Scope]:
        """The parts of roots that arguments mean; new roots are added.

        Raises:
            InputError: there is no such file or folder.
        """
        scopes: list[Scope] = []
        for argument in arguments:
            try:
                path = Path(os.path.realpath(argument, strict=True))
            except (OSError, ValueError) as error:  # ValueError: a path with a zero byte in it
                reason = getattr(error, "strerror", None) or str(error)
                missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
                if missing:
                    text = message(
                        "{path}: there is no such file or folder; check its spelling", path=printable(argument)
                    )
                else:
                    text = message("{path}: cannot be read ({reason})", path=printable(argument), reason=reason)
                raise InputError(text) from error
            scope = self._scope(path)
            if scope not in scopes:
                scopes.append(scope)
        return scopes

    def _scope(self, path: Path) -> Scope:
        around = [root for root in self.roots if path.is_relative_to(root.path)]
        if around:
            root = max(around, key=lambda root: len(root.path))  # the innermost
            inside = path.relative_to(root.path).as_posix()
            return Scope(root, "" if inside == "." else inside)
        folder = path if path.is_dir() else path.parent
        name = self._new_name(folder)
        root = Root(name, str(folder), f"{name}/" if self.roots else "")
        self.roots.append(root)
        return Scope(root, "" if path == folder else path.name)

    def _new_name(self, folder: Path) -> str:
        """The folder's name, with a number if another root has it or the first root has a folder of that name."""
        base = printable(folder.name) or "root"
        first = self.roots[0] if self.roots else None
        folders = {path.partition("/")[0] for path in first.files if "/" in path} if first else set()
        taken = folders | {root.name for root in self.roots}
        name, number = base, 2
        while name in taken or (first and os.path.lexists(os.path.join(first.path, name))):
            name, number = f"{base}-{number}", number + 1
        return name

    def owned(self) -> set[str]:
        """Ids of all posts that came from files."""
        return {each for root in self.roots for record in root.files.values() for each in record.ids}

    def without(self, ids: Iterable[str]) -> Manifest:
        """This manifest, its files no longer the owners of these posts: they were taken out by hand."""
        gone = frozenset(ids)
        manifest = self.copy()
        for root in manifest.roots:
            for path, record in root.files.items():
                if not gone.isdisjoint(record.ids):
                    root.files[path] = replace(record, ids=tuple(each for each in record.ids if each not in gone))
        return manifest

    def to_bytes(self) -> bytes:
        """Compact JSON."""
        roots = [
            {
                "name": root.name,
                "path": root.path,
                "prefix": root.prefix,
                "exclude": root.exclude,
                "drafts": root.drafts,
                "max_bytes": root.max_bytes,
                "files": {path: _row(root.prefix + path, record) for path, record in root.files.items()},
            }
            for root in self.roots
        ]
        form = {"version": _VERSION, "checked_ns": self.checked_ns, "roots": roots}
        return json.dumps(form, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read back what :meth:`to_bytes` made.

        Raises:
            IndexCorruptError: it is not a manifest.
        """
        try:
            form = json.loads(data)
            if form["version"] != _VERSION:
                raise ValueError(f"version {form['version']!r}")
            roots = [
                Root(
                    name=str(raw["name"]),
                    path=str(raw["path"]),
                    prefix=str(raw["prefix"]),
                    exclude=tuple(map(str, raw["exclude"])),
                    drafts=bool(raw["drafts"]),
                    max_bytes=int(raw["max_bytes"]),
                    files={path: _record(str(raw["prefix"]) + path, row) for path, row in raw["files"].items()},
                )
                for raw in form["roots"]
            ]
            return cls(roots, int(form["checked_ns"]))
        except (ArithmeticError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise IndexCorruptError(
                f"the manifest of sources is damaged ({error!r}); run: kbsearch check --repair"
            ) from error


def _row(own_id: str, record: FileRecord) -> list[Any]:
    """A record as a list, without the trailing values that are the usual ones: one post, called by its path."""
    row: list[Any] = [record.size, record.mtime_ns, record.digest]
    usual = record.ids == (own_id,)
    if not usual or record.listing or record.skipped or record.warnings:
        row.append(None if usual else record.ids)
    if record.listing or record.skipped or record.warnings:
        row += [record.listing, record.skipped, record.warnings]
    return row


def _record(own_id: str, row: list[Any]) -> FileRecord:
    size, mtime_ns, content = row[:3]
    if not isinstance(size, int) or not isinstance(mtime_ns, int) or not isinstance(content, str):
        raise ValueError("a file's record")
    ids = row[3] if len(row) > 3 else None
    record = FileRecord(size, mtime_ns, content, (own_id,) if ids is None else tuple(map(str, ids)))
    if len(row) > 4:
        listing, skipped, warnings = row[4:7]
        return replace(record, listing=bool(listing), skipped=str(skipped), warnings=tuple(map(str, warnings)))
    return record
