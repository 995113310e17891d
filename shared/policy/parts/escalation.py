"""
The steps by which a late office is reminded, admonished, named and reported upwards.

Steps, thresholds and hours are data of a programme; reaching the steps is the
business of the assignment service. What comes out are candidates: people decide.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Literal

from shared.errors import Problem
from shared.policy.calendar import Calendar, Limit
from shared.policy.parts.duties import NOTICE_ISSUED, DutyRule
from shared.policy.parts.reports import CLOCK
from shared.yaml.decode import did_you_mean, duplicates, problem_in


@dataclass(frozen=True)
class SupervisionStep:
    """
    One step: it comes `after` that much time since `on` became true, and is dated to
    that day.

    `reply`: the step is itself a duty to answer. `urgent`: mailed at once, not with the
    day's collective mail. `duties`: only of these kinds of duty; of all, if none is
    named.
    """

    id: str
    title: str
    on: Literal[
        "due_soon",
        "overdue",
        "stagnant",
        "unanswered",
        "notices_without_progress",
    ]
    kind: Literal[
        "reminder", "notice", "bulletin", "interview_candidate", "level_above"
    ]
    source: str
    after: Limit | None = None
    reply: Limit | None = None
    to: Literal["owner", "chief", "hub", "upper"] = "owner"
    urgent: bool = False
    duties: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if self.kind == "notice" and self.reply is None:
            message = "督办函没有写反馈期限。"
            yield problem_in(
                self, "reply", "missing_key", message, "请写明 reply，如 7N。"
            )

    def concerns(self, kind: str | None) -> bool:
        """
        Whether a kind of duty may reach this step, or (None) a whole case.
        """
        return not self.duties or kind in self.duties

    def reached_on(self, since: date, calendar: Calendar) -> date:
        """
        The day on which the step is due when its cause has been true since a day.
        """
        return since if self.after is None else calendar.due(since, self.after).day


STANDING = frozenset({"open_cases", "rate", "behind_milestone", "overdue"})
"""
The measures of thresholds that say how things stand on a day.
"""


@dataclass(frozen=True)
class Threshold:
    """
    What makes an office a candidate for inspection, never a verdict (PY-37, A-24).

    `value` goes with `at_least` and `below`. `over`: of so many days up to the day
    asked for, that day included; without it, of all time.
    """

    id: str
    title: str
    measure: Literal[
        "open_cases",
        "rate",
        "behind_milestone",
        "overdue",
        "repeats",
        "visits",
        "handling_faults",
        "group_visits",
    ]
    at: Literal["top_quartile", "bottom_quartile", "below", "at_least"]
    source: str
    value: int | None = None
    over: int | None = None

    def problems(self) -> Iterator[Problem]:
        if self.over is not None and self.over < 1:
            message = "统计天数须至少为一天。"
            yield problem_in(self, "over", "not_positive", message, "请改正或删除。")
        if self.over is not None and self.measure in STANDING:
            message = "该指标是统计日的状况，不按一段时间计。"
            yield problem_in(self, "over", "never_fires", message, "请删除 over。")
        if self.at == "at_least" and self.value is None:
            message = "没有写界限的数。"
            yield problem_in(self, "value", "missing_key", message, "请写明 value。")
        if self.measure == "rate" and self.value is not None and self.value > 100:
            message = f"化解率 {self.value}% 超过 100。"
            remedy = "请写 1 至 100 的整数。"
            yield problem_in(self, "value", "percent_out_of_range", message, remedy)


@dataclass(frozen=True)
class OfficeHours:
    """
    When collective notices go out, Shanghai time.
    """

    from_: str
    to: str
    source: str
    working_days_only: bool = True

    def problems(self) -> Iterator[Problem]:
        for name, clock_time in (("from", self.from_), ("to", self.to)):
            if not CLOCK.fullmatch(clock_time):
                message = f"“{clock_time}”不是时刻。"
                yield problem_in(self, name, "wrong_type", message, '应写成 "08:30"。')
        if self.to <= self.from_:
            message = "下班时刻不晚于上班时刻，通知永远发不出去。"
            yield problem_in(self, "to", "never_fires", message, "请改正。")

    def open_at(self, moment: datetime, calendar: Calendar) -> bool:
        """
        Whether notices may go out at a moment of local time.
        """
        if self.working_days_only and not calendar.is_working_day(moment.date()):
            return False
        begins, ends = time.fromisoformat(self.from_), time.fromisoformat(self.to)
        return begins <= moment.time() < ends


@dataclass(frozen=True)
class Supervision:
    """
    The steps in order, and when an office becomes a candidate.

    `interview_after`: so many notices without any progress (XQ-47, A-23).
    `stagnant_after`: nothing was recorded on an open case for so long.
    `missed_steps`: the duties of registering, passing on and handing down; one that is
    not done by its day is recorded as a step that the office missed (MX-39).
    """

    steps: tuple[SupervisionStep, ...]
    office_hours: OfficeHours
    source: str
    interview_after: int
    thresholds: tuple[Threshold, ...] = ()
    stagnant_after: Limit | None = None
    missed_steps: tuple[str, ...] = ()

    def steps_for(self, kind: str | None) -> tuple[SupervisionStep, ...]:
        """
        The steps that a kind of duty may come to, or (None) a whole case.
        """
        if kind not in self._steps_by_kind:
            steps = tuple(step for step in self.steps if step.concerns(kind))
            self._steps_by_kind[kind] = steps
        return self._steps_by_kind[kind]

    @cached_property
    def _steps_by_kind(self) -> dict[str | None, tuple[SupervisionStep, ...]]:
        """
        Filled as they are asked for.
        """
        return {}

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.steps, "id")
        yield from duplicates(self.thresholds, "id")
        if self.interview_after < 1:
            message = "多次督办须至少为一次。"
            yield problem_in(
                self, "interview_after", "not_positive", message, "请改正。"
            )
        for step in self.steps:
            if step.on == "stagnant" and self.stagnant_after is None:
                message = "没有写多久不动算停滞，这一步永远不会发生。"
                remedy = "请写明 stagnant_after。"
                yield problem_in(step, "on", "never_fires", message, remedy)
        kinds = {step.kind for step in self.steps}
        if "interview_candidate" in kinds and "notice" not in kinds:
            message = "没有督办函这一步，永远够不到约谈。"
            yield problem_in(self, "steps", "never_fires", message, "请补上督办函。")

    def problems_among(self, rules: Collection[DutyRule]) -> Iterator[Problem]:
        """
        What is wrong of it beside the programme's duties.
        """
        kinds = {rule.id for rule in rules}
        for kind in self.missed_steps:
            if kind not in kinds:
                message = f"没有“{kind}”这项职责。{did_you_mean(kind, kinds)}"
                remedy = "请改用 duties 中的编号。"
                yield problem_in(self, "missed_steps", "unknown_duty", message, remedy)
            elif not any(step.on == "overdue" for step in self.steps_for(kind)):
                message = f"“{kind}”逾期没有任何督办步骤，漏办不会被发现。"
                remedy = "请补上 on: overdue 的步骤。"
                yield problem_in(self, "missed_steps", "never_fires", message, remedy)
        for step in self.steps:
            for kind in step.duties:
                if kind not in kinds:
                    message = f"没有“{kind}”这项职责。{did_you_mean(kind, kinds)}"
                    remedy = "请改用 duties 中的编号。"
                    yield problem_in(step, "duties", "unknown_duty", message, remedy)
        if not any(rule.opened_by == NOTICE_ISSUED for rule in rules):
            message = "没有答复督办函的职责，督办函不答复也不算逾期。"
            remedy = f"请在 duties 中写明 opened_by: {NOTICE_ISSUED} 的职责。"
            yield problem_in(self, None, "no_reply_duty", message, remedy)
