"""
Closed cases archived (S29).
"""

from __future__ import annotations

from typing import Any

from services.assignment.casework.record import record
from services.assignment.domain.closings import archiving
from services.assignment.endpoints.lookup import case_of
from services.assignment.schemas.closings.closings import ArchivingBody, ArchivingView
from services.assignment.store import Duties, Matters
from shared.policy.current import current_policy
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/cases/<number>/archivings",
    roles=CLERKS,
    body=ArchivingBody,
    answer=ArchivingView,
    status=201,
)
def archive_case(call: Call) -> dict[str, Any]:
    """
    Archive a closed case of which everything was filed and nothing is owed any more.
    """
    row = case_of(call, lock=True)
    event = archiving.archive(
        row.as_reported(),
        archiving.Archiving(**call.body),
        Matters(call.session).facts(row.number),
        Duties(call.session).of_matter(row.number),
        posts=list(current_policy().directory.office(row.office).posts),
        today=call.today,
    )
    record(call.session, event)
    return {**vars(event), "number": row.number, "on": event.occurred_on}
