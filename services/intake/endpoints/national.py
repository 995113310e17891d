"""
The list of receptions in the national petition system, pushed by an office, and what it
differs in from the register: numbers and days, nobody's name (JZ-08, JZ-51).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.intake.casework.importing.reader import (
    READERS,
    read_lines,
    sentence_of,
)
from services.intake.domain.national import (
    Difference,
    NationalEntry,
    entries_of,
    list_problems,
    unread_problems,
)
from services.intake.ledger import NATIONAL
from services.intake.schemas.national import (
    DifferencesQuery,
    DifferenceView,
    NationalListQuery,
    NationalListView,
)
from services.intake.store import NationalEntries
from shared.errors import Problem, Rejected, reject_if
from shared.policy.current import current_policy
from shared.rules import day_not_before
from shared.settings import settings
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.paging import Page

_FAULTS_SHOWN = 100


def _read(call: Call) -> tuple[list[NationalEntry], list[str]]:
    """
    The entries of a pushed list, and what says that something else was left unread.

    Raises `Rejected` with what is wrong in it: a list with a faulty row, or one that
    was not read whole, is not taken, for what is not in it counts as not entered.
    """
    if len(call.raw) > settings.integer("SMALL_LEDGER"):
        raise Rejected.because(
            "file_too_large", "清单过大。", "请分几段起止日期报送。", "/file"
        )
    lines = [*read_lines(call.query["filename"], NATIONAL, call.raw)]
    READERS.replace()
    wrong = [
        Problem(**{**problem, "location": _place(problem["location"])})
        for line in lines
        for problem in (*line.get("problems", ()), *line.get("unreadable", ()))
    ]
    end = lines[-1] if lines else {}
    reject_if([*unread_problems(end), *wrong][:_FAULTS_SHOWN])
    return entries_of(lines), [*map(sentence_of, end["end"]["notices"])]


def _place(cell: Mapping[str, Any]) -> str:
    """
    Where in the file it is: its row and the id of its column.
    """
    return "/".join(map(str, filter(None, ("/file", cell["row"], cell["column"]))))


@api(
    "POST",
    "/national-lists",
    roles=CLERKS,
    query=NationalListQuery,
    accepts="application/octet-stream",
    answer=NationalListView,
    status=201,
    refusals=(413,),
    vet=_read,
)
def push_national_list(call: Call) -> dict[str, Any]:
    """
    Push what an office and those below it have entered in the national system in some
    days (xlsx, csv or json in the form of deploy/forms/national.yaml); it replaces what
    was known of these days.
    """
    query, (entries, notices) = call.query, call.vetted
    span = query["from_"], query["to"]
    reject_if(
        [
            *day_not_before(span[1], span[0], "?to"),
            *list_problems(entries, call.offices(), *span),
        ][:_FAULTS_SHOWN]
    )
    NationalEntries(call.session).replace(call.offices(), *span, entries)
    return {
        "office": call.office(),
        "from_": span[0],
        "to": span[1],
        "rows": len(entries),
        "notices": notices,
    }


@api(
    "GET",
    "/national-lists/differences",
    query=DifferencesQuery,
    answer=DifferenceView,
    many=True,
)
def list_national_differences(call: Call) -> Page[Difference]:
    """
    List the visits of the register that are not in the national system or not since
    their day, and what stands there and in no register.
    """
    query, directory = call.query, current_policy().directory
    reject_if(day_not_before(query["to"], query["from_"], "?to"))
    return NationalEntries(call.session).differences(
        call.offices(),
        *(query["from_"], query["to"]),
        directory.lineage(call.who.office, call.today),
        call.page,
    )
