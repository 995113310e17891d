"""
What intake accepts over HTTP (strict) and reads from the bus (tolerant).
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.vocabulary import CaseKind, Category, Channel, ReplyKind, ReplyMode
from shared.web import fields as schema
from shared.web.fields import Strict

# Intake decides alone; what becomes of a case is read where it is decided.
READS: dict[str, Schema] = {}


class Petitioner(Strict):
    """Who petitions: encrypted at once, never shown in lists, logs or events."""

    name = schema.text(longest=100)
    id_type = schema.text(longest=40, required=False)
    id_no = schema.text(longest=40, required=False)
    phone = schema.text(longest=60, required=False)
    address = schema.text(longest=300, required=False)


class Registration(Strict):
    """One letter, call, visit or online petition."""

    office = schema.office_code()
    programme = schema.text(longest=60, required=False)
    channel = schema.one_of(Channel)
    received_on = schema.day()
    petitioner = schema.nested(Petitioner, allow_none=True)
    category = schema.one_of(Category)
    case_kind = schema.one_of(CaseKind)
    demand = schema.text(longest=1000)
    original_case_no = schema.text(longest=200, required=False)


class PetitionView(Schema):
    """A petition without the petitioner."""

    number = fields.String(required=True)
    office = fields.String(required=True)
    programme = fields.String(required=True)
    channel = fields.String(required=True)
    received_on = fields.Date(required=True)
    category = fields.String(required=True)
    case_kind = fields.String(required=True)
    repeat_of = fields.String(required=True, allow_none=True)
    first = fields.Function(
        lambda p: p.repeat_of is None, required=True, metadata={"type": "boolean"}
    )


class ReplyBody(Strict):
    """An answer given to the petitioner (DY-27: how it was given counts)."""

    replied_on = schema.day()
    kind = schema.one_of(ReplyKind)
    mode = schema.one_of(ReplyMode)
    outcome = schema.text(longest=200, required=False, load_default=None)
    summary = schema.text(longest=2000)


class ReplyView(Schema):
    """A recorded answer."""

    petition = fields.String(required=True)
    replied_on = fields.Date(required=True)
    kind = fields.String(required=True)
    mode = fields.String(required=True)


class ListQuery(Strict):
    """Which offices, and from where on."""

    office = schema.office_code()
    after = schema.text(longest=400, required=False)
    limit = schema.page_size()


class ImportQuery(Strict):
    """What the pushed ledger is."""

    programme = schema.text(longest=60)
    filename = schema.text(longest=200)
    office = schema.office_code()
    dry_run = schema.query_flag()


class FaultView(Schema):
    """One thing wrong in a ledger, where, and what to do."""

    sheet = fields.String(required=True)
    row = fields.Integer(required=True)
    column = fields.String(required=True, attribute="column_letter")
    title = fields.String(required=True, attribute="column_title")
    value = fields.String(required=True)
    code = fields.String(required=True)
    reason = fields.String(required=True)
    remedy = fields.String(required=True)


class ImportView(Schema):
    """A pushed ledger and how far it was read."""

    id = fields.String(required=True)
    office = fields.String(required=True)
    programme = fields.String(required=True)
    filename = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    state = fields.String(required=True)
    rows_read = fields.Integer(required=True)
    rows_kept = fields.Integer(required=True)
    rows_repeated = fields.Integer(required=True)
    rows_rejected = fields.Integer(required=True)
    out_of_scope = fields.Integer(required=True)
    notices = fields.List(fields.String(), required=True)
    faults = fields.List(fields.Nested(FaultView), required=True)
    rejected_url = fields.String(required=True, allow_none=True)


class CaseView(Schema):
    """A case without the petitioner."""

    number = fields.String(required=True)
    office = fields.String(required=True)
    programme = fields.String(required=True)
    opened_on = fields.Date(required=True)
    track = fields.String(required=True)
    in_scope = fields.Boolean(required=True)
    failing = fields.List(fields.String(), required=True)
    repeats = fields.Integer(required=True)
    merged_into = fields.String(required=True, allow_none=True)
    merged_on = fields.Date(required=True, allow_none=True)
    row = fields.Dict(required=True)


class MergeBody(Strict):
    """Which case it is the same matter as, and why."""

    into = schema.number_text()
    merged_on = schema.day()
    reason = schema.text(longest=500)


class UnmergeBody(Strict):
    """From when the case counts again, and why."""

    unmerged_on = schema.day()
    reason = schema.text(longest=500)


class DuplicateView(Schema):
    """Cases that look like one matter; a person decides (A-16)."""

    numbers = fields.List(fields.String(), required=True)
    why = fields.List(fields.String(), required=True)
