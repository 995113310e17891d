"""
What several endpoints look up first: the programme, the petition, the case.
"""

from __future__ import annotations

from services.intake.domain.cases import Case
from services.intake.domain.petitions import Petition
from services.intake.store import Cases, Petitions
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.endpoint import Call, in_sight


def programme_of(call: Call, code: str | None, office: str) -> Programme:
    """
    The programme of that *code*, or the first that covers the office.

    Raises `Rejected` unless it covers the office.
    """
    policy = current_policy()
    covering = policy.programmes.covering(office, policy.directory, call.today)
    programmes = {programme.code: programme for programme in covering}
    code = code or next(iter(programmes), "")
    reject_if(programme_exists(code, programmes, "/programme"))
    return programmes[code]


def petition_of(call: Call, *, lock: bool = False) -> Petition:
    """
    The petition whose number is in the path.
    """
    number = call.path["number"]
    stored = Petitions(call.session).get(number, lock=lock)
    return in_sight(call, stored, "信访件", number)


def case_of(call: Call, *, lock: bool = False) -> Case:
    """
    The case whose number is in the path.
    """
    number = call.path["number"]
    return in_sight(call, Cases(call.session).get(number, lock=lock), "案件", number)
