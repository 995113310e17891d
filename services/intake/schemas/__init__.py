"""
What intake accepts over HTTP (strict) and reads from the bus (tolerant).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validates_schema

from services.intake.domain.cases.cases import Case, Enrolment
from services.intake.domain.cases.ledgers import Import
from services.intake.domain.cases.proposals import ClauseFound
from services.intake.domain.petitions.petitions import Petition, Reply
from shared.cases.mirror import CaseMoved
from shared.documents import closings
from shared.matter_numbers import CASE_MOVED
from shared.records.views import nested_view, view_of
from shared.vocabulary import (
    Appellant,
    Category,
    DeliveryOutcome,
    IdentityDocument,
    ReplyKind,
    ReplyMode,
    Standing,
    Track,
)
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict, Tolerant
from shared.web.schema.named import named

CLOSED_BY: Mapping[str, str | None] = {
    "assignment.case_resolved": "resolved",
    "assignment.case_ended": "ended",
    "assignment.case_concluded": "concluded",
    "assignment.case_reopened": None,
    "assignment.case_struck_off": "struck_off",
    "assignment.case_restored": None,
}
"""
The events by which a case is closed, with the word for how; and reopened.
"""


class LeadersConfirmed(Tolerant):
    """Who leads a case, as far as a person named it anew."""

    leaders = fields.List(fields.List(fields.String()), load_default=list)
    department = fields.String(load_default=None, allow_none=True)
    team = fields.String(load_default=None, allow_none=True)


class ClosingConfirmed(closings.ClosingMade):
    """A closing that holds: of which kind, and by which measures."""

    kind = fields.String(required=True)
    measures = fields.List(fields.String(), load_default=list)


class HearingDecided(Tolerant):
    """Whether there is a hearing."""

    decision = fields.String(required=True)


class Hearing(Tolerant):
    """A hearing that was held or called off."""

    hearing = fields.String(required=True)


class Aid(Tolerant):
    """Aid that was paid or taken back; *amount* in fen."""

    aid = fields.String(required=True)
    amount = fields.Integer(required=True)


class OwedDuty(Tolerant):
    """A duty that is owed by a day."""

    title = fields.String(required=True)
    due_on = fields.Date(required=True)


class OwedToPetitioner(Tolerant):
    """All that a programme owes the petitioner of a petition."""

    programme = fields.String(required=True)
    owed = fields.List(fields.Nested(OwedDuty), required=True)
    kinds = fields.List(fields.String(), required=True)


OWED = "assignment.owed_to_petitioner_changed"

READS: Mapping[str, Schema] = {
    **{name: Tolerant() for name in CLOSED_BY},
    **closings.READS,
    "assignment.closing_confirmed": ClosingConfirmed(),
    "assignment.leaders_confirmed": LeadersConfirmed(),
    "hearing.hearing_decided": HearingDecided(),
    "hearing.hearing_held": Hearing(),
    "hearing.hearing_called_off": Hearing(),
    "aid.aid_paid": Aid(),
    "aid.aid_taken_back": Aid(),
    OWED: OwedToPetitioner(),
    CASE_MOVED: CaseMoved(),
}


def _about_petitioner(**more: Any) -> tuple[fields.Field[Any], ...]:
    more["required"] = False
    return (
        schema.one_of(IdentityDocument, **more),
        schema.text(longest=40, **more),
        schema.text(longest=60, **more),
        schema.text(longest=300, **more),
        schema.many(schema.text(longest=100), most=10, **more),
    )


class Petitioner(Strict):
    """Who petitions: encrypted at once, never shown in lists, logs or events."""

    name = schema.text(longest=100)
    id_type, id_no, phone, address, former_names = _about_petitioner()

    @validates_schema
    def identity_number_holds(self, data: dict[str, Any], **_more: Any) -> None:
        kind = data.get("id_type", IdentityDocument.RESIDENT_ID)
        if "id_no" in data and kind == IdentityDocument.RESIDENT_ID:
            schema.check_identity_number(data["id_no"], field="id_no")


class PetitionerChanges(Strict):
    """What of a petitioner was registered wrongly; null: nothing is known of it."""

    name = schema.text(longest=100, required=False)
    id_type, id_no, phone, address, former_names = _about_petitioner(allow_none=True)


class Registration(Strict):
    """
    One letter, call, visit or online petition. The values of channel, case_kind,
    origin, topic and registration_level are those of the programme, by identifier or
    title (`jianjian programme show`); origin is the office's own if it is left out.
    """

    office = schema.office_code()
    programme = named("programme", required=False)
    channel = schema.text(longest=60)
    received_on = schema.day()
    petitioner = schema.nested(Petitioner, allow_none=True)
    members = schema.many(
        schema.nested(Petitioner),
        most=50,
        required=False,
        metadata={"description": "联名信访的其他信访人；筛重时逐人比对。"},
    )
    category = schema.one_of(Category)
    case_kind = schema.text(longest=60)
    origin = schema.text(longest=60, required=False)
    topic = schema.text(longest=60, required=False)
    registration_level = schema.text(longest=60, required=False)
    persons = schema.count(least=1, most=99_999, required=False)
    representatives = schema.count(least=1, most=99_999, required=False)
    demand = schema.text(longest=1000)
    original_case_no = schema.text(longest=200, required=False)
    handler_post = schema.post(required=False)
    non_prosecution_office = schema.office_code()
    non_prosecution_served_on = schema.day(required=False)
    appellant = schema.one_of(Appellant, required=False)
    appealed_on = schema.day(required=False)
    accused_office = schema.office_code()


PetitionView = view_of(
    Petition,
    without=("handler_post",),
    first=schema.flag(),
)


class ReplyBody(Strict):
    """
    An answer to the petitioner (DY-27 counts by the mode of the answer). *served*: its
    paper was signed for or refused (S18); *document*: the number of that paper.
    """

    replied_on = schema.day()
    kind = schema.one_of(ReplyKind)
    mode = schema.one_of(ReplyMode)
    served = schema.one_of(DeliveryOutcome, required=False, load_default=None)
    document = schema.text(longest=80, required=False, load_default=None)
    outcome = schema.text(longest=200, required=False, load_default=None)
    summary = schema.text(longest=2000)
    document_ids = schema.document_ids()


ReplyView = view_of(Reply, without=("outcome", "summary"))


class RejectedQuery(Strict):
    """What the rows that came back are needed for."""

    purpose = schema.text(longest=200)


class ImportQuery(Strict):
    """What the pushed ledger is."""

    programme = named("programme")
    filename = schema.text(longest=200)
    office = schema.office_code()
    dry_run = schema.query_flag()


class LedgerProblemView(Schema):
    """One thing wrong in a ledger, where, and what to do."""

    sheet = fields.String(required=True, attribute="location.sheet")
    row = fields.Integer(required=True, attribute="location.row")
    column = fields.String(required=True, attribute="location.letter")
    title = fields.String(required=True, attribute="location.title")
    value = fields.String(required=True, attribute="location.value")
    code = fields.String(required=True)
    detail = fields.String(required=True)
    remedy = fields.String(required=True)


class EndingBody(Strict):
    """Why an import is not to be read any further."""

    reason = schema.text(longest=200)


ImportView = view_of(
    Import,
    problems=fields.List(fields.Nested(LedgerProblemView), required=True),
    rejected_url=fields.String(required=True, allow_none=True),
    stands_still=fields.Boolean(required=True),
)

_EnrolmentView = view_of(
    Enrolment,
    without=("period", "changed_on", "stated"),
    track=schema.one_of(Track),
)

CaseView = view_of(
    Case,
    without=("unmerged_on", "reinstated_on", "had_by", "moved_on", "enrolments"),
    enrolments=schema.many(schema.nested(_EnrolmentView), most=100),
    track=schema.one_of(Track),
    closed_as=schema.one_of(Standing, allow_none=True),
    failing_clauses=schema.many(schema.nested(nested_view(ClauseFound)), most=100),
    labels=Labels(),
    row=fields.Dict(required=True),
)


class RepeatedCaseView(CaseView):  # type: ignore[misc, valid-type]
    """A case with the petitions that count as its repeats."""

    repeated_by = schema.many(fields.String(), most=1000)


class MergeBody(Strict):
    """Which case it is the same matter as, and why."""

    into = schema.number_text()
    merged_on = schema.day()
    reason = schema.text(longest=500)


class UnmergeBody(Strict):
    """From when the case counts again, and why."""

    unmerged_on = schema.day()
    reason = schema.text(longest=500)
