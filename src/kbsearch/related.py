"""Posts like a post: those that share its telling terms, or that links join to it.

A term tells much of a post if

- the post uses it often, above all in title, tags and headings, and few others have it:
  ``(1 + ln tf) · ln(1 + N / df)`` (tf-idf; Salton & Buckley 1988), occurrences counted by where they stand;
- posts that have it tend to have it in a title or heading: it is what people write *about* (卷积, ``decay``), not
  *with* (跟着, ``without``);
- it is, if Chinese, rarer in general writing than in notes: the dictionary's frequency stands for general writing, as
  in measures of keyness (weirdness; Ahmad, Gillam & Tostevin 1999).

The few best terms are asked for together, in title, headings and text, each with the root of its weight (the engine
weighs rarity once more, and one rare term in common is not enough); what scores best is most alike.
Links in either direction add to that, each the less the more links the post has that it stands in: that a table of
contents links to two posts tells little of either. So do tags in common.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kbsearch.analysis.analyzer import Analyzer
from kbsearch.analysis.fold import fold
from kbsearch.analysis.tokens import CJK_FIRST
from kbsearch.engines.base import Reader, SearchRequest
from kbsearch.links import Entry, LinkGraph
from kbsearch.query.function_words import is_function_word
from kbsearch.query.plan import Or, Term
from kbsearch.stored import StoredPost, stored_id

__all__ = ["RelatedPost", "find_related"]

_TERMS = 20  # asked for
_WEIGHED = 300  # of a post's most frequent terms
_CANDIDATES = 30  # posts looked at, besides those that are linked
_SHOWN_TERMS = 5
_MAX_SHARE = 0.25  # of the posts: more frequent terms tell nothing
_MAX_TEXT = 20_000  # code points of the text that are read: what a post is about is said early
# Occurrences in the text that one elsewhere is worth.
_TITLE, _NAMES, _HEADING, _BODY = 4, 3, 2, 1
# What a match is worth by the field it is in.
_FIELDS = (("title", 0.5), ("heading", 0.3), ("body", 1.0))
_SUBJECT_SHARE = 3  # a term counts in full if one in so many of its posts has it in title or heading
_LEAST_SUBJECT = 0.4  # what a term counts that none has there
_GENERAL = 2e-5  # share of general writing at which a Chinese word counts half
_LEAST_SPECIAL = 0.3  # what the most general one counts
_LINK_BONUS = 0.3  # of the best candidate's score, for a link in a post with few
_MOST_LINK_BONUS = 0.6
_FEW_LINKS = 10
_TAG_BONUS = 0.05


@dataclass(frozen=True, slots=True)
class RelatedPost:
    """A post like another.

    Attributes:
        id, title, category, path: of the post.
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
    path: str = ""


def find_related(
    stored: StoredPost, reader: Reader, analyzer: Analyzer, graph: LinkGraph, *, limit: int = 6
) -> list[RelatedPost]:
    """The posts most like ``stored``, best first; posts that share nothing are left out."""
    own = stored.post.id
    terms = _telling_terms(stored, reader, analyzer)
    nodes = (Term(field, term, math.sqrt(weight) * part) for term, weight in terms for field, part in _FIELDS)
    node = Or(tuple(nodes))
    found: dict[str, float] = {}
    if terms:
        for ref, score in reader.search(SearchRequest(node, limit=_CANDIDATES + 1)).hits:
            found[stored_id(reader.stored(ref))] = score
    found.pop(own, None)
    best = max(found.values(), default=1.0) or 1.0
    bonus = _link_bonus(own, graph)
    tags = {fold(tag) for tag in stored.post.tags}
    ranked: list[tuple[float, Entry]] = []
    for id in {*found, *bonus}:
        entry = graph.entries.get(id)
        if entry is not None:
            common = len(tags & {fold(tag) for tag in entry.tags})
            ranked.append((found.get(id, 0.0) / best + bonus.get(id, 0.0) + _TAG_BONUS * common, entry))
    ranked.sort(key=lambda item: (-item[0], item[1].id))
    related = []
    for score, entry in ranked[:limit]:
        shared, linked = _shared(reader, node, entry.id), entry.id in bonus
        related.append(RelatedPost(entry.id, entry.title, entry.category, score, shared, linked, entry.path))
    return related


