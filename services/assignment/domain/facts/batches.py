"""
Facts of a case about batches, objections and the units that share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact
from shared.vocabulary import Track


@dataclass(frozen=True, kw_only=True)
class HandedDown(Fact, name="matter.batch_handed_down", title="交办"):
    """The case was handed down in a batch, on a *track* that a person confirmed."""

    batch: str
    track: Track | None = None


@dataclass(frozen=True, kw_only=True)
class BatchReceived(Fact, name="matter.batch_received", title="收到交办"):
    """
    The office received the batch of the case; *presumed* until it confirms (A-11).
    """

    batch: str
    due_on: date | None = None
    presumed: bool = False


@dataclass(frozen=True, kw_only=True)
class BatchWithdrawn(Fact, name="matter.batch_withdrawn", title="撤回交办"):
    """The handing office took the case back out of a batch."""

    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Fact, name="matter.objection_raised", title="提出异议"):
    """The office says that the case handed to it is not its own."""

    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDisputed(Fact, name="matter.objection_disputed", title="申请裁决"):
    """The office asks the conference to decide a refused objection."""

    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDecided(Fact, name="matter.objection_decided", title="决定异议"):
    """An objection was decided: `returned` out of the batch, or `refused`."""

    batch: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class CaseMoved(Fact, name="matter.case_moved", title="案件移交"):
    """
    The case passed from one office to another; *leaderless*: with it the leaders whom
    the programme asks for were lost, so that the new office has to name its own.
    """

    from_office: str
    to_office: str
    reason: str
    leaderless: bool


@dataclass(frozen=True, kw_only=True)
class DriveJoined(Fact, name="matter.drive_joined", title="列入集中活动"):
    """The case was chosen for a drive that ends with a day (DY-07)."""

    drive: str
    drive_until: date


@dataclass(frozen=True, kw_only=True)
class UnitsAgreed(Fact, name="matter.units_agreed", title="明确各单位分工"):
    """The offices that share the case, each with its role."""

    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class UnitTakesPart(Fact, name="matter.unit_takes_part", title="单位参与办理"):
    """
    A unit that does not lead, *to_office*, has a part in the case: its *role*. *part*
    tells this time from an earlier one in that role, which it has left.

    Computed from the other facts, never stored.
    """

    to_office: str
    role: str
    part: str


@dataclass(frozen=True, kw_only=True)
class UnitLeft(Fact, name="matter.unit_left", title="单位不再参与办理"):
    """
    A unit has that part no more, or leads now.

    Computed from the other facts, never stored.
    """

    to_office: str
    role: str
    part: str


@dataclass(frozen=True, kw_only=True)
class UnitReported(Fact, name="matter.unit_reported", title="参与单位报告办理情况"):
    """A unit that has a part in the case reported what it did; *part* is computed."""

    to_office: str
    role: str
    text: str = ""
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class CoordinationRequested(
    Fact, name="matter.coordination_requested", title="申请协调会商"
):
    """The lead unit asks the conference to decide which unit leads."""

    request: str


@dataclass(frozen=True, kw_only=True)
class CoordinationDecided(
    Fact, name="matter.coordination_decided", title="联席会议作出协调意见"
):
    """The conference decided which unit leads."""

    request: str
