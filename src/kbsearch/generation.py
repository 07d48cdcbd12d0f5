"""A generation of an index: an engine's files and those that kbsearch keeps beside them (see :mod:`kbsearch.store`)."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kbsearch.engines.base import Engine, RemoteEngine
from kbsearch.errors import IndexCorruptError, IndexMissingError, IndexWriteError
from kbsearch.files import read_regular, sync_folder, write_error, write_file
from kbsearch.language import message

__all__ = ["Generation", "damaged", "unreadable"]

_SIDE = re.compile(r"[a-z]+-\d+\.[a-z]+")
_MAX_SIDE = 1 << 31  # bytes


class Generation:
    """One generation folder: an engine's index and its side files."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine
        self.engine_folder = folder / "engine"
        self.side_folder = folder / "side"

    def write_side(self, name: str, number: int, data: bytes) -> dict[str, Any]:
        """Write a side file for update ``number``; the result goes into the commit's ``meta["side"][name]``."""
        path = self.side_folder / f"{name}-{number}.bin"
        write_file(path, data)
        try:
            sync_folder(self.side_folder)  # the commit will name it, so its name must be on the disk before
        except OSError as error:
            raise write_error(error, path) from error
        if isinstance(self.engine, RemoteEngine):
            self.engine.write_side(self.engine_folder, path.name, data)
        return {"file": path.name, "size": len(data), "crc32": zlib.crc32(data)}

    def read_side(self, meta: Mapping[str, Any], name: str) -> bytes | None:
        """A side file of the commit that ``meta`` belongs to; ``None`` if the commit has none of that name.

        Raises:
            IndexCorruptError: it is not what the commit wrote.
        """
        entry = _side_entries(self.side_folder, meta).get(name)
        if entry is None:
            return None
        path: Path = self.side_folder / entry["file"]
        try:
            data = read_regular(path, _MAX_SIDE)
        except OSError as error:
            fetched = self._fetch_side(path, entry) if isinstance(error, FileNotFoundError) else None
            if fetched is None:
                raise damaged(path, message("cannot be read ({reason})", reason=error.strerror)) from error
            data = fetched
        if len(data) != entry.get("size") or zlib.crc32(data) != entry.get("crc32"):
            raise damaged(path, message("its checksum is wrong"))
        return data

    def _fetch_side(self, path: Path, entry: Mapping[str, Any]) -> bytes | None:
        """A side file that an update on another machine wrote, from where its engine keeps it, to stay here."""
        size = entry.get("size")
        if not isinstance(self.engine, RemoteEngine) or not isinstance(size, int) or size > _MAX_SIDE:
            return None
        data = self.engine.read_side(self.engine_folder, path.name, size)
        if data is not None and zlib.crc32(data) == entry.get("crc32"):
            with suppress(IndexWriteError):  # a folder that may not be written to: it is fetched each time
                write_file(path, data)
        return data

    def side_path(self, meta: Mapping[str, Any], name: str) -> Path | None:
        """Where a side file of this commit lies, its checksum verified; ``None`` if there is none of that name."""
        return None if self.read_side(meta, name) is None else self.side_folder / meta["side"][name]["file"]

    def sweep(self, meta: Mapping[str, Any]) -> None:
        """Delete side files that the commit does not name."""
        for path in self.leftovers(meta):
            with suppress(OSError):
                path.unlink()
        if isinstance(self.engine, RemoteEngine):
            named = {entry["file"] for entry in _side_entries(self.side_folder, meta).values()}
            self.engine.sweep_sides(self.engine_folder, named)

    def leftovers(self, meta: Mapping[str, Any]) -> list[Path]:
        """Side files that the commit does not name."""
        named = {entry["file"] for entry in _side_entries(self.side_folder, meta).values()}
        try:
            return [path for path in self.side_folder.iterdir() if path.name not in named]
        except OSError:
            return []

    def refuse_foreign(self) -> None:
        """Make sure that there are only folders and regular files here.

        Raises:
            IndexCorruptError: there is a link, a pipe or a device.
        """
        for folder in (self.folder, self.engine_folder, self.side_folder):
            if folder.is_symlink():
                raise _foreign(folder)
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if not entry.is_file(follow_symlinks=False) and not entry.is_dir(follow_symlinks=False):
                            raise _foreign(Path(entry.path))
            except FileNotFoundError:
                continue  # swapped away meanwhile, or missing: whoever needs it says so
            except OSError as error:
                raise unreadable(folder, error) from error


def damaged(path: Path, what: str) -> IndexCorruptError:
    """The error of a file that is not what was written."""
    return IndexCorruptError(message("{path}: damaged: {what}; run: kbsearch check --repair", path=path, what=what))


def unreadable(path: Path, error: OSError) -> IndexMissingError:
    """The error of a file that the system does not let us read."""
    return IndexMissingError(
        message("{path}: cannot be read ({reason}); check its permissions", path=path, reason=error.strerror)
    )


def _side_entries(folder: Path, meta: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What a commit says of its side files, by their names without number."""
    entries = meta.get("side", {})
    if not isinstance(entries, Mapping):
        raise damaged(folder, message("the commit does not name its files"))
    for entry in entries.values():
        if not isinstance(entry, Mapping) or not _SIDE.fullmatch(str(entry.get("file"))):
            raise damaged(folder, message("the commit names a file that is none of ours"))
    return dict(entries)


def _foreign(path: Path) -> IndexCorruptError:
    return IndexCorruptError(
        message(
            "{path}: a link or no regular file; kbsearch makes none, so the index is not used: "
            "delete it if you do not know where it comes from, and index again",
            path=path,
        )
    )
