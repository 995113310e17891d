"""
What an office took out of the national petition system: which of its receptions stand
there since when, by their numbers and days alone (JZ-08, JZ-51).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.errors import Problem
from shared.matter_numbers import canonical_number
from shared.vocabulary import Term


@dataclass(frozen=True)
class NationalEntry:
    """
    A reception of an office stands in the national system under a *number* since a day;
    *register_no*: its number in the office's register, if the list says it.
    """

    office: str
    number: str
    day: date
    register_no: str | None


class Differing(Term):
    """In what a reception and its entry differ."""

    NATIONAL = "national", "登记簿有，信访系统没有"
    REGISTER = "register", "信访系统有，登记簿没有"
    LATE = "late", "不是接访当日录入信访系统"


@dataclass(frozen=True)
class Difference:
    """
    A reception that an office received on a *day* and has not, or not on that day,
    entered in the national system; or an entry of a *day* that its register has not.
    *number*: that of the register or, where a list says none, of the national system.
    """

    office: str
    day: date
    number: str
    differs: Differing
    entered_on: date | None


def entries_of(lines: Iterable[Mapping[str, Any]]) -> list[NationalEntry]:
    """
    The entries that the lines of a list name; none of what is faulty.
    """
    return [
        NationalEntry(
            office=line["values"]["reporting_office"],
            number=canonical_number(line["values"]["case_no"]),
            day=date.fromisoformat(line["values"]["reported_on"]),
            register_no=line["values"]["register_no"],
        )
        for line in lines
        if "values" in line and not (line["problems"] or line["repeated"])
    ]


def unread_problems(end: Mapping[str, Any]) -> Iterator[Problem]:
    """
    A list was read to its *end*, the last line that came of it, and no sheet of it was
    left out: what is not in it counts as not entered.
    """
    if not end.keys() & {"end", "unreadable"}:
        yield Problem(
            "reading_cut_off",
            "读取这份清单时中断，未能读完，未作登记。",
            "请把起止日期分成几段，每段一份清单报送。",
            "/file",
        )
    for notice in end.get("end", {}).get("notices", ()):
        if notice["code"] == "sheet_incomplete":
            yield Problem(
                notice["code"],
                notice["detail"],
                "请补上这些列，或者删去该表，再报送。",
                "/file",
            )


def list_problems(
    entries: Iterable[NationalEntry],
    offices: Collection[str],
    from_: date,
    to: date,
) -> Iterator[Problem]:
    """
    A list names the receptions of these *offices*, entered in the days that it is of,
    each once.
    """
    seen = set[str]()
    for entry in entries:
        if entry.office not in offices:
            yield Problem(
                "list_of_other_office",
                f"{entry.number} 的登记机构 {entry.office} 不是本机关或者下级机关。",
                "请删去该行，由其上级或者本机关报送。",
                "/file",
            )
        if not from_ <= entry.day <= to:
            yield Problem(
                "day_outside_list",
                f"{entry.number} 的录入日期 {entry.day} 不在清单的起止日期之内。",
                "请核对起止日期（from、to）和清单。",
                "/file",
            )
        if entry.register_no in seen:
            yield Problem(
                "reception_repeated",
                f"登记编号 {entry.register_no} 在清单中有两行。",
                "一次接访在信访系统只录入一次，请核对后只保留一行。",
                "/file",
            )
        seen |= {entry.register_no} if entry.register_no else set()
