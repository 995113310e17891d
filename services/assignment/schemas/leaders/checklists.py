"""
Request and response schemas of the endpoints for the duty lists of a case.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.leaders.checklists import Checklist, Entry, Item
from services.assignment.domain.leaders.own_lists import ListVersion
from services.assignment.schemas.activities.acts import PartyBody
from shared.records.views import nested_view, view_of
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import PageQuery


class EntryBody(Strict):
    """An item of a list was done; one that is an act needs what the act needs."""

    programme = named("programme", required=False)
    list = named("list")
    item = named("list_item")
    on = schema.day()
    evidence = schema.text(longest=400)
    post = schema.post()
    to = schema.text(longest=200, required=False, load_default=None)
    until = schema.day(required=False, load_default=None)
    text = schema.text(longest=4000, required=False, load_default=None)
    document = schema.text(longest=200, required=False, load_default=None)
    consent = schema.flag(required=False, load_default=None)
    count = schema.count(required=False, load_default=None)
    document_ids = schema.document_ids()
    parties = schema.many(
        schema.nested(PartyBody), most=14, required=False, load_default=tuple
    )
    result = schema.text(longest=60, required=False, load_default=None)
    new_number = schema.number_text(required=False, load_default=None)


class ChecklistQuery(Strict):
    """The lists of the case's own programme, or of another in which it stands."""

    programme = named("programme", required=False)


EntryView = nested_view(Entry)


ItemView = view_of(Item, done=schema.flag())


SheetView = view_of(
    Checklist,
    "SheetView",
    to_fill=schema.flag(),
    items=fields.List(fields.Nested(ItemView), required=True),
)


class OwnItemBody(Strict):
    """An item of an open list; *act*: the act that does it, if it is bound to one."""

    text = schema.text(longest=200)
    act = named("act", required=False, load_default=None)


class ListVersionBody(Strict):
    """The items of a list that the programme leaves open, from a day on."""

    programme = named("programme")
    list = named("list")
    since = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)
    items = schema.many(schema.nested(OwnItemBody), least=1, most=30)


class ListsQuery(PageQuery):
    """The lists that an office wrote itself under a programme."""

    programme = named("programme")


ListVersionView = view_of(
    ListVersion,
    programme=named("programme", shown=True),
    list=named("list", shown=True),
)


class ChecklistView(Schema):
    """The lists that hold for a case."""

    number = fields.String(required=True)
    lists = fields.List(fields.Nested(SheetView), required=True)
