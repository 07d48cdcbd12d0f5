"""What an index holds, what made it, and what has changed on disk since."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kbsearch.corpus.manifest import Manifest, Scope, compare
from kbsearch.corpus.walk import walk
from kbsearch.engines.base import TEXT_FIELDS, Reader
from kbsearch.language import message
from kbsearch.store import Store

__all__ = ["Status", "read_status"]


@dataclass(frozen=True, slots=True)
class Status:
    """An index in figures.

    Attributes:
        posts, terms: how many there are (terms over all text fields, each field counted by itself).
        bytes: size of the index folder.
        engine: what keeps it.
        updated: when it was last brought up to date, ISO 8601 in UTC.
        roots: the folders it was made from.
        stale: what has changed on disk since, in words; empty if nothing has.
        fields: terms per field.
    """

    posts: int
    terms: int
    bytes: int
    engine: str
    updated: str
    roots: tuple[str, ...]
    stale: tuple[str, ...]
    fields: Mapping[str, int]


def read_status(store: Store, engine: str, reader: Reader, manifest: Manifest) -> Status:
    """Gather the figures; folders are walked, files are not read."""
    fields = {name: sum(1 for _ in reader.terms(name)) for name in TEXT_FIELDS}
    return Status(
        posts=reader.count(),
        terms=sum(fields.values()),
        bytes=_size(store.folder),
        engine=engine,
        updated=str(reader.meta.get("updated", "")),
        roots=tuple(root.path for root in manifest.roots),
        stale=tuple(_stale(manifest)),
        fields=fields,
    )


def _size(folder: Path) -> int:
    """Bytes of all files below a folder; an update may be at work in it."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size
    return total


def _stale(manifest: Manifest) -> list[str]:
    stale: list[str] = []
    for root in manifest.roots:
        folder = Path(root.path)
        if not folder.is_dir():
            stale.append(message("{folder} is gone", folder=root.path))
            continue
        found = walk(folder, exclude=root.exclude, max_bytes=root.max_bytes, apart=manifest.apart(root))
        changes = compare(Scope(root, ""), found, 2**63)
        new = sum(1 for file in changes.to_read if file.path not in root.files)
        if changes.to_read or changes.removed:
            stale.append(
                message(
                    "{folder}: {new} new, {changed} changed, {removed} removed",
                    folder=root.path,
                    new=new,
                    changed=len(changes.to_read) - new,
                    removed=len(changes.removed),
                )
            )
    return stale
