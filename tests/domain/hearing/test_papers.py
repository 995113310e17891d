"""
What the papers and the calendar say of a hearing: roles, numbers and trades, no names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import icalendar
import pytest

from services.hearing.domain.terms import Participant
from services.hearing.endpoints.calendars import calendar_of
from services.hearing.papers import PAPERS, numbered_as, true_since
from tests.builders.hearing_papers import paper_of
from tests.builders.hearing_states import (
    ADVISED,
    DECIDED,
    HELD,
    INVITED,
    PLANNED,
    SCHEDULED,
)


def printed(hearing, wanted, **more):
    return paper_of(hearing, PAPERS.in_force()[wanted], **more)


@pytest.mark.parametrize(
    ("wanted", "hearing", "before"),
    [
        ("plan", INVITED, DECIDED),
        ("announcement", INVITED, DECIDED),
        ("notice", INVITED, DECIDED),
        ("minutes", SCHEDULED, PLANNED),
        ("opinion", HELD, SCHEDULED),
    ],
)
def test_each_paper_is_printed_from_the_step_that_it_tells_of(wanted, hearing, before):
    paper = printed(hearing, wanted, document="清检听〔2021〕1号")

    text = "".join(paper.texts())
    assert paper.number == "清检听〔2021〕1号"
    assert paper.office == "清丰县人民检察院"
    assert "2021年3月15日" in text
    assert "None" not in text
    assert true_since(PAPERS.in_force()[wanted].states, before) is None


def test_a_plan_says_who_approved_a_place_other_than_a_hearing_room():
    elsewhere = replace(INVITED, place="村委会", elsewhere_approved_by="检察长")

    assert "不在听证室" not in "".join(printed(INVITED, "plan").texts())
    assert "村委会（不在听证室，经检察长批准）。" in "".join(
        printed(elsewhere, "plan").texts()
    )


def test_a_notice_goes_to_a_role_and_lists_the_members_without_names():
    paper = printed(INVITED, "notice", addressee="听证员", on=date(2021, 3, 9))

    (table,) = (block for block in paper.body if hasattr(block, "rows"))
    assert (paper.addressee, paper.day) == ("听证员", date(2021, 3, 9))
    assert table.rows[0] == ("1", "1", "人民监督员", "律师")


def test_a_hearing_that_was_put_off_and_each_party_have_numbers_of_their_own():
    templates = PAPERS.in_force()
    parties = Participant.PETITIONER, Participant.MEMBER
    later = replace(INVITED, adjournments=(INVITED,))
    hearings = INVITED, later

    def records(paper):
        template = templates[paper]
        return [numbered_as(h, template, party) for h in hearings for party in parties]

    assert len(set(records("notice"))) == 4
    assert len(set(records("announcement"))) == 2  # it is put up for everybody


def test_the_opinion_stands_on_its_paper_once_it_was_given():
    assert "原处理并无不当" in "".join(printed(ADVISED, "opinion").texts())
    assert "＿＿" in "".join(printed(HELD, "opinion").texts())


@pytest.mark.parametrize("stop", ["", "。"])
def test_the_opinion_is_one_sentence_however_it_was_entered(stop):
    advised = replace(ADVISED, opinion=f"原处理并无不当{stop}")
    text = "".join(printed(advised, "opinion").texts())

    assert "原处理并无不当（到场听证员3人，3人持此意见）。" in text


def test_a_hearing_keeps_its_place_in_a_calendar_when_it_is_put_off():
    later = replace(
        SCHEDULED, adjournments=(SCHEDULED,), scheduled_on=date(2021, 3, 22)
    )
    read = icalendar.Calendar.from_ical(calendar_of([PLANNED, later]).to_ical())
    first, second = read.walk("VEVENT")

    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert (first["status"], second["status"]) == ("TENTATIVE", "CONFIRMED")
    assert second.decoded("dtstart").isoformat() == "2021-03-22T01:30:00+00:00"
    assert str(first["location"]) == "检察听证室"
