"""
How many petitions came in, as an office asks for it and reads it.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.vocabulary import PetitionsCountedBy
from shared.web import fields as schema
from shared.web.field_kinds import Labels
from shared.web.fields import Strict
from shared.web.named import named


class PetitionCountsQuery(Strict):
    """Which petitions are counted, from one day to another, and by what of them."""

    programme = named("programme")
    office = schema.office_code()
    since = schema.day(data_key="from")
    until = schema.day(data_key="to")
    channel = schema.text(longest=60, required=False)
    counted_by = schema.one_of(
        PetitionsCountedBy, metadata={"description": "信访件按什么分项计数"}
    )


class _UnitsView(Schema):
    """
    What came in, in units that are never added together: contacts (件次), of them the
    repeats, matters (件), cases, visits (批次) and who came (人次).
    """

    petitions = fields.Integer(required=True)
    repeats = fields.Integer(required=True)
    matters = fields.Integer(required=True)
    cases = fields.Integer(required=True)
    batches = fields.Integer(required=True)
    persons = fields.Integer(required=True)


class PetitionCountView(_UnitsView):
    """
    What came in of one value; *id* is null where none is known. *share*: of all
    contacts.
    """

    id = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    share = fields.String(required=True)


class PeriodView(_UnitsView):
    """What came in over a period; *repeat_rate*: repeats of all contacts (I-09)."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    repeat_rate = fields.String(required=True)


class _ChangesView(PeriodView):
    """By how many percent it is more or less than in another period."""

    petitions_change = fields.String(required=True)
    repeats_change = fields.String(required=True)
    matters_change = fields.String(required=True)
    cases_change = fields.String(required=True)
    batches_change = fields.String(required=True)
    persons_change = fields.String(required=True)


class PeriodBeforeView(_ChangesView):
    """
    What came in over the period that ended last: whole months before whole months, else
    as many days; and by how many percent it is more or less now (环比, I-48).
    """


class PetitionCountsView(_ChangesView):
    """
    The petitions of an office and those below it over a period, counted by one thing,
    beside those of the same period of the year before (同比) and of the period before.
    """

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    counted_by = schema.one_of(
        PetitionsCountedBy, metadata={"description": "信访件按什么分项计数"}
    )
    channel = named("channel", shown=True, allow_none=True)
    year_before = fields.Nested(PeriodView, required=True)
    period_before = fields.Nested(PeriodBeforeView, required=True)
    items = schema.many(
        schema.nested(PetitionCountView), most=200, metadata={"description": "各项件次"}
    )
    labels = Labels()
