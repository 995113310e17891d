"""
The measure ledger: facts and their entries, which are added and never changed.

What many entries add up to stands in the roll-ups, which follow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Insert,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.reporting.domain.baselines import LISTED, CaseList
from services.reporting.domain.figures import FiguresRequest, Line, Persons, Sums
from services.reporting.domain.late import EarlierReturn
from services.reporting.domain.postings.entries import Entry
from services.reporting.store.base import INSTANT
from services.reporting.store.ledger_tables import COLUMNS, ENTRY, entries, facts
from services.reporting.store.roll_ups import LineSums, RollUps
from shared import clock
from shared.events import Envelope
from shared.records.merged import FEW
from shared.storage.row_sets import given_rows, one_of, rows_text

_FACT = tuple(each.name for each in facts.c if each.name != "known_at")
_VALUES = attrgetter(*ENTRY)


def _post_statement() -> Insert:
    """
    Store facts and their entries, all known at the moment of one stamp.
    """
    moment = bindparam("moment", type_=INSTANT)
    # Stamped in the statement that stores: the stamp holds a shared lock until the
    # commit, for which whoever fixes a moment waits. So nothing is ever added at or
    # before a moment that was answered for.
    stamp = select(func.reporting.stamp(moment).label("known_at")).cte("stamp")
    new_facts = given_rows((facts.c[name] for name in _FACT), "facts")
    new_entries = given_rows((entries.c[name] for name in ENTRY), "entries")
    inserted = facts.insert().from_select(
        [*_FACT, "known_at"],
        select(new_facts, stamp.c.known_at).join_from(new_facts, stamp, true()),
    )
    posted = entries.insert().from_select(
        [*COLUMNS],
        select(new_entries, stamp.c.known_at).join_from(new_entries, stamp, true()),
    )
    return posted.add_cte(inserted.cte("kept"))


_POST = _post_statement()


class Ledger:
    """
    The measure ledger, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session
        self._roll_ups = RollUps(session)

    def post(self, posted: Iterable[tuple[Envelope, Sequence[Entry]]]) -> None:
        """
        Store events and post the entries of each.

        All get the same `known_at`: later than any moment a reader has been answered
        for (decision 0020).
        """
        facts_posted, entries_of_all = [], list[Entry]()
        for event, entries_of_one in posted:
            facts_posted.append({name: getattr(event, name) for name in _FACT})
            entries_of_all += map(_stored, entries_of_one)
        rows = {
            "moment": clock.now(),
            "facts": rows_text(facts_posted),
            "entries": rows_text(map(vars, entries_of_all)),
        }
        self.session.execute(_POST, rows)

    def latest(self) -> datetime:
        """
        The moment up to which the ledger is complete: every entry that is committed
        later gets a later `known_at`, whichever process posts it (decision 0020).
        """
        query = select(func.reporting.complete_until(clock.now()))
        moment: datetime = self.session.execute(query).scalar_one()
        return moment.astimezone(UTC)

    def sums(
        self,
        request: FiguresRequest,
        offices: Collection[str],
        measures: Collection[str],
        *,
        as_known: bool,
    ) -> Sums:
        """
        The sums of *measures* up to the day of every office by itself that has an entry
        of whatever measure.

        *as_known*: of the entries posted until `request.known_at`.
        """
        known_at = request.known_at if as_known else None
        own = self._roll_ups.own_sums(
            request.programme, request.as_of, known_at, offices, measures
        )
        return {
            (office, name): amount
            for office, amounts in own.items()
            for name, amount in amounts.items()
        }

    def line_sums(
        self,
        programme: str,
        as_of: date,
        lines: Iterable[Line],
        known_at: datetime | None = None,
    ) -> LineSums:
        """
        The sum of every measure of each of *lines* up to the day: of the entries posted
        until *known_at*, or of all.
        """
        alone = {line.office for line in lines if line.is_alone}
        groups = {line.office: line.members for line in lines if not line.is_alone}
        return self._roll_ups.sums(
            programme, as_of, known_at, offices=alone, groups=groups
        )

    def put_off_sums(
        self,
        request: FiguresRequest,
        offices: Collection[str],
        earlier: EarlierReturn,
    ) -> Sums:
        """
        Return the sums of the entries that belong to the period of the *earlier* return
        but count after it, because they became known after it; by office and measure.
        """
        query = (
            select(
                entries.c.office,
                entries.c.measure,
                cast(func.sum(entries.c.amount), BigInteger),
            )
            .where(
                entries.c.programme == request.programme,
                one_of(entries.c.office, offices),
                # As the condition of the partial index: few entries count on another
                # day.
                entries.c.own_day != entries.c.day,
                entries.c.own_day <= earlier.as_of,
                entries.c.day > earlier.as_of,
                entries.c.day <= request.as_of,
                # What was known by then is in the earlier return, or was put off by one
                # before it.
                entries.c.known_at > earlier.known_at,
                entries.c.known_at <= request.known_at,
            )
            .group_by(entries.c.office, entries.c.measure)
        )
        return {(office, name): n for office, name, n in self.session.execute(query)}

    def on_live_list(
        self,
        request: FiguresRequest,
        offices: Collection[str],
        cases: CaseList,
        measures: Collection[str],
        *,
        as_known: bool,
    ) -> Sums:
        """
        The sums of *measures*, of the cases on a live list alone.
        """
        known_at = request.known_at if as_known else None
        members = _members(request.programme, cases, request.as_of, known_at)
        counted = (
            entries.c.programme == request.programme,
            one_of(entries.c.measure, measures),
            one_of(entries.c.office, offices),
        )
        if len(offices) <= FEW:  # of more, nearly all cases on the list are theirs
            theirs = select(entries.c.case_number).where(*counted)
            members = members.where(entries.c.case_number.in_(theirs))
        query = (
            select(
                entries.c.office,
                entries.c.measure,
                cast(func.sum(entries.c.amount), BigInteger),
            )
            .where(*counted, entries.c.case_number.in_(members))
            .where(entries.c.day <= request.as_of, *_known_until(known_at))
            .group_by(entries.c.office, entries.c.measure)
        )
        return {(office, name): n for office, name, n in self.session.execute(query)}

    def frozen_on(
        self,
        programme: str,
        frozen: str,
        as_of: date,
        known_at: datetime | None = None,
    ) -> date | None:
        """
        The day from which a *frozen* list governs; None if it was not frozen by a day,
        as known at a moment, or as known now.
        """
        query = select(func.min(entries.c.day)).where(
            entries.c.programme == programme,
            entries.c.measure == LISTED,
            entries.c.label == frozen,
            entries.c.day <= as_of,
            *_known_until(known_at),
        )
        day: date | None = self.session.scalar(query)
        return day

    def daily(
        self,
        programme: str,
        offices: Collection[str],
        as_of: date,
        measures: Collection[str],
    ) -> dict[str, dict[tuple[date, str], int]]:
        """
        Office to what each day up to *as_of* added to *measures* of its own.
        """
        by_office: dict[str, dict[tuple[date, str], int]] = {o: {} for o in offices}
        rows = self._roll_ups.daily(programme, offices, as_of, measures)
        for office, day, name, amount in rows:
            by_office[office][day, name] = amount
        return by_office

    def absent(self, events: Collection[str], known_at: datetime) -> set[str]:
        """
        The ids among *events* that had not been posted by then.
        """
        query = select(facts.c.id).where(
            facts.c.id.in_(events), facts.c.known_at <= known_at
        )
        return set(events) - set(self.session.scalars(query))

    def persons(
        self,
        request: FiguresRequest,
        lines: Iterable[Line],
        measures: Collection[str],
        *,
        as_known: bool,
    ) -> Persons:
        """
        Distinct persons of each line, and of all lines together under None.
        """
        pairs = [(member, line.office) for line in lines for member in line.members]
        tree = (
            func.unnest(
                *(
                    literal([*column], ARRAY(String))
                    for column in zip(*pairs, strict=True)
                )
            )
            .table_valued("office", "line", name="tree")
            .render_derived()
        )
        per = (entries.c.measure, tree.c.line, entries.c.person)
        counted = (
            select(entries.c.measure, tree.c.line)
            .join(tree, tree.c.office == entries.c.office)
            .where(entries.c.programme == request.programme)
            .where(entries.c.measure.in_(measures), entries.c.day <= request.as_of)
            .group_by(
                # A person who petitions at two offices counts once on each line and
                # once in the whole, so the lines do not add up to it: both are grouped
                # in one pass.
                func.grouping_sets(tuple_(*per), tuple_(per[0], per[2])),
            )
            .having(func.sum(entries.c.amount) > 0)
        )
        if as_known:
            counted = counted.where(entries.c.known_at <= request.known_at)
        persons = counted.subquery()
        query = select(persons.c.line, persons.c.measure, func.count()).group_by(
            persons.c.line, persons.c.measure
        )
        return {(line, name): n for line, name, n in self.session.execute(query)}


