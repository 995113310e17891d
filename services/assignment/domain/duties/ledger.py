"""
The duty ledger: what an office owes in a matter, computed from its facts.

The `instances` that the facts have opened, each with its `transitions`; then the events
that tell readers what has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.assignment import events
from services.assignment.domain.duties.instances import DutyInstance, instances
from services.assignment.domain.duties.transitions import (
    HAND_OVERS,
    RELEASES,
    Move,
    Outcome,
    Owners,
    fired,
    run_all,
    state_after,
)
from services.assignment.domain.facts.base import Fact, PostOf, Step
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
from services.assignment.events.duties import DutyChange, DutyStanding
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory, Office
from shared.policy.programme import Programme
from shared.policy.reports import ReportSchedule
from shared.vocabulary import ReplyKind

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
class Term:
    """
    An *office* owes a duty by *due_on*; *since* it took it over, None if it was opened
    there.
    """

    office: str
    due_on: date
    since: date | None = None


@dataclass(frozen=True)
class Counted:
    """
    What counts as due on a day, whether it was *done*, and by then, with which kind of
    *answer*.
    """

    due_on: date | None = None
    done: bool = False
    in_time: bool = False
    answer: str = ""


@dataclass(frozen=True)
class Duty:
    """
    One thing owed: by *office*, from *opened_on*, until the end of *due_on*. *past*:
    the offices that owed it before the case moved, each with its due day.

    *provisional*: counted past the last year of the calendar. *basis*: what the due day
    was counted from. *supervised*: a notice about it waits for an answer. *backdated*:
    its day was over before the programme was issued, so that it never gets overdue
    (A-03). *steps* are its transitions so far. *answer*: if it asks for an answer, the
    kind of what was answered by its day, a result before a report of progress (I-16).
    *report*: it is a report of a period, and was handed in *past_hour* if that was
    after the hour of its last day (JZ-39).
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
    warn_days: int = 0
    basis: str = ""
    supervised: bool = False
    backdated: bool = False
    past: tuple[Term, ...] = ()
    answer: str = ""
    report: bool = False
    past_hour: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """
        Who owed it, by when and since when; the present office last.
        """
        taken = [step.on for step in self.steps if step.kind in HAND_OVERS]
        since = taken[-1] if taken else None
        return (*self.past, Term(self.office, self.due_on, since))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """
        Its steps, each with the place of its term.
        """
        turns, turn = list[Turn](), 0
        for step in self.steps:
            turn += step.kind in HAND_OVERS
            turns.append((turn, step))
        return tuple(turns)

    @property
    def offices(self) -> tuple[str, ...]:
        """
        The offices that owe or owed it, the present one last.
        """
        return tuple(term.office for term in self.terms)

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
        Whether the duty, open *before*, ended after its day, or passed to another
        office after it, and counts as overdue until then.
        """
        if before is None or before.state != "open" or self.backdated:
            return False
        taken = self.terms[len(before.past) + 1 :]
        if taken and taken[0].since:
            return before.due_on < taken[0].since
        return self.closed and before.due_on == self.due_on < self.state_on

    @property
    def counts(self) -> Counted:
        """
        How it counts in shares of what was done; not at all if it is not owed, or not
        for the time being.
        """
        if self.backdated or self.state not in {"open", "discharged"}:
            return Counted()
        done = self.state == "discharged"
        in_time = done and self.state_on <= self.due_on and not self.past_hour
        answer = self.answer if in_time else ""
        return Counted(self.due_on, done=done, in_time=in_time, answer=answer)

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
    before: Sequence[tuple[str, Move]] = (),
    stem: str | None = None,
    since: date | None = None,
) -> tuple[Duty, ...]:
    """
    Every duty that *facts* have opened in the matter *number* of an office, *since* a
    day if it is named; *stem*: what their identities begin with, if not the number.

    *before*: the offices that had the matter before, each with the move from it.
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
            owners_of(facts, before),
        )
    )


