"""
Fields, parameters and addresses that are wrong: each is named, with its remedy.
"""

from __future__ import annotations

import json

import pytest

from shared.settings import SERVICES
from tests.builders import COUNTY, a_petition, new_number
from tests.builders.hearings import a_plan
from tests.service.asking import PROGRAMME, at, closing, places, refused
from tests.service.shared.web.sending import LISTS, MIB, TOMORROW

JSON = {"Content-Type": "application/json"}


def test_a_json_body_over_its_limit_is_refused(as_office):
    answer = as_office(COUNTY).post(
        "intake", "/petitions", a_petition(demand="求" * 3 * MIB)
    )

    refused(answer, 413, "body_too_large")


# -- days


def test_what_is_dated_in_the_future_is_refused_everywhere(as_office, desk):
    clerk, leader = as_office(COUNTY), as_office(COUNTY, "leader")
    number = desk.led_case()
    desk.decide_on_hearing(number, "hold")
    aid = desk.funded_aid(number)
    petition = clerk.post("intake", "/petitions", a_petition()).json()["number"]
    case = at("cases", number)
    reply = {"kind": "result", "mode": "letter", "summary": "不予支持。"}
    batch = {
        "programme": PROGRAMME,
        "letter_no": new_number("濮检办"),
        "source": "省院",
        "handed_on": TOMORROW,
        "case_numbers": [number],
    }
    plan = a_plan(planned_on=TOMORROW, scheduled_on="2020-12-01")
    paid = {"paid_on": TOMORROW, "amount_yuan": "12000.00", "voucher_no": "1"}
    named = {"named_on": TOMORROW, "leaders": []}
    asked = [
        clerk.post("intake", "/petitions", a_petition(received_on=TOMORROW)),
        clerk.post(
            "intake",
            at("petitions", petition, "replies"),
            {**reply, "replied_on": TOMORROW},
        ),
        leader.post("assignment", f"{case}/leaders", named),
        clerk.post("assignment", f"{case}/closings", closing(concluded_on=TOMORROW)),
        as_office("410900", "reviewer").post("assignment", "/batches", batch),
        clerk.post("hearing", f"{case}/hearings", plan),
        clerk.post("aid", f"/aid-applications/{aid}/payments", paid),
    ]

    for answer in asked:
        said = refused(answer, 422, "date_in_future")["date_in_future"]
        assert said["pointer"].endswith("_on")
        assert TOMORROW in said["detail"]
        assert "2020-11-20" in said["detail"]
    signing = {"programme": PROGRAMME, "as_of": TOMORROW}
    refused(leader.post("reporting", "/returns", signing), 422, "as_of_in_future")
    assert desk.entries(number, "aid_yuan") == []
    assert clerk.get("intake", at("petitions", petition)).is_success


# -- requests


def test_every_wrong_field_is_named_at_once(as_office):
    body = a_petition(
        channel=["letter"],
        received_on="2020-13-45",
        petitioner={"name": "", "phone": 13800000000, "wechat": "x"},
        case_kind=7,
        demand="求\u0000情",
        alert_level="red",
    )
    del body["category"]
    answer = as_office(COUNTY).post("intake", "/petitions", body)

    refused(answer, 422, "invalid_request")
    assert places(answer) == {
        ("/channel", "wrong_type"),
        ("/received_on", "invalid_date"),
        ("/petitioner/name", "length"),
        ("/petitioner/phone", "wrong_type"),
        ("/petitioner/wechat", "unknown_field"),
        ("/case_kind", "wrong_type"),
        ("/demand", "control_character"),
        ("/alert_level", "unknown_field"),
        ("/category", "required"),
    }


def test_what_is_no_word_of_the_programme_is_refused_with_its_words(as_office):
    body = a_petition(channel="飞鸽", case_kind="涉执", topic="烂尾楼")
    answer = as_office(COUNTY).post("intake", "/petitions", body)

    faults = refused(answer, 422, "not_in_list")
    assert places(answer) == {
        ("/channel", "not_in_list"),
        ("/case_kind", "not_in_list"),
        ("/topic", "not_in_list"),
    }
    remedies = [fault["remedy"] for fault in answer.json()["errors"]]
    assert any("visit（来访）" in remedy for remedy in remedies), faults
    also = as_office(COUNTY).post("intake", "/petitions", body | {"received_on": "3号"})
    assert places(also) == places(answer) | {("/received_on", "invalid_date")}


