"""
The ways a request or a message can be refused, each with a stable code.

One table in `shared.web.endpoint` turns them into answers; the bus turns them into
dead letters. Inside the services there are no error dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Fault:
    """
    One thing that is wrong, where, and what to do about it.

    *place* is a JSON pointer, or the sheet, row and column of a ledger.
    *detail* and *remedy* are Chinese sentences for the office.
    """

    code: str
    detail: str
    remedy: str = ""
    place: str = ""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a breakdown
    """
    A request that cannot be done, with every reason at once.
    """

    status = 400
    title = "请求有误"

    def __init__(self, *faults: Fault, code: str = "") -> None:
        super().__init__("; ".join(fault.code for fault in faults))
        self.faults = faults
        self.code = code or (faults[0].code if faults else "refused")

    @classmethod
    def because(cls, code: str, detail: str, remedy: str = "", place: str = "") -> Self:
        """
        Refuse for one reason.
        """
        return cls(Fault(code, detail, remedy, place))


class Malformed(Refusal):
    """The request cannot be read at all."""

    status = 400
    title = "请求无法读取"


class Unauthenticated(Refusal):
    """Nobody, an expired or a revoked token."""

    status = 401
    title = "未能确认身份"


class Forbidden(Refusal):
    """Somebody, but not for this office or this act."""

    status = 403
    title = "无权办理"


class NotFound(Refusal):
    """There is no such thing, or not where the asker may look."""

    status = 404
    title = "未找到"


class Conflict(Refusal):
    """Right in itself, but not in the state the matter is in."""

    status = 409
    title = "与现有情况冲突"


class TooLarge(Refusal):
    """A body over the limit."""

    status = 413
    title = "内容过大"


class Rejected(Refusal):
    """Well-formed, but against a rule; every broken rule is named."""

    status = 422
    title = "不符合规则"


def reject_if(faults: Iterable[Fault]) -> None:
    """
    Raise `Rejected` with all *faults*, if there are any.
    """
    found = tuple(faults)
    if found:
        raise Rejected(*found)
