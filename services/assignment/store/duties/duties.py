"""
The duty ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.assignment.domain.duties.duty import CLOSED, Duty, Term
from services.assignment.domain.duties.history import HistoryLine
from services.assignment.store.matters import steps_of, stored_steps
from services.assignment.store.tables import duties, duty_history
from shared.policy.calendar import ONE_DAY
from shared.policy.parts.alerts import COMMON, AlertColours
from shared.records.by_office import offices_table, read_by_office
from shared.records.merged import FEW, read_merged
from shared.records.pages import count_up_to, page_of, read_page
from shared.records.tables import columns_of, kinds_of, row_of
from shared.storage.row_sets import as_rows, insert_rows, one_of
from shared.web.paging import Page, PageRequest

EVERYWHERE: Mapping[AlertColours, Collection[str]] = {COMMON: ()}
COUNTED = 5_000  # a scrape must not cost more with every duty
_DUTY = columns_of(duties, Duty)
_STEPS = [column.name for column in _DUTY].index("steps")
_PAST = [column.name for column in _DUTY].index("past")
_CONSTANT = {"id", "number", "programme", "kind"}
_CHANGING = ({column.name for column in _DUTY} | {"state", "state_on"}) - _CONSTANT

# Made once: building a statement costs more than sending it.
_OWED = (
    select(*_DUTY)
    .where(duties.c.number == func.any(bindparam("numbers", type_=ARRAY(String))))
    .order_by(duties.c.id)
)
_OWED_FIRST = [duties.c.due_on, duties.c.office, duties.c.id]
_OF_DUTY = [*(column.name for column in _DUTY), "state", "state_on"]
_NEW = insert_rows(duties, _OF_DUTY)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[duties.c.id],
    set_={
        **{name: _NEW.excluded[name] for name in _CHANGING},
        # Announced as overdue holds only as long as it is open with the same day.
        "flagged": duties.c.flagged
        & (_NEW.excluded.state == "open")
        & (_NEW.excluded.due_on == duties.c.due_on),
    },
)
_NOTE = insert_rows(duty_history, kinds_of(HistoryLine))


Possible = Mapping[str, ColumnElement[bool]]
"""
What may be said of a duty, by its cause of a colour.
"""


class Duties:
    """The duty ledger, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def of_matter(self, number: str) -> list[Duty]:
        return self.of_matters([number])

    def of_matters(self, numbers: Sequence[str]) -> list[Duty]:
        if not numbers:
            return []
        rows = self.session.execute(_OWED, {"numbers": list(numbers)}).all()
        return [_duty(row) for row in rows]

    def save(self, changed: Sequence[Duty]) -> None:
        """
        Add or change duties; one open again, or moved, may become overdue again.
        """
        if changed:
            self.session.execute(_PUT, as_rows(map(_values, changed)))

    def get(self, identity: str) -> Duty | None:
        result = self.session.execute(select(*_DUTY).where(duties.c.id == identity))
        row = result.first()
        return _duty(row) if row else None

    def page(
        self,
        offices: Collection[str],
        today: date,
        request: PageRequest,
        *,
        state: str | None = None,
        alert_level: str | None = None,
        colours: Mapping[AlertColours, Collection[str]] = EVERYWHERE,
        due_before: date | None = None,
        kinds: Collection[str] = (),
        **equal: str | None,
    ) -> Page[Duty]:
        """
        A page of duties: what is owed by due day, so that the oldest stand first, of
        one day by office; what is closed, the newest first; else by office.
        *due_before*: only what is owed until before that day, unless a state is asked
        for. *colours*: those of the levels, each with the programmes they are of.
        *kinds*: of any of these, or of all if there are none. *equal*: columns with the
        value that each must have.
        """
        conditions = [duties.c[name] == value for name, value in equal.items() if value]
        if kinds:
            conditions.append(duties.c.kind.in_(kinds))
        if state:
            conditions.append(_in_state(state, today))
        if due_before:
            conditions.append(duties.c.due_on < due_before)
        owed = state not in CLOSED if state else bool(alert_level or due_before)
        if owed and (due_before or not equal.get("number")):
            # One comparison each, as the condition of the partial indexes is written.
            conditions += [duties.c.state != closed for closed in CLOSED]
        query = select(*_DUTY).where(*conditions)
        if state in CLOSED:
            return self._closed_page(query, offices, request)
        if not owed:
            return self._page_by_office(query, offices, request)
        parts = (
            _at_alert_level(alert_level, today, colours) if alert_level else [true()]
        )
        queries = [_owed_page(query.where(part), offices, request) for part in parts]
        rows = union_all(*queries).subquery("owed")
        by = [rows.c[column.name] for column in _OWED_FIRST]
        return read_page(self.session, select(rows), request, by).map(_duty)

    def _closed_page(
        self, query: Select[Any], offices: Collection[str], request: PageRequest
    ) -> Page[Duty]:
        page = read_merged(
            self.session,
            query.add_columns(duties.c.state_on),
            request,
            [duties.c.state_on, duties.c.id],
            office=duties.c.office,
            offices=offices,
            newest=True,
        )
        return page.map(lambda row: _duty(row[:-1]))

    def _page_by_office(
        self, query: Select[Any], offices: Collection[str], request: PageRequest
    ) -> Page[Duty]:
        page = read_by_office(
            self.session,
            query,
            request,
            [duties.c.id],
            office=duties.c.office,
            offices=offices,
        )
        return page.map(_duty)

    def reports_owed(
        self, series: tuple[str, str, str], department: str | None
    ) -> list[str]:
        """
        Periods whose report is still owed in a series (programme, office, schedule),
        the oldest first, at most five.
        """
        programme, office, schedule = series
        query = (
            select(duties.c.number)
            .where(duties.c.office == office, duties.c.programme == programme)
            .where(duties.c.kind == schedule, duties.c.state == "open")
            .where(duties.c.post.is_not_distinct_from(department))
            .order_by(duties.c.due_on)
            .limit(5)
        )
        # The number of such a matter is its series and the period, and a department.
        start = len("/".join(series)) + 1
        numbers = self.session.execute(query).scalars()
        return [number[start:].partition("/")[0] for number in numbers]

    def note(self, lines: Collection[HistoryLine]) -> None:
        """
        Add what was announced of duties to their history; nothing in it is ever
        changed.
        """
        if lines:
            self.session.execute(_NOTE, as_rows(map(vars, lines)))

    def history(self, identity: str) -> list[Any]:
        query = select(duty_history).where(duty_history.c.duty == identity)
        return list(self.session.execute(query.order_by(duty_history.c.position)))

    def fallen_due(self, today: date, limit: int) -> list[Duty]:
        """
        Flag duties that are overdue and were not flagged yet, oldest first.

        Rows that another replica has locked are passed over.
        """
        claimed = (
            select(duties.c.id)
            .where(_overdue(today), ~duties.c.flagged)
            .order_by(duties.c.due_on)
            .limit(limit)
            # Every replica ticks at the same time: each takes others, none waits for
            # the others to commit.
            .with_for_update(skip_locked=True)
        )
        flagged = self.session.execute(
            update(duties)
            .where(duties.c.id.in_(claimed.scalar_subquery()))
            .values(flagged=True)
            .returning(*_DUTY)
        )
        return sorted(map(_duty, flagged), key=lambda duty: (duty.due_on, duty.id))

    def flag(self, identities: Iterable[str]) -> list[str]:
        """
        Flag duties as overdue; returns those that were not flagged yet.
        """
        unflagged = duties.c.id.in_(list(identities)) & ~duties.c.flagged
        flagged = update(duties).where(unflagged).values(flagged=True)
        return sorted(self.session.scalars(flagged.returning(duties.c.id)))

    def overdue_unflagged(self, today: date) -> int:
        """
        Count the duties that are overdue and not announced as such yet, up to a bound:
        0 when the timer runs.
        """
        fallen = select(duties.c.id).where(_overdue(today - ONE_DAY), ~duties.c.flagged)
        # In the order of its index, or the planner takes few rows for many and reads
        # the whole table for them.
        in_order = fallen.order_by(duties.c.due_on)
        return count_up_to(self.session, in_order, COUNTED)


