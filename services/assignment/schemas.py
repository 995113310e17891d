"""
What assignment accepts over HTTP (strict) and reads from the bus (tolerant).
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.closing_schemas import ClosingView
from shared import schema
from shared.schema import Strict, Tolerant
from shared.vocabulary import Colour, DutyState


class _InProgramme(Tolerant):
    programme = fields.String(required=True)


class _CaseOpened(_InProgramme):
    in_scope = fields.Boolean(required=True)
    handed = fields.Boolean(required=True)
    leaders = fields.List(fields.List(fields.String()), required=True)
    department = fields.String(required=True, allow_none=True)
    handler_post = fields.String(required=True, allow_none=True)
    resolve_by = fields.Date(required=True, allow_none=True)


class _Replied(_InProgramme):
    kind = fields.String(required=True)


class _Aid(_InProgramme):
    aid = fields.String(required=True)


class _HearingDecided(_InProgramme):
    decision = fields.String(required=True)


class _Hearing(_InProgramme):
    hearing = fields.String(required=True)


class _MilestoneJudged(_InProgramme):
    reached = fields.Boolean(required=True)


# Every fact that opens, discharges, releases or restores a duty, or names a leader.
READS: dict[str, Schema] = {
    "intake.petition_registered": _InProgramme(),
    "intake.reply_given": _Replied(),
    "intake.case_opened": _CaseOpened(),
    "intake.case_merged": _InProgramme(),
    "intake.case_unmerged": _InProgramme(),
    "hearing.hearing_decided": _HearingDecided(),
    "hearing.hearing_scheduled": _Hearing(),
    "hearing.hearing_held": _Hearing(),
    "hearing.hearing_resulted": _Hearing(),
    "aid.aid_opened": _Aid(),
    "aid.aid_granted": _Aid(),
    "aid.aid_refused": _Aid(),
    "reporting.milestone_judged": _MilestoneJudged(),
}


class ListQuery(Strict):
    """Which offices, and from where on."""

    office = schema.office_code()
    after = schema.text(longest=400, required=False)
    limit = schema.page_size()


class DutyQuery(ListQuery):
    """Duties in one state, of one colour or kind, in one case or petition only."""

    state = schema.one_of(DutyState, required=False)
    colour = schema.one_of(Colour, required=False)
    kind = schema.text(longest=60, required=False)
    programme = schema.text(longest=60, required=False)
    number = schema.text(longest=200, required=False)


class DutyView(Schema):
    """One thing owed, by whom, until when."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    office = fields.String(required=True)
    programme = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    opened_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    state = fields.String(required=True)
    state_on = fields.Date(required=True)
    post = fields.String(required=True, allow_none=True)
    creditor = fields.String(required=True)
    colour = fields.String(required=True, allow_none=True)
    backdated = fields.Boolean(required=True)


class HistoryView(Schema):
    """One change of a duty; rows are only ever added."""

    what = fields.String(required=True)
    occurred_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    due_before = fields.Date(required=True, allow_none=True)
    cause = fields.String(required=True)
    reason = fields.String(required=True)
    actor = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class AdjustmentView(Schema):
    """A signed record about a duty."""

    kind = fields.String(required=True)
    on = fields.Date(required=True)
    by_office = fields.String(required=True)
    by_post = fields.String(required=True)
    reason = fields.String(required=True)
    days = fields.Integer(required=True, allow_none=True)
    until = fields.String(required=True, allow_none=True)
    due_before = fields.String(required=True)
    told_petitioner_on = fields.String(required=True, allow_none=True)


class WholeDutyView(DutyView):
    """A duty with all that happened to it."""

    history = fields.List(fields.Nested(HistoryView), required=True)
    adjustments = fields.List(fields.Nested(AdjustmentView), required=True)


class DayView(Schema):
    """What one day meant for a limit."""

    day = fields.Date(required=True)
    counted = fields.Boolean(required=True)
    why = fields.String(required=True)


class ExplanationView(Schema):
    """How a due day was counted, day by day, and by which rule."""

    duty = fields.String(required=True)
    title = fields.String(required=True)
    rule = fields.String(required=True)
    source = fields.String(required=True)
    started_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    days = fields.List(fields.Nested(DayView), required=True)
    adjustments = fields.List(fields.Nested(AdjustmentView), required=True)


class AdjustmentBody(Strict):
    """Who signs it, when and why."""

    on = schema.day()
    by_office = schema.office_code()
    by_post = schema.text(longest=60)
    reason = schema.text(longest=1000)


class ExtensionBody(AdjustmentBody):
    """So many days more, or until a day; and when the petitioner was told (TL-07)."""

    days = schema.count(least=1, most=3660, required=False)
    until = schema.day(required=False)
    told_petitioner_on = schema.day(required=False)


