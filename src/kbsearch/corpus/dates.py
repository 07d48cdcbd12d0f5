"""Dates as writers and their tools put them: ISO, Chinese, RFC 2822, English, compact, in half or full width.

A time keeps its wall-clock value: a zone is read and dropped, never converted, so that a post written in the evening
stays on that day.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

__all__ = ["date_from_name", "name_without_date", "parse_date"]

_LONGEST = 80  # characters; nothing longer is a date

_MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: number for name, number in zip(_MONTH_NAMES.split("|"), range(1, 13), strict=True)}
_MONTH = rf"(?P<month>{_MONTH_NAMES})[a-z]{{0,6}}\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s*)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?(?![-/.\d])",
        r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号號]?)?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?!\d{1,3}$|\d{5}$)",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]*{_MONTH},?[\s-]*(?P<year>\d{{4}})(?!\d)",
        rf"{_WEEKDAY}{_MONTH}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?![\d:])",
    )
)
# What C's ctime and the date command write: the year comes last.
_YEAR_LAST = re.compile(
    rf"(?P<start>{_WEEKDAY}{_MONTH}\s+\d{{1,2}})\s+(?P<time>\d{{1,2}}:\d\d:\d\d)\s+(?:[a-z]{{2,5}}\s+)?(?P<year>\d{{4}})"
)
_WEEKDAY_AFTER = re.compile(
    r"[\s,(]*(?:(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}(?![a-z]))[\s,)]*"
)
_JUNCTION = re.compile(r"[\s,]*(?:t(?=\d))?")
_ZONE = (
    r"(?:\s*(?:z|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d\d){0,2}|utc|[a-z]{2,4}t|\([^()]*\)|\[[\w/+-]*\]"
    r"|[a-z_]+(?:/[a-z_]+){1,2}|北京时间|北京時間)){0,3}"
)
_TIME = re.compile(
    r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|午后|午後|傍晚|晚上|夜里|夜裡|[ap]\.?m\.?)?\s*"
    r"(?:(?P<hour>\d{1,2})(?::(?=\d)|[时時点點])(?:(?P<minute>\d{1,2}|半)"
    r"(?:[:分](?:(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,9}))?秒?)?)?)?"
    r"|(?P<packed>\d{4}|\d{6})|(?P<bare>\d{1,2})(?=\s*[ap]\.?m))"
    rf"\s*(?P<half>[ap]\.?m\.?(?![a-z]))?{_ZONE}"
)
_ZONE_ONLY = re.compile(_ZONE)
_UNIT_SPACES = re.compile(r"\s*([年月日号號时時点點分秒])\s*")
_HAN_NUMBER = re.compile(
    r"(?<!十)(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[〇○零一二三四五六七八九]{1,4})(?=[年月日号號时時点點分秒])"
)
_HAN_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_AFTERNOON = frozenset({"下午", "午后", "午後", "傍晚", "晚上", "夜里", "夜裡", "pm"})
_MORNING = frozenset({"凌晨", "清晨", "早上", "早晨", "上午", "am"})

_NAME_DATE = re.compile(
    r"(?P<year>\d{4})(?:(?P<mark>[-_.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})|(?P<packed>\d{4}))(?:[-_. ]+|$)"
)


def parse_date(value: object) -> dt.date | dt.datetime | None:
    """Read a date, or a date with a time, from what front matter or JSON gives.

    Takes ``date`` and ``datetime`` objects, text in the forms this module's tests list, and integers such as
    20240305. A month without a day (``2024-03``) counts as its first day. Order of day and month in ``05/03/2024``
    cannot be known, so such a date is refused, as are bare years, bare times and Unix timestamps.

    Returns:
        a ``datetime`` without zone if a time is given, else a ``date``; ``None`` for ``None`` and blank text.

    Raises:
        ValueError: it is not a date; the message shows the value and says why.
    """
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**14:
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{type(value).__name__} value is not a date")
    if len(value) > _LONGEST:
        raise ValueError(f"{value[:20]!r}… is too long for a date")
    text = unicodedata.normalize("NFKC", value).strip().lower().replace("\u2212", "-")
    if not text:
        return None
    try:
        return _read(text)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{value!r} is not a date: {error}") from None


def date_from_name(name: str) -> dt.date | None:
    """The date that a file's name begins with, as in Jekyll's ``2024-03-05-title.md`` or ``20240305_title.md``.

    ``name`` is a file name with or without its suffix. Gives ``None`` where there is none, or an impossible one.
    """
    match = _NAME_DATE.match(name)
    if not match:
        return None
    packed = match["packed"]
    month, day = (packed[:2], packed[2:]) if packed else (match["month"], match["day"])
    if packed and not 1970 <= int(match["year"]) <= 2100:  # eight digits may be any number
        return None
    try:
        return dt.date(int(match["year"]), int(month), int(day))
    except ValueError:
        return None


def name_without_date(stem: str) -> str:
    """A file name, without suffix, less the date it begins with; a name that is nothing but a date stays."""
    match = _NAME_DATE.match(stem)
    return stem[match.end() :] or stem if match and date_from_name(stem) else stem


def _read(text: str) -> dt.date | dt.datetime:
    if "年" in text or "月" in text:
        text = _HAN_NUMBER.sub(lambda match: str(_han_number(match[0])), text)
    text = _UNIT_SPACES.sub(r"\1", text)
    if match := _YEAR_LAST.fullmatch(text):
        text = f"{match['start']} {match['year']} {match['time']}"
    for pattern in _DATES:
        if match := pattern.match(text):
            break
    else:
        raise ValueError("write it as YYYY-MM-DD, with or without a time")
    month = _MONTHS.get(match["month"]) or int(match["month"])
    date = dt.date(int(match["year"]), month, int(match["day"] or 1))
    rest = _JUNCTION.sub("", _WEEKDAY_AFTER.sub(" ", text[match.end() :], count=1), count=1)
    if _ZONE_ONLY.fullmatch(rest):
        return date
    return _with_time(date, rest)


def _with_time(date: dt.date, text: str) -> dt.datetime:
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a time of day")
    packed = match["packed"]
    if packed:
        hour, minute, second = int(packed[:2]), int(packed[2:4]), int(packed[4:] or 0)
    else:
        hour = int(match["hour"] or match["bare"])
        minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
        second = int(match["second"] or 0)
    part = (match["part"] or match["half"] or "").replace(".", "")
    if part in _AFTERNOON and hour < 12:
        hour += 12
    elif part in _MORNING and hour == 12:
        hour = 0
    elif part == "中午" and hour < 3:
        hour += 12
    elif part in {"晚上", "夜里", "夜裡"} and hour == 12:
        hour = 24
    midnight_after = hour == 24 and minute == second == 0  # ISO 8601's end of the day
    microsecond = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    time = dt.time(0 if midnight_after else hour, minute, min(second, 59) if second == 60 else second, microsecond)
    return dt.datetime.combine(date + dt.timedelta(days=midnight_after), time)


def _han_number(text: str) -> int:
    """二〇二四 → 2024, 十二 → 12, 三十 → 30."""
    if "十" in text:
        tens, _, units = text.partition("十")
        text = (tens or "一") + (units or "零")
    return int("".join(str(_HAN_DIGITS[digit]) for digit in text))
