"""
What all doors of assignment do with a matter: take a fact in, and reckon anew.

The only place where facts become duties and leaders; the doors only bring facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from services.assignment import events, schemas
from services.assignment.domain import closing, duties, leading
from services.assignment.domain.facts import (
    MERGED,
    OPENED,
    PETITION,
    UNMERGED,
    Fact,
)
from services.assignment.store import Duties, Matters, is_led, matter_of, steps_of
from shared import bus
from shared.bus import on
from shared.errors import Rejected
from shared.http import Call, found
from shared.programme import Programme, UnknownProgramme
from shared.service import Service


class Casework(Service):
    """
    A matter, its facts and what follows from them.
    """

    @on(*schemas.READS)
    def learn(self, session: Connection, fact: bus.Fact) -> None:
        """
        Take a fact in and reckon anew what is owed and who leads.
        """
        event = fact.envelope
        matters = Matters(session)
        matters.lock(event.case_number)
        if event.type in {OPENED, PETITION}:
            matters.put(
                event.case_number,
                office=event.office,
                programme=fact["programme"],
                is_case=event.type == OPENED,
                opened_on=event.occurred_on,
                in_scope=event.payload.get("in_scope", False),
            )
        if event.type == "hearing.hearing_decided":
            matters.put(event.case_number, hearing_decided=True)
        known = Fact(event.type, event.occurred_on, event.payload)
        self.add_fact(session, event.case_number, event.id, known)

    def add_fact(
        self, session: Connection, number: str, identity: str, fact: Fact
    ) -> None:
        """
        Keep *fact* and announce what it changes in the matter's standing.
        """
        matters = Matters(session)
        matters.add_fact(number, identity, fact)
        row, facts = matters.locked(number), matters.facts(number)
        if row.opened_on is None:
            return  # Its beginning is still on its way; then all is reckoned.
        programme = self.programmes.get(row.programme)
        if fact.type in {MERGED, UNMERGED}:
            undone = fact.type == UNMERGED
            ended = closing.merged_away(matter_of(row), on=fact.on, undone=undone)
            self.announce(session, *ended)
        if row.is_case:
            led = leading.reckon(row.office, facts, programme, self.directory)
            matters.put_leading(number, led)
            facts += [
                Fact(events.LeaderNamed.type, step.on, {})
                for step in led.steps
                if step.kind == "named"
            ]
            told = leading.announcements(
                led,
                steps_of(row),
                number=number,
                office=row.office,
                programme=row.programme,
                in_scope=row.in_scope,
            )
            self.announce(session, *told)
        self._put_duties(session, row, facts, programme)

    def _put_duties(
        self, session: Connection, row: Any, facts: list[Fact], programme: Programme
    ) -> None:
        ledger = Duties(session)
        before = {duty.id: duty for duty in ledger.of_matter(row.number)}
        now = duties.reckon(row.number, row.office, facts, programme, self.calendar)
        changed = [duty for duty in now if duty != before.get(duty.id)]
        ledger.put(changed)
        self.announce(
            session,
            *(e for d in changed for e in duties.announcements(d, before.get(d.id))),
        )

    def case_of(self, call: Call, *, lock: bool = False) -> Any:
        number = call.path["number"]
        row = found(Matters(call.session).get(number, lock=lock), "案件", number)
        call.office(row.office)
        return row

    def programme_of(self, code: str) -> Programme:
        try:
            return self.programmes.get(code)
        except UnknownProgramme as error:
            raise Rejected.because(
                "no_such_programme",
                f"没有专项“{code}”。",
                "可用：" + "、".join(p.code for p in self.programmes) + "。",
                "/programme",
            ) from error

    def shown(self, shown: Iterable[duties.Duty], call: Call) -> list[dict[str, Any]]:
        return [
            {
                **vars(duty),
                "state": "overdue"
                if duty.state == "open" and duty.due_on < call.today
                else duty.state,
                "state_on": duty.state_on,
            }
            for duty in shown
        ]


def summary(row: Any) -> dict[str, Any]:
    return {**row._mapping, "led": is_led(row)}  # noqa: SLF001 - public by SQLAlchemy
