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
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kbsearch.engines import CLUSTER_ENGINES, ENGINES, cluster_of_environment, load_engine
from kbsearch.engines.base import Engine, Reader, RemoteEngine
from kbsearch.errors import (
    ConfigError,
    IndexCorruptError,
    IndexMismatchError,
    IndexMissingError,
    IndexUnusableError,
    MissingExtraError,
)
from kbsearch.files import read_regular, replace_file, sync_folder, write_error
from kbsearch.generation import Generation, damaged, unreadable
from kbsearch.language import message

if TYPE_CHECKING:
    from kbsearch.engines.opensearch import Cluster

__all__ = ["FORMAT", "Store"]

T = TypeVar("T")

FORMAT = 2
_CURRENT = "CURRENT"
_FOLDER = re.compile(r"g-\d{6}")
_MAX_CURRENT = 10_000  # bytes
_OPEN_TRIES = 20  # a reader may meet a rebuild between reading CURRENT and opening the files it names


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
            raise unreadable(path, error) from error
        try:
            text, checksum, rest = raw.decode("ascii").split("\n")
            if rest or checksum != str(zlib.crc32(text.encode())):
                raise ValueError("checksum")
            data = json.loads(text)
            version, name, engine = data["kbsearch"], data["folder"], data["engine"]
            if not isinstance(engine, str) or not _FOLDER.fullmatch(name):
                raise ValueError("folder")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise damaged(path, message("it is not what kbsearch wrote")) from error
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

    def demand(self, engine_name: str | None) -> None:
        """Make sure of an index to read; a folder without one stands for the cluster's that was named.

        Args:
            engine_name: the engine that was asked for. Posts in a cluster are others than those in the folder.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        self.attach()
        found = self.current().engine.name
        if engine_name in CLUSTER_ENGINES and engine_name != found:
            raise IndexMismatchError(
                message(
                    "{folder}: holds an index of its own ({engine}), not the cluster's; name another --index-dir",
                    folder=self.folder,
                    engine=found,
                )
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
