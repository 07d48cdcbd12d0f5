"""Which segments a commit merges into the new one.

Segments stay in the order their posts were added, so only the newest few are ever merged, and always into the new
segment. Sizes then fall from old to new by levels of four: a level holds at most three segments, and the lowest,
below a megabyte, only one. An update of one post so rewrites less than a megabyte; larger merges come in turn with
the amount written since, and few segments keep queries fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Weight", "first_to_merge"]

_SMALL = 1 << 20  # bytes: segments up to this size are always merged
_PER_LEVEL = 4  # as many segments of a level become one of the next


@dataclass(frozen=True, slots=True)
class Weight:
    """A segment as the policy sees it: size of its file in bytes, number of posts, and of deleted ones."""

    size: int
    posts: int
    deleted: int

    @property
    def level(self) -> int:
        """0 for a small segment; each level is four times the one below."""
        return ((self.size // _SMALL).bit_length() + 1) // 2


def first_to_merge(segments: Sequence[Weight], added: int) -> int:
    """Segments from this place on are merged into the new one.

    Args:
        segments: the index's segments, oldest first.
        added: size of the new segment in bytes; 0 if nothing was added.
    """
    first = len(segments)
    worn = [i for i, s in enumerate(segments) if s.deleted * 2 > s.posts]
    if worn:
        first = worn[0]  # more than half is dead weight: worth rewriting, with all that came later
    if not added and first == len(segments):
        return first
    while first > 0:
        level = Weight(added + sum(s.size for s in segments[first:]), 1, 0).level
        equals = 0
        while equals < first and segments[first - 1 - equals].level == level:
            equals += 1
        if segments[first - 1].level < level or (equals and level == 0):
            first -= 1
        elif equals >= _PER_LEVEL - 1:
            first -= equals
        else:
            break
    return first
