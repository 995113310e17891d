"""
Request and response schemas of the endpoints for looking back.
"""

from __future__ import annotations

from services.assignment.domain.closings.look_back import CauseCount, LookBack
from shared.records.views import view_of
from shared.vocabulary import LookBackState, LookBackVerdict
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery

LookBackView = view_of(
    LookBack,
    state=schema.one_of(LookBackState),
    programme=named("programme", shown=True),
    link=named("link", shown=True),
    problem=named("fault", shown=True),
)
CauseCountView = view_of(
    CauseCount, link=named("link", shown=True), problem=named("fault", shown=True)
)


class LookBackBody(Strict):
    """A case shows a problem of the work of a department (MX-38)."""

    found_on = schema.day()
    link = named("link")
    problem = named("fault")
    finding = schema.text(longest=2000)
    to_office = schema.office_code(required=False, load_default=None)
    department = schema.text(longest=60)
    owner_post = schema.post()


class CorrectionBody(Strict):
    """What the department did about it; *rule_changed*: also a rule (PY-49)."""

    on = schema.day()
    post = schema.post()
    text = schema.text(longest=2000)
    document = schema.text(longest=200, required=False, load_default=None)
    rule_changed = schema.flag(required=False, load_default=False)


class CorrectionVerdictBody(Strict):
    """Whoever found it accepts the correction or returns it."""

    on = schema.day()
    verdict = schema.one_of(LookBackVerdict)
    text = schema.text(longest=2000)


class LookBackQuery(ListQuery):
    """The findings of an office or about it, in one state, of one link or problem."""

    programme = named("programme", required=False)
    state = schema.one_of(LookBackState, required=False)
    link = named("link", required=False)
    problem = named("fault", required=False)


class CauseQuery(ListQuery):
    """The findings of a programme in a period."""

    programme = named("programme")
    from_ = schema.day(data_key="from")
    to = schema.day()
