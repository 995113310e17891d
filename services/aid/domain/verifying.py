"""
The verification of an application: every ground of the law answered, one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from services.aid.domain.application import (
    Act,
    Answer,
    Application,
    Problems,
    Verification,
    state_after,
)
from shared.errors import Problem, reject_if
from shared.policy.parts.aid import AidGround, AidLaw
from shared.rules import day_has_come, day_not_before, documents_filed, post_exists


def verify(
    application: Application,
    law: AidLaw | None,
    verification: Verification,
    *,
    posts: Collection[str],
    today: date,
    filed: Collection[str] = (),
) -> Application:
    """
    Record the answers; until the decision a newer verification takes the place of the
    one before. *filed*: the ids of the documents of the case. Raises `Conflict`,
    `Rejected`.
    """
    state = state_after(application, Act.VERIFY)
    grounds = law.grounds if law else ()
    refusals = law.refusals if law else ()
    reject_if(
        [
            *day_has_come(verification.on, today, "/verified_on", "核实日期"),
            *day_not_before(
                verification.on,
                application.applied_on,
                "/verified_on",
                "申请日期",
                "核实日期",
            ),
            *post_exists(verification.post, posts, "/post"),
            *_answered(grounds, verification.grounds, "/grounds"),
            *_answered(refusals, verification.refusals, "/refusals"),
            *_shown(verification.grounds, filed, "/grounds"),
            *_shown(verification.refusals, filed, "/refusals"),
        ]
    )
    before = application.verification
    earlier = (*before.earlier, before.by) if before else ()
    return replace(
        application, state=state, verification=replace(verification, earlier=earlier)
    )


def _answered(
    grounds: Sequence[AidGround], answers: Sequence[Answer], location: str
) -> Problems:
    """
    Each ground is answered once, and no other.
    """
    titles = {ground.id: ground.title for ground in grounds}
    counted = Counter(answer.ground for answer in answers)
    for ground, title in titles.items():
        if ground not in counted:
            yield Problem(
                "ground_unanswered",
                f"没有回答“{title}”是否成立。",
                f"请补上 ground 为 {ground} 的一项，写明是否成立和依据。",
                location,
            )
    for number, answer in enumerate(answers):
        place = f"{location}/{number}/ground"
        if answer.ground not in titles:
            listed = "、".join(f"{key}（{title}）" for key, title in titles.items())
            yield Problem(
                "no_such_ground",
                f"没有“{answer.ground}”这一情形。",
                f"可选：{listed}。" if listed else "本专项没有须逐项核实的情形。",
                place,
            )
        elif counted[answer.ground] > 1:
            yield Problem(
                "ground_repeated",
                f"“{titles[answer.ground]}”回答了不止一次。",
                "请只保留一项。",
                place,
            )


def _shown(
    answers: Sequence[Answer], filed: Collection[str], location: str
) -> Problems:
    """
    What shows an answer was filed with the case.
    """
    for number, answer in enumerate(answers):
        place = f"{location}/{number}/document_ids"
        yield from documents_filed(answer.document_ids, filed, place)
