"""
The log of receptions: how many of them were entered in the national system and when,
what of the log was corrected, and how often each who must receive did.

Counts and posts only (JZ-08, JZ-09, JZ-51, TL-39).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.assignment.domain.activities.rosters import Log, Visits, log_problems
from shared.errors import Problem
from shared.policy.directory import Directory
from shared.policy.reports import Roster
from shared.rules import day_has_come, day_not_before


@dataclass(frozen=True, kw_only=True)
class LogCorrection:
    """
    What a *log* said before, as *stated*, and after a correction: why, by whom, when.
    """

    id: str
    log: str
    office: str
    reason: str
    corrected_by: str
    corrected_at: datetime
    before: Mapping[str, str]
    stated: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class EntryDay:
    """
    The receptions of an office on a day by its log: of these *entered* in its register,
    which has *registered* visits of that day, and *national* entered in the national
    system, *in_time* on the day itself. *lacking*: those that are not in it.
    """

    office: str
    day: date
    receptions: int = 0
    entered: int = 0
    registered: int = 0
    national: int = 0
    in_time: int = 0

    @property
    def lacking(self) -> int:
        return max(0, self.receptions - self.national)


@dataclass(frozen=True, kw_only=True)
class Turns:
    """
    On how many days of a year a post received for half a day at least, how often it is
    to, and how many are lacking (TL-39).
    """

    office: str
    post: str
    times: int
    needed: int

    @property
    def lacking(self) -> int:
        return max(0, self.needed - self.times)


def counts_problems(log: Log, today: date) -> Iterator[Problem]:
    """
    No more is entered anywhere than was received, in the national system from the day
    of the reception on.
    """
    yield from log_problems(log.receptions, log.entered)
    if log.national > log.receptions:
        yield Problem(
            "more_entered_than_received",
            f"信访系统录入{log.national}次，多于接访{log.receptions}次。",
            "请核对接访日志和信访系统。",
            "/national",
        )
    if bool(log.national) is not (log.national_on is not None):
        yield Problem(
            "national_on_missing",
            "信访系统的录入次数和录入日期须同时填写。",
            "请补上 national_on，没有录入的两项都不填。",
            "/national_on",
        )
    yield from day_has_come(log.national_on, today, "/national_on", "录入日期")
    yield from day_not_before(
        log.national_on, log.day, "/national_on", "接访日期", "录入日期"
    )


def fewer_problems(log: Log, national: int) -> Iterator[Problem]:
    """
    What was entered in the national system grows; less of it is a correction.
    """
    if national < log.national:
        yield Problem(
            "fewer_than_before",
            f"信访系统已登记录入{log.national}次。",
            "登记有误的，请用更正（corrections）并说明理由。",
            "/national",
        )


CORRECTED = ("receptions", "entered", "half_days", "national", "national_on")
"""
What of a log a correction may change.
"""


def corrected(
    log: Log,
    stated: Mapping[str, object],
    *,
    identity: str,
    reason: str,
    by: str,
    at: datetime,
) -> tuple[Log, LogCorrection]:
    """
    A log with what a correction states of it, and the correction.
    """
    changes = {name: stated[name] for name in CORRECTED if name in stated}
    changes = {n: value for n, value in changes.items() if getattr(log, n) != value}
    after = replace(log, **changes, corrected=log.corrected + 1)  # type: ignore[arg-type]
    return after, LogCorrection(
        id=identity,
        log=log.id,
        office=log.office,
        reason=reason,
        corrected_by=by,
        corrected_at=at,
        before={name: _text(getattr(log, name)) for name in changes},
        stated={name: _text(value) for name, value in changes.items()},
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def entry_days(logs: Iterable[Log], visits: Iterable[Visits]) -> list[EntryDay]:
    """
    By office and day, of those with a log or with a visit in the register.
    """
    days: dict[tuple[str, date], EntryDay] = {}
    for log in logs:
        at = log.office, log.day
        day = days.get(at) or EntryDay(office=log.office, day=log.day)
        at_once = log.national if log.national_on == log.day else 0
        days[at] = replace(
            day,
            receptions=day.receptions + log.receptions,
            entered=day.entered + log.entered,
            national=day.national + log.national,
            in_time=day.in_time + at_once,
        )
    for each in visits:
        at = each.office, each.day
        day = days.get(at) or EntryDay(office=each.office, day=each.day)
        days[at] = replace(day, registered=day.registered + each.registered)
    return [days[at] for at in sorted(days)]


def turns(
    roster: Roster,
    offices: Sequence[str],
    directory: Directory,
    logs: Collection[Log],
) -> list[Turns]:
    """
    The turns of each post that stands on the roster, by office.
    """
    received = Counter(
        (office, post)
        for office, post, _ in {
            (log.office, log.post, log.day) for log in logs if log.half_days
        }
    )
    return [
        Turns(
            office=office,
            post=post,
            times=received[office, post],
            needed=roster.times_a_year or 0,
        )
        for office in offices
        for post in eligible_posts(roster, office, directory)
    ]


def eligible_posts(roster: Roster, office: str, directory: Directory) -> list[str]:
    """
    The posts of an office that the roster names.
    """
    return [
        post.title
        for post in directory.office(office).posts.values()
        if any(getattr(post, flag) for flag in roster.flags)
    ]
