"""
What intake announces of cases: opened, corrected, repeated, merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from services.intake.events.common import CASE, COMMON
from shared.events import Event


@dataclass(frozen=True)
class CountedIn:
    """
    What a case counts by in a further *programme*, in which it stands *since* a day:
    its origin and repeats there, and the repeats before the event.
    """

    programme: str
    since: date
    origin: str
    repeats: int
    repeats_before: int


@dataclass(frozen=True, kw_only=True)
class OfEnrolledCase(Event):
    """
    A fact about a case that may stand in further programmes: *enrolled* says what it
    counts by in each of them.
    """

    enrolled: tuple[CountedIn, ...] = ()

    def payload(self) -> dict[str, Any]:
        further = [
            {**vars(each), "since": each.since.isoformat()} for each in self.enrolled
        ]
        return {**super().payload(), "enrolled": further}


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """
    A case stands in an office's ledger and was judged against the scope.

    *leaders* are the posts the ledger names (office, post); *repeats* is the
    number of repeat petitions in the programme's window (附件2 column 19).
    *first_petition*: the matter's only petition so far, made at this office (A-32).
    The other marks are what the ledger ticks; who must lead depends on them.
    *accused_office* must not handle it, nor any office below that.
    """

    type: ClassVar[str] = "intake.case_opened"

    programme: str
    track: str
    in_scope: bool
    failing: tuple[str, ...]
    origin: str
    handed: bool
    batch_ref: str | None
    case_kind: str
    scope_class: int | None
    difficulty: str
    repeats: int
    resolve_by: date | None
    leaders: tuple[tuple[str, str], ...]
    department: str | None
    handler_post: str | None
    team: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
    territorial_office: str | None = None
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    first_petition: bool = False
    cross_separate: bool = False
    long_span: bool = False
    many_people: bool = False
    policy_heavy: bool = False
    sensitive: bool = False
    accused_office: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseCorrected(CaseOpened, OfEnrolledCase):
    """
    What a case was opened with was wrong or has changed: all of it anew, from the day
    of the correction; of *leaders* only those of the offices whose leader changed.

    *correction* counts those of the case from 1; the highest holds. *changed* are the
    fields that differ from before. What figures are counted by is also there as it was
    before.
    """

    type: ClassVar[str] = "intake.case_corrected"

    correction: int
    changed: tuple[str, ...]
    in_scope_before: bool
    repeats_before: int
    origin_before: str


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(OfEnrolledCase):
    """
    A case should never have been registered: from that day it counts no more.
    """

    type: ClassVar[str] = "intake.case_withdrawn"

    programme: str
    in_scope: bool
    repeats: int
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseReinstated(OfEnrolledCase):
    """
    A case that had been withdrawn is one after all: from that day it counts again.
    """

    type: ClassVar[str] = "intake.case_reinstated"

    programme: str
    in_scope: bool
    repeats: int
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseRepeated(OfEnrolledCase):
    """
    One more petition of the matter of a case came in, at this office or another (A-17);
    it counts from *occurred_on*, later than *received_on* if it was known only later to
    be one. *counted*: it is one of the repeats that the programme counts; *also*: the
    further programmes that count it.
    """

    type: ClassVar[str] = "intake.case_repeated"

    programme: str
    in_scope: bool
    counted: bool
    received_on: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseRepeatWithdrawn(OfEnrolledCase):
    """
    A petition that had counted as a repeat of a case since *repeated_on* is not one: it
    brings new facts, is of another matter, or was registered by mistake.
    """

    type: ClassVar[str] = "intake.case_repeat_withdrawn"

    programme: str
    in_scope: bool
    counted: bool
    repeated_on: date
    received_on: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseMerged(OfEnrolledCase):
    """
    The case turned out to be the same matter as *into* and no longer counts.
    """

    type: ClassVar[str] = "intake.case_merged"

    programme: str
    into: str
    in_scope: bool
    repeats: int


@dataclass(frozen=True, kw_only=True)
class CaseUnmerged(OfEnrolledCase):
    """
    A merge was undone: the case counts again.
    """

    type: ClassVar[str] = "intake.case_unmerged"

    programme: str
    into: str
    in_scope: bool
    repeats: int


EXAMPLES: tuple[Event, ...] = (
    CaseOpened(
        **CASE,
        repeats=3,
        resolve_by=date(2021, 6, 30),
        leaders=(("410922", "检察长"),),
    ),
    CaseCorrected(
        **CASE,
        repeats=4,
        resolve_by=date(2021, 9, 30),
        leaders=(("410922", "检察长"),),
        correction=1,
        changed=("repeats", "resolve_by"),
        in_scope_before=True,
        repeats_before=3,
        origin_before="own_screening",
    ),
    CaseWithdrawn(
        **COMMON,
        programme="puyang-2020",
        in_scope=True,
        repeats=4,
        origin="own_screening",
        enrolled=(CountedIn("dy-leaders", date(2020, 11, 19), "own_screening", 3, 3),),
    ),
    CaseReinstated(
        **COMMON,
        programme="puyang-2020",
        in_scope=True,
        repeats=4,
        origin="own_screening",
    ),
    CaseRepeated(
        **COMMON,
        programme="puyang-2020",
        in_scope=True,
        counted=True,
        received_on=date(2020, 11, 20),
    ),
    CaseRepeatWithdrawn(
        **COMMON,
        programme="puyang-2020",
        in_scope=True,
        counted=True,
        repeated_on=date(2020, 11, 19),
        received_on=date(2020, 11, 19),
    ),
    CaseMerged(
        **COMMON,
        programme="puyang-2020",
        into="濮检交〔2020〕3号-01",
        in_scope=True,
        repeats=3,
    ),
    CaseUnmerged(
        **COMMON,
        programme="puyang-2020",
        into="濮检交〔2020〕3号-01",
        in_scope=True,
        repeats=3,
    ),
)
