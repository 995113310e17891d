"""
What a split changed of a petition: noted in its history, undone with its part, and done
again with it (A-49).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.corrections import count_corrected
from services.intake.casework.followed import (
    FollowedCase,
    follow_petition,
    row_by_petition,
)
from services.intake.domain.corrections.correcting import correct_petition, standing
from services.intake.domain.corrections.corrections import differences
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.registering import accusation_problems
from services.intake.domain.petitions.splitting import CHANGED
from services.intake.store import OUTBOX, History, Petitions, Replies
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.records.tables import CONVERTER, kinds_of

_DEMAND = "demand"
_KINDS = kinds_of(Petition)
Changes = Mapping[str, tuple[Any, Any]]


def changed_by_split(petition: Petition, remaining: Petition) -> dict[str, Any]:
    """
    What a split changed of a petition beside the demand, each with both values.
    """
    return differences(*(_facts(each) for each in (petition, remaining)))


def made_by_split(session: Connection, rest: Petition, part: Petition) -> Changes:
    """
    What the split changed that made a *part*, as the history of the *rest* says it.
    """
    lines = History(session).of(rest.number)
    (line,) = (each for each in lines if each.split_into == part.number)
    return {
        name: (_value(name, line.before), _value(name, line.after))
        for name in line.fields
    }


def follow_part(
    session: Connection,
    rest: Petition,
    after: Petition,
    changes: Changes,
    *,
    had_by: Collection[str],
    on: date,
    today: date,
) -> tuple[Changes, FollowedCase | None]:
    """
    Write the *rest* of a split as it is *after* its part was withdrawn or restored *on*
    a day, with the *changes* that follow, and announce it. What was corrected since
    stays; a demand is one fact, and what kind of petition it is another. Returns what
    changed, and what became of its case by that.

    Raises `Rejected` if it would accuse an office that has it, or *had* it.
    """
    petitions = Petitions(session)
    if rest.withdrawn_on:
        petitions.update(after)
        return {}, None
    sealed = petitions.private(rest.number)
    made = dict[str, tuple[Any, Any]]()
    if (demand := changes.get(_DEMAND)) and sealed[_DEMAND] == demand[0]:
        made[_DEMAND] = demand
        sealed[_DEMAND] = demand[1]
    facts = {name: both for name, both in changes.items() if name != _DEMAND}
    if all(getattr(rest, name) == old for name, (old, _) in facts.items()):
        made |= facts
        after = replace(after, **{name: new for name, (_, new) in facts.items()})
    if not made:
        petitions.update(after)
        return {}, None
    accusation = {"category": after.category, "accused_office": after.accused_office}
    directory = current_policy().directory
    problems = accusation_problems(accusation, had_by, directory, after.received_on)
    reject_if(replace(each, location="/number") for each in problems)
    replies = standing(Replies(session).of_petition(rest.number))
    corrected, event = correct_petition(
        rest, after, on=on, today=today, replies=replies
    )
    row = row_by_petition(session, rest)
    petitions.correct(corrected, sealed, petitions.matter(rest.number))
    OUTBOX.announce(session, event)
    count_corrected(session, rest, corrected, on=on, today=today, anew=False)
    case = follow_petition(
        session, corrected, row, on=on, keeps_matter=True, place="/number"
    )
    return made, case


def _facts(petition: Petition) -> dict[str, Any]:
    return {name: getattr(petition, name) for name in CHANGED}


def _value(name: str, stored: Mapping[str, Any]) -> Any:
    """
    A value of a field as a petition has it.
    """
    value = stored.get(name)
    return value if name == _DEMAND else CONVERTER.structure(value, _KINDS[name])