def test_every_wrong_parameter_is_named_at_once(as_office):
    answer = as_office(COUNTY).get(
        "reporting",
        "/entries",
        office="清丰",
        measure="base",
        as_of="昨天",
        known_at="2021-01-05",
        limit="all",
        alert_level="red",
    )

    refused(answer, 422, "invalid_request")
    assert places(answer) == {
        ("?programme", "required"),
        ("?office", "office_form"),
        ("?as_of", "invalid_date"),
        ("?known_at", "invalid_instant"),
        ("?limit", "wrong_type"),
        ("?alert_level", "unknown_field"),
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"channel":',
        b"{'channel': 'letter'}",
        b'{"channel": NaN}',
        b'{"repeats": ' + b"9" * 10_000 + b"}",
        '{"demand": "求情"}'.encode("gbk"),
        b"[" * 2_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
    ],
    ids=["empty", "cut", "quotes", "nan", "long", "gbk", "deep", "deeper"],
)
def test_what_is_no_json_is_refused(as_office, content):
    clerk = as_office(COUNTY)
    answer = clerk.post("intake", "/petitions", content=content, headers=JSON)

    assert "JSON" in refused(answer, 400, "not_json")["not_json"]["detail"]


def test_what_calls_itself_something_else_is_refused(as_office):
    answer = as_office(COUNTY).post(
        "intake",
        "/petitions",
        content=json.dumps(a_petition()).encode(),
        headers={"Content-Type": "text/xml"},
    )

    refused(answer, 400, "not_json")


def test_a_json_that_is_no_object_is_refused(as_office):
    for content in (b"[]", b"null", b"1", b'"letter"'):
        clerk = as_office(COUNTY)
        answer = clerk.post("intake", "/petitions", content=content, headers=JSON)

        refused(answer, 422, "wrong_type")


def test_a_number_nobody_has_is_not_found(as_office):
    clerk = as_office(COUNTY)
    for service, path in {
        "intake": "/petitions/",
        "assignment": "/cases/",
        "hearing": "/hearings/",
        "aid": "/aid-applications/",
        "reporting": "/returns/",
    }.items():
        for number in ("没有这号", "a%00b", "%ff%fe", "x" * 2000, "1%27%20OR%201=1"):
            refused(clerk.get(service, path + number), 404, "not_found")


def test_a_cursor_that_is_not_ours_is_refused(as_office):
    clerk = as_office(COUNTY)
    for service, path in LISTS.items():
        for cursor in ("x", "MTIz", "eyJhIjoxfQ", "bnVsbA", "W10"):
            answer = clerk.get(service, path, after=cursor)

            refused(answer, 422, "bad_cursor")
            assert places(answer) == {("/after", "bad_cursor")}
    entries = {"programme": PROGRAMME, "measure": "base", "as_of": "2020-11-19"}
    for cursor in ("MTIz", "W10", "WzEsMiwzLDRd", "WyI0MTA5MjIiLCJ4IiwieSIsMV0"):
        answer = clerk.get("reporting", "/entries", after=cursor, **entries)
        refused(answer, 422, "bad_cursor")


def test_an_address_or_method_that_is_none_is_answered_as_a_problem(as_office):
    clerk = as_office(COUNTY)
    for service in SERVICES:
        refused(clerk.get(service, "/nowhere"), 404, "no_such_address")
        refused(clerk.get(service, LISTS[service] + "/"), 404, "no_such_address")
        for method in ("OPTIONS", "DELETE", "PUT", "PATCH", "TRACE"):
            answer = clerk.request(method, service, LISTS[service])

            refused(answer, 405, "method_not_allowed")
            assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))
        head_only = clerk.request("HEAD", service, LISTS[service])
        assert (head_only.status_code, head_only.content) == (200, b"")
