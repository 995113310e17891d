"""
What a request may hold: every part of it has a bound, and what is over it is refused
before anything is made of it.
"""

from __future__ import annotations

import importlib
import io
import json
from contextlib import suppress
from dataclasses import replace
from datetime import date

import eventlet
import pytest
from eventlet import wsgi
from eventlet.green import socket
from marshmallow import ValidationError, fields
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared import telemetry
from shared.errors import Malformed, Problem, Rejected, TooLarge
from shared.policy.current import current_policy
from shared.policy.programmes import Programmes, UnknownProgramme
from shared.settings import SERVICES
from shared.vocabulary import AidOrigin, Channel
from shared.web import endpoint, paging, queries, server
from shared.web.fields import (
    Strict,
    choice_flag,
    day,
    identity_number,
    many,
    money,
    nested,
    one_of,
    page_size,
    text,
)
from shared.web.messages import problems_of
from shared.web.problems import answer_to, problem
from shared.web.queries import ListQuery, PageQuery
from shared.web.request import content_of, header_problem, json_of, load, query_of

PUYANG = current_policy().programmes.get("puyang-2020")
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


# -- time


@pytest.fixture
def serving():
    """
    Runs the web server with *application*; gives its address.
    """
    running = []

    def serve(application):
        listening = eventlet.listen(("127.0.0.1", 0))
        protocol = server.BoundedProtocol
        more = {"protocol": protocol, "log_output": False}
        running.append(eventlet.spawn(wsgi.server, listening, application, **more))
        return listening.getsockname()

    yield serve
    for each in running:
        each.kill()


@pytest.fixture
def impatient(monkeypatch, serving):
    """
    A server that gives a request 50 milliseconds, and why it refused bodies.
    """
    monkeypatch.setattr(server.BoundedProtocol, "head_seconds", 0.05)
    monkeypatch.setattr(server.BoundedProtocol, "request_seconds", 0.05)
    ended = []

    def application(environ, start_response):
        try:
            content_of(Request(environ), 1000)
        except Malformed as refusal:
            ended.append(refusal.code)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    return serving(application), ended


@pytest.mark.parametrize(
    ("begun", "codes"),
    [
        (b"GET /x HTTP/1.1\r\nX-Slow: ", []),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", ["body_incomplete"]),
    ],
)
def test_a_request_that_trickles_is_ended(impatient, begun, codes):
    address, ended = impatient
    with eventlet.Timeout(5), socket.create_connection(address) as wire:
        wire.sendall(begun)
        answer = eventlet.spawn(wire.recv, 100)
        with suppress(OSError):  # the server closed the connection
            while not answer.dead:
                wire.sendall(b"x")
                eventlet.sleep(0.01)

    assert ended == codes


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (b"X-Kind: a\r\nX-Other:b", True),
        (b"Transfer-Encoding : chunked", False),
        (b"no header at all", False),
        (b" folded: from nothing", False),
    ],
)
def test_a_request_with_a_line_that_is_no_header_field_is_seen(serving, lines, whole):
    seen = []

    def application(environ, start_response):
        seen.append(environ[server._WHOLE_HEAD])
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with eventlet.Timeout(5), socket.create_connection(serving(application)) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\n" + lines + b"\r\nHost: x\r\n\r\n")
        assert wire.recv(20).startswith(b"HTTP/1.1 200")

    assert seen == [whole]
    assert (header_problem([("Host", "x")], whole=whole) is None) is whole


def test_the_end_of_a_long_answer_waits_for_no_acknowledgement(serving):
    at_once = []

    def application(environ, start_response):
        wire = environ["eventlet.input"].get_socket()
        at_once.append(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with eventlet.Timeout(5), socket.create_connection(serving(application)) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.recv(20).startswith(b"HTTP/1.1 200")

    assert at_once == [1]


class _Written(Strict):
    on = day(required=False)
    yuan = money(required=False)
    channel = one_of(Channel, required=False)


@pytest.mark.parametrize(
    "written",
    [
        *("2022-12-30", "2022/12/30", "2022.12.30", "2022年12月30日"),
        *("２０２２－１２－３０", "20221230", "二〇二二年十二月三十日"),
    ],
)
def test_a_day_is_understood_as_offices_write_it(written):
    assert _Written().load({"on": written}) == {"on": date(2022, 12, 30)}


@pytest.mark.parametrize(
    "written",
    ["2022-13-01", "2022", "12-30", "20221330", "二〇二二年十三月一日", "今天"],
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(ValidationError):
        _Written().load({"on": written})


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("30000.00", 3_000_000),
        ("3万", 3_000_000),
        ("1.25万元", 1_250_000),
        ("30,000元", 3_000_000),
        ("0", 0),
    ],
)
def test_an_amount_is_understood_as_offices_write_it(written, fen):
    assert _Written().load({"yuan": written}) == {"yuan": fen}


