"""
Returns: signed, listed, shown with what later facts would change, mailed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.reporting.casework import drafting
from services.reporting.casework.delivery import ask_again
from services.reporting.casework.overtaken import changed_cells, overtaken
from services.reporting.casework.under_way import ask_announced, under_way
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.returns import (
    ReturnState,
    differences,
    revision_after,
    sign,
)
from services.reporting.endpoints.lookup import (
    programme_for,
    rendered_return_of,
    return_of,
)
from services.reporting.events import DeliveryRequested, ReturnSigned
from services.reporting.schemas.mailings import RedeliveryBody
from services.reporting.schemas.returns import ReturnView, SigningBody, WholeReturnView
from services.reporting.store import OUTBOX, Deliveries, Ledger, Returns
from shared.errors import Problem
from shared.media_types import XLSX
from shared.policy.current import current_policy
from shared.settings import settings
from shared.web.call import LEADERS, Call, Download
from shared.web.endpoint import api
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/returns",
    roles=LEADERS,
    body=SigningBody,
    answer=ReturnView,
    status=202,
    refusals=(409,),
)
def sign_return(call: Call) -> dict[str, Any]:
    """
    Sign a return: its figures are fixed now, rendered and mailed upward next.

    *under_way* says how many facts had not arrived, *differences* where a line is not
    what its office signed. Refused when nothing has changed since last time.
    """
    office, as_of = call.office(call.body.get("office")), call.body["as_of"]
    programme = programme_for(
        call, call.body["programme"], office, _as_of_in_future(as_of, call.today)
    )
    directory = current_policy().directory
    returns, ledger = Returns(call.session), Ledger(call.session)
    # Before any lock: the other services may take seconds to answer.
    events = ask_announced()
    # A closing that is being posted belongs to this return or to the next: it is
    # decided here which.
    returns.lock_closings(programme.code)
    # The lock comes first: a later revision must not know less.
    newest = returns.newest(programme.code, office, as_of)
    request = FiguresRequest(programme.code, office, as_of, ledger.latest())
    figures = drafting.draft(ledger, programme, directory, request, as_known=True)
    revision = revision_after(newest, figures, call.body["reason"])
    below = returns.signed_by(
        programme.code, [row["office"] for row in figures["rows"]], as_of
    )
    signed = sign(
        request,
        figures,
        programme,
        directory,
        revision=revision,
        signed_by=call.who.actor,
        reason=call.body["reason"],
        under_way=under_way(call.session, events, request.known_at),
        differences=differences(figures, below),
        sender=settings["MAIL_FROM"],
    )
    returns.add(signed.row, signed.mails)
    about = {"office": office, "case_number": signed.number, "occurred_on": as_of}
    OUTBOX.announce(
        call.session,
        ReturnSigned(**about, programme=programme.code, revision=revision),
        DeliveryRequested(**about),
    )
    return _shown(call, [returns.get(signed.number)])[0]


@api(
    "GET",
    "/returns",
    query=ListQuery,
    answer=ReturnView,
    many=True,
)
def list_returns(call: Call) -> Page[Any]:
    """
    The signed returns of an office and of all below it.
    """
    request = call.page
    page = Returns(call.session).page_of(call.offices(), request)
    return Page(_shown(call, page.items), page.next)


@api("GET", "/returns/<number>", answer=WholeReturnView)
def show_return(call: Call) -> dict[str, Any]:
    """
    A return with its figures, what they would be now, and the state of every mail.
    """
    # The mails first: a return whose mail was sent has its documents by then.
    deliveries = Deliveries(call.session, call.path["number"]).all()
    signed = return_of(call)
    cells = changed_cells(call.session, signed)
    return {
        **signed._asdict(),
        "deliveries": deliveries,
        "changes": cells,
        "overtaken": bool(cells),
    }


@api("GET", "/returns/<number>/workbook", gives=XLSX, refusals=(409,))
def download_workbook(call: Call) -> Download:
    """
    The frozen workbook of a return, byte for byte as it was mailed.
    """
    signed = rendered_return_of(call)
    return Download(bytes(signed.workbook), XLSX, f"{signed.id}.xlsx")


@api("GET", "/returns/<number>/page", gives="text/html", refusals=(409,))
def download_page(call: Call) -> Download:
    """
    The frozen page of a return.
    """
    signed = rendered_return_of(call)
    return Download(signed.page.encode(), "text/html", f"{signed.id}.html")


@api(
    "POST",
    "/returns/<number>/deliveries",
    roles=LEADERS,
    body=RedeliveryBody,
    answer=ReturnView,
    status=202,
)
def deliver_again(call: Call) -> dict[str, Any]:
    """
    Mail a return again to the recipients it did not reach, and to them only.
    """
    signed = return_of(call)
    ask_again(Deliveries(call.session, signed.id))
    Returns(call.session).become(signed.id, ReturnState.FROZEN)
    requested = DeliveryRequested(
        office=signed.office, case_number=signed.id, occurred_on=signed.as_of
    )
    OUTBOX.announce(call.session, requested)
    return _shown(call, [return_of(call)])[0]


def _shown(call: Call, rows: list[Any]) -> list[dict[str, Any]]:
    """
    Returns as they are listed: with whether later facts would change them.
    """
    numbers = overtaken(call.session, rows)
    return [{**row._asdict(), "overtaken": row.id in numbers} for row in rows]


def _as_of_in_future(as_of: date, today: date) -> Iterator[Problem]:
    """
    A day must have begun before its figures are signed.
    """
    if as_of > today:
        yield Problem(
            "as_of_in_future",
            f"统计日 {as_of} 在今天 {today} 之后，还不能签发。",
            "请改为今天或以前的日期。",
            "/as_of",
        )
