"""
Request and response schemas of the endpoints for what comes after a closing.
"""

from __future__ import annotations

from shared.vocabulary import FollowUpResult, FollowUpWay
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class FollowUpBody(Strict):
    """A closed case is followed up (MX-31)."""

    on = schema.day()
    way = schema.one_of(FollowUpWay)
    result = schema.one_of(FollowUpResult)
    post = schema.post()
    text = schema.text(longest=2000)


class FollowUpView(FollowUpBody):
    """A follow-up; *first* since the case was closed."""

    number = schema.text(longest=200)
    first = schema.flag(required=True)
    reopened = schema.flag(required=True)
    labels = Labels()


class InquiryBody(Strict):
    """Why a case flowed back, and who handled it first (XQ-49)."""

    on = schema.day()
    cause = named("inquiry_cause")
    first_handler = schema.text(longest=60)
    first_handler_failed = schema.flag(required=True)
    finding = schema.text(longest=2000)
    correction = schema.text(longest=2000, required=False, load_default=None)


class InquiryView(InquiryBody):
    """An inquiry as it was concluded."""

    number = schema.text(longest=200)
    correction = schema.text(longest=2000, allow_none=True)
    labels = Labels()
