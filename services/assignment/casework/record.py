"""
What all doors of assignment do with a matter: take a fact in, and reckon anew.

The only place where facts become duties and leaders; the doors only bring facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.follow import begin_ladders, follow
from services.assignment.domain.closings import closing
from services.assignment.domain.duties import ledger as duties
from services.assignment.domain.duties import recurrence
from services.assignment.domain.duties.alerts import colour
from services.assignment.domain.facts import (
    MERGED,
    OPENED,
    PERIOD,
    PETITION,
    UNMERGED,
    Fact,
    Step,
)
from services.assignment.domain.leaders import leadership
from services.assignment.schemas import cases
from services.assignment.store import (
    Duties,
    Matters,
    Profiles,
    is_led,
    matter_of,
    steps_of,
)
from shared.errors import Rejected
from shared.events import Event
from shared.messaging import consumer
from shared.messaging.consumer import on
from shared.policy.programme import Programme, UnknownProgramme
from shared.service import Service
from shared.web.endpoint import Call, found


class Casework(Service):
    """
    A matter, its facts and what follows from them.
    """

    @on(*cases.READS)
    def learn(self, session: Connection, fact: consumer.Fact) -> None:
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
        if not matters.add_fact(number, identity, fact):
            return  # Another replica's clock has begun it.
        row, facts = matters.locked(number), matters.facts(number)
        if row.opened_on is None:
            return  # Its beginning is still on its way; then all is reckoned.
        programme = self.programmes.get(row.programme)
        if fact.type in {MERGED, UNMERGED}:
            undone = fact.type == UNMERGED
            ended = closing.merged_away(matter_of(row), on=fact.on, undone=undone)
            self.announce(session, *ended)
        if row.is_case and fact.type in leadership.BEARING:
            facts += self._put_leading(session, row, facts, programme)
            row = matters.locked(number)
        elif row.is_case:
            facts += _named(steps_of(row))
        reason = str(fact.payload.get("reason") or "")
        self._put_duties(session, row, facts, cause=fact.type, reason=reason)

    def _put_leading(
        self, session: Connection, row: Any, facts: list[Fact], programme: Programme
    ) -> list[Fact]:
        """
        Reckon who leads; the days on which the case became led are facts too.
        """
        led = leadership.compute(row.office, facts, programme, self.directory)
        Matters(session).put_leading(row.number, led)
        Profiles(session).put(row.number, led)
        told = leadership.announcements(
            led,
            steps_of(row),
            number=row.number,
            office=row.office,
            programme=row.programme,
            in_scope=row.in_scope,
        )
        self.announce(session, *told)
        return _named(led.steps)

    def _put_duties(
        self,
        session: Connection,
        row: Any,
        facts: list[Fact],
        *,
        cause: str,
        reason: str = "",
    ) -> None:
        """
        Reckon what is owed in a matter, keep and announce what is new in it.
        """
        ledger, programme = Duties(session), self.programmes.get(row.programme)
        before = {duty.id: duty for duty in ledger.of_matter(row.number)}
        answering = self.answering(row, programme)
        reckoned = duties.reckon(
            row.number,
            row.office,
            facts,
            programme,
            self.calendar,
            answering=answering,
        )
        now = [duties.settled(duty, before.get(duty.id)) for duty in reckoned]
        changed = [duty for duty in now if duty != before.get(duty.id)]
        told = [e for d in changed for e in duties.announcements(d, before.get(d.id))]
        ledger.put(changed)
        ledger.note(told, cause=cause, reason=reason)
        self.announce(session, *told)
        coming = recurrence.next_turn(
            row.number,
            row.office,
            facts,
            programme,
            self.calendar,
            kind=answering.kind,
        )
        next_turn_on = coming.fact.on if coming else None
        if next_turn_on != row.next_turn_on:
            Matters(session).put(row.number, next_turn_on=next_turn_on)
        self._follow(session, row, facts, changed)

    def _follow(
        self,
        session: Connection,
        row: Any,
        facts: list[Fact],
        changed: list[duties.Duty],
    ) -> None:
        """
        Let the ladders of supervision follow what changed.
        """
        for ended in follow(
            session,
            row,
            facts=facts,
            changed=changed,
            programme=self.programmes.get(row.programme),
            calendar=self.calendar,
        ):
            self.record(session, ended)

    def record(self, session: Connection, event: Event) -> None:
        """
        Announce what happened in a matter, and reckon anew what follows from it.
        """
        self.announce(session, event)
        fact = Fact(event.type, event.occurred_on, event.payload())
        self.add_fact(session, event.case_number, str(uuid7()), fact)

    def recount(self, session: Connection, number: str) -> None:
        """
        Reckon a matter anew because the calendar has changed, or the programme.
        """
        row, facts = Matters(session).lock(number), Matters(session).facts(number)
        facts += _named(steps_of(row)) if row.is_case else []
        self._put_duties(session, row, facts, cause="calendar_extended")
        # Also those that were open before the programme had its ladder.
        self._follow(session, row, facts, Duties(session).of_matter(number))

    def answering(self, row: Any, programme: Programme) -> duties.Answering:
        """
        Which offices and posts answer for what is owed in a matter (A-50).
        """
        return self._answering(
            row.office, row.opened_on, programme, row.leaders, row.handler_post
        )

    def _answering(
        self,
        code: str,
        on: date,
        programme: Programme,
        named: Iterable[Sequence[str]] = (),
        handler: str | None = None,
    ) -> duties.Answering:
        office, upper = self.directory.office(code), self.directory.parent(code, on)
        offices = {"hub": programme.hub, **({"upper": upper} if upper else {})}
        chiefs = (title for title, post in office.posts.items() if post.chief)
        leaders = (post for holder, post in named if holder == code)
        posts = {
            "chief": next(chiefs, None),
            "leader": next(leaders, None),
            "handler": handler,
            "hub_department": programme.hub_department,
        }
        return duties.Answering(office.kind, offices, posts)

    def begin(
        self, session: Connection, beginnings: Sequence[recurrence.Beginning]
    ) -> None:
        """
        Let periods of offices' papers begin, each a matter of its own.

        All at once where nothing is known of them yet, as of thousands after a stop;
        one by one where an act came before its period.
        """
        matters = Matters(session)
        fresh = matters.begin(
            [(b.number, b.office, b.programme, b.fact.on) for b in beginnings]
        )
        matters.add_facts(
            [(b.number, b.identity, b.fact) for b in beginnings if b.number in fresh]
        )
        opened = [
            duty for b in beginnings if b.number in fresh for duty in self._first(b)
        ]
        told = [event for duty in opened for event in duties.announcements(duty, None)]
        Duties(session).put(opened)
        begin_ladders(session, opened, self.programmes, self.calendar)
        Duties(session).note(told, cause=PERIOD)
        self.announce(session, *told)
        for each in beginnings:
            if each.number not in fresh:
                self._begin_known(session, each)

    def _first(self, beginning: recurrence.Beginning) -> tuple[duties.Duty, ...]:
        """
        What is owed in a matter of which nothing is known but its beginning.
        """
        programme = self.programmes.get(beginning.programme)
        office, on = beginning.office, beginning.fact.on
        return duties.reckon(
            beginning.number,
            office,
            [beginning.fact],
            programme,
            self.calendar,
            answering=self._answering(office, on, programme),
        )

    def _begin_known(
        self, session: Connection, beginning: recurrence.Beginning
    ) -> None:
        matters, fact = Matters(session), beginning.fact
        matters.lock(beginning.number)
        matters.put(
            beginning.number,
            office=beginning.office,
            programme=beginning.programme,
            opened_on=fact.on,
        )
        self.add_fact(session, beginning.number, beginning.identity, fact)

    def case_of(self, call: Call, *, lock: bool = False) -> Any:
        number = call.path["number"]
        row = found(Matters(call.session).get(number, lock=lock), "案件", number)
        call.office(row.office)
        return row

    def matter_known(self, call: Call, number: str, *, lock: bool = False) -> Any:
        """
        The matter of that number, be it case, petition or an office's period.

        Raises `NotFound`, or `Forbidden` outside the caller's offices.
        """
        row = Matters(call.session).known(number, lock=lock)
        row = found(row, "案件或事项", number)
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
                "colour": colour(duty, call.today),
                "state": duty.shown_state(call.today),
                "state_on": duty.state_on,
            }
            for duty in shown
        ]


def summary(row: Any) -> dict[str, Any]:
    return {**row._mapping, "led": is_led(row)}  # noqa: SLF001 - public by SQLAlchemy


def _named(steps: Iterable[Step]) -> list[Fact]:
    """
    The days on which a case became led, as facts that discharge duties.
    """
    return [
        Fact(events.LeaderNamed.type, step.on, {})
        for step in steps
        if step.kind == "named"
    ]
