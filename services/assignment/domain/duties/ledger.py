"""
The duty ledger: what an office owes in a matter, computed from its facts.

The `instances` that the facts have opened, each with its `transitions`; then the events
that tell readers what has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.assignment import events
from services.assignment.domain.duties.instances import DutyInstance, instances
from services.assignment.domain.duties.transitions import (
    RELEASES,
    Outcome,
    run_all,
    state_after,
)
from services.assignment.domain.facts.base import Fact, PostOf, Step, changes
from services.assignment.domain.facts.duties import PeriodBegun
from services.assignment.domain.facts.notices import (
    NoticeAnswered,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from services.assignment.events.duties import DutyChange, DutyStanding
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory, Office
from shared.policy.programme import Programme

# How many answers to a notice each fact adds to what is owed.
_ANSWERS_OWED = {NoticeIssued: 1, NoticeReturned: 1, NoticeAnswered: -1}


CLOSED = frozenset({"discharged", "released"})
"""
The states of a duty of which nothing is owed.
"""


@dataclass(frozen=True)
class ResponsibleParties:
    """
    Who may owe something in a matter: the responsible office itself, the offices `hub`,
    `upper`, `from` and `to`, and the posts that answer for it (A-50).
    """

    own: Office | None = None
    offices: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str | None] = field(default_factory=dict)


def responsible_parties(
    office: str,
    opened_on: date,
    programme: Programme,
    directory: Directory,
    *,
    leaders: Iterable[PostOf] = (),
    handler: str | None = None,
) -> ResponsibleParties:
    """
    The offices and posts that answer for what is owed in a matter of an office.
    """
    own, upper = directory.office(office), directory.parent(office, opened_on)
    offices = {"hub": programme.hub, **({"upper": upper} if upper else {})}
    chiefs = (title for title, post in own.posts.items() if post.chief)
    posts = {
        "chief": next(chiefs, None),
        "leader": next((post for holder, post in leaders if holder == office), None),
        "handler": handler,
        "hub_department": programme.hub_department,
    }
    return ResponsibleParties(own, offices, posts)


@dataclass(frozen=True)
class Duty:
    """
    One thing owed: by *office*, from *opened_on*, until the end of *due_on*.

    *provisional*: counted past the last year of the calendar. *basis*: what the due day
    was counted from. *supervised*: a notice about it waits for an answer. *backdated*:
    its day was over before the programme was issued, so that it never gets overdue
    (A-03). *steps* are its transitions so far.
    """

    id: str
    number: str
    office: str
    programme: str
    kind: str
    title: str
    source: str
    opened_on: date
    due_on: date
    provisional: bool
    steps: tuple[Step, ...]
    post: str | None = None
    creditor: str = "upper"
    warn_days: int = 3
    basis: str = ""
    supervised: bool = False
    backdated: bool = False

    @property
    def state(self) -> str:
        return state_after(self.steps[-1].kind) if self.steps else "open"

    @property
    def state_on(self) -> date:
        return self.steps[-1].on if self.steps else self.opened_on

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

    def late(self, today: date) -> bool:
        """
        Whether its day has passed undone, be it overdue or backdated.
        """
        return self.state == "open" and self.due_on < today

    def overdue(self, today: date) -> bool:
        """
        Whether its day has passed undone and counts against the office (A-03).
        """
        return self.late(today) and not self.backdated

    def ended_late(self, before: Duty | None) -> bool:
        """
        Whether the duty, open *before*, ended after its day and counts as overdue
        until then.
        """
        return (
            before is not None
            and before.state == "open"
            and self.closed
            and not self.backdated
            and before.due_on == self.due_on < self.state_on
        )

    @property
    def counts(self) -> tuple[date | None, bool]:
        """
        The day on which it counts as due in shares of what was done in time, and
        whether it was; no day for what is not owed, or not for the time being.
        """
        if self.backdated or self.state not in {"open", "discharged"}:
            return None, False
        return self.due_on, self.state == "discharged" and self.state_on <= self.due_on

    def shown_state(self, today: date) -> str:
        """
        The state as an office reads it: what is late is overdue, or backdated.
        """
        if not self.late(today):
            return self.state
        return "backdated" if self.backdated else "overdue"


def compute(
    number: str,
    office: str,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    parties: ResponsibleParties | None = None,
) -> tuple[Duty, ...]:
    """
    Every duty that *facts* have opened in the matter *number* of an office.
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
            instances(facts, programme, parties.own), number, facts, calendar
        )
    )


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
    return Duty(
        id=identity,
        number=number,
        office=offices.get(rule.owner.office, programme.hub),
        programme=programme.code,
        kind=rule.id,
        title=rule.title,
        source=rule.source,
        opened_on=instance.since,
        due_on=due.day,
        provisional=due.provisional,
        steps=outcome.steps,
        post=_post(instance, parties),
        creditor=rule.creditor,
        warn_days=programme.warn_days(rule),
        basis=deadline.basis(),
        supervised=_unanswered(identity, facts),
        backdated=programme.backdates(rule, instance.deadline(calendar).day),
    )


