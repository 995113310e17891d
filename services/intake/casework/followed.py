"""
The case that came of a petition follows what is corrected of that (decision 0091).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.forms import completed
from services.intake.casework.importing import content_of
from services.intake.casework.matters import matter_of
from services.intake.casework.worked import standing_rows
from services.intake.domain.cases.cases import Case
from services.intake.domain.cases.enrolling import Leaving, leave_outside
from services.intake.domain.cases.proposals import case_row
from services.intake.domain.corrections.case_corrections import (
    CorrectedCase,
    correct_case,
    faults_of,
    territory_accused,
)
from services.intake.domain.corrections.followed import IN_CLOSED_CASE, follow_row
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.words import kind_of_kept_category
from services.intake.store import Cases, NewCase, Petitions
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.programme import Programme

Row = Mapping[str, Any]


@dataclass(frozen=True)
class FollowedCase:
    """
    What became of the case of a corrected petition, and the further programmes that it
    is *leaving* by that. *own*: the columns that stay as they are in the case.
    """

    corrected: CorrectedCase
    leaving: tuple[Leaving, ...]
    own: tuple[str, ...]


def row_by_petition(session: Connection, petition: Petition) -> Row | None:
    """
    The ledger row that a petition would give its case by itself; None if it has become
    none. What came in after the case was opened counts as its repeat and is not in it.
    """
    if petition.case_opened_on is None:
        return None
    scope = current_policy().programmes.get(petition.programme).scope
    matter = matter_of(session, petition)
    until = max(petition.case_opened_on, petition.received_on)
    row = case_row(
        petition,
        matter.items(scope.repeats_in, until),
        opened_on=petition.case_opened_on,
        accepted_on=scope.accepted_on(matter.accepted()),
        private=Petitions(session).private(petition.number),
    )
    # As the row of a case says that a rule opened.
    return {**row, "first_here": True if petition.repeat_of is None else None}


def follow_petition(
    session: Connection,
    petition: Petition,
    before: Row | None,
    *,
    on: date,
    keeps_matter: bool,
    place: str = "/changes/accused_office",
) -> FollowedCase | None:
    """
    Correct, as of a day, the case of a corrected *petition* where its row still says
    what the petition said *before* (`row_by_petition`). A case that was closed or
    merged stays in all that it counts by.

    Raises `Rejected`, which points at *place*, if the case would be kept from the unit
    that answers for it; also one that is withdrawn, for it may be reinstated.
    """
    after = row_by_petition(session, petition)
    case = Cases(session).get(petition.number, lock=True) if after else None
    if before is None or after is None or case is None:
        return None
    if case.withdrawn_on:
        _require_not_of_accused(session, case, after, on, place)
        return None
    programme = current_policy().programmes.get(case.programme)
    stored = {case.number: (case, Cases(session).ledger_row(case.number))}
    _, row = standing_rows(session, stored)[case.number]

    def followed(only: Collection[str] | None = None) -> FollowedCase:
        values, own = follow_row(row, before, after, only)
        values = _of_kept_kind(values, petition, programme)
        corrected = correct_case(
            case, row, values, programme, on=on, completed=completed
        )
        return FollowedCase(corrected, (), own)

    result = followed()
    if any(faults_of(result.corrected)):
        result = followed(IN_CLOSED_CASE)
    return _stored(session, result, on, place, keeps_matter=keeps_matter)


def _require_not_of_accused(
    session: Connection, case: Case, after: Row, on: date, place: str
) -> None:
    row = Cases(session).ledger_row(case.number)
    row = {**row, "accused_office": after["accused_office"]}
    reject_if(territory_accused(row, current_policy().directory, on, place))


def follow_reinstated(
    session: Connection, petition: Petition, on: date
) -> FollowedCase | None:
    """
    Have a case that was reinstated on a day kept from whom its *petition* accuses, also
    if that was corrected while the case was withdrawn.
    """
    after = row_by_petition(session, petition)
    if after is None:
        return None
    accused = Cases(session).ledger_row(petition.number).get("accused_office")
    before = {**after, "accused_office": accused}
    return follow_petition(
        session, petition, before, on=on, keeps_matter=True, place="/number"
    )


def _of_kept_kind(
    row: dict[str, Any], petition: Petition, programme: Programme
) -> dict[str, Any]:
    """
    A *row* whose kind is that of its petition if the category of that is kept from the
    hub and the kind is not (XQ-56).
    """
    kinds = {"category": petition.category, "case_kind": row["case_kind"]}
    if not any(kind_of_kept_category(kinds, programme.progress_only, programme.words)):
        return row
    return {**row, "case_kind": petition.case_kind}


def _stored(
    session: Connection,
    followed: FollowedCase,
    on: date,
    place: str,
    *,
    keeps_matter: bool,
) -> FollowedCase:
    corrected, policy = followed.corrected, current_policy()
    if not corrected.fields:
        return followed
    reject_if(territory_accused(corrected.row, policy.directory, on, place))
    after, leaving = leave_outside(
        corrected.case, corrected.row, policy.programmes, on=on, completed=completed
    )
    content = content_of(corrected.row)
    Cases(session).correct([NewCase(after, corrected.row, content, keeps_matter)])
    return FollowedCase(corrected, leaving, followed.own)
