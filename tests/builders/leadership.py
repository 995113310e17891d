"""
Who leads a case of a programme, by its own rules.
"""

from __future__ import annotations

from datetime import date

from services.assignment.domain.facts.leaders import LeadersConfirmed
from services.assignment.domain.facts.received import CaseOpened
from services.assignment.domain.leaders import leadership
from shared.policy.current import current_policy
from tests.builders import COUNTY, case_opened

START = date(2021, 4, 6)


def opened(office=COUNTY, *, on=START, **changes):
    first = {"handed": False, "origin": "own_screening", "difficulty": "ordinary"}
    event = case_opened("清检控申〔2020〕1号", office=office, **{**first, **changes})
    return CaseOpened.from_fields(on, vars(event))


def named(on, *leaders, **said):
    kept = {"leaders": leaders, "department": "控告申诉检察部"}
    return LeadersConfirmed(on=on, **{**kept, **said})


def programme_of(code):
    return current_policy().programmes.get(code)


def compute(code, *facts, office=COUNTY):
    return leadership.compute(
        office, facts, programme_of(code), current_policy().directory
    )


def office_below(code, level, *, kind=None):
    """
    An office of a level within a programme.
    """
    directory = current_policy().directory
    hub = programme_of(code).hub
    return next(
        each
        for each in directory.subtree(hub, START)
        if directory.office(each).level == level
        and each != hub
        and (kind is None or directory.office(each).kind == kind)
    )


def title(office, flag):
    posts = current_policy().directory.office(office).posts.values()
    return next(post.title for post in posts if getattr(post, flag))
