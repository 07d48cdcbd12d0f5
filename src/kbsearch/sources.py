"""Where the files lie that posts were read from."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from kbsearch.corpus.manifest import Manifest
from kbsearch.model import Hit, Post

__all__ = ["Sources"]


class Sources:
    """The files of an index's posts.

    Args:
        manifest: what the index remembers about its sources.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def file(self, post: Post | Hit) -> Path | None:
        """The absolute path of the file that a post was read from; ``None`` if it came from none.

        The file may have been changed or deleted since.
        """
        return self.file_of(post.id, post.path)

    def file_of(self, id: str, path: str) -> Path | None:
        """Like :meth:`file`, for a post's id and path. Never leads out of an indexed folder."""
        if not path or path.startswith("/") or ".." in PurePosixPath(path).parts:
            return None
        for root in self._manifest.roots:
            record = root.files.get(path)
            if record is not None and id in record.ids:
                return Path(root.path) / path
        return None

    def warnings(self) -> dict[str, tuple[str, ...]]:
        """What was wrong with files when they were read, by the id of each post in them."""
        return {
            id: record.warnings
            for root in self._manifest.roots
            for record in root.files.values()
            if record.warnings
            for id in record.ids
        }