class OverrideBody(AdjustmentBody):
    """Another due day, set by the office that handed the case over (JZ-22)."""

    until = schema.day()


class DeadlineQuery(Strict):
    """A start day and a rule: `7N roll`, or the id of a limit of *programme*."""

    from_ = schema.day(data_key="from")
    rule = schema.text(longest=60)
    programme = schema.text(longest=60, required=False)


class DeadlineView(Schema):
    """The last day in time, and how it was counted."""

    from_ = fields.Date(required=True, data_key="from")
    rule = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    due_on = fields.Date(required=True)
    provisional = fields.Boolean(required=True)
    days = fields.List(fields.Nested(DayView), required=True)


class ActBody(Strict):
    """What was done, when, by which post, and what shows it."""

    act = schema.text(longest=60)
    on = schema.day()
    post = schema.text(longest=60, required=False, load_default=None)
    evidence = schema.text(longest=400, required=False, load_default=None)
    to = schema.text(longest=200, required=False, load_default=None)
    until = schema.day(required=False, load_default=None)
    text = schema.text(longest=4000, required=False, load_default=None)
    document = schema.text(longest=200, required=False, load_default=None)
    consent = schema.flag(required=False, load_default=None)
    count = schema.count(required=False, load_default=None)
    nil = schema.flag(required=False, load_default=None)


class OfficeActBody(ActBody):
    """
    Likewise for the office itself: in a period of its papers, perhaps of one
    department, or *about* an occurrence that several acts belong to.
    """

    programme = schema.text(longest=60)
    period = schema.text(longest=20, required=False, load_default=None)
    department = schema.text(longest=60, required=False, load_default=None)
    about = schema.number_text(required=False, load_default=None)


class ActQuery(ListQuery):
    """The acts of an office under one programme."""

    programme = schema.text(longest=60)


class ActView(Schema):
    """An act as it was recorded."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    programme = fields.String(required=True)
    act = fields.String(required=True)
    title = fields.String(required=True)
    on = fields.Date(required=True)
    post = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    to = fields.String(required=True, allow_none=True)
    until = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    document = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, allow_none=True)
    nil = fields.Boolean(required=True)
    period = fields.String(required=True, allow_none=True)


class TallyQuery(Strict):
    """Which programme and offices, from which day to which, both included."""

    programme = schema.text(longest=60)
    office = schema.office_code()
    from_ = schema.day(data_key="from")
    to = schema.day()


class TallyRowView(Schema):
    """One office: *amount* is the sum of the counts that its acts stated."""

    office = fields.String(required=True)
    name = fields.String(required=True)
    acts = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    numbers = fields.List(fields.String(), required=True)


class TallyView(Schema):
    """One tally: *acts* recorded, or matters with *at_least* so many of them."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    show = fields.String(required=True)
    unit = fields.String(required=True)
    at_least = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True)
    acts = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    offices = fields.List(fields.Nested(TallyRowView), required=True)


class TalliesView(Schema):
    """All tallies of a programme for an office and those below it."""

    programme = fields.String(required=True)
    office = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    items = fields.List(fields.Nested(TallyView), required=True)


class CaseSummary(Schema):
    """A case in a list."""

    number = fields.String(required=True)
    office = fields.String(required=True)
    programme = fields.String(required=True)
    opened_on = fields.Date(required=True)
    in_scope = fields.Boolean(required=True)
    handed = fields.Boolean(required=True)
    merged = fields.Boolean(required=True)
    led = fields.Boolean(required=True)
    hearing_decided = fields.Boolean(required=True)
    standing = fields.String(required=True)
    concluded_on = fields.Date(required=True, allow_none=True)
    leaders = fields.List(fields.List(fields.String()), required=True)
    department = fields.String(required=True, allow_none=True)
    handler_post = fields.String(required=True, allow_none=True)


class CaseView(CaseSummary):
    """A case with all that is owed in it and how it was closed."""

    colour = fields.String(required=True, allow_none=True)
    duties = fields.List(fields.Nested(DutyView), required=True)
    closings = fields.List(fields.Nested(ClosingView), required=True)


class FilingBody(Strict):
    """An office files its list with the hub (PY-17)."""

    programme = schema.text(longest=60)
    office = schema.office_code()
    filed_on = schema.day()


class FilingView(Schema):
    """The receipt of a filing."""

    id = fields.String(required=True)
    programme = fields.String(required=True)
    office = fields.String(required=True)
    filed_on = fields.Date(required=True)
    cases = fields.Integer(required=True)
    received_by = fields.String(required=True)
