"""
Request and response schemas of the endpoints for leaders' reception.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.activities.rosters import GAPS, GapDay, Log, RosterSlot
from services.assignment.schemas.leaders.leaders import RateView
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded, Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery


class RosterSlotBody(Strict):
    """Who is to receive people on a day (JZ-07)."""

    programme = named("programme")
    roster = named("roster")
    office = schema.office_code()
    day = schema.day()
    post = schema.post()
    holder = schema.holder_code(load_default=None, allow_none=True)


class RosterQuery(ListQuery):
    """Which offices, and perhaps only a post or a holder of it."""

    post = schema.post(required=False)
    holder = schema.holder_code()


RosterSlotView = view_of(
    RosterSlot,
    programme=named("programme", shown=True),
    roster=named("roster", shown=True),
)


class LogBody(RosterSlotBody):
    """
    How often a leader received, for how many half days, how many of these were entered
    in the register and how many in the national system, on which day (JZ-08).
    """

    receptions = schema.count(most=10_000)
    entered = schema.count(most=10_000)
    half_days = schema.count(most=2, required=False, load_default=1)
    national = schema.count(most=10_000, required=False, load_default=0)
    national_on = schema.day(required=False, load_default=None, allow_none=True)


LogView = view_of(
    Log,
    programme=named("programme", shown=True),
    roster=named("roster", shown=True),
)


class GapsQuery(Strict):
    """Which roster of which offices, over which days."""

    programme = named("programme")
    roster = named("roster")
    office = schema.office_code()
    from_ = schema.day(data_key="from")
    to = schema.day()


GapDayView = view_of(
    GapDay,
    from_=schema.day(data_key="from"),
    kind=Coded(GAPS, required=True),
)


class GapsView(Schema):
    """Days filled out of days due (I-38), receptions entered (I-37), and the gaps."""

    programme = named("programme", shown=True)
    roster = named("roster", shown=True)
    filled = fields.Nested(RateView, required=True)
    entered = fields.Nested(RateView, required=True)
    gaps = fields.List(fields.Nested(GapDayView), required=True)
    labels = Labels()
