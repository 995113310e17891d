"""
What was done about a case by other ways than its ledger: leaders named, a hearing, aid,
the closing. Rows of the ledger are shown with it: nobody types it twice (PY-14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.domain.cases.cases import Case
from shared.events import ReceivedEvent
from shared.numerals import yuan

Row = Mapping[str, Any]

LEADER, UPPER_LEADER = "leader_post", "upper_leader_post"
_NAMED = ("department", "team")
ACCUSED = "accused_unit"
"""
The column that names whom an accusation accuses.
"""
_LED = frozenset({LEADER, UPPER_LEADER, *_NAMED})
"""
The columns that are named elsewhere, too, and are not erased by a blank cell.
"""
_OF_OFFICE = (LEADER, "responsible_post", "handler_post", *_NAMED)
"""
The columns of who handles a case in the office that has it.
"""
_BY_DAY = frozenset({"leader", *_NAMED})
_OTHER = "other"
_HOLD = "hold"


@dataclass(frozen=True, kw_only=True)
class Worked:
    """
    What is known of a case *number* about a *topic*, by the event of a *sequence* that
    happened *on* a day: the *values* of columns of its row, none if it holds no more.
    """

    number: str
    topic: str
    sequence: int
    on: date
    values: dict[str, Any]

    @property
    def by_day(self) -> bool:
        """
        Whether the latest day holds, as in assignment, and not the newest event: who is
        named for an earlier day is named late (PY-24).
        """
        return _root(self.topic) in _BY_DAY


@dataclass(frozen=True, kw_only=True)
class Superseded:
    """
    The ledger row of a case *number* was last corrected about a *topic* as of the day
    *on*: it holds in place of what happened before that day.
    """

    number: str
    topic: str
    on: date


def _leaders(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    """
    Newly named leaders replace those of the same office; what is left out stays.
    """
    main: dict[str, str] = {}
    for office, post in event["leaders"]:
        main.setdefault(office, post)
    for office, post in main.items():
        yield f"leader/{office}", {"office": office, "post": post}
    for name in _NAMED:
        if value := event[name]:
            yield name, {name: value}


def _decided(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    held = event["decision"] == _HOLD
    blank = {"hearing_reason": None} if held else {"hearing_on": None}
    yield "hearing", {"hearing_decision": event["decision"], **blank}


def _held(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    on = event.occurred_on.isoformat()
    yield (
        f"hearing/{event['hearing']}",
        {"hearing_decision": _HOLD, "hearing_reason": None, "hearing_on": on},
    )


def _called_off(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    """
    With a hearing the decision on it falls; others that were held stay.
    """
    yield from (("hearing", {}), (f"hearing/{event['hearing']}", {}))


def _paid(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    paid = {"amount": event["amount"], "on": event.occurred_on.isoformat()}
    yield f"aid/{event['aid']}", paid


def _taken_back(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    yield f"aid/{event['aid']}", {}


def _confirmed(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    yield (
        "closing",
        {"conclusion_kind": event["kind"], "measures": [*event["measures"]]},
    )


def _ended(event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    on = event.occurred_on.isoformat()
    resolved = event.type == "assignment.case_resolved"
    yield "end", {"concluded_on": on, "resolved_on": on if resolved else None}


def _reopened(_event: ReceivedEvent) -> Iterator[tuple[str, Row]]:
    yield from (("closing", {}), ("end", {}))


_SAYS = {
    "assignment.leaders_confirmed": _leaders,
    "hearing.hearing_decided": _decided,
    "hearing.hearing_held": _held,
    "hearing.hearing_called_off": _called_off,
    "aid.aid_paid": _paid,
    "aid.aid_taken_back": _taken_back,
    "assignment.closing_confirmed": _confirmed,
    "assignment.case_resolved": _ended,
    "assignment.case_ended": _ended,
    "assignment.case_concluded": _ended,
    "assignment.case_reopened": _reopened,
}


def worked_by(events: Iterable[ReceivedEvent]) -> list[Worked]:
    """
    What *events* say of the work on cases, the newest of each topic; others among them
    are passed over.
    """
    newest: dict[tuple[str, str], Worked] = {}
    for event in sorted(events, key=lambda each: (each.case_number, each.sequence)):
        says = _SAYS.get(event.type)
        for topic, values in says(event) if says else ():
            work = Worked(
                number=event.case_number,
                topic=topic,
                sequence=event.sequence,
                on=event.occurred_on,
                values=dict(values),
            )
            last = newest.get((work.number, topic))
            if last is None or not work.by_day or last.on <= work.on:
                newest[work.number, topic] = work
    return [newest[key] for key in sorted(newest)]


def shown_by(
    case: Case,
    work: Iterable[Worked],
    corrected: Mapping[str, date],
    codes: Mapping[str, Collection[str]],
) -> Row:
    """
    The columns of the row of a case that its *work* fills in; *corrected*: the topics
    about which its ledger was corrected, with the days; *codes*: the columns of the
    form, each with the codes that may stand in it, none if any text may. One that moved
    is of the office that has it, and whom the former one named has fallen away.
    """
    values: dict[str, Any] = dict.fromkeys(left_behind(case, corrected))
    if case.had_by:
        values["reporting_office"] = case.office
    work = [w for w in work if not _is_of_former_office(w, case)]
    stands = [w for w in work if not _is_superseded(w, corrected)]
    paid = [each.values for each in stands if _root(each.topic) == "aid"]
    for each in sorted(stands, key=_held_on):
        if _root(each.topic) == "leader":
            if each.values and each.values["office"] not in case.had_by:
                own = each.values["office"] == case.office
                values[LEADER if own else UPPER_LEADER] = each.values["post"]
        elif _root(each.topic) != "aid":
            values |= each.values
    if paid := [each for each in paid if each]:
        values |= {
            "aid_given": True,
            "aid_amount": yuan(sum(each["amount"] for each in paid)),
            "aid_on": max(each["on"] for each in paid),
        }
    return {
        name: _in_codes(value, codes[name])
        for name, value in values.items()
        if name in codes and _fits(value, codes[name])
    }


def left_behind(case: Case, corrected: Mapping[str, date]) -> list[str]:
    """
    The columns of the row of a case that moved in which the former office stands still:
    those of who handles it that were not *corrected* since (0037).
    """
    if case.moved_on is None:
        return []
    days = {name: corrected.get(_topic_of(name, case)) for name in _OF_OFFICE}
    return [n for n, day in days.items() if day is None or day < case.moved_on]


def _is_of_former_office(work: Worked, case: Case) -> bool:
    moved = case.moved_on
    return moved is not None and work.topic in _NAMED and work.on < moved


def _topic_of(column: str, case: Case) -> str:
    return f"leader/{case.office}" if column == LEADER else column


def _is_superseded(work: Worked, corrected: Mapping[str, date]) -> bool:
    """
    Whether the row was corrected about this since; "leader" of old: of every office.
    """
    days = (corrected.get(topic) for topic in (work.topic, _root(work.topic)))
    return any(day is not None and work.on < day for day in days)


def _held_on(work: Worked) -> date:
    """
    What sorts the hearings that were held by day, after all other work: of them the
    newest is shown, and no decision in its place.
    """
    return work.on if work.topic.startswith("hearing/") else date.min


def _root(topic: str) -> str:
    return topic.partition("/")[0]


def _fits(value: Any, codes: Collection[str]) -> bool:
    return not codes or value is None or isinstance(value, list) or value in codes


def _in_codes(value: Any, codes: Collection[str]) -> Any:
    """
    A list in the codes of the form; what has none there is another measure.
    """
    if not isinstance(value, list) or not codes:
        return value
    named = (each if each in codes else _OTHER for each in value)
    return [each for each in dict.fromkeys(named) if each in codes]


def without_shown(
    before: Row, after: dict[str, Any], shown: Row, columns: Collection[str]
) -> dict[str, Any]:
    """
    The row *after* that was pushed without what it only repeats: a cell as the ledger
    was *shown*, and a blank cell of who leads or is accused, leave what was registered
    *before*. So does what no ledger can say, as whom the petition accuses that the case
    came from: names that are none of the *columns* of its form.
    """
    typed = {
        name: before.get(name)
        for name in {*shown, *_LED, ACCUSED}
        if after.get(name) in (None, [], shown.get(name))
    }
    typed |= {name: value for name, value in before.items() if name not in columns}
    return {name: v for name, v in (after | typed).items() if v is not None}


def superseded(
    case: Case, fields: Iterable[str], on: date, *, hub: str
) -> list[Superseded]:
    """
    What a correction of these *fields* of the row of a case, as of the day *on*, takes
    the place of; *hub*: the office whose leader is the upper one.
    """
    about = {name: _topic_of(name, case) for name in _OF_OFFICE}
    about[UPPER_LEADER] = f"leader/{hub}"
    topics = {about[name] for name in fields if name in about}
    return [Superseded(number=case.number, topic=t, on=on) for t in sorted(topics)]
