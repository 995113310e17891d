"""
A petition becomes a case: what its programme says of it, and a person who confirms it.
"""

from __future__ import annotations

from typing import Any

from services.intake.casework.forms import coded
from services.intake.casework.matters import lock_matter
from services.intake.casework.proposals import open_case_of, proposals_of
from services.intake.domain.petitions.petitions import Petition
from services.intake.endpoints.cases.enrolments import enrol_in
from services.intake.endpoints.lookup import petition_of
from services.intake.endpoints.views import shown_case
from services.intake.schemas import CaseView
from services.intake.schemas.cases.proposals import CaseOfPetition, ProposalsView
from services.intake.store import Cases, Routes
from shared.policy.current import current_policy
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api

_AT_ONCE = "立案时一并列入。"
_OF_PROGRAMME = ("origin", "scope_class", "prior_opinions")
"""
What a person states in the terms of the programme that the case is for.
"""


@api("GET", "/petitions/<number>/proposals", answer=ProposalsView)
def propose_case(call: Call) -> dict[str, Any]:
    """
    Say whether a petition is a case of its programme, and of each other one that covers
    its office, clause by clause.
    """
    petition = petition_of(call)
    judged = proposals_of(call.session, petition, call.today)
    return {"number": petition.number, "proposals": judged}


@api(
    "POST",
    "/petitions/<number>/case",
    roles=CLERKS,
    body=CaseOfPetition,
    answer=CaseView,
    status=201,
)
def make_case(call: Call) -> dict[str, Any]:
    """
    Confirm that a petition is a case of its programme, or at once also of a further one
    that covers its office (PY-60); it keeps its number. Without a department it is for
    the one that it was sent to. The answer names the clauses of the scope that it
    fails, if it becomes one all the same.
    """
    lock_matter(call.session, petition_of(call))
    petition, stated = petition_of(call), dict(call.body)
    if "programme" not in stated:
        own = current_policy().programmes.get(petition.programme)
        stated = coded(stated, own)
    opened_on = stated.pop("opened_on")
    code, there = stated.pop("programme", petition.programme), dict[str, Any]()
    if code != petition.programme:
        there = {name: stated.pop(name) for name in _OF_PROGRAMME if name in stated}
    stated.setdefault("department", _routed_to(call, petition))
    after, case = open_case_of(call.session, petition, opened_on, stated, call.today)
    call.changed(petition, after)
    if code != petition.programme:
        return enrol_in(call, case, code, there, on=opened_on, reason=_AT_ONCE)
    row = Cases(call.session).ledger_row(case.number)
    return shown_case(case, row, alone=True)


def _routed_to(call: Call, petition: Petition) -> str | None:
    """
    The department of its own office to which a person sent a petition last.
    """
    decisions = Routes(call.session).of_petition(petition.number)
    own = decisions and decisions[-1].office == petition.office
    return decisions[-1].department if own else None
