"""Posts like a post: those that share its telling terms, or that links join to it.

A term tells much if the post uses it often and few others have it: ``(1 + ln tf) · ln(1 + N / df)`` (tf-idf; Salton &
Buckley 1988). The few best terms are asked for together; what the engine scores best is most alike. A link in either
direction, and tags in common, add to that.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.analysis.tokens import CJK_FIRST
from kbsearch.engines.base import Reader, SearchRequest
from kbsearch.links import LinkGraph
from kbsearch.model import Document
from kbsearch.query.function_words import is_function_word
from kbsearch.query.plan import Or, Term
from kbsearch.stored import StoredPost, decode_stored

__all__ = ["RelatedPost", "find_related"]

_TERMS = 24  # asked for
_CANDIDATES = 30  # posts looked at, besides those that are linked
_TITLE_WEIGHT = 2  # occurrences in the text that one in the title is worth
_LINK_BONUS = 0.5  # of the best candidate's score
_TAG_BONUS = 0.05
_MAX_SHARE = 0.25  # of the posts: more frequent terms tell nothing
_MAX_TEXT = 50_000  # code points of the text that are read


@dataclass(frozen=True, slots=True)
class RelatedPost:
    """A post like another.

    Attributes:
        id, title, category: of the post.
        score: from 0 up; the best candidate without a link has about 1.
        terms: terms that both have, the most telling first.
        linked: one of the two links to the other.
    """

    id: str
    title: str
    category: str
    score: float
    terms: tuple[str, ...]
    linked: bool


def find_related(
    stored: StoredPost, reader: Reader, analyzer: Analyzer, graph: LinkGraph, *, limit: int = 6
) -> list[RelatedPost]:
    """The posts most like ``stored``, best first; posts that share nothing are left out."""
    own = stored.post.id
    terms = _telling_terms(stored, reader, analyzer)
    linked = {entry.id for entry, _ in graph.backlinks(own)}
    linked |= {target.id for _, target in graph.outgoing(own) if target.kind == "post"}
    linked.discard(own)
    found: dict[str, float] = {}
    refs = {}
    node = Or(tuple(Term("body", term, weight) for term, weight in terms))
    if terms:
        for ref, score in reader.search(SearchRequest(node, limit=_CANDIDATES + 1)).hits:
            id = decode_stored(reader.stored(ref)).post.id
            if id != own:
                found[id], refs[id] = score, ref
    best = max(found.values(), default=1.0) or 1.0
    ranked: list[tuple[float, str, StoredPost]] = []
    tags = {tag.casefold() for tag in stored.post.tags}
    for id in {*found, *linked}:
        ref = refs.setdefault(id, reader.find(id)) if id not in refs else refs[id]
        if ref is None:
            continue
        other = decode_stored(reader.stored(ref))
        score = found.get(id, 0.0) / best
        score += _LINK_BONUS * (id in linked)
        score += _TAG_BONUS * len(tags & {tag.casefold() for tag in other.post.tags})
        ranked.append((score, id, other))
    ranked.sort(key=lambda item: (-item[0], item[1]))
    related = []
    for score, id, other in ranked[:limit]:
        parts = sorted(reader.score_parts(node, refs[id]), key=lambda part: -part.score) if terms else []
        shared = tuple(part.node.text for part in parts if isinstance(part.node, Term))[:5]
        related.append(RelatedPost(id, other.post.title, other.post.category, score, shared, id in linked))
    return related


def _prose(document: Document) -> str:
    """The text without blocks of code and formulas, whose names tell more of their author than of the subject."""
    pieces, at = [], 0
    for span in document.spans:
        if span.kind == "math" or (span.kind == "code" and not span.inline):
            pieces.append(document.text[at : span.start])
            at = max(at, span.end)
    return " ".join([*pieces, document.text[at:]])[:_MAX_TEXT]


def _telling_terms(stored: StoredPost, reader: Reader, analyzer: Analyzer) -> list[tuple[str, float]]:
    counts: Counter[str] = Counter()
    for text, weight in ((stored.post.title, _TITLE_WEIGHT), (_prose(stored.document), 1)):
        for word in analyzer.query_words(text):
            term = word.terms[0]
            if not is_function_word(term) and len(term) > 1 and (term >= CJK_FIRST or not term.isdecimal()):
                counts[term] += weight
    posts = max(reader.count(), 1)
    weighed = []
    for term, count in counts.most_common(400):
        frequency = reader.frequency("body", term)
        if 2 <= frequency <= max(_MAX_SHARE * posts, 5):
            weighed.append((term, (1 + math.log(count)) * math.log(1 + posts / frequency)))
    weighed.sort(key=lambda pair: (-pair[1], pair[0]))
    return weighed[:_TERMS]
