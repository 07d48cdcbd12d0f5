"""What an index holds, what made it, and what has changed on disk since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kbsearch.corpus.manifest import Manifest, Scope, compare
from kbsearch.corpus.walk import walk
from kbsearch.engines.base import TEXT_FIELDS, Reader
from kbsearch.store import Generation, Store

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


def read_status(store: Store, generation: Generation, reader: Reader) -> Status:
    """Gather the figures; folders are walked, files are not read."""
    meta = reader.meta
    stored = generation.read_side(meta, "manifest")
    manifest = Manifest.from_bytes(stored) if stored is not None else Manifest()
    fields = {name: sum(1 for _ in reader.terms(name)) for name in TEXT_FIELDS}
    return Status(
        posts=reader.count(),
        terms=sum(fields.values()),
        bytes=sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file()),
        engine=generation.engine.name,
        updated=str(meta.get("updated", "")),
        roots=tuple(root.path for root in manifest.roots),
        stale=tuple(_stale(manifest)),
        fields=fields,
    )


def _stale(manifest: Manifest) -> list[str]:
    found: list[str] = []
    for root in manifest.roots:
        folder = Path(root.path)
        if not folder.is_dir():
            found.append(f"{root.path} is gone")
            continue
        changes = compare(Scope(root, ""), walk(folder, exclude=root.exclude, max_bytes=root.max_bytes), 2**63)
        new = sum(1 for file in changes.to_read if file.path not in root.files)
        counts = ((new, "new"), (len(changes.to_read) - new, "changed"), (len(changes.removed), "removed"))
        parts = [f"{count} {word}" for count, word in counts if count]
        if parts:
            found.append(f"{root.path}: {', '.join(parts)}")
    return found
