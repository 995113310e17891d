"""
Cases counted by what they have in common, as the workload of leaders sees them.

How a case counts now has a key, by which it is counted from an index (decision 0094). A
case that a day saw otherwise is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)

from services.assignment.domain.leaders.tenures import Tenure
from services.assignment.domain.leaders.workload import CaseGroup
from services.assignment.store.leaders.leaders import (
    existed_on,
    leaderships,
    profiles,
    stood_in,
)
from services.assignment.store.tables import enrolments, matters
from shared.records.tables import kinds_of
from shared.storage.row_sets import one_of

_ROWS_AT_ONCE = 1000
_BETWEEN, _AFTER = "\x1f", "\x1e"  # the parts of a leader, and each of the leaders
_TENURES = tuple(kinds_of(Tenure))


@dataclass(frozen=True)
class CasesOn:
    """
    The cases of *offices* on a day, also those that stood in the programme beside their
    own; with *since* all that were handled from that day on, each with all who led it.
    """

    programme: str
    offices: Collection[str]
    as_of: date
    since: date | None = None

    @property
    def changed(self) -> ColumnElement[bool]:
        """
        Return the condition that a case counted otherwise than it does now, on the day
        or at some time since.
        """
        if self.since is None:
            return matters.c.group_since > self.as_of
        # What was over before that day does not count; what ended on it does.
        return matters.c.group_since >= self.since


class CaseGroups:
    """
    The cases of offices by what they have in common, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def alike(self, cases: CasesOn) -> Iterator[CaseGroup]:
        """
        The cases counted by what they have in common.
        """
        query = union_all(_groups_now(cases), _groups_then(cases))
        # With the usual little memory a province's cases would be sorted on disk.
        self.session.execute(text("SET LOCAL work_mem = '64MB'"))
        at_once = query.execution_options(yield_per=_ROWS_AT_ONCE)
        with self.session.execute(at_once) as rows:
            for row in rows:
                yield CaseGroup(
                    row.office,
                    handed=row.handed,
                    traits=row.traits,
                    cases=row.cases,
                    open=row.running,
                    **_leaders(row.leaders),
                )

    def numbers(
        self, groups: Sequence[CaseGroup], cases: CasesOn, limit: int
    ) -> list[str]:
        """
        Return the first *limit* numbers of *cases* that belong to one of *groups*,
        office by office; no more offices are read than are needed for so many.
        """
        by_office = dict[str, list[CaseGroup]]()
        enough = 0
        for group in sorted(groups, key=lambda group: group.office):
            # Only whole offices are left out: the numbers are sorted within each.
            if enough >= limit and group.office not in by_office:
                break
            by_office.setdefault(group.office, []).append(group)
            enough += group.cases
        if not by_office:
            return []
        theirs = CasesOn(cases.programme, [*by_office], cases.as_of, cases.since)
        one_by_one = _each_of(theirs).subquery()
        query = select(one_by_one).order_by(one_by_one.c.office, one_by_one.c.number)
        at_once = query.execution_options(yield_per=_ROWS_AT_ONCE)
        with self.session.execute(at_once) as rows:
            alike = (
                row.number
                for row in rows
                if any(_is_of(row, group) for group in by_office[row.office])
            )
            return list(islice(alike, limit))


def _groups_now(cases: CasesOn) -> Select[Any]:
    """
    Return the groups of the cases that counted as they do now. What is common to a
    group is read of one of its cases.
    """
    groups = _counted_by_key(cases)
    example = (
        select(
            matters.c.number, matters.c.handed, matters.c.concluded_on.label("ended")
        )
        .where(
            matters.c.programme == cases.programme,
            matters.c.office == groups.c.office,
            matters.c.group_key == groups.c.key,
        )
        .limit(1)
        .lateral("example")
    )
    leaders = select(_leaders_text(leaderships.c)).where(
        leaderships.c.number == example.c.number, leaderships.c.until.is_(None)
    )
    is_open = example.c.ended.is_(None)
    query = (
        select(
            groups.c.office,
            example.c.handed,
            leaders.scalar_subquery().label("leaders"),
            groups.c.cases,
            case((is_open, groups.c.cases), else_=0).label("running"),
            profiles.c.traits,
        )
        .join_from(groups, example, true())
        .join(profiles, profiles.c.number == example.c.number)
        .where(groups.c.cases > 0)
    )
    return query if cases.since is None else query.where(is_open)


def _counted_by_key(cases: CasesOn) -> CTE:
    """
    How many cases of each office have which key, less those that counted otherwise.
    """
    by_key = (
        select(
            matters.c.office,
            matters.c.group_key.label("key"),
            func.count().label("cases"),
        )
        .where(
            matters.c.programme == cases.programme,
            one_of(matters.c.office, cases.offices),
            matters.c.group_key.is_not(None),
        )
        .group_by(matters.c.office, matters.c.group_key)
    )
    counted = by_key.subquery()
    changed = by_key.where(cases.changed).subquery()
    same = and_(changed.c.office == counted.c.office, changed.c.key == counted.c.key)
    as_now = counted.c.cases - func.coalesce(changed.c.cases, 0)
    return (
        select(counted.c.office, counted.c.key, as_now.label("cases"))
        .outerjoin_from(counted, changed, same)
        .cte("groups")
    )


