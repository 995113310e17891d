"""
What assignment remembers. The only SQL of the service.

A matter is a case or a petition of which something is owed. Its facts are kept
as they came; the rest of its row is what was last reckoned from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID, insert

from services.assignment.domain.closing import Closing, Matter
from services.assignment.domain.duties import Duty
from services.assignment.domain.facts import Fact, Step
from services.assignment.domain.leading import Leading
from shared.audit import audit_table
from shared.database import metadata_of
from shared.idempotency import idempotency_table
from shared.inbox import inbox_table
from shared.outbox import Outbox, outbox_table

metadata = metadata_of("assignment")
OUTBOX = Outbox("assignment", outbox_table(metadata))
TABLES = {
    "inbox": inbox_table(metadata),
    "idempotency": idempotency_table(metadata),
    "audit": audit_table(metadata),
}

matters = Table(
    "matters",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String),
    Column("programme", String),
    Column("is_case", Boolean, nullable=False, server_default="false"),
    Column("opened_on", Date),
    Column("in_scope", Boolean, nullable=False, server_default="false"),
    Column("handed", Boolean, nullable=False, server_default="false"),
    Column("merged", Boolean, nullable=False, server_default="false"),
    Column("led", JSONB, nullable=False, server_default="[]"),
    Column("leaders", JSONB, nullable=False, server_default="[]"),
    Column("department", String),
    Column("handler_post", String),
    Column("hearing_decided", Boolean, nullable=False, server_default="false"),
    Column("standing", String, nullable=False, server_default="open"),
    Column("concluded_on", Date),
    Index("ix_matters_office_number", "office", "number"),
)

facts = Table(
    "facts",
    metadata,
    Column("event_id", UUID(as_uuid=False), primary_key=True),
    Column("number", String, nullable=False),
    Column("type", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("payload", JSONB, nullable=False),
    Index("ix_facts_number", "number"),
)

duties = Table(
    "duties",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("office", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("source", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("state", String, nullable=False),
    Column("state_on", Date, nullable=False),
    Column("flagged", Boolean, nullable=False, server_default="false"),
    Index("ix_duties_number", "number"),
    Index("ix_duties_office_id", "office", "id"),
    Index(
        "ix_duties_unflagged",
        "due_on",
        "id",
        postgresql_where="state = 'open' AND NOT flagged",
    ),
)

closings = Table(
    "closings",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", ForeignKey(matters.c.number), nullable=False),
    Column("kind", String, nullable=False),
    Column("concluded_on", Date, nullable=False),
    Column("dispositions", ARRAY(String), nullable=False),
    Column("measures", ARRAY(String), nullable=False),
    Column("narrative", Text, nullable=False),
    Column("submitted_by", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reviewed_on", Date),
    Column("reviewed_by", String),
    Column("checklist", ARRAY(String), nullable=False),
    Column("reasons", Text),
    Index("ix_closings_number", "number"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("letter_no", String, nullable=False),
    Column("source", String, nullable=False),
    Column("office", String, nullable=False),
    Column("handed_on", Date, nullable=False),
    Column("due_on", Date),
    Column("case_numbers", ARRAY(String), nullable=False),
    Column("offices", ARRAY(String), nullable=False),
    Column("receipts", JSONB, nullable=False),
    Index("uq_batches_office_letter_no", "office", "letter_no", unique=True),
)

filings = Table(
    "filings",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("filed_on", Date, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("received_by", String, nullable=False),
    Index("ix_filings_office", "office", "programme"),
)


class Matters:
    """The matters and their facts, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, number: str) -> Any:
        """
        The matter's row, locked; made now if its first fact is still on its way.
        """
        self.session.execute(
            insert(matters).values(number=number).on_conflict_do_nothing()
        )
        query = select(matters).where(matters.c.number == number).with_for_update()
        return self.session.execute(query).one()

    def get(self, number: str, *, lock: bool = False) -> Any:
        """
        The row of a case that is known here, or None.
        """
        query = select(matters).where(matters.c.number == number, matters.c.is_case)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def add_fact(self, number: str, event_id: str, fact: Fact) -> None:
        self.session.execute(
            facts.insert()
            .inline()
            .values(
                event_id=event_id,
                number=number,
                type=fact.type,
                occurred_on=fact.on,
                payload=dict(fact.payload),
            )
        )

    def facts(self, number: str) -> list[Fact]:
        query = select(facts.c.type, facts.c.occurred_on, facts.c.payload)
        rows = self.session.execute(query.where(facts.c.number == number))
        return [Fact(*row) for row in rows]

    def put(self, number: str, **values: Any) -> None:
        self.session.execute(
            update(matters).where(matters.c.number == number).values(**values)
        )

    def put_leading(self, number: str, leading: Leading) -> None:
        self.put(
            number,
            handed=leading.handed,
            merged=leading.merged,
            leaders=[list(each) for each in leading.leaders],
            department=leading.department,
            handler_post=leading.handler_post,
            led=[[step.on.isoformat(), step.kind] for step in leading.steps],
        )

    def of(self, offices: Collection[str], after: str | None, limit: int) -> list[Any]:
        query = select(matters).where(matters.c.office.in_(offices), matters.c.is_case)
        if after:
            query = query.where(matters.c.number > after)
        return list(self.session.execute(query.order_by(matters.c.number).limit(limit)))

    def to_file(self, office: str, programme: str) -> list[Any]:
        """
        The cases an office's list is made of: in scope, not merged away.
        """
        query = select(matters).where(
            matters.c.office == office,
            matters.c.programme == programme,
            matters.c.is_case,
            matters.c.in_scope,
            ~matters.c.merged,
        )
        return list(self.session.execute(query.order_by(matters.c.number)))

    def lock_cases(self, numbers: Collection[str]) -> dict[str, Any]:
        query = (
            select(matters)
            .where(matters.c.number.in_(numbers), matters.c.is_case)
            .order_by(matters.c.number)
            .with_for_update()
        )
        return {row.number: row for row in self.session.execute(query)}


