"""
The decision whether a case gets a hearing (PY-28).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import (
    Act,
    Hearing,
    Problems,
    State,
    Terms,
    state_after,
)
from services.hearing.events import HearingDecided
from shared.cases.case import Case, about, require_unmerged
from shared.errors import reject_if
from shared.rules import (
    check_rules,
    day_has_come,
    day_not_before,
    leader_approves,
    text_is_given,
)
from shared.vocabulary import HearingDecision

DECIDED_AS = {
    HearingDecision.HOLD: State.DECIDED,
    HearingDecision.NOT_NEEDED: State.NOT_NEEDED,
}


def decision_has_a_reason(hearing: Hearing, _terms: Terms) -> Problems:
    """
    A decision has a reason, whether a hearing is held or not (PY-28).
    """
    yield from text_is_given(hearing.reason, "/reason", "reason_missing", "理由")


def decision_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.decided_on, terms.today, "/decided_on", "决定日期")


def a_leader_approves(hearing: Hearing, terms: Terms) -> Problems:
    """
    A hearing is approved by the office's leading group (听证工作规定 4).
    """
    yield from leader_approves(hearing.approver_post, terms.approvers, "/approver_post")


DECIDING = (decision_has_a_reason, decision_has_come, a_leader_approves)


def decide(
    case: Case,
    earlier: Hearing | None,
    terms: Terms,
    *,
    identity: str,
    decision: str,
    decided_on: date,
    reason: str,
    approver_post: str,
    request: str | None = None,
) -> tuple[Hearing, Hearing | None, HearingDecided]:
    """
    Decide on a hearing. Also returns the *earlier* decision as it stands afterwards
    (PY-28).

    Raises `Conflict` while an earlier hearing is under way, `Rejected`.
    """
    require_unmerged(case, decided_on)
    replaced = earlier and replace(earlier, state=state_after(earlier, Act.DECIDE))
    hearing = Hearing(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        state=DECIDED_AS[HearingDecision(decision)],
        decision=HearingDecision(decision),
        decided_on=decided_on,
        reason=reason,
        approver_post=approver_post,
        request=request,
    )
    reject_if(
        [
            *check_rules(DECIDING, hearing, terms),
            *_decided_in_order(hearing, earlier),
        ]
    )
    replaced_one = earlier if replaced and replaced.state is State.REPLACED else None
    event = HearingDecided(
        **about(case, decided_on),
        in_scope=case.in_scope,
        decision=decision,
        replaces=replaced_one.decision if replaced_one else "",
    )
    return hearing, replaced, event


def _decided_in_order(hearing: Hearing, earlier: Hearing | None) -> Problems:
    if earlier:
        yield from day_not_before(
            hearing.decided_on,
            earlier.decided_on,
            "/decided_on",
            "上一次听证决定的日期",
            "决定日期",
        )
