"""
What a fact stores is read again as its schema reads it, whatever it is.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from marshmallow import ValidationError, fields, validate

from services.reporting.domain.postings.rules import POSTS_NOTHING
from services.reporting.schemas import READS
from services.reporting.schemas.stored import (
    STORED,
    reader_of,
    stored_payload,
    whole_payload,
)
from shared.web.schema.fields import Tolerant
from tests.builders import COUNTY, NEIGHBOUR, an_envelope


class Inner(Tolerant):
    on = fields.Date(required=True)


class Outer(Tolerant):
    name = fields.String(required=True, validate=validate.OneOf(["a", "b"]))
    count = fields.Integer(load_default=0)
    is_so = fields.Boolean(load_default=False)
    since = fields.Date(load_default=None)
    inner = fields.List(fields.Nested(Inner), load_default=())


def outcome(read, payload):
    with suppress(ValidationError):
        return read(payload)
    return "refused"


WHOLE = {
    "name": "a",
    "count": 2,
    "is_so": True,
    "since": "2021-01-05",
    "inner": [{"on": "2021-01-06"}],
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "c"},
        {"name": None},
        {"name": 5},
        {"count": "7"},
        {"count": True},
        {"count": 2.5},
        {"is_so": "true"},
        {"is_so": 1},
        {"since": None},
        {"since": "20210105"},
        {"since": "2021-W01-1"},
        {"since": "2021-1-5"},
        {"since": []},
        {"inner": None},
        {"inner": []},
        {"inner": ["x"]},
        {"inner": [{}]},
        {"inner": {"on": "2021-01-06"}},
        {"unknown": 1},
    ],
    ids=repr,
)
def test_a_payload_is_read_as_its_schema_reads_it(change):
    schema = Outer()
    payload = WHOLE | change

    assert outcome(reader_of(schema), payload) == outcome(schema.load, payload)


def test_what_is_left_out_is_read_as_the_schema_says():
    assert reader_of(Outer())({"name": "b"}) == Outer().load({"name": "b"})
    assert outcome(reader_of(Outer()), {}) == "refused"


OF_TYPE = {
    fields.String: "x",
    fields.Boolean: True,
    fields.Integer: 3,
    fields.Date: "2021-01-05",
}


def example(field):
    if isinstance(field, fields.Nested):
        return {name: example(each) for name, each in field.schema.fields.items()}
    if isinstance(field, fields.List):
        return [example(field.inner)]
    allowed = [v.choices for v in field.validators if hasattr(v, "choices")]
    return next(iter(allowed[0])) if allowed else OF_TYPE[type(field)]


@pytest.mark.parametrize("kind", sorted(READS.keys() - POSTS_NOTHING))
def test_every_event_that_posts_is_read_quickly(kind):
    schema = READS[kind]
    payload = example(fields.Nested(schema))
    read = reader_of(schema)

    assert read != schema.load
    assert read(payload) == schema.load(payload)


def said(kind="leader_named", **more):
    return {
        "duty": f"清〔2020〕1号/{kind}",
        "kind": kind,
        "what": "opened",
        "office": COUNTY,
        "on": "2021-01-05",
        "due_on": "2021-01-20",
        **more,
    }


@pytest.mark.parametrize(
    ("change", "left_out"),
    [
        ({}, ["duty", "office", "on"]),
        ({"duty": "清〔2020〕1号/leader_named/2"}, ["office", "on"]),
        ({"office": NEIGHBOUR}, ["duty", "on"]),
        ({"on": "2021-01-04"}, ["duty", "office"]),
    ],
    ids=repr,
)
def test_what_a_fact_leaves_out_of_a_duty_is_read_again(change, left_out):
    """
    A duty of a notice has an id of its own, one that moved another office.
    """
    event = an_envelope(
        "assignment.duties_changed",
        date(2021, 1, 5),
        office=COUNTY,
        case_number="清〔2020〕1号",
        payload={"programme": "puyang-2020", "changes": [said(**change)]},
    )
    stored = stored_payload(event)
    (kept,) = stored["changes"]

    assert sorted(said().keys() - kept.keys()) == left_out
    assert whole_payload(event, stored) == event.payload


def test_a_fact_that_left_out_nothing_is_read_as_it_is():
    payload = {"programme": "puyang-2020", "changes": [said(office=NEIGHBOUR)]}
    kind, day = "assignment.duties_changed", date(2021, 1, 5)
    event = an_envelope(kind, day, office=COUNTY, payload=payload)

    assert whole_payload(event, {**payload}) == payload


def test_of_an_event_a_fact_stores_what_reporting_reads():
    payload = {"programme": "puyang-2020", "in_scope": True, "leader": "检察长"}
    event = an_envelope("assignment.leader_named", date(2021, 1, 5), payload=payload)

    assert stored_payload(event) == {"programme": "puyang-2020", "in_scope": True}


def test_the_words_of_a_notice_stand_with_the_notice_alone():
    payload = {"title": "提醒", "about": "七日内程序性回复", "to_office": COUNTY}
    payload |= {"programme": "puyang-2020", "to_post": "检察长", "urgent": False}
    kind = "assignment.escalation_step_reached"
    event = an_envelope(kind, date(2021, 1, 5), payload=payload)

    assert stored_payload(event) == {"programme": "puyang-2020"}
    assert STORED[kind].load(payload) == {"programme": "puyang-2020"}
