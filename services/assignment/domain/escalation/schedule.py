"""
Which escalation step each subject of a matter waits for, and which ones it reaches.

A subject is a duty, or a cause that is true of the whole case.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation import notices, steps
from services.assignment.domain.escalation.notice_course import (
    courses,
    without_progress_since,
)
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.escalation.steps import EscalationStep, NextStep
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.duties import PeriodBegun
from shared.policy.calendar import Calendar
from shared.policy.loading import Policy
from shared.policy.parts.escalation import Supervision, SupervisionStep
from shared.policy.programme import Programme


@dataclass(frozen=True)
class Subject:
    """
    A subject with its *causes*: what is, or will be, true of it, each since a day.

    A step reached for a cause that is not true any more ends *on* a day. *kind*: of
    the duty, if the subject is one.
    """

    name: str
    causes: Mapping[str, date]
    on: date
    kind: str | None = None


def subject_of_duty(duty: Duty, last_day: date, programme: Programme) -> Subject:
    """
    *last_day*: the day of the latest fact of the matter.
    """
    # A cause ends with what was recorded last, if not with the duty itself.
    on = duty.state_on if duty.closed else last_day
    return Subject(duty.id, steps.causes_of_duty(duty, programme), on, duty.kind)


def subjects_of_case(
    number: str,
    facts: Collection[Fact],
    supervision: Supervision,
    calendar: Calendar,
    *,
    is_case: bool,
    is_over: bool,
) -> Iterator[Subject]:
    """
    A case in which nothing moves, and notices without progress. Nobody is interviewed
    for want of progress in an office's report (XQ-47).
    """
    since = dict[str, date | None]()
    if is_case:
        since["stagnant"] = steps.stagnant_since(facts, supervision, calendar)
    letters = courses(facts)
    if letters and not any(isinstance(fact, PeriodBegun) for fact in facts):
        since["notices_without_progress"] = without_progress_since(
            letters, supervision.interview_after
        )
    last_day = max(fact.on for fact in facts)
    for cause, day in since.items():
        # Also without a cause: a step that waits for one which is gone has to be
        # dropped.
        causes = {cause: day} if day and not is_over else {}
        yield Subject(f"{number}/{cause}", causes, last_day)


def schedule(
    subjects: Iterable[Subject],
    past: Collection[EscalationStep],
    programme: Programme,
    calendar: Calendar,
) -> tuple[dict[str, NextStep | None], tuple[EscalationStep, ...]]:
    """
    Return the step for which each subject waits, by its name, None if none is left; and
    those *past* steps whose cause has ended, with the day on which it ended.
    """
    next_steps, ends = dict[str, NextStep | None](), list[EscalationStep]()
    for subject in subjects:
        past_steps = [step for step in past if step.subject == subject.name]
        ends += [
            replace(step, ended_on=max(subject.on, step.on))
            for step in past_steps
            # By the day since which it was true, for a cause that came again is another
            # one.
            if step.ended_on is None and step.since not in subject.causes.values()
        ]
        next_steps[subject.name] = steps.next_step(
            subject.name,
            subject.causes,
            {(step.step, step.since) for step in past_steps},
            steps.steps_of(programme, subject.kind),
            calendar,
        )
    return next_steps, tuple(ends)


@dataclass
class LateSubject:
    """
    A subject whose next step has come.

    *open_to*: the steps that it may reach. *past*: the steps it has reached, each with
    the day since which its cause was true. *accused*: the office that the petition
    accuses, if it does.
    """

    name: str
    number: str
    office: str
    programme: Programme
    causes: Mapping[str, date]
    open_to: tuple[SupervisionStep, ...]
    past: set[tuple[str, date]]
    duty: Duty | None
    accused: str | None

    def next(self, calendar: Calendar) -> NextStep | None:
        return steps.next_step(
            self.name, self.causes, self.past, self.open_to, calendar
        )

    def reach(
        self, coming: NextStep, today: date, policy: Policy
    ) -> tuple[EscalationStep, Notice | None]:
        """
        Reach a step, with the notice that it issues today, if it is one.
        """
        step = next(step for step in self.open_to if step.id == coming.step)
        self.past.add((step.id, coming.since))
        reached = steps.reach(
            coming,
            step,
            number=self.number,
            office=self.office,
            duty=self.duty,
            programme=self.programme,
            directory=policy.directory,
            accused=self.accused,
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


@dataclass
class Reached:
    """
    The *steps* reached in the order of their days and the *notices* they issue; the
    next step that each subject is still *waiting* for, None where none is left.
    """

    steps: list[EscalationStep] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    waiting: dict[str, NextStep | None] = field(default_factory=dict)


def reach_steps(
    subjects: Collection[LateSubject], today: date, policy: Policy
) -> Reached:
    """
    Reach every step of these subjects that has come.
    """
    by_name = {subject.name: subject for subject in subjects}
    result = Reached(waiting=dict.fromkeys(by_name))
    # All subjects in one queue, so that steps are reached in the order of their days,
    # also after a long stop.
    ahead = [step for s in subjects if (step := s.next(policy.calendar))]
    heapq.heapify(ahead)
    while ahead:
        step = heapq.heappop(ahead)
        subject = by_name[step.subject]
        if step.on > today:
            result.waiting[subject.name] = step
            continue
        reached, notice = subject.reach(step, today, policy)
        result.steps.append(reached)
        result.notices += [notice] if notice else []
        if after := subject.next(policy.calendar):
            heapq.heappush(ahead, after)
    return result


def needs_people(
    facts: Iterable[Fact], supervision: Supervision | None, today: date
) -> bool:
    """
    Whether so many notices brought no progress that people decide what comes next; no
    notice about a notice is issued then.
    """
    if supervision is None:
        return False
    letters = courses(facts)
    since = without_progress_since(letters, supervision.interview_after)
    return since is not None and since <= today
