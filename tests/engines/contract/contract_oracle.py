"""The contract in its plainest form: posts in a list, every plan node carried out by looking at each post.

Scores are those of kbsearch.query.plan: BM25 with lengths rounded down to Lucene's one-byte form.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from kbsearch.engines.base import TEXT_FIELDS, IndexDocument, Sort
from kbsearch.query.plan import All, And, Best, Constant, Node, Not, Or, Phrase, Range, Term

K1, B = 1.2, 0.75


def rounded_length(length: int) -> int:
    """The length as one byte keeps it: exact below 40, then four significant bits of what exceeds 24."""
    if length < 40:
        return length
    rest = length - 24
    drop = rest.bit_length() - 4
    return 24 + (rest >> drop << drop)


class Oracle:
    """Answers plans over a list of posts, none deleted."""

    def __init__(self, posts: Sequence[IndexDocument]) -> None:
        self.posts = {post.key: post for post in posts}
        self.average = {
            name: sum(len(post.terms.get(name, ())) for post in posts) / max(len(posts), 1) for name in TEXT_FIELDS
        }

    def matches(self, node: Node) -> dict[str, float]:
        """Keys of the posts that match, with scores."""
        return {key: score for key, post in self.posts.items() if (score := self.score(node, post)) is not None}

    def score(self, node: Node, post: IndexDocument) -> float | None:
        """The post's score, or ``None`` if it does not match."""
        match node:
            case Term(field, text, boost):
                count = values(post, field).count(text)
                return self._bm25(post, field, [text], count, boost) if count else None
            case Phrase(field, terms, boost):
                kind = TEXT_FIELDS.get(field)
                if kind is None or not kind.positions or not terms:
                    return None
                count = phrase_count(values(post, field), terms)
                return self._bm25(post, field, [text for text, _ in terms], count, boost) if count else None
            case And(children):
                scores = [self.score(child, post) for child in children]
                return None if None in scores or not scores else sum(s for s in scores if s is not None)
            case Or(children):
                found = [s for child in children if (s := self.score(child, post)) is not None]
                return sum(found) if found else None
            case Best(children, tie):
                found = [s for child in children if (s := self.score(child, post)) is not None]
                return max(found) + tie * (sum(found) - max(found)) if found else None
            case Not(child):
                return None if self.score(child, post) is not None else 0.0
            case Constant(child, score):
                return None if self.score(child, post) is None else score
            case Range(field, low, high):
                number = post.numbers.get(field)
                inside = number is not None and (low is None or number >= low) and (high is None or number <= high)
                return 0.0 if inside else None
            case All():
                return 0.0

    def frequency(self, field: str, text: str) -> int:
        """Number of posts with the term."""
        return sum(text in values(post, field) for post in self.posts.values())

    def terms(self, field: str, prefix: str = "") -> list[tuple[str, int]]:
        """Terms with the prefix and their document frequencies, in order."""
        counts = Counter(t for post in self.posts.values() for t in set(values(post, field)) if t.startswith(prefix))
        return sorted(counts.items())

    def facet(self, field: str, keys: Sequence[str]) -> dict[str, int]:
        """Counts of the field's values over some posts."""
        return dict(Counter(value for key in keys for value in set(values(self.posts[key], field))))

    def ordered(self, scores: dict[str, float], sort: Sort) -> list[str]:
        """Keys in the order of the results page."""
        last = math.inf

        def place(key: str) -> tuple[float, float, str]:
            date = self.posts[key].numbers.get("date")
            if sort == "relevance":
                return -scores[key], last if date is None else -date, key
            return last if date is None else -date if sort == "newest" else date, 0, key

        return sorted(scores, key=place)

    def _bm25(self, post: IndexDocument, field: str, texts: list[str], count: int, boost: float) -> float:
        kind = TEXT_FIELDS.get(field)
        if kind is None or not kind.scored:
            return 0.0
        total = len(self.posts)
        idf = sum(math.log(1 + (total - df + 0.5) / (df + 0.5)) for df in (self.frequency(field, t) for t in texts))
        length = rounded_length(len(values(post, field)))
        return boost * idf * (K1 + 1) * count / (count + K1 * (1 - B + B * length / self.average[field]))


def values(post: IndexDocument, field: str) -> Sequence[str]:
    """The post's terms or keyword values in a field."""
    if field == "key":
        return (post.key,)
    return post.terms.get(field) or post.keywords.get(field) or ()


def phrase_count(terms: Sequence[str], phrase: Sequence[tuple[str, int]]) -> int:
    """In how many places the terms stand at their distances."""
    return sum(
        all(0 <= start + distance < len(terms) and terms[start + distance] == text for text, distance in phrase)
        for start in range(-max(0, *(d for _, d in phrase)) if len(phrase) > 1 else -phrase[0][1], len(terms))
    )
