"""
The enquiry of a citizen: by the code of the receipt, without a login, without a name.
"""

from __future__ import annotations

import pytest

from deploy.local.plain import http
from tests.builders import COUNTY, a_petition
from tests.service.asking import at, refused

BASIC = "990101"


def test_a_citizen_sees_by_the_code_what_was_done_and_is_owed(as_office, stack):
    clerk = as_office(COUNTY)
    who = {"name": "甄查询", "phone": "13812345678"}
    body = a_petition(received_on="2020-11-16", petitioner=who)
    given = clerk.post("intake", "/petitions", body).json()
    code, number = given["enquiry_code"], given["number"]
    step = {"step": "accepted", "on": "2020-11-18", "document": "受1"}
    clerk.post("intake", at("petitions", number, "steps"), step)
    asker = {"X-Forwarded-For": f"citizen of {number}"}

    def ask(path):
        return http.request("GET", stack.url("intake") + path, headers=asker)

    found = ask(f"/progress/{code}")
    page = ask(f"/progress/{code.lower().replace('-', '')}/page")
    shown = clerk.get("intake", at("petitions", number))
    listed = clerk.get("intake", "/petitions", limit=500)

    assert found.status_code == 200, found.text
    told = found.json()
    assert (told["received_on"], told["office"], told["state"]) == (
        "2020-11-16",
        "清丰县人民检察院",
        "已受理",
    )
    assert [each["what"] for each in told["done"]] == ["收到并登记", "受理"]
    assert {each["due_on"] for each in told["owed"]} == {
        *("2020-11-23", "2020-12-03", "2021-02-18")
    }
    assert page.headers["content-type"].startswith("text/html")
    assert "清丰县人民检察院" in page.text
    for text in (found.text, page.text):
        assert not any(
            word in text for word in ("甄查询", "138", number, body["demand"])
        )
    assert code not in shown.text + listed.text
    refused(ask("/progress/ABCDE"), 404, "not_found")
    unknown = ask("/progress/ABCDE/page")
    assert unknown.status_code == 404
    assert unknown.headers["content-type"].startswith("text/html")
    assert "请核对回执上的查询码" in unknown.text
    answers = [ask("/progress/ABCDE/page") for _ in range(40)]
    busy = next(each for each in answers if each.status_code == 429)
    assert busy.headers["content-type"].startswith("text/html")
    assert "请一分钟后再试" in busy.text


@pytest.mark.requirement("DY-28")
def test_the_page_follows_what_an_act_discharges(as_office, stack, all_arrived):
    clerk = as_office(BASIC)
    body = a_petition(received_on="2020-11-16")
    given = posted(clerk, "intake", "/petitions", body)
    code, number = given["enquiry_code"], given["number"]

    def owed():
        asker = {"X-Forwarded-For": f"citizen of {number}"}
        url = stack.url("intake") + f"/progress/{code}"
        owed = http.request("GET", url, headers=asker).json()["owed"]
        return {each["what"] for each in owed}

    talk = "面对面接谈来信人"
    all_arrived()
    assert talk in owed()
    held = {"act": "talk_held", "on": "2020-11-18", "post": "检察官", "kind": "当面"}
    path, held = at("cases", number, "acts"), {**held, "text": "当面接谈。"}
    posted(clerk, "assignment", path, held)
    all_arrived()
    left = owed()
    assert talk not in left
    assert len(left) == 2


def posted(caller, service, path, body):
    answer = caller.post(service, path, body)
    assert answer.status_code == 201, answer.text
    return answer.json()
