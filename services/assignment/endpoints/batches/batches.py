"""
Batches: cases handed down under one letter, and received (PY-18).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.moves import Reason, move_cases
from services.assignment.casework.record import record_facts
from services.assignment.domain import case_offices
from services.assignment.domain.batches import batches
from services.assignment.domain.batches.batches import Batch, BatchItem
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.batches import BatchReceived, HandedDown
from services.assignment.domain.leaders.units import accused_in
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.lookup import lock_cases_seen, programme_of
from services.assignment.papers.mailed import letters
from services.assignment.schemas.batches.batches import (
    BatchBody,
    BatchSummary,
    BatchView,
    ReceiptBody,
)
from services.assignment.store import OUTBOX, Batches, BatchItems, Matters, Profiles
from shared.errors import Conflict, Problem, Rejected, reject_if
from shared.policy.calendar import Due
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import Track
from shared.web.call import CLERKS, REVIEWERS, Call
from shared.web.endpoint import LONG_LIST, api
from shared.web.lookup import or_not_found
from shared.web.paging import Page, PageRequest
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/batches",
    roles=REVIEWERS,
    body=BatchBody,
    limit=LONG_LIST,
    answer=BatchView,
    status=201,
)
def hand_down_batch(call: Call) -> dict[str, Any]:
    """
    Hand cases down under one letter (PY-18); they then need two levels (A-46).
    """
    programme = programme_of(call.body["programme"])
    numbers = list(dict.fromkeys(call.body["case_numbers"]))
    cases = lock_cases_seen(call, numbers)
    batch = _new_batch(call, programme, numbers, cases)
    if not Batches(call.session).insert_new(batch):
        raise Conflict.because(
            "letter_number_taken",
            f"文号“{batch.letter_no}”已用于另一批交办。",
            "请核对文号。",
            "/letter_no",
        )
    to = call.body.get("to_office")
    items = [
        BatchItem(
            batch.id,
            row.number,
            to or row.office,
            from_office=row.office if to not in {None, row.office} else None,
        )
        for row in cases.values()
    ]
    BatchItems(call.session).insert(*items)
    OUTBOX.announce(
        call.session,
        events.BatchHandedDown(
            office=batch.office,
            case_number=batch.letter_no,
            occurred_on=batch.handed_on,
            programme=batch.programme,
            source=batch.source,
            cases=len(numbers),
        ),
        *letters(batch, items),
    )
    if to:
        why = Reason("batch", batch.letter_no, call.who.account)
        move_cases(call.session, dict.fromkeys(numbers, to), batch.handed_on, why)
    # After the moves: the batch opens duties, and these are owed by the office that has
    # the case now.
    _add_to_cases(call, numbers, _facts_of(batch, programme, call.body["track"]))
    return shown_batch(call, batch)


def _new_batch(
    call: Call, programme: Programme, numbers: Sequence[str], cases: Mapping[str, Any]
) -> Batch:
    """
    The batch of a body. Raises `Rejected` with every problem.
    """
    body, office = call.body, call.office()
    to = call.office(body["to_office"]) if body.get("to_office") else None
    tracks = Profiles(call.session).tracks(cases)
    with_tracks = [(number, tracks.get(number, Track.CAMPAIGN)) for number in numbers]
    due_on = body["due_on"] or body["handed_on"]
    reject_if(
        [
            *day_has_come(body["handed_on"], call.today, "/handed_on"),
            *day_not_before(due_on, body["handed_on"], "/due_on"),
            *batches.kind_problems(body["kind"], programme),
            *batches.track_problems(with_tracks, body["track"]),
            *_unfit(numbers, cases, programme),
            *([] if to else _own_cases(numbers, cases, office, programme.hub)),
            *(_immovable(call, numbers, cases, to) if to else []),
        ]
    )
    offices = [to] if to else sorted({row.office for row in cases.values()})
    return Batch(
        **{name: value for name, value in body.items() if name != "to_office"}
        | {
            "case_numbers": tuple(numbers),
            "track": Track(body["track"] or with_tracks[0][1]),
        },
        id=str(uuid7()),
        office=office,
        offices=tuple(offices),
        receipts=dict.fromkeys(offices),
    )


def _facts_of(batch: Batch, programme: Programme, confirmed: str | None) -> list[Fact]:
    """
    Return what a batch means for each of its cases, as facts; *confirmed*: the track
    that a person chose.
    """
    on, track = batch.handed_on, Track(confirmed) if confirmed else None
    facts: list[Fact] = [HandedDown(on=on, batch=batch.id, track=track)]
    if batches.starts_clocks(programme):
        presumed = batches.received_on({}, batch.office, on, programme)
        facts.append(
            BatchReceived(
                on=presumed, batch=batch.id, due_on=batch.due_on, presumed=True
            )
        )
    return facts


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
    query=ListQuery,
    answer=BatchSummary,
    many=True,
)
def list_batches(call: Call) -> Page[Batch]:
    """
    List the batches handed down by, or to, an office and those below it.
    """
    ours = call.offices()
    page = Batches(call.session).of_offices(ours, PageRequest.of(call.query))
    return page.map(lambda batch: _for_reader(batch, ours))


@api("GET", "/batches/<number>", answer=BatchView)
def show_batch(call: Call) -> dict[str, Any]:
    """
    Show a batch, which offices confirmed receipt, and what left it.
    """
    return shown_batch(call, batch_of(call))


@api(
    "POST",
    "/batches/<number>/receipts",
    roles=CLERKS,
    body=ReceiptBody,
    answer=BatchView,
    status=201,
)
def receive_batch(call: Call) -> dict[str, Any]:
    """
    Confirm that a responsible office received a batch (A-11).
    """
    batch = batch_of(call, lock=True)
    office = call.office(call.body.get("office"))
    received_on = call.body["received_on"]
    _require_receivable(batch, office, received_on, call.today)
    batch = replace(batch, receipts={**batch.receipts, office: received_on})
    Batches(call.session).update(batch)
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
    receipt = BatchReceived(on=received_on, batch=batch.id, due_on=batch.due_on)
    _add_to_cases(call, numbers, [receipt])
    return shown_batch(call, batch)


def _require_receivable(
    batch: Batch, office: str, received_on: date, today: date
) -> None:
    """
    Raises `Rejected` or `Conflict` if the office cannot confirm receipt on that day.
    """
    reject_if(
        [
            *day_has_come(received_on, today, "/received_on"),
            *day_not_before(received_on, batch.handed_on, "/received_on"),
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


def held_items(call: Call, batch: Batch) -> dict[str, BatchItem]:
    """
    The cases still in a batch by their numbers, once all its cases are locked, so that
    none is withdrawn or returned meanwhile.
    """
    items = BatchItems(call.session)
    Matters(call.session).lock_cases([item.number for item in items.of_batch(batch.id)])
    return {
        item.number: item for item in items.of_batch(batch.id) if item.state == "handed"
    }


def objection_due(batch: Batch, office: str) -> tuple[date, Due | None]:
    """
    The day the office received the batch, and until when it may object.
    """
    programme = current_policy().programmes.get(batch.programme)
    receipts, handed_on = batch.receipts, batch.handed_on
    received = batches.received_on(receipts, office, handed_on, programme)
    kind = current_policy().directory.office(office).kind
    due = batches.objection_due(programme, kind, received, current_policy().calendar)
    return received, due


def shown_batch(call: Call, batch: Batch) -> dict[str, Any]:
    """
    A batch as the caller may see it, with the state of each case.
    """
    shown = _for_reader(batch, call.offices())
    due = {office: objection_due(batch, office)[1] for office in shown.offices}
    items = [
        {**vars(item), "objection_due_on": day and day.day}
        for item in BatchItems(call.session).of_batch(batch.id)
        if item.office in due
        for day in [due[item.office]]
    ]
    return {**vars(shown), "items": items}


def batch_of(call: Call, *, lock: bool = False) -> Batch:
    """
    The batch whose id is in the path. Raises `NotFound`, also for offices that neither
    handed it down nor received a part of it.
    """
    number = call.path["number"]
    batch = Batches(call.session).get(number, lock=lock)
    if batch and not _for_reader(batch, call.offices()).offices:
        batch = None
    return or_not_found(batch, "交办批次", number)


def _for_reader(batch: Batch, readers: Collection[str]) -> Batch:
    """
    The batch without what its readers may not see: the handing office sees all, a
    recipient its own part.
    """
    if batch.office in readers:
        return batch
    offices = tuple(office for office in batch.offices if office in readers)
    receipts = {office: batch.receipts.get(office) for office in offices}
    return replace(batch, offices=offices, receipts=receipts)


def _unfit(
    numbers: Sequence[str], cases: Mapping[str, Any], programme: Programme
) -> Iterator[Problem]:
    """
    Cases that cannot be handed down: unknown, of another programme, merged away.
    """
    for index, number in enumerate(numbers):
        place, row = f"/case_numbers/{index}", cases.get(number)
        if row is None:
            yield Problem(
                "no_such_case",
                f"还没有编号为“{number}”的案件。",
                "如刚刚报送，请稍后重试；否则请核对编号。",
                place,
            )
        elif row.programme != programme.code:
            yield Problem(
                "other_programme",
                f"案件“{number}”属于专项“{row.programme}”。",
                "请按案件所属的专项交办。",
                place,
            )
        elif row.merged:
            yield Problem(
                "case_merged",
                f"案件“{number}”已并入其他案件，或已撤销登记。",
                "请核对编号；已并入的，请交办并入后的案件。",
                place,
            )


def _immovable(
    call: Call, numbers: Sequence[str], cases: Mapping[str, Any], to: str
) -> Iterator[Problem]:
    """
    Cases that cannot move to the receiving office, each with its place.
    """
    of_cases = Matters(call.session).facts_of_cases(list(cases))
    for index, number in enumerate(numbers):
        row = cases.get(number)
        if row is not None and row.office != to:
            yield from move_problems(
                row,
                to,
                call.body["handed_on"],
                f"/case_numbers/{index}",
                facts=of_cases[number],
            )


def move_problems(
    row: BegunMatter, to: str, on: date, place: str, *, facts: Sequence[Fact]
) -> Iterator[Problem]:
    """
    Why the case of a row cannot move to an office on a day; *place*: where it is named.
    """
    accused, directory = accused_in(facts), current_policy().directory
    yield from case_offices.receiver_problems(to, on, place, directory, accused)
    yield from case_offices.problems(
        on, place, standing=row.standing, merged=row.merged, facts=facts
    )


def _own_cases(
    numbers: Sequence[str], cases: Mapping[str, Any], office: str, hub: str
) -> Iterator[Problem]:
    """
    Check that only the hub hands cases to itself: its own cases come from offices above
    all of these.
    """
    for index, number in enumerate(numbers):
        row = cases.get(number)
        if row is not None and row.office == office != hub:
            yield Problem(
                "own_office",
                f"案件“{number}”是本机关自己的，不能由本机关交办。",
                "请由上级机关交办。",
                f"/case_numbers/{index}",
            )
