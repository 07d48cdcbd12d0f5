"""The last commit of an index, opened: what searches read, and when there is a newer one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import NamedTuple

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.engines.base import Reader
from kbsearch.errors import IndexCorruptError, IndexMismatchError
from kbsearch.generation import Generation
from kbsearch.language import message
from kbsearch.search import Corpus
from kbsearch.store import Store
from kbsearch.suggestions import Suggestions
from kbsearch.synonyms.thesaurus import Thesaurus
from kbsearch.synonyms.user_pairs import read_user_pairs

__all__ = ["LastCommit", "Opened"]


class Opened(NamedTuple):
    """An opened commit, and what tells whether it is still the last one."""

    stamp: tuple[int, ...]
    generation: Generation
    reader: Reader
    corpus: Corpus


class LastCommit:
    """Opens the last commit when asked, and keeps it open until there is a newer one. Threads may share it.

    Args:
        store: the index.
        synonyms: the file of the user's own pairs of names, which need not exist.
    """

    def __init__(self, store: Store, synonyms: Path) -> None:
        self._store, self._synonyms = store, synonyms
        self._opened: Opened | None = None
        self._opening = threading.Lock()

    def open(self) -> Opened:
        """The last commit; opened again only if there is a newer one.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError, ConfigError
        """
        if self._opened is None:
            with self._opening:
                self._store.attach()
        stamp = self._store.stamp()
        opened = self._opened
        if opened is not None and opened.stamp == stamp:
            return opened
        with self._opening:  # one thread opens it for all
            stamp = self._store.stamp()
            opened = self._opened
            if opened is None or opened.stamp != stamp:
                opened = self._store.current_read(lambda generation, reader: self._open(stamp, generation, reader))
                # The old reader is not closed: other threads may be in it. The last of them to let go frees its files.
                self._opened = opened
        return opened

    def side_file(self, name: str) -> bytes | None:
        """A side file of the last commit, if it has one of this name.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError, ConfigError
        """
        while True:
            opened = self.open()
            try:
                return opened.generation.read_side(opened.reader.meta, name)
            except IndexCorruptError:
                if self._store.stamp() == opened.stamp:
                    raise  # no update has replaced the commit, and its side files with it

    def close(self) -> None:
        """Release its files."""
        if self._opened is not None:
            self._opened.reader.close()
            self._opened = None

    def _open(self, stamp: tuple[int, ...], generation: Generation, reader: Reader) -> Opened:
        """What belongs to a commit besides the engine's files."""
        analyzer = Analyzer(generation.side_path(reader.meta, "dictionary"))
        if reader.meta.get("analyzer") != analyzer.identity:
            raise IndexMismatchError(
                message(
                    "{folder}: its words were made by another analyzer (another version of kbsearch or dictionary); "
                    "run: kbsearch index --rebuild",
                    folder=self._store.folder,
                )
            )
        pairs = read_user_pairs(self._synonyms) if self._synonyms.exists() else None
        thesaurus = Thesaurus(generation.read_side(reader.meta, "thesaurus") or b"", pairs)
        return Opened(stamp, generation, reader, Corpus(reader, analyzer, thesaurus, Suggestions(reader, analyzer)))
