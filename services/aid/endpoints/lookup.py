"""
What several endpoints look up: cases, applications, posts.
"""

from __future__ import annotations

from dataclasses import replace

from services.aid.domain.application import Application
from services.aid.store import Applications, Cases
from services.aid.store.tables import applications
from shared.cases.case import Case
from shared.policy.current import current_policy
from shared.web.call import Call
from shared.web.lookup import in_sight, or_not_found


def case_of(call: Call) -> Case:
    """
    The case whose number is in the path, locked.
    """
    number = call.path["number"]
    return in_sight(call, Cases(call.session).lock(number), "案件", number)


def application_of(call: Call) -> tuple[Case, Application]:
    """
    The application whose id is in the path, and its case, locked. What was decided
    stays with the office that decided it, also when the case moves.
    """
    identity = call.path["identity"]
    locked = Cases(call.session).lock_of(applications, identity)
    stored = Applications(call.session).get(identity)
    application = in_sight(call, stored, "救助申请", identity)
    case = or_not_found(locked, "救助申请", identity)
    return replace(case, office=application.office), application


def save(call: Call, before: Application, after: Application) -> None:
    """
    Store a changed application, with what changed for the audit trail.
    """
    Applications(call.session).update(after)
    call.changes |= {"state": [before.state, after.state]}


def posts_of(office: str) -> list[str]:
    return list(current_policy().directory.office(office).posts)