def owners_of(
    facts: Sequence[Fact], before: Sequence[tuple[str, Move]]
) -> Callable[[DutyInstance], Owners]:
    """
    Who owes each duty of a matter that had the offices *before*, each with the move
    from it: what the office owes itself passes on with the matter, also the steps that
    it has set for itself.
    """
    moved = Owners(before[0][0] if before else "", tuple(move for _, move in before))

    def owners(instance: DutyInstance) -> Owners:
        own, opening = instance.rule.owner.office == "own", instance.opening
        if before and isinstance(opening, PlanStepSet):
            holder = moved.after(moved.moves_at(instance, facts))
            own = opening.to_office == holder
        return moved if own and before else Owners()

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
    return Duty(
        id=identity,
        number=number,
        office=outcome.owner or offices.get(rule.owner.office, programme.hub),
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
        past=_past(outcome),
        answer=_answer(instance, facts, due.day),
        report=_schedule_of(instance, programme) is not None,
        past_hour=_is_past_hour(instance, facts, programme, due.day),
    )


def _answer(instance: DutyInstance, facts: Iterable[Fact], due_on: date) -> str:
    """
    The kind of the answer given by the due day, of those that discharge the duty.
    """
    given = {
        fact.kind
        for fact in facts
        if isinstance(fact, ReplyGiven)
        and instance.since <= fact.on <= due_on
        and fired(instance.rule.discharged_by, fact)
    }
    kinds = (ReplyKind.RESULT, ReplyKind.PROGRESS)
    return next((kind.value for kind in kinds if kind in given), "")


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


