"""
What changes in what is owed post: duties owed, late, done and done in time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from services.reporting.domain.measures import registry
from services.reporting.domain.postings.posting import Fields, Posting
from shared.policy.calendar import ONE_DAY


def duties_changed(_day: date, fields: Fields) -> Iterator[Posting]:
    """
    What the changes of each duty add up to: a duty that is opened and done in time at
    once posts nothing.
    """
    # Summed first: a duty that is opened and done at once would otherwise post two
    # entries that cancel each other.
    sums: dict[tuple[str, str, date], int] = defaultdict(int)
    last = dict[str, Fields]()
    for change in fields["changes"]:
        last[change["duty"]] = change
        for office, day, amount in _OF_CHANGE[change["what"]](change):
            sums[office, change["duty"], day] += amount
    for (office, duty, day), amount in sums.items():
        yield Posting(
            registry().overdue_of(last[duty]["kind"]),
            day,
            amount,
            office=office,
            duty=duty,
            duty_rule=last[duty]["kind"],
            due_on=last[duty]["due_on"],
        )

    yield from _standings(fields)


def _standings(fields: Fields) -> Iterator[Posting]:
    """
    What was due, and of that what was done, and in time, on the days it was due (I-05).
    """
    for each in fields["standings"]:
        measures = registry().of_duty(each["kind"], report=each["report"])
        for day, is_done, in_time, answer, amount in (
            (
                each["due_before"],
                each["done_before"],
                each["in_time_before"],
                each["answer_before"],
                -1,
            ),
            (each["due_on"], each["done"], each["in_time"], each["answer"], 1),
        ):
            counted = {"due": bool(day), "done": is_done, "in_time": in_time}
            for measure in measures:
                if counted[measure.counted_if] and measure.answer in {None, answer}:
                    yield Posting(
                        measure.id,
                        day,
                        amount,
                        office=each["office"],
                        duty=each["duty"],
                        duty_rule=each["kind"],
                        due_on=day,
                    )


def step_missed(day: date, fields: Fields) -> Iterator[Posting]:
    """
    At the office that missed the step (MX-39).
    """
    yield Posting(
        "steps_missed",
        day,
        office=fields["missed_by"],
        duty=fields["duty"],
        duty_rule=fields["kind"],
        due_on=fields["due_on"],
    )


_Amounts = Iterator[tuple[str, date, int]]


def _unless_backdated(
    of_change: Callable[[Fields], _Amounts],
) -> Callable[[Fields], _Amounts]:
    """
    What was due before the programme was issued is never overdue (A-03).
    """

    def counted(change: Fields) -> _Amounts:
        if not change["backdated"]:
            yield from of_change(change)

    return counted


def _duty_opened(change: Fields) -> _Amounts:
    """
    Posted ahead: overdue from the day after it was due, unless it is done before.
    """
    yield change["office"], _late_from(change), 1


def _duty_over(change: Fields) -> _Amounts:
    """
    Done in time it cancels the posting ahead; done late it was overdue until then.
    """
    yield change["office"], max(_late_from(change), change["on"]), -1


def _duty_resumed(change: Fields) -> _Amounts:
    yield change["office"], max(_late_from(change), change["on"]), 1


def _duty_moved(change: Fields) -> _Amounts:
    """
    Posted ahead for another day: overdue from the day after the new due day.
    """
    before = {**change, "due_on": change["due_before"]}
    if not change["backdated_before"]:
        yield change["from_office"] or change["office"], _late_from(before), -1
    if not change["backdated"]:
        yield change["office"], _late_from(change), 1


def _duty_handed_over(sign: int) -> Callable[[Fields], _Amounts]:
    """
    Overdue at the office before until it passed on, and at the next from its own due
    day; while its days are not counted, at neither.
    """

    def passed_on(change: Fields) -> _Amounts:
        before = change["due_before"] + ONE_DAY
        if not change["paused"]:
            yield change["from_office"], max(before, change["on"]), -sign
            yield change["office"], max(_late_from(change), change["on"]), sign

    return passed_on


def _late_from(change: Fields) -> date:
    """
    The day after the due day, but none before the office took the duty over.
    """
    due_on: date = change["due_on"]
    return max(due_on + ONE_DAY, change["since"] or date.min)


_OF_CHANGE: Mapping[str, Callable[[Fields], _Amounts]] = {
    "opened": _unless_backdated(_duty_opened),
    "discharged": _unless_backdated(_duty_over),
    "released": _unless_backdated(_duty_over),
    "resumed": _unless_backdated(_duty_resumed),
    "moved": _duty_moved,
    "handed_over": _unless_backdated(_duty_handed_over(1)),
    "handed_back": _unless_backdated(_duty_handed_over(-1)),
}
CHANGES = tuple(_OF_CHANGE)
