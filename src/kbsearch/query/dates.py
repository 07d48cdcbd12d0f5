"""Dates as people write them in a query, in Chinese and English: text → first and last moment.

A date stands for all of its time: ``2024`` begins on January 1 at 0:00:00 and ends on December 31 at 23:59:59.
Bounds are numbers YYYYMMDDhhmmss, as engines keep them, both inclusive; ``None`` is open. Weeks begin on Monday.

Calendar words (上个月, ``last month``) mean the whole month before this one; counts (近三个月, ``last 3 months``) reach
from that long ago to the end of today.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TypeAlias

from kbsearch.errors import QueryError
from kbsearch.language import message
from kbsearch.query.periods import HINT, read_period, read_rolling, reject, shown

__all__ = ["HINT", "Bounds", "format_bounds", "goes_on", "parse_date_range", "parse_since", "parse_until", "read_date"]

Bounds: TypeAlias = tuple[int | None, int | None]
_Span: TypeAlias = tuple[dt.datetime | None, dt.datetime | None]

_SECOND = dt.timedelta(seconds=1)


def parse_date_range(text: str, today: dt.date | None = None) -> Bounds:
    """The moments a date, or a range of dates, begins and ends.

    Args:
        text: the whole of it is the date.
        today: what relative dates count from; by default the day it is.

    Raises:
        QueryError: it is no date, or one that does not exist, or a range that ends before it begins.
    """
    bounds = _read(text, today or dt.date.today())
    if bounds is None:
        raise QueryError(message("{text} is not a date", text=shown(text)), 0, HINT)
    return bounds


def parse_since(text: str, today: dt.date | None = None) -> int:
    """The first moment of a date, as for ``--since``. Of a range, its beginning.

    Raises:
        QueryError: as :func:`parse_date_range`, or it has no beginning.
    """
    low, _ = parse_date_range(text, today)
    if low is None:
        raise QueryError(message("{text} has no beginning", text=shown(text)), 0, HINT)
    return low


def parse_until(text: str, today: dt.date | None = None) -> int:
    """The last moment of a date, as for ``--until``. Of a range, its end.

    Raises:
        QueryError: as :func:`parse_date_range`, or it has no end.
    """
    _, high = parse_date_range(text, today)
    if high is None:
        raise QueryError(message("{text} has no end", text=shown(text)), 0, HINT)
    return high


def read_date(text: str, today: dt.date) -> tuple[int, Bounds] | None:
    """The longest date at the start of a text: its length in code points, and its bounds.

    A date ends where a word ends, and goes on over a space only while words look like parts of a date, seven at most.

    None if the text does not begin with a date.

    Raises:
        QueryError: it reads as a date that does not exist, or as a range that ends before it begins.
    """
    ends: list[int] = []
    for word in _WORD.finditer(text, 0, 64):
        if len(ends) == 7 or (ends and not goes_on(word[0])):
            break
        ends.append(word.end())
    for end in reversed(ends):
        end -= len(text[:end]) - len(text[:end].rstrip(",;?!"))
        bounds = _read(text[:end], today)
        if bounds is not None:
            return end, bounds
    return None


def goes_on(word: str) -> bool:
    """Whether a word may be part of the date before it; AND is an operator, not the and of between."""
    word = word.translate(_FOLD)
    return word not in ("AND", "OR", "NOT") and _GOES_ON.fullmatch(word.lower()) is not None


def format_bounds(low: int | None, high: int | None) -> str:
    """Bounds as the shortest date or range without spaces that :func:`parse_date_range` reads as the same."""
    if low is not None and high is not None:
        for digits in (4, 6, 8, 12, 14):  # they begin and end the same year, month, day, minute or second
            text = _formatted(low, digits)
            if _formatted(high, digits) == text and _read(text, dt.date.min) == (low, high):
                return text
    start = "" if low is None else _formatted(low, 8 if low % 1_000_000 == 0 else 14)
    end = "" if high is None else _formatted(high, 8 if high % 1_000_000 == 235_959 else 14)
    return f"{start}..{end}"


def _formatted(moment: int, digits: int) -> str:
    text = f"{moment:014}"[:digits]
    day = "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)
    clock = ":".join(part for part in (text[8:10], text[10:12], text[12:]) if part)
    return f"{day}T{clock}" if clock else day


# --- the text, made uniform ---------------------------------------------------------------------------------------

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD |= str.maketrans("　個週過後來從內兩這號間～〜—–―〇礼禮拜", " 个周过后来从内两这号间~~~~~0星星期")

# Words that a date may go on with after a space.
_GOES_ON = re.compile(
    r"[-0-9.:/~年月日号天个周星期至今到以前后来起内的里一二三四五六七八九十两半零近最过去上本这昨前,z+]+|to|now|ago|and|"
    r"last|past|this|the|previous|yesterday|today|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"days?|weeks?|months?|years?|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?,?|[0-9]{1,2}(?:st|nd|rd|th),?"
)
_WORD = re.compile(r"\S+")
_SPACE = re.compile(r"\s+")
_SPACE_BESIDE_HAN = re.compile(r"(?<=[\u4e00-\u9fff~]) | (?=[\u4e00-\u9fff~])")
_HAN_NUMBER = re.compile(r"[零一二三四五六七八九十两]+")
_HAN_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "0": 0}


def _uniform(text: str) -> str:
    """Lower case, half width, simplified, without needless spaces, Chinese numerals as digits."""
    text = _SPACE.sub(" ", text.translate(_FOLD)).strip().lower()
    text = _SPACE_BESIDE_HAN.sub("", text)
    return _HAN_NUMBER.sub(lambda match: _han_number(match[0]), text)


def _han_number(text: str) -> str:
    """A Chinese numeral up to 九十九, or a year spelt digit by digit, in digits; anything else as it is."""
    if "十" not in text:
        return "".join(str(_HAN_DIGIT[character]) for character in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return text
    return str((_HAN_DIGIT[tens] if tens else 1) * 10 + (_HAN_DIGIT[ones] if ones else 0))


# --- ranges -------------------------------------------------------------------------------------------------------

_COMPARISON = re.compile(r"(>=|<=|>|<|=|≥|≤) ?(.+)")
_FROM_TO = re.compile(
    r"(.*?) ?(?:\.{2,}|…+|~) ?(.*)|(?:自|从|from )?(.+?) ?(?:到|至|\bto\b) ?(.+)|between (.+) and (.+)"
)
_BEFORE_WORD = re.compile(r"(since|after|before|until|till|by|自从|自|从|截至|截止|至|到) ?(.+)")
_AFTER_WORD = re.compile(r"(.+?)(以来|之来|来|起|开始|以后|之后|后|以前|之前|前|为止)")
_REDUNDANT = re.compile(r"(?:以来|起|开始|为止)$")  # 自2023年起
_NOW = frozenset({"今", "现在", "目前", "now", "present"})

# What each word makes of the period beside it: from its start, from past its end, to before its start, to its end.
_MEANING = {
    **dict.fromkeys((">=", "≥", "since", "自从", "自", "从", "以来", "之来", "来", "起", "开始"), "from"),
    **dict.fromkeys((">", "after", "以后", "之后", "后"), "after"),
    **dict.fromkeys(("<", "before", "以前", "之前", "前"), "before"),
    **dict.fromkeys(("<=", "≤", "until", "till", "by", "截至", "截止", "至", "到", "为止"), "to"),
    "=": "within",
}


def _read(text: str, today: dt.date) -> Bounds | None:
    """Bounds of a date or range; None if it does not read as one.

    Raises:
        QueryError: it does, but does not exist, or ends before it begins.
    """
    span = _span(_uniform(text), today, text) if len(text) <= 100 else None
    if span is None:
        return None
    low, high = span
    if low is not None and high is not None and low > high:
        raise QueryError(
            message("{text} ends before it begins", text=shown(text)), 0, message("put the earlier date first")
        )
    return _number(low), _number(high)


def _number(moment: dt.datetime | None) -> int | None:
    if moment is None:
        return None
    day = (moment.year * 100 + moment.month) * 100 + moment.day
    return ((day * 100 + moment.hour) * 100 + moment.minute) * 100 + moment.second


def _span(text: str, today: dt.date, raw: str) -> _Span | None:
    span: _Span | None = read_period(text, today, raw) or read_rolling(text, today, raw)
    if span is None and (match := _COMPARISON.fullmatch(text)):
        span = _beside(match[1], match[2], today, raw)
    if span is None and (match := _BEFORE_WORD.fullmatch(text)):
        span = _beside(match[1], _REDUNDANT.sub("", match[2]), today, raw)
    if span is None and (match := _AFTER_WORD.fullmatch(text)):
        span = _beside(match[2], match[1], today, raw)
    if span is None and (match := _FROM_TO.fullmatch(text)):
        first, last = (match[1] or match[3] or match[5] or ""), (match[2] or match[4] or match[6] or "")
        span = _from_to(first, last, today, raw)
    return span


def _from_to(first: str, last: str, today: dt.date, raw: str) -> _Span | None:
    """From the start of one period to the end of another; either may be empty, not both."""
    low = read_period(first, today, raw) if first else None
    high = read_period(_now_as_today(last), today, raw) if last else None
    if (low is None) == bool(first) or (high is None) == bool(last) or not (first or last):
        return None
    return (low[0] if low else None), (high[1] if high else None)


def _now_as_today(text: str) -> str:
    return "今天" if text in _NOW else text


def _beside(word: str, text: str, today: dt.date, raw: str) -> _Span | None:
    period = read_period(_now_as_today(text), today, raw)
    if period is None:
        return None
    low, high = period
    try:
        match _MEANING[word]:
            case "from":
                return low, None
            case "after":
                return high + _SECOND, None
            case "before":
                return None, low - _SECOND
            case "to":
                return None, high
            case _:
                return low, high
    except OverflowError:
        reject(raw, message("there is no time beyond"))
