"""
The sitting, the members' opinion and the results over HTTP.
"""

from __future__ import annotations

from services.hearing.domain.terms import Adoption, SittingStep
from services.hearing.schemas.planning import MOST
from shared.web.schema.fields import (
    Strict,
    count,
    day,
    flag,
    many,
    number_text,
    one_of,
    post,
    text,
)


class SittingHeld(Strict):
    """
    The hearing as it took place: when its members were briefed, which of them sat,
    which steps were taken. *reason*: why some were left out.
    """

    held_on = day()
    members_briefed_on = day()
    members_present = many(number_text(), least=1, most=MOST)
    steps = many(one_of(SittingStep), least=1, most=len(SittingStep))
    reason = text(longest=2000, required=False)


class OpinionGiven(Strict):
    """The members' opinion; *members_agreed*: how many of those present share it."""

    opinion_on = day()
    opinion = text(longest=4000)
    members_agreed = count(least=1, most=MOST)


class OpinionAnswer(Strict):
    """
    What the office made of the opinion, the *reason* if it is not adopted wholly, and
    when the members were told.
    """

    adoption = one_of(Adoption)
    adoption_on = day()
    reason = text(longest=2000, required=False)
    approver_post = post()
    members_told_on = day()


class Result(Strict):
    """Whether the matter was settled by the hearing."""

    result_on = day()
    settled = flag()


class WatchOver(Strict):
    """Whether the matter was still settled when the watch was over."""

    watch_over_on = day()
    settled = flag()
