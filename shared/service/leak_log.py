"""
The leak log as auditors read it.
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Table

from shared.policy.current import current_policy
from shared.records.leak_log import LeakLog
from shared.records.newest import read_log
from shared.records.views import view_of
from shared.storage.leak_log import LeakAttempt
from shared.vocabulary import Role
from shared.web.call import Call
from shared.web.endpoint import add_endpoint
from shared.web.paging import Page
from shared.web.schema.queries import LogQuery

LeakAttemptView = view_of(LeakAttempt, without=("token", "accused"))


def leak_log_endpoints(service: str, table: Table) -> ModuleType:
    """
    A module with the endpoint of the leak log of a service, for its list of modules.
    """

    def list_attempts(call: Call) -> Page[LeakAttempt]:
        """
        List who tried to bring an accusation before an office that it accuses, the
        newest first; but for attempts at what is kept from the office that asks: that
        there was one would tell it of the accusation.
        """
        names = ("since", "until")
        days = {name: call.query[name] for name in names if name in call.query}
        log, directory = LeakLog(call.session, table), current_policy().directory
        reader = directory.lineage(call.who.office, call.today)
        return read_log(
            log,
            call.page,
            table.c.tried_on,
            offices=call.offices(),
            only=[table.c.accused.not_in(reader)],
            **days,
        )

    module = ModuleType(f"services.{service}.leak_log")
    add_endpoint(
        module,
        "list_leak_attempts",
        list_attempts,
        *("GET", "/leak-log"),
        roles=frozenset({Role.AUDITOR}),
        query=LogQuery,
        answer=LeakAttemptView,
        many=True,
    )
    return module
