"""
Petitions and the replies to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.intake.domain.petitions.appeals import appeal_problems
from services.intake.domain.words import (
    in_words,
    kind_of_kept_category,
    not_in_words,
)
from services.intake.events.petitions import PetitionRegistered, ReplyGiven
from shared.errors import Problem, reject_if
from shared.policy.directory import Directory, Office
from shared.policy.parts.petitions import GroupVisits
from shared.policy.parts.routes import ProgressOnly
from shared.policy.parts.words import Word, Words, find
from shared.rules import (
    day_has_come,
    day_not_before,
    documents_filed,
    not_the_accused,
    office_exists,
    post_exists,
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


def check_received(
    received_on: date, today: date, handler_post: str | None, office: Office
) -> None:
    """
    Raises `Rejected` for a day of receipt in the future, or a post of the handler that
    the office does not have.
    """
    reject_if(_receipt_problems(received_on, today, handler_post, office))


def check_registration(
    body: Mapping[str, Any],
    words: Words,
    today: date,
    office: Office,
    directory: Directory,
    *,
    group_visits: GroupVisits | None = None,
    progress_only: ProgressOnly | None = None,
    earliest: date | None = None,
) -> None:
    """
    Raises `Rejected` likewise, for a day before the *earliest* that a ledger may have,
    for fewer persons than are named, for every value that is not one of the *words* of
    the programme, for a group visit that does not name its representatives as the law
    says, for a kind of case that a category *progress_only* does not have (XQ-56), and
    for an accusation against the office itself or one above it: whatever
    stands in the register of an office is seen by those above it.
    """
    received_on, handler_post = body["received_on"], body.get("handler_post")
    channel = in_words(body, words)["channel"]
    reject_if(
        [
            *representatives_named(body, find(words["channel"], channel), group_visits),
            *_receipt_problems(received_on, today, handler_post, office),
            *_too_early(received_on, earliest),
            *_persons(body),
            *appeal_problems(body, received_on, directory),
            *not_in_words(body, words),
            *kind_of_kept_category(body, progress_only, words),
            *accusation_problems(body, [office.code], directory, body["received_on"]),
        ]
    )


def representatives_named(
    body: Mapping[str, Any],
    channel: Word | None,
    rule: GroupVisits | None,
    under: str = "",
) -> Iterator[Problem]:
    """
    A group visit, and no other petition, says how many persons represent it; nobody's
    name is stored for that.
    """
    named = body.get("representatives")
    if (
        rule is None
        or channel is None
        or not rule.includes(channel.id, body.get("persons", 1))
    ):
        if named is not None:
            yield Problem(
                "not_a_group_visit",
                "这件信访不是集体访，没有推选的代表。",
                "请删去代表人数，或核对信访形式和人数。",
                f"{under}/representatives",
            )
        return
    if named is None:
        yield Problem(
            "required",
            f"{rule.from_} 人以上{channel.title}为集体访，须写明推选的代表人数。",
            f"代表不超过 {rule.representatives} 人（{rule.source}）。",
            f"{under}/representatives",
        )
    elif named > rule.representatives:
        yield Problem(
            "too_many_representatives",
            f"集体访推选代表 {named} 人，超过 {rule.representatives} 人"
            f"（{rule.source}）。",
            "请告知信访人另行推选代表后再登记。",
            f"{under}/representatives",
        )


def accusation_problems(
    body: Mapping[str, Any],
    offices: Iterable[str],
    directory: Directory,
    on: date,
    under: str = "",
) -> Iterator[Problem]:
    """
    Only an accusation names whom it accuses, an office of the directory; and none of
    the *offices* that have it is that one or below it.
    """
    accused, place = body.get("accused_office"), f"{under}/accused_office"
    if accused is None:
        return
    if body["category"] != Category.ACCUSATION:
        yield Problem(
            "not_an_accusation",
            "只有检举控告类信访才填写被检举控告的单位。",
            "请删去此项，或改正信访类别。",
            place,
        )
    yield from office_exists(accused, directory, on, place)
    if directory.exists(accused, on):
        for office in offices:
            yield from not_the_accused(office, accused, directory, on, place)


def _receipt_problems(
    received_on: date, today: date, handler_post: str | None, office: Office
) -> Iterator[Problem]:
    yield from day_has_come(received_on, today, "/received_on", "收到日期")
    yield from post_of_office(handler_post, office, "/handler_post")


def post_of_office(post: str | None, office: Office, place: str) -> Iterator[Problem]:
    """
    The post of a handler, if one is named, is one of the office.
    """
    if post is not None:
        yield from post_exists(post, office.posts, place, office.name)


def _too_early(received_on: date, earliest: date | None) -> Iterator[Problem]:
    if earliest is not None and received_on < earliest:
        yield Problem(
            "date_too_early",
            f"收到日期 {received_on} 早于 {earliest}。",
            "请核对年份。",
            "/received_on",
        )


def _persons(body: Mapping[str, Any]) -> Iterator[Problem]:
    named, persons = 1 + len(body.get("members", ())), body.get("persons")
    if persons is not None and persons < named:
        yield Problem(
            "fewer_persons_than_named",
            f"人数 {persons} 少于写明的信访人 {named} 名（含联名信访人）。",
            "请更正人数，或不填此项，由系统按写明的人计。",
            "/persons",
        )


def known_at_counter(petition: Petition, directory: Directory) -> dict[str, object]:
    """
    The facts on which rules of a programme depend when a petition is registered.
    """
    return {
        "first": petition.repeat_of is None,
        "office_level": directory.office(petition.office).level,
        "case_kind": petition.case_kind,
        "category": petition.category,
        "channel": petition.channel,
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
