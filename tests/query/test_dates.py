"""Dates in queries, in Chinese and English."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.errors import QueryError
from kbsearch.query.dates import format_bounds, parse_date_range, parse_since, parse_until, read_date

TODAY = dt.date(2024, 3, 15)  # a Friday


def whole(first: str, last: str = "") -> tuple[int | None, int | None]:
    """Bounds of whole days: ``whole("20240305")`` is that day, "-" is open."""
    last = last or first
    return (None if first == "-" else int(first + "000000")), (None if last == "-" else int(last + "235959"))


ABSOLUTE = [
    ("2024", whole("20240101", "20241231")),
    ("２０２４", whole("20240101", "20241231")),
    ("2024年", whole("20240101", "20241231")),
    ("二〇二四年", whole("20240101", "20241231")),
    ("二零二四年", whole("20240101", "20241231")),
    ("2024-03", whole("20240301", "20240331")),
    ("2024-2", whole("20240201", "20240229")),
    ("2023.02", whole("20230201", "20230228")),
    ("2024/3", whole("20240301", "20240331")),
    ("202403", whole("20240301", "20240331")),
    ("2024年3月", whole("20240301", "20240331")),
    ("2024 年 3 月", whole("20240301", "20240331")),
    ("2024年3月份", whole("20240301", "20240331")),
    ("2024年十二月", whole("20241201", "20241231")),
    ("March 2024", whole("20240301", "20240331")),
    ("2024-03-05", whole("20240305")),
    ("2024/3/5", whole("20240305")),
    ("2024.3.5", whole("20240305")),
    ("２０２４－０３－０５", whole("20240305")),
    ("20240305", whole("20240305")),
    ("2024年3月5日", whole("20240305")),
    ("2024年3月5號", whole("20240305")),
    ("2024年3月5", whole("20240305")),
    ("二〇二四年三月二十一日", whole("20240321")),
    ("Mar 5, 2024", whole("20240305")),
    ("march 5th 2024", whole("20240305")),
    ("5 March 2024", whole("20240305")),
    ("2024-03-05 10:20", (20240305102000, 20240305102059)),
    ("2024-03-05T10:20:30", (20240305102030, 20240305102030)),
    ("2024-03-05T10:20:30.123Z", (20240305102030, 20240305102030)),
    ("2024-03-05T10:20:30+08:00", (20240305102030, 20240305102030)),
]

CALENDAR = [
    ("今天", whole("20240315")),
    ("today", whole("20240315")),
    ("Yesterday", whole("20240314")),
    ("昨天", whole("20240314")),
    ("前天", whole("20240313")),
    ("大前天", whole("20240312")),
    ("本周", whole("20240311", "20240317")),
    ("这周", whole("20240311", "20240317")),
    ("本週", whole("20240311", "20240317")),
    ("this week", whole("20240311", "20240317")),
    ("上周", whole("20240304", "20240310")),
    ("上个星期", whole("20240304", "20240310")),
    ("上礼拜", whole("20240304", "20240310")),
    ("last week", whole("20240304", "20240310")),
    ("上上周", whole("20240226", "20240303")),
    ("本月", whole("20240301", "20240331")),
    ("这个月", whole("20240301", "20240331")),
    ("這個月", whole("20240301", "20240331")),
    ("this month", whole("20240301", "20240331")),
    ("上月", whole("20240201", "20240229")),
    ("上个月", whole("20240201", "20240229")),
    ("last month", whole("20240201", "20240229")),
    ("今年", whole("20240101", "20241231")),
    ("this year", whole("20240101", "20241231")),
    ("去年", whole("20230101", "20231231")),
    ("last year", whole("20230101", "20231231")),
    ("前年", whole("20220101", "20221231")),
    ("去年三月", whole("20230301", "20230331")),
    ("去年3月5日", whole("20230305")),
    ("3天前", whole("20240312")),
    ("两周前", whole("20240301")),
    ("半年前", whole("20230915")),
    ("2 weeks ago", whole("20240301")),
    ("a month ago", whole("20240215")),
]

UNTIL_TODAY = [
    ("近三个月", "20231215"),
    ("近三個月", "20231215"),
    ("近3个月", "20231215"),
    ("近三月", "20231215"),
    ("最近7天", "20240308"),
    ("最近 7 天", "20240308"),
    ("最近一周", "20240308"),
    ("过去两年", "20220315"),
    ("過去兩年", "20220315"),
    ("过去的一年", "20230315"),
    ("近半年", "20230915"),
    ("近半个月", "20240229"),
    ("近十二个月", "20230315"),
    ("近二十一天", "20240223"),
    ("近九十九天", "20231207"),
    ("一周内", "20240308"),
    ("一个月以来", "20240215"),
    ("last 30 days", "20240214"),
    ("last 1 day", "20240314"),
    ("past 3 weeks", "20240223"),
    ("the past year", "20230315"),
    ("in the last two weeks", "20240301"),
    ("past month", "20240215"),
]

RANGES = [
    ("2024-03..2024-06", whole("20240301", "20240630")),
    ("2024-03 .. 2024-06", whole("20240301", "20240630")),
    ("2024-03…2024-06", whole("20240301", "20240630")),
    ("..2023", whole("-", "20231231")),
    ("2023..", whole("20230101", "-")),
    ("2023~2024", whole("20230101", "20241231")),
    ("2023～2024", whole("20230101", "20241231")),
    ("2023—2024", whole("20230101", "20241231")),
    ("2023 到 2024", whole("20230101", "20241231")),
    ("2023年至2024年3月", whole("20230101", "20240331")),
    ("从2023年到去年", whole("20230101", "20231231")),
    ("2022 to 2023", whole("20220101", "20231231")),
    ("from 2022 to now", whole("20220101", "20240315")),
    ("between 2022 and 2023", whole("20220101", "20231231")),
    ("去年..今天", whole("20230101", "20240315")),
    ("2022年至今", whole("20220101", "20240315")),
    (">=2024-03", whole("20240301", "-")),
    ("≥ 2024-03", whole("20240301", "-")),
    (">2024-03", whole("20240401", "-")),
    ("<2024", whole("-", "20231231")),
    ("<=2024", whole("-", "20241231")),
    ("＜＝2024", whole("-", "20241231")),
    ("=2024", whole("20240101", "20241231")),
    ("since 2023", whole("20230101", "-")),
    ("after 2023", whole("20240101", "-")),
    ("before 2022", whole("-", "20211231")),
    ("until 2022", whole("-", "20221231")),
    ("2024年以来", whole("20240101", "-")),
    ("从2023年起", whole("20230101", "-")),
    ("2023年以后", whole("20240101", "-")),
    ("2023年之前", whole("-", "20221231")),
    ("截至2023年", whole("-", "20231231")),
]


@pytest.mark.parametrize(
    ("text", "bounds"),
    ABSOLUTE + CALENDAR + [(text, whole(low, "20240315")) for text, low in UNTIL_TODAY] + RANGES,
    ids=lambda value: str(value)[:30],
)
def test_date_reads_as(text: str, bounds: tuple[int | None, int | None]) -> None:
    """Every form people use gives the first and last second of what it names."""
    assert parse_date_range(text, TODAY) == bounds


@pytest.mark.parametrize(
    ("today", "text", "bounds"),
    [
        (dt.date(2024, 1, 1), "上个月", whole("20231201", "20231231")),
        (dt.date(2024, 1, 1), "上周", whole("20231225", "20231231")),
        (dt.date(2024, 3, 31), "近一个月", whole("20240229", "20240331")),
        (dt.date(2024, 2, 29), "近一年", whole("20230228", "20240229")),
        (dt.date(2023, 5, 31), "上月", whole("20230401", "20230430")),
    ],
)
def test_months_and_years_of_other_lengths(today: dt.date, text: str, bounds: tuple[int, int]) -> None:
    """Counting back from the end of a month or over a new year lands on days that exist."""
    assert parse_date_range(text, today) == bounds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2024-13", "no month 13"),
        ("2024-00", "no month 0"),
        ("2023-02-30", "2023-02 has 28 days"),
        ("2024-02-30", "2024-02 has 29 days"),
        ("2024年4月31日", "2024-04 has 30 days"),
        ("20241301", "no month 13"),
        ("0000", "no year 0"),
        ("2024-03-05 25:00", "no such time of day"),
        ("去年13月", "no month 13"),
        ("近99999年", "outside the years"),
        ("99999 months ago", "outside the years"),
        ("<0001", "no time beyond"),
        (">9999", "no time beyond"),
        ("2024..2023", "ends before it begins"),
        ("2024-03-05..2024-03-04", "ends before it begins"),
        ("foo", "not a date"),
        ("", "not a date"),
        ("..", "not a date"),
        ("24", "not a date"),
        ("3月", "not a date"),
        ("2024-03..foo", "not a date"),
        ("foo..2024", "not a date"),
        ("近很久", "not a date"),
        ("last many days", "not a date"),
        ("今周", "not a date"),
        ("2024-03-05 foo", "not a date"),
        ("9" * 5000, "not a date"),
        ("." * 100_000, "not a date"),
    ],
)
def test_what_is_no_date_says_why(text: str, why: str) -> None:
    """A date that does not exist, or no date at all, is an error that says so and shows how dates are written."""
    with pytest.raises(QueryError) as caught:
        parse_date_range(text, TODAY)
    assert why in str(caught.value)
    assert caught.value.hint
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2024-03 foo", 7),
        ("last 30 days transformer", 12),
        ("last year transformer", 9),
        ("2024 到 2025 变化", 11),
        ("近三个月 采样", 4),
        ("Mar 5, 2024 notes", 11),
        ("2024, notes", 4),
        ("2024 AND 2023", 4),
        ("2024 今天", 4),
        ("today yesterday", 5),
    ],
)
def test_a_date_ends_where_words_begin(text: str, length: int) -> None:
    """After ``date:`` a date of several words is taken as far as it reads as one."""
    found = read_date(text, TODAY)
    assert found is not None
    assert found == (length, parse_date_range(text[:length], TODAY))


@pytest.mark.parametrize("text", ["", "foo", "foo 2024", "最近 文章", "2024foo"])
def test_no_date_to_read(text: str) -> None:
    """Text that begins with no date is not forced into one."""
    assert read_date(text, TODAY) is None


def test_since_and_until() -> None:
    """``--since`` takes the beginning of what is named, ``--until`` its end; an open side is an error."""
    assert parse_since("2024-03", TODAY) == 20240301000000
    assert parse_until("2024-03", TODAY) == 20240331235959
    assert parse_since("2 weeks ago", TODAY) == 20240301000000
    assert parse_since("近三个月", TODAY) == 20231215000000
    assert parse_until("昨天", TODAY) == 20240314235959
    with pytest.raises(QueryError, match="no beginning"):
        parse_since("..2023", TODAY)
    with pytest.raises(QueryError, match="no end"):
        parse_until("2023..", TODAY)


def test_relative_dates_count_from_the_day_it_is() -> None:
    """Without a given day, today is today."""
    before = dt.date.today()
    low, high = parse_date_range("today")
    assert {f"{low}"[:8], f"{high}"[:8]} & {f"{before:%Y%m%d}", f"{dt.date.today():%Y%m%d}"}


VOCABULARY = [
    *"年月日天周个-/.~至到今前后内来起0123456789一二十两半 :<>=",
    *("2024", "2023年", "最近", "过去", "上个", "去年", "..", "last ", " days", "since ", "month", "Mar 5, ", " and "),
]


@given(
    text=st.one_of(st.text(max_size=30), st.lists(st.sampled_from(VOCABULARY), max_size=7).map("".join)),
    today=st.dates(),
)
def test_any_text_is_a_date_or_a_query_error(text: str, today: dt.date) -> None:
    """No text makes the reader of dates fail otherwise; what it reads has an order and reads the same when written."""
    try:
        low, high = parse_date_range(text, today)
    except QueryError:
        return
    assert low is not None or high is not None
    assert low is None or high is None or low <= high
    assert parse_date_range(format_bounds(low, high), today) == (low, high)


@given(st.dates(), st.dates())
def test_canonical_dates_read_as_themselves(one: dt.date, other: dt.date) -> None:
    """Any two days, written as a range, come back as the first second of one and the last of the other."""
    first, last = sorted((one, other))
    low, high = parse_date_range(f"{first.isoformat()}..{last.isoformat()}", TODAY)
    assert (low, high) == (int(first.strftime("%Y%m%d").zfill(8) + "000000"), high)
    assert parse_date_range(format_bounds(low, high), TODAY) == (low, high)
