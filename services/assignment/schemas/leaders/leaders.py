"""
Request and response schemas of the endpoints for leaders and their workload.
"""

from __future__ import annotations

from typing import ClassVar

from marshmallow import Schema, fields

from services.assignment.domain.leaders import workload
from services.assignment.domain.leaders.leading import MARKS
from services.assignment.domain.leaders.records import KINDS, SignedRecord
from services.assignment.domain.leaders.suggestions import Suggestion
from services.assignment.domain.leaders.tenures import Tenure
from services.assignment.domain.leaders.workload import (
    Coverage,
    HolderTally,
    LevelTally,
    Measures,
    PostTally,
)
from shared.policy.directory_file import LEVELS
from shared.policy.parts.general import MandatoryField
from shared.records.views import view_of
from shared.share import Share
from shared.vocabulary import Difficulty, Track
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded, Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class LeaderBody(Strict):
    """
    A leader by office and post; names of persons are not stored. *holder*: which of the
    post's holders, where it has several. *new_holder*: the post has another holder
    since (A-50), where its holders are not entered.
    """

    office = schema.office_code(required=True)
    post = schema.post()
    holder = schema.holder_code(load_default=None, allow_none=True)
    new_holder = schema.flag(required=False, load_default=False)


class LeadersBody(Strict):
    """Who leads the case, the main leader of each office first; who handles it."""

    named_on = schema.day()
    leaders = schema.many(schema.nested(LeaderBody), least=0, most=10)
    department = schema.text(longest=60, required=False, load_default=None)
    handler_post = schema.post(required=False, load_default=None)
    team = schema.text(longest=100, required=False, load_default=None)
    responsible_post = schema.post(required=False, load_default=None)
    contact = schema.text(longest=60, required=False, load_default=None)
    territorial_office = schema.office_code(load_default=None, allow_none=True)
    resolve_by = schema.day(required=False, load_default=None)


class GapView(Schema):
    """What the programme's rule still misses."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class LeadersView(Schema):
    """Whether the case is led as the programme asks."""

    number = fields.String(required=True)
    complete = fields.Boolean(required=True)
    missing = fields.List(fields.Nested(GapView), required=True)


class PostView(Schema):
    """A post of an office."""

    office = fields.String(required=True)
    post = fields.String(required=True)


PeriodView = view_of(Tenure, "PeriodView")


FieldView = view_of(MandatoryField, "FieldView", id=fields.String(required=True))


class TraitsView(Schema):
    """What bears on who must lead a case."""

    origin = named("origin", shown=True, allow_none=True)
    case_kind = named("case_kind", shown=True, allow_none=True)
    difficulty = schema.one_of(Difficulty, allow_none=True)
    labels = Labels()

    class Meta:
        """What a person may tick."""

        include: ClassVar = {mark: fields.Boolean(required=True) for mark in MARKS}


SignedView = view_of(
    SignedRecord,
    "SignedView",
    kind=Coded(KINDS, required=True),
    posts=fields.List(fields.Nested(PostView), required=True),
)


class RecusedView(PostView):
    """A post that must not lead the case, or only one of its holders."""

    holder = fields.String(required=True, allow_none=True)


class LeaderSheetView(LeadersView):
    """
    Who leads a case, led it, and must not; what is missing, what is advised; and every
    record behind it.
    """

    office = fields.String(required=True)
    handed = fields.Boolean(required=True)
    track = schema.one_of(Track)
    traits = fields.Nested(TraitsView, required=True)
    sensitive_until = fields.Date(required=True, allow_none=True)
    leaders = fields.List(fields.Nested(PeriodView), required=True)
    history = fields.List(fields.Nested(PeriodView), required=True)
    recused = fields.List(fields.Nested(RecusedView), required=True)
    work_unit = fields.List(fields.Nested(PostView), required=True, allow_none=True)
    department = fields.String(required=True, allow_none=True)
    handler_post = fields.String(required=True, allow_none=True)
    team = fields.String(required=True, allow_none=True)
    responsible_post = fields.String(required=True, allow_none=True)
    contact = fields.String(required=True, allow_none=True)
    territorial_office = fields.String(required=True, allow_none=True)
    resolve_by = fields.Date(required=True, allow_none=True)
    missing_fields = fields.List(fields.Nested(FieldView), required=True)
    advice = fields.List(fields.Nested(GapView), required=True)
    records = fields.List(fields.Nested(SignedView), required=True)
    labels = Labels()


class RecusalBody(Strict):
    """
    A post, or one *holder* of it, must not lead the case; *lifted* takes that back.
    """

    office = schema.office_code(required=True)
    post = schema.post()
    holder = schema.holder_code(load_default=None, allow_none=True)
    on = schema.day()
    reason = schema.text(longest=500)
    lifted = schema.flag(required=False, load_default=False)


class AppraisalBody(Strict):
    """
    A person's judgement of the case, with the reason. What is left out stays as it is;
    the mark *sensitive* needs a day of review. *case_class*: one of the programme's.
    """

    on = schema.day()
    reason = schema.text(longest=500)
    difficulty = schema.one_of(Difficulty, required=False, load_default=None)
    case_class = named("case_class", required=False, load_default=None)
    review_on = schema.day(required=False, load_default=None)

    class Meta(Strict.Meta):
        """What a person may tick."""

        include: ClassVar = {
            mark: schema.flag(required=False, load_default=None) for mark in MARKS
        }


SuggestionView = view_of(Suggestion)


class SuggestionsView(Schema):
    """Proposals only: a person names the leaders."""

    number = fields.String(required=True)
    suggestions = fields.List(fields.Nested(SuggestionView), required=True)


class MeasuresQuery(Strict):
    """
    The programme, the offices and the day of a query; with *from* the cases handled
    from then on are counted, not only those there on the day.
    """

    programme = named("programme")
    office = schema.office_code()
    from_ = schema.day(data_key="from", required=False)
    as_of = schema.day(required=False)


RateView = view_of(Share, "RateView", percent=fields.String(required=True))
AverageView = view_of(Share, "AverageView", average=fields.String(required=True))


HolderTallyView = view_of(HolderTally, hard=fields.Nested(RateView, required=True))


PostTallyView = view_of(
    PostTally,
    without=("registered", "people"),
    level=Coded(LEVELS, required=True),
    heads=fields.Integer(required=True),
    holders=fields.List(fields.Nested(HolderTallyView), required=True),
    hard=fields.Nested(RateView, required=True),
    only_easy=schema.flag(),
)


LevelTallyView = view_of(
    LevelTally,
    without=("heads", "cases"),
    level=Coded(LEVELS, required=True),
    average=fields.Nested(AverageView, required=True),
    hard=fields.Nested(RateView, required=True),
)


FloorView = view_of(
    workload.FloorView,
    "FloorView",
    average=fields.Nested(AverageView, required=True),
    at_least=fields.Nested(AverageView, required=True),
)


CoverageView = view_of(
    Coverage,
    without=("base",),
    led=fields.Nested(RateView, required=True),
    warning=schema.flag(),
    uncovered=fields.List(fields.String(), required=True),
)


MeasuresView = view_of(
    Measures,
    programme=named("programme", shown=True),
    office=fields.String(required=True),
    from_=schema.day(allow_none=True, data_key="from"),
    as_of=schema.day(),
    posts=fields.List(fields.Nested(PostTallyView), required=True),
    levels=fields.List(fields.Nested(LevelTallyView), required=True),
    floors=fields.List(fields.Nested(FloorView), required=True),
    targets=fields.List(fields.Nested(CoverageView), required=True),
    advice=fields.List(fields.Nested(CoverageView), required=True),
)
