"""
Cases in further programmes beside their own: proposed, enrolled and withdrawn (PY-60).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.intake.casework.enrolments import enrol, judged_in
from services.intake.domain.cases import enrolling
from services.intake.domain.cases.cases import Case
from services.intake.domain.corrections.corrections import CorrectionKind
from services.intake.endpoints.corrections.history import note
from services.intake.endpoints.lookup import case_of, case_with_repeats
from services.intake.endpoints.views import shown_case
from services.intake.schemas import CaseView
from services.intake.schemas.cases.enrolments import (
    EnrolmentBody,
    EnrolmentWithdrawalBody,
)
from services.intake.schemas.cases.proposals import ProposalsView
from services.intake.store import OUTBOX, Cases
from shared.errors import reject_if
from shared.policy.current import current_policy
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
        judged_in(call.session, case, programme, {}, call.today)[0].proposal
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
    there too from that day, and that programme opens its own duties. A case that was
    withdrawn from it may be enrolled again.
    """
    case, stated = case_with_repeats(call), dict(call.body)
    code, on, reason = (stated.pop(name) for name in ("programme", "on", "reason"))
    return enrol_in(call, case, code, stated, on=on, reason=reason)


def enrol_in(
    call: Call,
    case: Case,
    code: str,
    stated: Mapping[str, Any],
    *,
    on: date,
    reason: str,
) -> dict[str, Any]:
    """
    Let a case that is locked stand also in the programme of that *code*, by what a
    person *stated* of it in the terms of that one.

    Raises `Rejected` with every reason.
    """
    policy = current_policy()
    reject_if(programme_exists(code, policy.programmes.codes, "/programme"))
    programme = policy.programmes.get(code)
    enrolled = enrol(
        call.session,
        case,
        programme,
        stated,
        on=on,
        today=call.today,
        reason=reason,
        by=call.who.account,
        office=call.who.office,
    )
    return _shown(call, case, enrolled)


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
    Cases(call.session).update(withdrawn)
    OUTBOX.announce(call.session, event)
    fields = {"programme": (None, call.path["programme"])}
    kind = CorrectionKind.CASE_ENROLMENT_WITHDRAWN
    note(call, case.number, kind, fields, reason=call.body["reason"])
    return _shown(call, case, withdrawn)


def _shown(call: Call, before: Case, case: Case) -> dict[str, Any]:
    call.changed(before, case)
    row = Cases(call.session).ledger_row(case.number)
    return shown_case(case, row, alone=True)
