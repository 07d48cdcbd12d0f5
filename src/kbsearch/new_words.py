"""Words of a corpus that the dictionary does not have: neighbours that the segmenter parts though they belong together.

Two neighbouring words (or three, of one character each) are proposed as one if they stand together much more often
than chance has it, in several posts, and if many different words stand before and after them, as before and after any
word. The measures are normalised pointwise mutual information (Bouma 2009) and the variety of neighbours.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kbsearch.query.function_words import is_function_word

__all__ = ["NewWord", "find_new_words"]

_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_LONGEST = 6  # code points of a proposed word
_MAX_PAIRS = 3_000_000  # held in memory; the rarest are let go beyond
_LEAST_NPMI = 0.5
_LEAST_VARIETY = 3  # different words before, and after


@dataclass(frozen=True, slots=True)
class NewWord:
    """A proposal: the word, how often it stands in the corpus, in how many posts, and how surely it is one (0 to 1)."""

    word: str
    count: int
    posts: int
    score: float


def find_new_words(
    texts: Iterable[str], words: Callable[[str], Sequence[str]], *, least_count: int = 5, least_posts: int = 2
) -> list[NewWord]:
    """Propose words, the surest and most frequent first.

    Args:
        texts: folded texts, one a post.
        words: cuts a run of Han characters into words.
        least_count, least_posts: how often, and in how many posts, a word must stand.

    Takes time proportional to the texts, and bounded memory.
    """
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    posts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        own: Counter[tuple[str, str]] = Counter()
        for run in _RUN.findall(text):
            cut = words(run)
            single.update(cut)
            own.update(pairwise(cut))
        pairs.update(own)
        posts.update(own.keys())
        if len(pairs) > _MAX_PAIRS:
            pairs = Counter({pair: count for pair, count in pairs.items() if count > 1})
            posts = Counter({pair: count for pair, count in posts.items() if pair in pairs})
    total = sum(single.values())
    before, after = _neighbours(pairs, least_count)
    found: list[NewWord] = []
    for (left, right), count in pairs.items():
        if count < least_count or posts[left, right] < least_posts or not _may_be_word(left, right):
            continue
        npmi = _npmi(count, single[left], single[right], total)
        if npmi >= _LEAST_NPMI and before[left] >= _LEAST_VARIETY and after[right] >= _LEAST_VARIETY:
            found.append(NewWord(left + right, count, posts[left, right], round(npmi, 3)))
    found.sort(key=lambda word: (-word.score * math.log(word.count), word.word))
    return found


def _neighbours(pairs: Counter[tuple[str, str]], least_count: int) -> tuple[Counter[str], Counter[str]]:
    """How many different words stand before, and after, each word that is part of a frequent pair."""
    left: defaultdict[str, int] = defaultdict(int)
    right: defaultdict[str, int] = defaultdict(int)
    heads = {first for (first, _), count in pairs.items() if count >= least_count}
    tails = {second for (_, second), count in pairs.items() if count >= least_count}
    for first, second in pairs:
        if second in heads:
            left[second] += 1
        if first in tails:
            right[first] += 1
    return Counter(left), Counter(right)


def _may_be_word(left: str, right: str) -> bool:
    if len(left) + len(right) > _LONGEST:
        return False
    return not is_function_word(left) and not is_function_word(right)


def _npmi(together: int, left: int, right: int, total: int) -> float:
    """Normalised pointwise mutual information: 0 by chance, 1 if neither stands without the other."""
    probability = together / total
    return math.log(probability * total * total / (left * right)) / -math.log(probability)