def _owed_page(
    query: Select[Any], offices: Collection[str], request: PageRequest
) -> Select[Any]:
    """
    Return the query for the first rows of a page, perhaps with some that follow: of few
    offices those at its first places, of many offices in the order of due days of all.
    """
    # Few offices: the first days of each by its index, however many duties it has.
    # Many: one walk through the index of all days, until the page is full.
    if len(offices) > FEW:
        of_them = query.where(one_of(duties.c.office, offices))
        return page_of(of_them, request, _OWED_FIRST, unseen=True)
    places = _first_places(query, offices, request)
    at_place = and_(*(duties.c[each.name] == each for each in places.c))
    return page_of(query.join(places, at_place), request, _OWED_FIRST)


def _first_places(
    query: Select[Any], offices: Collection[str], request: PageRequest
) -> Subquery:
    """
    The days and offices at which the rows of a page stand: no row is read whole, nor
    sorted by its id, that stands far behind the page.
    """
    place = request.place([date, str, str])
    owing, days = offices_table(offices), [duties.c.due_on]
    of_one = query.with_only_columns(*days).where(duties.c.office == owing.c.office)
    if place is not None:
        # What else stands where the page before ended is no place after it.
        day, office, _ = place
        follows = tuple_(duties.c.due_on, owing.c.office) > tuple_(day, office)
        of_one = of_one.where(duties.c.due_on >= day, follows)
    first = PageRequest(request.limit)
    rows = page_of(of_one.correlate(owing), first, days).lateral()
    by = [rows.c.due_on, owing.c.office]
    every = select(*by).join_from(owing, rows, true())
    merged = page_of(every, first, by).subquery()
    places = select(merged.c.due_on, merged.c.office)
    if place is None:
        return places.distinct().subquery("places")
    # Whatever the place says: of an office that is not asked for nothing is shown.
    there = select(literal(day, Date), owing.c.office).where(owing.c.office == office)
    return union(places, there).subquery("places")


