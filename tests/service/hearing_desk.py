"""
An office that takes a hearing through its steps over HTTP.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.builders import COUNTY
from tests.builders.hearings import HearingSteps


def hearing_desk(as_office, office=COUNTY, **days):
    """
    The steps of a hearing at an office; each is expected to succeed.
    """

    def send(path, body, by):
        answer = as_office(office, by).post("hearing", path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return HearingSteps(send, **days)


def days_before(work, *numbers):
    today = date.fromisoformat(work.day)
    return tuple(str(today - timedelta(days=number)) for number in numbers)


def hearing_of(work):
    """
    The steps of a hearing that was decided on; each is expected to succeed.
    """
    (decided_on,) = days_before(work, 10)
    body = {
        "decision": "hold",
        "decided_on": decided_on,
        "reason": "对事实认定争议较大。",
        "approver_post": work.programme.chief,
    }
    path = work.case("hearing-decisions")
    work.send_once_known("hearing", path, body, by="leader")

    def send(path, body, by):
        return work.send(path, body, by=by, service="hearing")

    return HearingSteps(send, days=days_before(work, 10, 9, 4))
