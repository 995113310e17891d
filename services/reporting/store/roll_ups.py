"""
Roll-ups: what each day added to each measure, of an office alone or of a group of
offices together.

Entries are rolled up to a moment, many at a time and after they were posted; whoever
reads adds the entries known since. So a sum is right whenever the last roll-up was
(decision 0026).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    String,
    Table,
    bindparam,
    func,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.reporting.domain.figures import Line
from services.reporting.domain.measures import registry
from services.reporting.store.base import INSTANT, metadata

Groups = Mapping[str, Collection[str]]
"""
The name of a group, to the offices in it.
"""

Sums = dict[str, dict[str, int]]
"""
Office or name of a group, to measure, to a sum.
"""

totals = Table(
    "totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("own", Boolean, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
*own*: of the entries of the office *line*; otherwise of those of the group *line*.
"""

month_totals = Table(
    "month_totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("own", Boolean, primary_key=True),
    Column("month", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
The totals of all days of a *month*, which is named by its first day.
"""

group_totals = Table(
    "group_totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("line", String, primary_key=True),
    Column("known_on", Date, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)
"""
Of the entries of the group *line* that became known on a day (of UTC).
"""

groups = Table(
    "groups",
    metadata,
    Column("line", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("offices", ARRAY(String), nullable=False),
)

rolled_up = Table(
    "rolled_up",
    metadata,
    Column("only", Boolean, primary_key=True, server_default=true()),
    Column("until", INSTANT, nullable=False),
)
"""
One row: the entries known until then are in the totals, and no others.
"""

AT_ONCE = 20_000
"""
About so many entries are rolled up in one transaction.
"""

_ALWAYS = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)
_TEXTS = ARRAY(String)

# A day of UTC, as `known_on`.
_KNOWN_ON = "(known_at AT TIME ZONE 'UTC')::date"
# What is added, of each office (`of_office`) and of each group (`of_group`), into all
# tables.
_ADD = """
    by_known_on AS (
        INSERT INTO reporting.group_totals
        SELECT programme, line, known_on, measure, day, amount FROM of_group
        ON CONFLICT (programme, line, known_on, measure, day)
        DO UPDATE SET amount = group_totals.amount + excluded.amount
    ), by_day AS MATERIALIZED (
        SELECT programme, line, true AS own, measure, day, sum(amount) AS amount
        FROM of_office GROUP BY programme, line, measure, day
        UNION ALL
        SELECT programme, line, false, measure, day, sum(amount)
        FROM of_group GROUP BY programme, line, measure, day
    ), by_month AS (
        INSERT INTO reporting.month_totals
        SELECT programme, line, own, date_trunc('month', day)::date, measure,
            sum(amount)
        FROM by_day GROUP BY programme, line, own, 4, measure
        ORDER BY programme, line, own, 4, measure
        ON CONFLICT (programme, line, own, month, measure)
        DO UPDATE SET amount = month_totals.amount + excluded.amount
    )
    INSERT INTO reporting.totals (programme, line, own, measure, day, amount)
    SELECT programme, line, own, measure, day, amount
    FROM by_day ORDER BY programme, line, own, measure, day
    ON CONFLICT (programme, line, own, measure, day)
    DO UPDATE SET amount = totals.amount + excluded.amount
"""
_ADD_ENTRIES = text(
    f"""
    WITH of_office AS MATERIALIZED (
        SELECT programme, office AS line, {_KNOWN_ON} AS known_on, measure, day,
            sum(amount) AS amount
        FROM reporting.entries
        WHERE known_at > :since AND known_at <= :until
        GROUP BY programme, office, 3, measure, day
    ), member AS (
        SELECT line, unnest(offices) AS office FROM reporting.groups
    ), of_group AS MATERIALIZED (
        SELECT programme, member.line, known_on, measure, day, sum(amount) AS amount
        FROM of_office JOIN member ON member.office = of_office.line
        GROUP BY programme, member.line, known_on, measure, day
    ),
    {_ADD}
    """  # noqa: S608 - no value is in it
)
_MOVE_OFFICES = text(
    f"""
    WITH change AS (
        SELECT * FROM unnest(:lines, :offices, :signs) AS c (line, office, sign)
    ), of_group AS MATERIALIZED (
        SELECT programme, line, {_KNOWN_ON} AS known_on, measure, day,
            sum(amount * sign) AS amount
        FROM reporting.entries JOIN change USING (office)
        WHERE known_at <= (SELECT until FROM reporting.rolled_up)
        GROUP BY programme, line, 3, measure, day
    ), of_office AS (
        SELECT * FROM of_group WHERE false
    ),
    {_ADD}
    """  # noqa: S608 - no value is in it
).bindparams(
    bindparam("lines", type_=_TEXTS),
    bindparam("offices", type_=_TEXTS),
    bindparam("signs", type_=ARRAY(BigInteger)),
)
_SET_GROUP = text(
    """
    INSERT INTO reporting.groups (line, fingerprint, offices)
    VALUES (:line, :fingerprint, :offices)
    ON CONFLICT (line) DO UPDATE
    SET fingerprint = excluded.fingerprint, offices = excluded.offices
    """
).bindparams(bindparam("offices", type_=_TEXTS))
_DROP_GROUPS = text(
    """
    WITH gone AS (DELETE FROM reporting.groups WHERE line = ANY(:lines)),
    known AS (DELETE FROM reporting.group_totals WHERE line = ANY(:lines)),
    months AS (
        DELETE FROM reporting.month_totals WHERE NOT own AND line = ANY(:lines)
    )
    DELETE FROM reporting.totals WHERE NOT own AND line = ANY(:lines)
    """
).bindparams(bindparam("lines", type_=_TEXTS))

_MARK = text(
    """
    SELECT until, ARRAY(
        SELECT line FROM unnest(:lines, :fingerprints) AS a (line, fingerprint)
        JOIN reporting.groups USING (line, fingerprint)
    ) FROM reporting.rolled_up
    """
).bindparams(bindparam("lines", type_=_TEXTS), bindparam("fingerprints", type_=_TEXTS))
# The entries known between the roll-up and the moment in question are added; or those
# that are rolled up but became known after the moment are taken away, of a group by
# whole days from `next_day` on. The roll-up can only have gone further since it stood
# at `low`, which lets the planner see how few entries there are.
_SUMS = text(
    """
    WITH mark AS MATERIALIZED (
        SELECT least(until, :known_at) AS low, greatest(until, :known_at) AS high,
            CASE WHEN until < :known_at THEN 1 ELSE -1 END AS sign,
            CASE WHEN until < :known_at THEN :known_at
                ELSE least(until, :next_day - interval '1 us') END AS day_end
        FROM reporting.rolled_up
    ), kept AS MATERIALIZED (
        SELECT line, offices FROM reporting.groups
        JOIN unnest(:lines, :fingerprints) AS a (line, fingerprint)
            USING (line, fingerprint)
    ), member AS (
        SELECT * FROM unnest(:members_of, :members) AS m (line, office)
    ), recent AS MATERIALIZED (
        SELECT office, measure, sum(amount * (SELECT sign FROM mark)) AS amount
        FROM reporting.entries
        WHERE programme = :programme AND day <= :as_of AND known_at > :low
            AND known_at > (SELECT low FROM mark)
            AND known_at <= (SELECT day_end FROM mark)
        GROUP BY office, measure
    ), part AS (
        SELECT false AS own, line, measure, amount
        FROM kept CROSS JOIN LATERAL (
            SELECT measure, amount FROM reporting.month_totals AS t
            WHERE programme = :programme AND t.line = kept.line AND NOT own
                AND month < :month
            UNION ALL
            SELECT measure, amount FROM reporting.totals AS t
            WHERE programme = :programme AND t.line = kept.line AND NOT own
                AND day >= :month AND day <= :as_of
        ) AS total
        UNION ALL
        SELECT false, line, measure, -amount
        FROM kept CROSS JOIN LATERAL (
            SELECT measure, amount FROM reporting.group_totals AS t
            WHERE programme = :programme AND t.line = kept.line
                AND known_on >= (:next_day AT TIME ZONE 'UTC')::date
                AND day <= :as_of
        ) AS later
        UNION ALL
        SELECT false, line, measure, amount
        FROM recent JOIN (SELECT line, unnest(offices) AS office FROM kept) AS k
            USING (office)
        UNION ALL
        SELECT false, line, '', 0 FROM kept
        UNION ALL
        SELECT true, line, measure, amount FROM reporting.month_totals
        WHERE programme = :programme AND line = ANY(:offices) AND own AND month < :month
        UNION ALL
        SELECT true, line, measure, amount FROM reporting.totals
        WHERE programme = :programme AND line = ANY(:offices) AND own
            AND day >= :month AND day <= :as_of
        UNION ALL
        SELECT true, office, measure, amount * (SELECT sign FROM mark)
        FROM reporting.entries
        WHERE programme = :programme AND day <= :as_of
            AND office = ANY(:offices) AND measure = ANY(:measures)
            AND known_at > :low
            AND known_at > (SELECT low FROM mark)
            AND known_at <= (SELECT high FROM mark)
        UNION ALL
        SELECT false, member.line, measure, amount
        FROM member CROSS JOIN LATERAL (
            SELECT measure, amount FROM reporting.month_totals AS t
            WHERE programme = :programme AND t.line = member.office AND own
                AND month < :month
            UNION ALL
            SELECT measure, amount FROM reporting.totals AS t
            WHERE programme = :programme AND t.line = member.office AND own
                AND day >= :month AND day <= :as_of
        ) AS total
        UNION ALL
        SELECT false, line, measure, amount * (SELECT sign FROM mark)
        FROM member JOIN reporting.entries USING (office)
        WHERE programme = :programme AND day <= :as_of AND measure = ANY(:measures)
            AND known_at > :low
            AND known_at > (SELECT low FROM mark)
            AND known_at <= (SELECT high FROM mark)
    )
    SELECT own, line, measure, sum(amount)::bigint FROM part
    GROUP BY own, line, measure
    """
).bindparams(
    *(bindparam(name, type_=INSTANT) for name in ("low", "known_at", "next_day")),
    *(bindparam(name, type_=Date) for name in ("month", "as_of")),
    *(
        bindparam(name, type_=_TEXTS)
        for name in (
            "lines",
            "fingerprints",
            "members_of",
            "members",
            "offices",
            "measures",
        )
    ),
)
_DAILY = text(
    """
    SELECT office, day, measure, sum(amount)::bigint
    FROM (
        SELECT line AS office, day, measure, amount FROM reporting.totals
        WHERE programme = :programme AND day <= :as_of AND own
            AND line = ANY(:offices) AND measure = ANY(:measures)
        UNION ALL
        SELECT office, day, measure, amount FROM reporting.entries
        WHERE programme = :programme AND day <= :as_of
            AND office = ANY(:offices) AND measure = ANY(:measures)
            AND known_at > :low
            AND known_at > (SELECT until FROM reporting.rolled_up)
    ) AS part
    GROUP BY office, day, measure
    """
).bindparams(
    bindparam("low", type_=INSTANT),
    bindparam("as_of", type_=Date),
    bindparam("offices", type_=_TEXTS),
    bindparam("measures", type_=_TEXTS),
)


class LineSums(NamedTuple):
    """
    The sums of offices by themselves, and those of groups.
    """

    own: Sums
    groups: Sums

    def of(self, line: Line) -> Mapping[str, int]:
        return (self.own if line.is_alone else self.groups).get(line.office, {})


class RollUps:
    """
    The roll-ups, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, *, wait: bool = False) -> datetime | None:
        """
        The moment until which entries are rolled up. From now on no other transaction
        rolls any up; None if one does already, unless *wait*.
        """
        lock = "FOR UPDATE" if wait else "FOR UPDATE SKIP LOCKED"
        query = text(f"SELECT until FROM reporting.rolled_up {lock}")  # noqa: S608
        until: datetime | None = self.session.scalar(query)
        return until

    def until(self) -> datetime:
        """
        The moment until which entries are rolled up; it may be later already.
        """
        moment: datetime = self.session.scalars(select(rolled_up.c.until)).one()
        return moment

    def next_moment(self, since: datetime) -> tuple[datetime | None, bool]:
        """
        When the last of the next `AT_ONCE` entries became known, None if there is none;
        and whether there may be more.
        """
        query = text(
            "SELECT max(known_at), count(*) FROM (SELECT known_at FROM"
            " reporting.entries WHERE known_at > :since"
            " ORDER BY known_at LIMIT :limit) AS next"
        )
        row = self.session.execute(query, {"since": since, "limit": AT_ONCE}).one()
        return row[0], row[1] == AT_ONCE

    def add_entries(self, since: datetime, until: datetime) -> None:
        """
        Add the entries that became known after *since* until *until*.
        """
        self.session.execute(_ADD_ENTRIES, {"since": since, "until": until})
        self.session.execute(rolled_up.update().values(until=until))

    def follow(self, wanted: Groups) -> None:
        """
        Let the groups have the offices *wanted*: the totals of an office that joins a
        group are added to it, those of one that leaves it are taken away.
        """
        query = select(groups.c.line, groups.c.fingerprint)
        stored = {row.line: row.fingerprint for row in self.session.execute(query)}
        changed = [
            line
            for line, offices in wanted.items()
            if stored.get(line) != fingerprint(offices)
        ]
        if changed:
            self._regroup({line: set(wanted[line]) for line in changed})
        gone = [*(stored.keys() - wanted.keys())]
        if gone:
            self.session.execute(_DROP_GROUPS, {"lines": gone})

    def _regroup(self, wanted: Mapping[str, set[str]]) -> None:
        query = select(groups.c.line, groups.c.offices).where(
            groups.c.line == func.any(literal([*wanted], _TEXTS))
        )
        before: dict[str, set[str]] = {line: set() for line in wanted}
        before |= {line: set(some) for line, some in self.session.execute(query)}
        moves = [*_moves(+1, wanted, before), *_moves(-1, before, wanted)]
        lines, offices, signs = map(list, zip(*moves, strict=True))
        moved = {"lines": lines, "offices": offices, "signs": signs}
        self.session.execute(_MOVE_OFFICES, moved)
        rows = [
            {"line": line, "fingerprint": fingerprint(some), "offices": [*some]}
            for line, some in wanted.items()
        ]
        self.session.execute(_SET_GROUP, rows)

    def rebuild(self, until: datetime) -> None:
        """
        Make all totals again from the entries, all of which are known until *until*.
        """
        for table in (totals, month_totals, group_totals):
            self.session.execute(table.delete())
        self.add_entries(_NEVER, until)

    def sums(
        self,
        programme: str,
        as_of: date,
        known_at: datetime | None,
        *,
        offices: Collection[str] = (),
        groups: Groups | None = None,
    ) -> LineSums:
        """
        The sum of every measure up to a day, of the own entries of each of *offices*
        and of all entries of each of *groups*, in one statement: of those known until a
        moment, or of all.
        """
        asked = dict(groups or {})
        prints = {line: fingerprint(some) for line, some in asked.items()}
        named = {"lines": [*prints], "fingerprints": [*prints.values()]}
        until, kept = self.session.execute(_MARK, named).one()
        moment = known_at or _ALWAYS
        others = [
            (line, office)
            for line, some in asked.items()
            if line not in kept
            for office in some
        ]
        rows = self.session.execute(
            _SUMS,
            {
                "programme": programme,
                "month": as_of.replace(day=1),
                "as_of": as_of,
                "known_at": moment,
                "next_day": _next_day(moment),
                "low": min(until, moment),
                "lines": kept,
                "fingerprints": [prints[line] for line in kept],
                "members_of": [line for line, _ in others],
                "members": [office for _, office in others],
                "offices": [*offices],
                "measures": list(registry().posted),
            },
        )
        sums = LineSums({}, {})
        for own, line, measure, amount in rows:
            of = sums.own if own else sums.groups
            of.setdefault(line, {})[measure] = amount
        if any(line not in sums.groups for line in kept):
            # The office tree changed between the two statements.
            return self.sums(programme, as_of, known_at, offices=offices, groups=groups)
        for line in kept:
            del sums.groups[line][""]
        return sums

    def daily(
        self,
        programme: str,
        offices: Collection[str],
        as_of: date,
        measures: Collection[str],
    ) -> Iterable[tuple[str, date, str, int]]:
        """
        Office, day, measure, and what that day up to *as_of* added to the office's own.
        """
        rows: Iterable[Any] = self.session.execute(
            _DAILY,
            {
                "programme": programme,
                "as_of": as_of,
                "low": self.until(),
                "offices": [*offices],
                "measures": [*measures],
            },
        )
        return rows


def _next_day(moment: datetime) -> datetime:
    """
    The midnight (of UTC) after a moment.
    """
    if moment == _ALWAYS:
        return moment
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def fingerprint(offices: Collection[str]) -> str:
    """
    Tells groups of offices apart.
    """
    return _fingerprint(tuple(offices))


@lru_cache(maxsize=10_000)
def _fingerprint(offices: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(sorted(offices)).encode()).hexdigest()[:32]


def _moves(
    sign: int, now: Mapping[str, set[str]], before: Mapping[str, set[str]]
) -> Iterable[tuple[str, str, int]]:
    """
    Group, office and *sign*, for the offices that are in a group *now* but were not.
    """
    return (
        (line, office, sign)
        for line, offices in now.items()
        for office in sorted(offices - before[line])
    )
