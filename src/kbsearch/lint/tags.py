"""Tags that are one tag in several spellings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kbsearch.analysis.fold import narrow
from kbsearch.language import message
from kbsearch.synonyms.names import name_key
from kbsearch.synonyms.thesaurus import Thesaurus

__all__ = ["Variant", "tag_variants"]

_DIFFERENCES = {
    "case": message("only upper and lower case differ"),
    "script": message("only script (Traditional, Simplified) or width differ"),
    "spelling": message("only spaces, marks or plural differ"),
    "synonym": message("posts equate the two names"),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """A tag that another one should stand for.

    Attributes:
        tag: the rarer spelling.
        best: the commonest.
        posts: number of posts with ``best``.
        difference: what is different, in words.
        is_synonym: they are two names, not two spellings of one.
    """

    tag: str
    best: str
    posts: int
    difference: str
    is_synonym: bool


def tag_variants(counts: Mapping[str, int], thesaurus: Thesaurus) -> list[Variant]:
    """The tags that have a commoner variant, in code-point order.

    Args:
        counts: number of posts with each tag.
        thesaurus: learned synonyms, and the user's own.

    Takes time linear in the number of tags.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for tag in counts:
        if key := name_key(tag):
            groups[key].append(tag)

    def rank(tag: str) -> tuple[int, str]:
        return -counts[tag], tag

    best_of = {key: min(tags, key=rank) for key, tags in groups.items()}
    better = {best: min(_synonyms(best, best_of, thesaurus), key=rank, default=best) for best in best_of.values()}
    variants: list[Variant] = []
    for key, best in best_of.items():
        commonest = best
        while rank(better[commonest]) < rank(commonest):  # each step leads to a commoner tag, so there is an end
            commonest = better[commonest]
        for tag in groups[key]:
            if tag != commonest:
                told = _difference(tag, best) if commonest == best else "synonym"
                variants.append(Variant(tag, commonest, counts[commonest], _DIFFERENCES[told], told == "synonym"))
    return sorted(variants, key=lambda variant: variant.tag)


def _synonyms(tag: str, best_of: Mapping[str, str], thesaurus: Thesaurus) -> Iterator[str]:
    """Other tags that mean the same."""
    for equal in thesaurus.equals(tag):
        other = best_of.get(name_key(equal.name))
        if other is not None and other != tag:
            yield other


def _difference(tag: str, other: str) -> str:
    if tag.casefold() == other.casefold():
        return "case"
    return "script" if narrow(tag).casefold() == narrow(other).casefold() else "spelling"
