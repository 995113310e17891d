"""
Leaders' daily reception: who was to receive, what was logged, and where there are gaps.

Counts and posts only; who came stands in the register of petitions (JZ-07, JZ-08).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from shared.errors import Problem
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts.reports import Period, ReportSchedule, Roster
from shared.policy.programme import Programme

LONGEST_DAYS = 366
MOST_OFFICE_DAYS = 10_000


@dataclass(frozen=True)
class RosterSlot:
    """
    A post is to receive people on a day, as a roster of the programme says; *holder*:
    who of those that hold it.
    """

    id: str
    programme: str
    roster: str
    office: str
    day: date
    post: str
    holder: str | None


@dataclass(frozen=True)
class Log(RosterSlot):
    """
    How often a post received on a day, for how many *half_days*, how many of these were
    entered in the register of petitions, and how many in the national system, the last
    of them on *national_on*, *in_time* of them on the day itself. *logged_at*: when
    this was entered; *corrected*: how often it was changed since.
    """

    receptions: int
    entered: int
    half_days: int = 1
    national: int = 0
    national_on: date | None = None
    in_time: int = 0
    logged_at: datetime | None = None
    corrected: int = 0


Row = TypeVar("Row", bound="RosterSlot | Visits")


@dataclass(frozen=True)
class Visits:
    """
    How many visits of a day stand in an office's register of petitions.
    """

    office: str
    day: date
    registered: int


GAPS = {
    "not_rostered": "未排值班",
    "not_logged": "没有接访日志",
    "not_entered": "接访未录入",
    "not_in_register": "录入多于登记",
}


@dataclass(frozen=True)
class GapDay:
    """
    What is missing at an office in a period: nobody on the roster, nothing in the log,
    receptions that were not entered, or more entered than the register holds visits.
    """

    office: str
    from_: date
    to: date
    kind: str
    text: str
    count: int = 0


def offices_of(
    roster: Roster, programme: Programme, directory: Directory, on: date
) -> tuple[str, ...]:
    """
    The offices that keep the roster.
    """
    if roster.of == "hub":
        return (programme.hub,)
    if roster.of == "each_child_of_hub":
        return directory.children(programme.hub, on)
    return tuple(
        code
        for code in directory.subtree(programme.hub, on)
        if directory.exists(code, on)
    )


def periods(
    roster: Roster, from_: date, to: date, calendar: Calendar
) -> Iterator[Period]:
    """
    The days or stretches in each of which a leader is to receive (A-28).
    """
    schedule = ReportSchedule(
        id=roster.id,
        title=roster.title,
        of=roster.of,
        every=roster.every,
        report="",
        act=roster.log_act,
        source=roster.source,
    )
    return schedule.periods(from_, to, calendar)


def gaps(
    offices: Collection[str],
    periods: Sequence[Period],
    slots: Collection[RosterSlot],
    logs: Collection[Log],
    visits: Collection[Visits],
) -> Iterator[GapDay]:
    """
    By day, then by office; *visits* are those of the register (JZ-08).
    """
    rostered = _by_office(slots)
    logged = _by_office(logs)
    registered = _by_office(visits)
    for period in periods:
        for office in offices:
            period_slots = [t for t in rostered.get(office, ()) if _in(t.day, period)]
            period_logs = [
                log for log in logged.get(office, ()) if _in(log.day, period)
            ]
            yield from _gaps_of(office, period, period_slots, period_logs)
            period_visits = [
                v for v in registered.get(office, ()) if _in(v.day, period)
            ]
            yield from _not_in_register(office, period, period_logs, period_visits)


def _gaps_of(
    office: str, period: Period, slots: Sequence[RosterSlot], logs: Sequence[Log]
) -> Iterator[GapDay]:
    if not slots:
        text = "没有安排领导接访。"
        yield GapDay(office, period.from_, period.to, "not_rostered", text)
    if not logs:
        text = "没有接访日志。"
        yield GapDay(office, period.from_, period.to, "not_logged", text)
    missing = sum(log.receptions - log.entered for log in logs)
    if missing:
        text = f"接访{missing}次未录入。"
        yield GapDay(
            office, period.from_, period.to, "not_entered", text, count=missing
        )


def _not_in_register(
    office: str, period: Period, logs: Iterable[Log], visits: Iterable[Visits]
) -> Iterator[GapDay]:
    """
    What the log calls entered must be found in the register.
    """
    entered = sum(log.entered for log in logs)
    in_register = sum(day.registered for day in visits)
    if entered > in_register:
        text = f"日志记录入{entered}次，登记簿中来访{in_register}件。"
        yield GapDay(
            office,
            period.from_,
            period.to,
            "not_in_register",
            text,
            count=entered - in_register,
        )


def _in(day: date, period: Period) -> bool:
    return period.from_ <= day <= period.to


def _by_office(rows: Collection[Row]) -> Mapping[str, list[Row]]:
    by_office: dict[str, list[Row]] = {}
    for row in rows:
        by_office.setdefault(row.office, []).append(row)
    return by_office


def span_problems(from_: date, to: date) -> Iterator[Problem]:
    if (to - from_).days > LONGEST_DAYS:
        yield Problem(
            "span_too_long",
            "查询的起止日期相隔超过一年。",
            "请分段查询。",
            "?to",
        )


def size_problems(days: int) -> Iterator[Problem]:
    """
    The days of all offices of the query are as many as one answer can hold.
    """
    if days > MOST_OFFICE_DAYS:
        yield Problem(
            "too_much_at_once",
            f"查询范围为{days}个机关日，超过{MOST_OFFICE_DAYS}个。",
            "请缩短起止日期，或者按下级机关分别查询。",
            "?to",
        )


def roster_problems(roster_id: str, programme: Programme) -> Iterator[Problem]:
    rosters = [roster.id for roster in programme.rosters]
    if roster_id not in rosters:
        yield Problem(
            "no_such_roster",
            f"本专项没有接访安排“{roster_id}”。",
            f"可填：{'、'.join(rosters)}。" if rosters else "本专项没有规定领导接访。",
            "/roster",
        )


def office_problems(
    roster: Roster, office: str, programme: Programme, directory: Directory, on: date
) -> Iterator[Problem]:
    """
    The office is one that keeps the roster.
    """
    if office not in offices_of(roster, programme, directory, on):
        yield Problem(
            "office_outside_programme",
            f"机关 {office} 不在“{roster.title}”的范围内。",
            "请核对机关代码和专项。",
            "/office",
        )


def post_problems(
    roster: Roster, office: str, title: str, directory: Directory
) -> Iterator[Problem]:
    """
    The post is one of those that may receive.
    """
    posts = directory.office(office).posts
    able = [
        post.title
        for post in posts.values()
        if any(getattr(post, flag) for flag in roster.flags)
    ]
    if title not in able:
        yield Problem(
            "post_not_eligible",
            f"“{title}”不在应当接访的职务之列。",
            f"可填：{'、'.join(able)}。",
            "/post",
        )


def log_problems(receptions: int, entered: int) -> Iterator[Problem]:
    if entered > receptions:
        yield Problem(
            "more_entered_than_received",
            f"录入{entered}次，多于接访{receptions}次。",
            "请核对接访日志。",
            "/entered",
        )
