"""One date, absolute or relative, Chinese or English: uniform text → the first and last second of its time.

Texts here are lower case and half width, with digits for Chinese numerals, as :mod:`kbsearch.query.dates` makes them.
``raw`` is the user's own text, for messages.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NoReturn, TypeAlias

from kbsearch.errors import QueryError
from kbsearch.language import message

__all__ = ["HINT", "Period", "read_period", "read_rolling", "reject", "shown"]

Period: TypeAlias = tuple[dt.datetime, dt.datetime]

HINT = message(
    "dates are written 2024, 2024-03, 2024-03-05, 2024年3月, 2024-03..2024-06, ..2023, >=2024, "
    '近三个月, 去年, today, "last 30 days"'
)


def shown(text: str) -> str:
    """A text as messages quote it: on one line, 40 characters at most."""
    text = " ".join(text.split())
    return f"“{text[:39]}…”" if len(text) > 40 else f"“{text}”"


def reject(raw: str, why: str) -> NoReturn:
    """Say that a text reads as a date that does not exist."""
    raise QueryError(message("{text} is not a date: {why}", text=shown(raw), why=why), 0, HINT)


# --- a day, week, month or year -----------------------------------------------------------------------------------

_CLOCK = (
    r"(?:[t ](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)? ?"
    r"(?:z|[-+]\d{2}:?\d{2})?)?"  # the zone is not kept, as in posts
)
_MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_ABSOLUTE = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<year>\d{{4}})(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign)(?P<day>\d{{1,2}}){_CLOCK}",
        r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2}))?",
        r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:份|(?P<day>\d{1,2})[日号]?)?)?",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})?",
        rf"{_MONTH_NAME}(?: {_DAY_OF_MONTH})?,? (?P<year>\d{{4}})",
        rf"{_DAY_OF_MONTH} {_MONTH_NAME},? (?P<year>\d{{4}})",
    )
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_AGO = {
    **dict.fromkeys(("今天", "今日", "today", "当天", "本日"), 0),
    **dict.fromkeys(("昨天", "昨日", "yesterday"), 1),
    **dict.fromkeys(("前天", "前日", "day before yesterday", "the day before yesterday"), 2),
    "大前天": 3,
}
_CALENDAR = re.compile(r"(上上|上|本|这|当|今|去|前|this |last |previous )(?:1)?个?(周|星期|月|年|week|month|year)")
_UNITS_BACK = {"本": 0, "这": 0, "当": 0, "今": 0, "this ": 0, "上": 1, "去": 1, "last ": 1, "previous ": 1}
_UNITS_BACK |= {"上上": 2, "前": 2}
_IN_A_YEAR = re.compile(r"(今年|去年|前年)(\d{1,2})月(?:份|(\d{1,2})[日号]?)?", re.ASCII)
_AGO_HAN = re.compile(r"((?!\d{4}年)\d{1,5}|半)(个)?(天|日|周|星期|月|年)(?:以前|之前|前)", re.ASCII)
_AGO_ENGLISH = re.compile(r"(\d{1,5}|[a-z]+) (day|week|month|year)s? ago", re.ASCII)


def read_period(text: str, today: dt.date, raw: str) -> Period | None:
    """The day, week, month, year or moment that a text names; None if it names none.

    Raises:
        QueryError: it names one that does not exist.
    """
    for pattern in _ABSOLUTE:
        if match := pattern.fullmatch(text):
            return _absolute(match.groupdict(), raw)
    if text in _DAYS_AGO:
        return _whole_day(_back(today, _DAYS_AGO[text], "day", raw))
    if match := _CALENDAR.fullmatch(text):
        back, unit = _UNITS_BACK[match[1]], _UNIT[match[2]]
        # 今 and 去 go with 年 alone, 前 too (前天 is above).
        return None if match[1] in "今去前" and unit != "year" else _calendar(today, back, unit, raw)
    if match := _IN_A_YEAR.fullmatch(text):
        year = _back(today, _UNITS_BACK[match[1][0]], "year", raw).year
        return _absolute({"year": str(year), "month": match[2], "day": match[3]}, raw)
    amount = None
    if match := _AGO_HAN.fullmatch(text):
        amount = _amount_han(match[1], match[2], match[3])
    elif match := _AGO_ENGLISH.fullmatch(text):
        amount = _amount_english(match[1], match[2])
    return _whole_day(_back(today, *amount, raw)) if amount else None


def _absolute(parts: dict[str, str | None], raw: str) -> Period:
    """The period that a year stands for, or its month, day or minute, as far as they are given."""
    numbers = {name: int(value) for name, value in parts.items() if value and value.isdigit()}
    year, month, day = numbers["year"], numbers.get("month"), numbers.get("day")
    if name := parts.get("name"):
        month = _MONTHS.index(name[:3]) + 1
    if year == 0:
        reject(raw, message("there is no year 0"))
    if month is None:
        return dt.datetime(year, 1, 1), dt.datetime(year, 12, 31, 23, 59, 59)
    if not 1 <= month <= 12:
        reject(raw, message("there is no month {month}", month=month))
    first = dt.date(year, month, 1)
    days = _days_in(first)
    if day is None:
        return _whole_day(first)[0], _whole_day(first.replace(day=days))[1]
    if not 1 <= day <= days:
        reject(raw, message("{year}-{month:02} has {days} days", year=year, month=month, days=days))
    start, end = _whole_day(first.replace(day=day))
    if "hour" not in numbers:
        return start, end
    try:
        start = start.replace(hour=numbers["hour"], minute=numbers["minute"], second=numbers.get("second", 0))
    except ValueError:
        reject(raw, message("there is no such time of day"))
    return start, start if "second" in numbers else start.replace(second=59)


def _days_in(month: dt.date) -> int:
    """Days in the month that begins on a date."""
    if month.month == 12:
        return 31
    return (month.replace(month=month.month + 1) - month).days


def _whole_day(day: dt.date) -> Period:
    return dt.datetime(day.year, day.month, day.day), dt.datetime(day.year, day.month, day.day, 23, 59, 59)


def _calendar(today: dt.date, back: int, unit: str, raw: str) -> Period:
    """The whole week, month or year, ``back`` before the one that today is in."""
    day = _back(today, back, unit, raw)
    if unit == "year":
        first, last = day.replace(month=1, day=1), day.replace(month=12, day=31)
    elif unit == "month":
        first, last = day.replace(day=1), day.replace(day=_days_in(day.replace(day=1)))
    else:
        first = _back(day, day.weekday(), "day", raw)
        last = _back(first, -6, "day", raw)
    return _whole_day(first)[0], _whole_day(last)[1]


# --- so long ago until today --------------------------------------------------------------------------------------

_UNIT = {
    **dict.fromkeys(("天", "日", "day"), "day"),
    **dict.fromkeys(("周", "星期", "week"), "week"),
    **dict.fromkeys(("月", "month"), "month"),
    **dict.fromkeys(("年", "year"), "year"),
}
_ROLLING_HAN = re.compile(
    r"(最近|近|过去|前)?的?((?!\d{4}年)\d{1,5}|半)(个)?(天|日|周|星期|月|年)(以来|来|以内|之内|内|里|间)?", re.ASCII
)
_ROLLING_ENGLISH = re.compile(
    r"(?:(?:in|over|within|for|during) )?(?:the )?(?:(?:last|past|previous) )(?:(\d{1,5}|[a-z]+) )?"
    r"(day|week|month|year)s?",
    re.ASCII,
)
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def read_rolling(text: str, today: dt.date, raw: str) -> Period | None:
    """The time from so many days, weeks, months or years ago to the end of today; None if a text names no such time.

    Raises:
        QueryError: it reaches back beyond the year 1.
    """
    amount = None
    if match := _ROLLING_HAN.fullmatch(text):
        leading, number, measure, unit, trailing = match.groups()
        if leading or trailing:
            amount = _amount_han(number, measure, unit)
    elif match := _ROLLING_ENGLISH.fullmatch(text):
        amount = _amount_english(match[1] or "one", match[2])
    return (_whole_day(_back(today, *amount, raw))[0], _whole_day(today)[1]) if amount else None


def _amount_han(number: str, measure: str | None, unit: str) -> tuple[int, str] | None:
    """A count of days, weeks, months or years; 半年 is 6 months, 半个月 15 days."""
    if number != "半":
        return int(number), _UNIT[unit]
    if unit == "年":
        return 6, "month"
    return (15, "day") if unit == "月" and measure else None


def _amount_english(number: str, unit: str) -> tuple[int, str] | None:
    if number.isdigit():
        return int(number), unit
    if number in ("a", "an"):
        return 1, unit
    return (_COUNTS.index(number) + 1, unit) if number in _COUNTS else None


def _back(day: dt.date, count: int, unit: str, raw: str) -> dt.date:
    """The day so many units earlier; in a shorter month, its last day."""
    try:
        if unit in ("day", "week"):
            return day - dt.timedelta(days=count * (7 if unit == "week" else 1))
        months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
        first = dt.date(months // 12, months % 12 + 1, 1)
        return first.replace(day=min(day.day, _days_in(first)))
    except (OverflowError, ValueError):
        reject(raw, message("that is outside the years 1 to 9999"))
