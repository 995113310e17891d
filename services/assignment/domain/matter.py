"""
A matter as it was computed last, and a change of it, which says what is to be stored
and announced.

A matter is a case, a petition, or a period for which an office owes a report. It
belongs to the office that began it, whatever arrives later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from services.assignment.domain.closings import audits, closing
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.escalation.steps import EscalationStep, NextStep
from services.assignment.domain.facts.base import PostOf, Recorded, Step
from services.assignment.domain.facts.corrected import is_withdrawn
from services.assignment.domain.facts.notices import NoticeEnded
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.events.duties import DutyChange
from shared.events import Event


@dataclass(frozen=True)
class MatterState:
    """
    How a matter stands, as it was computed and announced last: what its row has.

    *opened_on* is None, and nothing follows from the facts, as long as the fact with
    which it begins has not arrived; *office* may stand before that. *led*: the days on
    which it became led or not led. *everyday*: it is worked on the everyday track, and
    the campaign does not count it (PY-47). By *origin*, *case_kind*, *case_class* and
    *difficulty* cases are listed and counted. *group_key*: with which others the case
    is counted in the workload of leaders, where it stands so since *group_since*.
    """

    number: str
    office: str = ""
    programme: str = ""
    opened_on: date | None = None
    is_case: bool = False
    in_scope: bool = False
    everyday: bool = False
    handed: bool = False
    merged: bool = False
    led: tuple[Step, ...] = ()
    leaders: tuple[PostOf, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    hearing_decided: bool = False
    standing: str = "open"
    concluded_on: date | None = None
    confirmed_on: date | None = None
    next_occurrence_on: date | None = None
    origin: str | None = None
    case_kind: str | None = None
    case_class: str | None = None
    difficulty: str | None = None
    group_key: str | None = None
    group_since: date | None = None

    @property
    def first_day(self) -> date:
        """
        The day of the opening. Before that is known nothing follows from the facts, and
        no day comes before this one.
        """
        return self.opened_on or date.min

    @property
    def is_led(self) -> bool:
        return bool(self.led) and self.led[-1].kind == "named"

    def as_reported(self) -> closing.ClosingCase:
        """
        The case as a report of its closing sees it.
        """
        return closing.ClosingCase(
            number=self.number,
            office=self.office,
            programme=self.programme,
            in_scope=self.in_scope,
            standing=self.standing,
            opened_on=self.first_day,
            merged=self.merged,
            hearing_decided=self.hearing_decided,
            led=self.is_led,
            concluded_on=self.concluded_on,
            confirmed_on=self.confirmed_on,
        )


@dataclass(frozen=True)
class BegunMatter(MatterState):
    """
    A matter that has begun: it has an office, a programme and a first day.
    """

    opened_on: date = field(kw_only=True)


@dataclass(frozen=True)
class Matter(MatterState):
    """
    A matter with all from which it was computed.

    *facts* stand by identity in the order they were recorded, *duties* and *past_steps*
    by id. A case that stands in further programmes is a matter in each: *enrolled* by
    the code of the programme, each *further* to this one, which has also *every* fact
    of all.
    """

    further: bool = False
    facts: Recorded = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    past_steps: Mapping[str, EscalationStep] = field(default_factory=dict)
    every: Recorded = field(default_factory=dict)
    enrolled: Mapping[str, Matter] = field(default_factory=dict)

    @property
    def recorded(self) -> Recorded:
        """
        Every fact of the matter, whatever programme sees it.
        """
        return self.every or self.facts

    @property
    def every_duty(self) -> Mapping[str, Duty]:
        """
        The duties of all the programmes in which it stands, by id.
        """
        every = (self, *self.enrolled.values())
        return {key: duty for each in every for key, duty in each.duties.items()}

    @property
    def stem(self) -> str:
        """
        Return the beginning of the identities of its duties; each programme has its
        own.
        """
        return f"{self.number}/{self.programme}" if self.further else self.number

    @property
    def counts_since(self) -> date | None:
        """
        The day before which nothing counts, and no fact opens a duty: that of the
        enrolment in a further programme.
        """
        return self.opened_on if self.further else None

    def seen_in(self, programme: str) -> Matter:
        """
        The matter as a programme in which it stands sees it.
        """
        return self.enrolled.get(programme, self)

    @property
    def is_over(self) -> bool:
        """
        Whether the case is closed or merged away, or the matter was withdrawn.
        """
        closed = self.merged or self.standing in closing.OVER
        return closed or is_withdrawn(self.facts.values())

    @property
    def last_day(self) -> date:
        """
        The day of its latest fact.
        """
        return max(fact.on for fact in self.facts.values())

    def having(self, **values: Any) -> Matter:
        """
        Return the matter with these values; the matter itself if it has them already.
        """
        if all(getattr(self, name) == value for name, value in values.items()):
            return self
        return replace(self, **values)

    def as_closed(self) -> closing.ClosingCase:
        """
        The case as its closing sees it.
        """
        return audits.as_counted(self.as_reported(), self.facts.values())


@dataclass(frozen=True)
class Change:
    """
    What a matter becomes, and what that means for the store and for readers.

    *facts* are new, those that follow from others among them. *changed_duties* is
    what the *events* say of duties, to be added to their history with *cause* and
    *reason*.
    *next_steps*: the step each subject waits for now; None where none is left.
    """

    before: Matter
    matter: Matter
    facts: Recorded = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    duties: tuple[Duty, ...] = ()
    changed_duties: tuple[DutyChange, ...] = ()
    cause: str = ""
    reason: str = ""
    leadership: Leadership | None = None
    next_steps: Mapping[str, NextStep | None] = field(default_factory=dict)
    reached: tuple[EscalationStep, ...] = ()
    ended_steps: tuple[EscalationStep, ...] = ()
    issued: tuple[Notice, ...] = ()
    ended_notices: tuple[NoticeEnded, ...] = ()
