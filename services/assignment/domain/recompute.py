"""
What follows from the facts of a matter: duties, leaders, notices, standing, events.

The functions are pure: they take a matter as it is stored and what is new, and return
a `Change`. `consequences` has each subject, `casework` loads and saves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial

from services.assignment.domain.consequences.announcements import (
    duty_events,
    ended_events,
    everyday_events,
    leader_events,
    petitioner_events,
    scope_events,
)
from services.assignment.domain.consequences.duties import (
    compute_duties,
    next_occurrence_of,
)
from services.assignment.domain.consequences.escalation import (
    late_subject,
    schedule_steps,
)
from services.assignment.domain.consequences.leaders import leadership_of, led_by
from services.assignment.domain.consequences.standing import (
    reopened_by_repeat,
    require_same_beginning,
    stand,
)
from services.assignment.domain.consequences.withdrawn import (
    acts_unshown,
    reopened_by_withdrawal,
)
from services.assignment.domain.duties.changes import changes_of, standing_of
from services.assignment.domain.escalation import notices, schedule
from services.assignment.domain.escalation.steps import NextStep
from services.assignment.domain.facts.base import Fact, Recorded, identity_of, last_of
from services.assignment.domain.facts.notices import NoticeIssued
from services.assignment.domain.leaders.effects import BEARING
from services.assignment.domain.matter import Change, Matter
from shared.policy.loading import Policy

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
    # A message may be delivered twice: a fact that is recorded already changes nothing.
    fresh = {key: fact for key, fact in new.items() if key not in matter.facts}
    if not matter.further:
        require_same_beginning(matter, fresh)
    if not fresh and not cause:
        return Change(matter, matter)
    # Only an event still under way may bring the beginning; until then the facts are
    # stored, and all of them count once it is there.
    now, ends = stand(matter, fresh)
    if now.opened_on is None:
        return Change(matter, now, facts=fresh)
    if matter.further:  # how a case is closed is told by its own programme alone
        change = _follow(matter, now, fresh, policy, every=bool(cause))
        return _because(fresh, cause, change)
    # Each sees what the ones before it derived: a case that was reopened by a withdrawn
    # document is open, and a repeat does not reopen it again.
    by_withdrawal = partial(reopened_by_withdrawal, policy=policy)
    by_repeat = partial(reopened_by_repeat, policy=policy)
    for follow in (acts_unshown, by_withdrawal, by_repeat):
        derived, derived_events = follow(now, fresh)
        if derived:
            fresh, ends = {**fresh, **derived}, (*ends, *derived_events)
            # Only the state: the events of this standing are among `ends` already.
            now = stand(matter, fresh)[0]
    change = _follow(matter, now, fresh, policy, every=bool(cause))
    return _because(fresh, cause, replace(change, events=(*ends, *change.events)))


def _because(fresh: Recorded, cause: str, change: Change) -> Change:
    """
    A change with what caused it, and the reason that was given for it.
    """
    last = last_of(fresh)
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
    begun, coming = dict[str, Fact](), next_occurrence_of(matter, policy)
    # One after another: the next occurrence counts from the facts with this one.
    while coming and coming.fact.on <= today and len(begun) < AT_ONCE:
        begun[coming.identity] = coming.fact
        after = replace(matter, facts={**matter.facts, **begun})
        coming = next_occurrence_of(after, policy)
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
    late = {step.subject: late_subject(matter, step, today, policy) for step in coming}
    reached = schedule.reach_steps(late.values(), today, policy)
    announced = [notices.issue_of_notice(notice) for notice in reached.notices]
    further = matter.programme if matter.further else ""
    facts = {
        identity_of(event.notice, "issued"): NoticeIssued.from_fields(
            event.occurred_on, {**vars(event), "further": further}
        )
        for event in announced
    }
    # Past already for what follows, so that nothing waits for these steps again.
    past = {**matter.past_steps, **{step.id: step for step in reached.steps}}
    change = recompute(replace(matter, past_steps=past), facts, policy)
    return replace(
        change,
        # Compared with what is stored, which has not got the steps reached now.
        before=matter,
        events=(*announced, *change.events),
        # The recompute knows what the notices changed, so its steps replace those.
        next_steps={**reached.waiting, **change.next_steps},
        reached=tuple(reached.steps),
        issued=tuple(reached.notices),
    )


def _follow(
    before: Matter, matter: Matter, fresh: Recorded, policy: Policy, *, every: bool
) -> Change:
    """
    Who leads, what is owed, which notices end and which steps come next.
    """
    programme = policy.programmes.get(matter.programme)
    # Leaders first: what is owed depends on who leads, and is owed by their posts.
    leading = leadership_of(matter, programme, policy) if matter.is_case else None
    matter = led_by(matter, leading)
    matter, notice_ends = compute_duties(before, matter, programme, policy)
    changed = [d for d in matter.duties.values() if d != before.duties.get(d.id)]
    pairs = [(duty, before.duties.get(duty.id)) for duty in changed]
    duty_changes = [change for pair in pairs for change in changes_of(*pair)]
    standings = [standing for pair in pairs for standing in standing_of(*pair)]
    # The step that a duty waits for changes only with the duty, unless the programme or
    # the calendar has changed.
    concerned = matter.duties.values() if every else changed
    matter, next_steps, step_ends = schedule_steps(matter, concerned, policy)
    coming = next_occurrence_of(matter, policy)
    bearing = any(isinstance(fact, BEARING) for fact in fresh.values())
    return Change(
        before,
        matter.having(next_occurrence_on=coming.fact.on if coming else None),
        facts={**fresh, **notice_ends},
        events=(
            *scope_events(before, matter, fresh),
            *leader_events(leading, before, matter),
            *everyday_events(before, matter, fresh),
            *duty_events(matter, duty_changes, standings),
            *petitioner_events(before, matter),
            *ended_events(matter, notice_ends),
        ),
        duties=tuple(changed),
        changed_duties=tuple(duty_changes),
        # It follows from facts alone: another calendar or programme changes none of it.
        leadership=leading if bearing else None,
        next_steps=next_steps,
        ended_steps=step_ends,
        ended_notices=tuple(notice_ends.values()),
    )
