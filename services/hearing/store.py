"""
What hearing stores: the mirrored cases, the requests of parties, every decision with
its hearing, and the registers of members.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    func,
    select,
)

from services.hearing.domain.counts import HearingCount
from services.hearing.domain.hearing import TO_COME, UNPLANNED, Hearing
from services.hearing.domain.members import Member
from services.hearing.domain.requests import HearingRequest, RequestState
from shared.cases.case import Case
from shared.cases.mirror import CaseMirror, case_table
from shared.documents.closings import standing_closings_table
from shared.documents.numbering import paper_numbers_table
from shared.documents.store import document_openings_table, documents_table
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.service.tables import service_tables
from shared.web.paging import Page, PageRequest

metadata, OUTBOX, TABLES = service_tables("hearing")

cases = case_table(metadata)

documents = documents_table(metadata)
document_openings = document_openings_table(metadata)
paper_numbers = paper_numbers_table(metadata)
standing_closings = standing_closings_table(metadata)
# How many further petitions of a case came in on a day.
repeats = Table(
    "repeats",
    metadata,
    Column("case_number", String, primary_key=True),
    Column("received_on", Date, primary_key=True),
    Column("petitions", Integer, nullable=False),
)
requests = table_of(
    HearingRequest,
    "requests",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_requests_case_number", "case_number"),
    Index("ix_requests_office_id", "office", "id"),
)

hearings = table_of(
    Hearing,
    "hearings",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_hearings_case_number", "case_number"),
    Index("ix_hearings_office_id", "office", "id"),
    Index("ix_hearings_office_scheduled_on", "office", "scheduled_on"),
    Index("ix_hearings_programme_held_on_office", "programme", "held_on", "office"),
)

members = table_of(
    Member,
    "members",
    metadata,
    Index("ix_members_office_number", "office", "number", unique=True),
    Index("ix_members_office_id", "office", "id"),
)


class Cases(CaseMirror):
    """
    The cases hearings may be held on.
    """

    table = cases

    def of_numbers(self, numbers: Collection[str]) -> dict[str, Case]:
        """
        The cases by their numbers.
        """
        found = self.all(self.query().where(cases.c.number.in_(numbers)))
        return {case.number: case for case in found}


class Requests(Records[HearingRequest]):
    """
    The requests of parties for a hearing.
    """

    table = requests
    record = HearingRequest

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, state: str | None
    ) -> Page[HearingRequest]:
        query = self.query()
        if state:
            query = query.where(requests.c.state == state)
        return self.page_of_offices(offices, query, request)

    def follow(self, numbers: Collection[str]) -> None:
        """
        Let the open requests in cases be answered by the office that has the case now.
        """
        self.session.execute(
            requests.update()
            .where(
                requests.c.case_number == cases.c.number,
                requests.c.case_number.in_(numbers),
                requests.c.state == RequestState.OPEN,
            )
            .values(office=cases.c.office)
        )


class Hearings(Records[Hearing]):
    """
    The decisions on hearings, each with the hearing that followed.
    """

    table = hearings
    record = Hearing

    def of_case(self, number: str) -> list[Hearing]:
        return self.all(self.query().where(hearings.c.case_number == number))

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, state: str | None
    ) -> Page[Hearing]:
        """
        The hearings of *offices* in the order of their decisions.
        """
        query = self.query()
        if state:
            query = query.where(hearings.c.state == state)
        return self.page_of_offices(offices, query, request)

    def left_behind(self, numbers: Collection[str]) -> list[Hearing]:
        """
        The decisions in cases after which nothing was planned, of an office that has
        the case no more.
        """
        query = self.query().join(cases, cases.c.number == hearings.c.case_number)
        return self.all(query.where(*_left_behind(numbers)).order_by(hearings.c.id))

    def follow(self, numbers: Collection[str]) -> None:
        """
        Let these decisions be of the office that has the case now.
        """
        self.session.execute(
            hearings.update()
            .where(hearings.c.case_number == cases.c.number, *_left_behind(numbers))
            .values(office=cases.c.office)
        )

    def held_by_topic(
        self, offices: Collection[str], programme: str, since: date, until: date
    ) -> dict[str, int]:
        """
        How many hearings of *offices* were held in these days, by their topic, "" for
        those without.
        """
        topic = func.coalesce(hearings.c.topic, "")
        query = select(topic, func.count()).where(
            hearings.c.office.in_(offices),
            hearings.c.programme == programme,
            hearings.c.held_on.between(since, until),
        )
        rows = self.session.execute(query.group_by(topic))
        return {name: int(number) for name, number in rows}

    def held_by(
        self,
        name: str,
        offices: Collection[str],
        programme: str,
        since: date,
        until: date,
    ) -> dict[str, HearingCount]:
        """
        What became of the hearings of *offices* that were held in these days, by the
        values of the column of this *name*.
        """
        column = hearings.c[name]
        led = func.count().filter(hearings.c.leader_chaired)
        settled = func.count().filter(hearings.c.settled)
        query = select(column, func.count(), led, settled).where(
            hearings.c.office.in_(offices),
            hearings.c.programme == programme,
            hearings.c.held_on.between(since, until),
        )
        rows = self.session.execute(query.group_by(column))
        return {value: HearingCount(*map(int, counts)) for value, *counts in rows}

    def to_come(
        self, office: str, since: date, until: date, *, most: int
    ) -> list[Hearing]:
        """
        The hearings of an office that are scheduled in these days and were not held
        yet, *most* at most, in the order of their days.
        """
        query = self.query().where(
            hearings.c.office == office,
            hearings.c.scheduled_on.between(since, until),
            hearings.c.state.in_(TO_COME),
        )
        by = hearings.c.scheduled_on, hearings.c.starts, hearings.c.id
        return self.all(query.order_by(*by).limit(most))


def _left_behind(numbers: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        hearings.c.case_number.in_(numbers),
        hearings.c.state.in_(UNPLANNED),
        hearings.c.office != cases.c.office,
    )


class Members(Records[Member]):
    """
    The registers of hearing members, one of each office.
    """

    table = members
    record = Member

    def lock_register(self, office: str) -> None:
        """
        Have the register and the days of *office* for this transaction alone: two
        hearings do not take the same member, place or chair at once.
        """
        key = func.hashtext(f"hearing.register/{office}")
        self.session.execute(select(func.pg_advisory_xact_lock(key)))

    def of_office(self, office: str, *, most: int) -> list[Member]:
        query = self.query().where(members.c.office == office)
        return self.all(query.order_by(members.c.number).limit(most))

    def count(self, office: str) -> int:
        query = select(func.count()).where(members.c.office == office)
        return int(self.session.execute(query).scalar_one())

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, status: str | None
    ) -> Page[Member]:
        query = self.query()
        if status:
            query = query.where(members.c.status == status)
        return self.page_of_offices(offices, query, request)
