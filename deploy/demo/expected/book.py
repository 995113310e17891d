"""
Keeps what the story tells: cases, duties, hearings, payments, each fact with its days.

A fact has the day it happened on and the day it was recorded on, so that the book can
be read as of any day, and as it was known on any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from deploy.demo.expected.days import months, natural_days, working_days
from deploy.demo.expected.ledgers import Row, day_of, in_scope, number_of, plain, rows

CITY = "410900"
OFFICES = {
    "濮阳市人民检察院": CITY,
    "濮阳市华龙区人民检察院": "410902",
    "清丰县人民检察院": "410922",
    "南乐县人民检察院": "410923",
    "范县人民检察院": "410926",
    "台前县人民检察院": "410927",
    "濮阳县人民检察院": "410928",
}
PHASE_ONE_ENDS = date(2020, 12, 15)
PLAN_ISSUED = date(2020, 12, 29)
CAMPAIGN_ENDS = date(2022, 12, 31)
# Acts that move no figure.
_NO_FIGURE = {
    *("batch", "receipt", "file", "return"),
    *("schedule_hearing", "hearing_result"),
    *("enter_wage", "confirm_wage", "verify_aid", "receive_aid_funds", "tell_of_aid"),
}


class Fact(NamedTuple):
    """
    Something became true or untrue *on* a day, and was *recorded* on the same or later.
    """

    on: date
    recorded: date
    holds: bool


@dataclass
class History:
    """
    What was true from which day on; untrue before the first fact.
    """

    facts: list[Fact] = field(default_factory=list)

    def add(self, on: date, recorded: date, *, holds: bool) -> None:
        self.facts.append(Fact(on, recorded, holds))

    def holds(self, on: date, known_on: date) -> bool:
        past = [f for f in self.facts if f.on <= on and f.recorded <= known_on]
        return max(reversed(past), key=lambda fact: fact.on).holds if past else False

    def times(self, on: date, known_on: date) -> int:
        return sum(
            f.holds and f.on <= on and f.recorded <= known_on for f in self.facts
        )


@dataclass
class Duty:
    """
    What an office owes by the end of *due*; `open` says from when to when it is open.
    """

    kind: str
    office: str
    due: date
    backdated: bool = False
    open: History = field(default_factory=History)

    @classmethod
    def opened(
        cls, kind: str, office: str, due: date, on: date, recorded: date
    ) -> Duty:
        """
        A duty of *kind*. What was due before the plan was issued is backdated (A-03).
        """
        duty = cls(kind, office, due, backdated=due < PLAN_ISSUED and kind in _PLANNED)
        duty.open.add(on, recorded, holds=True)
        return duty

    def end(self, on: date, recorded: date) -> None:
        self.open.add(on, recorded, holds=False)

    def is_overdue(self, on: date, known_on: date) -> bool:
        """
        Past its due day and still open at the end of *on* (PY-32, A-03).
        """
        return not self.backdated and self.due < on and self.open.holds(on, known_on)


# Duties that the plan itself makes, unlike the limits of law (TL-21, TL-35).
_PLANNED = {"leader_named", "resolve_by", "hearing_decision"}


@dataclass
class Case:
    """
    A row in scope and what became of it.
    """

    number: str
    office: str
    handed: bool
    repeats: int
    duties: dict[str, Duty]
    has_upper: bool
    has_own: bool
    has_department: bool
    counted: History = field(default_factory=History)
    led: History = field(default_factory=History)
    resolved: History = field(default_factory=History)
    ended: History = field(default_factory=History)
    flowed_back: History = field(default_factory=History)
    released: list[Duty] = field(default_factory=list)  # by a merge

    def look_for_leaders(self, on: date, recorded: date) -> None:
        """
        实施方案 三(二)1: a leader of the own office (PY-23); for a case handed down one
        of the city as well (PY-24); and the department (PY-17).
        """
        complete = (
            self.has_own and self.has_department and (self.has_upper or not self.handed)
        )
        if complete and not self.led.facts:
            self.led.add(on, recorded, holds=True)
            self.duties["leader_named"].end(on, recorded)


@dataclass
class Book:
    """
    Everything recorded so far.
    """

    cases: dict[str, Case] = field(default_factory=dict)
    out_of_scope: int = 0
    duties: list[Duty] = field(default_factory=list)
    hearings: list[tuple[date, str]] = field(default_factory=list)
    payments: list[tuple[date, str, str, Decimal]] = field(default_factory=list)
    frozen: frozenset[str] = frozenset()
    frozen_on: date | None = None


class Recorder:
    """
    Enters the actions of the story into the book; one method for each kind of action.
    """

    def __init__(self, ledgers: Path) -> None:
        self.book = Book()
        self._ledgers = ledgers
        self._unread: dict[str, Row] = {}
        self._answers: dict[str, tuple[Duty, Duty]] = {}
        self._aid: dict[str, tuple[str, str, Duty]] = {}
        self._closings: dict[str, tuple[str, date, Duty]] = {}

    def record(self, action: Mapping[str, Any], today: date) -> None:
        """
        Raises `LookupError` for a kind of action that this book does not know.
        """
        verb = action["do"]
        if verb in _NO_FIGURE:
            return
        method = getattr(self, f"_{verb}", None)
        if method is None:
            raise LookupError(f"no meaning for the action {verb}")
        method(action, today)

    # -- the list of cases

    def _push(self, action: Mapping[str, Any], today: date) -> None:
        for row in rows(self._ledgers / action["file"]):
            if not self._enter(row, today):
                self._unread[number_of(row["案件编号"])] = row

    def _push_corrected(self, action: Mapping[str, Any], today: date) -> None:
        row = self._unread.pop(number_of(action["case"])) | action["cells"]
        if not self._enter(row, today):
            raise ValueError(f"still wrong: {action['case']}")

    def _enter(self, row: Row, today: date) -> bool:
        """
        Take a row into the book if it is in scope; False if it cannot be read.
        """
        try:
            inside = in_scope(row)
        except ValueError:
            return False
        if inside:
            self._open(row, today)
        else:
            self.book.out_of_scope += 1
        return True

    def _open(self, row: Row, today: date) -> None:
        """
        实施方案 三(一)1-2: a case counts, and is owed, from the day it was reported.
        """
        office, reported = OFFICES[plain(row["填报单位"])], day_of(row["填报日期"])
        due = {
            "leader_named": max(reported, PHASE_ONE_ENDS),  # 三(一)2, PY-12, PY-17
            "resolve_by": day_of(row["化解时限"]),  # 三(二)2 严格办理时限, PY-32
            "hearing_decision": CAMPAIGN_ENDS,  # 三(二)2 需听证、尽听证, PY-28
        }
        duties = {
            kind: Duty.opened(kind, office, day, reported, today)
            for kind, day in due.items()
        }
        case = Case(
            number=number_of(row["案件编号"]),
            office=office,
            handed=plain(row["案件来源"]) != "本院排查",
            repeats=int(plain(row["重复信访次数"])),
            duties=duties,
            has_upper=bool(plain(row["上级包案领导"])),
            has_own=bool(plain(row["本院包案领导"])),
            has_department=bool(plain(row["责任部门"])),
        )
        case.counted.add(reported, today, holds=True)
        case.look_for_leaders(reported, today)
        self.book.cases[case.number] = case
        self.book.duties += duties.values()

    def _merge(self, action: Mapping[str, Any], today: date) -> None:
        """
        实施方案 三(一)3 汇总筛重 (PY-19): counts no longer, and owes nothing more.
        """
        case = self._case(action)
        case.counted.add(today, today, holds=False)
        case.released = [d for d in self._owed(case) if d.open.holds(today, today)]
        for duty in case.released:
            duty.end(today, today)

    def _unmerge(self, action: Mapping[str, Any], today: date) -> None:
        """
        Takes back `_merge`: the case counts again and owes what it owed before.
        """
        case = self._case(action)
        case.counted.add(today, today, holds=True)
        for duty in case.released:
            duty.open.add(today, today, holds=True)

    def _freeze(self, action: Mapping[str, Any], today: date) -> None:
        """
        A-06: the list of the milestone as it is known on the day it is frozen.
        """
        if action["baseline"] != "frozen":
            raise LookupError(f"no such list: {action['baseline']}")
        self.book.frozen_on = today
        self.book.frozen = frozenset(
            number
            for number, case in self.book.cases.items()
            if case.counted.holds(today, today)
        )

    def _name_leaders(self, action: Mapping[str, Any], today: date) -> None:
        case = self._case(action)
        case.has_upper |= any(leader["office"] == CITY for leader in action["leaders"])
        case.has_own |= any(
            leader["office"] == case.office for leader in action["leaders"]
        )
        case.has_department = True
        case.look_for_leaders(today, today)

    # -- letters and answers

    def _petition(self, action: Mapping[str, Any], today: date) -> None:
        """
        Seven days to a first answer, three months to the course or the result (TL-21).
        """
        office = action["by"].split()[0]
        self._answers[action["ref"]] = first, answer = (
            Duty.opened(
                "procedural_reply", office, natural_days(today, 7), today, today
            ),
            Duty.opened("three_month_answer", office, months(today, 3), today, today),
        )
        self.book.duties += (first, answer)

    def _reply(self, action: Mapping[str, Any], today: date) -> None:
        first, answer = self._answers[action["petition"]]
        given_on = action.get("given_on", today)
        first.end(given_on, today)
        if action["kind"] in ("progress", "result"):
            answer.end(given_on, today)

    # -- hearings and aid

    def _decide_hearing(self, action: Mapping[str, Any], today: date) -> None:
        self._case(action).duties["hearing_decision"].end(today, today)

    def _sit(self, action: Mapping[str, Any], today: date) -> None:
        self.book.hearings.append((today, self._case(action).office))

    def _apply_for_aid(self, action: Mapping[str, Any], today: date) -> None:
        """
        Ten working days to a decision (TL-35).
        """
        office = self._case(action).office
        due = working_days(today, 10)
        duty = Duty.opened("aid_decision", office, due, today, today)
        self._aid[action["ref"]] = (office, action["person"]["id_no"], duty)
        self.book.duties.append(duty)

    def _decide_aid(self, action: Mapping[str, Any], today: date) -> None:
        self._aid[action["aid"]][2].end(today, today)

    def _pay_aid(self, action: Mapping[str, Any], today: date) -> None:
        office, person, _ = self._aid[action["aid"]]
        amount = Decimal(action["amount_yuan"])
        self.book.payments.append((today, office, person, amount))

    # -- closing and opening again

    def _close(self, action: Mapping[str, Any], today: date) -> None:
        """
        The city reviews what is reported as closed (PY-31, PY-44) in ten working days,
        a limit that the programme assumes.
        """
        case, due = self._case(action), working_days(today, 10)
        review = Duty.opened("closing_review", CITY, due, today, today)
        self._closings[case.number] = (action["kind"], today, review)
        self.book.duties.append(review)

    def _review(self, action: Mapping[str, Any], today: date) -> None:
        """
        实施方案 三(二)2: what is confirmed counts on the day it was concluded. A case
        closed by procedure alone is neither resolved nor ended (PY-33); one ended by
        law stands beside the resolved ones (PY-34, A-05).
        """
        case = self._case(action)
        kind, concluded, review = self._closings.pop(case.number)
        review.end(today, today)
        if action["verdict"] != "confirmed" or kind == "procedural":
            return
        history = {"resolved": case.resolved, "lawful_ending": case.ended}[kind]
        history.add(concluded, today, holds=True)
        case.duties["resolve_by"].end(concluded, today)

    def _reopen(self, action: Mapping[str, Any], today: date) -> None:
        """
        A resolved case that flows back is not resolved from that day (I-33, A-21).
        """
        case = self._case(action)
        case.flowed_back.add(today, today, holds=True)
        case.duties["resolve_by"].open.add(today, today, holds=True)
        for history in (case.resolved, case.ended):
            if history.holds(today, today):
                history.add(today, today, holds=False)

    def _case(self, action: Mapping[str, Any]) -> Case:
        return self.book.cases[number_of(action["case"])]

    def _owed(self, case: Case) -> list[Duty]:
        reviews = [
            closing[2] for n, closing in self._closings.items() if n == case.number
        ]
        return [*case.duties.values(), *reviews]
