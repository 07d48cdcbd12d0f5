"""The table of pairs: which names posts equate, how many posts do, where, and what is used without asking."""

from __future__ import annotations

import json

from kbsearch.errors import IndexCorruptError
from kbsearch.synonyms.pair import KINDS, Kind
from kbsearch.values import value

__all__ = ["PairTable", "Source", "TablePair"]


@value
class Source:
    """A place where two names are equated: the post's id, and the text around it on one line."""

    post: str
    excerpt: str


@value
class TablePair:
    """Two names that posts equate.

    Attributes:
        left: one name, in its commonest spelling; the Chinese one, or the longer.
        right: the other name.
        kind: the best way in which a post equates them.
        count: number of posts that do.
        sources: some of the places, by post id.
        auto: used without asking.
    """

    left: str
    right: str
    kind: Kind
    count: int
    sources: tuple[Source, ...]
    auto: bool


@value
class PairTable:
    """All pairs, the commonest first. ``auto`` are those used without asking, ``candidates`` the others."""

    auto: tuple[TablePair, ...] = ()
    candidates: tuple[TablePair, ...] = ()

    def to_bytes(self) -> bytes:
        """The table as two lines of JSON, of which the first holds the pairs used without asking."""
        return b"\n".join(_line(pairs) for pairs in (self.auto, self.candidates))

    @classmethod
    def from_bytes(cls, data: bytes, *, candidates: bool = True) -> PairTable:
        """Read back what :meth:`to_bytes` wrote; without ``candidates`` only the pairs used without asking.

        Raises:
            IndexCorruptError: it is not such a table.
        """
        try:
            first, second = data.split(b"\n")
            return cls(_pairs(first, auto=True), _pairs(second, auto=False) if candidates else ())
        except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
            raise IndexCorruptError(
                f"the table of synonyms cannot be read ({error!r}); run: kbsearch check --repair"
            ) from error


def _line(pairs: tuple[TablePair, ...]) -> bytes:
    rows = [
        [pair.left, pair.right, KINDS.index(pair.kind), pair.count, [[s.post, s.excerpt] for s in pair.sources]]
        for pair in pairs
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _pairs(line: bytes, *, auto: bool) -> tuple[TablePair, ...]:
    pairs = []
    for left, right, kind, count, sources in json.loads(line):
        places = tuple(Source(_text(post), _text(excerpt)) for post, excerpt in sources)
        if not isinstance(count, int) or isinstance(kind, bool) or not 0 <= kind < len(KINDS):
            raise ValueError("a pair's count or kind")
        pairs.append(TablePair(_text(left), _text(right), KINDS[kind], count, places, auto))
    return tuple(pairs)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a name, id or excerpt that is no text")
    return value
