"""
A case of one programme as another sees it: judged by its scope, in its terms (PY-60).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.domain.cases.cases import Case, open_case
from services.intake.domain.cases.proposals import Proposal, proposal_for
from services.intake.domain.words import in_words, not_in_words
from services.intake.events.cases import CaseOpened
from shared.errors import Problem
from shared.policy.programme import Programme
from shared.policy.programmes import Programmes

Row = Mapping[str, Any]

_OF_THE_PROGRAMME = frozenset({"scope_class"})
"""
What a ledger row says in the terms of its own programme alone.
"""
_STATED = (
    *("topic", "registration_level", "scope_class", "prior_opinions"),
    "accepted_on",
)
"""
What is said of a case in the terms of a further programme, beside its origin and its
repeats: by a person, but for the day on which its matter counts there as accepted.
"""
_OPINIONS = frozenset({"prior_opinions"})
_OF_OPINION = ("organ", "final")
_OF_THE_HUB = frozenset({"upper_leader_post"})
_OF_THE_OFFICE = frozenset(
    {
        *("leader_post", "department", "handler_post", "team"),
        *("responsible_post", "contact"),
    }
)
"""
What the office that registered a case said of its own people.
"""


@dataclass(frozen=True)
class Judged:
    """
    A case as a further programme sees it: as it would be opened there, what the
    programme says of it, the words of the case that the programme does not have, and
    what a person *stated* for it.
    """

    case: Case
    opened: CaseOpened
    proposal: Proposal
    foreign_words: tuple[Problem, ...]
    stated: Row


def judge(
    case: Case,
    row: Row,
    stated: Row,
    *,
    home: Programme,
    programme: Programme,
    on: date,
) -> Judged:
    """
    Judge a case of the programme *home* by a further *programme* from a day on: from
    its completed ledger *row*, and what a person *stated* of it for that programme.
    """
    seen = {
        **_without_foreign(case, row, home, programme),
        **stated,
        "case_no": case.number,
        "reported_on": on.isoformat(),
        "accepted_on": stated.get("accepted_on")
        or row.get("accepted_on")
        or case.opened_on.isoformat(),
    }
    problems = tuple(not_in_words(seen, programme.words))
    coded = in_words(seen, programme.words)
    seen |= {name: word for name, word in coded.items() if word}
    there, opened = open_case(seen, office=case.office, programme=programme)
    proposal = proposal_for(there, seen, programme)
    return Judged(there, opened, proposal, problems, _kept(stated))


def _without_foreign(
    case: Case, row: Row, home: Programme, programme: Programme
) -> dict[str, Any]:
    """
    A ledger row without what it says in the terms of its own programme alone.
    """
    foreign = _OF_THE_PROGRAMME
    if programme.hub != home.hub:
        foreign |= _OF_THE_HUB
    if case.had_by:
        foreign |= _OF_THE_OFFICE
    return {name: value for name, value in row.items() if name not in foreign}


def row_in(
    case: Case, row: Row, programme: Programme, programmes: Programmes
) -> tuple[bool, Row]:
    """
    Whether a case is in the scope of a programme in which it stands, and its ledger row
    in the terms of that one; a word that it does not have is left out.
    """
    standing = next((e for e in case.further if e.programme == programme.code), None)
    if standing is None:
        return case.in_scope, row
    words = {name: v for name, v in standing.stated.items() if name not in _OPINIONS}
    seen = {
        **_without_foreign(case, row, programmes.get(case.programme), programme),
        **words,
        "reported_on": standing.since.isoformat(),
        "origin": standing.origin,
        "repeats_in_window": standing.repeats,
    }
    coded = in_words(seen, programme.words)
    return True, {**seen, **{name: w for name, w in coded.items() if name in seen}}


def _kept(stated: Row) -> Row:
    """
    The part of what a person stated by which the scope is judged.
    """
    values = {name: stated[name] for name in _STATED if name in stated}
    if "prior_opinions" in values:
        values["prior_opinions"] = [
            {name: opinion[name] for name in _OF_OPINION}
            for opinion in values["prior_opinions"]
        ]
    return values
