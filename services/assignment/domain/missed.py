"""
Steps of registering, passing on and handing down that an office missed: seen from what
was owed, without anybody saying so (MX-21, MX-39).
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_OID, uuid5

from services.assignment import events
from services.assignment.domain.duties.duty import Duty, Term
from services.assignment.domain.matter import Change
from shared.policy.calendar import ONE_DAY
from shared.policy.programme import Programme


def missed_steps(
    change: Change, programme: Programme
) -> Iterator[tuple[str, events.StepMissed]]:
    """
    Yield the steps of the procedure that a change shows to be missed and that are not
    recorded yet: done after their day, or overdue when an escalation step was reached.
    Each comes with the identity of its fact, which is the same however it is found.
    """
    supervision = programme.supervision
    kinds = supervision.missed_steps if supervision else ()
    late = dict[str, tuple[Duty, Term]]()
    for duty in change.duties:
        before = change.before.duties.get(duty.id)
        if before and duty.ended_late(before):
            late[duty.id] = before, before.terms[-1]
    for step in change.reached:
        late_duty = change.matter.duties.get(step.duty or "")
        if late_duty and late_duty.due_on < step.since:
            late.setdefault(late_duty.id, (late_duty, late_duty.terms[-1]))
    for duty, term in late.values():
        identity = str(uuid5(NAMESPACE_OID, f"{duty.id}/{term.due_on}/missed"))
        if duty.kind in kinds and identity not in change.matter.facts:
            yield (
                identity,
                events.StepMissed(
                    office=change.matter.office,
                    case_number=change.matter.number,
                    occurred_on=term.due_on + ONE_DAY,
                    programme=programme.code,
                    duty=duty.id,
                    kind=duty.kind,
                    missed_by=term.office,
                    due_on=term.due_on,
                ),
            )
