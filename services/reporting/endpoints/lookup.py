"""
What several endpoints look up first: the programme, the figures that a query asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from services.reporting.domain.figures import FiguresRequest
from services.reporting.store import Ledger
from shared.errors import Problem, Rejected, reject_if
from shared.policy.current import current_policy
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.rules import programme_exists
from shared.web.endpoint import Call


def request_of(call: Call) -> tuple[FiguresRequest, Programme]:
    """
    The figures that the query string asks for, and their programme.

    Raises `Rejected`.
    """
    office, query = call.office(), call.query
    programme = programme_of(call, query["programme"], office)
    latest = Ledger(call.session).latest()
    reject_if(known_at_in_future(query.get("known_at"), latest))
    known_at = query.get("known_at") or latest
    request = FiguresRequest(
        programme.code, office, query["as_of"], known_at, query["own"]
    )
    return request, programme


def programme_of(
    call: Call, code: str, office: str, problems: Iterable[Problem] = ()
) -> Programme:
    """
    The programme *code*, if it concerns the office or an office below it.

    Raises `Rejected` for that, and for the other *problems* of the request.
    """
    policy = current_policy()
    missing = [*programme_exists(code, policy.programmes.codes, "/programme")]
    if missing:
        raise Rejected(*missing, *problems)
    programme = policy.programmes.get(code)
    concerned = _not_concerned(policy.directory, office, programme, call.today)
    reject_if([*concerned, *problems])
    return programme


def _not_concerned(
    directory: Directory, office: str, programme: Programme, on: date
) -> Iterator[Problem]:
    root = programme.offices_root
    covered = directory.is_within(office, root, on)
    if not covered and not directory.is_within(root, office, on):
        yield Problem(
            "programme_not_for_office",
            f"该专项工作不涉及机关 {office}。",
            f"请选择机关 {root} 或其上级、下级机关。",
            "/office",
        )


def as_of_in_future(as_of: date, today: date) -> Iterator[Problem]:
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


def known_at_in_future(
    known_at: datetime | None, latest: datetime
) -> Iterator[Problem]:
    """
    What will be known later cannot be answered for yet: more may still arrive.
    """
    if known_at is not None and known_at > latest:
        yield Problem(
            "known_at_in_future",
            f"{known_at.isoformat()} 在统计账目现有的截止时刻之后。",
            f"请改为不晚于 {latest.isoformat()} 的时刻，或不写 known_at。",
            "?known_at",
        )
