"""
What follows for the cases of a matter from a change of one of its petitions: what they
count, and their ledger rows (decision 0091).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.intake.casework.followed import Row, follow_petition, row_by_petition
from services.intake.casework.history import announce_unnamed, history_line
from services.intake.casework.matters import matter_of
from services.intake.casework.recounting import recount
from services.intake.domain.cases.cases import Case
from services.intake.domain.corrections.corrections import Correction, CorrectionKind
from services.intake.domain.petitions.petitions import Petition
from services.intake.store import Petitions
from shared.events import Event
from shared.telemetry import TraceContext


@dataclass(frozen=True)
class CasesBefore:
    """
    The *cases* of some matters before a petition of these changes, by their numbers,
    and the *rows* that the others would give theirs by themselves.
    """

    cases: tuple[str, ...]
    rows: Mapping[str, Row]


def cases_before(
    session: Connection, petition: Petition, matters: Collection[str | None]
) -> CasesBefore:
    """
    The cases of the matters of which a petition is and will be.
    """
    if not any(matters):
        return CasesBefore((), {})
    stored, rows = Petitions(session), dict[str, Row]()
    named = sorted(filter(None, matters))
    for other in (each for matter in named for each in stored.of_matter(matter)):
        row = row_by_petition(session, other)
        if row is not None and other.number != petition.number:
            rows[other.number] = row
    its_cases = matter_of(session, petition).case_numbers()
    return CasesBefore((petition.number, *its_cases, *rows), rows)


def follow_matter(
    session: Connection, petition: Petition, before: CasesBefore, on: date, today: date
) -> None:
    """
    Recount the cases *before* a petition changed *on* a day, and those of its matter
    now, and correct the rows of those that came from others. Their history says so
    without whose entry it was, for that may be kept from their office.
    """
    if not before.cases:
        return
    of_matter = matter_of(session, petition).case_numbers()
    recount(session, {*before.cases, *of_matter}, on, today)
    events, lines = list[Event](), list[Correction]()
    for other in Petitions(session).with_keys(before.rows):
        row = before.rows[other.number]
        followed = follow_petition(
            session, other, row, on=on, keeps_matter=True, place="/number"
        )
        if followed is None or not followed.corrected.fields:
            continue
        case, leaving = followed.corrected.case, followed.leaving
        events += [followed.corrected.event] if followed.corrected.event else []
        events += [each.event for each in leaving]
        left = ({"programme": (each.event.programme, None)} for each in leaving)
        for fields in (followed.corrected.fields, *left):
            lines.append(_line(case, fields, today))
    announce_unnamed(session, events, lines)


def _line(case: Case, fields: Mapping[str, tuple[Any, Any]], today: date) -> Correction:
    kind = CorrectionKind.CASE_CORRECTED
    if "programme" in fields:
        kind = CorrectionKind.CASE_ENROLMENT_WITHDRAWN
    return history_line(
        case.number,
        kind,
        fields,
        office=case.office,
        actor=TraceContext().actor,
        on=today,
        reason="同一事项中另一件更正、撤销或恢复后，案件随之更正。",
    )
