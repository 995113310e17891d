"""
The review of opinions: who may be asked for one and until when, and what the law does
not send this way (S17 to S19).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import OPINIONS, REQUESTS, Step
from shared.errors import Problem
from shared.vocabulary import PetitionStep as Kind


def _reviewable(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    Only what the law sends this way is reviewed (S19).
    """
    terms = around.review
    if step.kind not in REQUESTS or (terms and petition.category == terms.category):
        return
    yield Problem(
        "not_reviewable",
        "这件信访的处理意见不适用复查、复核。"
        if terms is None
        else f"只有{terms.category.chinese}信访事项的处理意见可以复查、复核。",
        "请告知信访人依法定途径提出；涉诉事项按诉讼程序办理。",
        "/step",
    )


def _reviewer(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    An opinion is reviewed by an office that is not at or below the one that gave it.
    """
    if step.kind not in REQUESTS or step.to_office is None:
        return
    reviewers = [each.to_office for each in around.earlier if each.kind in REQUESTS]
    gave = next((code for code in reversed(reviewers) if code), petition.office)
    if step.to_office == petition.office:
        return  # said by `_receiver`
    if around.directory.exists(step.to_office, step.on) and around.directory.is_within(
        step.to_office, gave, step.on
    ):
        yield Problem(
            "not_above",
            "复查、复核由作出处理意见的机关的上一级机关办理。",
            "请填写上一级机关的代码。",
            "/to_office",
        )


def asked_in_time(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    A review is asked for within the limit of the law after the opinion was served
    (TL-08, TL-10).
    """
    if step.kind not in REQUESTS or around.review is None:
        return
    opinion = [each for each in around.earlier if each.kind in OPINIONS][-1]
    served_on = around.served_on(opinion)
    if served_on is None or step.on < served_on:
        yield Problem(
            "opinion_not_served",
            f"“{opinion.kind.chinese}”的文书到 {step.on} 还没有送达信访人。",
            "请先登记送达（deliveries）。",
            "/on",
        )
        return
    limit = around.review.within(step.kind)
    due = around.calendar.due(served_on, limit.limit).day
    if step.on > due:
        yield Problem(
            "review_late",
            f"{limit.title}应在 {due} 前提出（{limit.source}）。",
            "请告知信访人逾期不予受理；有新的事实和理由的，按新的信访事项登记。",
            "/on",
        )


def _hearing_of_review(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    A hearing of the final review, whose days do not count, begins and ends by turns; it
    has ended before the decision (TL-11).
    """
    begun = Kind.REVIEW_HEARING_BEGUN
    running = bool(around.earlier) and around.earlier[-1].kind is begun
    needs = {
        begun: False,
        Kind.REVIEW_HEARING_ENDED: True,
        Kind.FINAL_REVIEW_DECIDED: False,
    }
    if step.kind in needs and needs[step.kind] is not running:
        yield Problem(
            "hearing_running" if running else "no_hearing_running",
            "复核听证已经开始，还没有结束。" if running else "没有正在进行的复核听证。",
            "请先登记听证结束。" if running else "请先登记听证开始。",
            "/step",
        )


@dataclass(frozen=True)
class ReviewWindow:
    """
    The *step* by which a review can be asked for, and the last day for it.
    """

    step: Kind
    until: date


ASKED_AGAINST: Mapping[Kind, Kind] = {
    Kind.OPINION_ISSUED: Kind.REVIEW_ASKED,
    Kind.REVIEW_DECIDED: Kind.FINAL_REVIEW_ASKED,
}
"""
The request for a review that an opinion can be met with; the last has none (L1 36).
"""


def review_until(steps: Sequence[Step], around: Circumstances) -> ReviewWindow | None:
    """
    Which review can be asked for now, and until when; None while none can: the opinion
    was not served, is the last one, or is of a matter that is not reviewed.
    """
    last = steps[-1] if steps else None
    return window_of(last, around) if last else None


def window_of(opinion: Step, around: Circumstances) -> ReviewWindow | None:
    """
    Until when the review of an *opinion* is or was to be asked for, likewise.
    """
    step, served_on = ASKED_AGAINST.get(opinion.kind), around.served_on(opinion)
    if step is None or served_on is None or around.review is None:
        return None
    limit = around.review.within(step)
    return ReviewWindow(step, around.calendar.due(served_on, limit.limit).day)


GUARDS = (_reviewable, _reviewer, asked_in_time, _hearing_of_review)
