"""
Items that an office writes itself, and special drives.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from services.assignment.domain.batches import drives
from services.assignment.domain.batches.drives import Drive, DriveCase, DriveFigures
from services.assignment.domain.facts.leaders import ListItemDone
from services.assignment.domain.leaders import own_lists
from services.assignment.domain.leaders.own_lists import ListVersion
from tests.builders.leadership import START, programme_of

MEIXIAN, ABOVE = "610326", "610300"
LATER = START + timedelta(days=30)


def version(*texts, since=START, before=(), office=MEIXIAN):
    items = own_lists.number_items([(text, None) for text in texts], before)
    return ListVersion(
        f"{office}{since}", "meixian", office, "six_ones", since, None, items, "检察长"
    )


def texts_of(versions, on, *facts, lineage=(MEIXIAN, ABOVE)):
    lists = own_lists.filled_in(programme_of("meixian"), versions, lineage, on, facts)
    return {i.id: i.text for each in lists if each.id == "six_ones" for i in each.items}


@pytest.mark.requirement("MX-11")
def test_the_items_in_force_on_a_day_are_those_of_the_office():
    first = version("接访", "听证")
    second = version("听证", "回访", since=LATER, before=[first])

    assert texts_of([second, first], START) == {"1": "接访", "2": "听证"}
    assert texts_of([second, first], LATER) == {"2": "听证", "3": "回访"}
    assert texts_of([first], START - timedelta(days=1)) == {}


def test_what_was_done_of_an_item_that_holds_no_more_stays_to_be_seen():
    first = version("接访")
    second = version("回访", since=LATER, before=[first])
    done = ListItemDone(on=START, list="six_ones", item="1", post="检察长")

    assert texts_of([first, second], LATER, done) == {"1": "接访", "2": "回访"}


def test_the_nearest_office_above_that_wrote_a_list_fills_it_in():
    above = version("上级一项", office=ABOVE)

    assert texts_of([above], START) == {"1": "上级一项"}
    assert texts_of([above, version("本院一项")], START) == {"1": "本院一项"}


def test_an_item_is_a_duty_of_an_office_and_not_the_watching_of_a_person():
    def codes(*written, list_id="six_ones", since=LATER, before=()):
        found = own_lists.version_problems(
            list_id, written, programme_of("meixian"), since=since, before=before
        )
        return [problem.code for problem in found]

    assert codes(("包答复", "mediated")) == []
    assert codes(("包人员稳控", None)) == ["watches_a_person"]
    assert codes(("包答复", None), ("包答复", None)) == ["item_repeated"]
    assert codes(("包答复", "chief_received")) == ["no_such_act"]
    assert codes(("包答复", None), list_id="three_ones") == ["no_such_list"]
    assert codes(("包答复", None), since=START, before=[version("接访")]) == [
        "date_before_start"
    ]


# -- drives

DRIVE = Drive(
    "d1", "dy-leaders", "hundred_days", "攻坚", "990000", START, LATER, None, "省院"
)


def test_a_hundred_days_end_on_the_hundredth():
    (kind,) = programme_of("dy-leaders").drives

    assert drives.last_day(date(2021, 1, 1), kind.days) == date(2021, 4, 10)
    assert [p.code for p in drives.kind_problems("月", programme_of("meixian"))] == [
        "no_such_kind"
    ]


def row(**changes):
    kept = {"programme": "dy-leaders", "merged": False, "standing": "open"}
    return SimpleNamespace(**{**kept, **changes})


def test_an_open_case_of_the_programme_is_in_one_drive_at_a_time():
    def codes(on=START, busy=(), enrolled=None, numbers=("甲",), **changes):
        found = drives.case_problems(
            DRIVE,
            numbers,
            {"甲": row(**changes)},
            enrolled=enrolled or {},
            busy=dict.fromkeys(busy, "旧"),
            joined_on=on,
        )
        return [problem.code for problem in found]

    assert codes() == []
    assert codes(busy=["甲"]) == ["in_other_drive"]
    assert codes(standing="resolved") == ["case_not_open"]
    assert codes(programme="meixian") == ["other_programme"]
    assert codes(programme="meixian", enrolled={"甲": START}) == []
    later = {"甲": START + timedelta(days=1)}
    assert codes(programme="meixian", enrolled=later) == ["joined_before_enrolled"]
    assert codes(on=later["甲"], programme="meixian", enrolled=later) == []
    assert codes(on=LATER + timedelta(days=1)) == ["outside_drive"]
    assert codes(numbers=["乙"]) == ["no_such_case"]


@pytest.mark.requirement("DY-07")
def test_a_drive_counts_what_was_settled_within_it():
    cases = [DriveCase("d1", n, "990101", START) for n in "甲乙丙丁"]
    outcomes = {"甲": "resolved", "乙": "ended", "丙": "open"}
    [line] = drives.figures(cases, outcomes)

    assert (line.taken, line.settled, line.ended, line.open) == (4, 1, 1, 2)


def test_the_figures_of_a_drive_are_added_up_for_the_office_above():
    lines = [
        DriveFigures("610326", taken=3, settled=1, ended=1),
        DriveFigures("610327", taken=2, settled=1, concluded=1),
    ]

    total = DriveFigures(ABOVE, taken=5, settled=2, ended=1, concluded=1)
    assert drives.sum_of(lines, ABOVE) == total
    assert drives.sum_of([], ABOVE) == DriveFigures(ABOVE)
