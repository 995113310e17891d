"""
Mails over HTTP: those of supervision notices, and how far a mail came.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.reporting.domain.notices import DeliveryState, Mailing
from shared.records.views import view_of
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict, one_of


class RedeliveryBody(Strict):
    """An empty body: the system knows which recipients were not reached."""


class DeliveryView(Schema):
    """How far the mail to one recipient came."""

    recipient = fields.String(required=True)
    state = one_of(DeliveryState)
    attempts = fields.Integer(required=True)
    reply = fields.String(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)
    labels = Labels()


MailingView = view_of(
    Mailing, deliveries=fields.List(fields.Nested(DeliveryView), required=True)
)
