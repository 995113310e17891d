"""
The small rules that a programme is made of: phases, milestones, closing, hearing, aid.

Values come from the programme's file; here is only what they mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
    """

    on: date
    percent: int
    source: str

    def slips(self) -> Iterator[Slip]:
        if not 0 < self.percent <= 100:
            message = f"化解率 {self.percent}% 不在 1 至 100 之间。"
            remedy = "请写 1 至 100 的整数。"
            yield Slip(self, "percent", "percent_out_of_range", message, remedy)


@dataclass(frozen=True)
class ClosingKind:
    """
    A way to close a case, and where it is counted.
    """

    id: str
    title: str
    counts_as: Literal["resolved", "ended", "concluded"]
    source: str


@dataclass(frozen=True)
class ChecklistItem:
    """
    What the reviewer of a closing confirms, for the kinds of closing named.
    """

    id: str
    text: str
    kinds: tuple[str, ...]
    source: str
    mandatory: bool = True


@dataclass(frozen=True)
class Closing:
    """
    Who reviews closings, which kinds there are, what must be ticked.
    """

    review_by: Literal["hub"]
    kinds: tuple[ClosingKind, ...]
    checklist: tuple[ChecklistItem, ...]

    def missing(self, kind: str, ticked: Collection[str]) -> tuple[ChecklistItem, ...]:
        """
        The mandatory items of a kind of closing that are not ticked.
        """
        return tuple(
            item
            for item in self.checklist
            if item.mandatory and kind in item.kinds and item.id not in ticked
        )

    def slips(self) -> Iterator[Slip]:
        yield from duplicates(self.kinds, "id")
        yield from duplicates(self.checklist, "id")
        known = {kind.id for kind in self.kinds}
        for item in self.checklist:
            for kind in {*item.kinds} - known:
                message = f"没有名为“{kind}”的办结方式。"
                remedy = f"可用：{'、'.join(sorted(known))}。"
                yield Slip(item, "kinds", "unknown_value", message, remedy)


@dataclass(frozen=True)
class HearingRules:
    """
    Notice between telling the participants and the sitting; bounds of the members.
    """

    notice: Limit
    members_min: int
    members_max: int
    source: str

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
    The ambiguities of the documents, as settled by the offices.
    """

    count_ended_as_resolved: bool
