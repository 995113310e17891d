"""
Two records beside each other: what each field says, and what it adds up to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from services.intake.domain.matching import rules as outcomes
from services.intake.domain.matching import texts
from services.intake.domain.matching.record import Prepared, PreparedPerson
from services.intake.domain.matching.rules import Level, MatchRules, Outcome

K = TypeVar("K", bound=str)


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What one *field* says: the outcome, its points, and a sentence for a person.
    """

    field: str
    outcome: str
    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    The evidence about two records: points about the *person* and about the *matter*,
    and what is proposed, if anything.
    """

    evidence: tuple[Evidence, ...]
    person: int
    matter: int
    level: Level | None

    @property
    def score(self) -> int:
        return self.person + self.matter

    @property
    def explanation(self) -> str:
        """
        What it adds up to, in a sentence.
        """
        title = self.level.title if self.level else "不提出"
        points = f"人 {self.person} 分，事 {self.matter} 分，合计 {self.score} 分"
        return f"{title}（{points}）"


def compare(one: Prepared, other: Prepared, rules: MatchRules) -> Comparison:
    """
    Every member of a joint petition is compared; the two members who agree best count.
    """
    about_person = _best_persons(one, other, rules)
    about_matter = (
        _evidence("case_no", case_numbers(one, other), rules.case_no),
        _evidence("demand", demands(one, other, rules), rules.demand),
        _evidence("details", details(one, other), rules.details),
        _evidence("batch", batches(one, other), rules.batch),
    )
    person = sum(each.points for each in about_person)
    matter = sum(each.points for each in about_matter)
    return Comparison(
        (*about_person, *about_matter), person, matter, rules.level(person, matter)
    )


def reaches(one: Prepared, other: Prepared, rules: MatchRules, level: Level) -> bool:
    """
    Whether `compare` comes to points that reach this *level*. Most pairs are told apart
    by what is quickly compared; the demands are looked at last.
    """
    person = max(
        (
            rules.name[names(person, another, rules)].points
            + rules.id_no[identities(person.id_no, another.id_no)].points
            + rules.phone[phones(person.phones, another.phones)].points
            for person in one.persons
            for another in other.persons
        ),
        default=0,
    )
    if person < level.person:
        return False
    matter = (
        rules.case_no[case_numbers(one, other)].points
        + rules.details[details(one, other)].points
        + rules.batch[batches(one, other)].points
    )
    wanted = max(level.matter, level.total - person) - matter
    return (
        rules.most_of_demand >= wanted
        and rules.demand[demands(one, other, rules)].points >= wanted
    )


def _best_persons(
    one: Prepared, other: Prepared, rules: MatchRules
) -> tuple[Evidence, ...]:
    compared = (
        _persons(person, another, rules)
        for person in one.persons
        for another in other.persons
    )
    return max(compared, key=_points, default=())


def _points(evidence: tuple[Evidence, ...]) -> int:
    return sum(each.points for each in evidence)


def _persons(
    one: PreparedPerson, other: PreparedPerson, rules: MatchRules
) -> tuple[Evidence, ...]:
    return (
        _evidence("name", names(one, other, rules), rules.name),
        _evidence("id_no", identities(one.id_no, other.id_no), rules.id_no),
        _evidence("phone", phones(one.phones, other.phones), rules.phone),
    )


def _evidence(field: str, outcome: K, outcomes: Mapping[K, Outcome]) -> Evidence:
    weight = outcomes[outcome]
    return Evidence(field, outcome, weight.points, weight.text)


def names(
    one: PreparedPerson, other: PreparedPerson, rules: MatchRules
) -> outcomes.Name:
    """
    How two names compare: written alike, by variant characters, a former name, by ear
    (pinyin without tones), by eye.
    """
    if not one.name or not other.name:
        return "missing"
    if one.name == other.name:
        return "same" if one.written == other.written else "variant"
    if one.name in other.former or other.name in one.former:
        return "former"
    if one.sound == other.sound:
        return "homophone"
    return "lookalike" if _lookalike(one.name, other.name, rules) else "different"


def _lookalike(one: str, other: str, rules: MatchRules) -> bool:
    if len(one) != len(other):
        return False
    differing = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and differing[0] in rules.confused


def identities(one: str, other: str) -> outcomes.Identity:
    if not one or not other:
        return "missing"
    if one == other:
        return "same"
    return "slip" if texts.one_slip(one, other) else "different"


def phones(one: frozenset[str], other: frozenset[str]) -> outcomes.Phone:
    if not one or not other:
        return "missing"
    if one & other:
        return "same"
    near = any(texts.one_slip(number, another) for number in one for another in other)
    return "slip" if near else "different"


def case_numbers(one: Prepared, other: Prepared) -> outcomes.CaseNumber:
    """
    How the original case numbers compare; one of several that agrees is enough.
    """
    if not one.case_numbers or not other.case_numbers:
        return "missing"
    if set(one.case_numbers) & set(other.case_numbers):
        return "same"
    near = any(
        texts.one_slip(number, another)
        for number in one.case_numbers
        for another in other.case_numbers
    )
    return "slip" if near else "different"


def demands(one: Prepared, other: Prepared, rules: MatchRules) -> outcomes.Demand:
    bounds = rules.likeness
    if min(len(one.demand), len(other.demand)) < bounds.shortest:
        return "missing"
    alike = texts.likeness(one.demand, other.demand)
    if alike >= bounds.alike:
        return "alike"
    if alike >= bounds.similar:
        return "similar"
    return "unclear" if alike >= bounds.unclear else "unlike"


def details(one: Prepared, other: Prepared) -> outcomes.Details:
    """
    How the amounts and years in two demands compare.
    """
    amounts, years = one.amounts & other.amounts, one.years & other.years
    if amounts:
        return "same"
    if years:
        return "some"
    comparable = (one.amounts and other.amounts) or (one.years and other.years)
    return "different" if comparable else "missing"


def batches(one: Prepared, other: Prepared) -> outcomes.Batch:
    return "same" if one.batch and one.batch == other.batch else "none"
