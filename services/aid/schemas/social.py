"""
Referrals to social aid, and follow-ups.
"""

from __future__ import annotations

from services.aid.domain.social import FollowUp, Referral, SocialHelp, SocialOutcome
from shared.records.views import view_of
from shared.vocabulary import ReplyMode
from shared.web.schema.fields import Strict, day, one_of, post, text


class Referred(Strict):
    """To which organ of social aid, for what, by which letter (MX-32)."""

    to = text(longest=80)
    help = one_of(SocialHelp)
    referred_on = day()
    document = text(longest=80)


class Answered(Strict):
    """What the organ answered."""

    answered_on = day()
    outcome = one_of(SocialOutcome)
    document = text(longest=80)


ReferralView = view_of(Referral)


class FollowedUp(Strict):
    """How the aid was used, and how the office learnt of it."""

    on = day()
    mode = one_of(ReplyMode)
    post = post()
    use = text(longest=2000)


FollowUpView = view_of(FollowUp, without=("use",))
"""
Of a follow-up what everybody sees who sees the application: no text about the person.
"""
