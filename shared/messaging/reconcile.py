"""
The proof that no event was lost and none is without an origin: every announced event is
in every reader's inbox, and every event of an inbox in the outbox of its service.

Both sides are compared by sums of each type and slice (`shared.messaging.cleared`), to
which what was cleared from them is added; only where the sums differ are rows looked
at. So the proof reaches back before the kept rows, and takes little memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from shared.messaging.cleared import (
    ANNOUNCED,
    IDLE_FOR_LONG,
    SHARED_LOCK,
    SLICE,
    SUMS,
    TAKEN,
    Sums,
    began_at,
)
from shared.messaging.event_catalogue import takers_of
from shared.settings import SERVICES, settings

_BATCH = 5000
_NEVER = "~"  # later than any slice
_WINDOW = """
    created_at >= coalesce(%(since)s::timestamptz, '-infinity')
    AND created_at
        < coalesce(%(until)s::timestamptz, clock_timestamp() - interval '10s')
"""
_UNPUBLISHED = f"SELECT id FROM outbox WHERE published_at IS NULL AND {_WINDOW}"  # noqa: S608 - nothing but constants
_ANNOUNCED_SUMS = f"""
    SELECT type, {SLICE}, {SUMS} FROM outbox WHERE {_WINDOW} GROUP BY 1, 2
"""  # noqa: S608 - nothing but constants
_TAKEN_SUMS = f"""
    SELECT type, {SLICE}, {SUMS} FROM (
        SELECT type, event_id AS id FROM inbox
        WHERE received_at >= coalesce(%(since)s::timestamptz, '-infinity')
    ) AS taken GROUP BY 1, 2
"""  # noqa: S608 - nothing but constants
_CLEARED_SUMS = "SELECT type, slice, events, digest FROM cleared_events WHERE side = %s"
_IN_SLICE = "BETWEEN %(first)s::uuid AND %(last)s::uuid AND type = ANY(%(types)s)"
_ANNOUNCED = f"""
    SELECT id, type,
           type LIKE '%%.task.%%'
           AND created_at >= clock_timestamp() - make_interval(secs => %(still)s)
    FROM outbox WHERE id {_IN_SLICE} AND {_WINDOW}
"""  # noqa: S608 - nothing but constants
_RECEIVED = f"""
    SELECT event_id, type FROM inbox WHERE event_id {_IN_SLICE}
    AND received_at >= coalesce(%(since)s::timestamptz, '-infinity')
