"""Keeping an index fresh: an ordinary update whenever something happened in its folders.

Each update looks at everything, whatever the event was: over 10,000 files one that finds nothing costs 0.1 s of
processor time, one that finds a changed post 0.2 s. When they run is :mod:`kbsearch.folder_events`' business.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kbsearch.errors import IndexLockedError, InputError, KbsearchError
from kbsearch.folder_events import FolderEvents, require_watchfiles
from kbsearch.indexing import folder_gone
from kbsearch.knowledge_base import DEFAULT_MAX_BYTES, KnowledgeBase
from kbsearch.language import message
from kbsearch.model import IndexReport, Skipped

__all__ = ["WATCHER_WAIT", "WatchUpdate", "watch", "watch_in_background"]

WATCHER_WAIT = 1.0  # seconds to wait for another writer before it is told: the ``wait`` to open an index with
_LOOK_AGAIN = 300.0  # seconds after which to look without any event, as a file system may lose one
_FIRST_RETRY, _LAST_RETRY = 1.0, 60.0  # seconds; each retry waits twice as long as the one before
_STOP_SECONDS = 10.0  # to wait for the file at hand


@dataclass(frozen=True, slots=True)
class WatchUpdate:
    """An update that changed something or has something new to say.

    Attributes:
        at: when it ended, local time.
        report: what it did; ``None`` if it could not be carried out and will be tried again. ``skipped`` and
            ``warnings`` hold only what the update before did not have.
        trouble: why it could not be carried out.
    """

    at: dt.datetime
    report: IndexReport | None
    trouble: str = ""

    @property
    def changed(self) -> bool:
        """Whether any post was added, updated or removed."""
        return self.report is not None and bool(self.report.added or self.report.updated or self.report.removed)


def watch(
    kb: KnowledgeBase,
    paths: Sequence[str | Path] = (),
    *,
    stop: threading.Event,
    on_update: Callable[[WatchUpdate], None],
    exclude: Sequence[str] = (),
    drafts: bool = False,
    max_bytes: int = DEFAULT_MAX_BYTES,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    poll: float | None = None,
) -> None:
    """Bring the index up to date with folders now, and again whenever they change, until ``stop`` is set.

    A folder that goes away is waited for; its posts stay. What cannot be read, and an index that cannot be written, is
    tried again at the next change and after 1 s, 2 s, 4 s … 60 s.

    Args:
        kb: opened with a short ``wait``, such as :data:`WATCHER_WAIT`: while it waits for another writer, neither
            events nor ``stop`` are heard.
        paths: folders; none: those indexed before, as they were indexed.
        stop: set it in another thread to end; an update under way is given up.
        on_update: called in this thread after the first update, after each that changed something or has something new
            to say, and when one could not be carried out.
        exclude, drafts, max_bytes, workers, progress: as for :meth:`~kbsearch.KnowledgeBase.index`.
        poll: seconds between updates instead of events, for file systems that give none.

    Raises:
        InputError: a path is no folder, or there is nothing to watch.
        MissingExtraError: the extra ``watch`` is not installed.
        KbsearchError: the first update could not be carried out; later errors go to ``on_update``.
    """
    roots = _roots(kb, paths)
    events = FolderEvents(roots, Path(os.path.realpath(kb.folder)), poll)

    def check(done: int, total: int) -> None:
        if stop.is_set():
            raise _Stopped
        if progress is not None:
            progress(done, total)

    def update() -> IndexReport:
        notes = [events.trouble] if events.trouble else []
        there: list[Path] = []
        for root in roots if paths else ():
            if root.is_dir():
                there.append(root)
            else:
                notes.append(folder_gone(str(root)))
        report = IndexReport()
        if there or not paths:
            report = kb.index(
                *there, exclude=exclude, drafts=drafts, max_bytes=max_bytes, workers=workers, progress=check
            )
        return replace(report, warnings=(*notes, *report.warnings))

    try:
        with suppress(_Stopped):
            _keep_fresh(events, update, stop, on_update)
    finally:
        events.close()


@contextmanager
def watch_in_background(folder: str | Path, on_update: Callable[[WatchUpdate], None]) -> Iterator[None]:
    """Keep an index fresh while the body runs, in another thread, with the folders that it was made from.

    Args:
        folder: the index.
        on_update: as for :func:`watch`, called in that thread; also told if watching has to end.

    Raises:
        MissingExtraError: the extra ``watch`` is not installed.
        IndexMissingError, IndexMismatchError, IndexCorruptError: the index cannot be read.
        InputError: the index was made from no folder.
    """
    require_watchfiles()
    kb = KnowledgeBase(folder, wait=WATCHER_WAIT)
    _roots(kb, ())
    stop = threading.Event()

    def run() -> None:
        try:
            watch(kb, stop=stop, on_update=on_update)
        except KbsearchError as error:
            on_update(WatchUpdate(dt.datetime.now(), None, error.message))

    thread = threading.Thread(target=run, name="watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_STOP_SECONDS)
        kb.close()


class _Stopped(Exception):
    """The update under way is not wanted any more."""


def _roots(kb: KnowledgeBase, paths: Sequence[str | Path]) -> list[Path]:
    """The folders to watch, as real paths."""
    roots = [Path(os.path.realpath(path)) for path in paths]
    for root in roots:
        if not root.is_dir():
            raise InputError(message("{path}: there is no such folder; kbsearch watch takes folders", path=root))
    roots = roots or [root for _, root in kb.roots()]
    if not roots:
        raise InputError(message("there is nothing to watch yet; name a folder: kbsearch watch FOLDER"))
    return roots


def _keep_fresh(
    events: FolderEvents,
    update: Callable[[], IndexReport],
    stop: threading.Event,
    on_update: Callable[[WatchUpdate], None],
) -> None:
    """Update, wait, and again."""
    said: frozenset[str | Skipped] = frozenset()  # by the update before
    first, retry = True, _FIRST_RETRY
    while not stop.is_set():
        events.follow()
        seconds = _LOOK_AGAIN
        try:
            done = WatchUpdate(dt.datetime.now(), update())
        except IndexLockedError:
            trouble = message("another process is writing to the index; trying again until it is done")
            done, seconds = WatchUpdate(dt.datetime.now(), None, trouble), _FIRST_RETRY
        except KbsearchError as error:
            if first:
                raise
            done, seconds = WatchUpdate(dt.datetime.now(), None, error.message), retry
        if done.report is not None and any(each.retry for each in done.report.skipped):
            seconds = retry
        retry = min(2 * retry, _LAST_RETRY) if seconds < _LOOK_AGAIN else _FIRST_RETRY
        news, saying = _news(done, said)
        if news.changed or (first and news.report is not None) or saying - said:
            on_update(news)
        first, said = first and news.report is None, saying
        events.wait(stop, seconds)


def _news(done: WatchUpdate, said: frozenset[str | Skipped]) -> tuple[WatchUpdate, frozenset[str | Skipped]]:
    """The update without what was ``said`` by the one before, and all that it has to say itself."""
    if done.report is None:
        return done, frozenset([done.trouble])
    skipped, warnings = done.report.skipped, done.report.warnings
    report = replace(
        done.report,
        skipped=tuple(each for each in skipped if each not in said),
        warnings=tuple(each for each in warnings if each not in said),
    )
    return replace(done, report=report), frozenset([*skipped, *warnings])
