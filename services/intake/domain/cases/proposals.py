"""
A petition that becomes a case: what its programme says of it, and its ledger row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.intake.domain.cases.cases import Case, open_case, scope_facts
from services.intake.domain.cases.named import unknown_names
from services.intake.domain.petitions.petitions import Petition, known_at_counter
from services.intake.domain.words import in_words, not_in_words
from services.intake.events.cases import CaseOpened
from shared.errors import Conflict, Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.parts.petitions import AutomaticCase
from shared.policy.parts.scope import Clause
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import Difficulty, PetitionState

_BECOMES = frozenset(
    {
        *(PetitionState.REGISTERED, PetitionState.ACCEPTED),
        PetitionState.OPINION_ISSUED,
    }
)
_STATED = frozenset({"scope_class", "opinions"})
"""
What only a person can say of a petition; a clause about it is undecided until then.
"""


@dataclass(frozen=True)
class Items:
    """
    The petitions of one matter, at whatever office (A-17): the days of the first and of
    the last, and how many after the first count as repeats in the programme.
    """

    first_on: date
    last_on: date
    repeats: int


@dataclass(frozen=True)
class ClauseFound:
    """
    A clause of the scope in the words of its programme.
    """

    id: str
    text: str
    source: str


@dataclass(frozen=True)
class Proposal:
    """
    What the programme of a petition says of it: which clauses of the scope it meets and
    fails, and which wait for what a person has to state. *automatic*: by which rule it
    becomes a case without being confirmed.
    """

    programme: str
    title: str
    track: str
    in_scope: bool
    met: tuple[ClauseFound, ...]
    failing: tuple[ClauseFound, ...]
    undecided: tuple[ClauseFound, ...]
    repeats: int
    automatic: str | None


def propose(
    petition: Petition,
    items: Items,
    programme: Programme,
    directory: Directory,
    *,
    accepted_on: date | None = None,
    stated: Mapping[str, Any] = {},
) -> Proposal:
    """
    Judge a petition by the scope of its programme.
    """
    row = case_row(
        petition,
        items,
        opened_on=petition.received_on,
        accepted_on=accepted_on,
        stated=stated,
    )
    case, _ = open_case(row, office=petition.office, programme=programme)
    proposal = proposal_for(case, row, programme)
    rule = automatic_rule(petition, programme, directory)
    return replace(
        proposal,
        repeats=items.repeats,
        automatic=rule.id if rule else None,
    )


def proposal_for(case: Case, row: Mapping[str, Any], programme: Programme) -> Proposal:
    """
    What a programme says of a case that would be opened in it from a ledger *row*.
    """
    facts = scope_facts(row) | {"handed": programme.is_handed(row["origin"])}
    applying = [each for each in programme.scope.clauses if each.applies(facts)]
    failing = [each for each in applying if each.fails(facts)]
    undecided = [each for each in failing if _is_undecided(each, facts)]
    return Proposal(
        programme=programme.code,
        title=programme.title,
        track=case.track,
        in_scope=case.in_scope,
        met=_found(each for each in applying if each not in failing),
        failing=_found(each for each in failing if each not in undecided),
        undecided=_found(undecided),
        repeats=case.repeats,
        automatic=None,
    )


def _is_undecided(clause: Clause, facts: Mapping[str, object]) -> bool:
    return any(test.fact in _STATED and not facts[test.fact] for test in clause.test)


def clauses_named(
    ids: Collection[str], programme: Programme
) -> tuple[ClauseFound, ...]:
    """
    The clauses of a programme's scope of these identifiers, in its words.
    """
    return _found(each for each in programme.scope.clauses if each.id in ids)


def _found(clauses: Iterable[Clause]) -> tuple[ClauseFound, ...]:
    return tuple(ClauseFound(each.id, each.text, each.source) for each in clauses)


def automatic_rule(
    petition: Petition, programme: Programme, directory: Directory
) -> AutomaticCase | None:
    """
    The rule by which a petition becomes a case of itself (DY-08), while its programme
    runs.
    """
    if petition.received_on not in programme.window:
        return None
    facts = known_at_counter(petition, programme, directory)
    rules = programme.cases_from_petitions
    return next((rule for rule in rules if rule.includes(facts)), None)


def case_row(
    petition: Petition,
    items: Items,
    *,
    opened_on: date,
    accepted_on: date | None = None,
    stated: Mapping[str, Any] = {},
    private: Mapping[str, Any] = {},
) -> dict[str, Any]:
    """
    The ledger row of a case that comes from a petition: its number, what its items and
    its registration say, and what a person *stated*. *accepted_on*: the day on which
    the matter counts as accepted (A-18); None if nothing of it was.
    """
    petitioner = private.get("petitioner") or {}
    row = {
        "reporting_office": petition.office,
        "reported_on": opened_on.isoformat(),
        "case_no": petition.number,
        "origin": petition.origin,
        "topic": petition.topic,
        "registration_level": petition.registration_level,
        "persons": petition.persons,
        "case_kind": petition.case_kind,
        "accepted_on": (accepted_on or items.first_on).isoformat(),
        "first_petition_on": items.first_on.isoformat(),
        "last_petition_on": items.last_on.isoformat(),
        "last_petition_form": petition.channel,
        "repeats_in_window": items.repeats,
        "registered_repeat": petition.repeat_of is not None,
        "first_petition_office": petition.office
        if petition.repeat_of is None
        else None,
        "difficulty": Difficulty.ORDINARY.value,
        "scope_class": None,
        "accused_office": petition.accused_office,
        "petitioner_name": petitioner.get("name"),
        **{name: petitioner.get(name) for name in ("id_type", "id_no", "phone")},
        "address": petitioner.get("address"),
        "original_case_no": private.get("original_case_no"),
        "main_demand": private.get("demand"),
    }
    written = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in stated.items()
    }
    return row | written


def open_from_petition(
    petition: Petition,
    row: Mapping[str, Any],
    programme: Programme,
    directory: Directory,
    *,
    today: date,
) -> tuple[dict[str, Any], Case, CaseOpened]:
    """
    Make a case of a petition; *row* is its `case_row`, returned as it is to be stored.

    Raises `Conflict` if it cannot become one, `Rejected` with every reason.
    """
    _require_possible(petition)
    origin = {"origin": row["origin"]}
    reject_if(
        [
            *_problems(petition, row, programme, directory, today),
            *not_in_words(origin, programme.words),
        ]
    )
    written = {**row, "origin": in_words(origin, programme.words)["origin"]}
    case, opened = open_case(written, office=petition.office, programme=programme)
    return {name: v for name, v in written.items() if v is not None}, case, opened


def may_become_case(petition: Petition) -> bool:
    """
    Whether a petition is none yet, and its office handles it.
    """
    counts = petition.withdrawn_on is None and petition.case_opened_on is None
    return counts and petition.state in _BECOMES


def _require_possible(petition: Petition) -> None:
    if petition.case_opened_on:
        raise Conflict.because(
            "already_a_case",
            f"这件信访已于 {petition.case_opened_on} 立为案件，编号不变。",
            "请按案件办理。",
        )
    if petition.state not in _BECOMES:
        raise Conflict.because(
            "not_ours_to_handle",
            f"信访件{petition.state.chinese}，不能立为本机关的案件。",
            "请由正在办理的机关立案。",
        )


def _problems(
    petition: Petition,
    row: Mapping[str, Any],
    programme: Programme,
    directory: Directory,
    today: date,
) -> Iterator[Problem]:
    opened_on = date.fromisoformat(row["reported_on"])
    yield from day_has_come(opened_on, today, "/opened_on", "立案日期")
    received = petition.received_on
    yield from day_not_before(opened_on, received, "/opened_on", "收到日期", "立案日期")
    if row.get("resolve_by"):
        resolve_by = date.fromisoformat(row["resolve_by"])
        start = "/resolve_by", "立案日期", "化解时限"
        yield from day_not_before(resolve_by, opened_on, *start)
    own, hub = directory.office(petition.office), directory.office(programme.hub)
    yield from (problem for _, problem in unknown_names(row, own, hub, programme))
