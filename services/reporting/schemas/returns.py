"""
Signed returns over HTTP.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.reporting.domain.returns import ReturnState
from services.reporting.schemas.figures import FiguresView
from services.reporting.schemas.mailings import DeliveryView
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict, day, nested, office_code, one_of, text
from shared.web.schema.named import named


class SigningBody(Strict):
    """*reason*: why a return already sent needs another revision, which states it."""

    programme = named("programme")
    office = office_code()
    as_of = day()
    reason = text(longest=500, required=False, load_default=None, allow_none=True)


class CellView(Schema):
    """
    A cell that is not what was *signed* in a return: *now* it is another value, *by* so
    much if it is a whole number.
    """

    return_id = fields.String(required=True)
    office = fields.String(required=True)
    name = fields.String(required=True)
    measure = fields.String(required=True)
    title = fields.String(required=True)
    signed = fields.Raw(required=True, allow_none=True)
    now = fields.Raw(required=True, allow_none=True)
    by = fields.Integer(required=True, allow_none=True)


class ReturnView(Schema):
    """
    A signed return; *figures_checksum* is that of the figures alone, *checksum* that of
    the workbook, once it is frozen.

    *under_way*: by service, the number of facts that had been announced but had not
    arrived when it was signed, null if the service did not answer. *differences*: the
    cells of a line that are not what the office of the line signed for the same day.
    *overtaken*: facts that arrived later would change the figures.
    """

    id = fields.String(required=True)
    programme = named("programme", shown=True)
    office = fields.String(required=True)
    as_of = fields.Date(required=True)
    known_at = fields.AwareDateTime(required=True)
    revision = fields.Integer(required=True)
    state = one_of(ReturnState)
    signed_by = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    figures_checksum = fields.String(required=True)
    under_way = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(allow_none=True),
        required=True,
    )
    differences = fields.List(fields.Nested(CellView), required=True)
    overtaken = fields.Boolean(required=True)
    checksum = fields.String(required=True, allow_none=True)
    labels = Labels()


class WholeReturnView(ReturnView):
    """
    A return with its figures and its deliveries; *changes* are the cells that facts
    arrived later would change.
    """

    figures = nested(FiguresView)
    changes = fields.List(fields.Nested(CellView), required=True)
    deliveries = fields.List(fields.Nested(DeliveryView), required=True)
