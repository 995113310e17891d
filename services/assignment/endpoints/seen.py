"""
What an office sees of a case: as it stands; or, once the case is elsewhere, as the
office handed it on, and nothing of what came after (decision 0077).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.assignment.domain import case_offices
from services.assignment.domain.batches.batches import in_force
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.further import recompute_each
from services.assignment.domain.matter import BegunMatter, Matter, MatterState
from services.assignment.endpoints.lookup import duty_of
from services.assignment.store import Duties, Enrolments, Matters
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.lookup import or_not_found


@dataclass(frozen=True)
class SeenMatter:
    """
    A case or petition as an office sees it on a day: how it stands in its programme and
    in the further ones, with the facts *recorded*. *handed_on*: as it was on the day on
    which it went elsewhere, with all that was owed in it then.
    """

    state: MatterState
    recorded: Recorded
    enrolled: Mapping[str, MatterState]
    on: date
    handed_on: Matter | None = None

    @property
    def facts(self) -> list[Fact]:
        return in_force(self.recorded)


def case_seen(call: Call, row: BegunMatter) -> SeenMatter:
    """
    The matter of *row* as the caller's office sees it, which has it or had it.
    """
    if not call.may_see(row.office):
        recorded = Matters(call.session).recorded(row.number)
        until = case_offices.until_handed_on(recorded, call.may_see)
        if until is not None:
            own, *_ = recompute_each(Matter(row.number), until, current_policy())
            left, last_move = own.matter, case_offices.moves_in(until.values())[-1]
            return SeenMatter(left, until, left.enrolled, last_move.on, left)
    return _as_it_stands(call, row)


def _as_it_stands(call: Call, row: BegunMatter) -> SeenMatter:
    # Before the facts: an enrolment that is recorded in between is not yet shown, while
    # one read without its fact would be shown as left.
    enrolled = Enrolments(call.session).of_cases([row.number])[row.number]
    recorded = Matters(call.session).recorded(row.number)
    return SeenMatter(row, recorded, enrolled, call.today)


def duty_seen(call: Call) -> tuple[Duty, SeenMatter]:
    """
    The duty whose id is in the path, with its matter; to who owed it before its case
    moved, both as they were handed on. Raises `NotFound`.
    """
    duty = Duties(call.session).get(call.path["duty"])
    if duty is None or not any(map(call.may_see, duty.offices)):
        duty = duty_of(call)
    row = Matters(call.session).known(duty.number)
    if call.may_see(duty.office):
        return duty, _as_it_stands(call, row)
    seen = case_seen(call, row)
    if seen.handed_on:
        # What a late message opened after the move was not known there.
        former = seen.handed_on.every_duty.get(duty.id)
        duty = or_not_found(former, "职责", duty.id)
    return duty, seen
