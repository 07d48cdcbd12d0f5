"""Dates in the forms that writers and their tools use."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbsearch.corpus.dates import date_from_name, name_without_date, parse_date

DAY = dt.date(2024, 3, 5)
EVENING = dt.datetime(2024, 3, 5, 21, 30)
AFTERNOON = dt.datetime(2024, 3, 5, 15, 20)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "2024-03-05",
            "2024-3-5",
            "2024/3/5",
            "2024.03.05",
            "20240305",
            20240305,
            "２０２４－０３－０５",
            " 2024-03-05 ",
        ),
        *(
            "2024年3月5日",
            "2024年03月05号",
            "2024 年 3 月 5 日",
            "2024年3月5日 星期二",
            "２０２４年３月５日",
            "二〇二四年三月五日",
        ),
        *("March 5, 2024", "Mar 5 2024", "5 Mar 2024", "5th of March 2024", "Tue, 5 Mar 2024", "5-Mar-2024"),
        *("2024-03-05 (周二)", "2024-03-05 Tue", "2024-03-05 +0800", "2024-03-05Z"),
        DAY,
    ],
)
def test_days(value: object) -> None:
    """A date without a time is a ``date``."""
    parsed = parse_date(value)
    assert parsed == DAY
    assert type(parsed) is dt.date


@pytest.mark.parametrize(
    "value",
    [
        *("2024-03-05 21:30:00", "2024-03-05T21:30:00Z", "2024-03-05T21:30:00+08:00", "2024-03-05T21:30:00.000-0500"),
        *("2024-03-05 21:30:00 +0800", "2024-03-05 21:30 +0800 CST", "2024-03-05T21:30:00+08:00[Asia/Shanghai]"),
        *("2024-03-05 21:30 Asia/Shanghai", "2024-03-05 21:30 北京时间", "2024/3/5 21:30:00", "2024.3.5 21:30"),
        *("20240305213000", "20240305T213000Z", "202403052130", "Tue, 05 Mar 2024 21:30:00 +0800"),
        *(
            "Tue Mar  5 21:30:00 2024",
            "Tue Mar  5 21:30:00 CST 2024",
            "Tue Mar 05 2024 21:30:00 GMT+0800 (中国标准时间)",
        ),
        *("2024年3月5日 晚上9点30分", "2024年3月5日21时30分00秒", "2024年3月5日晚上9点半", "March 5, 2024 9:30 PM"),
        *("2024-03-05 9:30pm", "2024-03-05 Tue 21:30", "２０２４年３月５日　２１：３０", "2024-03-05，21:30"),
        dt.datetime(2024, 3, 5, 21, 30, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    ],
)
def test_times_keep_the_wall_clock(value: object) -> None:
    """A time stays what the clock on the wall showed: zones are dropped, not converted."""
    parsed = parse_date(value)
    assert parsed == EVENING
    assert isinstance(parsed, dt.datetime)
    assert parsed.tzinfo is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024年3月5日 下午3点20分", AFTERNOON),
        ("2024年3月5日 下午三点二十分", AFTERNOON),
        ("2024-03-05 15:20:00", AFTERNOON),
        ("2013/7/13 20:46:25", dt.datetime(2013, 7, 13, 20, 46, 25)),
        ("2017-07-15T0:10:32+00:00", dt.datetime(2017, 7, 15, 0, 10, 32)),
        ("2024-03-05 12:00 AM", dt.datetime(2024, 3, 5)),
        ("2024-03-05 中午12点半", dt.datetime(2024, 3, 5, 12, 30)),
        ("2024-03-05 凌晨12:10", dt.datetime(2024, 3, 5, 0, 10)),
        ("2024-03-05T24:00:00", dt.datetime(2024, 3, 6)),
        ("2016-12-31T23:59:60Z", dt.datetime(2016, 12, 31, 23, 59, 59)),
        ("2024-03-05T21:30:00.123456789Z", EVENING.replace(microsecond=123456)),
        ("二〇二四年十二月三十一日", dt.date(2024, 12, 31)),
        ("2024-03", dt.date(2024, 3, 1)),
        ("2024年3月", dt.date(2024, 3, 1)),
    ],
)
def test_particular_forms(value: str, expected: dt.date) -> None:
    """Chinese parts of the day, midnight, leap seconds, fractions, months without a day."""
    assert parse_date(value) == expected


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_nothing_is_no_date(value: object) -> None:
    """An empty value is no date, and no mistake."""
    assert parse_date(value) is None


@pytest.mark.parametrize(
    "value",
    [
        *(
            "2023-02-30",
            "0000-01-01",
            "2024-13-01",
            "2024-00-10",
            "2024-03-05 25:00",
            "2024-03-05 12:61",
            "9999-12-31 24:00",
        ),
        *("12:30", "2024", 2024, 1709645400, "1709645400", 10**40, -5, True, 3.5, [], {}, dt.time(12, 30)),
        *(
            "05/03/2024",
            "24-03-05",
            "2024-03/05",
            "2024-03-05-slug",
            "2024-03-05 tbd",
            "soon",
            "{{ date }}",
            "2024年十十月5日",
        ),
        pytest.param("x" * 100_000, id="long"),
        pytest.param(10**5000, id="huge"),
    ],
)
def test_what_is_no_date_is_said(value: object) -> None:
    """An impossible or ambiguous value is a ``ValueError`` with a message short enough for a warning."""
    with pytest.raises(ValueError) as caught:
        parse_date(value)
    assert 0 < len(str(caught.value)) < 250


@given(st.datetimes(min_value=dt.datetime(1000, 1, 1)), st.sampled_from(["", "Z", "+08:00", " -0530", " UTC"]))
def test_iso_round_trip(moment: dt.datetime, zone: str) -> None:
    """Every ISO time is read back as written, whatever its zone."""
    assert parse_date(moment.isoformat() + zone) == moment
    assert parse_date(moment.date().isoformat()) == moment.date()


@given(st.text() | st.text("0123456789-/.:年月日时点分T +Zapm星期二（）\u3000", max_size=80))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    """No text does anything but give a date, ``None``, or a ``ValueError``."""
    try:
        assert parse_date(text) is None or parse_date(text)
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("name", "date", "rest"),
    [
        ("2024-03-05-title.md", DAY, "title.md"),
        ("2024-3-5-title", DAY, "title"),
        ("20240305_title", DAY, "title"),
        ("2024_03_05 标题", DAY, "标题"),
        ("2024-03-05", DAY, "2024-03-05"),
        ("2024-02-30-title", None, "2024-02-30-title"),
        ("12345678-title", None, "12345678-title"),
        ("2024-03-051", None, "2024-03-051"),
        ("title-2024-03-05", None, "title-2024-03-05"),
        ("", None, ""),
    ],
)
def test_dates_in_file_names(name: str, date: dt.date | None, rest: str) -> None:
    """A file's name may begin with its post's date, as in Jekyll."""
    assert date_from_name(name) == date
    assert name_without_date(name) == rest
