"""
Mails over HTTP: those of supervision notices, and how far a mail came.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.web.fields import Strict, office_code, page_size, text


class MailingsQuery(Strict):
    """The mailings to an office and to all below it."""

    office = office_code()
    after = text(longest=500, required=False)
    limit = page_size()


class DeliveryView(Schema):
    """How far the mail to one recipient came."""

    recipient = fields.String(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reply = fields.String(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)


class MailingView(Schema):
    """
    A mail of supervision notices to an office; without deliveries it reached nobody,
    because neither the office nor any above it has an address.
    """

    id = fields.String(required=True)
    programme = fields.String(required=True)
    office = fields.String(required=True)
    day = fields.Date(required=True)
    made_at = fields.AwareDateTime(required=True)
    urgent = fields.Boolean(required=True)
    deliveries = fields.List(fields.Nested(DeliveryView), required=True)
