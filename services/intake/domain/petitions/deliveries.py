"""
How the papers of a petition's steps reach the petitioner, or could not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.petitions import Petition, Reply, not_withdrawn
from services.intake.domain.petitions.reviews import asked_in_time
from services.intake.domain.petitions.steps import BETWEEN_OFFICES, OPINIONS, Step
from services.intake.events.lifecycle import NoticeDelivered, NoticeDeliveryWithdrawn
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import (
    DeliveryOutcome,
    PetitionState,
    ReplyKind,
    ReplyMode,
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """
    An attempt to bring the paper of a *step*, named by its id, to the petitioner; or a
    *reply* of a kind that has not been given yet, as by telephone. One that is
    *withdrawn_on* a day was recorded wrongly and counts no more.
    """

    id: str
    petition: str
    step: str | None
    on: date
    mode: ReplyMode
    outcome: DeliveryOutcome
    note: str | None = None
    withdrawn_on: date | None = None
    reply: ReplyKind | None = None


_NO_REPLY_OWED = frozenset(
    {PetitionState.FORWARDED, PetitionState.REPORTED, PetitionState.UNABLE_TO_REPLY}
)
_GIVEN_ONCE = frozenset({ReplyKind.PROCEDURAL, ReplyKind.RESULT})


def attempt(
    petition: Petition, delivery: Delivery, replies: Collection[Reply], today: date
) -> None:
    """
    Record that a reply could not be given; what reached the petitioner is a reply.
    *replies*: those to the petition that stand.

    Raises `Rejected` with every reason.
    """
    reject_if(
        [
            *_still_owes_reply(petition),
            *_attempt_faults(petition, delivery, replies, today),
        ]
    )


def _attempt_faults(
    petition: Petition,
    delivery: Delivery,
    replies: Collection[Reply],
    today: date,
    *,
    at: str = "",
) -> Iterator[Problem]:
    """
    What is wrong with an attempt to reply that the request has *at* a place.
    """
    received = petition.received_on
    yield from not_withdrawn(petition)
    yield from day_has_come(delivery.on, today, f"{at}/on")
    yield from day_not_before(delivery.on, received, f"{at}/on", "收到日期")
    yield from _in_vain(delivery, at)
    yield from _not_replied_before(delivery, replies, at)


def deliver(
    petition: Petition,
    delivery: Delivery,
    around: Circumstances,
    earlier: Collection[Delivery],
    *,
    at: str = "",
) -> NoticeDelivered:
    """
    Record that the paper of a step was delivered, refused or could not be delivered;
    *earlier*: the other deliveries that count, *at*: where the request has this one. A
    review that was asked for stays one in time: its days run from the first delivery
    (TL-08, TL-10).

    Raises `Rejected` with every reason.
    """
    step = next((each for each in around.earlier if each.id == delivery.step), None)
    then = replace(around, served=served([*earlier, delivery]))
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(delivery.on, around.today, f"{at}/on"),
            *day_not_before(delivery.on, step.on if step else None, f"{at}/on"),
            *_step_with_paper(step),
            *(_asked_in_time(petition, then, at) if _is_opinion(step) else ()),
        ]
    )
    if step is None:
        raise AssertionError
    return NoticeDelivered(
        office=petition.office,
        case_number=petition.number,
        occurred_on=delivery.on,
        programme=petition.programme,
        step=step.kind,
        case_kind=petition.case_kind,
        mode=delivery.mode,
        outcome=delivery.outcome,
    )


def correct_delivery(
    petition: Petition,
    wrong: Delivery,
    right: Delivery,
    around: Circumstances,
    deliveries: Collection[Delivery],
    *,
    on: date,
) -> tuple[NoticeDelivered, NoticeDeliveryWithdrawn]:
    """
    Record how a paper really reached the petitioner, in place of what was recorded.
    *deliveries*: the deliveries that count.

    Raises `Conflict` if the wrong record counts no more, `Rejected` with every reason.
    """
    _correctable(petition, wrong)
    others = [each for each in deliveries if each.id != wrong.id]
    delivered = deliver(petition, right, around, others, at="/right")
    return delivered, _withdrawn(petition, wrong, delivered.step, on)


def withdraw_delivery(
    petition: Petition,
    wrong: Delivery,
    around: Circumstances,
    deliveries: Collection[Delivery],
    *,
    step: Step | None,
    on: date,
) -> NoticeDeliveryWithdrawn | None:
    """
    Record that a paper was never delivered, nor tried to be, as it was recorded;
    likewise an attempt to reply, of which nothing is announced. *deliveries*: those
    that count, *step*: the one whose paper it was, though it may be withdrawn itself.

    Raises `Conflict` if the wrong record counts no more, `Rejected` with every reason.
    """
    _correctable(petition, wrong)
    others = [each for each in deliveries if each.id != wrong.id]
    then = replace(around, served=served(others))
    is_opinion = step in around.earlier and _is_opinion(step)
    asked = _asked_in_time(petition, then, "") if is_opinion else ()
    reject_if([*not_withdrawn(petition), *asked])
    return _withdrawn(petition, wrong, step.kind, on) if step else None


def _withdrawn(
    petition: Petition, wrong: Delivery, step: str, on: date
) -> NoticeDeliveryWithdrawn:
    return NoticeDeliveryWithdrawn(
        office=petition.office,
        case_number=petition.number,
        occurred_on=max(on, wrong.on),
        programme=petition.programme,
        step=step,
        mode=wrong.mode,
        outcome=wrong.outcome,
        delivered_on=wrong.on,
    )


def correct_attempt(
    petition: Petition,
    wrong: Delivery,
    right: Delivery,
    replies: Collection[Reply],
    today: date,
) -> None:
    """
    Record when and how it was really tried in vain to give a reply.

    Raises `Conflict` if the wrong record counts no more, `Rejected` with every reason.
    """
    _correctable(petition, wrong)
    reject_if(_attempt_faults(petition, right, replies, today, at="/right"))


def _correctable(petition: Petition, wrong: Delivery) -> None:
    if wrong.withdrawn_on:
        raise Conflict.because(
            "delivery_withdrawn",
            f"这次送达记录已于 {wrong.withdrawn_on} 更正或者撤销。",
            "请核对送达记录的 id。",
        )
    reject_if(_ends_on_it(petition))


def _in_vain(delivery: Delivery, at: str) -> Iterator[Problem]:
    if delivery.outcome is not DeliveryOutcome.FAILED:
        yield Problem(
            "reply_reached",
            "已经送达的，是答复，不是送达记录。",
            "请登记答复（replies）；这里只登记每次未能答复的尝试（failed）。",
            f"{at}/outcome",
        )


def _still_owes_reply(petition: Petition) -> Iterator[Problem]:
    if petition.state in _NO_REPLY_OWED:
        yield Problem(
            "no_reply_owed",
            f"信访件{petition.state.chinese}，本机关不再答复信访人。",
            "请核对信访件编号；步骤有误的，请先撤销该步骤。",
            "/reply",
        )


def _not_replied_before(
    delivery: Delivery, replies: Collection[Reply], at: str
) -> Iterator[Problem]:
    """
    What was told once is not tried in vain on a later day; of the progress an office
    tells more than once.
    """
    days = [each.replied_on for each in replies if each.kind is delivery.reply]
    if delivery.reply in _GIVEN_ONCE and days and min(days) < delivery.on:
        yield Problem(
            "already_replied",
            f"{delivery.reply.chinese}已于 {min(days)} 答复信访人。",
            "请核对日期和答复的种类；答复登记有误的，请先撤销该答复。",
            f"{at}/on",
        )


def _is_opinion(step: Step | None) -> bool:
    return step is not None and step.kind in OPINIONS


def _asked_in_time(
    petition: Petition, around: Circumstances, at: str
) -> Iterator[Problem]:
    """
    What the reviews that were asked for lack once these papers were served.
    """
    for place, step in enumerate(around.earlier):
        then = replace(around, earlier=around.earlier[:place])
        for problem in asked_in_time(petition, step, then):
            yield replace(problem, location=f"{at}{problem.location}")


def _ends_on_it(petition: Petition) -> Iterator[Problem]:
    """
    What shows that nobody can be told stays as long as the petition ends on that.
    """
    if petition.state is PetitionState.UNABLE_TO_REPLY:
        yield Problem(
            "evidence_of_the_end",
            "这件信访已据送达记录认定无法回复。",
            "请先撤销“无法回复”这一步骤，再更正或者撤销送达记录。",
            "/state",
        )


def _step_with_paper(step: Step | None) -> Iterator[Problem]:
    if step is None or step.document is None or step.kind in BETWEEN_OFFICES:
        yield Problem(
            "no_such_paper",
            "这件信访没有这一步骤，或者该步骤没有送达信访人的文书。",
            "请填写有文号的步骤的 id。",
            "/step",
        )


def failed_days(deliveries: Collection[Delivery]) -> int:
    """
    On how many days a paper could not be delivered, or a reply not given (A-39).
    """
    failed = DeliveryOutcome.FAILED
    return len({each.on for each in deliveries if each.outcome is failed})


def served(deliveries: Collection[Delivery]) -> dict[str, date]:
    """
    The day on which the paper of each step, by its id, first reached the petitioner.
    """
    days = dict[str, date]()
    for each in deliveries:
        if each.step and each.outcome is not DeliveryOutcome.FAILED:
            days[each.step] = min(each.on, days.get(each.step, each.on))
    return days


def is_unreachable(petitioner: Mapping[str, object] | None) -> bool:
    """
    Whether a petition names nobody who could be reached; None: it is anonymous.
    """
    contact = petitioner or {}
    return not (contact.get("phone") or contact.get("address"))
