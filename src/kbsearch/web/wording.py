"""What the pages say, in the language that the reader's browser asks for (Chinese forms: :mod:`kbsearch.language`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kbsearch.language import LANGUAGES, Language, message, translate

__all__ = ["preferred_language", "wording"]

_PHRASES = {
    "search": "Search",
    "placeholder": "Search posts",
    "latest": "LATEST UPDATES",
    "latest_title": "Latest updates",
    "all": "All",
    "category": "Category",
    "tag": "Tag",
    "year": "Year",
    "by_year": "Hits by year",
    "by_month": "Hits by month",
    "filters": "Filters",
    "clear_filters": "Clear filters",
    "sort": "Sort",
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "posts": "{count} posts",
    "post": "{count} post",
    "took": "{ms} ms",
    "pages": "Pages",
    "previous": "Previous",
    "next": "Next",
    "no_date": "No date",
    "none": "No posts for “{query}”",
    "none_here": "No posts on this page",
    "empty": "The index is empty. Fill it with: kbsearch index FOLDER",
    "try": "Fewer words, another spelling, or no filters may find something.",
    "did_you_mean": "Did you mean",
    "searched_for": "Searched for",
    "contents": "Contents",
    "backlinks": "Linked from",
    "related": "Related",
    "older": "Older",
    "newer": "Newer",
    "updated": "updated",
    "missing": "not in the index",
    "found_at": "Found at",
    "not_found": "Nothing here",
    "query_error": "The query cannot be understood",
    "bad_request": "This address cannot be understood",
    "unusable": "The index cannot be used",
    "wrong": "Something went wrong",
    "hint": "Hint",
    "back": "Back to the results",
    "home": "Latest",
    "skip": "Skip to the content",
    "keyboard": "/ search · ↑ ↓ move · Enter open",
    "marked": "matches of “{query}” are marked",
    "linked": "linked",
    "all_match": "all words",
    "some_match": "some of the words",
    "phrase_match": "phrase",
    "substring_match": "inside words",
    "synonym_match": "synonym",
    "corrected_match": "corrected spelling",
    "since": "From",
    "until": "To",
    "apply": "Apply",
}


def preferred_language(accept: str) -> Language:
    """``zh`` or ``en``: the first of these two in an ``Accept-Language`` header, by weight."""
    best = 0.0
    language: Language = "en"
    for part in accept[:400].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            value = float(weight) if weight else 1.0
        except ValueError:
            continue
        for known in LANGUAGES:
            if name[:2].lower() == known and value > best:
                best, language = value, known
    return language


@cache
def wording(language: Language) -> Mapping[str, str]:
    """The phrases of a language, and its tag as ``language``."""
    tag = "zh-CN" if language == "zh" else language
    return {"language": tag, **{name: translate(message(text), language) for name, text in _PHRASES.items()}}
