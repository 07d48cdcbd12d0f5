"""What mining gives: two names that a post equates, as far as the post alone can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["EDGES", "KINDS", "Edge", "Kind", "Pair"]

Kind = Literal["table", "names", "initials", "cue", "short", "bracket", "alias"]
Edge = Literal["hard", "cut", "open"]
KINDS: tuple[Kind, ...] = ("table", "names", "initials", "cue", "short", "bracket", "alias")
EDGES: tuple[Edge, ...] = ("hard", "cut", "open")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names for one thing, found in a post.

    Where a name stands in running text its beginning is not marked (…我们训练扩散模型（Diffusion Model）): ``left``
    then reaches back further than the name may, and ``breaks`` says where it may begin.

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
    """

    left: str
    right: str
    kind: Kind
    edge: Edge = "hard"
    breaks: tuple[int, ...] = ()
    excerpt: str = ""
