"""
Mails over HTTP: those of supervision notices, and how far a mail came.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.reporting.domain.notices import Mailing
from shared.records.views import view_of
from shared.web.field_kinds import Coded, Labels
from shared.web.fields import Strict


class RedeliveryBody(Strict):
    """An empty body: the system knows which recipients were not reached."""


class DeliveryView(Schema):
    """How far the mail to one recipient came."""

    recipient = fields.String(required=True)
    state = Coded(
        {
            "due": "待发送",
            "sending": "正在发送",
            "sent": "已发送",
            "uncertain": "不确定是否送达",
            "refused": "被拒收",
            "failed": "发送失败",
        },
        required=True,
    )
    attempts = fields.Integer(required=True)
    reply = fields.String(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)
    labels = Labels()


MailingView = view_of(
    Mailing, deliveries=fields.List(fields.Nested(DeliveryView), required=True)
)