def is_led(row: Any) -> bool:
    return bool(row.led) and row.led[-1][1] == "named"


def steps_of(row: Any) -> tuple[Step, ...]:
    """
    The steps kept in a row, of leading or of a duty.
    """
    kept = row.led if hasattr(row, "led") else row.steps
    return tuple(Step(date.fromisoformat(on), kind) for on, kind in kept)


def matter_of(row: Any) -> Matter:
    """
    A case as a closing sees it.
    """
    return Matter(
        number=row.number,
        office=row.office,
        programme=row.programme,
        in_scope=row.in_scope,
        standing=row.standing,
        opened_on=row.opened_on,
        merged=row.merged,
        hearing_decided=row.hearing_decided,
        led=is_led(row),
        concluded_on=row.concluded_on,
    )


_DUTY = [
    duties.c[name]
    for name in (
        "id",
        "number",
        "office",
        "programme",
        "kind",
        "title",
        "source",
        "opened_on",
        "due_on",
        "provisional",
        "steps",
    )
]


class Duties:
    """The duty ledger, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def of_matter(self, number: str) -> list[Duty]:
        query = select(*_DUTY).where(duties.c.number == number).order_by(duties.c.id)
        return [_duty(row) for row in self.session.execute(query)]

    def put(self, changed: Sequence[Duty]) -> None:
        """
        Add or change duties; one that is open again may become overdue again.
        """
        if not changed:
            return
        statement = insert(duties)
        fresh = statement.excluded
        self.session.execute(
            statement.on_conflict_do_update(
                index_elements=[duties.c.id],
                set_={
                    "due_on": fresh.due_on,
                    "provisional": fresh.provisional,
                    "steps": fresh.steps,
                    "state": fresh.state,
                    "state_on": fresh.state_on,
                    "flagged": duties.c.flagged & (fresh.state == "open"),
                },
            ),
            [_values(duty) for duty in changed],
        )

    def page(
        self,
        offices: Collection[str],
        state: str | None,
        today: date,
        after: str | None,
        limit: int,
    ) -> list[Duty]:
        query = select(*_DUTY).where(duties.c.office.in_(offices))
        late = duties.c.due_on < today
        if state == "overdue":
            query = query.where(duties.c.state == "open", late)
        elif state == "open":
            query = query.where(duties.c.state == "open", ~late)
        elif state:
            query = query.where(duties.c.state == state)
        if after:
            query = query.where(duties.c.id > after)
        rows = self.session.execute(query.order_by(duties.c.id).limit(limit))
        return [_duty(row) for row in rows]

    def fallen_due(self, today: date, limit: int) -> list[Duty]:
        """
        Flag duties that are overdue and were not flagged yet, oldest first.

        Rows another replica is at are passed over.
        """
        claimed = (
            select(duties.c.id)
            .where(duties.c.state == "open", ~duties.c.flagged, duties.c.due_on < today)
            .order_by(duties.c.due_on, duties.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        flagged = self.session.execute(
            update(duties)
            .where(duties.c.id.in_(claimed.scalar_subquery()))
            .values(flagged=True)
            .returning(*_DUTY)
        )
        return sorted(map(_duty, flagged), key=lambda duty: (duty.due_on, duty.id))

    def overdue_unflagged(self, today: date) -> int:
        """
        Duties overdue but not yet announced as such: 0 when the clock runs.
        """
        query = select(func.count()).where(
            duties.c.state == "open",
            ~duties.c.flagged,
            duties.c.due_on < today - timedelta(days=1),
        )
        return int(self.session.execute(query).scalar_one())


def _duty(row: Any) -> Duty:
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    kept.pop("steps")
    return Duty(**kept, steps=steps_of(row))


def _values(duty: Duty) -> dict[str, Any]:
    kept = {column.name: getattr(duty, column.name) for column in _DUTY}
    return {
        **kept,
        "steps": [[step.on.isoformat(), step.kind] for step in duty.steps],
        "state": duty.state,
        "state_on": duty.state_on,
    }


class Closings:
    """The reports of closing, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, closing: Closing) -> None:
        self.session.execute(closings.insert().values(**_plain(closing)))

    def get(self, number: str, *, lock: bool = False) -> Closing | None:
        query = select(closings).where(closings.c.id == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return _closing(row) if row else None

    def of_matter(self, number: str) -> list[Closing]:
        query = select(closings).where(closings.c.number == number)
        return [
            _closing(r) for r in self.session.execute(query.order_by(closings.c.id))
        ]

    def put(self, changed: Closing) -> None:
        self.session.execute(
            update(closings)
            .where(closings.c.id == changed.id)
            .values(**_plain(changed))
        )


def _plain(closing: Closing) -> dict[str, Any]:
    lists = ("dispositions", "measures", "checklist")
    return {**vars(closing), **{name: list(getattr(closing, name)) for name in lists}}


def _closing(row: Any) -> Closing:
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    for name in ("dispositions", "measures", "checklist"):
        kept[name] = tuple(kept[name])
    return Closing(**kept)


class Batches:
    """The batches handed down and the filings received, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, **values: Any) -> bool:
        """
        Keep a batch; False if the office has used this letter number before.
        """
        added = self.session.execute(
            insert(batches)
            .values(**values)
            .on_conflict_do_nothing()
            .returning(batches.c.id)
        )
        return added.first() is not None

    def get(self, number: str, *, lock: bool = False) -> Any:
        query = select(batches).where(batches.c.id == number)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def receive(self, number: str, office: str, on: date) -> None:
        received = func.jsonb_build_object(office, on.isoformat())
        self.session.execute(
            update(batches)
            .where(batches.c.id == number)
            .values(receipts=batches.c.receipts.op("||")(received))
        )

    def of(self, offices: Collection[str], after: str | None, limit: int) -> list[Any]:
        """
        The batches these offices handed down or are responsible for.
        """
        query = select(batches).where(
            or_(
                batches.c.office.in_(offices),
                batches.c.offices.overlap(list(offices)),
            )
        )
        if after:
            query = query.where(batches.c.id > after)
        return list(self.session.execute(query.order_by(batches.c.id).limit(limit)))

    def add_filing(self, **values: Any) -> None:
        self.session.execute(filings.insert().values(**values))

    def filings_of(
        self, offices: Iterable[str], after: str | None, limit: int
    ) -> list[Any]:
        query = select(filings).where(filings.c.office.in_(offices))
        if after:
            query = query.where(filings.c.id > after)
        return list(self.session.execute(query.order_by(filings.c.id).limit(limit)))
