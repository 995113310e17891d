"""
What reporting reads of hearing and of aid: of each event the fields it needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields

from services.reporting.schemas.reads.base import OfCase


class Decided(OfCase):
    """The decision on a hearing, and the one that it replaces."""

    decision = fields.String(required=True)
    replaces = fields.String(required=True)


class Held(OfCase):
    """Whether a leader or the head of a department had the chair; whether in public."""

    leader_chaired = fields.Boolean(required=True)
    public = fields.Boolean(required=True)


class OpinionAnswered(OfCase):
    """What the office made of the opinion of a hearing's members."""

    adoption = fields.String(required=True)


class WatchOver(OfCase):
    """Whether the matter stayed settled until the watch after a hearing was over."""

    settled = fields.Boolean(required=True)


class Resulted(WatchOver):
    """Whether the hearing settled the matter at once, and whether it was public."""

    public = fields.Boolean(required=True)


class HearingMoved(OfCase):
    """Another office is to hold a hearing."""

    from_office = fields.String(required=True)


class AidOpened(OfCase):
    """Whether it was applied for, or taken up on the office's own motion."""

    origin = fields.String(required=True)


class Paid(OfCase):
    """*amount* in fen, *person* a keyed hash."""

    amount = fields.Integer(required=True)
    person = fields.String(required=True)


READS: Mapping[str, Schema] = {
    "hearing.hearing_decided": Decided(),
    "hearing.hearing_moved": HearingMoved(),
    "hearing.hearing_called_off": OfCase(),
    "hearing.hearing_held": Held(),
    "hearing.opinion_answered": OpinionAnswered(),
    "hearing.hearing_resulted": Resulted(),
    "hearing.hearing_watch_over": WatchOver(),
    "aid.aid_opened": AidOpened(),
    "aid.aid_paid": Paid(),
    "aid.aid_taken_back": Paid(),
    "aid.social_aid_referred": OfCase(),
    "aid.social_aid_answered": OfCase(),
}
