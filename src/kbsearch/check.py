"""Verifying an index, down to the terms of each post.

The engine verifies its own files; here everything is held against each other: the manifest and the other side files
against their checksums, and what is stored of each post against what analysing it again gives. Terms are compared as
sums over all posts, one number a field, so memory stays small: for each field the sum of ``hash(term)`` over posts and
their terms must equal the sum of ``hash(term) * document frequency`` over the lexicon. That holds while no deleted post
still counts in the frequencies; a sample of terms is asked for besides, which holds always.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.corpus.manifest import Manifest
from kbsearch.documents import again, prepare
from kbsearch.engines.base import KEYWORD_FIELDS, TEXT_FIELDS, IndexDocument, Reader, SearchRequest
from kbsearch.errors import ConfigError, IndexCorruptError, IndexUnusableError
from kbsearch.generation import Generation
from kbsearch.language import message
from kbsearch.query.plan import Term
from kbsearch.store import Store
from kbsearch.stored import decode_source, decode_stored

__all__ = ["CheckReport", "check_index"]

_FIELDS = (*TEXT_FIELDS, *KEYWORD_FIELDS)
_SAMPLED = 500  # one term in so many is asked for
_MOST_SAMPLED = 5_000
_MASK = (1 << 64) - 1
_SHOWN = 5  # posts of a kind that are named


@dataclass(slots=True)
class CheckReport:
    """What a check found.

    Attributes:
        problems: what is wrong, in words; empty if all is well.
        notes: what is not wrong but worth knowing, such as leftovers that the next update sweeps away.
        posts: how many were read and compared.
    """

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    posts: int = 0


def check_index(folder: Path, progress: Callable[[int, int], None] | None = None) -> CheckReport:
    """Verify an index; nothing is changed (an empty folder comes to stand for the cluster that is named, if any).

    Args:
        folder: the index folder.
        progress: called with posts done and posts in all.

    Raises:
        IndexMissingError, IndexMismatchError, MissingExtraError: there is no index that this program can judge.
    """
    report, store = CheckReport(), Store(folder)
    store.attach()
    try:
        generation = store.current()
        generation.refuse_foreign()
    except IndexCorruptError as error:
        report.problems.append(error.message)
        return report
    report.problems += generation.engine.check(generation.engine_folder)
    try:
        _, reader = store.open()
    except IndexUnusableError as error:
        if error.message not in report.problems:
            report.problems.append(error.message)
        return report
    try:
        _check_contents(generation, reader, report, progress)
    except IndexCorruptError as error:
        report.problems.append(error.message)
    finally:
        reader.close()
    spare = [path.name for path in store.generations() if path != generation.folder]
    spare += [path.name for path in generation.leftovers(reader.meta)]
    if spare:
        report.notes.append(
            message("leftovers of interrupted updates, which the next update deletes: {names}", names=", ".join(spare))
        )
    return report


def _check_contents(
    generation: Generation, reader: Reader, report: CheckReport, progress: Callable[[int, int], None] | None
) -> None:
    analyzer = _analyzer(generation, reader, report)
    terms = _TermSums()
    keys: set[str] = set()
    different: list[str] = []
    total = reader.count()
    for ref in reader.refs():
        try:
            raw, source = reader.stored(ref), reader.source(ref)
            stored = decode_stored(raw)
            text = decode_source(source)
        except IndexCorruptError as error:
            report.problems.append(error.message)
            continue
        key = stored.post.id
        if key in keys:
            report.problems.append(message("the post {id!r} is there twice", id=key))
        elif reader.find(key) is None:
            report.problems.append(message("the post {id!r} is not found by its id", id=key))
        keys.add(key)
        if analyzer is not None:
            document = prepare(again(stored, text), analyzer).document
            if document.stored != raw:
                different.append(key)
            terms.add(document)
        report.posts += 1
        if progress is not None:
            progress(report.posts, total)
    if report.posts != total:
        report.problems.append(
            message("the index counts {total} posts, but {count} can be read", total=total, count=report.posts)
        )
    if different:
        report.problems.append(
            message(
                "{count} posts are stored in another form than analysing them gives: {ids}",
                count=len(different),
                ids=_some(different),
            )
        )
    if analyzer is not None and report.posts == total:
        report.problems += terms.compare(reader)
    report.problems += _check_sides(generation, reader, keys)


def _analyzer(generation: Generation, reader: Reader, report: CheckReport) -> Analyzer | None:
    """The analyzer that made the index; ``None``, with a note, if this program has another."""
    try:
        analyzer = Analyzer(generation.side_path(reader.meta, "dictionary"))
    except (IndexCorruptError, ConfigError) as error:
        report.problems.append(error.message)
        return None
    if reader.meta.get("analyzer") != analyzer.identity:
        report.problems.append(
            message(
                "its words were made by another analyzer, so they could not be compared; run: kbsearch index --rebuild"
            )
        )
        return None
    return analyzer


class _TermSums:
    """A sum over all terms of a field and the posts that have them, and exact counts for a sample of the terms."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()
        self._sample: Counter[tuple[str, str]] = Counter()

    def add(self, document: IndexDocument) -> None:
        for name, values in (*document.terms.items(), *document.keywords.items(), ("key", (document.key,))):
            there = set(values)
            self._sums[name] = (self._sums[name] + sum(map(hash, there))) & _MASK
            for term in there:
                if zlib.crc32(term.encode()) % _SAMPLED == 0:
                    self._sample[name, term] += 1

    def compare(self, reader: Reader) -> list[str]:
        """What differs from the index, in words."""
        wrong: list[str] = []
        exact = sum(count for _, count in reader.terms("key")) == reader.count()
        for name in _FIELDS if exact else ():
            found = sum(hash(term) * count for term, count in reader.terms(name)) & _MASK
            if found != self._sums[name]:
                wrong.append(message("the terms of the field {name!r} are not those of the posts", name=name))
        for (name, term), count in sorted(self._sample.items())[:_MOST_SAMPLED]:
            found = reader.search(SearchRequest(Term(name, term), limit=0)).total
            if found != count:
                wrong.append(
                    message(
                        "{count} posts have {term!r} in the field {name!r}, the index finds {found}",
                        count=count,
                        term=term,
                        name=name,
                        found=found,
                    )
                )
        return wrong


def _some(ids: list[str]) -> str:
    return ", ".join(map(repr, ids[:_SHOWN])) + (" …" if len(ids) > _SHOWN else "")


def _check_sides(generation: Generation, reader: Reader, keys: set[str]) -> list[str]:
    wrong: list[str] = []
    for name in reader.meta.get("side", {}):
        try:
            data = generation.read_side(reader.meta, name)
            if name == "manifest" and data is not None:
                lost = sorted(Manifest.from_bytes(data).owned() - keys)
                if lost:
                    wrong.append(
                        message(
                            "{count} posts of indexed files are not in the index: {ids}",
                            count=len(lost),
                            ids=_some(lost),
                        )
                    )
        except IndexCorruptError as error:
            wrong.append(error.message)
    return wrong
