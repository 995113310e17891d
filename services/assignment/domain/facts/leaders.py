"""
Facts about leaders, appraisals and the acts that a programme asks for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from services.assignment.domain.facts.base import Fact, PostOf
from shared.policy.parts.duties import ACT_RECORDED
from shared.vocabulary import Difficulty


@dataclass(frozen=True, kw_only=True)
class LeadersConfirmed(Fact, name="matter.leaders_confirmed", title="确定包案"):
    """
    Leaders of a case were named; what is left out stays as it was.

    *new_holders*: posts that have passed to somebody else, who leads from that day.
    *holders*: office, post and who of its holders leads, where that is known.
    *territorial_office*: which unit answers for it by place (属地责任: XQ-51).
    """

    leaders: tuple[PostOf, ...] = ()
    holders: tuple[tuple[str, str, str], ...] = ()
    new_holders: tuple[PostOf, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
    team: str | None = None
    territorial_office: str | None = None
    resolve_by: date | None = None
    reason: str | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseLed(Fact, name="matter.leader_named", title="包案落实"):
    """
    All leaders that the programme asks for are named.

    Computed from the other facts, never stored.
    """


@dataclass(frozen=True, kw_only=True)
class LeaderRecused(Fact, name="matter.leader_recused", title="包案回避"):
    """
    A post must not lead the case, or may again when *lifted*; *own*: it is a post of
    the responsible office. *holder*: only this one of its holders.
    """

    leader_office: str
    post: str
    lifted: bool
    own: bool
    holder: str | None = None
    reason: str | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class LeaderSucceeded(Fact, name="matter.leader_succeeded", title="交接包案"):
    """The case passed to another holder of a post that leads it."""

    leader_office: str
    post: str
    holder: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseAppraised(Fact, name="matter.case_appraised", title="研判案件"):
    """
    A person judged what bears on who must lead, or put the case into a class of its
    programme; what was not judged is None.
    """

    in_scope: bool
    difficulty: Difficulty | None = None
    case_class: str | None = None
    first_petition: bool | None = None
    cross_separate: bool | None = None
    long_span: bool | None = None
    many_people: bool | None = None
    policy_heavy: bool | None = None
    sensitive: bool | None = None
    review_on: date | None = None
    reason: str | None = None
    by: str = ""


@dataclass(frozen=True)
class Party:
    """
    Somebody outside the offices took part, named by *role* alone; the petitioner agreed
    to that on a day.
    """

    role: str
    consented_on: date


@dataclass(frozen=True, kw_only=True)
class ActRecorded(Fact, name=ACT_RECORDED, title="记载事项"):
    """
    An office did one of the programme's acts (履职事项).

    *record*: its own id, or that of the act which it carries on. *by_office*: the
    office that recorded it. *document_ids*: the files of the case that show it, and
    *by_files*: that only files can.
    *place*: which of the office's; *attended_at*: when somebody came there (JZ-36).
    *arrived_at*: when a report was handed in, by local time, whatever day it names.
    """

    act: str
    kind: str | None = None
    post: str | None = None
    evidence: str | None = None
    to: str | None = None
    until: date | None = None
    text: str | None = None
    document: str | None = None
    consent: bool | None = None
    count: int | None = None
    result: str | None = None
    new_number: str | None = None
    parties: tuple[Party, ...] = ()
    document_ids: tuple[str, ...] = ()
    by_files: bool = False
    record: str = ""
    by_office: str = ""
    period: str | None = None
    nil: bool = False
    place: str | None = None
    attended_at: datetime | None = None
    arrived_at: datetime | None = None

    @property
    def cause(self) -> str:
        return self.act


@dataclass(frozen=True, kw_only=True)
class ActWithdrawn(Fact, name="matter.act_withdrawn", title="撤销记载事项"):
    """
    The act whose id is *record* counts no more: it was recorded wrongly. What it
    discharged is owed again.
    """

    act: str
    record: str
    post: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ListItemDone(Fact, name="matter.checklist_item_done", title="完成清单事项"):
    """
    An item of a list of duties was done, as these files of the case show; *by_files*:
    only files can show it. *further*: the list is that of a further programme, "" that
    of the case's own; None if it was recorded before that was, and is done in each.
    """

    list: str
    item: str
    post: str
    evidence: str | None = None
    document_ids: tuple[str, ...] = ()
    by_files: bool = False
    further: str | None = None


def is_unshown(fact: Fact, withdrawn: Collection[str]) -> bool:
    """
    Whether all that showed an act, or that an item was done, were documents that are
    now *withdrawn*.
    """
    if not isinstance(fact, ActRecorded | ListItemDone) or not fact.document_ids:
        return False
    words = fact.evidence or fact.get("document")
    by_files_alone = fact.by_files or not words
    return by_files_alone and {*fact.document_ids} <= {*withdrawn}
