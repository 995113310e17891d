"""
Which fact makes an office owe something, until when, and which fact discharges it.

The rules are data of a programme; keeping the open duties is the business of the
assignment service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.calendar import Calendar, Due, Limit
from shared.conditions import Condition, all_hold
from shared.decoding import Slip


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
    When a duty is due; exactly one of three ways.

    `limit` counts from the start day. `day` is fixed, or the start day itself when
    that is later: nobody is late with what could not yet be done (A-03).
    `fact` names a date in the payload, `or_else` the day to take when it has none.
    """

    limit: Limit | None = None
    day: date | None = None
    fact: str | None = None
    or_else: date | None = None

    def slips(self) -> Iterator[Slip]:
        given = (self.limit, self.day, self.fact)
        if len([each for each in given if each is not None]) != 1:
            message = "期限须有且只有一种写法。"
            remedy = "请用 limit、day、fact 之一。"
            yield Slip(self, None, "one_due", message, remedy)
        if (self.fact is None) != (self.or_else is None):
            message = "fact 与 or_else 须同时写明。"
            remedy = "案件未填该日期时以 or_else 为准。"
            yield Slip(self, None, "one_due", message, remedy)


@dataclass(frozen=True)
class DutyRule:
    """
    One kind of duty.

    `released_by` ends it undone, `restored_by` takes such a release back;
    `resumed_by` takes a discharge back. It is then owed with the due day it had.
    """

    id: str
    title: str
    opened_by: str
    due: Until
    discharged_by: tuple[Trigger, ...]
    source: str
    when: Mapping[str, Condition] = field(default_factory=dict)
    released_by: tuple[Trigger, ...] = ()
    restored_by: tuple[Trigger, ...] = ()
    resumed_by: tuple[Trigger, ...] = ()
    per: str | None = None

    def slips(self) -> Iterator[Slip]:
        if not self.discharged_by:
            message = "没有任何事件能履行这项职责。"
            remedy = "请写明 discharged_by。"
            yield Slip(self, "discharged_by", "never_discharged", message, remedy)
        if any(each.event == self.opened_by for each in self.discharged_by):
            message = "产生职责的事件同时又履行它，职责永远不会存在。"
            remedy = "请改正 opened_by 或 discharged_by。"
            yield Slip(self, "discharged_by", "never_fires", message, remedy)

    def opens(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return self.opened_by == event_type and all_hold(self.when, payload)

    def discharged(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return _any(self.discharged_by, event_type, payload)

    def released(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return _any(self.released_by, event_type, payload)

    def restored(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return _any(self.restored_by, event_type, payload)

    def resumed(self, event_type: str, payload: Mapping[str, object]) -> bool:
        return _any(self.resumed_by, event_type, payload)

    def due_on(
        self, start: date, payload: Mapping[str, object], calendar: Calendar
    ) -> Due:
        """
        The last day in time of a duty opened on `start`.

        Raises:
            ValueError: the payload's date is no ISO date.
        """
        if self.due.limit is not None:
            return calendar.due(start, self.due.limit)
        if self.due.fact is None:
            return Due(max(start, self.due.day or start), provisional=False)
        written = payload.get(self.due.fact) or self.due.or_else
        day = written if isinstance(written, date) else date.fromisoformat(str(written))
        return Due(day, provisional=False)

    def triggers(self) -> tuple[Trigger, ...]:
        """
        All that changes the duty once it is open.
        """
        return (
            *self.discharged_by,
            *self.released_by,
            *self.restored_by,
            *self.resumed_by,
        )


def _any(
    triggers: tuple[Trigger, ...], event_type: str, payload: Mapping[str, object]
) -> bool:
    return any(trigger.fired_by(event_type, payload) for trigger in triggers)
