"""
What reporting reads of intake: of each event the fields it needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields

from services.reporting.schemas.reads.base import OfCase, OfProgramme
from shared.web.schema.fields import Tolerant


class FurtherRead(Tolerant):
    """What a case counts by in a further programme, since when, and before."""

    programme = fields.String(required=True)
    since = fields.Date(required=True)
    origin = fields.String(required=True)
    repeats = fields.Integer(required=True)
    repeats_before = fields.Integer(required=True)


class OfEnrolledCase(Tolerant):
    """The further programmes that count the case too."""

    enrolled = fields.List(fields.Nested(FurtherRead), load_default=())


class OfRepeatedCase(OfCase):
    """The case's repeat petitions come and go with it."""

    repeats = fields.Integer(required=True)


class OfMergedCase(OfRepeatedCase, OfEnrolledCase):
    """A case that no longer counts under its own number, or counts again."""


class OfRepeat(OfCase, OfEnrolledCase):
    """
    One more petition of a case; whether it is one that the programme counts, and which
    further programmes do.
    """

    counted = fields.Boolean(required=True)
    also = fields.List(fields.String(), load_default=())


class OfNewCase(OfRepeatedCase):
    """*origin* decides which baseline counts the case."""

    origin = fields.String(load_default=None, allow_none=True)


class OfEnrolment(OfNewCase):
    """*period* counts the times the case has stood in the further programme."""

    period = fields.Integer(load_default=1)


class OfWithdrawnCase(OfNewCase, OfEnrolledCase):
    """A case that should never have been registered."""


class OfCorrectedCase(OfNewCase, OfEnrolledCase):
    """What the case counts by, as it is now and as it was before."""

    in_scope_before = fields.Boolean(required=True)
    repeats_before = fields.Integer(required=True)
    origin_before = fields.String(load_default=None, allow_none=True)


class OfPetition(OfProgramme):
    """
    A petition and how it came in; a *part* split from another is no contact of its own.
    *group*: so many *persons* came that it was a group visit.
    """

    part = fields.Boolean(load_default=False)
    channel = fields.String(load_default="")
    group = fields.Boolean(load_default=False)
    persons = fields.Integer(load_default=1)


class OfCorrectedPetition(OfPetition):
    """
    The day on which it was received, and the day, the channel and who came that were
    registered before.
    """

    channel_before = fields.String(load_default="")
    group_before = fields.Boolean(load_default=False)
    persons_before = fields.Integer(load_default=1)
    received_on = fields.Date(required=True)
    received_before = fields.Date(required=True)


class OfWithdrawnPetition(OfPetition):
    """
    The days on which it was received and answered; of the answers the modes, and the
    offices that they counted for.
    """

    received_on = fields.Date(required=True)
    replied_on = fields.List(fields.Date(), load_default=())
    reply_modes = fields.List(fields.String(), load_default=())
    reply_offices = fields.List(fields.String(), load_default=())


class OfReply(OfProgramme):
    """How the petitioner was answered."""

    mode = fields.String(required=True)


class OfWithdrawnReply(OfProgramme):
    """The day of the answer, its mode, and the office that it counted for."""

    replied_on = fields.Date(required=True)
    mode = fields.String(load_default="")
    given_by = fields.String(load_default="")


READS: Mapping[str, Schema] = {
    "intake.petition_registered": OfPetition(),
    "intake.petition_corrected": OfCorrectedPetition(),
    "intake.petition_withdrawn": OfWithdrawnPetition(),
    "intake.petition_restored": OfWithdrawnPetition(),
    "intake.reply_given": OfReply(),
    "intake.reply_withdrawn": OfWithdrawnReply(),
    "intake.case_opened": OfNewCase(),
    "intake.case_corrected": OfCorrectedCase(),
    "intake.case_withdrawn": OfWithdrawnCase(),
    "intake.case_reinstated": OfWithdrawnCase(),
    "intake.case_enrolled": OfEnrolment(),
    "intake.case_enrolment_withdrawn": OfEnrolment(),
    "intake.case_repeated": OfRepeat(),
    "intake.case_repeat_withdrawn": OfRepeat(),
    "intake.case_merged": OfMergedCase(),
    "intake.case_unmerged": OfMergedCase(),
}
