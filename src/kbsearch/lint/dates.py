"""Dates that cannot be right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from kbsearch.language import message
from kbsearch.lint.finding import Finding
from kbsearch.lint.place import Places
from kbsearch.model import Post

__all__ = ["date_findings", "metadata_findings"]

_FIRST_YEAR = 1990  # of posts that can have been written as files of Markdown
_ABOUT_DATE = re.compile(r"(?P<key>[^:\s]{1,40}): (?P<reason>.*(?:not a date|too long for a date).*)", re.DOTALL)
_ABOUT_KEY = re.compile(r"(?P<key>[^:\s]{1,40}): .*|key '(?P<repeated>[^']{1,40})' comes twice.*", re.DOTALL)
_ON_LINE = re.compile(r"line (?P<line>\d{1,7}): ")
_DATE_KEYS = ("date", "created", "日期")
_UPDATED_KEYS = ("updated", "lastmod", "modified", "更新时间")


def date_findings(post: Post, places: Places, today: dt.date) -> Iterator[Finding]:
    """Dates in the future, before there were such posts, and updates before the post was written."""
    for value, keys in ((post.date, _DATE_KEYS), (post.updated, _UPDATED_KEYS)):
        if value is None:
            continue
        day = _day(value)
        if day > today + dt.timedelta(days=1):
            said = message("the date {day} lies in the future", day=f"{day}")
            yield Finding("date", places.of_key(post, keys, f"{day.year}"), said, message("mend the date"))
        elif day.year < _FIRST_YEAR:
            said = message("the date {day} lies long before there were such posts", day=f"{day}")
            yield Finding("date", places.of_key(post, keys, f"{day.year}"), said, message("mend the year"))
    if post.date and post.updated and _day(post.updated) < _day(post.date):
        said = message(
            "updated on {updated}, before it was written on {date}",
            updated=f"{_day(post.updated)}",
            date=f"{_day(post.date)}",
        )
        yield Finding("date", places.of_key(post, _UPDATED_KEYS), said, message("mend one of the two dates"))


def metadata_findings(post: Post, warnings: Iterable[str], places: Places) -> Iterator[Finding]:
    """What had to be mended when the file was read, as the index remembers it: first of all dates that are none."""
    for warning in warnings:
        said = warning.removeprefix(f"{post.path}: ")
        if match := _ABOUT_DATE.fullmatch(said):
            line = places.of_key(post, (match["key"],))
            yield Finding(
                "date", line, match["reason"], message("write the date as YYYY-MM-DD, with or without a time")
            )
            continue
        if match := _ON_LINE.match(said):
            line = int(match["line"])
        else:
            match = _ABOUT_KEY.fullmatch(said)
            line = places.of_key(post, (match["key"] or match["repeated"],)) if match else 1
        yield Finding("metadata", line, said, message("mend it in the file, so that nothing has to be guessed"))


def _day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value
