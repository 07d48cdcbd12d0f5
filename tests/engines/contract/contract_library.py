"""An index under contract, and the posts that must be in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contract_oracle import Oracle

from kbsearch.engines.base import Engine, IndexDocument, Reader


@dataclass
class Library:
    """An index and the posts that must be in it."""

    engine: Engine
    folder: Path
    posts: dict[str, IndexDocument] = field(default_factory=dict)

    def update(self, add: Sequence[IndexDocument] = (), remove: Sequence[str] = (), batch: int = 16) -> None:
        """One commit."""
        writer = self.engine.writer(self.folder)
        encode = self.engine.encoder()
        writer.remove(remove)
        for first in range(0, len(add), batch):
            writer.add(encode(add[first : first + batch]))
        writer.commit({"update": len(add)})
        for key in remove:
            self.posts.pop(key, None)
        for post in add:
            self.posts.pop(post.key, None)
            self.posts[post.key] = post

    def reader(self) -> Reader:
        return self.engine.reader(self.folder)

    def oracle(self) -> Oracle:
        return Oracle(list(self.posts.values()))


@dataclass
class Opened:
    """A library's reader, with the oracle that knows the right answers."""

    reader: Reader
    oracle: Oracle

    def key(self, ref: object) -> str:
        """The key of the post that a reference stands for, found by its stored bytes."""
        return self._keys[self.reader.stored(ref)]

    def __post_init__(self) -> None:
        self._keys = {post.stored: key for key, post in self.oracle.posts.items()}
