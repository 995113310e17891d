"""
The duty ledger: what an office owes in a matter, computed from its facts as the
`instances` that they have opened, each with its `transitions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from services.assignment.domain.duties.causes import fired
from services.assignment.domain.duties.duty import Duty, Term
from services.assignment.domain.duties.instances import DutyInstance, instances
from services.assignment.domain.duties.owners import (
    NOBODY,
    Owners,
    Turn,
    owners_of_step,
    place_of,
)
from services.assignment.domain.duties.parties import ResponsibleParties
from services.assignment.domain.duties.transitions import HAND_OVERS, Outcome, run_all
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.duties import PeriodBegun
from services.assignment.domain.facts.leaders import ActRecorded
from services.assignment.domain.facts.notices import (
    NoticeAnswered,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from services.assignment.domain.facts.received import ReplyGiven
from services.assignment.domain.facts.working import PlanStepSet
from shared.policy.calendar import Calendar
from shared.policy.parts.reports import ReportSchedule
from shared.policy.programme import Programme
from shared.vocabulary import ReplyKind

# How many answers to a notice each fact adds to what is owed.
_ANSWERS_OWED = {NoticeIssued: 1, NoticeReturned: 1, NoticeAnswered: -1}


def compute(
    number: str,
    office: str,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    parties: ResponsibleParties | None = None,
    turns: Sequence[Turn] = (),
    stem: str | None = None,
    since: date | None = None,
) -> tuple[Duty, ...]:
    """
    Every duty that *facts* have opened in the matter *number* of an office, *since* a
    day if it is named; *stem*: what their identities begin with, if not the number.

    *turns*: how the offices that have a part in the matter changed.
    """
    parties = parties or ResponsibleParties()
    return tuple(
        _duty(
            outcome,
            facts,
            programme,
            calendar,
            number=number,
            office=office,
            parties=parties,
        )
        for outcome in run_all(
            instances(facts, programme, parties.own, since),
            stem or number,
            facts,
            calendar,
            owners_of(facts, turns),
        )
    )


def owners_of(
    facts: Sequence[Fact], turns: Sequence[Turn]
) -> Callable[[DutyInstance], Owners]:
    """
    Return a function that says who owes a duty. What the responsible office owes passes
    on with the matter, also the plan steps that it has set for itself; those of a unit
    that leaves pass to the office that has it. *turns*: as for `compute`.
    """
    moves = [turn for turn in turns if turn.former]
    first = moves[0].former if moves else None
    succession = Owners(first or "", tuple(turn.move for turn in moves))

    def owners(instance: DutyInstance) -> Owners:
        # Only what the responsible office owes passes on; what its hub or upper office
        # owes stays where it is.
        own, opening = instance.rule.owner.office == "own", instance.opening
        if turns and isinstance(opening, PlanStepSet):
            holder = succession.after(succession.moves_at(instance, facts))
            # A move may be dated before a step that an office had set for itself.
            setter = succession.recorded_until(place_of(opening, facts))
            if opening.to_office not in {holder, setter}:
                return owners_of_step(opening.to_office, turns)
            own = True
        return succession if own and moves else NOBODY

    return owners


def _duty(
    outcome: Outcome,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    number: str,
    office: str,
    parties: ResponsibleParties,
) -> Duty:
    instance, deadline, identity = outcome.instance, outcome.deadline, outcome.identity
    rule, due = instance.rule, deadline.due(calendar)
    offices = {"own": office, **parties.offices, **_named_in(instance.opening)}
    owner = outcome.owner or offices.get(rule.owner.office, programme.hub)
    return Duty(
        id=identity,
        number=number,
        office=owner,
        programme=programme.code,
        kind=rule.id,
        title=rule.title,
        source=rule.source,
        opened_on=instance.since,
        due_on=due.day,
        provisional=due.provisional,
        steps=outcome.steps,
        post=_post(instance, parties),
        handler_post=parties.posts.get("handler") if owner == office else None,
        creditor=rule.creditor,
        warn_days=programme.warn_days(rule),
        basis=deadline.basis(),
        supervised=_unanswered(identity, facts),
        backdated=programme.backdates(rule, instance.deadline(calendar).day),
        past=_earlier_terms(outcome),
        answer=_answer(instance, facts, due.day),
        report=_schedule_of(instance, programme) is not None,
        past_hour=_is_past_hour(instance, facts, programme, due.day),
    )


def _answer(instance: DutyInstance, facts: Iterable[Fact], due_on: date) -> str:
    """
    The kind of the answer given by the due day, of those that discharge the duty.
    """
    kinds_given = {
        fact.kind
        for fact in facts
        if isinstance(fact, ReplyGiven)
        and instance.since <= fact.on <= due_on
        and fired(instance.rule.discharged_by, fact)
    }
    kinds = (ReplyKind.RESULT, ReplyKind.PROGRESS)
    return next((kind.value for kind in kinds if kind in kinds_given), "")


def _schedule_of(instance: DutyInstance, programme: Programme) -> ReportSchedule | None:
    """
    The schedule of a duty that is the report of a period.
    """
    if not isinstance(instance.opening, PeriodBegun):
        return None
    schedules = (s for s in programme.report_schedules if s.id == instance.rule.id)
    return next(schedules, None)


def _is_past_hour(
    instance: DutyInstance, facts: Iterable[Fact], programme: Programme, due_on: date
) -> bool:
    """
    Whether a report first arrived after the hour of its last day.
    """
    schedule = _schedule_of(instance, programme)
    if schedule is None:
        return False
    arrivals = [
        fact.arrived_at
        for fact in facts
        if isinstance(fact, ActRecorded)
        and instance.rule.discharged(fact.name, fact.fields)
        and fact.arrived_at
    ]
    return bool(arrivals) and schedule.is_past(min(arrivals), due_on)


def _earlier_terms(outcome: Outcome) -> tuple[Term, ...]:
    """
    The terms of the offices that owed a duty before the last one.
    """
    handed_on = [step.on for step in outcome.steps if step.kind in HAND_OVERS]
    return tuple(
        Term(office, due_on, since)
        for (office, due_on), since in zip(
            outcome.past, [None, *handed_on], strict=False
        )
    )


def _named_in(opening: Fact) -> dict[str, str]:
    """
    The offices that the opening itself names: *from* whom and *to* whom.
    """
    offices = {way: opening.get(f"{way}_office") for way in ("from", "to")}
    return {way: code for way, code in offices.items() if code}


def _post(instance: DutyInstance, parties: ResponsibleParties) -> str | None:
    """
    The post that answers for it; of a report, the department that owes it.
    """
    if isinstance(instance.opening, PeriodBegun):
        return instance.opening.department
    return parties.posts.get(instance.rule.owner.post)


def _unanswered(identity: str, facts: Iterable[Fact]) -> bool:
    """
    Whether a supervision notice about the duty, or the whole matter, waits.
    """
    # Counted, not the last fact taken: events of one notice may arrive in any order.
    about, ended, owed = set[str](), set[str](), Counter[str]()
    for fact in facts:
        if isinstance(fact, NoticeIssued | NoticeAnswered | NoticeReturned):
            owed[fact.notice] += _ANSWERS_OWED[type(fact)]
        if isinstance(fact, NoticeEnded):
            ended.add(fact.notice)
        elif isinstance(fact, NoticeIssued) and fact.duty in {None, identity}:
            about.add(fact.notice)
    return any(owed[notice] > 0 for notice in about - ended)


def keep_closed_deadline(duty: Duty, before: Duty | None) -> Duty:
    """
    Return *duty* with the due days that it had *before*. Earlier offices always keep
    theirs; the present office keeps its own if the duty is closed and only the calendar
    has changed.
    """
    if before is None:
        return duty
    # What an office owed until when is history: a new calendar does not change it.
    if _offices_and_days(before.past) == _offices_and_days(duty.past):
        duty = replace(duty, past=before.past)
    # Another basis is another decision, and moves also what is closed.
    if before.basis != duty.basis or not (before.closed or duty.closed):
        return duty
    return replace(duty, due_on=before.due_on, provisional=before.provisional)


def _offices_and_days(terms: Iterable[Term]) -> list[tuple[str, date | None]]:
    return [(term.office, term.since) for term in terms]
