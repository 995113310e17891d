"""
What a request may hold: every part of it has a bound, and what is over it is refused
before anything is made of it.
"""

from __future__ import annotations

import importlib
import io
import json
from datetime import date

import pytest
from marshmallow import fields
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared import telemetry
from shared.errors import Malformed, Problem, Rejected, TooLarge, TooMany
from shared.policy.programmes import UnknownProgramme
from shared.settings import SERVICES
from shared.web import endpoint, paging
from shared.web.problems import answer_to, problem
from shared.web.request import content_of, header_problem, json_of, load, query_of
from shared.web.schema.fields import Strict, day, many, nested, page_size, text

TRACE = "0af7651916cd43dd8448eb211c80319c"


def a_request(raw=b"", query=""):
    builder = EnvironBuilder(
        method="POST",
        query_string=query,
        input_stream=io.BytesIO(raw),
        content_length=len(raw),
        content_type="application/json",
    )
    return Request(builder.get_environ())


def read(raw):
    return json_of(a_request(raw), raw)


class Item(Strict):
    """An item of a list."""

    name = text(longest=5)


class Body(Strict):
    """A request with a list."""

    name = text(longest=5, required=False)
    items = many(nested(Item), most=3, required=False)


def faults_of(body):
    faults = []
    load(Body(), body, faults, "")
    return {(fault.location, fault.code) for fault in faults}


# -- header fields


@pytest.mark.parametrize(
    "fields_given",
    [
        [("Content-Length", "1"), ("content-length", "1")],
        [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
        [("Transfer-Encoding ", "chunked")],
        [("X-Correlation-Id", "a\r\n b")],
        [("X-Correlation-Id", "a\0b")],
        [("X Y", "1")],
        [("", "1")],
    ],
)
def test_header_fields_that_two_servers_may_read_differently_are_refused(fields_given):
    assert header_problem([("Host", "x"), *fields_given]).code == "header_form"


def test_ordinary_header_fields_are_in_order():
    given = [("Accept", "a"), ("Accept", "b\tc"), ("X-Office", "清丰"), ("X_Y", "")]

    assert header_problem(given) is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "x",
        f"00-{'a' * 31}\x85-{'b' * 16}-01",
        f"00-{TRACE}-{'b' * 16}-01\n",
        f"00-{TRACE.upper()}-{'b' * 16}-01",
        f"00-{TRACE}-{'b' * 16}-01-more",
    ],
)
def test_a_traceparent_of_another_form_begins_a_new_trace(header):
    made = telemetry.span_of(header)

    assert TRACE not in made
    assert telemetry.span_of(made).split("-")[1] == made.split("-")[1]


def test_a_traceparent_is_continued():
    assert telemetry.span_of(f"00-{TRACE}-{'b' * 16}-01").startswith(f"00-{TRACE}-")


@pytest.mark.parametrize("header", ["", "a b", "a\0b", "a\nb", "号", "x" * 81])
def test_a_correlation_id_of_another_form_is_replaced(header):
    assert telemetry.correlation_of(header) != header


def test_a_correlation_id_is_kept():
    assert telemetry.correlation_of("push-2020/11:20_1") == "push-2020/11:20_1"


# -- JSON and query strings


@pytest.mark.parametrize(
    "raw",
    [b'{"a": 1, "a": 2}', b'{"x": [{"a": 1, "b": 1, "a": 1}]}', b'{"": 1, "": 1}'],
)
def test_a_key_given_twice_is_refused(raw):
    with pytest.raises(Malformed) as refusal:
        read(raw)

    assert refusal.value.code == "given_twice"


def test_an_object_of_too_many_keys_is_refused_before_its_fields_are_judged():
    raw = json.dumps({f"k{n}": n for n in range(201)}).encode()
    with pytest.raises(Malformed) as refusal:
        read(b'{"inside": ' + raw + b"}")

    assert refusal.value.code == "too_many_keys"


@pytest.mark.parametrize(
    "raw", [b"[" * 100_000, b'{"a": [' + b"{}," * 5_000 + b"{}]}", b"[[" * 1501]
)
def test_a_document_of_too_many_parts_is_refused_before_it_is_parsed(raw, monkeypatch):
    monkeypatch.setattr("shared.web.request.json.loads", None)
    with pytest.raises(Malformed) as refusal:
        read(raw)

    assert refusal.value.code == "too_many_parts"


def test_a_list_that_is_too_long_is_one_problem_whatever_its_items_are():
    judged = []

    class Counting(fields.String):
        def _deserialize(self, value, *_args, **_more):
            judged.append(value)

    class Long(Strict):
        names = many(Counting(), most=3)

    faults = []
    load(Long(), {"names": [None, 1, {}] * 100_000}, faults, "")

    assert [(fault.location, fault.code) for fault in faults] == [("/names", "length")]
    assert judged == []
    assert faults_of({"items": [{}] * 4}) == {("/items", "length")}
    assert faults_of({"items": [{}]}) == {("/items/0/name", "required")}


