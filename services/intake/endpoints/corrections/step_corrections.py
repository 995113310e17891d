"""
Steps of a petition that were recorded wrongly: corrected and withdrawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from uuid_utils import uuid7

from services.intake.domain.corrections.corrections import (
    CorrectionKind,
    differences,
    something_changes,
)
from services.intake.domain.corrections.step_corrections import (
    correct_step,
    withdraw_step,
)
from services.intake.domain.openings import require_handling_office
from services.intake.domain.petitions.deliveries import (
    Delivery,
    correct_attempt,
    correct_delivery,
    withdraw_delivery,
)
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import (
    BY_CONFERENCE,
    BY_RECEIVER,
    Step,
    receiver_at,
)
from services.intake.endpoints.corrections.history import note
from services.intake.endpoints.lookup import conference_over, petition_of
from services.intake.endpoints.petitions.lifecycle import (
    acted_on,
    circumstances,
    life_cycle,
    step_requested,
)
from services.intake.schemas.petitions import lifecycle as schemas
from services.intake.store import OUTBOX, Deliveries, Petitions, Replies, Steps
from shared.errors import reject_if
from shared.records.tables import row_of
from shared.vocabulary import DeliveryOutcome, ReplyMode
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found

_SHOWN = ("on", "document", "to_office", "report_by", "verdict")


@api(
    "POST",
    "/petitions/<number>/steps/<step>/corrections",
    roles=CLERKS,
    body=schemas.StepCorrection,
    answer=schemas.StepView,
    status=201,
)
def correct_step_of_petition(call: Call) -> Step:
    """
    Correct a step of a petition: the right one takes its place, and what is owed
    follows. If it is not the last step, the days must stay in order and the receiver
    the same.
    """
    petition, wrong = _step_of(call)
    right = step_requested(call, petition, call.body["right"])
    deliveries, petitions = Deliveries(call.session), Petitions(call.session)
    received = petitions.get(petition.received_as) if petition.received_as else None
    after, step, events = correct_step(
        petition,
        wrong,
        right,
        circumstances(call, petition, right.document_ids),
        deliveries.of_petition(petition.number),
        on=call.today,
        received_on=received.received_on if received else None,
    )
    call.changed(petition, after)
    petitions.update(after)
    steps = Steps(call.session)
    steps.withdraw(wrong, call.today)
    steps.insert(step)
    deliveries.of_step(wrong.id, now=step.id)
    OUTBOX.announce(call.session, *events)
    changed = differences(_shown(wrong), _shown(step))
    _note(call, petition, CorrectionKind.STEP_CORRECTED, wrong, changed)
    return step


@api(
    "POST",
    "/petitions/<number>/steps/<step>/withdrawals",
    roles=CLERKS,
    body=schemas.StepWithdrawal,
    answer=schemas.LifeCycleView,
)
def withdraw_step_of_petition(call: Call) -> dict[str, Any]:
    """
    Withdraw the last step of a petition, which is in the state before it again.
    """
    petition, wrong = _step_of(call)
    steps = Steps(call.session)
    deliveries = Deliveries(call.session).of_petition(petition.number)
    after, event = withdraw_step(
        petition,
        wrong,
        steps.of_petition(petition.number),
        deliveries,
        on=call.today,
        today=call.today,
    )
    call.changed(petition, after)
    Petitions(call.session).update(after)
    steps.withdraw(wrong, call.today)
    OUTBOX.announce(call.session, event)
    _note(call, petition, CorrectionKind.STEP_WITHDRAWN, wrong, {})
    return life_cycle(call, after)


@api(
    "POST",
    "/petitions/<number>/deliveries/<delivery>/corrections",
    roles=CLERKS,
    body=schemas.DeliveryCorrection,
    answer=schemas.DeliveryView,
    status=201,
)
def correct_delivery_of_petition(call: Call) -> Delivery:
    """
    Correct how a paper reached the petitioner; what is owed follows.
    """
    petition, wrong, _ = _wrong_delivery(call)
    deliveries, body = Deliveries(call.session), call.body["right"]
    right = replace(
        wrong,
        id=str(uuid7()),
        on=body["on"],
        mode=ReplyMode(body["mode"]),
        outcome=DeliveryOutcome(body["outcome"]),
        note=body.get("note"),
    )
    changed = differences(_as_delivered(wrong), _as_delivered(right))
    reject_if(something_changes(changed, "/right"))
    if wrong.step:
        events = correct_delivery(
            petition,
            wrong,
            right,
            circumstances(call, petition),
            deliveries.of_petition(petition.number),
            on=call.today,
        )
        OUTBOX.announce(call.session, *events)
    else:
        replies = Replies(call.session).without_texts(petition.number)
        correct_attempt(petition, wrong, right, replies, call.today)
    deliveries.withdraw(wrong, call.today)
    deliveries.insert(right)
    reason, kind = call.body["reason"], CorrectionKind.DELIVERY_CORRECTED
    note(call, petition.number, kind, changed, reason=reason)
    return right


@api(
    "POST",
    "/petitions/<number>/deliveries/<delivery>/withdrawals",
    roles=CLERKS,
    body=schemas.DeliveryWithdrawal,
    answer=schemas.DeliveryView,
)
def withdraw_delivery_of_petition(call: Call) -> Delivery:
    """
    Withdraw a delivery, or an attempt to reply, that should never have been recorded;
    what is owed follows.
    """
    petition, wrong, step = _wrong_delivery(call)
    deliveries = Deliveries(call.session)
    event = withdraw_delivery(
        petition,
        wrong,
        circumstances(call, petition),
        deliveries.of_petition(petition.number),
        step=step,
        on=call.today,
    )
    if event:
        OUTBOX.announce(call.session, event)
    deliveries.withdraw(wrong, call.today)
    gone = {
        name: (value, None) for name, value in _as_delivered(wrong).items() if value
    }
    reason, kind = call.body["reason"], CorrectionKind.DELIVERY_WITHDRAWN
    note(call, petition.number, kind, gone, reason=reason)
    return replace(wrong, withdrawn_on=call.today)


def _wrong_delivery(call: Call) -> tuple[Petition, Delivery, Step | None]:
    """
    The petition of the path, locked, and the delivery of the path, for the office whose
    it is; with its step, if it brought the paper of one.
    """
    of_step = _delivery_of(call).step
    petition, step = _whose(call, of_step) if of_step else (_own(call), None)
    wrong = _delivery_of(call)  # again: it may have been corrected just before
    return petition, wrong, step


def _delivery_of(call: Call) -> Delivery:
    """
    The delivery of the path, also one that counts no more. Raises `NotFound`.
    """
    identity = call.path["delivery"]
    recorded = Deliveries(call.session).every(call.path["number"])
    delivery = next((each for each in recorded if each.id == identity), None)
    return or_not_found(delivery, "送达记录", identity)


def _step_of(call: Call) -> tuple[Petition, Step]:
    """
    The petition of the path, locked, and the step of the path, for the office whose
    step it is. Raises `NotFound`, and `Forbidden` for an office above that one.
    """
    return _whose(call, call.path["step"])


def _whose(call: Call, identity: str) -> tuple[Petition, Step]:
    number = call.path["number"]
    recorded = Steps(call.session).every(number)
    found = next((step for step in recorded if step.id == identity), None)
    wrong = or_not_found(found, "步骤", identity)
    by_receiver, receiver = wrong.kind in BY_RECEIVER, receiver_at(wrong, recorded)
    petition = acted_on(call, wrong.kind, receiver=receiver)
    whose = receiver if by_receiver else petition.office
    if wrong.kind in BY_CONFERENCE:
        whose = conference_over(call, petition)
    require_handling_office(call.who.office, whose or "")
    recorded = Steps(call.session).every(number)
    return petition, next(step for step in recorded if step.id == identity)


def _own(call: Call) -> Petition:
    """
    The petition of the path, locked, for the office that registered it.
    """
    petition = petition_of(call, lock=True)
    require_handling_office(call.who.office, petition.office)
    return petition


def _shown(step: Step) -> dict[str, Any]:
    row = row_of(step)
    return {name: row[name] for name in _SHOWN}


def _as_delivered(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivered_on": delivery.on.isoformat(),
        "mode": delivery.mode,
        "delivery_outcome": delivery.outcome,
        "delivery_note": delivery.note,
    }


def _note(
    call: Call,
    petition: Petition,
    kind: CorrectionKind,
    step: Step,
    changed: dict[str, tuple[Any, Any]],
) -> None:
    """
    Add what was done to a step to the history of its petition.
    """
    named = {"step": (step.kind.chinese, step.kind.chinese if changed else None)}
    reason = call.body["reason"]
    note(call, petition.number, kind, {**named, **changed}, reason=reason)
