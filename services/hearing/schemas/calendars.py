"""
What the endpoints of an office's calendar answer.
"""

from __future__ import annotations

from marshmallow import Schema, fields


class FeedKeyView(Schema):
    """A new key of an office's calendar; the key is shown this once."""

    office = fields.String(required=True)
    key = fields.String(required=True)
    address = fields.String(required=True)
    made_on = fields.Date(required=True)


class FeedKeyRevokedView(Schema):
    """That the key of an office's calendar is no longer valid."""

    office = fields.String(required=True)
