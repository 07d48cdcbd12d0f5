"""What an index learns from its posts beyond their terms: the pairs of names that authors equate.

The pairs of each post are kept, so that an update takes back what a changed or removed post had said. From all of them
come the table that ``kbsearch synonyms`` lists and the thesaurus that queries are looked up in, each a side file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kbsearch.synonyms.aggregate import aggregate
from kbsearch.synonyms.pair import Pair, pack_pairs, unpack_pairs
from kbsearch.synonyms.thesaurus import compile_thesaurus

__all__ = ["Learned"]


class Learned:
    """The pairs of each post, kept in step with the posts of one update.

    Args:
        packed: what the last update left; read only if this one has to know.
    """

    def __init__(self, packed: bytes | None = None) -> None:
        self._packed = packed
        self._pairs: dict[str, list[Pair]] | None = None if packed is not None else {}
        self._changed = packed is None

    def learn(self, post: str, pairs: Sequence[Pair]) -> None:
        """What a post says now, in place of what it said before."""
        known = self._known()
        if known.get(post, []) != list(pairs):
            self._changed = True
            if pairs:
                known[post] = list(pairs)
            else:
                known.pop(post, None)

    def forget(self, posts: Iterable[str]) -> None:
        """Take back what posts said that are gone."""
        for post in posts:
            self._changed |= self._known().pop(post, None) is not None

    def side_files(self) -> dict[str, bytes]:
        """The side files to write; none if nothing has changed."""
        if not self._changed:
            return {}
        known = self._known()
        table = aggregate(known.items())
        return {"pairs": pack_pairs(known), "synonyms": table.to_bytes(), "thesaurus": compile_thesaurus(table)}

    def _known(self) -> dict[str, list[Pair]]:
        if self._pairs is None:
            self._pairs = unpack_pairs(self._packed or b"{}")
        return self._pairs
