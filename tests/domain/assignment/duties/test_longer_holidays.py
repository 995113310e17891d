"""
A holiday that is lengthened in mid-holiday moves what is open.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from shared.policy.calendar import Calendar, Limit, Override
from shared.policy.current import current_policy
from shared.policy.parts.duties import Until
from tests.builders.duty_rules import CONCLUSION, PROGRAMME, Matter, done, registered

# -- the calendar


def longer_holiday():
    days = [date(2021, 5, 6), date(2021, 5, 7), date(2021, 5, 10)]
    return Calendar(
        {
            d: Override(d, working=False, reason="延长假期", document="测试")
            for d in days
        }
    )


WORKING = replace(
    CONCLUSION, due=Until(limit=Limit.parse("7W")), extension=None, id="reply"
)


def test_a_holiday_lengthened_in_mid_holiday_moves_what_is_open_the_old_day_kept():
    programme = replace(PROGRAMME, duties=(WORKING,))
    matter = Matter(programme=programme).learn(registered(date(2021, 4, 26)))
    before = matter.duty("reply").due_on
    matter.recalculate(longer_holiday())

    assert (before, matter.duty("reply").due_on) == (
        date(2021, 5, 8),
        date(2021, 5, 12),
    )
    moved = matter.announced[-1].changes[-1]
    assert (moved.what, moved.due_before) == ("moved", before)
    assert matter.overdue_on(date(2021, 5, 12)) == 0
    assert matter.overdue_on(date(2021, 5, 13)) == 1


def test_the_spring_festival_of_2020_lengthened_on_january_27th_moves_what_is_open():
    # First 01-24..01-30 with Saturday 02-01 worked; then until 02-02. 7N from 01-25.
    off = {date(2020, 1, day): False for day in range(24, 31)}
    first = Calendar(
        {
            day: Override(day, working=working, reason="春节", document="国办发明电")
            for day, working in {**off, date(2020, 2, 1): True}.items()
        }
    )
    rolling = replace(WORKING, due=Until(limit=Limit.parse("7N roll")))
    programme = replace(PROGRAMME, duties=(rolling,))
    matter = Matter(programme=programme, calendar=first)
    matter.learn(registered(date(2020, 1, 25)))
    before = matter.duty("reply").due_on
    matter.recalculate(current_policy().calendar)

    assert (before, matter.duty("reply").due_on) == (date(2020, 2, 1), date(2020, 2, 3))
    assert matter.announced[-1].changes[-1].due_before == before
    assert [matter.overdue_on(date(2020, 2, day)) for day in (2, 3, 4)] == [0, 0, 1]


def test_what_is_closed_stays_when_the_calendar_is_extended():
    programme = replace(PROGRAMME, duties=(WORKING,))
    matter = Matter(programme=programme).learn(registered(date(2021, 4, 26)))
    matter.learn(done("answered", date(2021, 5, 11)))
    before, told = matter.duty("reply"), len(matter.announced)
    matter.recalculate(longer_holiday())

    assert matter.duty("reply") == before
    assert len(matter.announced) == told
