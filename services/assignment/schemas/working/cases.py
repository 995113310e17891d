"""
What assignment accepts over HTTP (strict) and reads from the bus (tolerant).
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.activities.case_counts import CaseCount
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.matter import BegunMatter
from services.assignment.schemas.closings.closings import ClosingView
from shared.policy.describe.phrases import CREDITORS
from shared.records.views import view_of
from shared.vocabulary import AlertLevel, CountedBy, Difficulty, DutyState, Standing
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded, Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery


class CasesQuery(ListQuery):
    """
    Which cases: every condition that is given must hold. *stubborn*: 骨头案 and 钉子案
    that are still open (DY-33).
    """

    programme = named("programme", required=False)
    origin = schema.text(longest=60, required=False)
    case_kind = schema.text(longest=60, required=False)
    case_class = schema.text(longest=60, required=False)
    difficulty = schema.one_of(Difficulty, required=False)
    standing = schema.one_of(Standing, required=False)
    handler_post = schema.post(required=False)
    stubborn = schema.choice_flag()


class CaseCountsQuery(Strict):
    """Which cases are counted, and by what of them."""

    programme = named("programme")
    office = schema.office_code()
    counted_by = schema.one_of(CountedBy)
    in_scope = schema.choice_flag()


CaseCountView = view_of(
    CaseCount,
    title=fields.String(required=True),
    share=fields.String(required=True),
)


class CaseCountsView(Schema):
    """The cases of an office and those below it, counted by one thing."""

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    counted_by = schema.one_of(CountedBy)
    cases = fields.Integer(required=True)
    items = schema.many(
        schema.nested(CaseCountView), most=200, metadata={"description": "各项件数"}
    )
    labels = Labels()


class DutyQuery(ListQuery):
    """
    Duties in one state, of one alert level, kind or post, in one case or petition only;
    *due_before*: what is owed until before that day. *handler_post*: what an office
    owes in the cases and petitions that this post of it handles.
    """

    state = schema.one_of(DutyState, required=False)
    alert_level = schema.one_of(AlertLevel, required=False)
    kind = named("duty", required=False)
    post = schema.post(required=False)
    handler_post = schema.post(required=False)
    due_before = schema.day(
        required=False, metadata={"description": "只列在此日之前到期、尚未履行的"}
    )
    programme = named("programme", required=False)
    number = schema.text(longest=200, required=False)


DutyView = view_of(
    Duty,
    without=(
        *("steps", "warn_days", "basis", "supervised"),
        *("past", "answer", "report", "past_hour"),
    ),
    programme=named("programme", shown=True),
    kind=named("duty", shown=True),
    state=schema.one_of(DutyState),
    state_on=schema.day(),
    creditor=Coded(CREDITORS, required=True),
    alert_level=schema.one_of(AlertLevel, allow_none=True),
)


CaseSummary = view_of(
    BegunMatter,
    "CaseSummary",
    without=(
        *("is_case", "everyday", "confirmed_on", "next_occurrence_on"),
        *("group_key", "group_since"),
        *("origin", "case_kind", "case_class", "difficulty"),
    ),
    programme=named("programme", shown=True),
    led=schema.flag(),
    standing=schema.one_of(Standing),
    withdrawn=schema.flag(),
)


class FurtherProgramme(Schema):
    """
    A further programme in which a case stands since a day, or stood (*left*); whether
    it is led there, by that programme's rules, and by whom.
    """

    programme = named("programme", shown=True)
    since = fields.Date(required=True, attribute="opened_on")
    left = fields.Boolean(required=True)
    led = fields.Boolean(required=True)
    leaders = fields.List(fields.List(fields.String()), required=True)
    labels = Labels()


class CaseView(CaseSummary):  # type: ignore[valid-type, misc]
    """
    A case with all that is owed in it and how it was closed; *repeats_after_closing*
    are the days on which petitions of the matter came in while it was closed.
    *enrolments*: the further programmes in which it stands; each duty names its own.
    *watch_days*: how long its programme watches a resolved case, 0 where it says that
    it does not (A-21). *archived_on*, *volume*: since when, and as which volume, its
    file is archived.
    """

    archived_on = fields.Date(required=True, allow_none=True)
    volume = fields.String(required=True, allow_none=True)
    enrolments = fields.List(fields.Nested(FurtherProgramme), required=True)

    watch_days = fields.Integer(required=True, allow_none=True)
    watched_until = fields.Date(required=True, allow_none=True)
    repeats_after_closing = fields.List(fields.Date(), required=True)
    alert_level = schema.one_of(AlertLevel, allow_none=True)
    duties = fields.List(fields.Nested(DutyView), required=True)
    closings = fields.List(fields.Nested(ClosingView), required=True)
