"""
An office that registers, in one transaction that reaches every service.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa

from services.assignment.store import Duties
from services.intake.casework.importing.batch import take_batch
from services.intake.casework.importing.line import Line
from services.intake.domain.cases.ledgers import Import
from services.intake.ledger import Context, read_ledger
from services.intake.store import Cases, History
from shared import clock, telemetry
from shared.policy.current import current_policy
from tests.builders import COUNTY
from tests.builders.ledger_files import FORM, OFFICES
from tests.service.asking import PROGRAMME, a_row, as_json
from tests.store.offices import TODAY
from tests.store.offices import Offices as AtWork

NUMBER = "清检信〔2020〕8001号"


LATER = TODAY + timedelta(days=5)


class Office(AtWork):
    """
    One office and the five services, in one transaction.
    """

    def __init__(self, session, patch):
        super().__init__(session)
        self.patch = patch

    def on(self, day):
        self.patch.setattr(clock, "today", lambda: day)

    def push(self, *rows, dry_run=False, office=COUNTY):
        content = io.BytesIO(as_json(*rows))
        context = Context(
            today=clock.today(), office_of={**OFFICES, office: office}.get
        )
        read = read_ledger(content, filename="a.json", form=FORM, context=context)
        job = Import(
            id=str(uuid4()),
            office=office,
            programme=PROGRAMME,
            filename="a.json",
            dry_run=dry_run,
            moved_at=clock.now(),
        )
        programme = current_policy().programmes.get(PROGRAMME)
        found = [Line(orjson.loads(orjson.dumps(r.as_json())), programme) for r in read]
        result = take_batch(self.session, job, programme, found, 0)
        History(self.session).add(*result.corrections)
        self.announce(*result.events)
        return result

    def entries(self, measure, number=NUMBER):
        query = sa.text(
            "SELECT day, sum(amount) FROM reporting.entries WHERE measure = :measure"
            " AND case_number = :number GROUP BY day HAVING sum(amount) <> 0"
            " ORDER BY day"
        )
        rows = self.session.execute(query, {"measure": measure, "number": number})
        return [(day, int(amount)) for day, amount in rows]

    def duties(self, number=NUMBER):
        return {duty.kind: duty for duty in Duties(self.session).of_matter(number)}

    def case(self, number=NUMBER):
        return Cases(self.session).get(number)


@contextmanager
def at_work(engine):
    with (
        pytest.MonkeyPatch.context() as patch,
        telemetry.work("test", trace=telemetry.background_context()),
        engine.connect() as session,
    ):
        office = Office(session, patch)
        office.on(TODAY)
        yield office


OPENED = date(2020, 11, 2)


def row(**changes):
    return a_row(NUMBER, **changes)
