"""
Request and response schemas of the log of receptions.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.activities.reception_log import (
    EntryDay,
    LogCorrection,
    Turns,
)
from services.assignment.schemas.leaders.leaders import RateView
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class NationalEntryBody(Strict):
    """How many receptions of a log are in the national system now, since which day."""

    national = schema.count(least=1, most=10_000)
    national_on = schema.day()


class LogCorrectionBody(Strict):
    """What a log says rightly, and why it was wrong; what is left out stays."""

    reason = schema.text(longest=500)
    receptions = schema.count(most=10_000, required=False)
    entered = schema.count(most=10_000, required=False)
    half_days = schema.count(most=2, required=False)
    national = schema.count(most=10_000, required=False)
    national_on = schema.day(required=False, allow_none=True)
    in_time = schema.count(most=10_000, required=False)


LogCorrectionView = view_of(LogCorrection)


class TurnsQuery(Strict):
    """Which roster of which offices, in the year of a day until that, or today."""

    programme = named("programme")
    roster = named("roster")
    office = schema.office_code()
    as_of = schema.day(required=False)
    after = schema.text(longest=400, required=False)
    limit = schema.page_size()


TurnsView = view_of(Turns, lacking=fields.Integer(required=True))
EntryDayView = view_of(EntryDay, lacking=fields.Integer(required=True))


class EntriesView(Schema):
    """
    The receptions that are in the national system out of all (I-37), in how many of
    them on the day itself, and each day of each office.
    """

    programme = named("programme", shown=True)
    roster = named("roster", shown=True)
    national = fields.Nested(RateView, required=True)
    in_time = fields.Nested(RateView, required=True)
    days = fields.List(fields.Nested(EntryDayView), required=True)
    labels = Labels()
