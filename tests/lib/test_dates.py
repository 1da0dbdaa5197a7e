from datetime import date, datetime

import pytest

from antq_portal.lib import dates


@pytest.mark.parametrize(
    "typed",
    [
        "15/11",
        "15-11",
        "15.11",
        "15 11",
        "151126",
        "15112026",
        "15/11/2026",
        "15-11-2026",
        "15/11/26",
        "2026-11-15",
        " 15/11/2026 ",
        "ngày 15 tháng 11 năm 2026",
        "15 tháng 11",
    ],
)
def test_parse_date_reads_what_officers_type(typed):
    assert dates.parse_date(typed, year=2026) == date(2026, 11, 15)


def test_parse_date_keeps_the_typed_year():
    assert dates.parse_date("1/2/25", year=2026) == date(2025, 2, 1)


@pytest.mark.parametrize("typed", ["", "mai", "15", "1511", "15/11/026", "15/11/2026/1"])
def test_parse_date_refuses_what_is_no_date(typed):
    with pytest.raises(ValueError, match="không phải là ngày"):
        dates.parse_date(typed, year=2026)


@pytest.mark.parametrize("typed", ["31/11", "29/2/2026", "0/1", "321326"])
def test_parse_date_refuses_days_that_do_not_exist(typed):
    with pytest.raises(ValueError, match="trong lịch"):
        dates.parse_date(typed, year=2026)


@pytest.mark.parametrize(
    ("limit", "last"),
    [
        (date(2026, 11, 15), date(2026, 11, 14)),
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2028, 3, 1), date(2028, 2, 29)),
    ],
)
def test_last_day_before_is_the_day_before(limit, last):
    assert dates.last_day_before(limit) == last


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 13), True),
        (date(2026, 11, 14), False),
        (date(2026, 11, 15), False),
        (date(2026, 9, 1), False),
        (date(2026, 9, 2), False),
        (date(2026, 2, 17), False),
        (date(2031, 5, 1), False),
        (date(2031, 5, 2), True),
    ],
)
def test_working_day_knows_weekends_and_public_holidays(day, works):
    assert dates.is_working_day(day) is works


def test_working_day_knows_days_off_given_by_the_caller():
    assert dates.is_working_day(date(2026, 11, 13), days_off={date(2026, 11, 13)}) is False


@pytest.mark.parametrize(
    ("today", "left"),
    [
        (date(2026, 11, 9), 5),
        (date(2026, 11, 12), 2),
        (date(2026, 11, 13), 1),
        (date(2026, 11, 14), 0),
        (date(2026, 11, 16), 0),
    ],
)
def test_working_days_left_counts_today_and_the_last_day(today, left):
    assert dates.working_days_left(today, date(2026, 11, 14)) == left


@pytest.mark.parametrize(
    ("today", "level", "line"),
    [
        (date(2026, 11, 2), "ok", "Chậm nhất thứ Bảy 14/11 · còn 10 ngày làm việc"),
        (date(2026, 11, 12), "soon", "Chậm nhất thứ Bảy 14/11 · còn 2 ngày làm việc"),
        (date(2026, 11, 14), "today", "Chậm nhất thứ Bảy 14/11 · hôm nay là ngày cuối"),
        (date(2026, 11, 17), "late", "Chậm nhất thứ Bảy 14/11 · quá hạn 3 ngày"),
    ],
)
def test_deadline_says_the_last_day_and_what_is_left(today, level, line):
    found = dates.deadline(dates.last_day_before(date(2026, 11, 15)), today=today)

    assert (found.level, found.text) == (level, line)


def test_deadline_of_another_year_shows_the_year_and_skips_new_year():
    found = dates.deadline(date(2027, 1, 8), today=date(2026, 12, 31))

    assert found.text == "Chậm nhất thứ Sáu 08/01/2027 · còn 6 ngày làm việc"


def test_deadline_over_a_weekend_has_no_working_day_left():
    found = dates.deadline(date(2026, 11, 15), today=date(2026, 11, 14))

    assert (found.level, found.left_text) == ("soon", "không còn ngày làm việc nào")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 9), "thứ Hai"),
        (date(2026, 11, 14), "thứ Bảy"),
        (date(2026, 11, 15), "Chủ nhật"),
    ],
)
def test_weekday_name(day, name):
    assert dates.weekday_name(day) == name


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 15), "ngày 15 tháng 3 năm 2026"),
        (date(2026, 11, 14), "ngày 14 tháng 11 năm 2026"),
    ],
)
def test_official_date_writes_zeros_as_state_papers_do(day, written):
    assert dates.official_date(day) == written


def test_time_text():
    moment = datetime(2026, 11, 14, 14, 32)  # noqa: DTZ001

    assert dates.time_text(moment) == "14:32 ngày 14/11/2026"
