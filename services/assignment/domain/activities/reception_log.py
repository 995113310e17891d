"""
The log of receptions: how many of them were entered in the national system and when,
what of the log was corrected, and how often each who must receive did.

Counts and posts only (JZ-08, JZ-09, JZ-51, TL-39).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.assignment.domain.activities.rosters import Log, Visits, log_problems
from shared.errors import Problem
from shared.policy.directory import Directory
from shared.policy.parts.reports import Roster
from shared.rules import day_has_come, day_not_before


@dataclass(frozen=True, kw_only=True)
class LogCorrection:
    """
    A correction of a *log*: what it said before, what it says now, why, by whom and
    when.
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
    all_in_time = log.national_on == log.day
    if log.national and (log.in_time >= log.national) is not all_in_time:
        yield Problem(
            "in_time_unclear",
            f"信访系统录入{log.national}次，其中接访当日录入{log.in_time}次，"
            "与最后录入日期不符。",
            "请核对，并填写接访当日录入的次数（in_time）。",
            "/in_time",
        )
    yield from day_has_come(log.national_on, today, "/national_on", "录入日期")
    yield from day_not_before(
        log.national_on, log.day, "/national_on", "接访日期", "录入日期"
    )


def growth_problems(log: Log, entered: Log) -> Iterator[Problem]:
    """
    What was *entered* in the national system grows from day to day; all else is a
    correction.
    """
    if entered.national <= log.national:
        yield Problem(
            "no_more_than_before",
            f"信访系统已登记录入{log.national}次。",
            "登记有误的，请用更正（corrections）并说明理由。",
            "/national",
        )
    yield from day_not_before(
        *(entered.national_on, log.national_on, "/national_on"),
        *("上次录入日期", "录入日期"),
    )


def correction_problems(correction: LogCorrection) -> Iterator[Problem]:
    """
    Check that a correction changes something.
    """
    if not correction.stated:
        yield Problem(
            "nothing_to_change",
            "没有与接访日志不同的项。",
            "请写明要更正的项和更正后的内容。",
            "",
        )


CORRECTED = ("receptions", "entered", "half_days", "national", "national_on", "in_time")
"""
What of a log a correction may change.
"""


def correct(
    log: Log,
    corrected_fields: Mapping[str, object],
    *,
    identity: str,
    reason: str,
    by: str,
    at: datetime,
) -> tuple[Log, LogCorrection]:
    """
    Return the log as corrected, or with what was entered in the national system since,
    and the correction that records the change.
    """
    values = {n: corrected_fields[n] for n in CORRECTED if n in corrected_fields}
    after = replace(log, **values)  # type: ignore[arg-type]
    if "in_time" not in corrected_fields:
        after = counted_in_time(after)
    names = [n for n in CORRECTED if getattr(log, n) != getattr(after, n)]
    return replace(after, corrected=log.corrected + 1), LogCorrection(
        id=identity,
        log=log.id,
        office=log.office,
        reason=reason,
        corrected_by=by,
        corrected_at=at,
        before={name: _text(getattr(log, name)) for name in names},
        stated={name: _text(getattr(after, name)) for name in names},
    )


def counted_in_time(log: Log) -> Log:
    """
    Return the log with the number of receptions that were entered in time: all that are
    in the national system if the last of them was entered on the day of the reception;
    otherwise as many as before.
    """
    in_time = log.national if log.national_on == log.day else log.in_time
    return replace(log, in_time=min(in_time, log.national))


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
        days[at] = replace(
            day,
            receptions=day.receptions + log.receptions,
            entered=day.entered + log.entered,
            national=day.national + log.national,
            in_time=day.in_time + log.in_time,
        )
    for each in visits:
        at = each.office, each.day
        day = days.get(at) or EntryDay(office=each.office, day=each.day)
        days[at] = replace(day, registered=day.registered + each.registered)
    return [days[at] for at in sorted(days)]


def who_receives(
    roster: Roster, offices: Sequence[str], directory: Directory
) -> list[tuple[str, str]]:
    """
    Return each office with each post that stands on the roster, ordered by both.
    """
    return sorted(
        (office, post)
        for office in offices
        for post in eligible_posts(roster, office, directory)
    )


def turns(
    roster: Roster,
    posts: Sequence[tuple[str, str]],
    times: Mapping[tuple[str, str], int],
) -> list[Turns]:
    """
    The turns of each of *posts*, with their offices; *times*: on how many days a post
    of an office received.
    """
    return [
        Turns(
            office=office,
            post=post,
            times=times.get((office, post), 0),
            needed=roster.times_a_year or 0,
        )
        for office, post in posts
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
