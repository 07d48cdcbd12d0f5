"""An index opened for one update: the lock held, the generation chosen, the manifest read; then one commit.

If there is no index yet, or the analyzer or the engine has changed, or a rebuild is asked for, the update goes into a
new generation, which is put in use when it is complete; otherwise into the current one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.corpus.manifest import Manifest
from kbsearch.engines import CLUSTER_ENGINES
from kbsearch.engines.base import Reader, Writer
from kbsearch.errors import IndexCorruptError, IndexMismatchError
from kbsearch.files import write_error
from kbsearch.generation import Generation
from kbsearch.learned import Learned
from kbsearch.lock import WriterLock
from kbsearch.store import Store

__all__ = ["DEFAULT_ENGINE", "Target"]

DEFAULT_ENGINE = "whoosh"


class Target:
    """Context manager around one update.

    Args:
        store: the index folder.
        engine: for a new index; otherwise the index keeps its own, unless this is another.
        user_dictionary: words to use from now on; otherwise the index keeps its own.
        wait: seconds to wait for another writer.
        rebuild: make a new generation in any case.
        salvage: gives what can be read of a damaged index, in place of the index; called with the lock held, and a
            new generation is made from it.

    Attributes:
        generation: where the update goes.
        old: a reader of the index as it was, ``None`` if there was none.
        fresh: the generation is a new, empty one: all posts have to be put into it.
        analyzer: makes the terms.
        manifest: what the index remembers about its sources.
        learned: what it learned from its posts.
    """

    def __init__(
        self,
        store: Store,
        engine: str | None,
        user_dictionary: Path | None,
        wait: float,
        rebuild: bool = False,
        salvage: Callable[[], tuple[Generation, Reader]] | None = None,
    ) -> None:
        self._store = store
        self._engine = engine
        self._user_dictionary = user_dictionary
        self._rebuild = rebuild or salvage is not None
        self._salvage = salvage
        self._lock = WriterLock(store.folder, wait)
        self._writer: Writer | None = None
        self._committed = False

    def __enter__(self) -> Target:
        try:
            self._store.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(error, self._store.folder) from error
        self._lock.__enter__()
        try:
            self._begin()
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def _begin(self) -> None:
        self.old: Reader | None = None
        self.old_generation: Generation | None = None
        if self._salvage is not None:
            self.old_generation, self.old = self._salvage()
        else:
            self._store.recover()
            if self._engine is None or self._engine in CLUSTER_ENGINES:
                self._store.attach()
            self._store.sweep()
            if self._store.exists():
                self.old_generation, self.old = self._store.open()
                self.old_generation.sweep(self.old.meta)
        meta: Mapping[str, Any] = self.old.meta if self.old is not None else {}
        self.meta = meta
        self._dictionary = self._side("dictionary")
        number = meta.get("update")
        self._update_number = number + 1 if isinstance(number, int) else 1
        self._created = str(meta.get("created") or _now())
        self.analyzer = self._analyzer(meta)
        if self._user_dictionary is not None:
            self._dictionary = self.analyzer.user_dictionary_text().encode()
        engine = self._engine or (self.old_generation.engine.name if self.old_generation else self._suggested)
        self.fresh = (
            self._rebuild
            or self.old_generation is None
            or engine != self.old_generation.engine.name
            or meta.get("analyzer") != self.analyzer.identity
        )
        self.generation = self._store.begin(engine) if self.fresh or not self.old_generation else self.old_generation
        stored = self._side("manifest")
        self.manifest = self._manifest(stored)
        self.learned = Learned(None if self.fresh else self._side("pairs"))

    @property
    def _suggested(self) -> str:
        """The engine for a new index if none is said: who names a cluster wants the posts there."""
        return DEFAULT_ENGINE if self._store.cluster is None else next(iter(CLUSTER_ENGINES))

    def _side(self, name: str) -> bytes | None:
        """A side file of the old index; of a salvaged one, ``None`` if it is damaged."""
        if self.old_generation is None:
            return None
        try:
            return self.old_generation.read_side(self.meta, name)
        except IndexCorruptError:
            if self._salvage is None:
                raise
            return None

    def _manifest(self, stored: bytes | None) -> Manifest:
        try:
            return Manifest.from_bytes(stored) if stored is not None else Manifest()
        except IndexCorruptError:
            if self._salvage is None:
                raise
            return Manifest()

    def _analyzer(self, meta: Mapping[str, Any]) -> Analyzer:
        """The analyzer with the user's dictionary, if any: from the file that the user gave, or the index's copy."""
        if self._user_dictionary is not None:
            return Analyzer(self._user_dictionary)
        if self._dictionary is not None and self.old_generation is not None:
            return Analyzer(self.old_generation.side_path(meta, "dictionary"))
        return Analyzer(None)

    @property
    def dictionary_path(self) -> Path | None:
        """Where worker processes read the user's dictionary."""
        if self._user_dictionary is not None:
            return self._user_dictionary
        if self._dictionary is None or self.old_generation is None:
            return None
        return self.old_generation.side_path(self.meta, "dictionary")

    def writer(self) -> Writer:
        """The update's writer, begun when first asked for."""
        if self._writer is None:
            self._writer = self.generation.engine.writer(self.generation.engine_folder)
        return self._writer

    def commit(self, manifest: Manifest) -> None:
        """Make the update durable and visible at once.

        Raises:
            IndexWriteError: the index is as it was.
        """
        number = self._update_number
        side = {"manifest": self.generation.write_side("manifest", number, manifest.to_bytes())}
        for name, data in self.learned.side_files().items():
            side[name] = self.generation.write_side(name, number, data)
        if not self.fresh:
            side = {**self.meta.get("side", {}), **side}
        if self._dictionary is not None:
            side["dictionary"] = self.generation.write_side("dictionary", number, self._dictionary)
        meta = {
            "analyzer": self.analyzer.identity,
            "update": number,
            "created": self._created,
            "updated": _now(),
            "side": side,
        }
        self.writer().commit(meta)
        self._committed = True
        if self.fresh:
            self._store.adopt(self.generation)
        self.generation.sweep(meta)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._writer is not None and not self._committed:
                self._writer.cancel()
            if self.old is not None:
                self.old.close()
            self._store.sweep()
        except (IndexCorruptError, IndexMismatchError):
            if error is None:
                raise
        finally:
            self._lock.__exit__(None, None, None)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
