"""
The leak log as auditors read it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from types import ModuleType

from sqlalchemy import Connection, Table, func

from shared.policy.current import current_policy
from shared.records.newest import read_newest
from shared.records.rows import Records
from shared.records.views import view_of
from shared.storage.leak_log import LeakAttempt
from shared.vocabulary import Role
from shared.web import fields as schema
from shared.web.call import Call
from shared.web.endpoint import add_endpoint
from shared.web.fields import Strict
from shared.web.paging import Page, PageRequest

LeakAttemptView = view_of(LeakAttempt, without=("token", "accused"))


class LeakLogQuery(Strict):
    """Whose attempts, on which days."""

    office = schema.office_code()
    since = schema.day(required=False, data_key="from")
    until = schema.day(required=False, data_key="to")
    after = schema.text(longest=400, required=False)
    limit = schema.page_size()


class LeakLog(Records[LeakAttempt]):
    """
    The attempts in the *table* of one service.
    """

    record = LeakAttempt

    def __init__(self, session: Connection, table: Table) -> None:
        super().__init__(session)
        self.table = table

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        reader: Sequence[str],
        since: date | None = None,
        until: date | None = None,
    ) -> Page[LeakAttempt]:
        """
        The attempts by offices on days *since* .. *until*, the newest first, for a
        *reader*: an office and all above it.

        What is kept from the reader is not listed: that there was an attempt would tell
        of the accusation. Where that was not written, nobody reads attempts of its own.
        """
        log = self.table
        kept = func.coalesce(log.c.accused, log.c.office)
        query = self.query().where(kept.not_in(reader))
        if since:
            query = query.where(log.c.tried_on >= since)
        if until:
            query = query.where(log.c.tried_on <= until)
        by = [log.c.tried_on, log.c.id]
        page = read_newest(
            self.session, query, request, by, office=log.c.office, offices=offices
        )
        return page.map(self.of_row)


def leak_log_endpoints(service: str, table: Table) -> ModuleType:
    """
    A module with the endpoint of the leak log of a service, for its list of modules.
    """

    def list_attempts(call: Call) -> Page[LeakAttempt]:
        """
        List who tried to bring an accusation before an office that it accuses, the
        newest first.
        """
        asked = ("since", "until")
        days = {name: call.query[name] for name in asked if name in call.query}
        log, directory = LeakLog(call.session, table), current_policy().directory
        reader = directory.lineage(call.who.office, call.today)
        return log.of_offices(call.offices(), call.page, reader=reader, **days)

    module = ModuleType(f"services.{service}.leak_log")
    add_endpoint(
        module,
        "list_leak_attempts",
        list_attempts,
        *("GET", "/leak-log"),
        roles=frozenset({Role.AUDITOR}),
        query=LeakLogQuery,
        answer=LeakAttemptView,
        many=True,
    )
    return module
