"""
The cases of the ledgers, and what is one matter among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.intake.casework.accused import accused_in
from services.intake.casework.recounting import count_parted, lock_parting
from services.intake.domain.cases import merging
from services.intake.domain.cases.cases import Case
from services.intake.endpoints.lookup import case_of, conditions_of
from services.intake.endpoints.views import shown_case
from services.intake.schemas import (
    CaseView,
    MergeBody,
    RepeatedCaseView,
    UnmergeBody,
)
from services.intake.schemas.lists import CasesQuery, NameBody
from services.intake.store import OUTBOX, Cases, CountedRepeats
from shared.errors import Problem, reject_if
from shared.matter_numbers import office_in
from shared.policy.current import current_policy
from shared.rules import not_the_accused
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page, PageRequest


@api("GET", "/cases", query=CasesQuery, answer=CaseView, many=True)
def list_cases(call: Call) -> Page[Any]:
    """
    List the cases of an office and of those below it, the newest first unless it is
    asked otherwise (一院一清单, PY-14).
    """
    page = Cases(call.session).of_offices(
        call.offices(),
        call.page,
        sort=call.query["sort"],
        **conditions_of(call),
    )
    return page.map(lambda found: shown_case(*found, alone=False))


@api(
    "POST",
    "/case-searches",
    roles=CLERKS,
    body=NameBody,
    answer=CaseView,
    many=True,
    repeatable=False,
)
def search_cases(call: Call) -> Page[Any]:
    """
    Find the cases of the caller's own office whose petitioner has a name.

    The name is in the body: addresses stand in logs.
    """
    page = Cases(call.session).of_offices(
        [call.who.office], PageRequest.of(call.body), name=call.body["name"]
    )
    return page.map(lambda found: shown_case(*found, alone=False))


@api("GET", "/cases/<number>", answer=RepeatedCaseView)
def show_case(call: Call) -> dict[str, Any]:
    """
    Show one case with its ledger row and the petitions that repeat it, without the
    petitioner.
    """
    case = case_of(call)
    row = Cases(call.session).ledger_row(case.number)
    repeating = CountedRepeats(call.session).numbers_of_case(case.number)
    seen = [each for each in repeating if call.may_see(office_in(each) or "")]
    return {**shown_case(case, row, alone=True), "repeated_by": seen}


@api(
    "POST",
    "/cases/<number>/merge",
    roles=CLERKS,
    body=MergeBody,
    answer=CaseView,
)
def merge_case(call: Call) -> dict[str, Any]:
    """
    Merge a duplicate into the case it belongs to; nothing is deleted (PY-19).
    """
    number, into = call.path["number"], call.body["into"]
    one, other = Cases(call.session).lock(number, into)
    duplicate = in_sight(call, one, "案件", number)
    remaining = in_sight(call, other, "案件", into)
    reject_if(_secrecy_problems(call, duplicate, remaining))
    merged, event = merging.merge(
        duplicate,
        remaining,
        on=call.body["merged_on"],
        today=call.today,
    )
    return _save(call, duplicate, merged, event)


@api(
    "POST",
    "/cases/<number>/unmerge",
    roles=CLERKS,
    body=UnmergeBody,
    answer=CaseView,
)
def unmerge_case(call: Call) -> dict[str, Any]:
    """
    Undo a merge: the case counts again, and the petitions of its matter that came
    meanwhile repeat it. As for merging, who does it sees both cases.
    """
    lock_parting(call.session, case_of(call))
    merged, on = case_of(call, lock=True), call.body["unmerged_on"]
    if merged.merged_into:
        case_of(call, merged.merged_into)
    restored, event = merging.unmerge(merged, on=on, today=call.today)
    _save(call, merged, restored, event)
    count_parted(call.session, restored, on, call.today)
    case = case_of(call)
    return shown_case(case, Cases(call.session).ledger_row(case.number), alone=True)


def _secrecy_problems(call: Call, one: Case, other: Case) -> Iterator[Problem]:
    """
    No case of an accusation becomes one with a case of an office that it accuses.
    """
    directory = current_policy().directory
    for accusing, office in ((one, other.office), (other, one.office)):
        accused = accused_in(call.session, accusing.number)
        yield from not_the_accused(office, accused, directory, call.today, "/into")


def _save(call: Call, before: Case, case: Case, event: Any) -> dict[str, Any]:
    cases = Cases(call.session)
    call.changed(before, case)
    cases.update(case)
    OUTBOX.announce(call.session, event)
    return shown_case(case, cases.ledger_row(case.number), alone=True)
