"""
The events that tell readers what has changed in a matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.assignment import events
from services.assignment.domain import case_offices, everyday
from services.assignment.domain.closings import closing
from services.assignment.domain.escalation.notice_course import courses
from services.assignment.domain.facts.base import Recorded, last_of
from services.assignment.domain.facts.notices import NoticeEnded
from services.assignment.domain.facts.received import CaseCorrected
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.matter import Matter
from services.assignment.events.duties import DutyChange, DutyStanding, OwedDuty
from shared.events import Event
from shared.matter_numbers import Kind, kind_of


def leader_events(
    leading: Leadership | None, before: Matter, matter: Matter
) -> Iterator[Event]:
    if leading is not None:
        yield from leadership.announcements(
            leading,
            before.led,
            number=matter.number,
            office=matter.office,
            programme=matter.programme,
            in_scope=matter.in_scope,
            since=case_offices.moved_last_on(matter.facts.values()),
        )


def scope_events(before: Matter, matter: Matter, fresh: Recorded) -> Iterator[Event]:
    """
    Yield the change in the number of led cases when a correction takes a led case out
    of the scope, or into it.
    """
    corrections = [fact for fact in fresh.values() if isinstance(fact, CaseCorrected)]
    if corrections and before.is_led and before.in_scope != matter.in_scope:
        kind = events.LeaderNamed if matter.in_scope else events.LeaderReleased
        yield kind(
            office=matter.office,
            case_number=matter.number,
            occurred_on=corrections[-1].on,
            programme=matter.programme,
            in_scope=True,
        )


def everyday_events(before: Matter, matter: Matter, fresh: Recorded) -> Iterator[Event]:
    """
    Yield by how much the count of an everyday case has changed, or that it moved. It is
    dated to the day of the last fact; an outcome counts from its confirmation.
    """
    was, now = everyday.everyday_count(before), everyday.everyday_count(matter)
    from_office = before.office if was.cases and now.cases else ""
    has_moved = from_office not in {"", matter.office}
    if was == now and not has_moved:
        return
    last = last_of(fresh)
    on = last.on if last else matter.last_day
    yield events.EverydayCounted(
        office=matter.office,
        case_number=matter.number,
        occurred_on=last.confirmed_on or on if isinstance(last, closing.ENDED) else on,
        programme=matter.programme,
        from_office=from_office if has_moved else None,
        cases=now.cases - was.cases,
        resolved=now.resolved - was.resolved,
        closed=now.closed - was.closed,
    )


def duty_events(
    matter: Matter, changes: Sequence[DutyChange], standings: Sequence[DutyStanding]
) -> Iterator[Event]:
    """
    Put all changes of what is owed into one event, dated to their latest day. If only
    standings changed, it is dated to the day of the latest fact (I-16).
    """
    if changes or standings:
        yield events.DutiesChanged(
            office=matter.office,
            case_number=matter.number,
            occurred_on=max((each.on for each in changes), default=matter.last_day),
            programme=matter.programme,
            changes=tuple(changes),
            standings=tuple(standings),
        )


def petitioner_events(before: Matter, matter: Matter) -> Iterator[Event]:
    """
    All that is owed to the petitioner of a petition, if it is other than it was.
    """
    if kind_of(matter.number) is not Kind.PETITION:
        return
    now = _owed_to_petitioner(matter)
    if now != _owed_to_petitioner(before):
        duties, kinds = now
        yield events.OwedToPetitionerChanged(
            office=matter.office,
            case_number=matter.number,
            occurred_on=matter.last_day,
            programme=matter.programme,
            owed=duties,
            kinds=kinds,
        )


def _owed_to_petitioner(matter: Matter) -> tuple[tuple[OwedDuty, ...], tuple[str, ...]]:
    """
    The open duties whose creditor is the petitioner, and the kinds of all of these.
    """
    duties = [d for d in matter.duties.values() if d.creditor == "petitioner"]
    open_duties = [
        OwedDuty(kind=duty.kind, title=duty.title, due_on=duty.due_on)
        for duty in duties
        if duty.state == "open"
    ]
    kinds = {duty.kind for duty in duties}
    in_order = sorted(open_duties, key=lambda duty: (duty.due_on, duty.kind))
    return tuple(in_order), tuple(sorted(kinds))


def ended_events(matter: Matter, ended: Mapping[str, NoticeEnded]) -> Iterator[Event]:
    offices = {notice.id: notice.office for notice in courses(matter.facts.values())}
    for fact in ended.values():
        yield events.SupervisionEnded(
            office=offices[fact.notice],
            case_number=matter.number,
            occurred_on=fact.on,
            programme=matter.programme,
            notice=fact.notice,
        )
