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

from sqlalchemy import Connection, select, text

from services.reporting.domain.baselines import LISTED, is_on_list
from services.reporting.domain.figures import Line
from services.reporting.domain.measures import registry
from services.reporting.store.roll_up_statements import (
    ADD_ENTRIES,
    DAILY,
    DROP_GROUPS,
    MARK,
    MOVE_OFFICES,
    OWN_SUMS,
    SET_GROUP,
    SUMS,
)
from services.reporting.store.roll_up_tables import (
    group_month_totals,
    group_totals,
    groups,
    month_totals,
    rolled_up,
    totals,
)
from shared.policy.calendar import ONE_DAY
from shared.storage.row_sets import one_of

Groups = Mapping[str, Collection[str]]
"""
The name of a group, to the offices in it.
"""

Sums = dict[str, dict[str, int]]
"""
Office or name of a group, to measure, to a sum.
"""

AT_ONCE = 20_000
"""
About so many entries are rolled up in one transaction.
"""
OFFICES_AT_ONCE = 100
"""
So many offices join groups, or leave them, in one transaction: all that they ever
posted is read.
"""

_INSTANT = timedelta(microseconds=1)
_ALWAYS = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


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
        Lock the roll-ups and return the moment until which entries are rolled up.
        Returns None if another transaction has the lock, unless *wait*.
        """
        # Every process tries every second; one that waited would find nothing left to
        # do.
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
        span = {"since": since, "until": until, "on_lists": _on_every_list()}
        self.session.execute(ADD_ENTRIES, span)
        # In the transaction of the totals: whoever reads the mark reads what belongs to
        # it.
        self.session.execute(rolled_up.update().values(until=until))

    def follow(self, new_groups: Groups) -> bool:
        """
        Bring the stored groups nearer to *new_groups*, by `OFFICES_AT_ONCE` offices:
        the totals of an office that joins a group are added to it, those of an office
        that leaves it are subtracted. Returns whether there is more to do.
        """
        query = select(groups.c.line, groups.c.fingerprint)
        # Fingerprints tell the few groups that changed, without reading the offices of
        # all.
        stored = {row.line: row.fingerprint for row in self.session.execute(query)}
        changed = [
            line
            for line, offices in new_groups.items()
            if stored.get(line) != fingerprint(offices)
        ]
        more = changed and self._regroup(
            {line: {*new_groups[line]} for line in changed}
        )
        dropped = [*(stored.keys() - new_groups.keys())]
        if dropped:
            self.session.execute(DROP_GROUPS, {"lines": dropped})
        return bool(more)

    def _regroup(self, changed: Mapping[str, set[str]]) -> bool:
        query = select(groups.c.line, groups.c.offices).where(
            one_of(groups.c.line, changed)
        )
        members: dict[str, set[str]] = {line: set() for line in changed}
        members |= {
            line: set(offices_stored)
            for line, offices_stored in self.session.execute(query)
        }
        all_moves = [*_moves(+1, changed, members), *_moves(-1, members, changed)]
        # What a group lacks yet, readers add themselves.
        moves = all_moves[:OFFICES_AT_ONCE]
        # In one statement, so that the entries are read once for all groups that
        # change.
        lines, offices, signs = map(list, zip(*moves, strict=True))
        moved = {"lines": lines, "offices": offices, "signs": signs}
        moved["on_lists"] = _on_every_list()
        self.session.execute(MOVE_OFFICES, moved)
        for line, office, _ in moves:
            # Who was not in it joins, who was leaves.
            members[line] ^= {office}
        self._store({line: members[line] for line in dict.fromkeys(lines)})
        return len(moves) < len(all_moves)

    def _store(self, new_groups: Groups) -> None:
        rows = [
            {
                "line": line,
                "fingerprint": fingerprint(offices),
                "offices": [*offices],
            }
            for line, offices in new_groups.items()
        ]
        if rows:
            self.session.execute(SET_GROUP, rows)

    def rebuild(self, until: datetime, new_groups: Groups) -> None:
        """
        Make all totals again from the entries, all of which are known until *until*;
        the groups are those of *new_groups*.
        """
        for table in (totals, month_totals, group_totals, group_month_totals, groups):
            self.session.execute(table.delete())
        self._store(new_groups)
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
        all_groups = dict(groups or {})
        prints = {
            line: fingerprint(line_offices) for line, line_offices in all_groups.items()
        }
        named = {"lines": [*prints], "fingerprints": [*prints.values()]}
        marks = self.session.execute(MARK, named).all()
        stored, members = _from_stored(all_groups, marks)
        on_lists = self._on_lists(programme, known_at)
        asked_for = {
            "programme": programme,
            **_period(as_of, known_at or _ALWAYS, marks[0].until),
            "lines": [*stored],
            "fingerprints": [*stored.values()],
            "members_of": [line for line, _, _ in members],
            "members": [office for _, office, _ in members],
            "signs": [sign for _, _, sign in members],
            "offices": [*offices],
            "measures": list(registry().posted),
            "on_lists": on_lists,
        }
        sums = LineSums({}, {})
        for own, line, measure, amount in self.session.execute(SUMS, asked_for):
            of = sums.own if own else sums.groups
            of_line = of.setdefault(line, {})
            if on_lists or not is_on_list(measure):
                of_line[measure] = amount
        if any("" not in sums.groups.get(line, {}) for line in stored):
            # The office tree changed between the two statements.
            return self.sums(programme, as_of, known_at, offices=offices, groups=groups)
        # Each stored group has a row of no measure, which only says that it was there.
        for line in stored:
            del sums.groups[line][""]
        return sums

    def own_sums(
        self,
        programme: str,
        as_of: date,
        known_at: datetime | None,
        offices: Collection[str],
        measures: Collection[str],
    ) -> Sums:
        """
        The sums of *measures* up to a day of the own entries of each of *offices* that
        has any entry, of whatever measure: of those known until a moment, or of all.
        """
        period = _period(as_of, known_at or _ALWAYS, self.until())
        on_lists = self._on_lists(programme, known_at)
        asked_for = {
            **{name: period[name] for name in ("month", "as_of", "known_at", "low")},
            "programme": programme,
            "offices": [*offices],
            "measures": [*measures],
            "posted": list(registry().posted),
            "on_lists": on_lists,
        }
        sums = Sums()
        for office, measure, amount in self.session.execute(OWN_SUMS, asked_for):
            of_office = sums.setdefault(office, dict.fromkeys(measures, 0))
            if measure and (on_lists or not is_on_list(measure)):
                of_office[measure] = amount
        return sums

    def _on_lists(self, programme: str, known_at: datetime | None) -> list[str]:
        """
        What is also counted on lists; nothing if none was frozen, as known then. So
        what has been put on them since need not be taken away again.
        """
        query = text(
            "SELECT EXISTS (SELECT FROM reporting.entries WHERE programme = :programme"
            " AND measure = 'listed' AND known_at <= :moment)"
        )
        asked_for = {"programme": programme, "moment": known_at or _ALWAYS}
        return _on_every_list() if self.session.scalar(query, asked_for) else []

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
            DAILY,
            {
                "programme": programme,
                "as_of": as_of,
                "low": self.until(),
                "offices": [*offices],
                "measures": [*measures],
                "on_lists": _on_every_list(),
            },
        )
        return rows


def _on_every_list() -> list[str]:
    """
    What is also counted of the cases on each frozen list alone.
    """
    return [LISTED, *registry().on_a_list]


def _period(as_of: date, moment: datetime, until: datetime) -> dict[str, Any]:
    """
    The days and moments that bound a sum: whole months before *month* come from the
    totals of months, later days from those of days. All is rolled up *until* then.
    """
    midnight = _nearest_midnight(moment, until)
    return {
        "month": as_of.replace(day=1),
        "as_of": as_of,
        "known_at": moment,
        "midnight": midnight,
        "low": min(until, moment),
        "group_low": min(until, moment, midnight - _INSTANT),
    }


def _from_stored(
    groups: Groups, marks: Iterable[Any]
) -> tuple[dict[str, str], list[tuple[str, str, int]]]:
    """
    From what *groups* are summed: the stored groups, each with its fingerprint; and by
    group the offices that are added to them or subtracted, for the group of a past day
    had other offices. One that has little in common with what is stored is summed from
    its offices alone.
    """
    wanted = {line: set(offices) for line, offices in groups.items()}
    before: dict[str, set[str]] = {line: set() for line in groups}
    stored = {}
    for _, line, print_stored, offices_stored in marks:
        if line is None:
            continue
        has = wanted[line] if offices_stored is None else set(offices_stored)
        if len(wanted[line] ^ has) < len(wanted[line]):
            stored[line], before[line] = print_stored, has
    return stored, [*_moves(+1, wanted, before), *_moves(-1, before, wanted)]


def _nearest_midnight(moment: datetime, until: datetime) -> datetime:
    """
    The midnight (of UTC) before or after a moment, whichever leaves the shorter time
    between, for all entries of that time are read: of those rolled up *until* then.
    What is not rolled up as far as the moment is added, and needs no midnight: the one
    after it takes nothing away.
    """
    if moment == _ALWAYS:
        return moment
    before = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    after = before + ONE_DAY
    is_nearer = moment - before < min(until, after) - moment
    return before if is_nearer else after


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
