"""
Batches: cases handed down under one letter, and received (PY-18).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record_facts
from services.assignment.domain.batches import batches
from services.assignment.domain.closings import closing
from services.assignment.domain.facts import BatchReceived, Fact, HandedDown
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas import batches as batch_schemas
from services.assignment.schemas import cases as schemas
from services.assignment.store import OUTBOX, Batches, Matters, Profiles
from shared.errors import Conflict, Fault, Rejected, reject_if
from shared.policy.current import policy
from shared.policy.programme import Programme
from shared.vocabulary import Track
from shared.web.auth import require_office
from shared.web.endpoint import (
    CLERKS,
    REVIEWERS,
    Call,
    Page,
    after,
    api,
    found,
    page_of,
)


@api(
    "POST",
    "/batches",
    roles=REVIEWERS,
    body=batch_schemas.BatchBody,
    answer=batch_schemas.BatchView,
    status=201,
)
def hand_down_batch(call: Call) -> Any:
    """
    Hand cases down under one letter (PY-18); they then need two levels (A-46).
    """
    body, office = call.body, call.office()
    programme = programme_of(body["programme"])
    numbers = list(dict.fromkeys(body["case_numbers"]))
    cases = Matters(call.session).lock_cases(numbers)
    for row in cases.values():
        require_office(call.who, row.office, policy().directory, call.today)
    tracks = Profiles(call.session).tracks(numbers)
    listed = [(number, tracks.get(number, Track.CAMPAIGN)) for number in numbers]
    due_on = body["due_on"] or body["handed_on"]
    reject_if(
        [
            *closing.has_come(body["handed_on"], call.today, "/handed_on"),
            *closing.not_before(due_on, body["handed_on"], "/due_on"),
            *batches.kind_faults(body["kind"], programme),
            *batches.track_faults(listed, body["track"]),
            *_unfit(numbers, cases, programme),
            *_own(numbers, cases, office, programme.hub),
        ]
    )
    offices = sorted({row.office for row in cases.values()})
    values = {
        **body,
        "id": str(uuid7()),
        "case_numbers": numbers,
        "office": office,
        "offices": offices,
        "receipts": dict.fromkeys(offices),
        "track": body["track"] or listed[0][1],
    }
    if not Batches(call.session).add(cases.values(), **values):
        raise Conflict.because(
            "letter_number_used",
            f"文号“{body['letter_no']}”已用于另一批交办。",
            "请核对文号。",
            "/letter_no",
        )
    OUTBOX.announce(
        call.session,
        events.BatchHandedDown(
            office=office,
            case_number=body["letter_no"],
            occurred_on=body["handed_on"],
            programme=programme.code,
            source=body["source"],
            cases=len(numbers),
        ),
    )
    batch, track = values["id"], body["track"] and Track(body["track"])
    facts: list[Fact] = [HandedDown(on=body["handed_on"], batch=batch, track=track)]
    if batches.starts_clocks(programme):
        on = batches.received_on({}, office, body["handed_on"], programme)
        facts.append(BatchReceived(on=on, batch=batch, presumed=True))
    _add_to_cases(call, numbers, facts)
    return shown_batch(call, values["id"])


def _add_to_cases(call: Call, numbers: Iterable[str], facts: Sequence[Fact]) -> None:
    """
    Record in each case what happened to its batch.
    """
    record_facts(
        call.session,
        {number: {str(uuid7()): fact for fact in facts} for number in numbers},
    )


@api(
    "GET",
    "/batches",
    query=schemas.ListQuery,
    answer=batch_schemas.BatchSummary,
    many=True,
)
def list_batches(call: Call) -> Page:
    """
    List the batches handed down by, or to, an office and those below it.
    """
    limit = call.query["limit"]
    ours = call.offices()
    rows = Batches(call.session).of(ours, after(call.query), limit + 1)
    page = page_of(rows, limit, lambda row: row.id)
    return Page([_cover(row, ours) for row in page.items], page.next)


@api("GET", "/batches/<number>", answer=batch_schemas.BatchView)
def show_batch(call: Call) -> Any:
    """
    Show a batch, which offices confirmed receipt, and what left it.
    """
    return shown_batch(call, batch_of(call).id)


@api(
    "POST",
    "/batches/<number>/receipts",
    roles=CLERKS,
    body=batch_schemas.ReceiptBody,
    answer=batch_schemas.BatchView,
    status=201,
)
def receive_batch(call: Call) -> Any:
    """
    Confirm that a responsible office received a batch (A-11).
    """
    batch = batch_of(call, lock=True)
    office = call.office(call.body.get("office"))
    received_on = call.body["received_on"]
    reject_if(
        [
            *closing.has_come(received_on, call.today, "/received_on"),
            *closing.not_before(received_on, batch.handed_on, "/received_on"),
        ]
    )
    if office not in batch.offices:
        raise Rejected.because(
            "not_in_batch",
            f"这批交办里没有机关 {office} 的案件。",
            "请核对批次。",
            "/office",
        )
    if batch.receipts.get(office):
        raise Conflict.because(
            "already_received", "本机关已经签收这批交办。", "无需再次签收。"
        )
    Batches(call.session).receive(batch.id, office, received_on)
    OUTBOX.announce(
        call.session,
        events.BatchReceived(
            office=office,
            case_number=batch.letter_no,
            occurred_on=received_on,
            programme=batch.programme,
        ),
    )
    items = held_items(call, batch)
    numbers = [number for number, item in items.items() if item.office == office]
    received = BatchReceived(on=received_on, batch=batch.id, due_on=batch.due_on)
    _add_to_cases(call, numbers, [received])
    return shown_batch(call, batch.id)


def held_items(call: Call, batch: Any) -> dict[str, Any]:
    """
    What is still in a batch, by case number, once these cases are ours alone:
    nobody takes one back or returns it while we write.
    """
    kept = Batches(call.session)
    Matters(call.session).lock_cases([item.number for item in kept.items(batch.id)])
    return {
        item.number: item for item in kept.items(batch.id) if item.state == "handed"
    }


def objection_due(batch: Any, office: str) -> tuple[date, Any]:
    """
    The day the office received the batch, and until when it may object.
    """
    programme = policy().programmes.get(batch.programme)
    receipts, handed_on = batch.receipts, batch.handed_on
    received = batches.received_on(receipts, office, handed_on, programme)
    kind = policy().directory.office(office).kind
    due = batches.objection_due(programme, kind, received, policy().calendar)
    return received, due


def shown_batch(call: Call, identity: str) -> dict[str, Any]:
    """
    A batch as the asker may see it: of the others' cases only the hander knows.
    """
    kept, ours = Batches(call.session), call.offices()
    batch = kept.get(identity)
    cover = _cover(batch, ours)
    due = {office: objection_due(batch, office)[1] for office in cover["offices"]}
    return {
        **cover,
        "items": [
            {
                **item._mapping,  # noqa: SLF001 - public by SQLAlchemy
                "objection_due_on": due[item.office] and due[item.office].day,
            }
            for item in kept.items(identity)
            if item.office in due
        ],
    }


def batch_of(call: Call, *, lock: bool = False) -> Any:
    number = call.path["number"]
    batch = found(Batches(call.session).get(number, lock=lock), "交办批次", number)
    if not _cover(batch, call.offices())["offices"]:
        require_office(call.who, batch.office, policy().directory, call.today)
    return batch


def _cover(batch: Any, ours: Collection[str]) -> dict[str, Any]:
    """
    The letter as *ours* may see it: the hander all of it, an office its own part.
    """
    offices = batch.offices
    if batch.office not in ours:
        offices = [office for office in offices if office in ours]
    return {
        **batch._mapping,  # noqa: SLF001 - public by SQLAlchemy
        "offices": offices,
        "receipts": {office: batch.receipts.get(office) for office in offices},
    }


def _unfit(
    numbers: Sequence[str], cases: Mapping[str, Any], programme: Programme
) -> Iterator[Fault]:
    """
    Cases that cannot be handed down: unknown, of another programme, merged away.
    """
    for index, number in enumerate(numbers):
        place, row = f"/case_numbers/{index}", cases.get(number)
        if row is None:
            yield Fault(
                "case_unknown",
                f"还没有编号为“{number}”的案件。",
                "如刚刚报送，请稍后重试；否则请核对编号。",
                place,
            )
        elif row.programme != programme.code:
            yield Fault(
                "other_programme",
                f"案件“{number}”属于专项“{row.programme}”。",
                "请按案件所属的专项交办。",
                place,
            )
        elif row.merged:
            yield Fault(
                "case_merged",
                f"案件“{number}”已并入其他案件。",
                "请交办并入后的案件。",
                place,
            )


def _own(
    numbers: Sequence[str], cases: Mapping[str, Any], office: str, hub: str
) -> Iterator[Fault]:
    """
    Only the hub, whose own cases come from above all offices here, hands to itself.
    """
    for index, number in enumerate(numbers):
        row = cases.get(number)
        if row is not None and row.office == office != hub:
            yield Fault(
                "own_office",
                f"案件“{number}”是本机关自己的，不能由本机关交办。",
                "请由上级机关交办。",
                f"/case_numbers/{index}",
            )
