"""
What several endpoints look up first: the programme and the figures that a client asks
for, the return that the path names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.reporting.domain.figures import FiguresRequest
from services.reporting.store import Ledger, Returns
from shared.errors import Conflict, Problem, Rejected, reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.call import Call
from shared.web.lookup import in_sight


def figures_request(call: Call) -> tuple[FiguresRequest, Programme]:
    """
    Which figures the query asks for, and their programme.

    Raises `Rejected`, or `Forbidden` outside the caller's offices.
    """
    office, known_at = call.office(), call.query.get("known_at")
    programme = programme_for(call, call.query["programme"], office)
    latest = Ledger(call.session).latest()
    reject_if(_known_at_in_future(known_at, latest))
    request = FiguresRequest(
        programme.code,
        office,
        call.query["as_of"],
        known_at or latest,
        call.query["own"],
    )
    return request, programme


def programme_for(
    call: Call, code: str, office: str, problems: Iterable[Problem] = ()
) -> Programme:
    """
    The programme *code*, if it concerns the office or an office below it.

    Raises `Rejected` if not, with the other *problems* of the request.
    """
    programmes = current_policy().programmes
    unknown = [*programme_exists(code, programmes.codes, "/programme")]
    if unknown:
        raise Rejected(*unknown, *problems)
    programme = programmes.get(code)
    reject_if([*_not_concerned(call, office, programme), *problems])
    return programme


def return_of(call: Call) -> Row[Any]:
    """
    The return whose number is in the path. Raises `NotFound`.
    """
    number = call.path["number"]
    return in_sight(call, Returns(call.session).get(number), "报表", number)


def rendered_return_of(call: Call) -> Row[Any]:
    """
    The return whose number is in the path, with its documents.

    Raises `Conflict` until they are rendered.
    """
    signed = return_of(call)
    if signed.workbook is None:
        raise Conflict.because("not_rendered_yet", "报表正在生成。", "请稍后再取。")
    return signed


def _not_concerned(call: Call, office: str, programme: Programme) -> Iterator[Problem]:
    directory, root = current_policy().directory, programme.offices_root
    covered = directory.is_within(office, root, call.today)
    if not covered and not directory.is_within(root, office, call.today):
        yield Problem(
            "office_outside_programme",
            f"该专项工作不涉及机关 {office}。",
            f"请选择机关 {root} 或其上级、下级机关。",
            "/office",
        )


def _known_at_in_future(
    known_at: datetime | None, latest: datetime
) -> Iterator[Problem]:
    """
    The ledger is complete up to *latest*; more facts may arrive for a later moment.
    """
    if known_at is not None and known_at > latest:
        yield Problem(
            "known_at_in_future",
            f"{known_at.isoformat()} 在统计账目现有的截止时刻之后。",
            f"请改为不晚于 {latest.isoformat()} 的时刻，或不写 known_at。",
            "?known_at",
        )
