"""Bringing an index up to date with files: what changed is read in several processes and written in order."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.corpus.listing import merge_listings
from kbsearch.corpus.manifest import FileRecord, Manifest, Root, Scope, compare, digest
from kbsearch.corpus.read import read_post
from kbsearch.corpus.walk import FoundFile, walk
from kbsearch.documents import prepare
from kbsearch.engines import better_engine, load_engine
from kbsearch.engines.base import Encoder, IndexDocument
from kbsearch.errors import InputError
from kbsearch.files import read_regular
from kbsearch.language import message
from kbsearch.model import IndexReport, Post, Skipped
from kbsearch.parallel import cores, ordered_map
from kbsearch.synonyms.pair import Pair
from kbsearch.target import Target
from kbsearch.update import carry_over

__all__ = ["Options", "folder_gone", "index_files"]

_JOB_BYTES = 1_500_000  # of files read together: enough to encode well, few enough to bound memory
_JOB_FILES = 256
_WORTH_PROCESSES = 4_000_000  # bytes to read from which starting processes pays
_DRAFT = "draft (--drafts includes it)"


@dataclass(frozen=True, slots=True)
class Options:
    """How to index; see :meth:`kbsearch.knowledge_base.KnowledgeBase.index`."""

    exclude: tuple[str, ...] = ()
    drafts: bool = False
    max_bytes: int = 20_000_000
    workers: int | None = None
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """Files to read together, with the digest each had when last read; ``force``: encode even what is the same."""

    root: int
    files: tuple[FoundFile, ...]
    digests: tuple[str, ...]
    prefix: str
    drafts: bool
    max_bytes: int
    force: bool

    def __len__(self) -> int:
        return len(self.files)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What reading a file gave: its record (``None``: as before), whether it was the same, or why it failed.

    ``retry``: it may be read another time.
    """

    path: str
    record: FileRecord | None
    same: bool = False
    trouble: str = ""
    retry: bool = False
    gone: bool = False


@dataclass(slots=True)
class _Update:
    """An update under way."""

    target: Target
    manifest: Manifest
    before: dict[int, dict[str, FileRecord]]  # each root's files as they were
    scopes: list[Scope] = field(default_factory=list)
    to_read: list[tuple[int, FoundFile]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)  # ids of posts read anew whose file was not the same
    dirty_pages: set[int] = field(default_factory=set)  # roots with a listing page that is new, changed or gone
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)  # ids of posts whose files cannot be read for the moment
    bytes_read: int = 0
    piped: int = 0


def index_files(target: Target, arguments: Sequence[str], options: Options) -> IndexReport:
    """Bring the index up to date with files and folders.

    Raises:
        InputError: an argument does not exist, or there is nothing to index.
        IndexWriteError: the index could not be written; it is as it was.
    """
    began_ns = time.time_ns()
    manifest = target.manifest.copy()
    before = {number: dict(root.files) for number, root in enumerate(manifest.roots)}
    update = _Update(target, manifest, before)
    old_ids = manifest.owned()
    update.scopes = _scopes(update, arguments, options)
    if target.fresh:
        reread = {id(scope.root) for scope in update.scopes}
        skip = {each for root in manifest.roots if id(root) in reread for r in root.files.values() for each in r.ids}
        carry_over(target, frozenset(skip))
        for scope in update.scopes:
            scope.root.files.clear()
    _find_changes(update)
    _read_changes(update, options)
    for number in sorted(update.dirty_pages):
        _merge_pages(update, manifest.roots[number])
    if target.fresh:
        carry_over(target, frozenset(update.changed), only=sorted(update.kept))
    if "-" in arguments:
        _read_pipe(update)
    return _finish(update, old_ids, began_ns)


def folder_gone(path: str) -> str:
    """The warning about a folder that is not there (any more)."""
    return message("{path}: the folder is gone; its posts are kept as they were", path=path)


