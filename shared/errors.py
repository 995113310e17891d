"""
The ways a request or a message can be refused, each with a stable code.

One table in `shared.web.problems` turns them into answers; the bus turns them into
dead letters. Inside the services there are no error dictionaries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Cell:
    """
    Where a problem of a ledger is: a cell, a row without a column, or a sheet.

    *column* is the column's id in the form, *letter* as Excel counts ("AB"), *value*
    the start of the cell's text, hidden in a personal column.
    """

    sheet: str = ""
    row: int = 0
    column: str = ""
    title: str = ""
    letter: str = ""
    value: str = ""


@dataclass(frozen=True)
class Line:
    """
    Where a problem of a YAML file is: the line, and the path of keys to it.
    """

    file: str
    line: int
    path: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.path}"


@dataclass(frozen=True)
class FieldOf:
    """
    Where a problem of an object read from a file is: its field, or the object itself.
    """

    owner: object
    field: str | None


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong, where it is, and what to do about it.

    *code* is stable; *detail* and *remedy* are Chinese sentences for the office. A
    *location* in a request is a JSON pointer ("/person/id_no") or a parameter ("?to").
    """

    code: str
    detail: str
    remedy: str = ""
    location: str | Cell | Line | FieldOf = ""

    def __str__(self) -> str:
        return f"{self.location} [{self.code}] {self.detail}{self.remedy}"


@dataclass(frozen=True)
class KeptSecret(Problem):
    """
    A refusal that keeps an accusation from the *accused* office, by code, or from one
    below it; whether the words say so or not.
    """

    accused: str = ""


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a breakdown
    """
    A request that cannot be done, with every reason at once.
    """

    status = 400
    title = "请求有误"

    def __init__(self, *problems: Problem, code: str = "") -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = problems
        self.code = code or (problems[0].code if problems else "refused")

    @classmethod
    def because(
        cls, code: str, detail: str, remedy: str = "", location: str = ""
    ) -> Self:
        """
        Refuse for one reason.
        """
        return cls(Problem(code, detail, remedy, location))


class Malformed(Refusal):
    """The request cannot be read at all."""

    status = 400
    title = "请求无法读取"


class TooMany(Refusal):
    """More requests than are answered in a minute."""

    status = 429
    title = "请求过多"


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


class Unavailable(Refusal):
    """Right in itself, but the system cannot do it now."""

    status = 503
    title = "暂时不可用"


class Failed(Refusal):
    """The system failed; the request was in order as far as is known."""

    status = 500
    title = "系统错误"


class Rejected(Refusal):
    """Well-formed, but against a rule; every broken rule is named."""

    status = 422
    title = "不符合规则"


def reject_if(problems: Iterable[Problem]) -> None:
    """
    Raise `Rejected` with all *problems*, if there are any.
    """
    reasons = tuple(problems)
    if reasons:
        raise Rejected(*reasons)
