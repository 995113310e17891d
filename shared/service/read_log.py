"""
What is sealed is read with a purpose, by a request of its own: the entry of the read
log, and the log as auditors read it.
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Table
from uuid_utils import uuid7

from shared import clock
from shared.records.openings import Opening, Openings
from shared.records.views import view_of
from shared.vocabulary import Role
from shared.web.call import Call
from shared.web.endpoint import add_endpoint
from shared.web.paging import Page
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.queries import LogQuery

OpeningView = view_of(Opening, without=("token",))


class OpeningBody(Strict):
    """What the content is needed for."""

    purpose = schema.text(longest=200)


class OpeningsQuery(LogQuery):
    """Whose openings, on which days, by whom."""

    actor = schema.text(longest=200, required=False)


def note_opening(
    call: Call, table: Table, number: str, office: str, purpose: str
) -> Opening:
    """
    The entry of the read log, written in the transaction that reads what is sealed of
    *number*, which an *office* handles.
    """
    opening = Opening(
        id=str(uuid7()),
        number=number,
        office=office,
        actor=call.who.actor,
        token=call.who.token,
        purpose=purpose,
        opened_on=call.today,
        opened_at=clock.now(),
    )
    Openings(call.session, table).insert(opening)
    return opening


def read_log_endpoints(service: str, table: Table) -> ModuleType:
    """
    A module with the endpoint of the read log of a service, for its list of modules.
    """

    def list_openings(call: Call) -> Page[Opening]:
        """
        List who read what is sealed, and what for, the newest first.
        """
        names = ("since", "until", "actor")
        filters = {name: call.query[name] for name in names if name in call.query}
        log = Openings(call.session, table)
        return log.of_offices(call.offices(), call.page, **filters)

    module = ModuleType(f"services.{service}.read_log")
    add_endpoint(
        module,
        "list_openings",
        list_openings,
        *("GET", "/openings"),
        roles=frozenset({Role.AUDITOR}),
        query=OpeningsQuery,
        answer=OpeningView,
        many=True,
    )
    return module
