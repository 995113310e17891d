"""
Request and response schemas of the endpoints for bodies and the page of a unit.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.assignment.domain.people.bodies import Body
from services.assignment.domain.people.responsibility import (
    PostWork,
    Responsible,
    UnitItem,
)
from services.assignment.schemas.leaders.checklists import EntryView
from services.assignment.schemas.leaders.leaders import PostView
from shared.records.views import view_of
from shared.web.messages import Message
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery

_TELEPHONE = r"((0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?|12[0-9]{3})"


def office_telephone() -> fields.String:
    """A telephone of an office: a fixed line or a service number, never a mobile."""
    fault = Message(
        "telephone_form",
        "应为单位的固定电话或服务热线，如 0391-3550000，不填个人手机号。",
        "请填写值班室的单位电话。",
    )
    return fields.String(
        load_default=None,
        validate=validate.Regexp(rf"^{_TELEPHONE}\Z", error=fault),
        metadata={"pattern": f"^{_TELEPHONE}$", "examples": ["0391-3550000"]},
    )


class MemberBody(Strict):
    """A post in a role; of the body's own office unless another is named."""

    role = named("body_role")
    office = schema.office_code(load_default=None)
    post = schema.post()
    holder = schema.holder_code(load_default=None, allow_none=True)


class VersionBody(Strict):
    """Who is in a body from a day on, by which document."""

    since = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)
    telephone = office_telephone()
    members = schema.many(schema.nested(MemberBody), least=1, most=100)


class BodyBody(VersionBody):
    """A new body of an office."""

    programme = named("programme")
    kind = named("body_kind")
    name = schema.text(longest=100, required=False, load_default=None)


class BodyEndingBody(Strict):
    """From which day a body is no more."""

    since = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)


class BodiesQuery(ListQuery):
    """The bodies of a programme on a day, perhaps of one kind."""

    programme = named("programme")
    kind = named("body_kind", required=False)
    on = schema.day(required=False)


class MemberView(PostView):
    """A post in a role of a body."""

    role = fields.String(required=True)
    role_title = fields.String(required=True)
    holder = fields.String(required=True, allow_none=True)


BodyView = view_of(
    Body,
    programme=named("programme", shown=True),
    kind=named("body_kind", shown=True),
    members=fields.List(fields.Nested(MemberView), required=True),
    title=fields.String(required=True),
)


class BodyHistoryView(BodyView):  # type: ignore[valid-type, misc]
    """A body as it is, and all its versions."""

    versions = fields.List(fields.Nested(BodyView), required=True)


class ResponsibilityQuery(Strict):
    """The programme and the day of the page."""

    programme = named("programme")
    on = schema.day(required=False)


class UnitEntryBody(Strict):
    """An item of a list of the unit was done, by which post and shown by what."""

    programme = named("programme")
    list = named("list")
    item = named("list_item")
    on = schema.day()
    post = schema.post()
    evidence = schema.text(longest=400)


class HeldPostView(PostView):
    """A post and who holds it."""

    holders = fields.List(fields.String(), required=True)


UnitItemView = view_of(
    UnitItem,
    done=schema.flag(),
    entries=fields.List(fields.Nested(EntryView), required=True),
)


ResponsibleView = view_of(
    Responsible,
    posts=fields.List(fields.Nested(HeldPostView), required=True),
    items=fields.List(fields.Nested(UnitItemView), required=True),
)


PostWorkView = view_of(PostWork)


class ResponsibilityView(Schema):
    """Who answers for a unit, its bodies, and the work of its posts."""

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    name = fields.String(required=True)
    on = fields.Date(required=True)
    responsible = fields.List(fields.Nested(ResponsibleView), required=True)
    bodies = fields.List(fields.Nested(BodyView), required=True)
    missing = fields.List(fields.String(), required=True)
    posts = fields.List(fields.Nested(PostWorkView), required=True)
    labels = Labels()
