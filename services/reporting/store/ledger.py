"""
The measure ledger: facts and their entries, which are added and never changed.

What many entries add up to stands in the roll-ups, which follow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
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

from services.reporting.domain.baselines import CaseList
from services.reporting.domain.figures import FiguresRequest, Line, Persons, Sums
from services.reporting.domain.late import EarlierReturn
from services.reporting.domain.postings.entries import Entry
from services.reporting.store.base import INSTANT
from services.reporting.store.ledger_tables import COLUMNS, ENTRY, entries, facts
from services.reporting.store.roll_ups import LineSums, RollUps
from shared import clock
from shared.events import Envelope
from shared.policy.calendar import ONE_DAY
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

    def listed(
        self,
        request: FiguresRequest,
        offices: Collection[str],
        cases: CaseList,
        measures: Collection[str],
        *,
        as_known: bool,
    ) -> Sums | None:
        """
        The sums of *measures*, of the cases on a list alone; None if it is a frozen
        list that was not frozen by then.
        """
        known_at = request.known_at if as_known else None
        if cases.frozen and self.frozen_on(request, cases, as_known=as_known) is None:
            return None
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
        self, request: FiguresRequest, cases: CaseList, *, as_known: bool
    ) -> date | None:
        """
        The day from which a frozen list governs; None if it was not frozen by then.
        """
        known_at = request.known_at if as_known else None
        return self.frozen_by(request.programme, cases, request.as_of, known_at)

    def frozen_by(
        self,
        programme: str,
        cases: CaseList,
        as_of: date,
        known_at: datetime | None = None,
    ) -> date | None:
        """
        As `frozen_on`, for a programme; without a moment, from all entries.
        """
        members = _members(programme, cases, as_of, known_at)
        query = members.with_only_columns(func.min(entries.c.day))
        day: date | None = self.session.scalar(query)
        return day

    def daily(
        self,
        programme: str,
        offices: Collection[str],
        as_of: date,
        measures: Collection[str],
        cases: CaseList | None = None,
    ) -> dict[str, dict[tuple[date, str], int]]:
        """
        Office to what each day up to *as_of* added to *measures* of its own; with
        *cases*, of the cases on that list alone.
        """
        by_office: dict[str, dict[tuple[date, str], int]] = {o: {} for o in offices}
        rows = (
            self._roll_ups.daily(programme, offices, as_of, measures)
            if cases is None
            else self._daily_on_list(programme, offices, as_of, measures, cases)
        )
        for office, day, name, amount in rows:
            by_office[office][day, name] = amount
        return by_office

    def _daily_on_list(
        self,
        programme: str,
        offices: Collection[str],
        as_of: date,
        measures: Collection[str],
        cases: CaseList,
    ) -> Iterable[Any]:
        key = (entries.c.office, entries.c.day, entries.c.measure)
        members = _members(programme, cases, as_of, None)
        query = (
            select(*key, cast(func.sum(entries.c.amount), BigInteger))
            .where(entries.c.programme == programme)
            .where(one_of(entries.c.office, offices), entries.c.day <= as_of)
            .where(one_of(entries.c.measure, measures))
            .where(entries.c.case_number.in_(members))
            .group_by(*key)
        )
        return self.session.execute(query)

    def listed_at(
        self, programme: str, cases: CaseList, days: Iterable[date]
    ) -> dict[date, Sums]:
        """
        Return the sums of the cases on a frozen list at the end of each of *days* on
        which it was already frozen, in one pass of the entries.
        """
        frozen_on = self.frozen_by(programme, cases, date.max)
        if frozen_on is None:
            return {}
        members = _members(programme, cases, date.max, None)
        query = select(entries).where(
            entries.c.programme == programme, entries.c.case_number.in_(members)
        )
        return self._sums_at(query, sorted({day for day in days if day >= frozen_on}))

    def _sums_at(self, query: Select[Any], days: Sequence[date]) -> dict[date, Sums]:
        """
        The sums of the rows of *query* at the end of each of *days*, given in order.
        """
        if not days:
            return {}
        rows = query.subquery()
        following = [day + ONE_DAY for day in days]
        # Each row falls into one span between two days; the running sum then makes the
        # sums at each day, so that a row is read once for all days.
        span = func.width_bucket(rows.c.day, cast(following, ARRAY(Date)))
        parts = (
            select(rows, span.label("span")).where(rows.c.day <= days[-1]).subquery()
        )
        key = (parts.c.span, parts.c.office, parts.c.measure)
        sums = select(*key, cast(func.sum(parts.c.amount), BigInteger)).group_by(*key)
        added: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
        for number, office, measure, amount in self.session.execute(sums):
            added[number][office, measure] = amount
        running: Counter[tuple[str, str]] = Counter()
        by_day: dict[date, Sums] = {}
        for number, day in enumerate(days):
            running.update(added[number])
            by_day[day] = dict(running)
        return by_day

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
    The numbers of the cases on a list.
    """
    query = select(entries.c.case_number).where(
        entries.c.programme == programme,
        entries.c.measure == ("listed" if cases.frozen else "base"),
        entries.c.day <= as_of,
        *_known_until(known_at),
    )
    if cases.frozen:
        # A frozen list never changes: only what was put on it counts, whatever became
        # of it.
        return query.where(entries.c.label == cases.frozen, entries.c.amount > 0)
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
