"""
Every decision on a hearing, with the hearing that followed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from services.hearing.domain.counts import Chair, HearingCount
from services.hearing.domain.hearing import TO_COME, UNPLANNED, Hearing
from services.hearing.store.tables import cases, hearings
from shared.records.rows import Records
from shared.web.paging import Page, PageRequest


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
        The decisions in cases after which nothing was planned, of an office that no
        longer has the case.
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
        How many hearings of *offices* were held in these days, in cases of the
        programme's scope, by their topic, "" for those without.
        """
        topic = func.coalesce(hearings.c.topic, "")
        days = since, until
        query = self._of_hearings_held(offices, programme, days, topic, func.count())
        rows = self.session.execute(query.group_by(topic))
        return {name: int(number) for name, number in rows}

    def held_by_chair(
        self,
        offices: Collection[str],
        programme: str,
        since: date,
        until: date,
        *,
        public: bool | None = None,
    ) -> dict[Chair, HearingCount]:
        """
        What became of the hearings of *offices* that were held in these days, in cases
        of the programme's scope, by who had the chair; with *public* only of those that
        were open to the public, or of those that were not.
        """
        columns = hearings.c
        chair = (
            columns.office,
            columns.chair_post,
            func.coalesce(columns.chair_holder, ""),
        )
        query = self._of_hearings_held(
            offices,
            programme,
            (since, until),
            *chair,
            func.count(),
            func.count().filter(columns.leader_chaired),
            func.count().filter(columns.settled),
            func.count(columns.settled_for_good),
            func.count().filter(columns.settled_for_good),
        )
        if public is not None:
            query = query.where(columns.public == public)
        rows = self.session.execute(query.group_by(*chair))
        return {(row[0], row[1], row[2]): HearingCount(*row[3:]) for row in rows}

    @staticmethod
    def _of_hearings_held(
        offices: Collection[str],
        programme: str,
        days: tuple[date, date],
        *columns: ColumnElement[Any],
    ) -> Select[Any]:
        """
        The *columns* of the hearings held in these days in cases that count now; a
        figure of reporting stays as the scope was when its event came.
        """
        of_case = cases.c.number == hearings.c.case_number
        return (
            select(*columns)
            .join_from(hearings, cases, of_case)
            .where(
                hearings.c.office.in_(offices),
                hearings.c.programme == programme,
                hearings.c.held_on.between(*days),
                cases.c.in_scope,
            )
        )

    def chair_holders(self, office: str) -> set[str]:
        """
        Who had the chair of a hearing of an office, or is planned to have it.
        """
        query = select(hearings.c.chair_holder).where(
            hearings.c.office == office, hearings.c.chair_holder.is_not(None)
        )
        return {*self.session.execute(query.distinct()).scalars()}

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
