"""
The small rules that a programme is made of: phases, batches, units, hearings, returns.

The values are in the programme's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.policy.conditions import Condition, all_hold
from shared.vocabulary import Category, PetitionStep
from shared.yaml.decode import duplicates, problem_in

PetitionFact = Literal["first", "office_level", "case_kind", "category", "channel"]


@dataclass(frozen=True)
class Document:
    """
    A document that the programme rests on; the number as printed (A-44).
    """

    title: str
    issuer: str
    number: str = ""
    issued_on: date | None = None


class _Days:
    """
    The days from one to another, both included.
    """

    from_: date
    to: date

    def problems(self) -> Iterator[Problem]:
        if self.to < self.from_:
            message = f"止期 {self.to} 早于起期 {self.from_}。"
            yield problem_in(self, "to", "dates_inverted", message, "请改正起止日期。")

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.from_ <= day <= self.to


@dataclass(frozen=True)
class Span(_Days):
    """
    Days without a name; without an end it goes on.
    """

    from_: date
    to: date = date.max


@dataclass(frozen=True)
class Phase(_Days):
    """
    A named part of the programme's days; its last day must be written.
    """

    name: str
    from_: date
    to: date
    source: str


@dataclass(frozen=True)
class MandatoryField:
    """
    What every case must name (XQ-20, JZ-18).
    """

    id: Literal[
        "leader",
        "department",
        "unit",
        "team",
        "resolve_by",
        "responsible_leader",
        "handler",
        "contact",
        "plan",
    ]
    title: str
    source: str


@dataclass(frozen=True)
class BatchKind:
    """
    A run of handing down (XQ-16, XQ-17).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class DriveKind:
    """
    A special drive of so many days, the first day included (DY-07).
    """

    id: str
    title: str
    days: int
    source: str

    def problems(self) -> Iterator[Problem]:
        if self.days < 1:
            message = "活动天数须至少为一天。"
            yield problem_in(self, "days", "not_positive", message, "请改正天数。")


@dataclass(frozen=True)
class Objections:
    """
    How long a wrongly addressed office may send a case back.

    The handing office (交办单位) decides; a dispute goes to the office called
    `dispute_to`, else to the office above the handing office.
    """

    limit: Limit
    source: str
    dispute_to: str = ""


@dataclass(frozen=True)
class HandOver:
    """
    What follows when a case moves to another office.

    What is owed in it then is due at the earliest after `limit`, counted from the move;
    without one the days stay as they were. A case that was handed on `too_often` is on
    the list of those (DY-32).
    """

    source: str
    too_often: int
    limit: Limit | None = None

    def problems(self) -> Iterator[Problem]:
        if self.too_often < 1:
            message = "次数须至少为一次。"
            yield problem_in(self, "too_often", "not_positive", message, "请改正。")


PlaceOf = Literal["event", "residence", "registration"]
"""
A place that counts in a matter across areas: of the event, of the petitioner's usual
residence, of the household registration (XQ-32).
"""


@dataclass(frozen=True)
class AreaRole:
    """
    The part of a unit in a matter across areas (XQ-32). Roles are of units, never of
    the petitioner; `support` is help and explanation, the old word in `tooltip`.

    Which units it is suggested for: with `competent` the department that is in charge
    of the topic (谁主管、谁负责), then the units that answer for `places` (属地管理).
    Only the first of them may lead (XQ-15).
    """

    id: Literal["lead", "co_handling", "cooperating"]
    unit: str
    duty: str
    source: str
    support: bool = False
    tooltip: str = ""
    competent: bool = False
    places: tuple[PlaceOf, ...] = ()


@dataclass(frozen=True)
class Competence:
    """
    The office that is in charge of a topic: 谁主管、谁负责 (XQ-15).
    """

    topic: str
    office: str
    source: str


@dataclass(frozen=True)
class NamedLimit:
    """
    A limit of law that opens no duty here; the calculator of days uses it (TL-08).
    """

    id: str
    title: str
    limit: Limit
    of: Literal["petitioner", "office"]
    source: str


@dataclass(frozen=True)
class AutomaticCase:
    """
    The petitions that become cases when they are registered; all others become one when
    a person says so. `first`: no other petition of the matter is known, nor a case.
    """

    id: str
    title: str
    source: str
    when: Mapping[PetitionFact, Condition]

    def includes(self, facts: Mapping[str, object]) -> bool:
        return all_hold(self.when, facts)


