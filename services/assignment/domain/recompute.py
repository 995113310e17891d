"""
What follows from the facts of a matter: duties, leaders, notices, standing, events.

The functions are pure: they take a matter as it is stored and what is new, and return
a `Change`. `casework` loads and saves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import zip_longest
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from services.assignment import events
from services.assignment.domain import case_offices, everyday
from services.assignment.domain.batches.batches import without_presumed
from services.assignment.domain.closings import after, closing
from services.assignment.domain.closings.flow_back import repeats_after_closing
from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.instances import instances
from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.duties.recurrence import Occurrence, next_occurrence
from services.assignment.domain.duties.transitions import Move
from services.assignment.domain.escalation import notices, schedule, steps
from services.assignment.domain.escalation.schedule import LateSubject
from services.assignment.domain.escalation.steps import EscalationStep, NextStep
from services.assignment.domain.facts.base import Beginning, Fact, Recorded, Step
from services.assignment.domain.facts.batches import CaseMoved
from services.assignment.domain.facts.corrected import (
    CORRECTIONS,
    as_corrected,
    is_withdrawn,
    without_withdrawn_acts,
)
from services.assignment.domain.facts.duties import OccurrenceBegun
from services.assignment.domain.facts.leaders import CaseLed
from services.assignment.domain.facts.notices import NoticeEnded, NoticeIssued
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseMerged,
    CaseOpened,
    CaseReinstated,
    CaseUnmerged,
    CaseWithdrawn,
    HearingDecided,
    PetitionRegistered,
)
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.leaders import leadership, units
from services.assignment.domain.leaders.leadership import Leadership
from services.assignment.domain.matter import Change, Matter
from services.assignment.domain.withdrawn import acts_unshown, reopened_by_withdrawal
from services.assignment.events.duties import DutyChange, DutyStanding
from shared.events import Event
from shared.numbers import ForeignMatter
from shared.policy.loading import Policy
from shared.policy.programme import Programme
from shared.vocabulary import Track

_PETITION_AND_CASE = {PetitionRegistered, CaseOpened}

_TAKEN_OFF = CaseMerged | CaseWithdrawn
_COUNTS_AGAIN = CaseUnmerged | CaseReinstated
_UNBINDING = (*CORRECTIONS, CaseMoved)
_LEFT_BEHIND = frozenset(kind.name.partition(".")[2] for kind in _UNBINDING)
AT_ONCE = 24
"""
How many occurrences of recurring duties begin in one matter in one transaction.
"""


def recompute(
    matter: Matter, new: Recorded, policy: Policy, *, cause: str = ""
) -> Change:
    """
    What follows when *new* facts are recorded in a matter; facts it has are ignored.

    With a *cause* everything is computed again also without a new fact, as after the
    calendar or the programme has changed.

    Raises `ForeignMatter` if a matter would begin again as another one.
    """
    fresh = {key: fact for key, fact in new.items() if key not in matter.facts}
    if not matter.further:
        _require_same_beginning(matter, fresh)
    if not fresh and not cause:
        return Change(matter, matter)
    now, ends = _stand(matter, fresh)
    if now.opened_on is None:
        return Change(matter, now, facts=fresh)
    if matter.further:  # how a case is closed is told by its own programme alone
        change = _follow(matter, now, fresh, policy, every=bool(cause))
        return _because(fresh, cause, replace(change, leadership=None))
    by_repeat = partial(_reopened_by_repeat, policy)
    for follow in (acts_unshown, reopened_by_withdrawal, by_repeat):
        more, happened = follow(now, fresh)
        if more:
            fresh, ends = {**fresh, **more}, (*ends, *happened)
            now = _stand(matter, fresh)[0]
    change = _follow(matter, now, fresh, policy, every=bool(cause))
    return _because(fresh, cause, replace(change, events=(*ends, *change.events)))


def _because(fresh: Recorded, cause: str, change: Change) -> Change:
    """
    A change with what caused it, and the reason that was given for it.
    """
    last = next(reversed([*fresh.values()]), None)
    return replace(
        change,
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
        after = replace(matter, facts={**matter.facts, **begun})
        coming = _next_occurrence(after, policy)
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
    late = {step.subject: _late(matter, step, today, policy) for step in coming}
    reached = schedule.reach_steps(late.values(), today, policy)
    announced = [notices.issued(notice) for notice in reached.notices]
    further = matter.programme if matter.further else ""
    facts = {
        _identity(event.notice, "issued"): NoticeIssued.from_fields(
            event.occurred_on, {**vars(event), "further": further}
        )
        for event in announced
    }
    past = {**matter.past_steps, **{step.id: step for step in reached.steps}}
    change = recompute(replace(matter, past_steps=past), facts, policy)
    return replace(
        change,
        before=matter,
        events=(*announced, *change.events),
        next_steps={**reached.waiting, **change.next_steps},
        reached=tuple(reached.steps),
        issued=tuple(reached.notices),
    )


# -- standing


def _require_same_beginning(matter: Matter, fresh: Recorded) -> None:
    """
    A matter stays of the office and of the kind of its first beginning; but a petition
    may become a case.
    """
    beginnings = [
        fact
        for fact in (*matter.facts.values(), *fresh.values())
        if isinstance(fact, Beginning)
    ]
    kinds = {type(fact) for fact in beginnings}
    moved = case_offices.moves_in(matter.facts.values())
    began = moved[0].from_office if moved else matter.office
    offices = {fact.office for fact in beginnings} | ({began} - {""})
    if (len(kinds) > 1 and kinds != _PETITION_AND_CASE) or (
        beginnings and len(offices) > 1
    ):
        names = ", ".join(sorted({*offices, *(kind.name for kind in kinds)}))
        raise ForeignMatter(f"{matter.number} cannot be of all of these: {names}")


def _stand(matter: Matter, fresh: Recorded) -> tuple[Matter, tuple[Event, ...]]:
    """
    How a matter stands after all its facts and the *fresh* ones, in the order they were
    recorded; and what a fresh merge, its undoing or a withdrawal does to the count of
    a closed case.
    """
    ends, facts = list[Event](), {**matter.facts, **fresh}
    state: dict[str, Any] = {"facts": facts, **_standing("open")}
    for key, fact in as_corrected(facts).items():
        if isinstance(fact, Beginning):
            state |= {
                "programme": fact.programme,
                "opened_on": min(fact.on, state.get("opened_on") or fact.on),
            }
            if isinstance(fact, CaseOpened):
                state |= {"is_case": True, "in_scope": fact.in_scope}
        elif isinstance(fact, HearingDecided):
            state["hearing_decided"] = True
        elif isinstance(fact, closing.ENDED):
            standing = closing.STANDINGS[type(fact)]
            state |= _standing(standing, fact.on, fact.confirmed_on)
        elif type(fact) in closing.STANDINGS:
            state |= _standing(closing.STANDINGS[type(fact)])
        elif isinstance(fact, _TAKEN_OFF | _COUNTS_AGAIN) and key in fresh:
            undone = isinstance(fact, _COUNTS_AGAIN)
            closed = replace(matter, **state).as_closed()
            ends += closing.merged_away(closed, on=fact.on, undone=undone)
    if office := case_offices.office_after(facts.values()):
        state["office"] = office
    return replace(matter, **state), tuple(ends)


def _reopened_by_repeat(
    policy: Policy, now: Matter, fresh: Recorded
) -> tuple[dict[str, Fact], tuple[Event, ...]]:
    """
    A fresh petition of the matter within the watch reopens the case (A-21, XQ-44).
    """
    watch = policy.programmes.get(now.programme).closing.watch
    found = after.repeat_that_reopens(
        fresh.items(), now.standing, now.concluded_on, watch
    )
    if found is None or now.merged:
        return {}, ()
    repeat, on = found
    _, event = closing.reopen(now.as_closed(), on=on, today=on)
    return {_identity(repeat, "reopened"): fact_of(event)}, (event,)


def _standing(
    standing: str, concluded_on: date | None = None, confirmed_on: date | None = None
) -> dict[str, Any]:
    return {
        "standing": standing,
        "concluded_on": concluded_on,
        "confirmed_on": confirmed_on,
    }


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
        change
        for duty in changed
        for change in ledger.changes_of(duty, before.duties.get(duty.id))
    ]
    standings = [
        standing
        for duty in changed
        for standing in ledger.standing_of(duty, before.duties.get(duty.id))
    ]
    concerned = matter.duties.values() if every else changed
    matter, next_steps, over = _schedule(matter, concerned, policy)
    coming = _next_occurrence(matter, policy)
    bearing = any(isinstance(fact, leadership.BEARING) for fact in fresh.values())
    return Change(
        before,
        matter.having(next_occurrence_on=coming.fact.on if coming else None),
        facts={**fresh, **ended},
        events=(
            *_scope_events(before, matter, fresh),
            *_leader_events(leading, before, matter),
            *_everyday_events(before, matter, fresh),
            *_duty_events(matter, owed, standings),
            *_ended_events(matter, ended),
        ),
        duties=tuple(changed),
        changed_duties=tuple(owed),
        # It follows from facts alone: another calendar or programme changes none of it.
        leadership=leading if bearing else None,
        next_steps=next_steps,
        ended_steps=over,
        ended_notices=tuple(ended.values()),
    )


def _leadership(matter: Matter, programme: Programme, policy: Policy) -> Leadership:
    facts: Iterable[Fact] = without_withdrawn_acts(matter.facts).values()
    if matter.further:
        had_by = case_offices.had_by(matter.office, matter.facts.values())
        facts = [_led_there(fact, {programme.hub, *had_by}) for fact in facts]
    return leadership.compute(
        matter.office,
        facts,
        programme,
        policy.directory,
        since=matter.counts_since,
    )


def _led_there(fact: Fact, offices: Collection[str]) -> Fact:
    """
    A fact without the leaders that a correction states of the hub of another programme.
    """
    if not isinstance(fact, CaseCorrected):
        return fact
    ours = tuple(leader for leader in fact.leaders if leader[0] in offices)
    return replace(fact, leaders=ours)


def _led_by(matter: Matter, leading: Leadership | None) -> Matter:
    if leading is None:
        return matter
    return matter.having(
        everyday=leading.track == Track.EVERYDAY and not matter.in_scope,
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
            since=case_offices.moved_last_on(matter.facts.values()),
        )


def _scope_events(before: Matter, matter: Matter, fresh: Recorded) -> Iterator[Event]:
    """
    A case that a correction takes out of the scope, or into it, counts no longer among
    those that are led, or from now on.
    """
    corrected = [fact for fact in fresh.values() if isinstance(fact, CaseCorrected)]
    if corrected and before.is_led and before.in_scope != matter.in_scope:
        kind = events.LeaderNamed if matter.in_scope else events.LeaderReleased
        yield kind(
            office=matter.office,
            case_number=matter.number,
            occurred_on=corrected[-1].on,
            programme=matter.programme,
            in_scope=True,
        )


def _everyday_events(
    before: Matter, matter: Matter, fresh: Recorded
) -> Iterator[Event]:
    """
    What a case of the everyday track counts as now beside what it counted as before, on
    the day of what was recorded last; an outcome counts from its confirmation.
    """
    was, now = everyday.counted(before), everyday.counted(matter)
    from_office = before.office if was.cases and now.cases else ""
    moved = from_office not in {"", matter.office}
    if was == now and not moved:
        return
    last = [*fresh.values()][-1] if fresh else None
    on = last.on if last else matter.last_day
    yield events.EverydayCounted(
        office=matter.office,
        case_number=matter.number,
        occurred_on=last.confirmed_on or on if isinstance(last, closing.ENDED) else on,
        programme=matter.programme,
        from_office=from_office if moved else None,
        cases=now.cases - was.cases,
        resolved=now.resolved - was.resolved,
        closed=now.closed - was.closed,
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
    while True:
        facts = facts_of_duties(
            matter.facts,
            matter.office,
            matter.opened_on or date.min,
            matter.led,
            is_case=matter.is_case,
        )
        duties = ledger.compute(
            matter.number,
            matter.office,
            facts,
            programme,
            policy.calendar,
            parties=parties,
            before=moves_of(facts, programme, policy),
            stem=matter.stem,
            since=matter.counts_since,
        )
        current = {duty.id: _as_closed(duty, before, matter.office) for duty in duties}
        over = dict(_notices_over(matter, current)) if programme.supervision else {}
        if not over:
            left = _no_longer_opened(before, matter, current, programme, policy)
            duties_by_id = {**before.duties, **left, **current}
            return replace(matter, duties=duties_by_id), ended
        ended |= over
        matter = replace(matter, facts={**matter.facts, **over})


def facts_of_duties(
    facts: Recorded,
    office: str,
    opened_on: date,
    led: Sequence[Step],
    *,
    is_case: bool,
) -> list[Fact]:
    """
    What is owed in a matter of an office follows from these: its facts as corrections
    leave them, and those that are computed from them, as that it is *led*.
    """
    every = tuple(facts.values())
    return [
        *_with_led(without_presumed(as_corrected(facts).values()), led),
        *repeats_after_closing(every),
        *(units.parts_in(office, opened_on, every) if is_case else ()),
    ]


def _with_led(facts: Sequence[Fact], steps: Sequence[Step]) -> list[Fact]:
    """
    The facts with the days on which the case became led: of a day on which it moved and
    was led before that, before the move.
    """
    every = list(facts)
    for step, following in zip_longest(steps, steps[1:]):
        if step.kind != "named":
            continue
        lost = following is not None and following.on == step.on
        moves = (
            place
            for place, fact in enumerate(every)
            if lost and isinstance(fact, CaseMoved) and fact.on == step.on
        )
        every.insert(next(moves, len(every)), CaseLed(on=step.on))
    return every


def moves_of(
    facts: Sequence[Fact], programme: Programme, policy: Policy
) -> list[tuple[str, Move]]:
    """
    The offices that had the case before, each with the move from it.
    """
    limit = programme.hand_over.limit if programme.hand_over else None
    return [
        (
            fact.from_office,
            Move(
                fact.on,
                place,
                fact.to_office,
                policy.calendar.due(fact.on, limit).day if limit else None,
            ),
        )
        for place, fact in enumerate(facts)
        if isinstance(fact, CaseMoved)
    ]


def _as_closed(duty: Duty, before: Matter, office: str) -> Duty:
    """
    A duty with what stays as it was: of what is closed the due day, and of what was
    done at an office that has the case no more, the post that answered for it.
    """
    known = before.duties.get(duty.id)
    duty = ledger.keep_closed_deadline(duty, known)
    if known is None or known.office != duty.office or not duty.closed:
        return duty
    had = case_offices.had_by(before.office, before.facts.values())
    gone = duty.office != office and duty.office in had
    return replace(duty, post=known.post) if gone else duty


def _no_longer_opened(
    before: Matter,
    matter: Matter,
    current: Mapping[str, Duty],
    programme: Programme,
    policy: Policy,
) -> dict[str, Duty]:
    """
    The duties that are not owed any more: what was registered rightly does not bring
    was never owed, so that no figure depends on when the mistake became known; what
    does not bind the office to which the case moved, or is in the programme no more, is
    released from that day if it is open.
    """
    fresh = (f for key, f in matter.facts.items() if key not in before.facts)
    unbinding = [fact for fact in fresh if isinstance(fact, _UNBINDING)]
    if not unbinding:
        return {}
    corrections = [fact for fact in unbinding if isinstance(fact, CORRECTIONS)]
    wrong = _opened_wrongly(before, matter, programme, policy) if corrections else ()
    left = (duty for duty in before.duties.values() if duty.id not in current)
    return {
        duty.id: (
            _never_owed(duty, corrections[-1])
            if duty.id in wrong
            else _released(duty, unbinding[-1])
        )
        for duty in left
        if duty.id in wrong or not duty.closed
    }


def _opened_wrongly(
    before: Matter, matter: Matter, programme: Programme, policy: Policy
) -> frozenset[str]:
    """
    The ids of what a matter would bring at one of the offices that have or had it
    without its fresh corrections, and does not with them.
    """
    uncorrected = {
        key: fact
        for key, fact in matter.facts.items()
        if key in before.facts or not isinstance(fact, CORRECTIONS)
    }
    was = replace(
        matter,
        facts=uncorrected,
        led=before.led,
        opened_on=before.opened_on or matter.opened_on,
    )
    offices = case_offices.had_by(matter.office, matter.facts.values())
    return frozenset(
        identity
        for office in offices
        for identity in _ids_at(office, was, programme, policy)
        - _ids_at(office, matter, programme, policy)
    )


def _ids_at(
    office: str, matter: Matter, programme: Programme, policy: Policy
) -> set[str]:
    """
    The ids of the duties that the facts of a matter would open at an office.
    """
    facts = facts_of_duties(
        matter.facts,
        office,
        matter.opened_on or date.min,
        matter.led,
        is_case=matter.is_case,
    )
    own, since = policy.directory.office(office), matter.counts_since
    opened = instances(facts, programme, own, since)
    return {instance.identity(matter.stem) for instance in opened}


def _released(duty: Duty, unbinding: Fact) -> Duty:
    day = max(unbinding.on, duty.state_on)
    resumed = [Step(day, "unpaused")] if duty.state == "paused" else []
    steps = (*duty.steps, *resumed, Step(day, "released", unbinding.cause))
    return replace(duty, steps=steps)


def _never_owed(duty: Duty, correction: Fact) -> Duty:
    """
    A duty released on the day it was opened, unless it had been left behind before.
    """
    last = duty.steps[-1] if duty.steps else None
    if last and last.kind == "released" and last.why in _LEFT_BEHIND:
        return duty
    first = duty.terms[0]
    steps = (Step(duty.opened_on, "released", correction.cause),)
    return replace(
        duty,
        office=first.office,
        due_on=first.due_on or duty.due_on,
        past=(),
        steps=steps,
    )


def _notices_over(
    matter: Matter, duties: Mapping[str, Duty]
) -> Iterator[tuple[str, NoticeEnded]]:
    """
    A duty done ends the notices about it, a case that is over ends all, and one that
    has moved ends those to the offices before; each ends once, however often it was
    issued.
    """
    moves = case_offices.moves_in(matter.facts.values())
    moved = {move.from_office: move.on for move in moves}
    moved.pop(matter.office, None)
    done = {duty.id: duty.state_on for duty in duties.values() if duty.closed}
    over_on = matter.last_day if matter.is_over else None
    for notice in notices.courses(matter.facts.values()):
        on = done.get(notice.duty or "") or over_on or moved.get(notice.office)
        identity = _identity(notice.id, "ended")
        if on and notice.can_end and identity not in matter.facts:
            yield identity, notices.ended(notice, on)


def _duty_events(
    matter: Matter, owed: Sequence[DutyChange], standings: Sequence[DutyStanding]
) -> Iterator[Event]:
    """
    All that has changed in what is owed is one event, dated to its latest day, or to
    that of the latest fact where only standings are others (I-16).
    """
    if owed or standings:
        yield events.DutiesChanged(
            office=matter.office,
            case_number=matter.number,
            occurred_on=max((each.on for each in owed), default=matter.last_day),
            programme=matter.programme,
            changes=tuple(owed),
            standings=tuple(standings),
        )


def _ended_events(matter: Matter, ended: Mapping[str, NoticeEnded]) -> Iterator[Event]:
    offices = {
        notice.id: notice.office for notice in notices.courses(matter.facts.values())
    }
    for fact in ended.values():
        yield events.SupervisionEnded(
            office=offices[fact.notice],
            case_number=matter.number,
            occurred_on=fact.on,
            programme=matter.programme,
            notice=fact.notice,
        )


def _next_occurrence(matter: Matter, policy: Policy) -> Occurrence | None:
    if is_withdrawn(matter.facts.values()):
        return None
    coming = next_occurrence(
        matter.stem,
        without_presumed(as_corrected(matter.facts).values()),
        policy.programmes.get(matter.programme),
        policy.calendar,
        office=policy.directory.office(matter.office),
        since=matter.counts_since,
    )
    if coming and matter.further and isinstance(coming.fact, OccurrenceBegun):
        return replace(coming, fact=replace(coming.fact, further=matter.programme))
    return coming


def _identity(notice: str, what: str) -> str:
    """
    The identity of a fact about a notice that can happen to it only once.
    """
    return str(uuid5(NAMESPACE_OID, f"{notice}/{what}"))


# -- escalation


def _schedule(
    matter: Matter, duties: Iterable[Duty], policy: Policy
) -> tuple[Matter, dict[str, NextStep | None], tuple[EscalationStep, ...]]:
    """
    The matter with the steps that are over, the step that each subject waits for, and
    those steps again.
    """
    programme = policy.programmes.get(matter.programme)
    if programme.supervision is None:
        return matter, {}, ()
    subjects = [
        *(schedule.subject_of_duty(d, matter.last_day, programme) for d in duties),
        *schedule.subjects_of_case(
            matter.stem,
            without_withdrawn_acts(matter.facts).values(),
            programme.supervision,
            policy.calendar,
            is_case=matter.is_case,
            is_over=matter.is_over,
        ),
    ]
    next_steps, over = schedule.schedule(
        subjects, matter.past_steps.values(), programme, policy.calendar
    )
    if over:
        past = {**matter.past_steps, **{step.id: step for step in over}}
        matter = replace(matter, past_steps=past)
    return matter, next_steps, over


def _late(matter: Matter, coming: NextStep, today: date, policy: Policy) -> LateSubject:
    programme = policy.programmes.get(matter.programme)
    duty = matter.duties.get(coming.subject)
    open_to = steps.steps_of(programme, duty.kind if duty else None)
    if coming.cause == "unanswered" and schedule.needs_people(
        matter.facts.values(), programme.supervision, today
    ):
        open_to = tuple(step for step in open_to if step.kind != "notice")
    causes = {coming.cause: coming.since}
    past = (s for s in matter.past_steps.values() if s.subject == coming.subject)
    return LateSubject(
        name=coming.subject,
        number=matter.number,
        office=duty.office if duty else matter.office,
        programme=programme,
        causes=steps.causes_of_duty(duty, programme) if duty else causes,
        open_to=open_to,
        past={(step.step, step.since) for step in past},
        duty=duty,
    )
