"""
An office that takes a hearing through its steps over HTTP.
"""

from __future__ import annotations

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