def _shared(reader: Reader, node: Or, id: str) -> tuple[str, ...]:
    """The terms that a post shares, those that bring most first."""
    ref = reader.find(id)
    brought: Counter[str] = Counter()
    if ref is not None and node.children:
        for part in reader.score_parts(node, ref):
            if isinstance(part.node, Term):
                brought[part.node.text] += part.score  # type: ignore[assignment]  # counts may be any numbers
    return tuple(term for term, _ in sorted(brought.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN_TERMS])


def _link_bonus(own: str, graph: LinkGraph) -> dict[str, float]:
    """What links add to the score of each post at one of their ends."""
    bonus: dict[str, float] = {}

    def add(id: str, links: int) -> None:
        if id != own:
            worth = _LINK_BONUS * min(1.0, _FEW_LINKS / max(links, 1))
            bonus[id] = min(bonus.get(id, 0.0) + worth, _MOST_LINK_BONUS)

    out = [target.id for _, target in graph.outgoing(own) if target.kind == "post"]
    for id in dict.fromkeys(out):
        add(id, len(out))
    for entry, _ in graph.backlinks(own):
        add(entry.id, len(entry.links))
    return bonus


def _prose(stored: StoredPost) -> str:
    """The text without blocks of code and formulas, whose names tell more of their author than of the subject."""
    pieces, at = [], 0
    for span in stored.spans(0, _MAX_TEXT):
        if span.kind == "math" or (span.kind == "code" and not span.inline):
            pieces.append(stored.text[at : span.start])
            at = max(at, span.end)
    return " ".join([*pieces, stored.text[at : max(at, _MAX_TEXT)]])


def _telling_terms(stored: StoredPost, reader: Reader, analyzer: Analyzer) -> list[tuple[str, float]]:
    """The terms that tell most of a post, with their weights, the best first."""
    posts = max(reader.count(), 1)
    weighed = []
    for term, count in _counted(stored, analyzer).most_common(_WEIGHED):
        frequency = reader.frequency("body", term)
        if 2 <= frequency <= max(_MAX_SHARE * posts, 5):
            in_front = reader.frequency("title", term) + reader.frequency("heading", term)
            subject = min(1.0, _SUBJECT_SHARE * in_front / frequency)
            weight = (1 + math.log(count)) * math.log(1 + posts / frequency)
            weight *= _LEAST_SUBJECT + (1 - _LEAST_SUBJECT) * subject
            if term >= CJK_FIRST:
                special = 1 / (1 + analyzer.generality(term) / _GENERAL)
                weight *= _LEAST_SPECIAL + (1 - _LEAST_SPECIAL) * special
            weighed.append((term, weight))
    weighed.sort(key=lambda pair: (-pair[1], pair[0]))
    return weighed[:_TERMS]


def _counted(stored: StoredPost, analyzer: Analyzer) -> Counter[str]:
    """A post's terms with their occurrences, counted by where they stand."""
    post = stored.post
    counts: Counter[str] = Counter()
    for text, weight in (
        (post.title, _TITLE),
        (_lines((*post.tags, *post.aliases)), _NAMES),
        (_lines(section.title for section in stored.sections), _HEADING),
        (_prose(stored), _BODY),
    ):
        for word in analyzer.query_words(text):
            term = word.terms[0]
            if len(term) > 1 and not is_function_word(term) and any(map(str.isalpha, term)):
                counts[term] += weight
    return counts


def _lines(texts: Iterable[str]) -> str:
    return "\n\n".join(texts)
