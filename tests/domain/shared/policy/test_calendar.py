from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.calendar import Calendar, Limit, Unit
from shared.policy.current import current_policy
from shared.yaml.load import ConfigurationError

CALENDAR = current_policy().calendar

# The worked examples of the counting rules, start day not counted.
LIMITS = ("7N", "7N roll", "7W", "15N", "2N", "2W", "30N")
WORKED_EXAMPLES = {
    "2020-09-28": "10-05 10-09 10-14 10-13 09-30 09-30 10-28",
    "2021-03-15": "03-22 03-22 03-24 03-30 03-17 03-17 04-14",
    "2021-09-30": "10-07 10-08 10-15 10-15 10-02 10-09 10-30",
}
CELLS = [
    (start, limit, f"{start[:4]}-{due}")
    for start, row in WORKED_EXAMPLES.items()
    for limit, due in zip(LIMITS, row.split(), strict=True)
]

# State Council notices: days off beside weekends, and weekend days worked.
DAYS_OFF = {
    2020: "01-01 01-24..02-02 04-04..04-06 05-01..05-05 06-25..06-27 10-01..10-08",
    2021: "01-01..01-03 02-11..02-17 04-03..04-05 05-01..05-05 06-12..06-14 "
    "09-19..09-21 10-01..10-07",
    2022: "01-01..01-03 01-31..02-06 04-03..04-05 04-30..05-04 06-03..06-05 "
    "09-10..09-12 10-01..10-07 12-31",
    2023: "01-01..01-02 01-21..01-27 04-05 04-29..05-03 06-22..06-24 09-29..10-06",
}
MADE_UP = {
    2020: "01-19 04-26 05-09 06-28 09-27 10-10",
    2021: "02-07 02-20 04-25 05-08 09-18 09-26 10-09",
    2022: "01-29 01-30 04-02 04-24 05-07 10-08 10-09",
    2023: "01-28 01-29 04-23 05-06 06-25 10-07 10-08",
}


def day(written):
    return date.fromisoformat(written)


def due(start, limit, calendar=CALENDAR):
    return calendar.due(day(start), Limit.parse(limit))


def days_in(year, spans):
    for span in spans.split():
        first, _, last = span.partition("..")
        at = day(f"{year}-{first}")
        while at <= day(f"{year}-{last or first}"):
            yield at
            at += timedelta(days=1)


@pytest.mark.parametrize(("start", "limit", "expected"), CELLS)
def test_every_cell_of_the_worked_examples(start, limit, expected):
    assert due(start, limit).day == day(expected)


@pytest.mark.parametrize("year", DAYS_OFF)
def test_working_days_are_those_of_the_state_council_notices(year):
    off = set(days_in(year, DAYS_OFF[year]))
    worked = set(days_in(year, MADE_UP[year]))
    wrong = [
        each
        for each in days_in(year, "01-01..12-31")
        if CALENDAR.is_working_day(each)
        is not (each in worked or (each.weekday() < 5 and each not in off))
    ]

    assert wrong == []


def test_the_first_monday_after_the_extended_spring_festival_is_worked():
    assert CALENDAR.is_working_day(date(2020, 2, 3))


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        ("2020-01-31", "1M", "2020-02-29"),
        ("2021-01-31", "1M", "2021-02-28"),
        ("2020-11-30", "3M", "2021-02-28"),
        ("2020-10-31", "2M", "2020-12-31"),
        ("2020-12-15", "1M", "2021-01-15"),
        ("2020-12-15", "24M", "2022-12-15"),
        ("2020-07-03", "3M roll", "2020-10-09"),
        ("2020-11-02", "3M roll", "2021-02-02"),
    ],
)
def test_a_limit_in_months_ends_on_the_same_day_or_the_months_last(
    start, limit, expected
):
    assert due(start, limit).day == day(expected)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2020-09-23", "2020-09-30"),  # ends the day before the holiday
        ("2020-09-24", "2020-10-09"),  # ends on its first day
        ("2020-10-01", "2020-10-09"),  # ends on its last day
        ("2020-10-02", "2020-10-09"),  # ends the day after
        ("2020-10-03", "2020-10-10"),  # ends on a Saturday that is worked
        ("2020-10-04", "2020-10-12"),  # ends on a Sunday that is not
    ],
)
def test_a_rolled_limit_around_a_holiday(start, expected):
    assert due(start, "7N roll").day == day(expected)


def test_dates_beyond_the_known_holidays_are_provisional():
    assert date(2026, 12, 31) == CALENDAR.horizon
    assert due("2026-12-24", "5W").provisional is False
    assert due("2026-12-24", "6W").provisional is True
    assert due("2027-01-08", "1W").day == date(2027, 1, 11)
    assert due("2026-12-30", "3N roll").provisional is True


def test_natural_days_without_rolling_depend_on_no_calendar():
    assert due("2030-01-01", "30N").provisional is False
    assert due("2030-01-31", "1M").provisional is False


def test_an_override_names_the_document_that_ordered_it(tmp_path):
    (tmp_path / "64.yaml").write_text(
        """
jurisdiction: "64"
title: 宁夏回族自治区
overrides:
  - {day: 2021-05-13, working: false, reason: 开斋节放假, document: 宁政办发示例}
""",
        encoding="utf-8",
    )
    ningxia = Calendar.load(tmp_path, "64")
    notes = ningxia.explain(date(2021, 5, 12), Limit.parse("1W"))

    assert due("2021-05-12", "1W", ningxia).day == date(2021, 5, 14)
    assert due("2021-05-12", "1W").day == date(2021, 5, 13)
    assert [note.why for note in notes] == ["起算日不计", "开斋节放假", "计入"]


