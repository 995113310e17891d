"""
What bears on who leads a case, and who led when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Computed,
    Connection,
    Index,
    PrimaryKeyConstraint,
    Select,
    String,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.suggestions import Load
from services.assignment.domain.leaders.tenures import Tenure
from services.assignment.domain.leaders.workload import CaseGroup
from services.assignment.store.tables import enrolments, matters, metadata
from shared.records.merged import FEW
from shared.records.tables import kinds_of, table_of
from shared.storage.row_sets import as_rows, given_rows, insert_rows, one_of
from shared.vocabulary import Difficulty

_ROWS_AT_ONCE = 1000
_BETWEEN, _AFTER = "\x1f", "\x1e"  # the parts of a leader, and each of the leaders
_TENURES = tuple(kinds_of(Tenure))

profiles = Table(
    "profiles",
    metadata,
    Column("number", String, primary_key=True),
    Column("track", String, nullable=False),
    Column("traits", JSONB, nullable=False),
    Column("away", JSONB, nullable=False),
    # The same for the same traits: to compare these for a province's cases would take a
    # minute.
    Column("traits_key", Uuid, Computed("md5(traits::text)::uuid", persisted=True)),
)

leaderships = table_of(
    Tenure,
    "leaderships",
    metadata,
    Column("number", String, nullable=False),
    PrimaryKeyConstraint("number", "office", "post", "since"),
    Index(
        "ix_leaderships_running",
        "office",
        "post",
        postgresql_where="until IS NULL",
    ),
    key=(),
)

# Built once: building a statement costs more than sending it.
_VALUES = ("track", "traits", "away")
_NEW = insert_rows(profiles, ("number", *_VALUES))
_PUT = _NEW.on_conflict_do_update(
    index_elements=[profiles.c.number],
    set_={name: _NEW.excluded[name] for name in _VALUES},
    # Recomputing mostly changes nothing here, and each row written again would leave a
    # dead one.
    where=or_(*(profiles.c[name] != _NEW.excluded[name] for name in _VALUES)),
)
_NUMBERS = bindparam("numbers", type_=ARRAY(String))
_GIVEN = given_rows(leaderships.columns)
_LED = tuple(leaderships.primary_key)
_REMOVE = leaderships.delete().where(
    leaderships.c.number == func.any(_NUMBERS),
    tuple_(*_LED).not_in(select(*(_GIVEN.c[column.name] for column in _LED))),
)
_TENURE = insert_rows(leaderships)
_ADD = _TENURE.on_conflict_do_update(
    index_elements=_LED,
    set_={name: _TENURE.excluded[name] for name in ("until", "main", "holder")},
    where=or_(
        leaderships.c.until.is_distinct_from(_TENURE.excluded.until),
        leaderships.c.main != _TENURE.excluded.main,
        leaderships.c.holder.is_distinct_from(_TENURE.excluded.holder),
    ),
)


class Profiles:
    """Cases as the leaders' workload sees them, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def save(self, led: Mapping[str, Leadership]) -> None:
        """
        Save who leads the cases of these numbers, as it was computed last.
        """
        if not led:
            return
        cases = [
            {
                "number": number,
                "track": leadership.track,
                "traits": dict(leadership.traits),
                "away": leadership.merged_spans,
            }
            for number, leadership in led.items()
        ]
        self.session.execute(_PUT, as_rows(cases))
        tenures = as_rows(
            {"number": number, **vars(tenure)}
            for number, leadership in led.items()
            for tenure in leadership.tenures
        )
        self.session.execute(_REMOVE, {**tenures, "numbers": list(led)})
        self.session.execute(_ADD, tenures)

    def tracks(self, numbers: Collection[str]) -> dict[str, str]:
        query = select(profiles.c.number, profiles.c.track)
        rows = self.session.execute(query.where(profiles.c.number.in_(numbers)))
        return {number: track for number, track in rows}  # noqa: C416 - rows

    def loads(self, offices: Collection[str]) -> dict[tuple[str, str], Load]:
        """
        What each post of these offices leads now, under whatever programme.
        """
        hard = profiles.c.traits["difficulty"].astext != Difficulty.ORDINARY
        query = (
            select(
                leaderships.c.office,
                leaderships.c.post,
                func.count(),
                func.count().filter(hard),
            )
            .join(matters, matters.c.number == leaderships.c.number)
            .join(profiles, profiles.c.number == leaderships.c.number)
            .where(
                leaderships.c.office.in_(offices),
                leaderships.c.until.is_(None),
                leaderships.c.main,
                matters.c.concluded_on.is_(None),
            )
            .group_by(leaderships.c.office, leaderships.c.post)
        )
        rows = self.session.execute(query)
        return {(office, post): Load(*counts) for office, post, *counts in rows}

    def holder_loads(
        self, offices: Collection[str]
    ) -> dict[tuple[str, str, str], Load]:
        """
        What each holder of a post leads now.
        """
        hard = profiles.c.traits["difficulty"].astext != Difficulty.ORDINARY
        led = leaderships.c
        query = (
            select(
                led.office,
                led.post,
                led.holder,
                func.count(),
                func.count().filter(hard),
            )
            .join(matters, matters.c.number == led.number)
            .join(profiles, profiles.c.number == led.number)
            .where(
                led.office.in_(offices),
                led.until.is_(None),
                led.main,
                led.holder.is_not(None),
                matters.c.concluded_on.is_(None),
            )
            .group_by(led.office, led.post, led.holder)
        )
        rows = self.session.execute(query)
        return {
            (office, post, holder): Load(*counts)
            for office, post, holder, *counts in rows
        }

    def alike(
        self,
        programme: str,
        offices: Collection[str],
        as_of: date,
        since: date | None = None,
    ) -> Iterator[CaseGroup]:
        """
        The cases of the offices on a day, counted by what they have in common; with
        *since* all that were handled from that day on, each with all who led it.

        That takes some seconds for a province with a million cases.
        """
        cases = _cases_on(programme, offices, as_of, since).subquery()
        shared = [cases.c[name] for name in ("office", "handed", "key", "leaders")]
        alike = (
            select(
                *shared,
                func.count().label("cases"),
                func.count().filter(cases.c.open).label("running"),
                func.min(cases.c.number).label("example"),
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
            enrolments.c.number == alike.c.example, enrolments.c.programme == programme
        )
        traits = func.coalesce(own.scalar_subquery(), further.scalar_subquery())
        query = select(*alike.c, traits.label("traits"))
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
        self,
        programme: str,
        groups: Sequence[CaseGroup],
        as_of: date,
        limit: int,
        since: date | None = None,
    ) -> list[str]:
        """
        Return the first *limit* numbers of cases that belong to one of *groups*, office
        by office; no more offices are read than are needed for so many.
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
        cases = _cases_on(programme, [*by_office], as_of, since).subquery()
        query = select(cases).order_by(cases.c.office, cases.c.number)
        at_once = query.execution_options(yield_per=_ROWS_AT_ONCE)
        with self.session.execute(at_once) as rows:
            alike = (
                row.number
                for row in rows
                if any(_is_of(row, group) for group in by_office[row.office])
            )
            return list(islice(alike, limit))


def existed_on(as_of: date) -> ColumnElement[bool]:
    """
    Return the condition that a case existed on a day: opened, and not merged into
    another.
    """
    return (matters.c.opened_on <= as_of) & ~_away(profiles.c.away, as_of)


def stood_in(programme: str, as_of: date) -> ColumnElement[bool]:
    """
    Return the condition that a case stood on a day in a programme beside its own, and
    counted.
    """
    return and_(
        enrolments.c.programme == programme,
        enrolments.c.opened_on <= as_of,
        ~_away(enrolments.c.away, as_of),
    )


def _away(spans: Column[Any], as_of: date) -> ColumnElement[bool]:
    span = func.jsonb_array_elements(spans).table_valued("value")
    from_, until = (span.c.value.op("->>")(end) for end in (0, 1))
    day = as_of.isoformat()  # Days written so stand in their own order.
    covers = and_(from_ <= day, or_(until.is_(None), until > day))
    # Asked first, for nearly all cases were never away.
    return and_(func.jsonb_array_length(spans) > 0, select(1).where(covers).exists())


def _cases_on(
    programme: str,
    offices: Collection[str],
    as_of: date,
    since: date | None = None,
) -> CompoundSelect[Any]:
    """
    The cases of the offices on a day, also those that stood in the programme beside
    their own, each with who led it then; or those handled since another day, each with
    all who led it from then on.
    """
    terms = programme, offices, as_of, since
    return union_all(_own_cases_on(*terms), _further_cases_on(*terms))


def _leaders_text(led: Any) -> ColumnElement[str]:
    """
    Return all who lead a case as one text, which is fast to compare (`_leaders` reads
    it).
    """
    main = case((led.main, "1"), else_="")
    parts = (led.office, led.post, main, func.coalesce(led.holder, ""))
    return func.string_agg(func.concat_ws(_BETWEEN, *parts), _AFTER)


def _further_cases_on(
    programme: str,
    offices: Collection[str],
    as_of: date,
    since: date | None,
) -> Select[Any]:
    ended = matters.c.concluded_on
    which = [stood_in(programme, as_of), one_of(matters.c.office, offices)]
    if since is not None:
        which.append(or_(ended.is_(None), ended >= since))
    led = func.jsonb_to_recordset(enrolments.c.tenures).table_valued(
        *(column(name, leaderships.c[name].type) for name in _TENURES), name="led"
    )
    tenure = led.render_derived(with_types=True)
    leaders = select(_leaders_text(tenure.c)).where(
        tenure.c.since <= as_of,
        or_(tenure.c.until.is_(None), tenure.c.until > (since or as_of)),
    )
    return (
        select(
            matters.c.number,
            matters.c.office,
            enrolments.c.handed,
            enrolments.c.traits,
            cast(func.md5(cast(enrolments.c.traits, Text)), Uuid).label("key"),
            leaders.scalar_subquery().label("leaders"),
            or_(ended.is_(None), ended > as_of).label("open"),
        )
        .join(enrolments, enrolments.c.number == matters.c.number)
        .where(*which)
    )


def _own_cases_on(
    programme: str,
    offices: Collection[str],
    as_of: date,
    since: date | None,
) -> Select[Any]:
    ended = matters.c.concluded_on
    which = [matters.c.programme == programme, one_of(matters.c.office, offices)]
    if since is not None:
        which.append(or_(ended.is_(None), ended >= since))
    leading: Select[Any] = (
        select(leaderships.c.number, _leaders_text(leaderships.c).label("leaders"))
        .where(
            leaderships.c.since <= as_of,
            or_(leaderships.c.until.is_(None), leaderships.c.until > (since or as_of)),
        )
        .group_by(leaderships.c.number)
    )
    if len(offices) <= FEW:  # of more, nearly all that anybody leads is theirs
        of_matter = matters.c.number == leaderships.c.number
        leading = leading.join(matters, of_matter).where(*which)
    led = leading.subquery()
    return (
        select(
            matters.c.number,
            matters.c.office,
            matters.c.handed,
            profiles.c.traits,
            profiles.c.traits_key.label("key"),
            led.c.leaders,
            or_(ended.is_(None), ended > as_of).label("open"),
        )
        .join(profiles, profiles.c.number == matters.c.number)
        .outerjoin(led, led.c.number == matters.c.number)
        .where(*which, existed_on(as_of))
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
