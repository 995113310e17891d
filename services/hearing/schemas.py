"""
What hearing accepts at its door, reads from the bus and answers.
"""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from services.hearing import domain
from shared.vocabulary import HearingDecision
from shared.web.fields import (
    Strict,
    Tolerant,
    count,
    day,
    flag,
    many,
    nested,
    number_text,
    office_code,
    one_of,
    page_size,
    text,
)


class CaseOpened(Tolerant):
    """A case hearings may be held on."""

    programme = text(longest=80)
    in_scope = flag()


class CaseMerge(Tolerant):
    """A case merged into another, or taken out again."""

    programme = text(longest=80)
    in_scope = flag()
    into = number_text()


READS = {
    "intake.case_opened": CaseOpened(),
    "intake.case_merged": CaseMerge(),
    "intake.case_unmerged": CaseMerge(),
}


class MemberView(Strict):
    """A hearing member, by trade only."""

    trade = text(longest=40)

    @post_load
    def member(self, found: dict[str, Any], **_more: Any) -> domain.Member:
        return domain.Member(**found)


class DecisionMade(Strict):
    """Whether a hearing is held, and why."""

    decision = one_of(HearingDecision)
    decided_on = day()
    reason = text(longest=2000)
    approver_post = text(longest=80)


class Notice(Strict):
    """The hearing as announced to those who take part."""

    notified_on = day()
    scheduled_on = day()
    place = text(longest=200)
    public = flag()
    chair_post = text(longest=80)
    members = many(nested(MemberView), least=1, most=100)


class Sitting(Strict):
    """The hearing as it took place."""

    held_on = day()
    members_present = count(least=1, most=100)


class Result(Strict):
    """What came of the hearing."""

    result_on = day()
    settled = flag()
    opinion = text(longest=4000)


class HearingView(Strict):
    """A decision on a hearing and what came of it; null is what has not been yet."""

    id = text(longest=40)
    case_number = number_text()
    office = office_code(required=True)
    programme = text(longest=80)
    state = one_of(domain.State)
    decision = one_of(HearingDecision)
    decided_on = day()
    reason = text(longest=2000)
    approver_post = text(longest=80)
    notified_on = day(allow_none=True)
    scheduled_on = day(allow_none=True)
    place = text(longest=200, allow_none=True)
    public = flag(allow_none=True)
    chair_post = text(longest=80, allow_none=True)
    members = many(nested(MemberView), most=100)
    held_on = day(allow_none=True)
    members_present = count(least=1, most=100, allow_none=True)
    result_on = day(allow_none=True)
    settled = flag(allow_none=True)
    opinion = text(longest=4000, allow_none=True)


class HearingList(Strict):
    """Which hearings are asked for."""

    office = office_code()
    state = one_of(domain.State, required=False)
    after = text(longest=200, required=False)
    limit = page_size()