@pytest.mark.parametrize("written", ["3千", "1,2", "0.001", "-1", "1e3", "99999999万"])
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(ValidationError):
        _Written().load({"yuan": written})


def test_a_code_may_be_written_as_its_chinese_label():
    assert _Written().load({"channel": "来信"}) == {"channel": "letter"}
    with pytest.raises(ValidationError):
        _Written().load({"channel": "信件来的"})


class _Cases(ListQuery):
    programme = text(longest=60, required=False)
    case_kind = text(longest=60, required=False)
    origin = text(longest=60, required=False)
    channel = text(longest=60, required=False)
    in_scope = choice_flag()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"channel": "来访"}, {"channel": "visit"}),
        ({"case_kind": "控告", "origin": "本院排查"}, {"case_kind": "complaint"}),
        ({"programme": PUYANG.title}, {"programme": PUYANG.code}),
        ({"in_scope": "否"}, {"in_scope": False}),
    ],
)
def test_a_list_is_narrowed_down_by_titles_as_by_codes(asked, found):
    loaded = _Cases().load(asked)

    assert loaded == {**loaded, **found, "limit": 100}
    assert set(loaded) == {*asked, "limit"}


class _Applications(PageQuery):
    origin = one_of(AidOrigin, required=False)


def test_a_condition_with_terms_of_its_own_is_no_word_of_a_programme():
    assert _Applications().load({"origin": "own_motion"})["origin"] == "own_motion"


def test_a_list_of_a_programme_that_runs_no_more_is_asked_as_before(monkeypatch):
    only = replace(current_policy(), programmes=Programmes([]))
    monkeypatch.setattr(queries, "current_policy", lambda: only)
    asked = {"programme": PUYANG.code, "origin": "own_screening"}

    assert _Cases().load(asked) == {**asked, "limit": 100}


@pytest.mark.parametrize(
    ("asked", "code", "remedy"),
    [
        ({"channel": "飞鸽"}, "not_in_list", "visit（来访）"),
        ({"case_kind": "foo", "programme": "puyang-2020"}, "not_in_list", "（控告）"),
        ({"origin": "foo"}, "not_in_list", "own_screening（本院排查）"),
        ({"programme": "foo"}, "no_such_programme", "puyang-2020"),
        ({"in_scope": "不"}, "wrong_type", "是或否"),
    ],
)
def test_a_condition_that_nothing_can_meet_is_refused_with_what_can_be_written(
    asked, code, remedy
):
    with pytest.raises(ValidationError) as refused:
        _Cases().load(asked)

    (problem,) = problems_of(refused.value, prefix="?", separator="")
    assert (problem.code, problem.location) == (code, f"?{next(iter(asked))}")
    assert remedy in problem.remedy


class _Person(Strict):
    id_no = identity_number(required=False)


def test_an_identity_number_holds_or_says_what_is_wrong():
    number = "11010519491231002X"

    assert _Person().load({"id_no": number}) == {"id_no": number}
    for wrong in (number[:17], "110105194912310021", "11010519491331002X"):
        with pytest.raises(ValidationError) as refused:
            _Person().load({"id_no": wrong})
        (message,) = refused.value.messages["id_no"]
        assert message.problem.code == "identity_number"


def test_a_record_of_a_programme_that_runs_no_more_is_refused_and_says_why():
    context = telemetry.TraceContext("x", TRACE)

    answer = answer_to(UnknownProgramme("puyang-2020"), context)

    assert answer.status_code == 503
    assert answer.get_json()["code"] == "programme_not_running"
