"""The index folder: which engine's index is the current one, and the files that lie beside it.

::

    index/
      .lock              who is writing (see kbsearch.lock)
      CURRENT            JSON: the engine and the generation folder in use; replaced at one moment
      g-000001/          a generation: a full rebuild makes the next one aside and then changes CURRENT
        engine/          the engine's own files
        side/            what kbsearch keeps itself: the manifest of sources and other tables, one file each

An engine's commit carries a ``meta`` that names the side files belonging to it with their checksums, so one commit
covers everything. Side files that no commit names are swept away by the next update. An engine whose posts lie in a
cluster keeps the side files there too, and those here are copies: whoever asks the cluster for the same name gets them.

kbsearch makes no links and no pipes here, so an index folder that has some is refused: it may come from anyone, and
an update deletes files in it.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kbsearch.engines import ENGINES, cluster_of_environment, load_engine
from kbsearch.engines.base import Engine, Reader, RemoteEngine
from kbsearch.errors import (
    ConfigError,
    IndexCorruptError,
    IndexMismatchError,
    IndexMissingError,
    IndexUnusableError,
    IndexWriteError,
    MissingExtraError,
)
from kbsearch.files import read_regular, replace_file, sync_folder, write_error, write_file
from kbsearch.language import message

if TYPE_CHECKING:
    from kbsearch.engines.opensearch import Cluster

__all__ = ["FORMAT", "Generation", "Store"]

T = TypeVar("T")

FORMAT = 2
_CURRENT = "CURRENT"
_FOLDER = re.compile(r"g-\d{6}")
_SIDE = re.compile(r"[a-z]+-\d+\.[a-z]+")
_MAX_CURRENT = 10_000  # bytes
_MAX_SIDE = 1 << 31
_OPEN_TRIES = 20  # a reader may meet a rebuild between reading CURRENT and opening the files it names


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
                raise _damaged(path, message("cannot be read ({reason})", reason=error.strerror)) from error
            data = fetched
        if len(data) != entry.get("size") or zlib.crc32(data) != entry.get("crc32"):
            raise _damaged(path, message("its checksum is wrong"))
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
                raise _unreadable(folder, error) from error


class Store:
    """An index folder.

    Args:
        folder: where the index lies or will lie.
        cluster: where its posts lie, if its engine keeps them in a cluster; by default what the environment names.
    """

    def __init__(self, folder: Path, cluster: Cluster | None = None) -> None:
        self.folder = folder
        self.cluster = cluster or cluster_of_environment()

    def exists(self) -> bool:
        """Whether there is an index here."""
        return (self.folder / _CURRENT).exists()

    def current(self) -> Generation:
        """The generation in use.

        Raises:
            IndexMissingError: there is no index.
            IndexMismatchError: another version of kbsearch made it.
            IndexCorruptError: CURRENT is damaged.
        """
        path = self.folder / _CURRENT
        try:
            raw = read_regular(path, _MAX_CURRENT)
        except FileNotFoundError:
            raise self._missing() from None
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            text, checksum, rest = raw.decode("ascii").split("\n")
            if rest or checksum != str(zlib.crc32(text.encode())):
                raise ValueError("checksum")
            data = json.loads(text)
            version, name, engine = data["kbsearch"], data["folder"], data["engine"]
            if not isinstance(engine, str) or not _FOLDER.fullmatch(name):
                raise ValueError("folder")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _damaged(path, message("it is not what kbsearch wrote")) from error
        if version != FORMAT:
            raise IndexMismatchError(
                message(
                    "{folder}: made by another version of kbsearch (its index format is {version}, "
                    "this one reads {format}); delete the folder and run: kbsearch index FOLDER",
                    folder=self.folder,
                    version=version,
                    format=FORMAT,
                )
            )
        return Generation(self.folder / name, load_engine(engine, self.cluster))

    def _missing(self) -> IndexMissingError:
        if self.cluster is not None and self.cluster.name:
            from kbsearch.engines.opensearch.translated import no_name

            return no_name(self.cluster.url, self.cluster.name)
        return IndexMissingError(
            message("{folder}: there is no index here; make one with: kbsearch index FOLDER", folder=self.folder)
        )

    def stamp(self) -> tuple[int, ...]:
        """What changes with every commit: two stamps that are equal stand for the same commit.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        generation = self.current()
        if isinstance(generation.engine, RemoteEngine):
            return generation.engine.stamp(generation.engine_folder)
        try:
            current = (self.folder / _CURRENT).stat()
            commit = (generation.engine_folder / generation.engine.commit_file).stat()
        except OSError:
            return ()
        return (current.st_mtime_ns, current.st_ino, commit.st_mtime_ns, commit.st_ino, commit.st_size)

    def open(self) -> tuple[Generation, Reader]:
        """The current generation and a reader of its last commit.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        for attempt in range(_OPEN_TRIES):
            generation = self.current()
            try:
                generation.refuse_foreign()
                return generation, generation.engine.reader(generation.engine_folder)
            except (IndexMissingError, IndexCorruptError):
                if attempt + 1 == _OPEN_TRIES or self.current().folder == generation.folder:
                    raise
        raise AssertionError("unreachable")

    def current_read(self, use: Callable[[Generation, Reader], T]) -> T:
        """Open the last commit and read what belongs to it; if an update replaces it meanwhile, begin again.

        The reader is closed if ``use`` fails; otherwise it is the caller's.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError, and what ``use`` raises.
        """
        for attempt in range(_OPEN_TRIES):
            stamp = self.stamp()
            generation, reader = self.open()
            try:
                return use(generation, reader)
            except (IndexCorruptError, ConfigError):
                reader.close()
                if attempt + 1 == _OPEN_TRIES or self.stamp() == stamp:
                    raise
            except BaseException:
                reader.close()
                raise
        raise AssertionError("unreachable")

    def begin(self, engine_name: str) -> Generation:
        """Make the next generation, empty, beside the current one; :meth:`adopt` puts it in use.

        Raises:
            IndexWriteError: the folder cannot be written.
            IndexMismatchError: its posts would take the place of others that this folder does not stand for.
        """
        engine = load_engine(engine_name, self.cluster)
        if isinstance(engine, RemoteEngine) and not self._stands_for(engine_name) and engine.exists():
            raise IndexMismatchError(
                message(
                    "{folder}: the cluster has a knowledge base of this name already; choose another --name, "
                    "or join it from an empty folder (--index-dir)",
                    folder=self.folder,
                )
            )
        generation = self._next(engine)
        engine.create(generation.engine_folder)
        return generation

    def _stands_for(self, engine_name: str) -> bool:
        return self.exists() and self.current().engine.name == engine_name

    def attach(self) -> None:
        """If there is no index here and a cluster is named that has one of that name, let the folder stand for it.

        Raises:
            IndexWriteError: the folder cannot be written.
        """
        if self.exists() or self.cluster is None or not self.cluster.name:
            return
        engine = load_engine("opensearch", self.cluster)
        if isinstance(engine, RemoteEngine) and engine.exists():
            generation = self._next(engine)
            engine.attach(generation.engine_folder)
            self._use(generation)

    def _next(self, engine: Engine) -> Generation:
        """The next generation's folders.

        Raises:
            IndexWriteError: they cannot be made.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            numbers = [int(path.name[2:]) for path in self.folder.iterdir() if _FOLDER.fullmatch(path.name)]
            generation = Generation(self.folder / f"g-{max(numbers, default=0) + 1:06}", engine)
            generation.engine_folder.mkdir(parents=True)
            generation.side_folder.mkdir()
        except OSError as error:
            raise write_error(error, self.folder) from error
        return generation

    def adopt(self, generation: Generation) -> None:
        """Put a generation in use, at one moment.

        Raises:
            IndexWriteError: it could not be written; the old generation stays in use.
        """
        try:
            for folder in (generation.side_folder, generation.engine_folder, generation.folder, self.folder):
                sync_folder(folder)
        except OSError as error:
            raise write_error(error, generation.folder) from error
        if isinstance(generation.engine, RemoteEngine):
            generation.engine.adopt(generation.engine_folder)
        self._use(generation)

    def _use(self, generation: Generation) -> None:
        text = json.dumps({"kbsearch": FORMAT, "engine": generation.engine.name, "folder": generation.folder.name})
        replace_file(self.folder / _CURRENT, f"{text}\n{zlib.crc32(text.encode())}\n".encode())

    def recover(self) -> None:
        """If CURRENT is missing, put the newest complete generation in use, if there is one: a first update that was
        killed at its very end, or an index whose CURRENT was lost.

        Raises:
            IndexWriteError: CURRENT could not be written.
        """
        if not self.exists():
            generation = self.newest_complete()
            if generation is not None:
                self.adopt(generation)

    def newest_complete(self) -> Generation | None:
        """The newest generation that an update was finished in, whatever CURRENT says."""
        for folder in sorted(self.generations(), reverse=True):
            for name in ENGINES:
                try:
                    generation = Generation(folder, load_engine(name))
                    generation.refuse_foreign()
                    reader = generation.engine.reader(generation.engine_folder)
                except (IndexUnusableError, MissingExtraError):
                    continue
                complete = "update" in reader.meta
                reader.close()
                if complete:
                    return generation
        return None

    def generations(self) -> list[Path]:
        """The folders of all generations, in use or not."""
        try:
            found = [path for path in self.folder.iterdir() if _FOLDER.fullmatch(path.name)]
            return [path for path in found if path.is_dir() and not path.is_symlink()]
        except OSError:
            return []

    def sweep(self) -> None:
        """Delete generations that are not in use: those replaced, and those of updates that were killed.

        Raises:
            IndexMismatchError, IndexCorruptError: it cannot be told which one is; none is deleted.
        """
        import shutil  # which loads compressors, too: a query has no need of it

        keep = self.current().folder.name if self.exists() else ""
        for path in self.generations():
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)


def _unreadable(path: Path, error: OSError) -> IndexMissingError:
    return IndexMissingError(
        message("{path}: cannot be read ({reason}); check its permissions", path=path, reason=error.strerror)
    )


def _side_entries(folder: Path, meta: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What a commit says of its side files, by their names without number."""
    entries = meta.get("side", {})
    if not isinstance(entries, Mapping):
        raise _damaged(folder, message("the commit does not name its files"))
    for entry in entries.values():
        if not isinstance(entry, Mapping) or not _SIDE.fullmatch(str(entry.get("file"))):
            raise _damaged(folder, message("the commit names a file that is none of ours"))
    return dict(entries)


def _foreign(path: Path) -> IndexCorruptError:
    return IndexCorruptError(
        message(
            "{path}: a link or no regular file; kbsearch makes none, so the index is not used: "
            "delete it if you do not know where it comes from, and index again",
            path=path,
        )
    )


def _damaged(path: Path, what: str) -> IndexCorruptError:
    return IndexCorruptError(message("{path}: damaged: {what}; run: kbsearch check --repair", path=path, what=what))
