"""
Request and response schemas of the endpoints for endings and hand-overs.
"""

from __future__ import annotations

from services.assignment.domain.closings.endings import Ending, HandOver
from services.assignment.schemas.closings.closings import DocumentBody
from shared.records.views import view_of
from shared.vocabulary import EndingState, EndingVerdict, Help
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery

EndingView = view_of(
    Ending,
    state=schema.one_of(EndingState),
    programme=named("programme", shown=True),
    grounds=schema.many(named("ending_ground", shown=True), most=20),
)
HandOverView = view_of(HandOver)


class EndingBody(Strict):
    """The responsible office applies for a lawful ending (JZ-31)."""

    applied_on = schema.day()
    grounds = schema.many(named("ending_ground"), least=1, most=20)
    statement = schema.text(longest=4000)
    documents = schema.many(schema.nested(DocumentBody), least=1, most=50)


class EndingQuery(ListQuery):
    """The applications of an office or that it is to decide, in one state."""

    state = schema.one_of(EndingState, required=False)


class EndingDecisionBody(Strict):
    """The level whose turn it is decides."""

    verdict = schema.one_of(EndingVerdict)
    post = schema.post()
    on = schema.day()
    opinion = schema.text(longest=2000)


class HandOverBody(Strict):
    """Help in an ended case is handed over to a unit (PY-34, JZ-50)."""

    on = schema.day()
    to_office = schema.office_code(required=False, load_default=None)
    unit = schema.text(longest=200)
    help = schema.many(schema.one_of(Help), least=1, most=10)
    document = schema.text(longest=200)


class HandOverQuery(ListQuery):
    """The hand-overs of an office or to it; *received*: with a receipt or without."""

    received = schema.flag(required=False)


class HandOverReceiptBody(Strict):
    """The unit took over; *document*: of a receipt on paper."""

    on = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)
