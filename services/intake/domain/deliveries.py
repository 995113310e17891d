"""
How the papers of a petition's steps reach the petitioner, or could not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.intake.domain.petitions import Petition, not_withdrawn
from services.intake.domain.steps import BY_RECEIVER, Step
from services.intake.events import NoticeDelivered
from shared.errors import Problem, reject_if
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import DeliveryOutcome, ReplyMode


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """
    An attempt to bring the paper of a *step*, named by its id, to the petitioner.
    """

    id: str
    petition: str
    step: str
    on: date
    mode: ReplyMode
    outcome: DeliveryOutcome
    note: str | None = None


def deliver(
    petition: Petition, delivery: Delivery, steps: Sequence[Step], *, today: date
) -> NoticeDelivered:
    """
    Record that the paper of a step was delivered, refused or could not be delivered.

    Raises `Rejected` with every reason.
    """
    step = next((each for each in steps if each.id == delivery.step), None)
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(delivery.on, today, "/on"),
            *day_not_before(delivery.on, step.on if step else None, "/on"),
            *_step_with_paper(step),
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


def _step_with_paper(step: Step | None) -> Iterator[Problem]:
    if step is None or step.document is None or step.kind in BY_RECEIVER:
        yield Problem(
            "no_such_paper",
            "这件信访没有这一步骤，或者该步骤没有送达信访人的文书。",
            "请填写有文号的步骤的 id。",
            "/step",
        )


def failed_days(deliveries: Collection[Delivery]) -> int:
    """
    On how many days a paper could not be delivered (A-39).
    """
    failed = DeliveryOutcome.FAILED
    return len({each.on for each in deliveries if each.outcome is failed})


def is_unreachable(petitioner: Mapping[str, object] | None) -> bool:
    """
    Whether a petition names nobody who could be reached; None: it is anonymous.
    """
    known = petitioner or {}
    return not (known.get("phone") or known.get("address"))
