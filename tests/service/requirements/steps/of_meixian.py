"""
Steps of the rows of Meixian that need more than one look.
"""

from __future__ import annotations

from datetime import date

from services.reporting.domain.figures import rate_text
from tests.builders import reply_given, step_taken
from tests.service.asking import all_items
from tests.service.hearing_desk import hearing_of
from tests.service.requirements.steps.figures import in_time_of_due, shown_further
from tests.service.requirements.steps.petitions import petition


def accepted_and_not_passed_on(work):
    """
    Passing it on was due on 13 November.
    """
    petition(received_on="2020-11-05")(work)
    accepted = step_taken(
        work.number,
        "accepted",
        office=work.office,
        occurred_on=date(2020, 11, 6),
        programme=work.programme.code,
    )
    work.counter.announce(accepted)


def the_alert_level_of_a_duty(work):
    """
    Blue while there is time, yellow three days before, of the duty alone.
    """
    petition()(work)
    (early,) = work.duties("procedural_reply")
    petition(received_on="2020-11-16")(work)
    (late,) = work.duties("procedural_reply")
    asked = {"alert_level": "yellow", "kind": "procedural_reply"}
    yellow = all_items(work.as_office(work.office), "assignment", "/duties", **asked)

    assert (early["alert_level"], late["alert_level"]) == ("blue", "yellow")
    assert late["id"] in {each["id"] for each in yellow}
    assert early["id"] not in {each["id"] for each in yellow}


def the_topics_of_hearings(work):
    """
    Held hearings are counted by topic.
    """

    def held():
        asked = {"programme": work.programme.code, "since": "2020-01-01"}
        found = work.ask("/hearing-topics", service="hearing", **asked, until=work.day)
        return {row["title"]: row["count"] for row in found["rows"]}

    before = held()
    hearing_of(work).hold(work.case(), topic="fraud", chair_post="检察长")
    after = held()

    assert after["诈骗"] == before["诈骗"] + 1
    assert after["公民个人信息保护"] == before["公民个人信息保护"]


def the_chief_receives_each_month(work):
    """
    The chief is rostered once a month; a month without a log is a gap.
    """
    turn = {
        "programme": work.programme.code,
        "roster": "chief_reception",
        "office": work.office,
        "day": "2020-11-16",
        "post": "检察长",
    }
    asked = {"programme": work.programme.code, "roster": "chief_reception"}
    days = {"from": "2020-11-01", "to": "2020-11-30"}
    work.send("/rosters", turn, by="leader")
    before = work.ask("/rosters/gaps", **asked, **days)["gaps"]
    for _ in range(2):
        petition(channel="visit", received_on=turn["day"])(work)
    work.send("/receptions", {**turn, "receptions": 2, "entered": 2})
    after = work.ask("/rosters/gaps", **asked, **days)["gaps"]

    assert [gap["kind"] for gap in before] == ["not_logged"]
    assert after == []


def shares_after_closing(work):
    """
    How many of the closings were followed up, of these content, and flowed back.
    """
    found = shown_further(work)

    assert found["closings"] > found["closed"]
    for part, whole in (
        ("evaluated", "closings"),
        ("followed_up", "closings"),
        ("content", "followed_up"),
    ):
        assert found[f"{part}_share"] == rate_text(found[part], found[whole])
    back = found["closings"] - found["closed"]
    assert found["flowed_back_share"] == rate_text(back, found["closings"])


def only_results_answer_in_three_months(work):
    """
    Of two petitions whose three months ended today one had its result, one a report of
    progress, which is not enough here (A-13); both had a reply within seven days.
    """
    received = date(2020, 8, 20)
    before, first = shown_further(work), {"as_of": "2020-08-27"}
    replied_before = shown_further(work, **first)
    for kind in ("result", "progress"):
        petition(received_on=str(received))(work)
        answers = (("procedural", date(2020, 8, 25)), (kind, date(2020, 11, 20)))
        of = {"office": work.office, "programme": "meixian", "mode": "phone"}
        given = (
            reply_given(work.number, kind=what, occurred_on=on, **of)
            for what, on in answers
        )
        work.counter.announce(*given)

    in_time_of_due(work, replied_before, "procedural_reply", 2, 2, **first)
    in_time_of_due(work, before, "three_month_answer", 1, 2)
