"""
How many petitions came in, as an office asks for it and reads it.
"""

from __future__ import annotations

from typing import ClassVar

from marshmallow import fields

from services.intake.domain.petitions.counts import UNITS, PetitionCount
from shared.records.views import view_of
from shared.vocabulary import PetitionsCountedBy
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


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


PetitionCountView = view_of(
    PetitionCount,
    title=fields.String(required=True),
    share=fields.String(required=True),
)


class PeriodView(view_of(PetitionCount, without=("id",))):  # type: ignore[misc]
    """What came in over a period; *repeat_rate*: repeats of all contacts (I-09)."""

    since = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, data_key="to")
    repeat_rate = fields.String(required=True)


class _ChangesView(PeriodView):
    """By how many percent it is more or less than in another period."""

    class Meta(Strict.Meta):
        """One change for each unit."""

        include: ClassVar = {
            f"{unit}_change": fields.String(required=True) for unit in UNITS
        }


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
