"""
The mails of supervision notices.
"""

from __future__ import annotations

from typing import Any

from services.reporting.schemas import MailingView, ReturnsQuery
from services.reporting.store import Notices
from shared.web.endpoint import Call, api
from shared.web.paging import Page


@api(
    "GET",
    "/mailings",
    query=ReturnsQuery,
    answer=MailingView,
    many=True,
)
def list_mailings(call: Call) -> Page[dict[str, Any]]:
    """
    The mails of supervision notices to an office and to all below it.
    """
    store = Notices(call.session)
    page = store.of_offices(call.offices(), call.page)
    mails = store.mails_of([row.id for row in page.items])
    return page.map(lambda row: row._asdict() | {"deliveries": mails[row.id]})
