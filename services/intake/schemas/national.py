"""
Lists of the national petition system, and what they differ in from the register.
"""

from __future__ import annotations

from marshmallow import fields

from services.intake.domain.national import Difference
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict


class NationalListQuery(Strict):
    """The office, with those below it, the days of the list, the name of the file."""

    office = schema.office_code()
    from_ = schema.day(data_key="from")
    to = schema.day()
    filename = schema.text(longest=200)


class NationalListView(Strict):
    """
    The list that now stands, with how many receptions; *notices*: the sheets and
    columns that were not read.
    """

    office = fields.String(required=True)
    from_ = schema.day(data_key="from")
    to = schema.day()
    rows = fields.Integer(required=True)
    notices = fields.List(fields.String(), required=True)


class DifferencesQuery(Strict):
    """The office, with those below it, the days to compare, the place to go on."""

    office = schema.office_code()
    from_ = schema.day(data_key="from")
    to = schema.day()
    after = schema.text(longest=400, required=False)
    limit = schema.page_size()


DifferenceView = view_of(Difference)
