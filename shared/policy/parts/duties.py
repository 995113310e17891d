"""
Which fact makes an office owe something, until when, and which fact discharges it.

The rules are data of a programme; keeping the open duties is the business of the
assignment service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from shared.errors import Problem
from shared.policy.calendar import Calendar, Due, Limit
from shared.policy.conditions import Condition, all_hold
from shared.policy.directory import Office
from shared.policy.directory_file import Level
from shared.yaml.decode import problem_in

ACT_RECORDED = "matter.act_recorded"
NOTICE_ISSUED = "matter.supervision_issued"
"""
The two facts on which the checks of a programme's file themselves depend.
"""


@dataclass(frozen=True)
class FactKind:
    """
    A type of fact that rules may wait for: its Chinese title and its fields.
    """

    title: str
    fields: tuple[str, ...]


Vocabulary = Mapping[str, FactKind]
"""
The types of facts that rules may wait for, by name: handed in by who knows them.
"""


ALWAYS_NAMED = frozenset({"reply_by", "report_by", "drive_until"})
"""
Days that the fact which names them never leaves out.
"""


@dataclass(frozen=True)
class Trigger:
    """
    An event of a type, perhaps only with certain values in its payload.
    """

    event: str
    when: Mapping[str, Condition] = field(default_factory=dict)

    def fired_by(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return self.event == event_type and all_hold(self.when, payload)


@dataclass(frozen=True)
class Until:
    """
    When a duty is due; exactly one of three ways, or `limit` where no `fact` is named.

    `limit` counts from the start day. `day` is fixed, or the start day itself when
    that is later: nobody is late with what could not yet be done (A-03).
    `fact` names a date in the payload, `or_else` the day to take, if any, when it has
    none and none is named with the leaders either (XQ-20).
    """

    limit: Limit | None = None
    day: date | None = None
    fact: str | None = None
    or_else: date | None = None

    def problems(self) -> Iterator[Problem]:
        ways = (self.limit, self.day, self.fact)
        both = self.limit is not None and self.fact is not None
        if len([way for way in ways if way is not None]) != 1 + both:
            message = "期限须有且只有一种写法。"
            remedy = "请用 limit、day、fact 之一，或 fact 与 limit。"
            yield problem_in(self, None, "one_due", message, remedy)
        optional = self.fact is not None and self.fact not in ALWAYS_NAMED
        if optional != ((self.or_else is not None) + both == 1):
            message = "fact 与 or_else 或 limit 须同时写明。"
            remedy = "未填该日期时以 or_else 或 limit 为准。"
            yield problem_in(self, None, "one_due", message, remedy)


@dataclass(frozen=True)
class Owner:
    """
    Who owes: `own` the responsible office, `hub`, the office above, the one that the
    matter came `from` or a letter went `to`; and which post of it, if one is named.
    """

    office: Literal["own", "hub", "upper", "from", "to"] = "own"
    post: Literal["none", "leader", "chief", "handler", "hub_department"] = "none"


@dataclass(frozen=True)
class Binding:
    """
    The responsible offices that a rule binds: those of the `levels` and the `offices`
    named by code; without levels, all.
    """

    levels: tuple[Level, ...] = ()
    offices: tuple[str, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if self.offices and not self.levels:
            message = "没有写 levels，本来就约束所有单位，offices 不起作用。"
            yield problem_in(self, "offices", "never_fires", message, "请写明 levels。")

    def includes(self, office: Office) -> bool:
        at_level = not self.levels or office.level in self.levels
        return at_level or office.code in self.offices


@dataclass(frozen=True)
class Extension:
    """
    How far a due day may be moved by a signed decision (TL-07, A-38).

    `before_due`: decided at the latest on the day that would have been due.
    """

    at_most: Limit
    source: str
    times: int = 1
    by: Literal["chief", "leader", "hub"] = "chief"
    tell_petitioner: bool = False
    before_due: bool = True

    def problems(self) -> Iterator[Problem]:
        if self.times < 1:
            message = "延期次数须至少为一次。"
            yield problem_in(
                self, "times", "not_positive", message, "不许延期的请删除该项。"
            )


OF_THE_LAW = (
    "counted_from",
    "waits",
    "goes_on",
    "released_by",
    "restored_by",
    "extension",
    "pausable",
    "creditor",
)
"""
What a programme's own rule keeps of the law's rule with the same id.
"""


COMPUTED = frozenset({"matter.leader_named", "matter.repeat_after_closing"})
"""
Facts that follow from others: nobody recorded them, so that of a day all else was
before them.
"""


@dataclass(frozen=True)
class DutyRule:
    """
    One kind of duty.

    `also_opened_by`: what opens it as well, if nothing has opened it yet (XQ-23).
    `binds`: which offices owe it in their matters (DY-28).
    `counted_from`: once such a fact is there, the days count from it and no longer from
    the opening (A-12).
    `released_by` ends it undone, `restored_by` takes such a release back;
    `resumed_by` takes a discharge back. It is then owed with the due day it had.
    It is owed again each time its fact recurs; with `once` only the first time;
    with `per` once for each value of this name in the opening's payload.
    `discharges`: whether one discharging fact fulfils `all` of these that are open by
    then, or only the `oldest`.
    `only_after`: what was done before it was owed does not count; a fact like the one
    that opened it may then discharge it.
    `every`: owed again and again until a fact of `until`; see `nth_due`.
    `waits` and `goes_on` stop and restart the clock by themselves (TL-24, A-37);
    `pausable` allows a signed decision to do so, `overridable` another due day.
    `instead_of_law`: the source by which a programme's rule departs from the law's rule
    of the same id; without it, it keeps what `OF_THE_LAW` lists.
    `tooltip`: the document's own word where the title must not use it. `masked`: the
    document hides the number; the one here is a preset (A-14).
    """

    id: str
    title: str
    opened_by: str
    due: Until
    discharged_by: tuple[Trigger, ...]
    source: str
    when: Mapping[str, Condition] = field(default_factory=dict)
    also_opened_by: tuple[Trigger, ...] = ()
    counted_from: tuple[Trigger, ...] = ()
    released_by: tuple[Trigger, ...] = ()
    restored_by: tuple[Trigger, ...] = ()
    resumed_by: tuple[Trigger, ...] = ()
    per: str | None = None
    once: bool = False
    discharges: Literal["all", "oldest"] = "all"
    owner: Owner = Owner()
    binds: Binding = Binding()
    creditor: Literal["petitioner", "upper", "hub"] = "upper"
    warn_days: int | None = None
    only_after: bool = False
    every: Limit | None = None
    until: tuple[Trigger, ...] = ()
    extension: Extension | None = None
    pausable: bool = False
    overridable: bool = False
    waits: tuple[Trigger, ...] = ()
    goes_on: tuple[Trigger, ...] = ()
    instead_of_law: str = ""
    tooltip: str = ""
    masked: bool = False

    @property
    def opens_once(self) -> bool:
        """
        Whether only the first opening fact counts, or the first of each `per`.
        """
        return bool(self.once or self.per or self.every)

    @cached_property
    def opening_types(self) -> frozenset[str]:
        """
        The types of the events that may open it.
        """
        also = (trigger.event for trigger in self.also_opened_by)
        return frozenset((self.opened_by, *also))

    @cached_property
    def transitions_by_type(self) -> Mapping[str, tuple[tuple[str, Trigger], ...]]:
        """
        By the type of an event: the transitions that it may be the cause of.
        """
        triggers = {
            "discharged": self.discharged_by,
            "ended": self.until,
            "released": self.released_by,
            "restored": self.restored_by,
            "resumed": self.resumed_by,
            "paused": self.waits,
            "unpaused": self.goes_on,
        }
        by_type: dict[str, tuple[tuple[str, Trigger], ...]] = {}
        for transition, waited in triggers.items():
            for trigger in waited:
                before = by_type.get(trigger.event, ())
                by_type[trigger.event] = (*before, (transition, trigger))
        return by_type

    def problems(self) -> Iterator[Problem]:
        yield from self._recurring_problems()
        if self.once and (self.per or self.every):
            message = "写了 per 或 every 的职责本来就按其产生，once 不起作用。"
            yield problem_in(self, "once", "never_fires", message, "请删除 once。")
        if self.opens_once and self.discharges == "oldest":
            message = "只产生一次的职责，谈不上先履行最早的一项。"
            yield problem_in(
                self, "discharges", "never_fires", message, "请删除 discharges。"
            )
        if self.resumed_by and not self.opens_once:
            message = "职责可多次产生，resumed_by 没有写明恢复哪一次。"
            yield problem_in(
                self, "resumed_by", "ambiguous", message, "请写 once 或 per。"
            )
        if self.waits and not self.goes_on:
            message = "写了何时停止计算，没有写何时恢复，职责永远不会到期。"
            remedy = "请写明 goes_on。"
            yield problem_in(self, "waits", "never_fires", message, remedy)
        if not self.discharged_by:
            message = "没有任何事件能履行这项职责。"
            remedy = "请写明 discharged_by。"
            yield problem_in(self, "discharged_by", "never_discharged", message, remedy)
        if self.only_after and not self.opening_types.isdisjoint(COMPUTED):
            message = (
                "这一事件由其他事实推算得出，当天先后无从判断，不能写 only_after。"
            )
            remedy = "请删除 only_after，或改由已登记的事件产生。"
            yield problem_in(self, "only_after", "ambiguous", message, remedy)
        if not self.only_after and any(map(self._opens_too, self.discharged_by)):
            message = "产生职责的事件同时又履行它，职责永远不会存在。"
            remedy = "请改正 opened_by 或 discharged_by。"
            yield problem_in(self, "discharged_by", "never_fires", message, remedy)

    def _opens_too(self, trigger: Trigger) -> bool:
        """
        Whether one and the same fact may open the duty and fulfil the trigger.
        """
        shared = self.when.keys() & trigger.when.keys()
        apart = any(
            not {*self.when[name].values} & {*trigger.when[name].values}
            for name in shared
        )
        return trigger.event == self.opened_by and not apart

    def _recurring_problems(self) -> Iterator[Problem]:
        if self.every is None:
            if self.until:
                message = "没有写 every，until 永远用不上。"
                yield problem_in(
                    self, "until", "never_fires", message, "请补上 every。"
                )
            return
        if not self.until:
            message = "反复产生的职责没有写到何时为止。"
            yield problem_in(self, "every", "never_ends", message, "请写明 until。")
        if self.due.limit is None or self.due.limit.unit is not self.every.unit:
            message = "every 与 due.limit 的单位不同，各期的期限无从推算。"
            remedy = "请用同一种单位，如 1M 与 1M。"
            yield problem_in(self, "every", "mixed_units", message, remedy)

    def within(self, law: DutyRule) -> DutyRule:
        """
        This rule of a programme, completed from the rule of *law*.
        """
        if self.instead_of_law:
            return self
        unwritten = _unwritten()
        changes = {
            name: getattr(law, name)
            for name in OF_THE_LAW
            if getattr(self, name) == unwritten[name] != getattr(law, name)
        }
        if changes.keys() & {"counted_from", "waits", "extension"}:
            changes["source"] = f"{self.source}；{law.source}"
        return replace(self, **changes)

    def departs_from(self, law: DutyRule) -> tuple[str, ...]:
        """
        The names of the fields in which this rule differs from *law*.
        """
        unwritten = _unwritten()
        fields_written = [
            name for name in OF_THE_LAW if getattr(self, name) != unwritten[name]
        ]
        return tuple(
            name
            for name in ("due", *fields_written)
            if getattr(self, name) != getattr(law, name)
        )

    def opens(self, event_type: str, payload: Mapping[str, object]) -> bool:
        first = Trigger(self.opened_by, self.when)
        return _any((first, *self.also_opened_by), event_type, payload)

    def discharged(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return _any(self.discharged_by, event_type, payload)

    def nth_limit(
        self, number: int, payload: Mapping[str, object] = MappingProxyType({})
    ) -> Limit | None:
        """
        The length from the start to the end of a period, counted from 0; None
        where a day is set instead, by the rule or by the opening's `payload`.
        """
        own_day = self.due.fact is not None and payload.get(self.due.fact)
        limit = None if own_day else self.due.limit
        if limit is None or self.every is None:
            return limit
        return replace(limit, amount=limit.amount + number * self.every.amount)

    def nth_due(
        self,
        number: int,
        start: date,
        payload: Mapping[str, object],
        calendar: Calendar,
    ) -> Due:
        """
        The last day of a period, counted from 0, of a duty opened on `start`.
        Counted from the start each time, so that a 31st does not become a 28th for
        ever.

        Raises:
            ValueError: the payload's date is no ISO date.
        """
        limit = self.nth_limit(number, payload)
        if limit is not None:
            return calendar.due(start, limit)
        if self.due.fact is None:
            return Due(max(start, self.due.day or start), provisional=False)
        value = payload.get(self.due.fact) or self.due.or_else
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
        return Due(day, provisional=False)

    def triggers(self) -> tuple[Trigger, ...]:
        """
        All that it waits for beside its opening.
        """
        return (
            *self.also_opened_by,
            *self.counted_from,
            *self.discharged_by,
            *self.released_by,
            *self.restored_by,
            *self.resumed_by,
            *self.until,
            *self.waits,
            *self.goes_on,
        )


def _unwritten() -> Mapping[str, object]:
    """
    The values of `OF_THE_LAW` where a file writes none.
    """
    return {field.name: field.default for field in fields(DutyRule)}


def _any(
    triggers: tuple[Trigger, ...], event_type: str, payload: Mapping[str, object]
) -> bool:
    return any(trigger.fired_by(event_type, payload) for trigger in triggers)