@pytest.mark.parametrize("blank", [" ", "   ", "\u3000\u3000", "\t\n"])
def test_a_text_of_blanks_is_refused(blank):
    assert faults_of({"name": blank}) == {("/name", "blank")}


def test_an_empty_text_has_one_fault():
    assert faults_of({"name": ""}) == {("/name", "length")}


def test_a_parameter_given_twice_is_a_problem():
    faults = []
    assert query_of(a_request(query="office=1&office=2&as_of=x"), faults)
    assert [(fault.location, fault.code) for fault in faults] == [
        ("?office", "given_twice")
    ]


def test_a_query_of_too_many_parameters_is_refused():
    query = "&".join(f"k{n}={n}" for n in range(201))
    with pytest.raises(Malformed) as refusal:
        query_of(a_request(query=query), [])

    assert refusal.value.code == "too_many_keys"


@pytest.mark.parametrize(
    "written", ["+5", "٣", "5 ", "0x5", "5.0", "1_0", "", "9" * 20]
)
def test_a_page_size_is_written_in_plain_digits(written):
    class Query(Strict):
        limit = page_size()

    faults = []
    load(Query(), {"limit": written}, faults, "?")

    assert [fault.location for fault in faults] == ["?limit"]
    assert load(Query(), {"limit": "5"}, faults, "?") == {"limit": 5}


@pytest.mark.parametrize(
    "place",
    [
        '["\\ud800", "x"]',
        '["x", "\\udfff"]',
        "[Infinity, 1]",
        '["a", Infinity]',
        '["a\\u0000", "x"]',
        '["a"]',
        "[" * 100_000,
        "1e999",
    ],
)
def test_a_cursor_that_no_database_takes_is_refused(place):
    cursor = paging.base64.urlsafe_b64encode(place.encode()).decode()
    for after in (cursor, "\ud800", "ÿ", "=" * 7):
        with pytest.raises(Rejected) as refusal:
            paging.PageRequest(5, after).place((str, str))
        assert refusal.value.code == "bad_cursor"


@pytest.mark.parametrize("written", ["9999-12-31", "2200-01-01", "1899-12-31"])
def test_a_day_of_another_age_is_refused(written):
    class Dated(Strict):
        on = day()

    faults = []
    load(Dated(), {"on": written}, faults, "")

    assert [fault.code for fault in faults] == ["day_range"]
    assert load(Dated(), {"on": "2199-12-31"}, faults, "") == {"on": date(2199, 12, 31)}


# -- answers


def test_an_answer_lists_the_first_hundred_problems_and_says_how_many_there_are():
    faults = [Problem("bad", "错" * 10_000, "", "/" + "名" * 9_000)] * 5_000
    answer = problem(Rejected(*faults))
    listed = json.loads(answer.data)["errors"]

    assert len(listed) == 101
    assert listed[-1]["code"] == "more_problems"
    assert "5000" in listed[-1]["detail"]
    assert len(answer.data) < 500_000


# -- bodies


def test_a_body_over_its_limit_is_refused_with_the_limit():
    for limit, shown in ((256 * 1024, "256 KB"), (20 * 1024 * 1024, "20 MB")):
        request = a_request(b"{}")
        request.environ["CONTENT_LENGTH"] = str(limit + 1)
        with pytest.raises(TooLarge) as refusal:
            content_of(request, limit)
        assert shown in refusal.value.problems[0].detail


def endpoints():
    for service in SERVICES:
        of = importlib.import_module(f"services.{service}.service").SERVICE
        for _, function in endpoint.endpoints_of(of.endpoints):
            yield function.endpoint


def most_bytes(field):
    """
    The longest JSON text of a field, as UTF-8 of Chinese characters.
    """
    if isinstance(field, fields.Nested):
        return sum(
            len(name) + 8 + most_bytes(each)
            for name, each in field.schema.fields.items()
        )
    rules = {type(rule).__name__: rule for rule in field.validators}
    if isinstance(field, fields.List):
        return rules["Length"].max * (most_bytes(field.inner) + 2)
    if isinstance(field, fields.String) and "Length" in rules:
        return 3 * rules["Length"].max + 2
    return 3 * 80


def test_the_largest_good_body_of_every_endpoint_is_within_its_limit():
    with_body = [each for each in endpoints() if each.body is not None]

    assert with_body
    assert [
        each.name
        for each in with_body
        if most_bytes(fields.Nested(each.body)) >= each.limit
    ] == []


def test_a_record_of_a_programme_that_runs_no_more_is_refused_and_says_why():
    context = telemetry.TraceContext("x", TRACE)

    answer = answer_to(UnknownProgramme("puyang-2020"), context)

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "programme_not_running"


def test_who_asked_for_a_page_reads_the_refusal_on_a_page():
    context = telemetry.TraceContext("x", TRACE)
    busy = TooMany.because("too_many", "查询过于频繁<b>。", "请一分钟后再试。")

    page, other = (answer_to(busy, context, on_page=each) for each in (True, False))
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "<p>查询过于频繁&lt;b&gt;。请一分钟后再试。</p>" in page.get_data(
        as_text=True
    )
    assert other.get_json()["code"] == "too_many"
