"""
The mails of notices: listed, sent again.
"""

from __future__ import annotations

from typing import Any

from services.reporting.casework.delivery import ask_again
from services.reporting.domain.notices import Mailing
from services.reporting.events import NoticesCollected
from services.reporting.schemas.mailings import MailingView, RedeliveryBody
from services.reporting.store import OUTBOX, Mailings, NoticeMails
from shared.records.tables import row_of
from shared.web.call import LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "GET",
    "/mailings",
    query=ListQuery,
    answer=MailingView,
    many=True,
)
def list_mailings(call: Call) -> Page[Any]:
    """
    The mails of notices to an office and to all below it.
    """
    page = Mailings(call.session).page_of(call.offices(), call.page)
    return Page(_shown(call, page.items), page.next)


@api(
    "POST",
    "/mailings/<number>/deliveries",
    roles=LEADERS,
    body=RedeliveryBody,
    answer=MailingView,
    status=202,
    refusals=(409,),
)
def mail_again(call: Call) -> dict[str, Any]:
    """
    Mail notices again to the recipients they did not reach, and to them only.
    """
    number = call.path["number"]
    mailing = or_not_found(Mailings(call.session).get(number), "通知邮件", number)
    call.office(mailing.office)
    ask_again(NoticeMails(call.session, number))
    requested = NoticesCollected(
        office=mailing.office, case_number=number, occurred_on=mailing.day
    )
    OUTBOX.announce(call.session, requested)
    return _shown(call, [mailing])[0]


def _shown(call: Call, mailings: list[Mailing]) -> list[dict[str, Any]]:
    """
    Mailings with the state of their mails.
    """
    mails = Mailings(call.session).mails_of([mailing.id for mailing in mailings])
    return [
        {**row_of(mailing), "deliveries": mails[mailing.id]} for mailing in mailings
    ]
