"""
Who was to receive people, and how often they did: counts and posts only.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, Index, Table, func, select

from services.assignment.domain.activities.reception_log import LogCorrection
from services.assignment.domain.activities.rosters import Log, RosterSlot, Visits
from services.assignment.domain.facts.received import PetitionRegistered
from services.assignment.store.tables import facts, matters, metadata
from shared.records.rows import Records
from shared.records.tables import kinds_of, table_of
from shared.vocabulary import Channel
from shared.web.paging import Page, PageRequest

T = TypeVar("T", bound=RosterSlot)


def _table(record: type[RosterSlot], name: str) -> Table:
    day = [column for column in kinds_of(RosterSlot) if column != "id"]
    return table_of(
        record,
        name,
        metadata,
        Index(f"uq_{name}_day", *day, unique=True, postgresql_nulls_not_distinct=True),
        Index(f"ix_{name}_office_id", "office", "id"),
    )


roster_slots = _table(RosterSlot, "roster_slots")
receptions = _table(Log, "receptions")
log_corrections = table_of(
    LogCorrection,
    "log_corrections",
    metadata,
    Index("ix_log_corrections_log", "log", "id"),
)


class _OfDays(Records[T]):
    """
    Records of which a post of an office, or each holder of it, has at most one a day.
    """

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        post: str | None = None,
        holder: str | None = None,
    ) -> Page[T]:
        query = self.query()
        if post:
            query = query.where(self.table.c.post == post)
        if holder:
            query = query.where(self.table.c.holder == holder)
        return self.page_of_offices(offices, query, request)

    def between(
        self,
        programme: str,
        roster: str,
        offices: Collection[str],
        from_: date,
        to: date,
    ) -> list[T]:
        """
        The records of one roster from one day to another, both included.
        """
        columns = self.table.c
        return self.all(
            self.query().where(
                columns.programme == programme,
                columns.roster == roster,
                columns.office.in_(offices),
                columns.day.between(from_, to),
            )
        )


class RosterSlots(_OfDays[RosterSlot]):
    """
    Who is to receive people.
    """

    table, record = roster_slots, RosterSlot


class Logs(_OfDays[Log]):
    """
    How often posts received people.
    """

    table, record = receptions, Log

    def turns(
        self,
        programme: str,
        roster: str,
        offices: Collection[str],
        from_: date,
        to: date,
    ) -> dict[tuple[str, str], int]:
        """
        On how many days, from one to another, each post of an office received for half
        a day at least.
        """
        columns = self.table.c
        query = (
            select(columns.office, columns.post, func.count(columns.day.distinct()))
            .where(
                columns.programme == programme,
                columns.roster == roster,
                columns.office.in_(offices),
                columns.day.between(from_, to),
                columns.half_days > 0,
            )
            .group_by(columns.office, columns.post)
        )
        return {
            (office, post): days for office, post, days in self.session.execute(query)
        }


class LogCorrections(Records[LogCorrection]):
    """
    What of the logs was corrected; rows are added only.
    """

    table, record = log_corrections, LogCorrection

    def of_log(self, log: str, request: PageRequest) -> Page[LogCorrection]:
        return self.page(self.query().where(log_corrections.c.log == log), request)


def visits_registered(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
) -> list[Visits]:
    """
    The visits that intake registered, by office and day.
    """
    query = (
        select(matters.c.office, facts.c.occurred_on, func.count())
        .join(facts, facts.c.number == matters.c.number)
        .where(
            matters.c.programme == programme,
            matters.c.office.in_(offices),
            matters.c.opened_on.between(from_, to),
            ~matters.c.is_case,
            facts.c.type == PetitionRegistered.name,
            facts.c.payload["channel"].astext == Channel.VISIT,
        )
        .group_by(matters.c.office, facts.c.occurred_on)
    )
    return [Visits(*row) for row in session.execute(query)]
