"""What mining gives: two names that a post equates, as far as the post alone can tell; and how these are stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kbsearch.errors import IndexCorruptError

__all__ = ["HIDDEN", "KINDS", "Edge", "Kind", "Pair", "as_excerpt", "pack_pairs", "unpack_pairs"]

Kind = Literal["table", "names", "initials", "cue", "short", "bracket", "alias"]
Edge = Literal["hard", "cut", "open"]
KINDS: tuple[Kind, ...] = ("table", "names", "initials", "cue", "short", "bracket", "alias")
HIDDEN = "\ufffc"  # stands for code and formulas in a text that is mined: no name reaches over it
_MAX_EXCERPT = 120  # code points
_EDGES: tuple[Edge, ...] = ("hard", "cut", "open")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names for one thing, found in a post.

    Where a name stands in running text its beginning is not marked (…我们训练扩散模型（Diffusion Model）). Unless the
    pair is proved, ``left`` then reaches back further than the name may, and ``breaks`` says where it may begin.

    Attributes:
        left: the first name, as written; it ends where the name ends.
        right: the second name, as written.
        kind: how the post equates them. ``table``: a row of a glossary; ``names``: three names at once, one of which
            abbreviates another; ``initials``: an abbreviation and the phrase whose initials it has; ``cue``: a word
            like 又称 or aka between them; ``short``: 简称, the second shortens the first; ``bracket``: one in brackets
            after the other; ``alias``: title and aliases of the front matter.
        edge: what stands before ``left``: ``hard`` for punctuation or the start of a line, ``cut`` for a word that
            begins no name, ``open`` if nothing tells.
        breaks: offsets in ``left``, ascending and without 0, at which the name may begin instead.
        excerpt: the place in the post, on one line.
        proved: the pair itself shows that both names mean the same (:mod:`kbsearch.synonyms.evidence`).
    """

    left: str
    right: str
    kind: Kind
    edge: Edge = "hard"
    breaks: tuple[int, ...] = ()
    excerpt: str = ""
    proved: bool = False


def as_excerpt(text: str) -> str:
    """A piece of a post as an excerpt: on one line, hidden code and formulas as dots, at most 120 code points."""
    return " ".join(text.replace(HIDDEN, "…").split())[:_MAX_EXCERPT]


def pack_pairs(per_post: Mapping[str, Sequence[Pair]]) -> bytes:
    """The pairs of each post, by post id, as JSON."""
    rows = {
        post: [
            [p.left, p.right, KINDS.index(p.kind), _EDGES.index(p.edge), p.breaks, p.excerpt, int(p.proved)]
            for p in pairs
        ]
        for post, pairs in per_post.items()
    }
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def unpack_pairs(data: bytes) -> dict[str, list[Pair]]:
    """Read back what :func:`pack_pairs` made.

    Raises:
        IndexCorruptError: it is not that.
    """
    try:
        return {post: [_pair(*row) for row in rows] for post, rows in json.loads(data).items()}
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise IndexCorruptError(
            f"the pairs of names found in posts cannot be read ({error!r}); run: kbsearch check --repair"
        ) from error


def _pair(left: str, right: str, kind: int, edge: int, breaks: list[int], excerpt: str, proved: int) -> Pair:
    if not (isinstance(left, str) and isinstance(right, str) and isinstance(excerpt, str) and left and right):
        raise TypeError("a name or an excerpt that is no text")
    if min(kind, edge) < 0 or any(not 0 < place < len(left) for place in breaks):
        raise ValueError("a number out of range")
    return Pair(left, right, KINDS[kind], _EDGES[edge], tuple(breaks), excerpt, bool(proved))
