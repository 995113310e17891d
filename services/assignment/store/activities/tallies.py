"""
The acts recorded in a period, for the tallies of a programme.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.assignment.domain.activities.tallies import (
    NUMBERS_SHOWN,
    Recorded,
    numbers_shown,
)
from services.assignment.domain.facts.leaders import ActRecorded, ActWithdrawn
from services.assignment.store.enrolments import stands_in
from services.assignment.store.tables import duties, facts, matters
from services.assignment.store.working.moves import case_moves
from shared.policy.parts.reports import Tally
from shared.records.by_office import offices_table
from shared.storage.row_sets import one_of

_ROWS_AT_ONCE = 1000


def _counted(programme: str) -> ColumnElement[bool]:
    """
    Return the condition that a case counts: not merged away and, in its own programme,
    in its scope. In a further programme it stands only if it is in the scope of that.
    """
    in_scope = or_(matters.c.programme != programme, matters.c.in_scope)
    return and_(matters.c.is_case, in_scope, ~matters.c.merged)


_withdrawals = facts.alias("withdrawals")
_NOT_WITHDRAWN = not_(
    exists().where(
        _withdrawals.c.number == facts.c.number,
        # Written out, so that the index of withdrawals alone can be used.
        _withdrawals.c.type == literal(ActWithdrawn.name, String, literal_execute=True),
        _withdrawals.c.payload["record"].astext == cast(facts.c.event_id, String),
    )
)


# An act counts for the office that had the case on its day.
_OFFICE = func.coalesce(
    select(case_moves.c.from_office)
    .where(
        case_moves.c.number == facts.c.number,
        case_moves.c.moved_on > facts.c.occurred_on,
    )
    .order_by(case_moves.c.moved_on, case_moves.c.id)
    .limit(1)
    .scalar_subquery(),
    matters.c.office,
).label("office")


def _had_by_offices(offices: Collection[str]) -> ColumnElement[bool]:
    """
    Return the condition that one of *offices* had the case on the day of the act.
    """
    # Found by the offices first: the office on the day is a subquery for each row, and
    # only these rows can have it.
    moved_away = select(case_moves.c.number).where(
        one_of(case_moves.c.from_office, offices)
    )
    has = one_of(matters.c.office, offices)
    has_or_had = or_(has, matters.c.number.in_(moved_away))
    return and_(has_or_had, one_of(_OFFICE, offices))


def acts_recorded(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
    *,
    named: Mapping[str, str] = MappingProxyType({}),
    tallies: Collection[Tally] = (),
) -> Iterator[Recorded]:
    """
    The acts of the offices on these days, both included, of all their matters together,
    or matter by matter where one of *tallies* counts matters.

    *named*: the acts of which also the post, the kind or the result is wanted.
    """
    act = facts.c.payload["act"].astext
    amount = func.coalesce(cast(facts.c.payload["count"].astext, BigInteger), 0)
    payload = {name: facts.c.payload[name].astext for name in {*named.values()}}
    values = [(act == name, payload[field]) for name, field in named.items()]
    value = func.coalesce(case(*values), "") if values else literal("")
    query = (
        select(
            _OFFICE,
            _number(act, tallies),
            act,
            func.count(),
            cast(func.sum(amount), BigInteger),
            value,
            _first_numbers(act, tallies),
        )
        .join(facts, facts.c.number == matters.c.number)
        .where(
            *_acts(programme, offices, from_, to),
        )
        .group_by(*_BY)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    yield from _recorded(session, query)


_BY: list[ColumnElement[Any]] = [
    literal_column(place) for place in ("1", "2", "3", "6")
]
"""
The office, the number, the act and the value of what is selected.
"""


def _number(act: ColumnElement[str], tallies: Iterable[Tally]) -> ColumnElement[str]:
    """
    Return the number of the matter where the act is counted matter by matter, else an
    empty text.
    """
    apart = {name for tally in tallies if tally.at_least for name in tally.acts}
    return case((act.in_(apart), matters.c.number), else_="") if apart else literal("")


def _first_numbers(
    act: ColumnElement[str], tallies: Iterable[Tally]
) -> ColumnElement[Any]:
    """
    Return the first numbers of the matters of an act that a tally lists.
    """
    listed = {name for tally in tallies if tally.show == "list" for name in tally.acts}
    if not listed:
        return literal([], ARRAY(String))
    named = case((act.in_(listed), matters.c.number))
    every = func.array_agg(named.distinct())
    return func.array_remove(every, null(), type_=ARRAY(String))[1:NUMBERS_SHOWN]


def _recorded(session: Connection, query: Select[Any]) -> Iterator[Recorded]:
    for row in session.execute(query):
        yield Recorded(*row)


def _acts(
    programme: str, offices: Collection[str], from_: date, to: date
) -> tuple[ColumnElement[bool], ...]:
    """
    Return the conditions that a fact is an act of these days that was not withdrawn, in
    a case of the offices.
    """
    return (
        # Written out, so that the index of acts alone can be used.
        facts.c.type == literal(ActRecorded.name, String, literal_execute=True),
        facts.c.occurred_on.between(from_, to),
        stands_in(programme, facts.c.occurred_on),
        _had_by_offices(offices),
        _NOT_WITHDRAWN,
    )


def took_part(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
    *,
    acts: Collection[str],
    tallies: Collection[Tally],
) -> Iterator[Recorded]:
    """
    The third parties that took part in these acts on these days, by role.
    """
    act = facts.c.payload["act"].astext
    every = func.jsonb_array_elements(facts.c.payload["parties"])
    parties = every.table_valued(column("value", JSONB)).lateral()
    role = parties.c.value["role"].astext.label("role")
    query = (
        select(
            _OFFICE,
            _number(act, tallies),
            act,
            func.count(),
            literal(0),
            role,
            _first_numbers(act, tallies),
        )
        .select_from(facts)
        .join(matters, facts.c.number == matters.c.number)
        .join(parties, true())
        .where(
            *_acts(programme, offices, from_, to),
            facts.c.payload.has_key("parties"),
            act.in_(acts),
        )
        .group_by(*_BY)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    yield from _recorded(session, query)


def moves_recorded(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
    *,
    act: str,
) -> Iterator[Recorded]:
    """
    How often each case that is of the offices now moved on these days, as if each move
    were an *act* of that name.
    """
    query = (
        select(matters.c.office, matters.c.number, func.count())
        .join(case_moves, case_moves.c.number == matters.c.number)
        .where(
            case_moves.c.moved_on.between(from_, to),
            stands_in(programme, case_moves.c.moved_on),
            one_of(matters.c.office, offices),
        )
        .group_by(matters.c.number)
    )
    for office, number, times in session.execute(query):
        yield Recorded(office, number, act, times, 0)


def cases_done(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
    *,
    acts: Collection[str],
) -> dict[tuple[str, str], int]:
    """
    In how many cases in scope each office did which of *acts* on these days.
    """
    act = facts.c.payload["act"].astext
    query = (
        select(_OFFICE, act, func.count(matters.c.number.distinct()))
        .join(facts, facts.c.number == matters.c.number)
        .where(
            *_acts(programme, offices, from_, to), _counted(programme), act.in_(acts)
        )
        .group_by(literal_column("1"), literal_column("2"))
    )
    return {(office, name): cases for office, name, cases in session.execute(query)}


def opened_together(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
    *,
    kinds: Collection[str],
) -> Iterator[tuple[str, str, bool]]:
    """
    Yield where duties of these *kinds* were opened in the period and are owed: office,
    matter, and whether all duties that one day opened there are discharged.
    """
    query = (
        select(
            duties.c.office,
            duties.c.number,
            func.bool_and(duties.c.state == "discharged"),
        )
        .where(
            one_of(duties.c.office, offices),
            duties.c.due_on >= from_,
            duties.c.opened_on.between(from_, to),
            duties.c.programme == programme,
            duties.c.kind.in_(kinds),
            duties.c.state != "released",
        )
        .group_by(duties.c.office, duties.c.number, duties.c.opened_on)
    )
    for row in session.execute(query):
        yield row.office, row.number, row[2]


def cases_in_scope(
    session: Connection,
    programme: str,
    offices: Collection[str],
    from_: date,
    to: date,
    *,
    acts_of: Sequence[Collection[str]] = (),
) -> tuple[dict[str, int], list[dict[str, list[str]]]]:
    """
    How many cases in scope each office had on the last day; and of each of *acts_of*
    the first of these cases of each office that lack one of the acts in the period. If
    there are many offices, fewer cases of each.
    """
    owing, shown = offices_table(offices), numbers_shown(len(offices))
    # In their order, in which their numbers are collected: sorted once for all acts.
    numbers = (
        select(matters.c.number)
        .where(
            _counted(programme),
            stands_in(programme, literal(to)),
            matters.c.office == owing.c.office,
            matters.c.opened_on <= to,
        )
        .order_by(matters.c.number)
        .correlate(owing)
        .lateral("numbers")
    )
    first_lacking = []
    for n, acts in enumerate(acts_of):
        complete = _complete_cases(f"complete_{n}", offices, from_, to, acts)
        lacks = numbers.c.number.not_in(select(complete.c.number))
        every = func.array_agg(numbers.c.number, type_=ARRAY(String)).filter(lacks)
        first_lacking.append(every[1:shown].label(f"lacking_{n}"))
    of_one = (
        select(func.count().label("cases"), *first_lacking)
        .select_from(numbers)
        .lateral("of_one")
    )
    query = (
        select(owing.c.office, *of_one.c)
        .join_from(owing, of_one, true())
        .where(of_one.c.cases > 0)
        .order_by(owing.c.office)
    )
    counts = dict[str, int]()
    lacking: list[dict[str, list[str]]] = [{} for _ in acts_of]
    for office, count, *of_office in session.execute(query):
        counts[office] = count
        for of_acts, first in zip(lacking, of_office, strict=True):
            if first:
                of_acts[office] = first
    return counts, lacking


def _complete_cases(
    name: str, offices: Collection[str], from_: date, to: date, acts: Collection[str]
) -> CTE:
    """
    The cases of the offices in which every one of *acts* was done on these days.

    Materialized: it is read once, not again for each office.
    """
    act = facts.c.payload["act"].astext
    return (
        select(facts.c.number)
        .join(matters, matters.c.number == facts.c.number)
        .where(
            one_of(matters.c.office, offices),
            # Written out, so that the index of acts alone can be used.
            facts.c.type == literal(ActRecorded.name, String, literal_execute=True),
            facts.c.occurred_on.between(from_, to),
            act.in_(acts),
            _NOT_WITHDRAWN,
        )
        .group_by(facts.c.number)
        .having(func.count(act.distinct()) >= len(acts))
        .cte(name)
        .prefix_with("MATERIALIZED")
    )
