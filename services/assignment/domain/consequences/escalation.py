"""
Which steps of escalation a matter waits for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation import schedule, steps
from services.assignment.domain.escalation.schedule import LateSubject
from services.assignment.domain.escalation.steps import EscalationStep, NextStep
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.leaders.units import accused_in
from services.assignment.domain.matter import Matter
from shared.policy.loading import Policy


def schedule_steps(
    matter: Matter, duties: Iterable[Duty], policy: Policy
) -> tuple[Matter, dict[str, NextStep | None], tuple[EscalationStep, ...]]:
    """
    Return the matter with the steps that have ended, the step for which each subject
    waits, and the ended steps by themselves.
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


def late_subject(
    matter: Matter, coming: NextStep, today: date, policy: Policy
) -> LateSubject:
    programme = policy.programmes.get(matter.programme)
    duty = matter.duties.get(coming.subject)
    open_to = steps.steps_of(programme, duty.kind if duty else None)
    if coming.cause == "unanswered" and schedule.needs_people(
        matter.facts.values(), programme.supervision, today
    ):
        open_to = tuple(step for step in open_to if step.kind != "notice")
    causes = {coming.cause: coming.since}
    # A step counts once for a cause since a day; of a cause that came again, again.
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
        accused=accused_in(matter.facts.values()),
    )
