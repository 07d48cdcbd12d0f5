"""The default engine; see :class:`kbsearch.engines.base.Engine`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kbsearch.engines.base import Encoder, Salvage
from kbsearch.engines.whoosh.toc import Toc, write_toc

if TYPE_CHECKING:
    from kbsearch.analysis.coded import Notation
    from kbsearch.engines.whoosh.reader import WhooshReader
    from kbsearch.engines.whoosh.writer import WhooshWriter

__all__ = ["WhooshEngine"]


class WhooshEngine:
    """A Whoosh index with a codec of our own on memory-mapped arrays."""

    name = "whoosh"
    commit_file = "MAIN.toc"

    def encoder(self) -> Encoder:
        """The function that prepares batches; batches of a hundred posts or more serve best."""
        from kbsearch.engines.whoosh.encode import encode

        return encode

    def notation(self) -> type[Notation]:
        """Terms as numbers."""
        from kbsearch.analysis.coded import Codebook

        return Codebook

    def create(self, folder: Path) -> None:
        """Make an empty index in an existing, empty folder.

        Raises:
            IndexWriteError: it cannot be written.
        """
        write_toc(folder, Toc())

    def reader(self, folder: Path) -> WhooshReader:
        """Open the last commit.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError
        """
        from kbsearch.engines.whoosh.reader import open_reader

        return open_reader(folder)

    def writer(self, folder: Path) -> WhooshWriter:
        """Begin an update.

        Raises:
            IndexMissingError, IndexMismatchError, IndexCorruptError, IndexWriteError
        """
        from kbsearch.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder)

    def check(self, folder: Path) -> list[str]:
        """Verify every file; each entry says in words what is wrong."""
        from kbsearch.engines.whoosh.check import check_index

        return check_index(folder)

    def salvage(self, folder: Path) -> Salvage:
        """What can still be read of a damaged index."""
        from kbsearch.engines.whoosh.salvage import salvage

        return salvage(folder)
