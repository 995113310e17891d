"""
The leak log of assignment: who tried to bring an accusation before whom it accuses.
"""

from __future__ import annotations

from services.assignment.store import TABLES
from shared.leak_log import LeakAttemptView, LeakLog, LeakLogQuery
from shared.storage.leak_log import LeakAttempt
from shared.vocabulary import Role
from shared.web.call import Call
from shared.web.endpoint import api
from shared.web.paging import Page


@api(
    "GET",
    "/leak-log",
    roles=frozenset({Role.AUDITOR}),
    query=LeakLogQuery,
    answer=LeakAttemptView,
    many=True,
)
def list_leak_attempts(call: Call) -> Page[LeakAttempt]:
    """
    List who tried to bring an accusation before an office that it accuses, the newest
    first.
    """
    days = {name: call.query[name] for name in ("since", "until") if name in call.query}
    log = LeakLog(call.session, TABLES["leak_log"])
    return log.of_offices(call.offices(), call.page, **days)