def test_an_override_without_its_document_is_refused(tmp_path):
    (tmp_path / "cn.yaml").write_text(
        "jurisdiction: cn\n"
        "title: 全国\n"
        "overrides:\n"
        "  - {day: 2020-02-30, working: false, reason: 放假}\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigurationError) as refused:
        Calendar.load(tmp_path)
    assert [(each.location.line, each.code) for each in refused.value.problems] == [
        (4, "wrong_type"),
        (4, "missing_key"),
    ]


def test_explain_says_for_each_day_why_it_counts():
    notes = CALENDAR.explain(date(2020, 9, 30), Limit.parse("2W"))
    said = [(note.day.isoformat()[5:], note.counted, note.why) for note in notes]

    assert said == [
        ("09-30", False, "起算日不计"),
        ("10-01", False, "法定节假日：国庆节"),
        ("10-02", False, "法定节假日：国庆节"),
        ("10-03", False, "法定节假日：国庆节"),
        ("10-04", False, "法定节假日：国庆节"),
        ("10-05", False, "法定节假日：国庆节"),
        ("10-06", False, "法定节假日：国庆节"),
        ("10-07", False, "法定节假日：国庆节"),
        ("10-08", False, "法定节假日：国庆节"),
        ("10-09", True, "计入"),
        ("10-10", True, "计入，调休上班"),
    ]


def test_explain_tells_counting_from_rolling():
    notes = CALENDAR.explain(date(2021, 9, 27), Limit.parse("5N roll"))

    assert [note.why for note in notes[-7:]] == [
        "期限届满，法定节假日：国庆节，顺延",
        *["法定节假日：国庆节，顺延"] * 5,
        "顺延后的首个工作日",
    ]


def test_explain_names_the_month_that_lacks_the_day():
    notes = CALENDAR.explain(date(2020, 1, 31), Limit.parse("1M"))

    assert notes[-1].day == date(2020, 2, 29)
    assert notes[-1].why == "计入，当月无对应日，以月末为准"


STARTS = st.dates(date(2015, 1, 1), date(2028, 12, 31))
SOME_LIMITS = st.builds(
    Limit, st.integers(1, 90), st.sampled_from(list(Unit)), st.booleans()
).filter(lambda limit: limit.unit is not Unit.MONTH or limit.amount <= 24)


@given(STARTS, SOME_LIMITS)
def test_explain_ends_on_the_due_day_and_counts_the_limit(start, limit):
    notes = CALENDAR.explain(start, limit)
    found = CALENDAR.due(start, limit)
    counted = sum(note.counted for note in notes)

    assert notes[-1].day == found.day
    assert [note.day for note in notes] == [
        start + timedelta(days=n) for n in range(len(notes))
    ]
    assert limit.unit is Unit.MONTH or counted == limit.amount
    assert not limit.roll or CALENDAR.is_working_day(found.day)


@given(STARTS, SOME_LIMITS)
def test_a_later_start_is_never_due_earlier(start, limit):
    earlier = CALENDAR.due(start, limit).day

    assert earlier <= CALENDAR.due(start + timedelta(days=1), limit).day


@pytest.mark.parametrize("written", ["7N", "7N roll", "10W", "3M roll"])
def test_a_limit_reads_back_as_it_is_written(written):
    assert str(Limit.parse(written)) == written


@pytest.mark.parametrize("written", ["", "7", "0N", "-1N", "7D", "7N  roll", "７N", 7])
def test_what_is_no_limit_is_refused(written):
    with pytest.raises(ValueError, match="应写成"):
        Limit.parse(written)


def test_a_hundred_thousand_rows_are_dated_in_seconds():
    limits = [Limit.parse("7N roll"), Limit.parse("10W")]
    first = date(2015, 6, 30)
    begun = time.perf_counter()
    for row in range(100_000):
        CALENDAR.due(first + timedelta(days=row % 2000), limits[row % 2])

    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "off", ["2027-01-01", "2027-10-01", "2028-05-01", "2030-10-03"]
)
def test_holidays_fixed_by_statute_are_off_in_years_without_a_notice(off):
    assert not CALENDAR.is_working_day(day(off))


def test_a_limit_that_ends_on_a_statutory_holiday_rolls_and_is_provisional():
    rolled = due("2026-12-25", "7N roll")

    assert rolled.day == date(2027, 1, 4)  # 1 January 2027 is a Friday.
    assert rolled.provisional is True
    notes = CALENDAR.explain(date(2026, 12, 25), Limit.parse("7N roll"))
    assert "法定节假日：元旦" in next(
        note.why for note in notes if note.day == date(2027, 1, 1)
    )


def test_working_days_leave_out_the_statutory_holidays_of_later_years():
    # 2027-10-01 is a Friday: 2 and 3 October are a weekend.
    assert due("2027-09-30", "1W").day == date(2027, 10, 4)


def test_a_year_with_a_notice_follows_its_notice_alone():
    # 2021-05-02 was off by notice; 2020-10-08 too, which no statute fixes.
    assert not CALENDAR.is_working_day(date(2020, 10, 8))
    assert CALENDAR.is_working_day(date(2021, 5, 8))
