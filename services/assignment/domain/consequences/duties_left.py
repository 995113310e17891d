"""
The duties that a correction or a move leaves behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.assignment.domain import case_offices
from services.assignment.domain.consequences.duty_facts import facts_of_duties
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.instances import instances
from services.assignment.domain.facts.base import Fact, Step
from services.assignment.domain.facts.batches import CaseMoved
from services.assignment.domain.facts.corrected import CORRECTIONS
from services.assignment.domain.matter import Matter
from shared.policy.loading import Policy
from shared.policy.programme import Programme

_UNBINDING = (*CORRECTIONS, CaseMoved)
_LEFT_BEHIND = frozenset(kind.name.partition(".")[2] for kind in _UNBINDING)


def no_longer_opened(
    before: Matter,
    matter: Matter,
    current: Mapping[str, Duty],
    programme: Programme,
    policy: Policy,
) -> dict[str, Duty]:
    """
    Return the duties that the facts do not open any more. What the right registration
    would not have opened was never owed, so that no figure depends on when the mistake
    became known. What does not bind the new office of the case, or is no longer in the
    programme, is released from that day if it is open.
    """
    fresh = (f for key, f in matter.facts.items() if key not in before.facts)
    unbinding = [fact for fact in fresh if isinstance(fact, _UNBINDING)]
    if not unbinding:
        return {}
    corrections = [fact for fact in unbinding if isinstance(fact, CORRECTIONS)]
    # A move makes nothing wrong in hindsight, so only corrections are compared.
    wrong = _opened_wrongly(before, matter, programme, policy) if corrections else ()
    left_behind = (duty for duty in before.duties.values() if duty.id not in current)
    return {
        duty.id: (
            _never_owed(duty, corrections[-1])
            if duty.id in wrong
            else _released(duty, unbinding[-1])
        )
        for duty in left_behind
        if duty.id in wrong or not duty.closed
    }


def _opened_wrongly(
    before: Matter, matter: Matter, programme: Programme, policy: Policy
) -> frozenset[str]:
    """
    Return the ids of the duties that the matter would open without its fresh
    corrections and does not open with them, at any office that has or had it.
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
        matter.first_day,
        matter.led,
        is_case=matter.is_case,
        sensitive_days=programme.settings.sensitive_days,
    )
    own, since = policy.directory.office(office), matter.counts_since
    opened = instances(facts, programme, own, since)
    return {instance.identity(matter.stem) for instance in opened}


def _released(duty: Duty, unbinding: Fact) -> Duty:
    day = max(unbinding.on, duty.state_on)
    # Readers know it as paused: it is announced as resumed before it is released.
    resumption = [Step(day, "unpaused")] if duty.state == "paused" else []
    steps = (*duty.steps, *resumption, Step(day, "released", unbinding.cause))
    return replace(duty, steps=steps)


def _never_owed(duty: Duty, correction: Fact) -> Duty:
    """
    A duty released on the day it was opened, unless it had been left behind before.
    """
    last = duty.steps[-1] if duty.steps else None
    if last and last.kind == "released" and last.why in _LEFT_BEHIND:
        return duty
    # As it was at the office that opened it, since what came after followed from the
    # mistake.
    first = duty.terms[0]
    steps = (Step(duty.opened_on, "released", correction.cause),)
    return replace(
        duty,
        office=first.office,
        due_on=first.due_on or duty.due_on,
        past=(),
        steps=steps,
    )
