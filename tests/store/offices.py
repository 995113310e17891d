"""
What offices send and the services store of it, in one transaction without processes.
"""

from __future__ import annotations

import io
from datetime import date
from uuid import uuid4

import sqlalchemy as sa

from services.intake.casework.importing.batch import take_batch
from services.intake.casework.importing.line import Line
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.petitions.petitions import registered
from services.intake.ledger import Context, read_ledger
from services.intake.store import OUTBOX, NewPetitions
from shared import clock
from shared.events import Envelope, ReceivedEvent
from shared.matter_numbers import ForeignMatter, NotItsOfficeYet
from shared.messaging.event_catalogue import reads_of
from shared.policy.current import current_policy
from tests.builders import NEIGHBOUR, a_registration
from tests.builders.ledger_files import FORM, OFFICES
from tests.builders.readers import READERS
from tests.service.asking import PROGRAMME, a_row, as_json

CAME = date(2021, 3, 1)


TODAY = date(2021, 3, 20)


class Offices:
    """
    Two neighbouring offices and the five services, in one transaction.
    """

    def __init__(self, session):
        self.session, self.seen, self.refused = session, set(), []
        first = session.scalar(sa.text("SELECT nextval('intake.petition_numbers')"))
        self.next = first + 1

    def number(self, wanted):
        """
        A number as it is written, or that of the neighbour's petition that comes so
        many numbers later.
        """
        if isinstance(wanted, str):
            return wanted
        return f"{NEIGHBOUR}-2021-{self.next + wanted:07}"

    def push(self, office, number, **cells):
        content = io.BytesIO(as_json(a_row(number, **cells, reporting_office=office)))
        context = Context(today=TODAY, office_of={**OFFICES, office: office}.get)
        rows = read_ledger(content, filename="a.json", form=FORM, context=context)
        job = Import(
            id=str(uuid4()),
            office=office,
            programme=PROGRAMME,
            filename="a.json",
            dry_run=False,
            moved_at=clock.now(),
        )
        programme = current_policy().programmes.get(PROGRAMME)
        batch = [Line(row.as_json(), programme) for row in rows]
        result = take_batch(self.session, job, programme, batch, 0)
        self.announce(*result.events)
        return [event.case_number for event in result.events]

    def register(self, office):
        body = a_registration(CAME)
        found = NewPetitions(self.session).register(
            body, office=office, programme=PROGRAMME
        )
        self.announce(registered(found.petition))
        return found.petition.number

    def announce(self, *events):
        OUTBOX.announce(self.session, *events)
        while self._deliver():
            pass

    def _deliver(self):
        """
        Bring every announced event to its readers; whether there were any.
        """
        bodies = [
            Envelope.from_mapping({**row.body, "sequence": row.position})
            for service in ("intake", "assignment", "hearing", "reporting")
            for row in self.session.execute(
                sa.text(f"SELECT * FROM {service}.outbox ORDER BY position")  # noqa: S608
            )
            if str(row.id) not in self.seen
        ]
        for envelope in bodies:
            self.seen.add(envelope.id)
            for reader, take in READERS.items():
                schema = reads_of(reader).get(envelope.type)
                if schema is not None:
                    fields = schema.load(envelope.payload)
                    self._take(take, ReceivedEvent(envelope, fields))
        return bool(bodies)

    def _take(self, take, event):
        try:
            with self.session.begin_nested():
                take(self.session, event)
        except (ForeignMatter, NotItsOfficeYet):
            self.refused.append(event.envelope)

    def figures(self, office):
        query = sa.text(
            "SELECT measure, day, sum(amount) FROM reporting.entries"
            " WHERE office = :office GROUP BY measure, day HAVING sum(amount) <> 0"
        )
        rows = self.session.execute(query, {"office": office})
        return sorted(map(tuple, rows))

    def owners(self, *numbers):
        """
        To whom the services say that matters belong.
        """
        tables = ("assignment.matters", "hearing.cases", "aid.cases")
        query = " UNION ALL ".join(
            f"SELECT office FROM {table} WHERE number = ANY(:numbers)"  # noqa: S608
            for table in (*tables, "reporting.matters")
        )
        found = self.session.scalars(sa.text(query), {"numbers": list(numbers)})
        return set(found)