def _past(outcome: Outcome) -> tuple[Term, ...]:
    """
    The terms of the offices that owed a duty before the last one.
    """
    taken = [step.on for step in outcome.steps if step.kind in HAND_OVERS]
    return tuple(
        Term(office, due_on, since)
        for (office, due_on), since in zip(outcome.past, [None, *taken], strict=False)
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
    *duty* with the due days that it had *before*. The offices that owed it earlier
    always keep theirs; the present one keeps its own if the duty is closed and only the
    calendar differs.
    """
    if before is None:
        return duty
    if _offices_and_days(before.past) == _offices_and_days(duty.past):
        duty = replace(duty, past=before.past)
    if before.basis != duty.basis or not (before.closed or duty.closed):
        return duty
    return replace(duty, due_on=before.due_on, provisional=before.provisional)


def _offices_and_days(terms: Iterable[Term]) -> list[tuple[str, date | None]]:
    return [(term.office, term.since) for term in terms]


def changes_of(duty: Duty, before: Duty | None) -> Iterator[DutyChange]:
    """
    The changes that bring readers from the duty as it was *before* to *duty*.

    What was announced of the first term that is another now, and of those after it, is
    taken back, and then announced as it is.
    """
    if before is None:
        yield _change("opened", duty, duty.terms[0], duty.opened_on)
        yield from _announced(duty, duty.turns)
        return
    kept = _terms_kept(duty, before)
    common = [turn for turn in before.turns if turn[0] < kept]
    yield from _turn_changes(duty, common, [t for t in duty.turns if t[0] < kept])
    gone = [turn for turn in before.turns if turn[0] >= kept]
    fresh = [turn for turn in duty.turns if turn[0] >= kept]
    if not _same_place(duty, before, kept):
        yield from _taken_back(before, gone)
        yield from _announced(duty, fresh)
        return
    taken_over = kept > 0  # The step with which it was taken over stays.
    yield from _taken_back(before, gone[taken_over:])
    was, now = before.terms[kept], duty.terms[kept]
    yield _change(
        "moved",
        duty,
        now,
        now.since or duty.opened_on,
        due_before=was.due_on,
        backdated_before=before.backdated,
        from_office=None if was.office == now.office else was.office,
    )
    yield from _announced(duty, fresh[taken_over:])


def standing_of(duty: Duty, before: Duty | None) -> Iterator[DutyStanding]:
    """
    How *duty* counts in shares of what was done in time, unless it counted so *before*;
    one that was handed over counts at the office that owes it now.
    """
    was, now = before.counts if before else Counted(), duty.counts
    if before and before.office != duty.office:
        if was.due_on:
            yield _standing(before, was, Counted())
        was = Counted()
    if was != now:
        yield _standing(duty, was, now)


def _standing(duty: Duty, was: Counted, now: Counted) -> DutyStanding:
    return DutyStanding(
        duty=duty.id,
        kind=duty.kind,
        office=duty.office,
        report=duty.report,
        due_on=now.due_on,
        done=now.done,
        in_time=now.in_time,
        answer=now.answer,
        due_before=was.due_on,
        done_before=was.done,
        in_time_before=was.in_time,
        answer_before=was.answer,
    )


def _terms_kept(duty: Duty, before: Duty) -> int:
    """
    How many of the terms, from the first on, are as they were.
    """
    if before.backdated != duty.backdated:
        return 0
    pairs = zip(duty.terms, before.terms, strict=False)
    unlike = (place for place, (now, was) in enumerate(pairs) if now != was)
    return next(unlike, min(len(duty.terms), len(before.terms)))


def _same_place(duty: Duty, before: Duty, place: int) -> bool:
    """
    Whether a term is of the same beginning in both: only its due day is another, or it
    is the first.
    """
    if place >= min(len(duty.terms), len(before.terms)):
        return False
    now, was = duty.terms[place], before.terms[place]
    return not place or (now.office, now.since) == (was.office, was.since)


Turn = tuple[int, Step]
"""
A step of a duty, and how many offices had owed it before.
"""


def _turn_changes(
    duty: Duty, before: Sequence[Turn], after: Sequence[Turn]
) -> Iterator[DutyChange]:
    """
    The steps that were announced and are no more, taken back; then those that are new.
    """
    if before != after:
        old, new = Counter(before), Counter(after)
        yield from _taken_back(duty, sorted((old - new).elements()))
        yield from _announced(duty, sorted((new - old).elements()))


def _taken_back(duty: Duty, turns: Iterable[Turn]) -> Iterator[DutyChange]:
    for turn, step in turns:
        if step.kind in HAND_OVERS:
            yield _handed("handed_back", duty, turn, step)
        else:
            opened = state_after(step.kind) == "open"
            what = "discharged" if opened else "resumed"
            yield _change(what, duty, duty.terms[turn], step.on)


def _announced(duty: Duty, turns: Iterable[Turn]) -> Iterator[DutyChange]:
    for turn, step in turns:
        term = duty.terms[turn]
        if step.kind in HAND_OVERS:
            yield _handed("handed_over", duty, turn, step)
        elif state_after(step.kind) == "open":
            yield _change("resumed", duty, term, step.on)
        elif step.kind in RELEASES:
            yield _change("released", duty, term, step.on, reason=step.why)
        else:
            yield _change("discharged", duty, term, step.on)


def _handed(what: str, duty: Duty, turn: int, step: Step) -> DutyChange:
    before = duty.terms[turn - 1]
    return _change(
        what,
        duty,
        duty.terms[turn],
        step.on,
        from_office=before.office,
        due_before=before.due_on,
        backdated_before=duty.backdated,
        paused=state_after(step.kind) != "open",
    )


def _change(what: str, duty: Duty, term: Term, on: date, **more: Any) -> DutyChange:
    return DutyChange(
        what=what,
        duty=duty.id,
        kind=duty.kind,
        office=term.office,
        on=on,
        due_on=term.due_on,
        backdated=duty.backdated,
        since=term.since,
        **more,
    )


def overdue(duty: Duty) -> tuple[DutyChange, events.DutyOverdue]:
    """
    That the due day has passed, dated to the day after it: for the history of the duty,
    and as an event.
    """
    late_from = duty.due_on + timedelta(days=1)
    change = _change("overdue", duty, duty.terms[-1], late_from)
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