def _late(today: date) -> ColumnElement[bool]:
    return and_(duties.c.state == "open", duties.c.due_on < today)


def _overdue(today: date) -> ColumnElement[bool]:
    return and_(_late(today), ~duties.c.backdated)


def _in_state(state: str, today: date) -> ColumnElement[bool]:
    """
    The condition of a state as in `Duty.shown_state`.
    """
    late = _late(today)
    if state == "overdue":
        return _overdue(today)
    if state == "backdated":
        return and_(late, duties.c.backdated)
    if state == "open":
        return and_(duties.c.state == "open", duties.c.due_on >= today)
    return duties.c.state == state


def _at_alert_level(
    level: str, today: date, colours: Mapping[AlertColours, Collection[str]]
) -> list[ColumnElement[bool]]:
    """
    Return conditions that together select what `alerts.alert_level` computes for one
    duty. Each condition fits an index in which its duties stand by due day.
    """
    is_open, backdated = duties.c.state == "open", duties.c.backdated
    supervised = {"supervised": duties.c.supervised}
    soon = {"due_soon": duties.c.due_on - duties.c.warn_days <= today}
    running = and_(is_open, ~backdated, duties.c.due_on >= today)
    # Which duties, what is so of all of them, and what may be.
    kinds: Sequence[tuple[ColumnElement[bool], set[str], Possible]] = (
        (_overdue(today), {"overdue", "due_soon", "owed"}, supervised),
        (running, {"owed"}, {**soon, **supervised}),
        (and_(is_open, backdated), {"owed"}, supervised),
        (duties.c.state == "paused", {"owed"}, supervised),
    )
    parts = []
    for each, programmes in colours.items():
        of_them = duties.c.programme.in_(programmes) if len(colours) > 1 else true()
        own, worse = {*each.causes(level)}, {*each.worse_causes(level)}
        for kinds_alike, certain, possible in kinds:
            reached = [possible[cause] for cause in sorted(own & possible.keys())]
            no_worse = [~possible[cause] for cause in sorted(worse & possible.keys())]
            if certain & worse or not (certain & own or reached):
                continue
            shown = true() if certain & own else or_(*reached)
            parts.append(and_(kinds_alike, of_them, shown, *no_worse))
    return parts or [false()]


def _duty(row: Any) -> Duty:
    fields = [*row]
    fields[_STEPS] = steps_of(fields[_STEPS])
    fields[_PAST] = tuple(_term(*term) for term in fields[_PAST])
    return Duty(*fields)


def _term(office: str, due_on: str, since: str | None) -> Term:
    handed_on = date.fromisoformat(since) if since else None
    return Term(office, date.fromisoformat(due_on), handed_on)


def _values(duty: Duty) -> dict[str, Any]:
    return {
        **row_of(duty),
        "steps": stored_steps(duty.steps),
        "past": [
            [term.office, term.due_on.isoformat(), term.since and str(term.since)]
            for term in duty.past
        ],
        "state": duty.state,
        "state_on": duty.state_on,
    }
