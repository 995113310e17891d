"""
The entries of offices in the national system beside the visits in their registers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Index,
    and_,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)

from services.intake.domain.national import Difference, Differing, NationalEntry
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.tables import metadata
from shared.records.pages import read_page
from shared.records.tables import row_of, table_of
from shared.storage.name_locks import lock_name
from shared.storage.row_sets import as_rows, insert_rows, one_of
from shared.vocabulary import Channel
from shared.web.paging import Page, PageRequest

national_entries = table_of(
    NationalEntry,
    "national_entries",
    metadata,
    Index("ix_national_entries_day", "office", "day"),
    Index(
        "uq_national_entries_register_no",
        "office",
        "register_no",
        unique=True,
        postgresql_where=text("register_no IS NOT NULL"),
    ),
    key=("office", "number"),
)
_INSERT = insert_rows(national_entries)


class NationalEntries:
    """What stands in the national system, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def replace(
        self,
        offices: Collection[str],
        from_: date,
        to: date,
        entries: Sequence[NationalEntry],
    ) -> None:
        """
        Let these be the entries of the offices in these days; one that stood under
        another day stands under this one now. Lists wait here for each other: those of
        an office and of the one above it name the same receptions.
        """
        lock_name(self.session, "intake.national_entries")
        table = national_entries.c
        receptions = [entry.register_no for entry in entries if entry.register_no]
        gone = or_(
            table.day.between(from_, to),
            one_of(table.number, [entry.number for entry in entries]),
            one_of(table.register_no, receptions),
        )
        old = delete(national_entries).where(one_of(table.office, offices), gone)
        self.session.execute(old)
        if entries:
            self.session.execute(_INSERT, as_rows(map(row_of, entries)))

    def differences(
        self,
        offices: Collection[str],
        from_: date,
        to: date,
        lineage: Collection[str],
        request: PageRequest,
    ) -> Page[Difference]:
        """
        In what visits received and entries made from one day to another differ, by
        office, day and number. What accuses an office of the *lineage* is kept from it.
        """
        union = union_all(
            _visits(offices, from_, to, lineage), _unregistered(offices, from_, to)
        ).subquery()
        order = [union.c.office, union.c.day, union.c.number]
        page = read_page(self.session, select(union), request, order)
        return page.map(
            lambda row: Difference(
                *(row.office, row.day, row.number),
                *(Differing(row.differs), row.entered_on),
            )
        )


def _visits(
    offices: Collection[str], from_: date, to: date, lineage: Collection[str]
) -> Any:
    """
    The visits that are not in the national system, or not since their day; a petition
    that was split off, or passed on by another office, is not a reception of its own.
    """
    there = and_(
        national_entries.c.office == petitions.c.office,
        national_entries.c.register_no == petitions.c.number,
    )
    accused, entered_on = petitions.c.accused_office, national_entries.c.day
    differs = case(
        (entered_on.is_(None), Differing.NATIONAL.value), else_=Differing.LATE.value
    )
    return (
        select(
            petitions.c.office,
            petitions.c.received_on.label("day"),
            petitions.c.number,
            differs.label("differs"),
            entered_on.label("entered_on"),
        )
        .outerjoin_from(petitions, national_entries, there)
        .where(
            one_of(petitions.c.office, offices),
            petitions.c.received_on.between(from_, to),
            petitions.c.channel == Channel.VISIT,
            petitions.c.withdrawn_on.is_(None),
            petitions.c.split_from.is_(None),
            petitions.c.passed_from.is_(None),
            or_(accused.is_(None), ~one_of(accused, lineage)),
            entered_on.is_distinct_from(petitions.c.received_on),
        )
    )


def _unregistered(offices: Collection[str], from_: date, to: date) -> Any:
    """
    The entries that stand in no register of their office.
    """
    registered = (
        select(petitions.c.number)
        .where(
            petitions.c.number == national_entries.c.register_no,
            petitions.c.office == national_entries.c.office,
            petitions.c.withdrawn_on.is_(None),
        )
        .exists()
    )
    return select(
        national_entries.c.office,
        national_entries.c.day,
        func.coalesce(national_entries.c.register_no, national_entries.c.number).label(
            "number"
        ),
        literal(Differing.REGISTER.value).label("differs"),
        cast(null(), Date).label("entered_on"),
    ).where(
        one_of(national_entries.c.office, offices),
        national_entries.c.day.between(from_, to),
        ~registered,
    )
