"""
Special drives of so many days: which cases are in one, and what came of them (DY-07).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.errors import Problem
from shared.policy.programme import Programme


@dataclass(frozen=True)
class Drive:
    """
    A drive of an office from *start* to *until*, both days included.
    """

    id: str
    programme: str
    kind: str
    name: str
    office: str
    start: date
    until: date
    document: str | None
    opened_by: str


@dataclass(frozen=True)
class DriveCase:
    """
    A case that was taken into a drive on a day.
    """

    drive: str
    number: str
    office: str
    joined_on: date


@dataclass
class DriveFigures:
    """
    The figures of one office: cases *taken*, and how they stood on the drive's last
    day, or so far: *settled* within it, ended by law, closed by procedure, and still
    *open*.
    """

    office: str
    taken: int = 0
    settled: int = 0
    ended: int = 0
    concluded: int = 0

    @property
    def open(self) -> int:
        return self.taken - self.settled - self.ended - self.concluded


def last_day(start: date, days: int) -> date:
    """
    The last of so many days, the first being the start.
    """
    return start + timedelta(days=days - 1)


def kind_problems(kind: str, programme: Programme) -> Iterator[Problem]:
    if kind not in {each.id for each in programme.drives}:
        listed = "、".join(f"{each.id}（{each.title}）" for each in programme.drives)
        yield Problem(
            "no_such_kind",
            f"本专项没有规定集中活动“{kind}”。",
            f"可填：{listed}。" if listed else "本专项没有规定此类活动。",
            "/kind",
        )


def case_problems(
    drive: Drive,
    numbers: Sequence[str],
    cases: Mapping[str, Any],
    *,
    enrolled: Mapping[str, date],
    busy: Mapping[str, str],
    joined_on: date,
) -> Iterator[Problem]:
    """
    A case taken in is open, stands in the programme, and is in no other drive at the
    time.

    *cases* are the rows of those that the office may see, *enrolled* says since when
    those that do stand in the drive's programme beside their own, *busy* which other
    drive has a case.
    """
    if not drive.start <= joined_on <= drive.until:
        yield Problem(
            "outside_drive",
            f"{joined_on} 不在活动期间（{drive.start} 至 {drive.until}）。",
            "请核对日期。",
            "/on",
        )
    for index, number in enumerate(numbers):
        place, row = f"/case_numbers/{index}", cases.get(number)
        since = enrolled.get(number)
        if row is None:
            detail = f"还没有编号为“{number}”的案件。"
            yield Problem("no_such_case", detail, "请核对编号。", place)
        elif row.programme != drive.programme and since is None:
            detail = f"案件“{number}”属于专项“{row.programme}”。"
            remedy = "请核对编号；要列入本专项的，请先在登记系统列入。"
            yield Problem("other_programme", detail, remedy, place)
        elif since is not None and joined_on < since:
            detail = (
                f"案件“{number}”{since} 才列入本专项，不能于 {joined_on} 列入活动。"
            )
            remedy = f"请在活动开始后另行增列，日期填 {since} 或之后。"
            yield Problem("joined_before_enrolled", detail, remedy, place)
        elif row.merged or row.standing != "open":
            detail = f"案件“{number}”已办结、已报结或已并入他案。"
            yield Problem("case_not_open", detail, "请只列未办结的案件。", place)
        elif number in busy:
            detail = f"案件“{number}”其间已在活动“{busy[number]}”中。"
            remedy = "前一活动结束后方可再次列入。"
            yield Problem("in_other_drive", detail, remedy, place)


def figures(
    cases: Collection[DriveCase], outcomes: Mapping[str, str]
) -> list[DriveFigures]:
    """
    Return the figures of a drive by office. *outcomes*: how each case was last closed
    within the drive, if it was closed at its end.
    """
    by_office: dict[str, DriveFigures] = {}
    for case in cases:
        line = by_office.setdefault(case.office, DriveFigures(case.office))
        line.taken += 1
        match outcomes.get(case.number):
            case "resolved":
                line.settled += 1
            case "ended":
                line.ended += 1
            case "concluded":
                line.concluded += 1
    return sorted(by_office.values(), key=lambda line: line.office)


def sum_of(lines: Collection[DriveFigures], office: str) -> DriveFigures:
    """
    The figures of these *lines* together, as those of an *office* above.
    """
    total = DriveFigures(office)
    for name in vars(total).keys() - {"office"}:
        setattr(total, name, sum(getattr(line, name) for line in lines))
    return total