def _members(
    programme: str, cases: CaseList, as_of: date, known_at: datetime | None
) -> Select[Any]:
    """
    The numbers of the cases on a live list.
    """
    query = select(entries.c.case_number).where(
        entries.c.programme == programme,
        entries.c.measure == "base",
        entries.c.day <= as_of,
        *_known_until(known_at),
    )
    # A correction takes a case off the list of its former origin; a case that was
    # merged away stays on its list, where it adds up to nothing.
    query = query.where(or_(entries.c.amount > 0, entries.c.label.is_not(None)))
    query = query.group_by(entries.c.case_number).having(func.sum(entries.c.amount) > 0)
    if cases.only:
        return query.where(entries.c.label.in_(cases.only))
    if cases.others:
        other_lists = entries.c.label.not_in(cases.others)
        return query.where(or_(other_lists, entries.c.label.is_(None)))
    return query


def _known_until(known_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if known_at is None else (entries.c.known_at <= known_at,)


def rows_of(posted: Iterable[Entry], known_at: datetime) -> Iterator[tuple[Any, ...]]:
    """
    The rows of entries that became known at a moment, in the order of `COLUMNS`.
    """
    return ((*_VALUES(_stored(entry)), known_at) for entry in posted)


def _stored(entry: Entry) -> Entry:
    """
    An entry as it is stored, with the id of its duty only where it is not implied.
    """
    implied = entry.duty == f"{entry.case_number}/{entry.duty_rule}"
    return replace(entry, duty=None) if implied else entry