@dataclass(frozen=True)
class RefusalReason:
    """
    Why a petition may not be accepted, as the notice says it (S10).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class GroupVisits:
    """
    When many come together by one of these channels it is a group visit: from so many
    persons on, who name so many `representatives` at most (TL-51, A-27).
    """

    channels: tuple[str, ...]
    from_: int
    representatives: int
    source: str

    def includes(self, channel: str | None, persons: int) -> bool:
        return channel in self.channels and persons >= self.from_

    def problems(self) -> Iterator[Problem]:
        for name in ("from_", "representatives"):
            if getattr(self, name) < 1:
                message = "人数须至少为一人。"
                yield problem_in(self, name, "not_positive", message, "请改正。")


@dataclass(frozen=True)
class Verdict:
    """
    How an opinion on a petition decides, as the law names it (S17).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class Review:
    """
    Which petitions are reviewed, and within which limits of the rule set, by their ids,
    that is asked for once the opinion has been served (S19, TL-08, TL-10).
    """

    category: Literal["suggestion", "accusation", "claim"]
    asked_within: str
    finally_asked_within: str
    source: str


@dataclass(frozen=True)
class ReviewTerms:
    """
    A `Review` with its limits.
    """

    category: Category
    asked: NamedLimit
    finally_asked: NamedLimit

    def within(self, request: PetitionStep) -> NamedLimit:
        """
        The limit of a request for a review, or for a final one.
        """
        final = request is PetitionStep.FINAL_REVIEW_ASKED
        return self.finally_asked if final else self.asked


@dataclass(frozen=True)
class Resolution:
    """
    How a point on which the documents are silent was settled (A-01 .. A-50).
    """

    id: str
    text: str


@dataclass(frozen=True)
class LeftOut:
    """
    A requirement that no entry of the file does: why, and where it is met if it is.
    """

    id: str
    why: str
    where: str = ""


@dataclass(frozen=True)
class HearingSubject:
    """
    A kind of matter that is open to hearing; `public`: as a rule everybody may come.
    """

    id: str
    title: str
    public: bool
    source: str


@dataclass(frozen=True)
class HearingRules:
    """
    Notice between telling the participants and the sitting; bounds of the members.

    `members_odd`: their number must be. `request_answer`: within which the request of a
    party is answered. `watch`: after a result, until it is seen whether the matter
    stayed settled. `subjects`: what may be heard, if the programme says so.
    """

    notice: Limit
    members_min: int
    members_max: int
    source: str
    masked: bool = False
    members_odd: bool = False
    request_answer: Limit | None = None
    watch: Limit | None = None
    subjects: tuple[HearingSubject, ...] = ()

    def problems(self) -> Iterator[Problem]:
        if self.members_max < self.members_min:
            message = "听证员人数的上限小于下限。"
            yield problem_in(
                self, "members_max", "bounds_inverted", message, "请改正。"
            )
        yield from duplicates(self.subjects, "id")


@dataclass(frozen=True)
class ReturnRules:
    """
    Where returns are mailed: the hub's to `recipients` (office codes or addresses),
    any other office's to the office above it (PY-53), the top's to `above_root`.
    """

    recipients: tuple[str, ...]
    above_root: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Settings:
    """
    The ambiguities of the documents that the offices settle with a number.

    The others are settled by the entries themselves: which days a report is owed on,
    which reply answers in three months. `warn_days`: a duty is marked as due soon so
    many days before its day, unless its rule says otherwise. `receipt_days`: from
    sending to receipt where nobody stamped it (A-11). `review_grace_days`: a closing
    confirmed more days after it was concluded counts from the day of confirmation;
    unset, it always counts from the day it was concluded (S22, S23).
    `delivery_attempts`: on so many days it was tried in vain to reach the petitioner
    before no reply is owed any more (A-39). `sensitive_days`: a case is marked as
    sensitive for so many days at most; then the mark expires unless it is set anew.
    """

    count_ended_as_resolved: bool
    warn_days: int
    receipt_days: int
    delivery_attempts: int
    review_grace_days: int | None = None
    sensitive_days: int | None = None

    def problems(self) -> Iterator[Problem]:
        least = {"warn_days": 0, "receipt_days": 0, "review_grace_days": 0}
        least |= {"delivery_attempts": 1, "sensitive_days": 1}
        for name, lowest in least.items():
            written = getattr(self, name)
            if written is not None and written < lowest:
                yield problem_in(
                    self, name, "not_positive", f"不能小于 {lowest}。", "请改正。"
                )