def _scopes(update: _Update, arguments: Sequence[str], options: Options) -> list[Scope]:
    """What to look at. Without arguments, and whenever the index is built anew: all folders indexed before."""
    manifest = update.manifest
    scopes = manifest.resolve(each for each in arguments if each != "-")
    for scope in scopes:
        root = scope.root
        if not scope.path or not root.max_bytes:
            if root.drafts != options.drafts:
                root.files = {path: replace(record, mtime_ns=-1, digest="") for path, record in root.files.items()}
            root.exclude, root.drafts, root.max_bytes = options.exclude, options.drafts, options.max_bytes
    if arguments and not update.target.fresh:
        return scopes
    for root in manifest.roots:
        whole = Scope(root, "")
        if whole in scopes or not arguments or update.before.get(manifest.roots.index(root)):
            scopes = [each for each in scopes if each.root is not root]
            if Path(root.path).is_dir():
                scopes.append(whole)
            else:
                update.warnings.append(folder_gone(root.path))
    if not arguments and not manifest.roots:
        raise InputError("there is nothing to index yet; name a folder: kbsearch index FOLDER")
    return scopes


def _find_changes(update: _Update) -> None:
    for scope in update.scopes:
        root, number = scope.root, update.manifest.roots.index(scope.root)
        apart = update.manifest.apart(root)
        found = walk(Path(root.path), scope.path, exclude=root.exclude, max_bytes=root.max_bytes, apart=apart)
        update.skipped += [replace(each, path=root.prefix + each.path) for each in found.skipped]
        if update.target.fresh:
            for path, record in update.before.get(number, {}).items():
                if any(Scope(root, each).covers(path) for each in found.unreadable):
                    _keep(update, root, path, record)
        changes = compare(scope, found, update.manifest.checked_ns)
        for path in changes.removed:
            if root.files.pop(path).listing:
                update.dirty_pages.add(number)
        for file in changes.unchanged:
            if reason := root.files[file.path].skipped:
                update.skipped.append(Skipped(root.prefix + file.path, reason))
        update.to_read += [(number, file) for file in changes.to_read]


# --- reading ---


def _read_changes(update: _Update, options: Options) -> None:
    total, size = len(update.to_read), sum(file.size for _, file in update.to_read)
    if not total:
        return
    target = update.target
    workers = options.workers or (min(cores(), 16) if size >= _WORTH_PROCESSES else 1)
    prepare = partial(_prepare, target.dictionary_path, target.generation.engine.name)
    done = 0
    for number, batch, outcomes, pairs in ordered_map(_read_job, _jobs(update), workers, prepare):
        if batch is not None:
            target.writer().add(batch)
        for outcome in outcomes:
            _take_in(update, number, outcome)
        for post, found in pairs.items():
            target.learned.learn(post, found)
        done += len(outcomes)
        if options.progress is not None:
            options.progress(done, total)


def _jobs(update: _Update) -> Iterator[_Job]:
    files: list[FoundFile] = []
    size = 0
    for place, (number, file) in enumerate(update.to_read):
        files.append(file)
        size += file.size
        last = place + 1 == len(update.to_read) or update.to_read[place + 1][0] != number
        if last or size >= _JOB_BYTES or len(files) >= _JOB_FILES:
            root = update.manifest.roots[number]
            known = update.before.get(number, {}) if update.target.fresh else root.files
            digests = tuple(known[f.path].digest if f.path in known else "" for f in files)
            yield _Job(number, tuple(files), digests, root.prefix, root.drafts, root.max_bytes, update.target.fresh)
            files, size = [], 0


_worker: tuple[Analyzer, Encoder] | None = None


def _prepare(dictionary: Path | None, engine: str) -> None:
    global _worker
    loaded = load_engine(engine)
    _worker = Analyzer(dictionary, loaded.notation()), loaded.encoder()


