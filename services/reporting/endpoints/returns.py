"""
Returns: signed, listed, shown, downloaded and mailed again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from services.reporting.delivery.delivery import ask_again
from services.reporting.delivery.render import XLSX
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.returns import differences, revision_after, sign
from services.reporting.drafting import draft
from services.reporting.endpoints.lookup import as_of_in_future, programme_of
from services.reporting.events import DeliveryRequested, ReturnSigned
from services.reporting.overtaken import changed_cells, overtaken
from services.reporting.schemas import (
    Redelivery,
    ReturnsQuery,
    ReturnView,
    Signing,
    WholeReturnView,
)
from services.reporting.store import OUTBOX, Deliveries, Ledger, Returns
from services.reporting.under_way import announced, under_way
from shared.errors import Conflict
from shared.policy.current import current_policy
from shared.settings import settings
from shared.web.endpoint import LEADERS, Call, Download, api, or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/returns",
    roles=LEADERS,
    body=Signing,
    answer=ReturnView,
    status=202,
    refusals=(409,),
)
def sign_return(call: Call) -> dict[str, Any]:
    """
    Sign a return: its figures are fixed now, rendered and mailed upward next.

    *under_way* says how many facts had not arrived, *differences* where a line is
    not what its office signed. Refused when nothing has changed since last time.
    """
    office, as_of = call.office(call.body.get("office")), call.body["as_of"]
    problems = as_of_in_future(as_of, call.today)
    programme = programme_of(call, call.body["programme"], office, problems)
    directory = current_policy().directory
    returns, ledger = Returns(call.session), Ledger(call.session)
    events = announced()
    returns.lock_closings(programme.code)
    # The lock comes first: a later revision must not know less.
    newest = returns.newest(programme.code, office, as_of)
    request = FiguresRequest(programme.code, office, as_of, ledger.latest())
    figures = draft(ledger, programme, directory, request, as_known=True)
    revision = revision_after(newest, figures)
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
    return _shown_by_id(call, signed.number)


@api(
    "GET",
    "/returns",
    query=ReturnsQuery,
    answer=ReturnView,
    many=True,
)
def list_returns(call: Call) -> Page[dict[str, Any]]:
    """
    The signed returns of an office and of all below it.
    """
    page = Returns(call.session).of_offices(call.offices(), call.page)
    return Page(_shown(call, page.items), page.next)


@api("GET", "/returns/<number>", answer=WholeReturnView)
def show_return(call: Call) -> dict[str, Any]:
    """
    A return with its figures, what they would be now, and the state of every mail.
    """
    signed = _return_of(call)
    mails = Deliveries(call.session, signed.id).all()
    cells = changed_cells(call.session, signed)
    return signed._asdict() | {
        "deliveries": mails,
        "changes": cells,
        "overtaken": bool(cells),
    }


@api("GET", "/returns/<number>/workbook", gives=XLSX, refusals=(409,))
def download_workbook(call: Call) -> Download:
    """
    The frozen workbook of a return, byte for byte as it was mailed.
    """
    signed = _frozen(call)
    return Download(bytes(signed.workbook), XLSX, f"{signed.id}.xlsx")


@api("GET", "/returns/<number>/page", gives="text/html", refusals=(409,))
def download_page(call: Call) -> Download:
    """
    The frozen page of a return.
    """
    signed = _frozen(call)
    return Download(signed.page.encode(), "text/html", f"{signed.id}.html")


@api(
    "POST",
    "/returns/<number>/deliveries",
    roles=LEADERS,
    body=Redelivery,
    answer=ReturnView,
    status=202,
)
def deliver_again(call: Call) -> dict[str, Any]:
    """
    Mail a return again to the recipients it did not reach, and to them only.
    """
    signed = _return_of(call)
    ask_again(call.session, signed.id)
    again = DeliveryRequested(
        office=signed.office, case_number=signed.id, occurred_on=signed.as_of
    )
    OUTBOX.announce(call.session, again)
    return _shown_by_id(call, signed.id)


def _return_of(call: Call) -> Row[Any]:
    """
    The return whose id is in the path.
    """
    number = call.path["number"]
    signed = or_not_found(Returns(call.session).get(number), "报表", number)
    call.office(signed.office)
    return signed


def _shown_by_id(call: Call, number: str) -> dict[str, Any]:
    signed = or_not_found(Returns(call.session).get(number), "报表", number)
    return _shown(call, [signed])[0]


def _frozen(call: Call) -> Row[Any]:
    signed = _return_of(call)
    if signed.workbook is None:
        raise Conflict.because("not_rendered_yet", "报表正在生成。", "请稍后再取。")
    return signed


def _shown(call: Call, rows: list[Row[Any]]) -> list[dict[str, Any]]:
    """
    Returns as they are listed: with whether later facts would change them.
    """
    numbers = overtaken(call.session, rows)
    return [row._asdict() | {"overtaken": row.id in numbers} for row in rows]