def _groups_then(cases: CasesOn) -> Select[Any]:
    """
    Return the groups of the cases that counted otherwise than now, and of those that
    stood in the programme beside their own.
    """
    each = union_all(
        _own_cases_on(cases, cases.changed), _further_cases_on(cases)
    ).subquery()
    shared = [each.c[name] for name in ("office", "handed", "key", "leaders")]
    alike = (
        select(
            *shared,
            func.count().label("cases"),
            func.count().filter(each.c.open).label("running"),
            func.min(each.c.number).label("example"),
        )
        .group_by(*shared)
        .cte("alike")
    )
    own = select(profiles.c.traits).where(
        # The key is compared too: in a further programme the case has other traits.
        profiles.c.number == alike.c.example,
        profiles.c.traits_key == alike.c.key,
    )
    further = select(enrolments.c.traits).where(
        enrolments.c.number == alike.c.example,
        enrolments.c.programme == cases.programme,
    )
    traits = func.coalesce(own.scalar_subquery(), further.scalar_subquery())
    return select(
        alike.c.office,
        alike.c.handed,
        alike.c.leaders,
        alike.c.cases,
        alike.c.running,
        traits.label("traits"),
    )


def _each_of(cases: CasesOn) -> CompoundSelect[Any]:
    return union_all(_own_cases_on(cases), _further_cases_on(cases))


def _leaders_text(led: Any) -> ColumnElement[str]:
    """
    Return all who lead a case as one text, which is fast to compare (`_leaders` reads
    it).
    """
    main = case((led.main, "1"), else_="")
    parts = (led.office, led.post, main, func.coalesce(led.holder, ""))
    return func.string_agg(func.concat_ws(_BETWEEN, *parts), _AFTER)


def _further_cases_on(cases: CasesOn) -> Select[Any]:
    ended, since = matters.c.concluded_on, cases.since
    which = [
        stood_in(cases.programme, cases.as_of),
        one_of(matters.c.office, cases.offices),
    ]
    if since is not None:
        which.append(or_(ended.is_(None), ended >= since))
    led = func.jsonb_to_recordset(enrolments.c.tenures).table_valued(
        *(column(name, leaderships.c[name].type) for name in _TENURES), name="led"
    )
    tenure = led.render_derived(with_types=True)
    leaders = select(_leaders_text(tenure.c)).where(_led_on(tenure.c, cases))
    return (
        select(
            matters.c.number,
            matters.c.office,
            enrolments.c.handed,
            enrolments.c.traits,
            cast(func.md5(cast(enrolments.c.traits, Text)), Uuid).label("key"),
            leaders.scalar_subquery().label("leaders"),
            or_(ended.is_(None), ended > cases.as_of).label("open"),
        )
        .join(enrolments, enrolments.c.number == matters.c.number)
        .where(*which)
    )


def _own_cases_on(cases: CasesOn, *conditions: ColumnElement[bool]) -> Select[Any]:
    ended, since = matters.c.concluded_on, cases.since
    which = [
        matters.c.programme == cases.programme,
        one_of(matters.c.office, cases.offices),
        *conditions,
    ]
    if since is not None:
        which.append(or_(ended.is_(None), ended >= since))
    led = (
        select(leaderships.c.number, _leaders_text(leaderships.c).label("leaders"))
        .join(matters, matters.c.number == leaderships.c.number)
        .where(_led_on(leaderships.c, cases), *which)
        .group_by(leaderships.c.number)
        .subquery()
    )
    return (
        select(
            matters.c.number,
            matters.c.office,
            matters.c.handed,
            profiles.c.traits,
            profiles.c.traits_key.label("key"),
            led.c.leaders,
            or_(ended.is_(None), ended > cases.as_of).label("open"),
        )
        .join(profiles, profiles.c.number == matters.c.number)
        .outerjoin(led, led.c.number == matters.c.number)
        .where(*which, existed_on(cases.as_of))
    )


def _led_on(tenure: Any, cases: CasesOn) -> ColumnElement[bool]:
    """
    Return the condition that somebody led on the day, or at some time since.
    """
    from_ = cases.since or cases.as_of
    return and_(
        tenure.since <= cases.as_of,
        or_(tenure.until.is_(None), tenure.until > from_),
    )


def _is_of(row: Any, group: CaseGroup) -> bool:
    """
    Whether a case is as those of a *group* of its office are.
    """
    alike = row.handed == group.handed and row.traits == group.traits
    return alike and all(
        getattr(group, name) == value for name, value in _leaders(row.leaders).items()
    )


def _leaders(written: str | None) -> dict[str, Any]:
    """
    The fields of a `CaseGroup` that say who leads.
    """
    each = written.split(_AFTER) if written else ()
    leaders = sorted(tuple(leader.split(_BETWEEN)) for leader in each)
    return {
        "main": tuple((office, post) for office, post, main, _ in leaders if main),
        "joint": tuple((office, post) for office, post, main, _ in leaders if not main),
        "holders": tuple(
            (office, post, holder)
            for office, post, main, holder in leaders
            if main and holder
        ),
    }
