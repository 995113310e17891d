"""
A matter and what follows from its facts: duties, leaders, notices, standing, events.

A matter is a case, a petition, or a period for which an office owes a report. The
functions here are pure: they take a matter as it is stored and what is new, and return
a `Change`, which says what is to be stored and announced. `casework` loads and saves.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from services.assignment import events
from services.assignment.domain.batches.batches import without_presumed
from services.assignment.domain.closings import closing
from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.duties.recurrence import Occurrence, next_occurrence
from services.assignment.domain.escalation import notices, steps
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.escalation.steps import EscalationStep, NextStep
from services.assignment.domain.facts import (
    FACTS,
    Beginning,
    CaseLed,
    CaseMerged,
    CaseOpened,
    CaseUnmerged,
    Fact,
    HearingDecided,
    NoticeEnded,
    PeriodBegun,
    Recorded,
    Step,
)
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.leadership import Leadership
from services.assignment.domain.leaders.tenures import PostOf
from shared.events import Event
from shared.policy.calendar import Calendar
from shared.policy.escalation import Supervision, SupervisionStep
from shared.policy.loading import Policy
from shared.policy.programme import Programme

AT_ONCE = 24
"""
How many occurrences of recurring duties begin in one matter in one transaction.
"""


@dataclass(frozen=True)
class Matter:
    """
    A matter as it was computed and announced last.

    *opened_on* is None, and nothing follows from the facts, as long as the fact with
    which it begins has not arrived. *led*: the days on which it became led or not led.
    *facts* are kept by identity in the order they were recorded, *duties* and
    *past_steps* by id.
    """

    number: str
    office: str = ""
    programme: str = ""
    opened_on: date | None = None
    is_case: bool = False
    in_scope: bool = False
    handed: bool = False
    merged: bool = False
    led: tuple[Step, ...] = ()
    leaders: tuple[PostOf, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    hearing_decided: bool = False
    standing: str = "open"
    concluded_on: date | None = None
    confirmed_on: date | None = None
    next_occurrence_on: date | None = None
    facts: Recorded = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    past_steps: Mapping[str, EscalationStep] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """
        Whether the case is closed or merged away.
        """
        return self.merged or self.standing in closing.CLOSED

    @property
    def is_led(self) -> bool:
        return bool(self.led) and self.led[-1].kind == "named"


@dataclass(frozen=True)
class Change:
    """
    What a matter becomes, and what that means for the store and for readers.

    *facts* are new, those that follow from others among them. *announced_duties* are
    the *events* about duties, to be added to their history with *cause* and *reason*.
    *next_steps*: the step each subject waits for now; None where none is left.
    """

    before: Matter
    matter: Matter
    facts: Recorded = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    duties: tuple[Duty, ...] = ()
    announced_duties: tuple[Event, ...] = ()
    cause: str = ""
    reason: str = ""
    leadership: Leadership | None = None
    next_steps: Mapping[str, NextStep | None] = field(default_factory=dict)
    reached: tuple[EscalationStep, ...] = ()
    ended_steps: tuple[EscalationStep, ...] = ()
    issued: tuple[Notice, ...] = ()
    ended_notices: tuple[NoticeEnded, ...] = ()


def recompute(
    matter: Matter, new: Recorded, policy: Policy, *, cause: str = ""
) -> Change:
    """
    What follows when *new* facts become known in a matter; facts it has are ignored.

    With a *cause* everything is computed again also without a new fact, as after the
    calendar or the programme has changed.
    """
    fresh = {key: fact for key, fact in new.items() if key not in matter.facts}
    if not fresh and not cause:
        return Change(matter, matter)
    now, ends = _stand(replace(matter, facts={**matter.facts, **fresh}), fresh)
    if now.opened_on is None:
        return Change(matter, now, facts=fresh)
    change = _follow(matter, now, fresh, policy, every=bool(cause))
    last = next(reversed(fresh.values()), None)
    return replace(
        change,
        events=(*ends, *change.events),
        cause=last.name if last else cause,
        reason=str((last and last.get("reason")) or ""),
    )


def begin_occurrences(matter: Matter, today: date, policy: Policy) -> Change:
    """
    Let recurring duties of a matter be owed again, oldest first, as far as their day
    has come.
    """
    begun, coming = dict[str, Fact](), _next_occurrence(matter, policy)
    while coming and coming.fact.on <= today and len(begun) < AT_ONCE:
        begun[coming.identity] = coming.fact
        known = replace(matter, facts={**matter.facts, **begun})
        coming = _next_occurrence(known, policy)
    if begun:
        return recompute(matter, begun, policy)
    # Its day was computed too early, from another calendar.
    later = coming.fact.on if coming else None
    return Change(matter, replace(matter, next_occurrence_on=later))


def escalate(
    matter: Matter, coming: Iterable[NextStep], today: date, policy: Policy
) -> Change:
    """
    Reach the steps that are *coming* in a matter and every later one that has come, in
    the order of their days; issue the notices that they bring.
    """
    subjects = {
        each.subject: _subject_of(matter, each, today, policy) for each in coming
    }
    waiting: dict[str, NextStep | None] = dict.fromkeys(subjects)
    reached, issued = list[EscalationStep](), list[Notice]()
    due = [step for each in subjects.values() if (step := each.next(policy))]
    heapq.heapify(due)
    while due:
        step = heapq.heappop(due)
        subject = subjects[step.subject]
        if step.on > today:
            waiting[subject.name] = step
            continue
        done, notice = subject.reach(step, today, policy)
        reached.append(done)
        issued += [notice] if notice else []
        after = subject.next(policy)
        if after:
            heapq.heappush(due, after)
    past = {**matter.past_steps, **{step.id: step for step in reached}}
    announced = [notices.issued(notice) for notice in issued]
    facts = {_identity(each.notice, "issued"): fact_of(each) for each in announced}
    change = recompute(replace(matter, past_steps=past), facts, policy)
    return replace(
        change,
        before=matter,
        events=(*announced, *change.events),
        next_steps={**waiting, **change.next_steps},
        reached=tuple(reached),
        issued=tuple(issued),
    )


def fact_of(event: Event) -> Fact:
    """
    The fact that an event of assignment is in the matter it concerns.
    """
    return FACTS[event.type].from_fields(event.occurred_on, vars(event))


# -- standing


def _stand(matter: Matter, fresh: Recorded) -> tuple[Matter, tuple[Event, ...]]:
    """
    How a matter stands after all its facts in the order they were recorded, and what a
    *fresh* merge, or its undoing, does to the count of a closed case.
    """
    ends = list[Event]()
    matter = replace(matter, standing="open", concluded_on=None, confirmed_on=None)
    for key, fact in matter.facts.items():
        if isinstance(fact, Beginning):
            matter = replace(
                matter,
                office=fact.office,
                programme=fact.programme,
                opened_on=fact.on,
                is_case=isinstance(fact, CaseOpened),
                in_scope=isinstance(fact, CaseOpened) and fact.in_scope,
            )
        elif isinstance(fact, HearingDecided):
            matter = replace(matter, hearing_decided=True)
        elif type(fact) in closing.STANDINGS:
            matter = replace(
                matter,
                standing=closing.STANDINGS[type(fact)],
                concluded_on=fact.on if isinstance(fact, closing.ENDED) else None,
                confirmed_on=(
                    fact.confirmed_on if isinstance(fact, closing.ENDED) else None
                ),
            )
        elif isinstance(fact, CaseMerged | CaseUnmerged) and key in fresh:
            undone = isinstance(fact, CaseUnmerged)
            ends += closing.merged_away(as_closed(matter), on=fact.on, undone=undone)
    return matter, tuple(ends)


def as_closed(matter: Matter) -> closing.ClosingCase:
    """
    A case as its closing sees it.
    """
    return closing.ClosingCase(
        number=matter.number,
        office=matter.office,
        programme=matter.programme,
        in_scope=matter.in_scope,
        standing=matter.standing,
        opened_on=matter.opened_on or date.min,
        merged=matter.merged,
        hearing_decided=matter.hearing_decided,
        led=matter.is_led,
        concluded_on=matter.concluded_on,
        confirmed_on=matter.confirmed_on,
    )


# -- leaders, duties and notices


def _follow(
    before: Matter, matter: Matter, fresh: Recorded, policy: Policy, *, every: bool
) -> Change:
    """
    Who leads, what is owed, which notices end and which steps come next.
    """
    programme = policy.programmes.get(matter.programme)
    leading = _leadership(matter, programme, policy) if matter.is_case else None
    matter = _led_by(matter, leading)
    matter, ended = _compute_duties(before, matter, programme, policy)
    changed = [d for d in matter.duties.values() if d != before.duties.get(d.id)]
    owed = [
        event
        for duty in changed
        for event in ledger.announcements(duty, before.duties.get(duty.id))
    ]
    concerned = matter.duties.values() if every else changed
    matter, next_steps, over = _schedule(matter, concerned, programme, policy)
    coming = _next_occurrence(matter, policy)
    bearing = any(isinstance(fact, leadership.BEARING) for fact in fresh.values())
    return Change(
        before,
        replace(matter, next_occurrence_on=coming.fact.on if coming else None),
        facts={**fresh, **ended},
        events=(
            *_leader_events(leading, before, matter),
            *owed,
            *_ended_events(matter, ended),
        ),
        duties=tuple(changed),
        announced_duties=tuple(owed),
        leadership=leading if bearing or every else None,
        next_steps=next_steps,
        ended_steps=over,
        ended_notices=tuple(ended.values()),
    )


def _leadership(matter: Matter, programme: Programme, policy: Policy) -> Leadership:
    facts = matter.facts.values()
    return leadership.compute(matter.office, facts, programme, policy.directory)


def _led_by(matter: Matter, leading: Leadership | None) -> Matter:
    if leading is None:
        return matter
    return replace(
        matter,
        handed=leading.handed,
        merged=leading.merged,
        led=leading.steps,
        leaders=leading.leaders,
        department=leading.department,
        handler_post=leading.handler_post,
    )


def _leader_events(
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
        )


def _compute_duties(
    before: Matter, matter: Matter, programme: Programme, policy: Policy
) -> tuple[Matter, dict[str, NoticeEnded]]:
    """
    The matter with its duties, and the notices that end because what they are about is
    done; that the answer to a notice is not owed any more may end another one.
    """
    ended = dict[str, NoticeEnded]()
    parties = ledger.responsible_parties(
        matter.office,
        matter.opened_on or date.min,
        programme,
        policy.directory,
        leaders=matter.leaders,
        handler=matter.handler_post,
    )
    led = [CaseLed(on=step.on) for step in matter.led if step.kind == "named"]
    while True:
        duties = ledger.compute(
            matter.number,
            matter.office,
            [*without_presumed(matter.facts.values()), *led],
            programme,
            policy.calendar,
            parties=parties,
        )
        kept = {
            duty.id: ledger.keep_closed_deadline(duty, before.duties.get(duty.id))
            for duty in duties
        }
        over = dict(_notices_over(matter, kept)) if programme.supervision else {}
        if not over:
            return replace(matter, duties={**before.duties, **kept}), ended
        ended |= over
        matter = replace(matter, facts={**matter.facts, **over})


def _notices_over(
    matter: Matter, duties: Mapping[str, Duty]
) -> Iterator[tuple[str, NoticeEnded]]:
    """
    A duty done ends the notices about it, a case that is over ends all.
    """
    done = {duty.id: duty.state_on for duty in duties.values() if duty.closed}
    over_on = _last_day(matter) if matter.is_over else None
    for notice in notices.courses(matter.facts.values()):
        on = done.get(notice.duty or "") or over_on
        if on and notice.can_end:
            yield _identity(notice.id, "ended"), notices.ended(notice, on)


def _ended_events(matter: Matter, ended: Mapping[str, NoticeEnded]) -> Iterator[Event]:
    offices = {each.id: each.office for each in notices.courses(matter.facts.values())}
    for fact in ended.values():
        yield events.SupervisionEnded(
            office=offices[fact.notice],
            case_number=matter.number,
            occurred_on=fact.on,
            programme=matter.programme,
            notice=fact.notice,
        )


def _next_occurrence(matter: Matter, policy: Policy) -> Occurrence | None:
    return next_occurrence(
        matter.number,
        without_presumed(matter.facts.values()),
        policy.programmes.get(matter.programme),
        policy.calendar,
        office=policy.directory.office(matter.office),
    )


def _last_day(matter: Matter) -> date:
    return max(fact.on for fact in matter.facts.values())


def _identity(notice: str, what: str) -> str:
    """
    The identity of a fact about a notice that can happen to it only once.
    """
    return str(uuid5(NAMESPACE_OID, f"{notice}/{what}"))


# -- escalation


@dataclass(frozen=True)
class _Cause:
    """
    What is, or will be, true of a subject, each since a day. A step reached for what
    was true until now is ended *on* a day. *kind*: of the duty, if it is one.
    """

    causes: Mapping[str, date]
    on: date
    kind: str | None = None


def _schedule(
    matter: Matter, duties: Iterable[Duty], programme: Programme, policy: Policy
) -> tuple[Matter, dict[str, NextStep | None], tuple[EscalationStep, ...]]:
    """
    The matter with the steps that are over, the step that each subject waits for, and
    those steps again.
    """
    ladder, coming = programme.supervision, dict[str, NextStep | None]()
    if ladder is None:
        return matter, coming, ()
    subjects = {
        **{duty.id: _cause_of(duty, matter, programme) for duty in duties},
        **_causes_of_case(matter, ladder, policy.calendar),
    }
    over = list[EscalationStep]()
    for name, subject in subjects.items():
        reached = [s for s in matter.past_steps.values() if s.subject == name]
        over += [
            replace(step, ended_on=max(subject.on, step.on))
            for step in reached
            if step.ended_on is None and step.since not in subject.causes.values()
        ]
        coming[name] = steps.next_step(
            name,
            subject.causes,
            {(step.step, step.since) for step in reached},
            steps.steps_of(programme, subject.kind),
            policy.calendar,
        )
    past = {**matter.past_steps, **{step.id: step for step in over}}
    return replace(matter, past_steps=past), coming, tuple(over)


def _cause_of(duty: Duty, matter: Matter, programme: Programme) -> _Cause:
    on = duty.state_on if duty.closed else _last_day(matter)
    return _Cause(steps.causes_of_duty(duty, programme), on, duty.kind)


def _causes_of_case(
    matter: Matter, ladder: Supervision, calendar: Calendar
) -> dict[str, _Cause]:
    """
    A case in which nothing moves, and notices without progress. Nobody is interviewed
    for want of progress in an office's report (XQ-47).
    """
    facts = matter.facts.values()
    since = dict[str, date | None]()
    if matter.is_case:
        since["stagnant"] = steps.stagnant_since(facts, ladder, calendar)
    issued = notices.courses(facts)
    if issued and not any(isinstance(fact, PeriodBegun) for fact in facts):
        wanted = ladder.interview_after
        since["notices_without_progress"] = notices.without_progress_since(
            issued, wanted
        )
    return {
        f"{matter.number}/{cause}": _Cause(
            {cause: day} if day and not matter.is_over else {}, _last_day(matter)
        )
        for cause, day in since.items()
    }


@dataclass
class _Subject:
    """
    A subject whose next step has come: what is true of it, and what it has reached.
    """

    name: str
    matter: Matter
    office: str
    causes: Mapping[str, date]
    steps: Sequence[SupervisionStep]
    past: set[tuple[str, date]]
    duty: Duty | None

    def next(self, policy: Policy) -> NextStep | None:
        return steps.next_step(
            self.name, self.causes, self.past, self.steps, policy.calendar
        )

    def reach(
        self, coming: NextStep, today: date, policy: Policy
    ) -> tuple[EscalationStep, Notice | None]:
        """
        Reach a step, with the notice that it issues today, if it is one.
        """
        step = next(each for each in self.steps if each.id == coming.step)
        self.past.add((step.id, coming.since))
        reached = steps.reached(
            coming,
            step,
            number=self.matter.number,
            office=self.office,
            duty=self.duty,
            programme=policy.programmes.get(self.matter.programme),
            directory=policy.directory,
        )
        notice = notices.notice_of(
            reached,
            step,
            self.duty,
            today,
            calendar=policy.calendar,
            directory=policy.directory,
        )
        return reached, notice


def _subject_of(
    matter: Matter, coming: NextStep, today: date, policy: Policy
) -> _Subject:
    programme = policy.programmes.get(matter.programme)
    duty, causes = matter.duties.get(coming.subject), {coming.cause: coming.since}
    open_to = steps.steps_of(programme, duty.kind if duty else None)
    if coming.cause == "unanswered" and _needs_people(matter, programme, today):
        open_to = tuple(step for step in open_to if step.kind != "notice")
    past = (s for s in matter.past_steps.values() if s.subject == coming.subject)
    return _Subject(
        coming.subject,
        matter,
        duty.office if duty else matter.office,
        steps.causes_of_duty(duty, programme) if duty else causes,
        open_to,
        {(step.step, step.since) for step in past},
        duty,
    )


def _needs_people(matter: Matter, programme: Programme, today: date) -> bool:
    """
    Whether so many notices brought no progress that people decide what comes next; no
    notice about a notice is issued then.
    """
    ladder = programme.supervision
    issued = notices.courses(matter.facts.values())
    if ladder is None:
        return False
    since = notices.without_progress_since(issued, ladder.interview_after)
    return since is not None and since <= today
