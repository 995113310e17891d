"""
Cases in further programmes beside their own: proposed, enrolled and withdrawn (PY-60).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.intake.domain import enrolling
from services.intake.domain.cases import Case
from services.intake.domain.corrections import CorrectionKind
from services.intake.domain.enrolling import Judged
from services.intake.endpoints.history import note
from services.intake.endpoints.lookup import case_of
from services.intake.forms import completed, shown
from services.intake.schemas import CaseView
from services.intake.schemas.enrolments import EnrolmentBody, EnrolmentWithdrawalBody
from services.intake.schemas.proposals import ProposalsView
from services.intake.store import OUTBOX, Cases, MatterOf, Petitions
from shared.errors import reject_if
from shared.events import Event
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api("GET", "/cases/<number>/proposals", answer=ProposalsView)
def propose_programmes(call: Call) -> dict[str, Any]:
    """
    Say of each further programme that covers the case's office whether the case meets
    its scope, clause by clause.
    """
    case, policy = case_of(call), current_policy()
    covering = policy.programmes.covering(case.office, policy.directory, call.today)
    standing = {case.programme, *(each.programme for each in case.further)}
    proposals = [
        _judged(call, case, programme, {}, call.today).proposal
        for programme in covering
        if programme.code not in standing
    ]
    return {"number": case.number, "proposals": proposals}


@api(
    "POST",
    "/cases/<number>/enrolments",
    roles=CLERKS,
    body=EnrolmentBody,
    answer=CaseView,
    status=201,
)
def enrol_case(call: Call) -> dict[str, Any]:
    """
    Let a case stand also in a further programme: what is recorded of it once counts
    there too from that day, and that programme opens its own duties.
    """
    case, stated = case_of(call, lock=True), dict(call.body)
    code, on, reason = (stated.pop(name) for name in ("programme", "on", "reason"))
    policy = current_policy()
    reject_if(programme_exists(code, policy.programmes.codes, "/programme"))
    programme = policy.programmes.get(code)
    enrolled, event = enrolling.enrol(
        case,
        _judged(call, case, programme, stated, on),
        programme,
        policy.directory,
        on=on,
        today=call.today,
    )
    return _save(call, case, enrolled, event, reason)


@api(
    "POST",
    "/cases/<number>/enrolments/<programme>/withdrawals",
    roles=CLERKS,
    body=EnrolmentWithdrawalBody,
    answer=CaseView,
)
def withdraw_case_enrolment(call: Call) -> dict[str, Any]:
    """
    Let a case stand in a further programme no more: what is owed there is released, and
    nothing of it counts there from that day.
    """
    case = case_of(call, lock=True)
    withdrawn, event = enrolling.withdraw_enrolment(
        case, call.path["programme"], on=call.body["withdrawn_on"], today=call.today
    )
    return _save(call, case, withdrawn, event, call.body["reason"])


def _judged(
    call: Call,
    case: Case,
    programme: Programme,
    stated: Mapping[str, Any],
    on: date,
) -> Judged:
    home = current_policy().programmes.get(case.programme)
    row = Cases(call.session).ledger_row(case.number)
    given = dict(stated)
    repeats = given.pop("repeats", _repeats_in(call, case, programme))
    if repeats is not None:
        given["repeats_in_window"] = repeats
    return enrolling.judge(
        case, completed(row, home), given, home=home, programme=programme, on=on
    )


def _repeats_in(call: Call, case: Case, programme: Programme) -> int | None:
    """
    How many petitions of the matter the programme counts as repeats, where the case
    came from a petition; None where the ledger alone says it.
    """
    petition = Petitions(call.session).get(case.number)
    if petition is None:
        return None
    directory = current_policy().directory
    lineage = directory.lineage(petition.office, petition.received_on)
    matter = MatterOf(call.session, petition, lineage)
    return matter.items(programme.scope.repeats_in).repeats


def _save(
    call: Call, before: Case, case: Case, event: Event, reason: str
) -> dict[str, Any]:
    cases = Cases(call.session)
    call.changed(before, case)
    cases.update(case)
    OUTBOX.announce(call.session, event)
    fields = {"programme": (None, vars(event)["programme"])}
    kind = CorrectionKind(event.type.partition(".")[2])
    note(call, case.number, kind, fields, reason=reason)
    row = shown(cases.ledger_row(case.number), case.programme, alone=True)
    return {**vars(case), "row": row}
