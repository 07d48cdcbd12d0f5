"""Updating an index: posts given directly, posts taken out, and what both share with updates from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from kbsearch.documents import again, prepare
from kbsearch.engines.base import IndexDocument
from kbsearch.errors import InputError
from kbsearch.model import IndexReport, Post
from kbsearch.stored import decode_source, decode_stored, writable
from kbsearch.target import Target

__all__ = ["add_posts", "carry_over", "remove_posts"]

_BATCH = 256  # posts encoded together


def add_posts(target: Target, posts: Iterable[Post]) -> IndexReport:
    """Add posts or replace those with the same id.

    Raises:
        InputError: a post has no id.
    """
    if target.fresh:
        carry_over(target, skip=frozenset())
    writer, encode = target.writer(), target.generation.engine.encoder()
    known: set[str] = set()
    added = updated = size = 0
    for batch in _batches(posts):
        documents: list[IndexDocument] = []
        for post in batch:
            if not post.id:
                raise InputError(f"a post without an id cannot be indexed (title {post.title[:40]!r}); give it one")
            prepared = prepare(post, target.analyzer)
            key = prepared.document.key
            documents.append(prepared.document)
            target.learned.learn(key, prepared.pairs)
            size += len(post.text)
            if key in known or (target.old is not None and target.old.find(key) is not None):
                updated += key not in known
            else:
                added += 1
            known.add(key)
        writer.add(encode(documents))
    target.commit(target.manifest)
    before = target.old.count() if target.old is not None else 0
    return IndexReport(added=added, updated=updated, unchanged=before - updated, bytes_read=size, posts=before + added)


def remove_posts(target: Target, ids: Sequence[str]) -> IndexReport:
    """Take posts out."""
    if target.fresh:
        carry_over(target, skip=frozenset())
    wanted = dict.fromkeys(map(writable, ids))
    there = [each for each in wanted if target.old is not None and target.old.find(each) is not None]
    target.writer().remove(there)
    target.learned.forget(there)
    target.commit(target.manifest.without(there))
    before = target.old.count() if target.old is not None else 0
    return IndexReport(removed=len(there), unchanged=before - len(there), posts=before - len(there))


def carry_over(target: Target, skip: frozenset[str], only: Iterable[str] | None = None) -> int:
    """Put the old index's posts, but those in ``skip``, into the new generation, analysed anew; their number.

    ``only``: no others than these.
    """
    if target.old is None:
        return 0
    reader, writer, encode = target.old, target.writer(), target.generation.engine.encoder()
    count = 0
    found = reader.refs() if only is None else (ref for key in only if (ref := reader.find(key)) is not None)
    for refs in _chunks(found):
        documents = []
        for ref in refs:
            stored = decode_stored(reader.stored(ref))
            if stored.post.id not in skip:
                prepared = prepare(again(stored, decode_source(reader.source(ref))), target.analyzer)
                documents.append(prepared.document)
                target.learned.learn(stored.post.id, prepared.pairs)
        if documents:
            writer.add(encode(documents))
        count += len(documents)
    return count


def _batches(posts: Iterable[Post]) -> Iterator[list[Post]]:
    waiting = iter(posts)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def _chunks(refs: Iterator[object]) -> Iterator[list[object]]:
    while chunk := list(islice(refs, _BATCH)):
        yield chunk
