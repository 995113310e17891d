"""
Request and response schemas of due days: how one was counted, and who moved it.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.duties.adjustments import SignedAdjustment
from services.assignment.domain.duties.history import HistoryLine
from services.assignment.domain.facts.duties import ADJUSTMENTS
from services.assignment.schemas.working.cases import DutyView
from shared.policy.calendar import DayNote
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Account, Coded
from shared.web.schema.fields import Strict
from shared.web.schema.named import named

HistoryView = view_of(
    HistoryLine,
    "HistoryView",
    without=("duty",),
    actor=Account(required=True),
    recorded_at=schema.instant(),
)
AdjustmentView = view_of(
    SignedAdjustment,
    "AdjustmentView",
    kind=Coded(ADJUSTMENTS, required=True),
    due_before=schema.day(),
)


class WholeDutyView(DutyView):  # type: ignore[valid-type, misc]
    """A duty with all that happened to it."""

    history = fields.List(fields.Nested(HistoryView), required=True)
    adjustments = fields.List(fields.Nested(AdjustmentView), required=True)


DayView = view_of(DayNote, "DayView")


class ExplanationView(Schema):
    """How a due day was counted, day by day, and by which rule."""

    duty = fields.String(required=True)
    title = fields.String(required=True)
    rule = fields.String(required=True)
    source = fields.String(required=True)
    started_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    days = fields.List(fields.Nested(DayView), required=True)
    adjustments = fields.List(fields.Nested(AdjustmentView), required=True)


class AdjustmentBody(Strict):
    """Who signs it, when and why."""

    on = schema.day()
    by_office = schema.office_code()
    by_post = schema.post()
    reason = schema.text(longest=1000)


class ExtensionBody(AdjustmentBody):
    """So many more days, or until a day; when the petitioner was informed (TL-07)."""

    days = schema.count(least=1, most=3660, required=False)
    until = schema.day(required=False)
    told_petitioner_on = schema.day(required=False)


class OverrideBody(AdjustmentBody):
    """Another due day, set by the office that handed the case over (JZ-22)."""

    until = schema.day()


class DeadlineQuery(Strict):
    """
    A start day and a rule: `7N roll`, or the id or title of a limit of *programme*.
    """

    from_ = schema.day(data_key="from")
    rule = schema.text(longest=60)
    programme = named("programme", required=False)


class ReservationView(Schema):
    """Why a rule does not bind on the day: `rule_not_in_force`, `rule_set_disabled`."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class DeadlineView(Schema):
    """
    The last day in time, and how it was counted; where the rule does not bind on the
    start day it is counted all the same, with the *reservation*.
    """

    from_ = fields.Date(required=True, data_key="from")
    rule = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    in_force = fields.Boolean(required=True)
    reservation = fields.Nested(ReservationView, required=True, allow_none=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    days = fields.List(fields.Nested(DayView), required=True)
