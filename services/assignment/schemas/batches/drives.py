"""
Request and response schemas of the endpoints for drives.
"""

from __future__ import annotations

from marshmallow import fields

from services.assignment.domain.batches.drives import Drive, DriveCase, DriveFigures
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class DriveBody(Strict):
    """A drive from a day on, and the first cases chosen for it."""

    programme = named("programme")
    kind = named("drive_kind")
    name = schema.text(longest=100)
    start = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)
    case_numbers = schema.many(schema.number_text(), least=1, most=2000)


class DriveCasesBody(Strict):
    """More cases chosen for a drive."""

    on = schema.day()
    case_numbers = schema.many(schema.number_text(), least=1, most=2000)


DriveLineView = view_of(
    DriveFigures, "DriveLineView", open=fields.Integer(required=True)
)


DriveSummary = view_of(
    Drive,
    "DriveSummary",
    programme=named("programme", shown=True),
    kind=named("drive_kind", shown=True),
)
DriveCaseView = view_of(DriveCase)


class DriveView(DriveSummary):  # type: ignore[valid-type, misc]
    """A drive with its figures by office and in all."""

    offices = fields.List(fields.Nested(DriveLineView), required=True)
    total = fields.Nested(DriveLineView, required=True)
