"""Rebuilding what can be rebuilt of a damaged index.

The folders that were indexed are read again; posts that came from no file, or whose folder is gone, are taken from
what can still be read of the index. The result is a new generation, put in use at one moment. If some posts could not
be saved, the damaged generation is kept beside it under another name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbsearch.check import check_index
from kbsearch.engines import ENGINES, load_engine
from kbsearch.engines.base import EngineResult, ScorePart, SearchRequest
from kbsearch.errors import IndexCorruptError, IndexMissingError, MissingExtraError
from kbsearch.generation import Generation
from kbsearch.indexing import Options, index_files
from kbsearch.language import message
from kbsearch.query.plan import Node
from kbsearch.store import Store
from kbsearch.stored import decode_source, decode_stored
from kbsearch.target import Target
from kbsearch.update import carry_over

__all__ = ["RepairReport", "repair_index"]


@dataclass(slots=True)
class RepairReport:
    """What a repair did.

    Attributes:
        problems: what was wrong.
        lost: what could not be saved, in words; empty if everything was.
        notes: what else to know.
        posts: how many the index has now.
        carried: how many of them were taken from the damaged index.
        rebuilt: whether there was anything to do.
    """

    problems: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    posts: int = 0
    carried: int = 0
    rebuilt: bool = False


def repair_index(folder: Path, wait: float = 10.0) -> RepairReport:
    """Check an index and rebuild it if something is wrong.

    Raises:
        IndexMissingError, IndexMismatchError, MissingExtraError: there is no index that this program can judge.
        IndexLockedError, IndexWriteError: nothing was changed.
    """
    store = Store(folder)
    found = check_index(folder)
    report = RepairReport(found.problems, notes=found.notes, posts=found.posts)
    if not found.problems:
        with Target(store, None, None, wait):  # deletes what interrupted updates left
            pass
        return report
    salvaged: list[Salvaged] = []

    def salvage() -> tuple[Generation, Salvaged]:
        generation = _generation(store)
        salvaged.append(Salvaged(generation))
        return generation, salvaged[0]

    with Target(store, None, None, wait, salvage=salvage) as target:
        old = salvaged[0]
        gone = [root for root in target.manifest.roots if not Path(root.path).is_dir()]
        orphans = {key for root in gone for record in root.files.values() for key in record.ids}
        expected = target.manifest.owned()
        if target.manifest.roots:
            done = index_files(target, [], Options())
            report.notes += [*done.warnings, *(f"{each.path}: {each.reason}" for each in done.skipped)]
        else:
            carry_over(target, frozenset())
            target.commit(target.manifest)
            report.lost.append(
                message("the list of indexed folders is damaged; name them again: kbsearch index FOLDER")
            )
        report.rebuilt = True
        report.lost += old.lost
        if lost := sum(old.find(key) is None for key in orphans):
            folders = ", ".join(root.path for root in gone)
            report.lost.append(message("{count} posts whose folder is gone: {folders}", count=lost, folders=folders))
        report.notes += old.notes
        if report.lost and target.old_generation is not None:
            _keep_aside(store, target.old_generation.folder, report)
    generation, reader = store.open()
    report.posts = reader.count()
    report.carried = report.posts - sum(reader.find(key) is not None for key in expected)
    reader.close()
    if generation.leftovers(reader.meta):
        generation.sweep(reader.meta)
    return report


def _generation(store: Store) -> Generation:
    """The generation to take what is left from: the current one or, if CURRENT is damaged, the newest there is.

    Raises:
        IndexMissingError: there is none at all.
    """
    try:
        return store.current()
    except IndexCorruptError:
        pass
    complete = store.newest_complete()
    if complete is not None:
        return complete
    for folder in sorted(store.generations(), reverse=True):
        for name in ENGINES:
            with suppress(MissingExtraError):
                generation = Generation(folder, load_engine(name))
                if (generation.engine_folder / generation.engine.commit_file).exists():
                    return generation
    raise IndexMissingError(
        message("{folder}: nothing of an index is left here; make one with: kbsearch index FOLDER", folder=store.folder)
    )


def _keep_aside(store: Store, folder: Path, report: RepairReport) -> None:
    for number in range(1, 1000):
        aside = store.folder / f"damaged-{number:03}"
        if not aside.exists():
            with suppress(OSError):
                os.rename(folder, aside)
                report.notes.append(
                    message(
                        "the damaged files are kept in {folder}; delete the folder if you need them no more",
                        folder=aside,
                    )
                )
            return


class Salvaged:
    """A :class:`~kbsearch.engines.base.Reader` of whatever can still be read; it answers no searches.

    Attributes:
        lost: what could not be read, in words.
        notes: what else to know.
    """

    def __init__(self, generation: Generation) -> None:
        generation.refuse_foreign()
        left = generation.engine.salvage(generation.engine_folder)
        self._meta = left.meta
        self.notes = list(left.notes)
        self._posts: dict[str, tuple[bytes, bytes]] = {}
        for stored, source in left.posts:
            with suppress(IndexCorruptError):
                decode_source(source)
                self._posts.setdefault(decode_stored(stored).post.id, (stored, source))
        try:
            reader = generation.engine.reader(generation.engine_folder)
            expected = reader.count()
            reader.close()
        except IndexCorruptError:
            expected = -1
        self.lost: list[str] = []
        if expected > len(self._posts):
            self.lost.append(
                message(
                    "{count} stored posts cannot be read; those with files are read anew",
                    count=expected - len(self._posts),
                )
            )
        elif expected < 0:
            self.lost.append(
                message(
                    "{count} stored posts could be read, but how many there were is not known: posts that came "
                    "from no file may be missing",
                    count=len(self._posts),
                )
            )

    @property
    def meta(self) -> Mapping[str, Any]:
        """The ``meta`` of the damaged commit, empty if that is lost."""
        return self._meta

    def count(self) -> int:
        """Number of posts that could be read."""
        return len(self._posts)

    def find(self, key: str) -> str | None:
        """The post with this key."""
        return key if key in self._posts else None

    def stored(self, ref: str) -> bytes:
        """The post's ``stored`` bytes."""
        return self._posts[ref][0]

    def source(self, ref: str) -> bytes:
        """The post's ``source`` bytes."""
        return self._posts[ref][1]

    def refs(self) -> Iterator[str]:
        """Every post."""
        return iter(self._posts)

    def search(self, request: SearchRequest) -> EngineResult:
        """Finds nothing."""
        return EngineResult((), 0)

    def frequency(self, field: str, term: str) -> int:
        """Knows of no terms."""
        return 0

    def terms(self, field: str, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Knows of no terms."""
        return iter(())

    def score_parts(self, node: Node, ref: str) -> Sequence[ScorePart]:
        """Knows of no terms."""
        return ()

    def close(self) -> None:
        """Nothing is open."""
