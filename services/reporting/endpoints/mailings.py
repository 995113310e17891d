"""
The mails of supervision notices.
"""

from __future__ import annotations

from typing import Any

from services.reporting.schemas.mailings import MailingsQuery, MailingView
from services.reporting.store import Mailings
from shared.records import row_of
from shared.web.endpoint import Call, api
from shared.web.paging import Page


@api(
    "GET",
    "/mailings",
    query=MailingsQuery,
    answer=MailingView,
    many=True,
)
def list_mailings(call: Call) -> Page[Any]:
    """
    The mails of supervision notices to an office and to all below it.
    """
    mailings = Mailings(call.session)
    page = mailings.page_of(call.offices(), call.page)
    mails = mailings.mails_of([mailing.id for mailing in page.items])
    return page.map(
        lambda mailing: {**row_of(mailing), "deliveries": mails[mailing.id]}
    )