"""  # noqa: S608 - nothing but constants
_TAKEN = "SELECT event_id FROM inbox WHERE event_id = ANY(%s)"
_ORIGINS = "SELECT id FROM outbox WHERE id = ANY(%s)"


class Group(NamedTuple):
    """
    The events of one type whose ids begin alike.
    """

    type: str
    slice: str

    @property
    def source(self) -> str:
        return self.type.partition(".")[0]


SumsOf = Mapping[Group, Sums]


@dataclass
class Report:
    """
    What was announced, what of it is missing where, and what was taken that nobody has
    announced: after a restore, events of the time that was lost.
    """

    announced: int = 0
    cleared: int = 0
    unpublished: list[str] = field(default_factory=list)
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    expected: int = 0
    without_origin: list[tuple[str, str, str]] = field(default_factory=list)
    # Reader, group, events cleared at the source, events taken of them.
    unequal: list[tuple[str, Group, int, int]] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        faults = (self.unpublished, self.missing, self.without_origin, self.unequal)
        return not any(faults)

    def lines(self) -> Iterator[str]:
        for event in self.unpublished:
            yield f"not published: {event}"
        for reader, kind, event in self.missing:
            yield f"missing in {reader}: {kind} {event}"
        for reader, kind, event in self.without_origin:
            yield f"taken by {reader}, but in no outbox: {kind} {event}"
        for reader, group, cleared, received in self.unequal:
            yield (
                f"cleared since {began_at(group.slice)}: {cleared} {group.type},"
                f" but {reader} has taken {received} or others"
            )
        state = "clean" if self.clean else "NOT CLEAN"
        yield (
            f"{state}: {self.announced} events announced,"
            f" {self.expected} readings expected, {len(self.missing)} missing,"
            f" {len(self.unpublished)} unpublished,"
            f" {len(self.without_origin)} without origin;"
            f" {self.cleared} events cleared, {len(self.unequal)} sums unequal"
        )


def reconcile(
    since: str | None = None, until: str | None = None, still: float | None = None
) -> Report:
    """
    Compare all outboxes with all inboxes for events announced in a span of time, and
    without *since* also the sums of what was cleared. A task is missed when it was
    announced more than *still* seconds ago (None: the setting).
    """
    if still is None:
        still = settings.integer("STILL_SECONDS")
    with ExitStack() as opened:
        connections = {
            service: opened.enter_context(
                psycopg.connect(settings.database_url(service), options=IDLE_FOR_LONG)
            )
            for service in SERVICES
        }
        # Nothing is cleared while the sums are read one after another.
        connections[SERVICES[0]].execute(SHARED_LOCK)
        values = {"since": since, "until": until, "still": still}
        return _Comparison(connections, values).report


class _Comparison:
    """
    The outboxes' sums, with which each reader's are compared.
    """

    def __init__(
        self,
        connections: Mapping[str, psycopg.Connection[Any]],
        values: Mapping[str, Any],
    ) -> None:
        self.connections = connections
        self.values = values
        self.report = Report()
        self.announced: dict[Group, Sums] = {}
        self.cleared: dict[Group, Sums] = {}
        for source in SERVICES:
            rows = connections[source].execute(_UNPUBLISHED, values)
            self.report.unpublished += [str(event) for (event,) in rows]
            self.announced |= self._sums(source, _ANNOUNCED_SUMS)
            self.cleared |= self._cleared(source, ANNOUNCED)
        self.report.announced = sum(sums.events for sums in self.announced.values())
        self.report.cleared = sum(sums.events for sums in self.cleared.values())
        for reader in SERVICES:
            self._compare(reader)

    def _compare(self, reader: str) -> None:
        expected = {
            group: sums
            for group, sums in self.announced.items()
            if reader in takers_of(group.type)
        }
        self.report.expected += sum(sums.events for sums in expected.values())
        cleared = self._cleared(reader, TAKEN)
        received = self._sums(reader, _TAKEN_SUMS)
        to_receive = self._cleared_for(reader, cleared.keys() | received.keys())
        differing: dict[tuple[str, str], set[str]] = {}
        # What was cleared has no moment any more: it is compared only when everything
        # is.
        if self.values["since"] is None:
            expected, received = _added(expected, to_receive), _added(received, cleared)
        for group in expected.keys() | received.keys():
            if expected.get(group) != received.get(group):
                place = group.source, group.slice
                differing.setdefault(place, set()).add(group.type)
        for (source, part), types in sorted(differing.items()):
            strangers = self._look(reader, source, part, types)
            if self.values["since"] is None:
                self._compare_cleared(
                    reader, _added(strangers, cleared), to_receive, part, types
                )

    def _cleared_for(self, reader: str, received: Iterable[Group]) -> dict[Group, Sums]:
        """
        The sums of what was cleared and *reader* should have taken: of each type from
        when on it has taken any. What was cleared before it began to read a type was in
        the inboxes of all who read it then.
        """
        since: dict[str, str] = {}
        for group in received:
            first = since.get(group.type, group.slice)
            since[group.type] = min(first, group.slice)
        return {
            group: sums
            for group, sums in self.cleared.items()
            if reader in takers_of(group.type)
            and since.get(group.type, _NEVER) <= group.slice
        }

    def _compare_cleared(
        self, reader: str, received: SumsOf, cleared: SumsOf, part: str, types: set[str]
    ) -> None:
        for kind in sorted(types):
            if reader not in takers_of(kind):
                continue  # it has read them once
            group = Group(kind, part)
            ours, theirs = cleared.get(group, Sums()), received.get(group, Sums())
            if ours != theirs:
                unequal = (reader, group, ours.events, theirs.events)
                self.report.unequal.append(unequal)

    def _look(
        self, reader: str, source: str, part: str, types: set[str]
    ) -> dict[Group, Sums]:
        """
        Name what *reader* has not taken of a slice, and what it has taken that no
        outbox holds; the sums of such events of which some were cleared.
        """
        types_read = {kind for kind in types if reader in takers_of(kind)}
        for rows in self._rows(source, _ANNOUNCED, part, types_read):
            # A task is taken in when it is done; one that was announced just now is not
            # missing yet.
            young = {event for event, _, is_young in rows if is_young}
            kinds = {
                event: kind for event, kind, _ in rows if reader in takers_of(kind)
            }
            absent = kinds.keys() - self._ids_there(reader, _TAKEN, kinds) - young
            self.report.missing += [
                (reader, kinds[event], str(event)) for event in sorted(absent)
            ]
        sums_left: dict[Group, Sums] = {}
        for rows in self._rows(reader, _RECEIVED, part, types):
            kinds = dict(rows)
            strangers = kinds.keys() - self._ids_there(source, _ORIGINS, kinds)
            for event in sorted(strangers):
                group = Group(kinds[event], part)
                if group in self.cleared:
                    sums_left[group] = sums_left.get(group, Sums()).with_event(event)
                else:
                    stranger = (reader, kinds[event], str(event))
                    self.report.without_origin.append(stranger)
        return sums_left

    def _rows(
        self, service: str, query: str, part: str, types: set[str]
    ) -> Iterator[list[Any]]:
        first, last = UUID(part.ljust(32, "0")), UUID(part.ljust(32, "f"))
        with self.connections[service].cursor(name="rows") as cursor:
            within = {"first": first, "last": last, "types": sorted(types)}
            cursor.execute(query, {**self.values, **within})
            while rows := cursor.fetchmany(_BATCH):
                yield rows

    def _ids_there(
        self, service: str, query: str, events: Collection[UUID]
    ) -> set[UUID]:
        rows = self.connections[service].execute(query, (list(events),))
        return {event for (event,) in rows}

    def _sums(self, service: str, query: str) -> dict[Group, Sums]:
        rows = self.connections[service].execute(query, self.values)
        return {Group(kind, part): Sums(*sums) for kind, part, *sums in rows}

    def _cleared(self, service: str, side: str) -> dict[Group, Sums]:
        rows = self.connections[service].execute(_CLEARED_SUMS, (side,))
        return {Group(kind, part): Sums(*sums) for kind, part, *sums in rows}


def _added(first: SumsOf, second: SumsOf) -> dict[Group, Sums]:
    """
    The sums of both together.
    """
    added = dict(first)
    for group, sums in second.items():
        added[group] = added.get(group, Sums()).plus(sums)
    return added
