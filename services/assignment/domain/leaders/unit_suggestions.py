"""
Which unit should lead a case and which should help, by who is in charge of its topic
and by the places that count (谁主管、谁负责；属地管理: XQ-15, XQ-32).

A suggestion only: a person says which units a case has. The places are asked for each
suggestion and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.policy.directory import Directory, Office
from shared.policy.parts.units import AreaRole, PlaceOf
from shared.policy.parts.words import find
from shared.policy.programme import Programme
from shared.rules import not_the_accused
from shared.vocabulary import UnitRole

PLACES: Mapping[PlaceOf, str] = {
    "event": "事发地",
    "residence": "常住地",
    "registration": "户籍地",
}


@dataclass(frozen=True)
class SuggestedUnit:
    """
    An office that should take a part in a case; *reason* says why, *source* by which
    document.
    """

    office: str
    name: str
    role: str
    reason: str
    source: str


@dataclass(frozen=True)
class PlaceWithout:
    """
    A place for which no unit answers that could take a part in the case.
    """

    place: str
    title: str
    area: str


@dataclass(frozen=True)
class UnitQuestion:
    """
    What a suggestion follows from: the *topic* of the case, the code of the area of
    each place, and the office that the petition accuses, if any.
    """

    topic: str | None
    areas: Mapping[PlaceOf, str]
    accused: str | None = None


def suggest(
    question: UnitQuestion, programme: Programme, directory: Directory, on: date
) -> list[SuggestedUnit]:
    """
    The units in the order of their roles; each has one part, and one alone leads.
    """
    by_office = dict[str, SuggestedUnit]()
    for role in programme.cross_area:
        for office, reason in _candidates(role, question, programme, directory, on):
            if office.code in by_office:
                continue
            by_office[office.code] = SuggestedUnit(
                office.code, office.name, role.id, reason, role.source
            )
            if UnitRole(role.id) is UnitRole.LEAD:
                break
    return list(by_office.values())


def without_unit(
    question: UnitQuestion, programme: Programme, directory: Directory, on: date
) -> list[PlaceWithout]:
    """
    The places that were named and for which nobody can be suggested.
    """
    return [
        PlaceWithout(place, PLACES[place], area)
        for place, area in question.areas.items()
        if _answering(area, question, programme, directory, on) is None
    ]


def _candidates(
    role: AreaRole,
    question: UnitQuestion,
    programme: Programme,
    directory: Directory,
    on: date,
) -> Iterator[tuple[Office, str]]:
    """
    The offices that a role may fall to, the first choice first, each with the reason.
    """
    for competence in programme.competences if role.competent else ():
        office = directory.office(competence.office)
        if competence.topic == question.topic and _may(office, question, directory, on):
            topic = find(programme.topics, competence.topic)
            title = topic.title if topic else competence.topic
            yield office, f"谁主管、谁负责：{title}由{office.name}主管。"
    for place in role.places:
        area = question.areas.get(place)
        answers = area and _answering(area, question, programme, directory, on)
        if answers:
            yield answers, f"属地管理：{PLACES[place]}属{answers.name}。"


def _answering(
    area: str,
    question: UnitQuestion,
    programme: Programme,
    directory: Directory,
    on: date,
) -> Office | None:
    covered = directory.subtree(programme.offices_root, on)
    kinds = {directory.office(code).kind for code in covered}
    office = directory.answering_for(area, kinds, on)
    return office if office and _may(office, question, directory, on) else None


def _may(
    office: Office, question: UnitQuestion, directory: Directory, on: date
) -> bool:
    """
    Whether an office works on that day and is neither accused nor below who is.
    """
    accused = not_the_accused(office.code, question.accused, directory, on, "")
    return directory.exists(office.code, on) and next(iter(accused), None) is None
