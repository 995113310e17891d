"""
What lists of cases are narrowed down by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    literal_column,
    or_,
    select,
)

from services.intake.domain.corrections.corrections import CorrectionKind
from services.intake.store.cases.case_table import cases
from services.intake.store.history import corrections
from shared.matter_numbers import canonical_number

_ENROLLED = cases.c.enrolments != literal_column("'[]'")  # as of its index


def of_programme(code: str) -> ColumnElement[bool]:
    """
    Whether a case is of a programme, or stands in it beside its own.
    """
    standing = [{"programme": code, "withdrawn_on": None}]
    enrolled = and_(_ENROLLED, cases.c.enrolments.contains(standing))
    return or_(cases.c.programme == code, enrolled)


def _updated_on() -> ColumnElement[date]:
    """
    The day on which the row of a case was corrected last: asked for each case, by an
    index.
    """
    last = select(func.max(corrections.c.on)).where(
        corrections.c.number == cases.c.number,
        corrections.c.kind == CorrectionKind.CASE_CORRECTED,
        ~corrections.c.proposed,
    )
    return last.scalar_subquery()


FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "number": lambda begin: or_(
        cases.c.case_no.startswith(canonical_number(begin), autoescape=True),
        cases.c.number.startswith(begin, autoescape=True),
    ),
    "programme": of_programme,
    "case_no": lambda number: cases.c.case_no == canonical_number(number),
    "origin": lambda origin: cases.c.origin == origin,
    "case_kind": lambda kind: cases.c.case_kind == kind,
    "topic": lambda topic: cases.c.topic == topic,
    "registration_level": lambda level: cases.c.registration_level == level,
    "channel": lambda channel: cases.c.channel == channel,
    "persons_from": lambda least: cases.c.persons >= least,
    "read_by": lambda reader: reader.is_told(cases),
    "track": lambda track: cases.c.track == track,
    "in_scope": cases.c.in_scope.is_,
    "since": lambda day: cases.c.opened_on >= day,
    "until": lambda day: cases.c.opened_on <= day,
    "not_updated_since": lambda day: and_(
        cases.c.opened_on < day, func.coalesce(_updated_on(), cases.c.opened_on) < day
    ),
    "state": lambda state: {
        "merged": cases.c.merged_into.is_not(None),
        "withdrawn": cases.c.withdrawn_on.is_not(None),
        "closed": cases.c.closed_as.is_not(None),
        "open": and_(
            cases.c.merged_into.is_(None),
            cases.c.withdrawn_on.is_(None),
            cases.c.closed_as.is_(None),
        ),
    }[state],
}
"""
What a query may ask of cases, by the name it asks by.
"""
