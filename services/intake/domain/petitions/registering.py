"""
What may be registered of a petition, and corrected of it: one list of checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.intake.domain.corrections.correcting import masked_values
from services.intake.domain.petitions.appeals import appeal_problems
from services.intake.domain.words import kind_of_kept_category, not_in_words
from shared.errors import Problem, reject_if
from shared.policy.directory import Directory, Office
from shared.policy.parts.petitions import GroupVisits
from shared.policy.parts.routes import ProgressOnly
from shared.policy.parts.words import Word, Words, find
from shared.rules import day_has_come, not_the_accused, office_exists, post_exists
from shared.vocabulary import Category


def check_received(
    received_on: date, today: date, handler_post: str | None, office: Office
) -> None:
    """
    Raises `Rejected` for a day of receipt in the future, or a post of the handler that
    the office does not have.
    """
    reject_if(
        [
            *day_has_come(received_on, today, "/received_on", "收到日期"),
            *post_of_office(handler_post, office, "/handler_post"),
        ]
    )


@dataclass(frozen=True)
class RegistrationRules:
    """
    What a programme asks of whatever is registered at an office on a day: its *words*,
    what makes a group visit, the kinds of a category that the hub learns only the
    progress of (XQ-56), and the *earliest* day that a ledger may have.
    """

    words: Words
    group_visits: GroupVisits | None = None
    progress_only: ProgressOnly | None = None
    earliest: date | None = None


def registration_problems(
    body: Mapping[str, Any],
    rules: RegistrationRules,
    office: Office,
    directory: Directory,
    *,
    today: date,
    changes: Mapping[str, Any] | None = None,
    had_by: Iterable[str] = (),
    under: str = "",
) -> Iterator[Problem]:
    """
    What is wrong with a petition as it is registered at an *office*, or as it would be
    with the *changes* of a correction, of which the places are *under* the body:

    a day in the future or too early, fewer persons than are named, a word that the
    programme does not have, a kind that its category does not have, an appeal that is
    not whole, a group visit that does not name its representatives as the law says, an
    accusation against an office that has it, or *had* it, or one above (whatever stands
    in the register of an office is seen by those above it), and a value that is masked.
    """
    stated = body if changes is None else changes
    received_on, place = body["received_on"], f"{under}/received_on"
    channel = find(rules.words["channel"], body["channel"])
    yield from representatives_named(body, channel, rules.group_visits, under)
    yield from day_has_come(received_on, today, place, "收到日期")
    yield from post_of_office(
        stated.get("handler_post"), office, f"{under}/handler_post"
    )
    yield from _too_early(received_on, rules.earliest, place)
    yield from _persons(body, f"{under}/persons")
    yield from appeal_problems(body, received_on, directory, under)
    for problem in not_in_words(stated, rules.words):
        yield replace(problem, location=f"{under}{problem.location}")
    yield from kind_of_kept_category(body, rules.progress_only, rules.words, under)
    offices = had_by or [office.code]
    yield from accusation_problems(body, offices, directory, received_on, under)
    yield from masked_values(
        stated.get("petitioner"),
        stated.get("demand"),
        under,
        stated.get("members") or (),
    )


def representatives_named(
    body: Mapping[str, Any],
    channel: Word | None,
    rule: GroupVisits | None,
    under: str = "",
) -> Iterator[Problem]:
    """
    A group visit, and no other petition, says how many persons represent it; nobody's
    name is stored for that.
    """
    named = body.get("representatives")
    if (
        rule is None
        or channel is None
        or not rule.includes(channel.id, body.get("persons", 1))
    ):
        if named is not None:
            yield Problem(
                "not_a_group_visit",
                "这件信访不是集体访，没有推选的代表。",
                "请删去代表人数，或核对信访形式和人数。",
                f"{under}/representatives",
            )
        return
    if named is None:
        yield Problem(
            "required",
            f"{rule.from_} 人以上{channel.title}为集体访，须写明推选的代表人数。",
            f"代表不超过 {rule.representatives} 人（{rule.source}）。",
            f"{under}/representatives",
        )
    elif named > rule.representatives:
        yield Problem(
            "too_many_representatives",
            f"集体访推选代表 {named} 人，超过 {rule.representatives} 人"
            f"（{rule.source}）。",
            "请告知信访人另行推选代表后再登记。",
            f"{under}/representatives",
        )


def accusation_problems(
    body: Mapping[str, Any],
    offices: Iterable[str],
    directory: Directory,
    on: date,
    under: str = "",
) -> Iterator[Problem]:
    """
    Only an accusation names whom it accuses, an office of the directory; and none of
    the *offices* that have it is that one or below it.
    """
    accused, place = body.get("accused_office"), f"{under}/accused_office"
    if accused is None:
        return
    if body["category"] != Category.ACCUSATION:
        yield Problem(
            "not_an_accusation",
            "只有检举控告类信访才填写被检举控告的单位。",
            "请删去此项，或改正信访类别。",
            place,
        )
    yield from office_exists(accused, directory, on, place)
    if directory.exists(accused, on):
        for office in offices:
            yield from not_the_accused(office, accused, directory, on, place)


def post_of_office(post: str | None, office: Office, place: str) -> Iterator[Problem]:
    """
    The post of a handler, if one is named, is one of the office.
    """
    if post is not None:
        yield from post_exists(post, office.posts, place, office.name)


def _too_early(
    received_on: date, earliest: date | None, place: str
) -> Iterator[Problem]:
    if earliest is not None and received_on < earliest:
        yield Problem(
            "date_too_early",
            f"收到日期 {received_on} 早于 {earliest}。",
            "请核对年份。",
            place,
        )


def named_persons(body: Mapping[str, Any]) -> int:
    """
    How many persons a petition names: who petitions, and the members.
    """
    return 1 + len(body.get("members") or ())


def _persons(body: Mapping[str, Any], place: str) -> Iterator[Problem]:
    named, persons = named_persons(body), body.get("persons")
    if persons is not None and persons < named:
        yield Problem(
            "fewer_persons_than_named",
            f"人数 {persons} 少于写明的信访人 {named} 名（含联名信访人）。",
            "请更正人数，或不填此项，由系统按写明的人计。",
            place,
        )
