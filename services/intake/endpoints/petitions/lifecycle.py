"""
The steps of a petition: acceptance, passing on, and the delivery of their papers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.intake.casework.documents import DESK
from services.intake.casework.matters import lock_matter
from services.intake.casework.proposals import follow_change
from services.intake.domain.petitions import deliveries, lifecycle
from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.petitions import (
    Petition,
    not_withdrawn,
    other_stands,
    registered,
)
from services.intake.domain.petitions.registering import check_received
from services.intake.domain.petitions.reviews import review_until
from services.intake.domain.petitions.steps import (
    BY_CONFERENCE,
    BY_RECEIVER,
    WAITING,
    Step,
    handed_down_by,
    receiver_at,
)
from services.intake.endpoints.cases.candidates import still_undecided, undecided
from services.intake.endpoints.lookup import (
    conference_over,
    petition_of,
    programme_of,
    seen_by_actor,
)
from services.intake.endpoints.petitions.petitions import shown_petition
from services.intake.schemas import PetitionView
from services.intake.schemas.petitions import lifecycle as schemas
from services.intake.store import (
    OUTBOX,
    Deliveries,
    NewPetitions,
    Petitions,
    Replies,
    Steps,
    UndecidedRepeats,
)
from shared.documents.store import Documents
from shared.errors import Conflict, Problem, reject_if
from shared.policy.current import current_policy
from shared.records.tables import row_of
from shared.rules import day_not_before, not_the_accused
from shared.vocabulary import (
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/petitions/<number>/steps",
    roles=CLERKS,
    body=schemas.StepBody,
    answer=schemas.TakenStepView,
    status=201,
)
def take_step(call: Call) -> dict[str, Any]:
    """
    Let a petition take a step: materials, acceptance or not, passing on, objection.

    The office it was passed on to objects and reports; the conference, or the office
    above, decides a dispute; the other steps are of the office that registered it.
    """
    body, kind = call.body, PetitionStep(call.body["step"])
    # Comparing takes long: before anything is locked.
    of_acceptance = kind is PetitionStep.ACCEPTED
    likely = undecided(call, acted_on(call, kind, lock=False)) if of_acceptance else []
    petition = acted_on(call, kind)
    requested = step_requested(call, petition, body)
    around = circumstances(call, petition, requested.document_ids)
    after, step, event = lifecycle.take(petition, requested, around)
    call.changed(petition, after)
    Petitions(call.session).update(after)
    Steps(call.session).insert(step)
    OUTBOX.announce(call.session, event)
    if of_acceptance:
        # Somebody may have decided on one of them before the petition was locked.
        likely = still_undecided(call, petition, likely)
        UndecidedRepeats(call.session).note(after.number, likely, call.today)
    return {**row_of(step), "undecided_candidates": likely}


def acted_on(
    call: Call, kind: PetitionStep, *, receiver: str | None = None, lock: bool = True
) -> Petition:
    """
    The petition of the path, if *lock* locked, for who takes a step of a *kind*;
    *receiver*: the office that had it at the time. The conference acts on what is
    disputed, or was.

    Raises `NotFound`, and `Forbidden` for who sees it and does not act.
    """
    if kind in BY_CONFERENCE:
        stored = Petitions(call.session).get(call.path["number"])
        earlier = Steps(call.session).of_petition(stored.number) if stored else ()
        if stored and any(s.kind is PetitionStep.DISPUTE_RAISED for s in earlier):
            receiver = conference_over(call, stored)
    return seen_by_actor(
        call,
        by_receiver=kind in BY_RECEIVER | BY_CONFERENCE,
        receiver=receiver,
        lock=lock,
    )


def step_requested(call: Call, petition: Petition, body: Mapping[str, Any]) -> Step:
    """
    The step that a request asks for, in the state that the petition is in.

    Raises `Rejected` if it names a petition that is kept from the office, or withdrawn.
    """
    if body.get("same_as"):
        same, directory = petition_of(call, body["same_as"]), current_policy().directory
        accused = same.accused_office
        reject_if(
            [
                *not_the_accused(
                    petition.office, accused, directory, call.today, "/same_as"
                ),
                *other_stands(same.number, same.withdrawn_on),
            ]
        )
    stated = {name: value for name, value in body.items() if name != "step"}
    lists = {name: tuple(body.get(name, ())) for name in ("materials", "document_ids")}
    return Step(
        id=str(uuid7()),
        petition=petition.number,
        kind=PetitionStep(body["step"]),
        state=petition.state,
        **{**stated, **lists},
    )


@api("GET", "/petitions/<number>/steps", answer=schemas.LifeCycleView)
def show_steps(call: Call) -> dict[str, Any]:
    """
    Show the state of a petition, the steps it took, those that were withdrawn among
    them, and the deliveries of their papers.
    """
    return life_cycle(call, seen_by_actor(call))


def life_cycle(call: Call, petition: Petition) -> dict[str, Any]:
    """
    A petition with its steps and the deliveries of their papers, and which review can
    be asked for.
    """
    around = circumstances(call, petition)
    return {
        "number": petition.number,
        "state": petition.state,
        "steps": Steps(call.session).every(petition.number),
        "deliveries": Deliveries(call.session).every(petition.number),
        "review": review_until(around.earlier, around),
    }


@api(
    "POST",
    "/petitions/<number>/deliveries",
    roles=CLERKS,
    body=schemas.DeliveryBody,
    answer=schemas.DeliveryView,
    status=201,
)
def record_delivery(call: Call) -> Delivery:
    """
    Record how the paper of a step reached the petitioner, or that it could not; that
    of an opinion of a review, at the office that reviewed. With the kind of a reply: it
    was tried in vain to give one.
    """
    body = call.body
    reject_if(_one_of_both(body))
    steps = Steps(call.session).of_petition(call.path["number"])
    step = next((each for each in steps if each.id == body.get("step")), None)
    by_receiver = step is not None and step.kind in BY_RECEIVER
    receiver = receiver_at(step, steps) if step else None
    petition = seen_by_actor(
        call, by_receiver=by_receiver, receiver=receiver, lock=True
    )
    delivery = Delivery(
        id=str(uuid7()),
        petition=petition.number,
        step=body.get("step"),
        reply=ReplyKind(body["reply"]) if "reply" in body else None,
        on=body["on"],
        mode=ReplyMode(body["mode"]),
        outcome=DeliveryOutcome(body["outcome"]),
        note=body.get("note"),
    )
    stored = Deliveries(call.session)
    if delivery.reply:
        replies = Replies(call.session).without_texts(petition.number)
        deliveries.attempt(petition, delivery, replies, call.today)
    else:
        around = circumstances(call, petition)
        others = stored.of_petition(petition.number)
        event = deliveries.deliver(petition, delivery, around, others)
        OUTBOX.announce(call.session, event)
    stored.insert(delivery)
    return delivery


def _one_of_both(body: Mapping[str, Any]) -> Iterator[Problem]:
    if ("step" in body) is ("reply" in body):
        yield Problem(
            "step_or_reply",
            "须写明送达哪一步骤的文书（step），或者哪一种答复未能送达（reply）。",
            "请只填一项；还没有步骤的，填答复的种类。",
            "/step",
        )


@api("GET", "/incoming-petitions", query=ListQuery, answer=PetitionView, many=True)
def list_incoming(call: Call) -> Page[dict[str, Any]]:
    """
    List what was passed on to an office and those below it and is not registered yet.
    """
    page = Petitions(call.session).passed_to(call.offices(), call.page)
    return page.map(lambda petition: shown_petition(call, petition))


@api(
    "POST",
    "/petitions/<number>/receipts",
    roles=CLERKS,
    body=schemas.ReceiptBody,
    answer=PetitionView,
    status=201,
)
def receive_petition(call: Call) -> dict[str, Any]:
    """
    Register what was passed on as a petition of the receiving office, with a number of
    its own; it becomes a case at once where the programme says so.
    """
    lock_matter(call.session, seen_by_actor(call, by_receiver=True))
    passed, received_on = (
        seen_by_actor(call, by_receiver=True, lock=True),
        call.body["received_on"],
    )
    if passed.received_as or passed.state not in WAITING:
        raise Conflict.because(
            "not_waiting",
            "这件信访没有等待接收，或者已经登记。",
            "请查看待接收的信访件（/incoming-petitions）。",
        )
    handler_post = call.body.get("handler_post")
    here = current_policy().directory.office(passed.to_office or "")
    check_received(received_on, call.today, handler_post, here)
    steps = Steps(call.session).of_petition(passed.number)
    reject_if(
        [
            *not_withdrawn(passed),
            *day_not_before(
                received_on, steps[-1].on, "/received_on", "转送、交办之日"
            ),
        ]
    )
    programme = programme_of(call, call.body.get("programme"), passed.to_office or "")
    petitions = NewPetitions(call.session)
    received = petitions.receive(
        passed,
        received_on=received_on,
        programme=programme,
        origin=lifecycle.origin_at_receiver(
            passed, programme, current_policy().directory.office(passed.office).level
        ),
        handler_post=handler_post,
        received_by=call.who.account,
        batch_ref=handed_down_by(steps),
    )
    petitions.update(replace(passed, received_as=received.number))
    OUTBOX.announce(call.session, registered(received))
    by = call.who.account
    after = follow_change(call.session, received, received_on, call.today, by=by)
    return shown_petition(call, after)


def circumstances(
    call: Call, petition: Petition, documents: Sequence[str] = ()
) -> Circumstances:
    """
    What the guards of a step look at that names these *documents*.
    """
    policy, session = current_policy(), call.session
    programme = policy.programmes.get(petition.programme)
    kind = policy.directory.office(petition.office).kind
    private = Petitions(session).private(petition.number)
    attempts = Deliveries(session).of_petition(petition.number)
    return Circumstances(
        today=call.today,
        directory=policy.directory,
        calendar=policy.calendar,
        refusals=programme.refusals_on(petition.received_on, kind),
        verdicts=programme.verdicts_on(petition.received_on, kind),
        review=programme.review_on(petition.received_on, kind),
        served=deliveries.served(attempts),
        objections=programme.objections,
        earlier=Steps(session).of_petition(petition.number),
        attempts=deliveries.failed_days(attempts),
        attempts_needed=programme.settings.delivery_attempts,
        worked_on=_worked_on(session, petition.received_as),
        unreachable=deliveries.is_unreachable(private["petitioner"]),
        filed=Documents(session, DESK.documents).not_withdrawn(
            petition.number, documents
        ),
    )


def _worked_on(session: Connection, number: str | None) -> bool:
    """
    Whether the receiver has done anything in what it registered under that *number*.
    """
    received = Petitions(session).get(number) if number else None
    return received is not None and (
        received.state is not PetitionState.REGISTERED
        or received.case_opened_on is not None
        or bool(Replies(session).without_texts(received.number))
    )
