"""
What several endpoints look up first: the programme, the petition, the case.
"""

from __future__ import annotations

from services.intake.casework import lock_repeating
from services.intake.domain.cases.cases import Case
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import Cases, Petitions, Steps
from shared.errors import KeptSecret, NotFound, reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.call import Call
from shared.web.lookup import in_sight, no_such


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


def petition_of(
    call: Call, number: str | None = None, *, lock: bool = False
) -> Petition:
    """
    The petition of that *number*, else of the one in the path.
    """
    number = number or call.path["number"]
    stored = Petitions(call.session).get(number, lock=lock)
    require_not_accused(call, stored)
    return in_sight(call, stored, "信访件", number)


def case_of(call: Call, number: str | None = None, *, lock: bool = False) -> Case:
    """
    The case of that *number*, else of the one in the path.
    """
    number = number or call.path["number"]
    stored = Cases(call.session).get(number, lock=lock)
    if stored and not call.may_see(stored.office):
        require_not_accused(call, Petitions(call.session).get(number), "案件")
    return in_sight(call, stored, "案件", number)


def case_with_repeats(call: Call) -> Case:
    """
    The case of the path, locked after the petitions that repeat it or may do so.
    """
    lock_repeating(call.session, case_of(call))
    return case_of(call, lock=True)


def require_not_accused(
    call: Call, petition: Petition | None, what: str = "信访件"
) -> None:
    """
    Raise `NotFound`, in the words for *what* does not exist, if a petition accuses the
    caller's office, or one above it.
    """
    accused = petition.accused_office if petition else None
    if petition and accused and kept_from(call, call.who.office, accused):
        missing = no_such(what, petition.number)
        raise NotFound(KeptSecret(**vars(missing), accused=accused))


def kept_from(call: Call, office: str, accused: str | None) -> bool:
    """
    Whether an *office* is the accused one, or below it.
    """
    directory = current_policy().directory
    return accused is not None and directory.is_within(office, accused, call.today)


def offices_of(call: Call, petition: Petition) -> list[str]:
    """
    The offices that have a petition or had it: its own, and whom it was passed on to.
    """
    steps = Steps(call.session).of_petition(petition.number)
    passed = (step.to_office for step in steps)
    return [petition.office, *dict.fromkeys(filter(None, passed))]
