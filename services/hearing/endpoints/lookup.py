"""
What several endpoints look up first: the case, the hearing, and the programme's terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import Chairs, Hearing, Terms
from services.hearing.domain.members import Member
from services.hearing.domain.panels import Pool
from services.hearing.store import Cases, Hearings, Members
from shared.cases.case import Case
from shared.policy.calendar import Calendar, Limit
from shared.policy.current import current_policy
from shared.policy.directory import Office
from shared.web.call import Call
from shared.web.lookup import in_sight, or_not_found

REGISTER = 500  # members of an office, and hearings of a day, at most


def case_of(call: Call) -> Case:
    """
    The case whose number is in the path, locked.
    """
    number = call.path["number"]
    return in_sight(call, Cases(call.session).lock(number), "案件", number)


def hearing_of(call: Call) -> tuple[Case, Hearing, Terms]:
    """
    The hearing whose id is in the path, and its case, locked; and the terms it is
    measured by. A hearing stays with its office, also when the case moves.
    """
    identity = call.path["identity"]
    # The case is locked before the hearing is read, as by whoever moves or merges the
    # case.
    locked = Cases(call.session).lock_of(Hearings.table, identity)
    hearing = in_sight(call, Hearings(call.session).get(identity), "听证", identity)
    case = replace(or_not_found(locked, "听证", identity), office=hearing.office)
    return case, hearing, terms_of(call, case)


def store_change(call: Call, before: Hearing, after: Hearing) -> Hearing:
    """
    The hearing as it is now, stored and named in the audit row.
    """
    call.changed(before, after)
    Hearings(call.session).update(after)
    return after


def others_on(call: Call, office: str, day: date) -> list[Hearing]:
    """
    The hearings to come of an office on a day, of which this transaction alone changes
    any.
    """
    Members(call.session).lock_register(office)
    return Hearings(call.session).to_come(office, day, day, most=REGISTER)


def pool_of(call: Call, hearing: Hearing) -> Pool:
    """
    Who can be drawn for a hearing.
    """
    day = hearing.scheduled_on or call.today
    other_hearings = others_on(call, hearing.office, day)
    register = Members(call.session).of_office(hearing.office, most=REGISTER)
    return Pool(register=register, others=other_hearings)


def register_of(call: Call, hearing: Hearing) -> list[Member]:
    """
    The members of a hearing, as they stand in the register of its office.
    """
    numbers = [seat.number for seat in hearing.members]
    return Members(call.session).of_numbers(hearing.office, numbers)


def terms_of(call: Call, case: Case) -> Terms:
    """
    The programme's terms; the office that decides approves through its own leaders.
    """
    policy = current_policy()
    programme = policy.programmes.get(case.programme)
    rules, calendar = programme.hearing, policy.calendar
    deciding = policy.directory.office(call.who.office).posts
    holding = policy.directory.office(case.office)
    return Terms(
        today=call.today,
        approvers=[title for title, post in deciding.items() if post.leader],
        chairs=_chairs(holding),
        members_min=rules.members_min,
        members_max=rules.members_max,
        members_odd=rules.members_odd,
        notice_over=_after(calendar, rules.notice),
        watch_over=_after(calendar, rules.watch) if rules.watch else None,
        subjects={each.id: each.public for each in rules.subjects} or None,
        topics=[word.id for word in programme.words["topic"]],
        rooms=holding.hearing_rooms if rules.rooms else None,
        chiefs=[title for title, post in holding.posts.items() if post.chief],
    )


def _after(calendar: Calendar, limit: Limit) -> Callable[[date], date]:
    return lambda day: calendar.due(day, limit).day


def _chairs(office: Office) -> Chairs:
    posts = office.posts.items()
    return Chairs(
        posts=[*office.posts],
        leading=[title for title, post in posts if post.leader or post.middle],
        single=[title for title, post in posts if post.chief or post.holders == 1],
        several=[title for title, post in posts if (post.holders or 1) > 1],
    )
