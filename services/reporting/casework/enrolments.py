"""
Posts the events that count in all programmes of a case in its further programmes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.reporting.casework.closing_terms import Closing, SignedReturns
from services.reporting.domain.enrolments import (
    ENROLLED,
    FOR_ALL_PROGRAMMES,
    WITHDRAWN,
    Enrolment,
    enrolments_in,
    entries_there,
    taken_back,
)
from services.reporting.domain.postings.closings import ABOUT_CLOSINGS
from services.reporting.domain.postings.entries import Entry, EventFacts
from services.reporting.schemas import READS
from services.reporting.store import Enrolments
from shared.events import ReceivedEvent

_ABOUT_ENROLMENTS = frozenset({ENROLLED, WITHDRAWN})


@dataclass(frozen=True)
class Counted:
    """
    An event that counts in a further programme; *cause* is the id of the received event
    because of which its entries are posted now. *counted_at*: when it was counted, if
    that was before and it is only taken back, as the enrolment has been withdrawn.
    """

    cause: str
    event: EventFacts
    read: Mapping[str, Any]
    enrolment: Enrolment
    counted_at: datetime | None = None


class FurtherProgrammes:
    """
    The enrolments that bear on a batch of received events, stored or among them.

    Made before anything else of the batch is locked.
    """

    def __init__(
        self, session: Connection, received: Collection[ReceivedEvent]
    ) -> None:
        self._session, self._received = session, received
        self._news = [each for each in received if each.type in _ABOUT_ENROLMENTS]
        once = [each for each in received if each.type in FOR_ALL_PROGRAMMES]
        store = Enrolments(session)
        # An enrolment changes what other events of its case count: nobody posts those
        # until this transaction ends.
        if self._news:
            store.lock()
        numbers = {each.case_number for each in (*self._news, *once)}
        rows = store.of_cases(numbers) if numbers else []
        stored_facts = [
            (row, READS[row.type].load(row.payload), row.known_at) for row in rows
        ]
        fresh = [(each.envelope, each.fields, None) for each in self._news]
        self._before = enrolments_in(stored_facts)
        self._now = enrolments_in([*stored_facts, *fresh])
        self._counted = [*self._of_received(), *self._of_stored()]

    def closings(self) -> set[Closing]:
        """
        The closings that are counted in further programmes because of the batch, or
        were.
        """
        return {
            Closing(each.enrolment.programme, each.event.office, each.counted_at)
            for each in self._counted
            if each.event.type in ABOUT_CLOSINGS
        }

    def entries(self, signed: SignedReturns) -> dict[str, list[Entry]]:
        """
        Return the entries in further programmes that each received event brings, by its
        id; *signed*: the returns that decide on its `closings`.
        """
        by_cause = dict[str, list[Entry]]()
        for each in self._counted:
            code = each.enrolment.programme
            terms = signed.terms(each.event, code, each.counted_at)
            added = [*entries_there(each.event, each.read, each.enrolment, terms)]
            of_cause = by_cause.setdefault(each.cause, [])
            # Counted before: only what is taken back is new.
            of_cause += () if each.counted_at else added
            of_cause += taken_back(added, each.enrolment.until)
        return by_cause

    def _of_received(self) -> Iterator[Counted]:
        for each in self._received:
            if each.type in FOR_ALL_PROGRAMMES:
                for enrolment in self._now.get(each.case_number, ()):
                    yield Counted(each.id, each.envelope, each.fields, enrolment)

    def _of_stored(self) -> Iterator[Counted]:
        """
        Yield the events of a case that were stored before its enrolment, or the
        withdrawal of it, arrived.
        """
        if not self._news:
            return
        facts_by_case = defaultdict[str, list[Any]](list)
        numbers = {each.case_number for each in self._news}
        for fact in Enrolments(self._session).for_all_programmes(numbers):
            facts_by_case[fact.case_number].append(fact)
        for news in self._news:
            number = news.case_number
            enrolment = _enrolment_of(news, self._now.get(number, ()))
            before = _enrolment_of(news, self._before.get(number, ()))
            # One that is withdrawn as it becomes known is taken back with it.
            if enrolment is None or (before is not None) == (news.type == ENROLLED):
                continue
            for fact in facts_by_case[number]:
                fields = READS[fact.type].load(fact.payload)
                known_at = max(fact.known_at, before.known_at) if before else None
                yield Counted(news.id, fact, fields, enrolment, known_at)


def _enrolment_of(
    news: ReceivedEvent, enrolments: Iterable[Enrolment]
) -> Enrolment | None:
    """
    The enrolment that an event begins or ends, if it is known.
    """
    this = news["programme"], news["period"]
    return next((e for e in enrolments if (e.programme, e.period) == this), None)
