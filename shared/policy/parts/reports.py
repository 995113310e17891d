"""
What offices do and hand in beside the case itself: acts, reports, how often, rosters.

Values come from the programme's file. Whether a report came in is the business of the
assignment service; here are its periods and its due day.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from shared.errors import Problem
from shared.policy.calendar import ONE_DAY, Calendar, Limit
from shared.yaml.decode import duplicates, problem_in

TWO_WEEKS = 14
FIRST_HALF = 15
PAIR = 2
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

AskedFor = Literal[
    "kind",
    "post",
    "evidence",
    "to",
    "until",
    "text",
    "consent",
    "document",
    "count",
    "nil",
    "parties",
    "result",
    "new_number",
    "place",
    "attended_at",
]
Of = Literal["each_office", "each_child_of_hub", "each_department", "hub"]
Every = Literal[
    "day",
    "working_day",
    "week",
    "half_month",
    "two_weeks",
    "month",
    "quarter",
    "year",
    "unset",
]


@dataclass(frozen=True)
class Act:
    """
    Something an office does and records, on a case or of its own.

    `needs` is what the record must carry, `kinds` what its kind may be, `results` how
    it may come out, `places` of the office where it may have been, `fields` the
    mandatory fields that the case must name by then. `tell`: which office gets a mail
    of it at once: its own, the hub or the one above (JZ-38).
    `follows`: the act of the same case that it carries on, as an agreement of a
    mediation is carried out. `filed`: files of the case must show it, words alone do
    not. `within`: the limit, by its id, within which it is done after the act `after`
    of the same case, if that was done (TL-28, TL-34). `first_only`: it is no way to
    handle a petition that repeats an earlier one (TL-50). `tooltip`: the document's own
    word where the title must not use it.
    """

    id: str
    title: str
    source: str
    of: Literal["case", "office", "both"] = "case"
    needs: tuple[AskedFor, ...] = ()
    kinds: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    follows: str = ""
    tell: Literal["none", "own", "hub", "upper"] = "none"
    filed: bool = False
    after: str = ""
    within: str = ""
    first_only: bool = False
    tooltip: str = ""

    def problems(self) -> Iterator[Problem]:
        if ("kind" in self.needs) is not bool(self.kinds):
            message = "须记录种类的事项要列出可填的种类，其他的不列。"
            yield problem_in(
                self, "kinds", "kinds_unfit", message, "请改正 needs 或 kinds。"
            )
        if ("result" in self.needs) is not bool(self.results):
            message = "须记录结果的事项要列出可填的结果，其他的不列。"
            yield problem_in(
                self, "results", "kinds_unfit", message, "请改正 needs 或 results。"
            )
        if ("place" in self.needs) is not bool(self.places):
            message = "须记录地点的事项要列出可填的地点，其他的不列。"
            yield problem_in(
                self, "places", "kinds_unfit", message, "请改正 needs 或 places。"
            )
        if self.tell != "none" and self.of != "office":
            message = "随时告知只用于单位的事项，案件的事项不会告知。"
            yield problem_in(self, "tell", "never_fires", message, "请删除 tell。")
        if bool(self.after) is not bool(self.within):
            message = "期限（within）从哪项工作（after）起算，二者要一并写明。"
            yield problem_in(self, "within", "never_fires", message, "请补上另一项。")
        if self.first_only and self.of != "case":
            message = "单位自身的事项没有初次、重复之分。"
            yield problem_in(self, "first_only", "never_fires", message, "请删去。")
        if self.filed and self.of != "case":
            message = "单位自身的事项没有可以收存材料的案件。"
            yield problem_in(self, "filed", "never_fires", message, "请删去 filed。")


@dataclass(frozen=True)
class Report:
    """
    A report with its headings; `nil`: it may be an empty report.
    """

    id: str
    title: str
    heads: tuple[str, ...]
    source: str
    nil: bool = False


@dataclass(frozen=True)
class Period:
    """
    One day, week, month … of a schedule, both days included.
    """

    id: str
    from_: date
    to: date


@dataclass(frozen=True)
class ReportSchedule:
    """
    A report that offices owe at regular times, with or without a case.

    `due` counts from the period's last day; without it that day is the last. `cutoff`:
    what arrives on the last day after this hour is late (JZ-39). `unset`: the document
    says "regularly" and the office has not said how often.
    """

    id: str
    title: str
    of: Of
    every: Every
    report: str
    act: str
    source: str
    from_: date | None = None
    to: date | None = None
    anchor: date | None = None
    due: Limit | None = None
    cutoff: str = ""

    def problems(self) -> Iterator[Problem]:
        if (self.every == "two_weeks") is (self.anchor is None):
            message = "每两周的报告须写明从哪一天起算，其他的不写。"
            yield problem_in(
                self, "anchor", "no_anchor", message, "请补上或删除 anchor。"
            )
        if self.cutoff and not CLOCK.fullmatch(self.cutoff):
            message = f"“{self.cutoff}”不是时刻。"
            yield problem_in(self, "cutoff", "wrong_type", message, '应写成 "17:30"。')
        if self.from_ and self.to and self.to < self.from_:
            message = f"止期 {self.to} 早于起期 {self.from_}。"
            yield problem_in(self, "to", "dates_inverted", message, "请改正起止日期。")

    def is_past(self, arrived_at: datetime, last_day: date) -> bool:
        """
        Whether a report arrived, by local time, after the hour of its last day; without
        such an hour only days count.
        """
        if not self.cutoff:
            return False
        ends = datetime.combine(last_day, time.fromisoformat(self.cutoff))
        return arrived_at.replace(tzinfo=None) > ends

    def period_on(self, day: date, calendar: Calendar) -> Period | None:
        """
        The period a day lies in; None outside the schedule's own days, and on a rest
        day for what is owed each working day.
        """
        outside = (self.from_ and day < self.from_) or (self.to and self.to < day)
        rests = self.every == "working_day" and not calendar.is_working_day(day)
        if outside or rests or self.every == "unset":
            return None
        if self.every == "two_weeks":
            return self._two_weeks(day)
        return _period(self.every, day)

    def periods(self, from_: date, to: date, calendar: Calendar) -> Iterator[Period]:
        """
        The periods that begin on one of these days.
        """
        day = from_
        while day <= to:
            period = self.period_on(day, calendar)
            if period is not None and period.from_ == day:
                yield period
            day += ONE_DAY

    def has_begun(
        self, identity: str, since: date, on: date, calendar: Calendar
    ) -> bool:
        """
        Whether a period of that name lies in, or reaches into, the days since .. on.
        """
        day = on
        while day >= since:
            period = self.period_on(day, calendar)
            if period is not None and period.id == identity:
                return True
            day -= ONE_DAY
        return False

    def _two_weeks(self, day: date) -> Period | None:
        if self.anchor is None or day < self.anchor:
            return None
        first = day - timedelta(days=(day - self.anchor).days % TWO_WEEKS)
        return Period(first.isoformat(), first, first + timedelta(days=TWO_WEEKS - 1))


@dataclass(frozen=True)
class Roster:
    """
    Whose turn it is, each day or so often, to receive people at a place; `log_act` is
    the act that says it was done. `times_a_year`: at least so often each.
    """

    id: str
    title: str
    place: str
    every: Every
    flags: tuple[Literal["leader", "chief", "middle", "head"], ...]
    log_act: str
    source: str
    of: Of = "each_office"
    times_a_year: int | None = None

    def problems(self) -> Iterator[Problem]:
        if not self.flags:
            message = "没有写由哪些领导值守。"
            yield problem_in(self, "flags", "nobody_named", message, "请写明 flags。")


@dataclass(frozen=True)
class Tally:
    """
    Acts that are counted, listed, or looked for where they are missing.

    `difference`: the counts of the first act less those of the second (JZ-08).
    `missing` looks for offices or cases, or with `of: departments` for the departments
    of each office (PY-36). `by`: also how often by each post, kind or result that the
    acts name, with its share (PY-25, XQ-50). With `by: party` what is counted are the
    third parties that took part, by role (XQ-39).
    `at_least`: counts the matters in which they were recorded so often (DY-32).
    `moves`: the moves of a case between offices count with its acts (DY-32).
    `body`: instead of acts, the offices that have no such body (PY-27, PY-40).
    `duties`: instead of acts, how often all of them were done that were opened on one
    day in one matter, as by a closing, how often not, and the share (MX-28).
    """

    id: str
    title: str
    source: str
    acts: tuple[str, ...] = ()
    body: str = ""
    duties: tuple[str, ...] = ()
    show: Literal["count", "list", "missing", "difference"] = "count"
    of: Literal["offices", "departments"] = "offices"
    by: Literal["post", "kind", "result", "party"] | None = None
    unit: str = "次"
    at_least: int | None = None
    moves: bool = False

    def problems(self) -> Iterator[Problem]:
        if self.moves and len(self.acts) != 1:
            message = "移交只与一项工作合并统计。"
            yield problem_in(self, "moves", "never_fires", message, "请只写一项工作。")
        if sum(map(bool, (self.acts, self.body, self.duties))) != 1:
            message = "没有写统计什么，或写了两样。"
            remedy = "请写明 acts、body、duties 之一。"
            yield problem_in(self, "acts", "empty_list", message, remedy)
        if not self.acts and (self.show, self.of) != ("missing", "offices"):
            message = "body、duties 只用于查找缺少的单位、案件。"
            remedy = "请写 show: missing，删除 of。"
            yield problem_in(self, "show", "never_fires", message, remedy)
        if self.show == "difference" and len(self.acts) != PAIR:
            message = "核对差额须写明两项工作。"
            yield problem_in(self, "acts", "not_a_pair", message, "请写两项。")
        if self.of == "departments" and self.show != "missing":
            message = "of: departments 只用于查找缺少的部门。"
            yield problem_in(self, "of", "never_fires", message, "请删除 of。")
        if self.at_least is not None and self.at_least < 1:
            message = "次数须至少为一次。"
            yield problem_in(
                self, "at_least", "not_positive", message, "请改正或删除。"
            )


@dataclass(frozen=True)
class ListItem:
    """
    One item of a duty list. `support`: help and explanation owed by an office, never
    watching a person (section 9); the old word stands in `tooltip`. `filed`: files of
    the case must show it, words alone do not.
    """

    id: str
    text: str
    source: str
    support: bool = False
    tooltip: str = ""
    act: str | None = None
    filed: bool = False


@dataclass(frozen=True)
class DutyList:
    """
    Items to be done for each case `when` it is led, handed down or closed, or for the
    unit as a whole (XQ-60); an empty list waits for the office to fill it in.
    """

    id: str
    title: str
    source: str
    items: tuple[ListItem, ...] = ()
    when: Literal["led", "handed", "closed", "every", "unit"] = "led"

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.items, "id")


def _period(every: Every, day: date) -> Period:
    """
    The stretch of the calendar a day lies in; weeks from Monday (A-25).
    """
    name = f"{day:%Y-%m}"
    first, last = _month(day.year, day.month)
    match every:
        case "week":
            first = day - timedelta(days=day.weekday())
            last = day + timedelta(days=months.SUNDAY - day.weekday())
            year, week, _ = day.isocalendar()
            name = f"{year}-W{week:02}"
        case "half_month":
            middle = day.replace(day=FIRST_HALF)
            late = day > middle
            name += "-b" if late else "-a"
            first, last = (middle + ONE_DAY, last) if late else (first, middle)
        case "quarter":
            number = (day.month + 2) // 3
            name = f"{day.year}-Q{number}"
            first = date(day.year, 3 * number - 2, 1)
            last = _month(day.year, 3 * number)[1]
        case "year":
            name = str(day.year)
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        case "day" | "working_day":
            name, first, last = day.isoformat(), day, day
    return Period(name, first, last)


def _month(year: int, month: int) -> tuple[date, date]:
    last = months.monthrange(year, month)[1]
    return date(year, month, 1), date(year, month, last)
