"""
How a case leaves a batch: the office objects, or the handing office takes it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.moves import Reason, move_cases
from services.assignment.casework.record import record
from services.assignment.domain.batches import batches
from services.assignment.endpoints.batches.batches import (
    batch_of,
    held_items,
    move_problems,
    objection_due,
    shown_batch,
)
from services.assignment.endpoints.lookup import record_in_sight
from services.assignment.schemas.batches import batches as schemas
from services.assignment.store import BatchItems, Matters, Objections
from shared.errors import Conflict, Problem, reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import ObjectionVerdict
from shared.web.auth import require_office
from shared.web.call import CLERKS, REVIEWERS, Call
from shared.web.endpoint import LONG_LIST, api
from shared.web.paging import Page, PageRequest
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/batches/<number>/objections",
    roles=CLERKS,
    body=schemas.ObjectionBody,
    answer=schemas.ObjectionView,
    status=201,
)
def raise_objection(call: Call) -> batches.Objection:
    """
    Say with reasons that a case handed down is not the office's own (TL-04).
    """
    batch, body = batch_of(call, lock=True), call.body
    held = held_items(call, batch)
    items = {number: item for number, item in held.items() if call.may_see(item.office)}
    reject_if(_not_in(items, body["number"], "/number"))
    office = items[body["number"]].office
    received, due = objection_due(batch, office)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], received, "/on"),
            *batches.in_time(body["on"], due),
        ]
    )
    objection = batches.Objection(
        id=str(uuid7()),
        batch=batch.id,
        number=body["number"],
        programme=batch.programme,
        office=office,
        decider=batch.office,
        raised_on=body["on"],
        due_on=due.day if due else None,
        reasons=body["reasons"],
    )
    if not Objections(call.session).insert_new(objection):
        raise Conflict.because(
            "already_objected",
            "已就本批中的这件案件提出过异议。",
            "对决定不服的，请申请联席会议协调。",
            "/number",
        )
    _record(call, objection, events.ObjectionRaised, body["on"])
    return objection


def _record(
    call: Call,
    objection: batches.Objection,
    kind: type[events.ObjectionRaised | events.ObjectionDisputed],
    on: date,
) -> None:
    record(call.session, kind.of(objection, on, batch=objection.batch))


@api(
    "GET",
    "/objections",
    query=ListQuery,
    answer=schemas.ObjectionView,
    many=True,
)
def list_objections(call: Call) -> Page[batches.Objection]:
    """
    List the objections that an office and those below it raised or are to decide.
    """
    request = PageRequest.of(call.query)
    return Objections(call.session).of_offices(call.offices(), request)


@api(
    "POST",
    "/objections/<number>/decisions",
    roles=REVIEWERS,
    body=schemas.ObjectionDecisionBody,
    answer=schemas.ObjectionView,
    status=201,
)
def decide_objection(call: Call) -> batches.Objection:
    """
    Take a case back or refuse to; in a dispute the conference decides.
    """
    objection, body = _objection_of(call), call.body
    require_office(call.who, objection.decider, current_policy().directory, call.today)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], objection.last_on, "/on"),
            *batches.destination_problems(body["verdict"], body.get("to_office")),
        ]
    )
    after = batches.decide(
        objection,
        verdict=body["verdict"],
        on=body["on"],
        by=call.who.account,
        reasons=body["reasons"],
    )
    Objections(call.session).update(after)
    verdict = batches.verdict_of(after)
    # Checked before anything is written; moved after the decision is recorded, which is
    # what the move rests on.
    to = _destination(call, objection) if verdict == ObjectionVerdict.RETURNED else None
    if verdict == ObjectionVerdict.RETURNED:
        BatchItems(call.session).remove(
            objection.batch,
            [objection.number],
            state="returned",
            on=body["on"],
            reason=body["reasons"],
        )
    record(
        call.session,
        events.ObjectionDecided.of(
            objection, body["on"], batch=objection.batch, verdict=str(verdict)
        ),
    )
    if to is not None:
        code = "handed_on" if body.get("to_office") else "returned"
        why = Reason(code, objection.id, call.who.account)
        move_cases(call.session, {objection.number: to}, body["on"], why)
    return after


def _destination(call: Call, objection: batches.Objection) -> str | None:
    """
    Return the office to which a returned case goes: the one named, else the one from
    which the batch took it. None if the case stays, or has moved on already.

    Raises `Rejected` if it cannot move.
    """
    row = Matters(call.session).lock_cases([objection.number])[objection.number]
    item = BatchItems(call.session).get(objection.batch, objection.number)
    receiver = call.body.get("to_office")
    came_from = item.from_office if item else None
    to = call.office(receiver) if receiver else came_from
    # A case that has moved on since does not go back to where the batch took it from.
    if (
        to is None
        or to == row.office
        or (not receiver and row.office != objection.office)
    ):
        return None
    facts = Matters(call.session).facts(row.number)
    place = "/to_office" if receiver else "/verdict"
    reject_if(move_problems(row, to, call.body["on"], place, facts=facts))
    return to


@api(
    "POST",
    "/objections/<number>/disputes",
    roles=CLERKS,
    body=schemas.DisputeBody,
    answer=schemas.ObjectionView,
    status=201,
)
def dispute_objection(call: Call) -> batches.Objection:
    """
    Ask the conference to decide a refused objection.
    """
    objection, body = _objection_of(call), call.body
    call.office(objection.office)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], objection.last_on, "/on"),
        ]
    )
    programme = current_policy().programmes.get(objection.programme)
    decider = programme.conference_over(
        objection.decider, current_policy().directory, call.today
    )
    after = batches.dispute(
        objection,
        decider=decider,
        on=body["on"],
        by=call.who.account,
        reasons=body["reasons"],
    )
    Objections(call.session).update(after)
    _record(call, after, events.ObjectionDisputed, body["on"])
    return after


@api(
    "POST",
    "/batches/<number>/withdrawals",
    roles=REVIEWERS,
    body=schemas.WithdrawalBody,
    limit=LONG_LIST,
    answer=schemas.BatchView,
    status=201,
)
def withdraw_cases(call: Call) -> dict[str, Any]:
    """
    Take cases back out of a batch; what they owed under it is released.
    """
    batch, body = batch_of(call, lock=True), call.body
    require_office(call.who, batch.office, current_policy().directory, call.today)
    numbers = list(dict.fromkeys(body["case_numbers"]))
    items = held_items(call, batch)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], batch.handed_on, "/on"),
            *(
                problem
                for index, number in enumerate(numbers)
                for problem in _not_in(items, number, f"/case_numbers/{index}")
            ),
        ]
    )
    on, reason = body["on"], body["reason"]
    going_back = _taken_back(call, [items[number] for number in numbers])
    BatchItems(call.session).remove(
        batch.id, numbers, state="withdrawn", on=on, reason=reason
    )
    objections = Objections(call.session)
    raised = objections.to_cases(batch.id, numbers)
    for void in batches.void(raised, on=on, by=call.who.account, reasons=reason):
        objections.update(void)
    for number in numbers:
        record(
            call.session,
            events.BatchWithdrawn(
                office=items[number].office,
                case_number=number,
                occurred_on=on,
                programme=batch.programme,
                batch=batch.id,
            ),
        )
    why = Reason("withdrawn", batch.letter_no, call.who.account)
    move_cases(call.session, going_back, on, why)
    return shown_batch(call, batch)


def _taken_back(call: Call, items: Sequence[batches.BatchItem]) -> dict[str, str]:
    """
    Return the office to which each case goes back: those that the batch had moved and
    that have not moved on since. Raises `Rejected` for a case that cannot move.
    """
    rows = Matters(call.session).lock_cases([item.number for item in items])
    sources = {
        item.number: (index, item.from_office)
        for index, item in enumerate(items)
        if item.from_office and rows[item.number].office == item.office
    }
    facts = Matters(call.session).facts_of_cases(list(sources))
    reject_if(
        problem
        for number, (index, to) in sources.items()
        for problem in move_problems(
            rows[number],
            to,
            call.body["on"],
            f"/case_numbers/{index}",
            facts=facts[number],
        )
    )
    return {number: to for number, (_, to) in sources.items()}


def _objection_of(call: Call) -> batches.Objection:
    """
    The objection of the address, its case locked first.
    """
    number, objections = call.path["number"], Objections(call.session)
    objection = objections.get(number)
    offices = (objection.office, objection.decider) if objection else ()
    objection = record_in_sight(call, objection, "异议", *offices)
    Matters(call.session).lock_cases([objection.number])
    # Read again: it may have been decided while this waited for the case.
    return objections.get(number, lock=True) or objection


def _not_in(items: Mapping[str, Any], number: str, place: str) -> Iterator[Problem]:
    """
    The case is not, or no longer, in the batch whose *items* these are.
    """
    if number not in items:
        yield Problem(
            "not_in_batch",
            f"案件“{number}”不在这批交办中，或者已经退回、收回。",
            "请查看批次中的案件。",
            place,
        )
