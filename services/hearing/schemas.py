"""
What hearing accepts and answers over HTTP, and the events it reads.
"""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from services.hearing.domain.hearing import Hearing, Member, State
from shared import case_mirror
from shared.records import view_of
from shared.vocabulary import HearingDecision
from shared.web.fields import (
    Strict,
    count,
    day,
    flag,
    many,
    nested,
    office_code,
    one_of,
    page_size,
    text,
)

# The events that mirror the cases of intake, each with the schema that reads it.
READS = case_mirror.READS


class MemberNamed(Strict):
    """A hearing member, by trade only."""

    trade = text(longest=40)

    @post_load
    def member(self, fields: dict[str, Any], **_more: Any) -> Member:
        return Member(**fields)


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
    members = many(nested(MemberNamed), least=1, most=100)


class Sitting(Strict):
    """The hearing as it took place."""

    held_on = day()
    members_present = count(least=1, most=100)


class Result(Strict):
    """The result of the hearing."""

    result_on = day()
    settled = flag()
    opinion = text(longest=4000)


HearingView = view_of(Hearing)


class HearingList(Strict):
    """The filter and the page of a list of hearings."""

    office = office_code()
    state = one_of(State, required=False)
    after = text(longest=200, required=False)
    limit = page_size()
