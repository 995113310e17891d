"""
The cases that stand in further programmes beside their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Update,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.matter import BegunMatter, Matter
from services.assignment.store.matters import steps_of, stored_steps
from services.assignment.store.tables import enrolments, matters
from shared.storage.row_sets import as_rows, given_rows, insert_rows

_OF_CASES = (
    select(enrolments)
    .where(enrolments.c.number == func.any(bindparam("numbers", type_=ARRAY(String))))
    .order_by(enrolments.c.number, enrolments.c.programme)
)
_SEEN = ("track", "traits", "away", "tenures")
_COLUMNS = tuple(each.name for each in enrolments.c if each.name not in _SEEN)
_CHANGING = tuple(n for n in _COLUMNS if not enrolments.c[n].primary_key)
_NEW = insert_rows(enrolments, _COLUMNS)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[*enrolments.primary_key],
    set_={name: _NEW.excluded[name] for name in _CHANGING},
)


def _led_statement() -> Update:
    rows = given_rows(enrolments.c[name] for name in ("number", "programme", *_SEEN))
    return (
        enrolments.update()
        .where(
            enrolments.c.number == rows.c.number,
            enrolments.c.programme == rows.c.programme,
        )
        .values({name: rows.c[name] for name in _SEEN})
    )


_LED = _led_statement()


class Enrolments:
    """
    What was computed last of cases in further programmes, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def of_cases(
        self, numbers: Sequence[str]
    ) -> defaultdict[str, dict[str, BegunMatter]]:
        """
        How these cases stand, by number and by the code of the programme.
        """
        by_case = defaultdict[str, dict[str, BegunMatter]](dict)
        if numbers:
            rows = self.session.execute(_OF_CASES, {"numbers": list(numbers)})
            for row in rows:
                by_case[row.number][row.programme] = _computed(row)
        return by_case

    def standing_in(self, programme: str, numbers: Collection[str]) -> dict[str, date]:
        """
        Return which of the cases stand in a programme beside their own, and since when;
        for a case that counts again, since the day of its return.
        """
        columns = enrolments.c.number, enrolments.c.opened_on, enrolments.c.away
        query = select(*columns).where(
            enrolments.c.number.in_(numbers),
            enrolments.c.programme == programme,
            ~enrolments.c.merged,
        )
        return {
            row.number: max([row.opened_on, *_returns(row.away)])
            for row in self.session.execute(query)
        }

    def save(self, computed_ones: Iterable[Matter]) -> None:
        """
        Save what was computed of cases in further programmes, whose matters are locked.
        """
        rows = [
            {
                **{name: getattr(each, name) for name in _COLUMNS},
                "led": stored_steps(each.led),
                "leaders": [list(leader) for leader in each.leaders],
            }
            for each in computed_ones
        ]
        if rows:
            self.session.execute(_PUT, as_rows(rows))

    def save_led(self, led: Mapping[tuple[str, str], Leadership]) -> None:
        """
        Save who leads cases in further programmes, by number and programme, as it was
        computed last.
        """
        rows = [
            {
                "number": number,
                "programme": programme,
                "track": leading.track,
                "traits": dict(leading.traits),
                "away": leading.merged_spans,
                "tenures": [vars(tenure) for tenure in leading.tenures],
            }
            for (number, programme), leading in led.items()
        ]
        if rows:
            self.session.execute(_LED, as_rows(rows))

    def occurrences_due(self, programme: str, today: date, limit: int) -> list[str]:
        """
        As `Matters.occurrences_due`, of the cases that stand in a programme beside
        their own.
        """
        query = (
            select(enrolments.c.number)
            .join(matters, matters.c.number == enrolments.c.number)
            .where(
                enrolments.c.programme == programme,
                enrolments.c.next_occurrence_on <= today,
            )
            .order_by(enrolments.c.next_occurrence_on)
            .limit(limit)
            # The row of the matter is the lock of all its programmes.
            .with_for_update(of=matters, skip_locked=True)
        )
        return list(self.session.execute(query).scalars())


def stands_in(
    programme: str, on: ColumnElement[date] | None = None
) -> ColumnElement[bool]:
    """
    Return the condition that a case is of a programme, or stands in it beside its own;
    with *on*, by that day.
    """
    further = exists().where(
        enrolments.c.number == matters.c.number,
        enrolments.c.programme == programme,
        ~enrolments.c.merged,
        *([] if on is None else [enrolments.c.opened_on <= on]),
    )
    return or_(matters.c.programme == programme, further)


def _returns(away: Iterable[Sequence[str | None]]) -> list[date]:
    return [date.fromisoformat(until) for _, until in away if until]


def _computed(row: Row[Any]) -> BegunMatter:
    """
    A case as it was computed last in a further programme; its office is that of the
    case.
    """
    return BegunMatter(
        row.number,
        programme=row.programme,
        opened_on=row.opened_on,
        is_case=True,
        in_scope=True,
        merged=row.merged,
        handed=row.handed,
        led=steps_of(row.led),
        leaders=tuple((office, post) for office, post in row.leaders),
        next_occurrence_on=row.next_occurrence_on,
    )
