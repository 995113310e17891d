"""
Events of batches: handed down, received, withdrawn, objected to; frozen baselines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from services.assignment.events.common import COMMON, LETTER
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class BatchHandedDown(Event):
    """Cases were handed down under a letter; *case_number* is the letter number."""

    type: ClassVar[str] = "assignment.batch_handed_down"

    programme: str
    source: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class BatchLetterIssued(Event):
    """
    The letter of a batch goes to one of its offices by mail: *to_office* and *to_post*
    get it in this *form* (docx, pdf), at once, for time runs from the day of handing
    down. *case_number* is the letter number, *paper* identifies the letter. *letter*:
    its text as `shared.papers.Paper` has it; None where it is too long for a mail.
    """

    type: ClassVar[str] = "assignment.batch_letter_issued"

    programme: str
    title: str
    about: str
    to_office: str
    to_post: str | None
    paper: str
    form: str
    letter: Mapping[str, Any] | None
    urgent: bool = True


@dataclass(frozen=True, kw_only=True)
class BatchReceived(Event):
    """A responsible office confirmed that it received a batch."""

    type: ClassVar[str] = "assignment.batch_received"

    programme: str


@dataclass(frozen=True, kw_only=True)
class BatchWithdrawn(Event):
    """The handing office took a case back out of a batch."""

    type: ClassVar[str] = "assignment.batch_withdrawn"

    programme: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Event):
    """An office says that a case handed to it is not its own (TL-04)."""

    type: ClassVar[str] = "assignment.objection_raised"

    programme: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDisputed(Event):
    """The office does not accept the refusal and asks the conference."""

    type: ClassVar[str] = "assignment.objection_disputed"

    programme: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDecided(Event):
    """
    An objection was decided: `returned`, and the case has left the batch, or `refused`.
    """

    type: ClassVar[str] = "assignment.objection_decided"

    programme: str
    batch: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class BaselineCaseFrozen(Event):
    """
    The case *case_number* of *office* is on the frozen list of a baseline, as of
    *occurred_on*; announced once for each case of the list (A-06).
    """

    type: ClassVar[str] = "assignment.baseline_case_frozen"

    programme: str
    baseline: str


EXAMPLES: tuple[Event, ...] = (
    BatchHandedDown(**COMMON, source="省院交办", cases=12),
    BatchLetterIssued(
        **{**COMMON, "office": "410900", "case_number": "濮检交〔2020〕1号"},
        title="信访事项交办函",
        about="交办信访事项2件",
        to_office="410922",
        to_post="检察长",
        paper="0192-2/410922",
        form="pdf",
        letter=LETTER,
    ),
    BatchReceived(**COMMON),
    ObjectionRaised(**COMMON, batch="0192-2"),
    ObjectionDisputed(**COMMON, batch="0192-2"),
    ObjectionDecided(**COMMON, batch="0192-2", verdict="returned"),
    BatchWithdrawn(**COMMON, batch="0192-2"),
    BaselineCaseFrozen(**COMMON, baseline="handed"),
)
