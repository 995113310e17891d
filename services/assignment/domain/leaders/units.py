"""
The units of a case that reaches across areas: who leads, who helps (XQ-32, XQ-33).

Roles are of units, never of the petitioner.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.case_offices import office_after
from services.assignment.domain.closings.standard import since_reopened
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.batches import (
    CaseMoved,
    CoordinationDecided,
    CoordinationRequested,
    UnitLeft,
    UnitReported,
    UnitsAgreed,
    UnitTakesPart,
)
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseDetails,
    CaseOpened,
)
from shared.errors import Conflict, Problem
from shared.policy.directory import Directory
from shared.policy.parts.units import AreaRole
from shared.policy.programme import Programme
from shared.rules import not_the_accused, office_exists
from shared.vocabulary import UnitRole

MOVES = {("requested", "decide"): "decided"}
STATES = {
    "requested": "待联席会议决定",
    "decided": "已决定",
    "lapsed": "因案件办结失效",
}


@dataclass(frozen=True)
class Unit:
    """
    An office and its part in the case since a day.
    """

    office: str
    role: str
    since: date


@dataclass(frozen=True)
class Coordination:
    """
    A request to the conference to say which unit leads, and its answer.
    """

    id: str
    number: str
    programme: str
    office: str
    to: str
    asked_on: date
    disagreement: str
    state: str = "requested"
    decided_on: date | None = None
    lead: str | None = None
    opinion: str | None = None


def units_of(office: str, opened_on: date, facts: Sequence[Fact]) -> tuple[Unit, ...]:
    """
    The units of a case that *office* has: as last agreed or decided, else its own
    office alone. The office that a case moves to leads; the one that had it has no part
    in it, unless it is given one.
    """
    *_, last = courses(office, opened_on, facts)
    return tuple(last.units.values())


Units = Mapping[str, Unit]


@dataclass(frozen=True)
class Course:
    """
    The units of a case since a *fact* at a *place* in its facts; none for those that
    the case began with.
    """

    units: Units
    place: int
    fact: UnitsAgreed | CaseMoved | None

    @property
    def helping(self) -> Units:
        """
        Those that do not lead.
        """
        units = self.units.items()
        return {code: unit for code, unit in units if unit.role != UnitRole.LEAD}


def courses(office: str, opened_on: date, facts: Sequence[Fact]) -> Iterator[Course]:
    """
    The units from each fact that changed them, by the days of these; first those that
    the case began with.
    """
    first = office_after(f for f in facts if not isinstance(f, CaseMoved)) or office
    units = {first: Unit(first, UnitRole.LEAD, opened_on)}
    yield Course(units, -1, None)
    changes = (
        (place, fact)
        for place, fact in enumerate(facts)
        if isinstance(fact, UnitsAgreed | CaseMoved)
    )
    for place, fact in sorted(changes, key=lambda change: change[1].on):
        units = _units_after(units, fact)
        yield Course(units, place, fact)


def _units_after(units: Units, fact: UnitsAgreed | CaseMoved) -> dict[str, Unit]:
    if isinstance(fact, CaseMoved):
        concerned = {fact.from_office, fact.to_office}
        others = {code: unit for code, unit in units.items() if code not in concerned}
        return {
            fact.to_office: Unit(fact.to_office, UnitRole.LEAD, fact.on),
            **others,
        }
    now = {code: Unit(code, role, fact.on) for code, role in fact.units}
    for code, unit in now.items():
        before = units.get(code)
        # A part that goes on keeps the day since which the unit has it.
        if before and before.role == unit.role:
            now[code] = before
    return now


Part = UnitTakesPart | UnitLeft


def with_parts(facts: Sequence[Fact], office: str, opened_on: date) -> Iterator[Fact]:
    """
    The facts of a case, after each that changed its units those that a unit other than
    the lead took a part or left it. A unit that takes a part again which it had left
    owes its word again: each of its reports is about the part that it had last by then,
    of one day by what was recorded before the report.
    """
    changes = [*_parts_in(courses(office, opened_on, facts))]
    for place, fact in enumerate(facts):
        if isinstance(fact, UnitReported):
            by_then = (fact.on, place)
            earlier = [
                part.part
                for at, part in changes
                if isinstance(part, UnitTakesPart)
                and (part.on, at) <= by_then
                and (part.to_office, part.role) == (fact.to_office, fact.role)
            ]
            yield replace(fact, part=earlier[-1] if earlier else fact.to_office)
        else:
            yield fact
        yield from (part for at, part in changes if at == place)


def _parts_in(changes: Iterable[Course]) -> Iterator[tuple[int, Part]]:
    """
    The parts that units took or left, each with the place of the fact that says so.
    """
    before, times = dict[str, Unit](), Counter[tuple[str, str]]()
    for course in changes:
        # At the beginning none helps.
        if course.fact is None:
            continue
        now, at, on = {**course.helping}, course.place, course.fact.on
        for code, unit in before.items():
            if code not in now or now[code].role != unit.role:
                part = _part(code, times[code, unit.role])
                yield at, UnitLeft(on=on, to_office=code, role=unit.role, part=part)
        for code, unit in now.items():
            if code not in before or before[code].role != unit.role:
                times[code, unit.role] += 1
                part = _part(code, times[code, unit.role])
                arrival = UnitTakesPart(
                    on=on, to_office=code, role=unit.role, part=part
                )
                yield at, arrival
        before = now


def _part(office: str, time: int) -> str:
    """
    What tells the first, second … time at which an office has a role in a case.
    """
    return office if time == 1 else f"{office}/{time}"


def lead_of(units: Iterable[Unit]) -> str:
    return next(unit.office for unit in units if unit.role == UnitRole.LEAD)


def under_lead(units: Sequence[Unit], lead: str) -> tuple[tuple[str, str], ...]:
    """
    The units after the conference named the lead; who led before helps.
    """
    others = tuple(
        (
            unit.office,
            UnitRole.CO_HANDLING if unit.role == UnitRole.LEAD else unit.role,
        )
        for unit in units
        if unit.office != lead
    )
    return ((lead, UnitRole.LEAD), *others)


def leads(units: Sequence[tuple[str, str]]) -> list[str]:
    return [code for code, role in units if role == UnitRole.LEAD]


def accused_in(facts: Iterable[Fact]) -> str | None:
    """
    The office that the petition of a case accuses, as last corrected.
    """
    details = _details_of(facts)
    return details.accused_office if details else None


def topic_of(facts: Iterable[Fact]) -> str | None:
    """
    What the case is about, as last corrected.
    """
    details = _details_of(facts)
    return details.topic if details else None


def _details_of(facts: Iterable[Fact]) -> CaseDetails | None:
    # The opening is number 0; the highest number holds, whichever arrived last.
    by_correction = {
        fact.correction if isinstance(fact, CaseCorrected) else 0: fact
        for fact in facts
        if isinstance(fact, CaseOpened | CaseCorrected)
    }
    return by_correction[max(by_correction)] if by_correction else None


def problems(
    units: Sequence[tuple[str, str]],
    directory: Directory,
    on: date,
    *,
    accused: str | None = None,
) -> Iterator[Problem]:
    """
    One unit leads, each unit has one part, all of them exist, and none is *accused* or
    below who is.
    """
    times = Counter(code for code, _ in units)
    leading = leads(units)
    if len(leading) != 1:
        yield Problem(
            "one_lead",
            f"主办责任单位应有且只有一个，现有{len(leading)}个。",
            "意见不一致的，请提出协调会商申请。",
            "/units",
        )
    for index, (code, _) in enumerate(units):
        place = f"/units/{index}/office"
        yield from office_exists(code, directory, on, place)
        yield from not_the_accused(code, accused, directory, on, place)
        if times[code] > 1:
            yield Problem(
                "unit_repeated",
                f"机关 {code} 填写了不止一次。",
                "每个单位只承担一种责任。",
                place,
            )


def part_of(units: Sequence[Unit], offices: Collection[str]) -> Unit:
    """
    The unit among *offices* that has a part in the case and does not lead.

    Raises `Conflict` if there is none.
    """
    for unit in units:
        if unit.office in offices and unit.role != UnitRole.LEAD:
            return unit
    raise Conflict.because(
        "no_part_in_case",
        "本单位不是本案的协办或者配合单位。",
        "主办单位请按办理事项登记；分工有变的，请先明确各单位分工。",
        "/number",
    )


def lead_problems(
    lead: str, directory: Directory, on: date, *, accused: str | None = None
) -> Iterator[Problem]:
    """
    The unit the conference names exists and is not accused.
    """
    yield from office_exists(lead, directory, on, "/lead")
    yield from not_the_accused(lead, accused, directory, on, "/lead")


def coordination_waits(facts: Iterable[Fact]) -> bool:
    """
    Whether the conference is to say which unit leads. What it was asked before the case
    last flowed back has lapsed: nobody owes the answer any more.
    """
    recent = since_reopened(facts)
    requests = {f.request for f in recent if isinstance(f, CoordinationRequested)}
    return not requests <= {
        fact.request for fact in recent if isinstance(fact, CoordinationDecided)
    }


def moved_since(request: Coordination, office: str, lead: str) -> Iterator[Problem]:
    """
    A case that has moved since its office asked for coordination is not moved again by
    the decision: it stays with the *office* that has it now.
    """
    if office not in {request.office, lead}:
        yield Problem(
            "case_moved_since",
            f"提出申请后，本案已移交 {office}，不能再由这项协调改由他单位承办。",
            f"请填写现承办单位 {office}；仍需改由他单位的，请由其重新提出申请。",
            "/lead",
        )


def decide(request: Coordination, *, lead: str, on: date, opinion: str) -> Coordination:
    """
    The conference names the lead unit. Raises `Conflict` when it already did.
    """
    state = MOVES.get((request.state, "decide"))
    if state is None:
        raise Conflict.because(
            "already_decided",
            f"这项协调会商申请{STATES[request.state]}。",
            "情况有变的，请重新提出申请。",
        )
    return replace(request, state=state, lead=lead, decided_on=on, opinion=opinion)


def duty_of(role: str, programme: Programme) -> AreaRole | None:
    """
    What the programme's document asks of a unit in that role.
    """
    return next((duty for duty in programme.cross_area if duty.id == role), None)
