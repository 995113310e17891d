"""
The small rules that a programme is made of: phases, targets, batches, hearing, aid.

Values come from the programme's file; here is only what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.calendar import Limit
from shared.decoding import Slip, duplicates


@dataclass(frozen=True)
class Document:
    """
    A paper the programme rests on; the number as printed (A-44).
    """

    title: str
    issuer: str
    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True)
class Phase:
    """
    A stretch of the programme, both days included.
    """

    name: str
    from_: date
    to: date
    source: str

    def slips(self) -> Iterator[Slip]:
        if self.to < self.from_:
            message = f"止期 {self.to} 早于起期 {self.from_}。"
            yield Slip(self, "to", "dates_inverted", message, "请改正起止日期。")

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.from_ <= day <= self.to


@dataclass(frozen=True)
class Milestone:
    """
    By a day, at least so many percent resolved; the number itself suffices (A-08).

    `implied`: the document does not say so in words (A-04).
    """

    on: date
    percent: int
    source: str
    implied: bool = False

    def slips(self) -> Iterator[Slip]:
        if not 0 < self.percent <= 100:
            message = f"化解率 {self.percent}% 不在 1 至 100 之间。"
            remedy = "请写 1 至 100 的整数。"
            yield Slip(self, "percent", "percent_out_of_range", message, remedy)


@dataclass(frozen=True)
class Baseline:
    """
    What a rate is measured against: the cases of these origins (none: all others), as
    they stood on a day (`frozen`, A-06) or as they stand (`live`).

    `size`: the number the document states (XQ-05, JZ-04); `masked`: it hides it.
    """

    id: str
    title: str
    base: Literal["frozen", "live"]
    source: str
    size: int | None = None
    frozen_on: date | None = None
    origins: tuple[str, ...] = ()
    masked: bool = False
    milestones: tuple[Milestone, ...] = ()

    def slips(self) -> Iterator[Slip]:
        yield from duplicates(self.milestones, "on")
        if self.size is not None and self.size < 1:
            message = "基数须大于零。"
            yield Slip(self, "size", "not_positive", message, "请改正或删除。")
        if (self.base == "frozen") is (self.frozen_on is None):
            message = "冻结的基数须写明哪一天冻结，动态的不写。"
            remedy = "请补上或删除 frozen_on。"
            yield Slip(self, "frozen_on", "missing_key", message, remedy)


@dataclass(frozen=True)
class MandatoryField:
    """
    What every case must name (XQ-20, JZ-18).
    """

    id: Literal[
        "leader",
        "department",
        "unit",
        "team",
        "resolve_by",
        "responsible_leader",
        "handler",
        "contact",
        "plan",
    ]
    title: str
    source: str


@dataclass(frozen=True)
class BatchKind:
    """
    A run of handing down (XQ-16, XQ-17).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class Objections:
    """
    How long a wrongly addressed office may send a case back. The hander decides; a
    dispute goes to the office called `dispute_to`, else to the one above the hander.
    """

    limit: Limit
    source: str
    dispute_to: str = ""


@dataclass(frozen=True)
class AreaRole:
    """
    The part of a unit in a matter across areas (XQ-32). Roles are of units, never of
    the petitioner; `support` is help and explanation, the old word in `tooltip`.
    """

    id: Literal["lead", "co_handling", "cooperating"]
    unit: str
    duty: str
    source: str
    support: bool = False
    tooltip: str = ""


@dataclass(frozen=True)
class Topic:
    """
    What a matter is about; never a group of persons (XQ-36).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class NamedLimit:
    """
    A limit of law that binds nobody's ledger here, kept for reckoning (TL-08).
    """

    id: str
    title: str
    limit: Limit
    of: Literal["petitioner", "office"]
    source: str


@dataclass(frozen=True)
class Resolution:
    """
    How a point on which the documents are silent was settled (A-01 .. A-50).
    """

    id: str
    text: str


@dataclass(frozen=True)
class LeftOut:
    """
    A requirement that no entry of the file does: why, and where it is met if it is.
    """

    id: str
    why: str
    where: str = ""


@dataclass(frozen=True)
class HearingRules:
    """
    Notice between telling the participants and the sitting; bounds of the members.
    """

    notice: Limit
    members_min: int
    members_max: int
    source: str
    masked: bool = False

    def slips(self) -> Iterator[Slip]:
        if self.members_max < self.members_min:
            message = "听证员人数的上限小于下限。"
            yield Slip(self, "members_max", "bounds_inverted", message, "请改正。")


@dataclass(frozen=True)
class Wage:
    """
    A place's average monthly wage of a year, in yuan.

    `office_prefix`: the offices whose code begins so. `verified` is false for a
    figure that nobody has compared with the statistics yet.
    """

    office_prefix: str
    year: int
    yuan: Decimal
    source: str
    verified: bool = False

    def slips(self) -> Iterator[Slip]:
        if self.yuan <= 0:
            message = "月平均工资须大于零。"
            yield Slip(self, "yuan", "not_positive", message, "请改正金额。")


@dataclass(frozen=True)
class AidRules:
    """
    Judicial aid: how much at most, decided within which limit.
    """

    cap_months: int
    approval: Limit
    once_per_case_and_person: bool
    average_monthly_wage: tuple[Wage, ...]
    source: str

    def wage(self, office: str, year: int) -> Wage | None:
        """
        The wage of the narrowest area that an office lies in.
        """
        fitting = (
            each
            for each in self.average_monthly_wage
            if each.year == year and office.startswith(each.office_prefix)
        )
        return max(fitting, key=lambda each: len(each.office_prefix), default=None)

    def cap(self, office: str, decided_on: date) -> Decimal | None:
        """
        The highest sum in yuan: months times last year's average monthly wage.

        None: no wage is known, so nothing can be granted until one is entered.
        """
        wage = self.wage(office, decided_on.year - 1)
        return None if wage is None else wage.yuan * self.cap_months

    def slips(self) -> Iterator[Slip]:
        if self.cap_months <= 0:
            message = "救助上限的月数须大于零。"
            yield Slip(self, "cap_months", "not_positive", message, "请改正月数。")
        seen = set()
        for wage in self.average_monthly_wage:
            key = (wage.office_prefix, wage.year)
            if key in seen:
                message = f"{wage.office_prefix} 的 {wage.year} 年工资重复。"
                yield Slip(wage, "year", "duplicate_id", message, "请只保留一处。")
            seen.add(key)


@dataclass(frozen=True)
class ReturnRules:
    """
    Where returns are mailed: the hub's to `recipients` (office codes or addresses),
    any other office's to the office above it (PY-53), the top's to `above_root`.
    """

    recipients: tuple[str, ...]
    above_root: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Settings:
    """
    The ambiguities of the documents that the offices settle with a number.

    The others are settled by the entries themselves: which days a paper is owed on,
    which reply answers in three months. `receipt_days`: from sending to receipt where
    nobody stamped it (A-11).
    """

    count_ended_as_resolved: bool
    warn_days: int = 3
    receipt_days: int = 0

    def slips(self) -> Iterator[Slip]:
        for name in ("warn_days", "receipt_days"):
            if getattr(self, name) < 0:
                yield Slip(self, name, "not_positive", "不能小于零。", "请改正。")
