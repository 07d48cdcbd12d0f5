"""From the pairs of each post to one table: count, join what means the same, decide what is used without asking.

A pair is used if it is proved: by the names themselves (:mod:`kbsearch.synonyms.evidence`), by way of the phrase that
an abbreviation stands for, or by several posts that agree. Abbreviations have to be of three letters or more, no
English word, and of one meaning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kbsearch.han import has_han
from kbsearch.synonyms.evidence import fits, possible_names
from kbsearch.synonyms.lexicon import is_word
from kbsearch.synonyms.names import is_abbreviation, name_key
from kbsearch.synonyms.pair import KINDS, Kind, Pair
from kbsearch.synonyms.table import PairTable, Source, TablePair

__all__ = ["aggregate"]

_MAX_SOURCES = 3
_AGREEING_POSTS = 3  # posts that must give the same name where the names prove nothing
_AGREEING_SHARE = 0.85  # of the posts that equate anything with the other name
_SHORTEST_AGREED = 3  # code points of a name that only agreement shows
_CONTEXTS = 3  # different words or marks that the name must stand after; for an abbreviation's, one less
_MAIN_MEANING = 0.75  # share of posts that an abbreviation's commonest meaning must have
_SHORTEST_ABBREVIATION = 3
_LONGEST_CANDIDATE = 40  # code points of a name that is offered to the user though nothing proves it

_Key = tuple[str, str]


@dataclass(slots=True)
class _Group:
    """What is known of two names: their spellings, posts (with an excerpt of each) and kinds."""

    spellings: Counter[tuple[str, str]] = field(default_factory=Counter)
    posts: dict[str, str] = field(default_factory=dict)
    kinds: set[Kind] = field(default_factory=set)
    proved: bool = False


_Groups = dict[_Key, _Group]


def aggregate(per_post: Iterable[tuple[str, Sequence[Pair]]]) -> PairTable:
    """Put the pairs of all posts together; the result does not depend on the posts' order.

    Args:
        per_post: each post's id and the pairs that :func:`kbsearch.synonyms.mine.mine` found in it.

    Takes time proportional to the number of pairs.
    """
    groups: _Groups = defaultdict(_Group)
    unproved: list[tuple[str, Pair]] = []
    for post, pairs in per_post:
        for pair in pairs:
            if pair.proved:
                _add(groups, pair.left, pair.right, post, pair).proved = True
            else:
                unproved.append((post, pair))
    unproved = _prove_by_known_names(groups, unproved)
    unproved = _prove_by_agreement(groups, unproved)
    for post, pair in unproved:
        if pair.edge == "hard" and len(pair.left) <= _LONGEST_CANDIDATE:
            _add(groups, pair.left, pair.right, post, pair)
    meanings = _Meanings(groups)
    table = [_table_pair(key, group, group.proved and meanings.allow(key, group)) for key, group in groups.items()]
    table.sort(key=lambda pair: (-pair.count, pair.left, pair.right))
    return PairTable(tuple(pair for pair in table if pair.auto), tuple(pair for pair in table if not pair.auto))


def _add(groups: _Groups, left: str, right: str, post: str, pair: Pair) -> _Group:
    if (has_han(right), len(right)) > (has_han(left), len(left)):
        left, right = right, left
    key = name_key(left), name_key(right)
    if has_han(left) and has_han(right) and key[0] > key[1]:
        (left, right), key = (right, left), (key[1], key[0])
    group = groups[key]
    group.spellings[left, right] += 1
    group.posts.setdefault(post, pair.excerpt)
    group.kinds.add(pair.kind)
    return group


def _table_pair(key: _Key, group: _Group, auto: bool) -> TablePair:
    (left, right), _ = min(group.spellings.items(), key=lambda item: (-item[1], item[0]))
    sources = tuple(Source(post, group.posts[post]) for post in sorted(group.posts)[:_MAX_SOURCES])
    return TablePair(left, right, min(group.kinds, key=KINDS.index), len(group.posts), sources, auto)


def _prove_by_known_names(groups: _Groups, pairs: list[tuple[str, Pair]]) -> list[tuple[str, Pair]]:
    """Pairs whose left ends with a name already equated with the right, or with the phrase that the right abbreviates.

    Gives back the others.
    """
    equals: dict[str, set[str]] = defaultdict(set)
    phrases: dict[str, set[str]] = defaultdict(set)
    for (left, right), group in groups.items():
        if group.proved:
            equals[right].add(left)
            equals[left].add(right)
            if not has_han(left) and not has_han(right):
                phrases[right].add(left)
    rest: list[tuple[str, Pair]] = []
    for post, pair in pairs:
        right = name_key(pair.right)
        known = set(equals[right]).union(*(equals[phrase] for phrase in phrases[right]))
        for name in possible_names(pair):
            if name_key(name) in known or any(has_han(name) and fits(phrase, name) for phrase in phrases[right]):
                _add(groups, name, pair.right, post, pair).proved = True
                break
        else:
            rest.append((post, pair))
    return rest


def _prove_by_agreement(groups: _Groups, pairs: list[tuple[str, Pair]]) -> list[tuple[str, Pair]]:
    """Pairs of a Latin name with the same Chinese name in several posts, each time in another context.

    Gives back the others.
    """
    by_right: dict[str, list[tuple[str, Pair]]] = defaultdict(list)
    rest: list[tuple[str, Pair]] = []
    for post, pair in pairs:
        if has_han(pair.left) and not has_han(pair.right) and pair.kind != "alias":
            by_right[name_key(pair.right)].append((post, pair))
        else:
            rest.append((post, pair))
    for mentions in by_right.values():
        name = _agreed_name(mentions)
        for post, pair in mentions:
            text = next((text for text in possible_names(pair, anywhere=True) if name_key(text) == name), "")
            if text:
                _add(groups, text, pair.right, post, pair).proved = True
            else:
                rest.append((post, pair))
    return rest


def _agreed_name(mentions: list[tuple[str, Pair]]) -> str:
    """The longest name that nearly all posts agree on; empty if there is none, or nothing tells where it begins."""
    posts = {post for post, _ in mentions}
    if len(posts) < _AGREEING_POSTS:
        return ""
    found: dict[str, set[str]] = defaultdict(set)
    contexts: dict[str, set[str]] = defaultdict(set)
    for post, pair in mentions:
        for text in possible_names(pair, anywhere=True):
            name = name_key(text)
            found[name].add(post)
            before = pair.left[: len(pair.left) - len(text)].strip()
            contexts[name].add(before[-1:] or pair.edge)
    agreed = [name for name, where in found.items() if len(where) >= _AGREEING_SHARE * len(posts)]
    name = max(agreed, key=lambda name: (len(name), name), default="")
    abbreviated = is_abbreviation(mentions[0][1].right) and len(name) > _SHORTEST_AGREED
    return name if len(name) >= _SHORTEST_AGREED and len(contexts[name]) >= _CONTEXTS - abbreviated else ""


class _Meanings:
    """What each abbreviation stands for in the posts, to tell those of one meaning."""

    def __init__(self, groups: _Groups) -> None:
        self._proved = {key for key, group in groups.items() if group.proved}
        self._phrases: dict[str, Counter[str]] = defaultdict(Counter)
        self._terms: dict[str, Counter[str]] = defaultdict(Counter)
        for (left, right), group in groups.items():
            if group.proved:
                meanings = self._terms if has_han(left) else self._phrases
                meanings[right][left] += len(group.posts)

    def allow(self, key: _Key, group: _Group) -> bool:
        """Whether a proved pair may be used without asking."""
        left, right = key
        if min(len(left), len(right)) < 2:
            return False
        spelling = max(group.spellings, key=lambda names: (group.spellings[names], names))
        if not is_abbreviation(spelling[1]) or (has_han(left) and fits(spelling[1], left)):
            return True
        if len(right.replace(" ", "")) < _SHORTEST_ABBREVIATION or is_word(right):
            return False
        phrases = self._phrases.get(right)
        if not phrases:
            return self._is_main(left, self._terms[right])
        if not has_han(left):
            return self._is_main(left, phrases)
        return any(
            self._is_main(phrase, phrases) and ((left, phrase) in self._proved or fits(phrase, left))
            for phrase in phrases
        )

    @staticmethod
    def _is_main(meaning: str, meanings: Counter[str]) -> bool:
        near = sum(count for other, count in meanings.items() if _is_near(meaning, other))
        return near >= _MAIN_MEANING * sum(meanings.values())


def _is_near(one: str, other: str) -> bool:
    """Whether two meanings are variants of one: Object Relational Mapper and Mapping, 可用区 and 可用区域."""
    return one == other or len(_pieces(one) & _pieces(other)) * 3 >= 2 * min(len(_pieces(one)), len(_pieces(other)))


def _pieces(name: str) -> set[str]:
    return set(name) if has_han(name) else {word[:4] for word in name.split()}
