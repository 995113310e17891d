"""
Petitions and the replies to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from services.intake.events.petitions import PetitionRegistered, ReplyGiven
from shared.errors import Problem, reject_if
from shared.policy.directory import Directory
from shared.policy.parts.petitions import Arrival
from shared.policy.programme import Programme
from shared.rules import (
    day_has_come,
    day_not_before,
    documents_filed,
)
from shared.vocabulary import (
    Appellant,
    Category,
    DeliveryOutcome,
    PetitionState,
    ReplyKind,
    ReplyMode,
)


@dataclass(frozen=True)
class Petition:
    """
    One contact, as far as a decision needs it.

    *channel*, *case_kind*, *origin*, *topic* and *registration_level* are words of the
    programme; *persons* is how many petition together. *repeat_of* is the first
    petition of the same matter, None for a first one. *to_office* has received it and
    registered it *received_as* a petition of its own; this one was *passed_from*
    another office's. *case_opened_on*: since when it is also a case. *first_office* and
    *first_post* handled the first petition of the matter first (PY-46, DY-10), and
    *handler_post* this one.
    An accusation is kept from *accused_office* and all below it.
    *matter_decided_on*: when a person last decided whether it is a repeat.
    *corrected*: how often it was corrected. *split_from* and *split_into*: an
    accusation and a claim that came in one letter are two petitions (A-49).
    *received_by*: the official who took it in (S1). *group_visit*: so many came that
    the law calls it one (I-43). An appeal against a decision not to prosecute (TL-29)
    names the *non_prosecution_office* that decided, the day on which that was served,
    and the *appellant*; it was *appealed_on* the day of posting, if that is known.
    """

    number: str
    office: str
    programme: str
    received_on: date
    channel: str
    category: Category
    case_kind: str
    repeat_of: str | None
    origin: str
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    state: PetitionState = PetitionState.REGISTERED
    to_office: str | None = None
    received_as: str | None = None
    passed_from: str | None = None
    case_opened_on: date | None = None
    first_office: str | None = None
    first_post: str | None = None
    handler_post: str | None = None
    matter_decided_on: date | None = None
    accused_office: str | None = None
    corrected: int = 0
    withdrawn_on: date | None = None
    split_from: str | None = None
    split_into: str | None = None
    received_by: str | None = None
    group_visit: bool = False
    non_prosecution_office: str | None = None
    non_prosecution_served_on: date | None = None
    appellant: Appellant | None = None
    appealed_on: date | None = None


@dataclass(frozen=True)
class Reply:
    """
    An answer to the *petition* of that number, with the files that show it; *office*
    gave it, and is credited with it. None: it was recorded before that was. *served*:
    whether its paper was signed for or refused, if it has one (S18), and *document* the
    number of that paper.
    """

    id: str
    petition: str
    replied_on: date
    kind: ReplyKind
    mode: ReplyMode
    outcome: str | None
    summary: str
    withdrawn_on: date | None = None
    document_ids: tuple[str, ...] = ()
    office: str | None = None
    served: DeliveryOutcome | None = None
    document: str | None = None


def known_at_counter(
    petition: Petition, programme: Programme, directory: Directory
) -> dict[str, object]:
    """
    The facts on which rules of a programme depend when a petition is registered.
    """
    arrived: Arrival = "counter"
    if petition.passed_from:
        handed = programme.is_handed(petition.origin)
        arrived = "handed_down" if handed else "forwarded"
    return {
        "first": petition.repeat_of is None,
        "office_level": directory.office(petition.office).level,
        "case_kind": petition.case_kind,
        "category": petition.category,
        "channel": petition.channel,
        "arrived": arrived,
    }


def registered(petition: Petition) -> PetitionRegistered:
    return PetitionRegistered(
        office=petition.office,
        case_number=petition.number,
        occurred_on=petition.received_on,
        programme=petition.programme,
        channel=petition.channel,
        category=petition.category,
        case_kind=petition.case_kind,
        first=petition.repeat_of is None,
        origin=petition.origin,
        topic=petition.topic,
        registration_level=petition.registration_level,
        persons=petition.persons,
        handler_post=petition.handler_post,
        passed=petition.passed_from is not None,
        part=petition.split_from is not None,
        group=petition.group_visit,
    )


def reply(
    petition: Petition,
    given: Reply,
    *,
    earlier: Collection[str],
    today: date,
    filed: Collection[str] = (),
) -> ReplyGiven:
    """
    Record that the office answered; *earlier*: the kinds of the earlier replies,
    *filed*: the ids of the documents of the petition.

    Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(given.replied_on, today, "/replied_on", "回复日期"),
            *day_not_before(
                given.replied_on, petition.received_on, "/replied_on", "收到日期"
            ),
            *_result_only_once(given, earlier),
            *_reached(given),
            *documents_filed(given.document_ids, filed),
        ]
    )
    return ReplyGiven(
        office=petition.office,
        case_number=petition.number,
        occurred_on=given.replied_on,
        programme=petition.programme,
        kind=given.kind,
        mode=given.mode,
        reply=given.id,
    )


def not_withdrawn(petition: Petition) -> Iterator[Problem]:
    """
    A problem if the petition was withdrawn: nothing more is done in it.
    """
    if petition.withdrawn_on:
        yield Problem(
            "petition_withdrawn",
            f"这件信访已于 {petition.withdrawn_on} 撤销登记。",
            "请核对编号。",
            "/number",
        )


def other_stands(
    number: str, withdrawn_on: date | None, place: str = "/same_as"
) -> Iterator[Problem]:
    """
    The petition or case that another one is the same as was not withdrawn: what is in
    it counts nowhere.
    """
    if withdrawn_on:
        yield Problem(
            "same_as_withdrawn",
            f"{number} 已于 {withdrawn_on} 撤销登记。",
            "请填写仍在登记的一件；撤销有误的，请先恢复其登记。",
            place,
        )


def _reached(given: Reply) -> Iterator[Problem]:
    """
    What did not reach the petitioner is not yet an answer.
    """
    if given.served == DeliveryOutcome.FAILED:
        yield Problem(
            "reply_not_served",
            "未能送达的，不是答复。",
            "请在送达后登记答复；每次未能送达登记为送达记录（deliveries）。",
            "/served",
        )
    elif given.served is not None and given.mode in _SPOKEN:
        yield Problem(
            "nothing_to_sign_for",
            f"{given.mode.chinese}答复没有可签收的文书。",
            "请删去送达结果，或更正答复方式。",
            "/served",
        )


_SPOKEN = frozenset({ReplyMode.PHONE, ReplyMode.VIDEO})


def _result_only_once(given: Reply, earlier: Collection[str]) -> Iterator[Problem]:
    if given.kind == ReplyKind.RESULT and ReplyKind.RESULT in earlier:
        yield Problem(
            "already_replied",
            "这件信访已经给过结果答复。",
            "补充说明请按办理过程答复（progress）登记。",
            "/kind",
        )
