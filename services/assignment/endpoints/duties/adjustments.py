"""
Extension, pause, override and release: signed records, the only ways to move a clock.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment.casework.record import record_facts
from services.assignment.domain.duties import adjustments
from services.assignment.domain.duties.adjustments import SignedAdjustment
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.duties import (
    DutyExtended,
    DutyOverridden,
    DutyPaused,
    DutyUnpaused,
    DutyWaived,
    SignedRecord,
)
from services.assignment.endpoints.lookup import duty_of
from services.assignment.endpoints.views import shown_duties
from services.assignment.schemas.duties.duties import (
    AdjustmentBody,
    ExtensionBody,
    OverrideBody,
)
from services.assignment.schemas.working.cases import DutyView
from services.assignment.store import Duties, Matters
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.duties import DutyRule
from shared.policy.programme import UnknownPart
from shared.web.auth import require_office
from shared.web.call import CLERKS, LEADERS, REVIEWERS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/duties/<path:duty>/extensions",
    roles=LEADERS,
    body=ExtensionBody,
    answer=DutyView,
    status=201,
)
def extend_duty(call: Call) -> dict[str, Any]:
    """
    Grant more days, within the rule's cap and before the due day (TL-07, A-38).
    """
    duty, rule, signed = _locked_duty(call)
    problems = adjustments.extension_problems(
        signed,
        duty,
        rule,
        Matters(call.session).facts(duty.number),
        calendar=current_policy().calendar,
        directory=current_policy().directory,
        hub=_hub_of(duty),
    )
    if rule and rule.extension and rule.extension.by == "hub":
        require_office(call.who, _hub_of(duty), current_policy().directory, call.today)
    return _sign(call, DutyExtended, duty, signed, list(problems))


@api(
    "POST",
    "/duties/<path:duty>/pauses",
    roles=CLERKS,
    body=AdjustmentBody,
    answer=DutyView,
    status=201,
)
def pause_duty(call: Call) -> dict[str, Any]:
    """
    Stop a clock, as for the time of a hearing (A-37).
    """
    duty, rule, signed = _locked_duty(call)
    problems = [
        *adjustments.pause_problems(duty, rule),
        *adjustments.pause_late(signed, duty),
    ]
    return _sign(call, DutyPaused, duty, signed, problems)


@api(
    "POST",
    "/duties/<path:duty>/resumptions",
    roles=CLERKS,
    body=AdjustmentBody,
    answer=DutyView,
    status=201,
)
def resume_duty(call: Call) -> dict[str, Any]:
    """
    Let a stopped clock go on: the days between are not counted.
    """
    duty, _, signed = _locked_duty(call)
    problems = [*adjustments.resumption_problems(signed, duty)]
    return _sign(call, DutyUnpaused, duty, signed, problems)


@api(
    "POST",
    "/duties/<path:duty>/overrides",
    roles=LEADERS,
    body=OverrideBody,
    answer=DutyView,
    status=201,
)
def override_due_day(call: Call) -> dict[str, Any]:
    """
    Set another due day, as the office that handed the case over asks (JZ-22).
    """
    duty, rule, signed = _locked_duty(call)
    problems = [
        *adjustments.override_problems(signed, duty, rule),
        *adjustments.not_from_above(signed, duty, _hub_of(duty)),
    ]
    return _sign(call, DutyOverridden, duty, signed, problems)


@api(
    "POST",
    "/duties/<path:duty>/releases",
    roles=REVIEWERS,
    body=AdjustmentBody,
    answer=DutyView,
    status=201,
)
def release_duty(call: Call) -> dict[str, Any]:
    """
    Let a duty go undone, with the reason.
    """
    duty, _, signed = _locked_duty(call)
    problems = [
        *adjustments.release_problems(duty),
        *adjustments.not_from_above(signed, duty, _hub_of(duty)),
    ]
    return _sign(call, DutyWaived, duty, signed, problems)


def _hub_of(duty: Duty) -> str:
    return current_policy().programmes.get(duty.programme).hub


def _locked_duty(call: Call) -> tuple[Duty, DutyRule | None, SignedAdjustment]:
    """
    Lock the matter of the duty in the path; return the duty as it is then, its rule and
    the record to be signed.
    """
    number = duty_of(call).number
    Matters(call.session).lock(number)
    duty = duty_of(call)
    body = call.body
    office = body.get("by_office") or call.who.office
    require_office(call.who, office, current_policy().directory, call.today)
    try:
        rule = current_policy().programmes.get(duty.programme).duty_rule(duty.kind)
    except UnknownPart:
        rule = None  # An office's report: no rule moves it.
    return duty, rule, SignedAdjustment(**{**body, "by_office": office})


def _sign(
    call: Call,
    kind: type[SignedRecord],
    duty: Duty,
    signed: SignedAdjustment,
    problems: list[Problem],
) -> dict[str, Any]:
    """
    Save the record, if nothing is wrong with it, and recompute the due day.
    """
    general = adjustments.in_order(signed, duty, current_policy().directory, call.today)
    reject_if([*general, *problems])
    identity = str(uuid7())
    fact = adjustments.record(kind, signed, duty, identity)
    record_facts(call.session, {duty.number: {identity: fact}})
    (shown,) = shown_duties([Duties(call.session).get(duty.id) or duty], call.today)
    return shown