def _read_job(job: _Job) -> tuple[int, Any, list[_Outcome], dict[str, list[Pair]]]:
    """Read, analyse and encode the files of a job; runs in any process."""
    assert _worker is not None
    analyzer, encode = _worker
    documents: list[IndexDocument] = []
    outcomes: list[_Outcome] = []
    pairs: dict[str, list[Pair]] = {}
    for file, known in zip(job.files, job.digests, strict=True):
        try:
            data = read_regular(file.absolute, job.max_bytes, links="no")
            outcome, posts = _read_one(job, file, known, data)
            for post in posts:
                document, pairs[post.id] = prepare(post, analyzer)
                documents.append(document)
        except FileNotFoundError:
            outcome = _Outcome(file.path, None, gone=True)
        except OSError as error:
            outcome = _Outcome(file.path, None, trouble=f"cannot be read ({error.strerror or error})", retry=True)
        except Exception as error:  # one odd file must never keep the others from being indexed
            outcome = _Outcome(file.path, None, trouble=f"could not be understood ({type(error).__name__}: {error})")
        outcomes.append(outcome)
    return job.root, encode(documents) if documents else None, outcomes, pairs


def _read_one(job: _Job, file: FoundFile, known: str, data: bytes) -> tuple[_Outcome, list[Post]]:
    content = digest(data)
    same = content == known
    record = FileRecord(file.size, file.mtime_ns, content)
    if same and not job.force:
        return _Outcome(file.path, record, same=True), []
    result = read_post(data, file.path)
    posts = [post for post in result.posts if job.drafts or not post.draft]
    skipped = result.skipped or ("" if posts else _DRAFT)
    record = replace(record, listing=result.listing, skipped=skipped, warnings=result.warnings)
    if result.listing:
        return _Outcome(file.path, record, same), []
    if job.prefix:
        posts = [replace(p, id=job.prefix + p.id) if p.id.startswith(file.path) else p for p in posts]
    return _Outcome(file.path, replace(record, ids=tuple(post.id for post in posts)), same), posts


def _take_in(update: _Update, number: int, outcome: _Outcome) -> None:
    """Enter what reading a file gave into the manifest and the report."""
    root = update.manifest.roots[number]
    name, path = root.prefix + outcome.path, outcome.path
    known = root.files.get(path)
    if outcome.gone:
        if known is not None and root.files.pop(path).listing:
            update.dirty_pages.add(number)
        return
    if outcome.trouble or outcome.record is None:
        if known is None and update.target.fresh:
            known = update.before.get(number, {}).get(path)
            if known is not None:
                _keep(update, root, path, known)
        kept = "; its posts are kept as they were" if known is not None and known.ids else ""
        update.skipped.append(Skipped(name, outcome.trouble + kept, outcome.retry))
        return
    record = outcome.record
    update.bytes_read += record.size
    if outcome.same and not update.target.fresh and known is not None:
        root.files[path] = replace(known, size=record.size, mtime_ns=record.mtime_ns)
        if known.skipped:
            update.skipped.append(Skipped(name, known.skipped))
        return
    root.files[path] = record
    update.warnings += [root.prefix + warning for warning in record.warnings]
    if record.skipped:
        update.skipped.append(Skipped(name, record.skipped))
    if record.listing or (known is not None and known.listing):
        update.dirty_pages.add(number)
    if not outcome.same:
        update.changed.update(record.ids)


def _keep(update: _Update, root: Root, path: str, record: FileRecord) -> None:
    """A file that an index built anew cannot read for the moment: its posts come from the old one."""
    root.files[path] = record
    update.kept.update(record.ids)


