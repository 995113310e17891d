"""
Special drives, as of a hundred days: their cases and figures (DY-07).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment.casework.record import record_facts
from services.assignment.domain.batches import drives
from services.assignment.domain.batches.drives import Drive, DriveCase
from services.assignment.domain.facts.batches import DriveJoined
from services.assignment.endpoints.lookup import lock_cases_seen, programme_of
from services.assignment.schemas.batches import drives as schemas
from services.assignment.store import DriveCases, Drives, Enrolments
from shared.errors import reject_if
from shared.rules import day_has_come
from shared.web.call import LEADERS, Call
from shared.web.endpoint import LONG_LIST, api
from shared.web.lookup import or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery, PageQuery


@api(
    "POST",
    "/drives",
    roles=LEADERS,
    body=schemas.DriveBody,
    limit=LONG_LIST,
    answer=schemas.DriveView,
    status=201,
)
def open_drive(call: Call) -> dict[str, Any]:
    """
    Open a drive of the days that the programme says, with the cases chosen for it.
    """
    body, programme = call.body, programme_of(call.body["programme"])
    reject_if(drives.kind_problems(body["kind"], programme))
    kind = next(each for each in programme.drives if each.id == body["kind"])
    drive = Drive(
        id=str(uuid7()),
        programme=programme.code,
        office=call.office(),
        until=drives.last_day(body["start"], kind.days),
        opened_by=call.who.account,
        **{name: body[name] for name in ("kind", "name", "start", "document")},
    )
    _take_in(call, drive, body["case_numbers"], drive.start)
    return _shown(call, drive)


@api(
    "POST",
    "/drives/<id>/cases",
    roles=LEADERS,
    body=schemas.DriveCasesBody,
    limit=LONG_LIST,
    answer=schemas.DriveView,
    status=201,
)
def add_to_drive(call: Call) -> dict[str, Any]:
    """
    Choose more cases for a drive that runs.
    """
    drive = _drive_of(call)
    call.office(drive.office)
    _take_in(call, drive, call.body["case_numbers"], call.body["on"])
    return _shown(call, drive)


@api("GET", "/drives", query=ListQuery, answer=schemas.DriveSummary, many=True)
def list_drives(call: Call) -> Page[Drive]:
    """
    List the drives of an office and those below it, and those their cases are in.
    """
    return Drives(call.session).of_offices(call.offices(), call.page)


@api("GET", "/drives/<id>", answer=schemas.DriveView)
def show_drive(call: Call) -> dict[str, Any]:
    """
    Show a drive: cases taken, and settled within its days, by office.
    """
    return _shown(call, _drive_of(call))


@api(
    "GET",
    "/drives/<id>/cases",
    query=PageQuery,
    answer=schemas.DriveCaseView,
    many=True,
)
def list_drive_cases(call: Call) -> Page[DriveCase]:
    """
    List the cases of a drive.
    """
    drive = _drive_of(call)
    offices = None if call.may_see(drive.office) else call.offices()
    return DriveCases(call.session).page_of(drive.id, offices, call.page)


def _take_in(call: Call, drive: Drive, listed: Sequence[str], on: date) -> None:
    numbers = list(dict.fromkeys(listed))
    store = Drives(call.session)
    cases = lock_cases_seen(call, numbers)
    busy = store.busy(cases, drive)
    reject_if(
        [
            *day_has_come(on, call.today, "/start" if on == drive.start else "/on"),
            *drives.case_problems(
                drive,
                numbers,
                cases,
                enrolled=Enrolments(call.session).standing_in(drive.programme, cases),
                busy=busy,
                joined_on=on,
            ),
        ]
    )
    if store.get(drive.id) is None:
        store.insert(drive)
    DriveCases(call.session).insert(
        *(DriveCase(drive.id, row.number, row.office, on) for row in cases.values())
    )
    record_facts(
        call.session,
        {
            number: {
                str(uuid7()): DriveJoined(
                    on=max(on, row.opened_on),
                    drive=drive.id,
                    drive_until=drive.until,
                )
            }
            for number, row in cases.items()
        },
    )


def _drive_of(call: Call) -> Drive:
    """
    The drive whose id is in the path. Raises `NotFound`, also where neither the drive
    nor a case in it is of the caller's offices.
    """
    identity = call.path["id"]
    drive = Drives(call.session).get(identity)
    if drive and not call.may_see(drive.office):
        cases = DriveCases(call.session).counted(identity)
        drive = drive if any(call.may_see(case.office) for case in cases) else None
    return or_not_found(drive, "集中活动", identity)


def _shown(call: Call, drive: Drive) -> dict[str, Any]:
    """
    The drive with the figures of the offices that the caller may see.
    """
    store = DriveCases(call.session)
    lines = drives.figures(store.counted(drive.id), store.outcomes(drive, call.today))
    shown = [line for line in lines if call.may_see(line.office)]
    total = drives.sum_of(shown, call.who.office)
    return {**vars(drive), "offices": shown, "total": total}