def _named_in(opening: Fact) -> dict[str, str]:
    """
    The offices that the opening itself names: *from* whom and *to* whom.
    """
    named = {way: opening.get(f"{way}_office") for way in ("from", "to")}
    return {way: code for way, code in named.items() if code}


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
    *duty* with the due day it had, if it is closed and only the calendar differs.
    """
    if before is None or before.basis != duty.basis:
        return duty
    if not (before.closed or duty.closed):
        return duty
    return replace(duty, due_on=before.due_on, provisional=before.provisional)


def changes_of(duty: Duty, before: Duty | None) -> Iterator[DutyChange]:
    """
    The changes that bring readers from the duty as it was *before* to *duty*.
    """
    if before is None:
        yield _change("opened", duty, duty.opened_on)
        before = replace(duty, steps=())
    elif (before.due_on, before.backdated) != (duty.due_on, duty.backdated):
        # The steps announced with the old due day are taken back, and then announced
        # with the new one.
        yield from _step_changes(replace(before, steps=()), before.steps)
        yield _change(
            "moved",
            duty,
            duty.opened_on,
            due_before=before.due_on,
            backdated_before=before.backdated,
        )
        before = replace(duty, steps=())
    yield from _step_changes(duty, before.steps)


def standing_of(duty: Duty, before: Duty | None) -> Iterator[DutyStanding]:
    """
    How *duty* counts in shares of what was done in time, unless it counted so *before*.
    """
    due_before, in_time_before = before.counts if before else (None, False)
    due_on, in_time = duty.counts
    if (due_on, in_time) != (due_before, in_time_before):
        yield DutyStanding(
            duty=duty.id,
            kind=duty.kind,
            office=duty.office,
            due_on=due_on,
            in_time=in_time,
            due_before=due_before,
            in_time_before=in_time_before,
        )


def _step_changes(duty: Duty, before: Sequence[Step]) -> Iterator[DutyChange]:
    """
    The steps that *before* has and *duty* has not, taken back; then those it has new.
    """
    gone, fresh = changes(before, duty.steps)
    for step in gone:
        opened = state_after(step.kind) == "open"
        yield _change("discharged" if opened else "resumed", duty, step.on)
    for step in fresh:
        if state_after(step.kind) == "open":
            yield _change("resumed", duty, step.on)
        elif step.kind in RELEASES:
            yield _change("released", duty, step.on, reason=step.why)
        else:
            yield _change("discharged", duty, step.on)


def _change(what: str, duty: Duty, on: date, **more: Any) -> DutyChange:
    return DutyChange(
        what=what,
        duty=duty.id,
        kind=duty.kind,
        office=duty.office,
        on=on,
        due_on=duty.due_on,
        backdated=duty.backdated,
        **more,
    )


def overdue(duty: Duty) -> tuple[DutyChange, events.DutyOverdue]:
    """
    That the due day has passed, dated to the day after it: for the history of the duty,
    and as an event.
    """
    change = _change("overdue", duty, duty.due_on + timedelta(days=1))
    event = events.DutyOverdue(
        office=duty.office,
        case_number=duty.number,
        occurred_on=change.on,
        programme=duty.programme,
        duty=duty.id,
        kind=duty.kind,
        due_on=duty.due_on,
    )
    return change, event