def _merge_pages(update: _Update, root: Root) -> None:
    """Read all listing pages of a root again, since a post may stand on several, and index their posts."""
    posts: list[Post] = []
    unread: set[str] = set()
    pages = sorted(path for path, record in root.files.items() if record.listing)
    for path in pages:
        try:
            posts += read_post(read_regular(Path(root.path, path), root.max_bytes, links="no"), path).posts
        except OSError as error:
            reason = f"cannot be read ({error.strerror or error})"
            update.skipped.append(Skipped(root.prefix + path, reason, retry=True))
            _keep(update, root, path, root.files[path])
            unread.add(path)
    merged = [replace(post, id=root.prefix + post.id) for post in merge_listings(posts)]
    documents = _prepared(update, merged)
    if documents:
        update.target.writer().add(update.target.generation.engine.encoder()(documents))
    update.changed.update(document.key for document in documents)
    for path in set(pages) - unread:
        ids = tuple(post.id for post in merged if any(source.rpartition(":")[0] == path for source in post.sources))
        root.files[path] = replace(root.files[path], ids=ids)


def _prepared(update: _Update, posts: Iterable[Post]) -> list[IndexDocument]:
    """Posts ready for the engine, without those that it has already as they are."""
    documents: list[IndexDocument] = []
    for post in posts:
        document, pairs = prepare(post, update.target.analyzer)
        update.target.learned.learn(post.id, pairs)
        if not _is_stored(update.target, document):
            documents.append(document)
    return documents


def _is_stored(target: Target, document: IndexDocument) -> bool:
    if target.fresh or target.old is None:
        return False
    ref = target.old.find(document.key)
    return ref is not None and target.old.stored(ref) == document.stored


def _read_pipe(update: _Update) -> None:
    """JSON Lines from standard input: posts that belong to no file."""
    result = read_post(sys.stdin.buffer.read(), "standard-input.jsonl")
    update.warnings += result.warnings
    if result.skipped:
        update.skipped.append(Skipped("-", result.skipped))
    documents = _prepared(update, [replace(post, path="") for post in result.posts])
    if documents:
        update.target.writer().add(update.target.generation.engine.encoder()(documents))
    keys = {document.key for document in documents}
    update.changed |= keys
    update.piped = len(keys - _known_ids(update.target, keys))


def _known_ids(target: Target, ids: Iterable[str]) -> set[str]:
    return {each for each in ids if target.old is not None and target.old.find(each) is not None}


# --- the end ---


def _finish(update: _Update, old_ids: set[str], began_ns: int) -> IndexReport:
    """Commit if there is anything to remember, and say what was done."""
    target, manifest = update.target, update.manifest
    new_ids = manifest.owned()
    gone = _known_ids(target, old_ids - new_ids - update.changed)
    known = _known_ids(target, update.changed)
    if gone and not target.fresh:
        target.writer().remove(sorted(gone))
        target.learned.forget(gone)
    manifest.checked_ns = began_ns
    if target.fresh or gone or update.to_read or update.changed or manifest.roots != target.manifest.roots:
        target.commit(manifest)
    added, updated, removed = len(update.changed) - len(known), len(known), len(gone)
    moved = min(_moved(update), added, removed)
    before = target.old.count() if target.old is not None else 0
    posts = before + added - removed
    engine = target.generation.engine.name
    better = better_engine(engine, posts)
    if better and not better_engine(engine, before):  # said once, by the update that comes to so many
        update.warnings.append(
            message(
                "{posts} posts are more than suits {engine}; much quicker: kbsearch index --engine {better} --rebuild",
                posts=posts,
                engine=engine,
                better=better,
            )
        )
    return IndexReport(
        added=added - moved,
        updated=updated + moved,
        removed=removed - moved,
        unchanged=posts - added - updated,
        skipped=tuple(update.skipped),
        warnings=tuple(update.warnings),
        bytes_read=update.bytes_read,
        posts=posts,
    )


def _moved(update: _Update) -> int:
    """How many posts only changed their place: their content was remembered under a path that is gone."""
    count = 0
    for number, root in enumerate(update.manifest.roots):
        old = update.before.get(number, {})
        lost = [record.digest for path, record in old.items() if path not in root.files and record.ids]
        for path, record in root.files.items():
            if path not in old and record.digest in lost:
                lost.remove(record.digest)
                count += len(record.ids)
    return count
