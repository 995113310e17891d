"""
Closings with packets, signatures and reasons for returning, over HTTP.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import COUNTY, NEIGHBOUR
from tests.service.asking import at, places, post, refused
from tests.service.led_case import CITY_COURT, COURT

SETTLED = ("评查报告", "息诉材料", "化解方案")
CHECKED = ["evaluated", "both_settled", "trail"]


@pytest.fixture
def case(courts_case):
    return courts_case("jiaozuo-2021")


@pytest.mark.requirement("JZ-33")
def test_a_basic_courts_closing_needs_its_packet(case):
    # JZ-33: all that is missing is named at once, with what else is wrong.
    settled = case.files(*SETTLED)
    bare = case.report(documents=settled[:1], submitted_on="2021-03-18")
    wrong = case.report(kind="procedural", documents=settled)
    found = refused(bare, 422, "document_missing", "date_before_start")
    whole = case.report(documents=settled)

    assert [each["code"] for each in bare.json()["errors"]] == [
        "date_before_start",
        "document_missing",
        "document_missing",
    ]
    assert "化解方案" in found["document_missing"]["detail"]
    assert "自查自纠报告" in refused(wrong, 422)["document_missing"]["remedy"]
    assert whole.status_code == 201, whole.text
    assert whole.json()["documents"] == settled
    assert whole.json()["submitted_on"] == "2021-03-23"
    assert case.reviews() == [("open", "2021-03-23", "2021-04-07")]


@pytest.mark.requirement("JZ-33")
def test_a_document_of_a_packet_is_a_file_of_this_case(case, led_case):
    on_paper = {"name": SETTLED[0], "reference": "卷一"}
    (own, _) = case.files(*SETTLED[1:])
    leaders = (("410822900", "院长"), (CITY_COURT, "副院长"))
    day, said = date(2021, 3, 15), {"department": "立案庭"}
    other = led_case("410822900", CITY_COURT, "jiaozuo-2021", leaders, day, **said)
    elsewhere = other.files(SETTLED[2])
    refusal = case.report(documents=[on_paper, own, *elsewhere])

    refused(refusal, 422)
    assert places(refusal) == {
        ("/documents/0/document_id", "document_not_filed"),
        ("/documents/2/document_id", "no_such_document"),
    }


def test_an_act_refers_to_files_of_its_case_and_words_alone_do_not_show_it(case):
    (own,) = case.files(SETTLED[0])
    act = {"act": "evaluated", "on": "2021-03-18", "document": "温法评〔2021〕3号"}

    def recorded(*files):
        return post(case.clerk, case.number, "acts", **act, document_ids=[*files])

    wrong, right = recorded("none", own["document_id"]), recorded(own["document_id"])
    words = recorded()

    assert places(words) == {("/document_ids", "document_ids_missing")}
    assert places(wrong) == {("/document_ids/0", "no_such_document")}
    assert right.status_code == 201, right.text
    assert right.json()["document_ids"] == [own["document_id"]]


OF_THE_CITY = (
    ("upper_president", "院长"),
    ("bureau", "信访局局长"),
    ("group", "副院长"),
)


@pytest.mark.requirement("JZ-23", "JZ-32")
def test_a_basic_courts_closing_needs_every_signature_in_order(case, announced):
    checked = CHECKED
    identity = case.report(
        documents=case.files(*SETTLED), submitted_on="2021-03-19"
    ).json()["id"]
    unsigned = case.review(identity, checked)
    early = case.sign(identity, "president", "副院长", on="2021-03-18")
    clerk = case.sign(identity, "leader", "院长", by=case.clerk)
    own = [case.sign(identity, each, "院长") for each in ("leader", "president")]
    twice = case.sign(identity, "leader", "院长")
    not_theirs = case.sign(identity, "upper_president", "院长", by=case.leader)
    half = case.review(identity, checked)
    (waiting,) = case.shown()["closings"]
    hub = [case.sign(identity, *each, hub=True) for each in OF_THE_CITY]
    before = case.review(identity, checked, reviewed_on="2021-03-21")
    confirmed = case.review(identity, checked)
    after = case.sign(identity, "group", "院长", hub=True)
    (shown,) = case.shown()["closings"]

    assert len(unsigned.json()["errors"]) == 5
    refused(unsigned, 422, "signature_missing")
    assert places(early) == {
        ("/on", "date_before_start"),
        ("/signer", "not_in_turn"),
        ("/post", "post_not_entitled"),
    }
    assert "早于报结日（2021-03-19）" in early.text
    refused(clerk, 403, "role_not_allowed")
    assert [each.status_code for each in own] == [201, 201], own[0].text
    left = ["中院院长", "信访局", "教育整顿领导小组"]
    assert own[1].json()["to_sign"] == waiting["to_sign"] == left
    refused(twice, 422, "already_signed")
    refused(not_theirs, 403, "not_this_office")
    assert [fault["detail"] for fault in half.json()["errors"]] == [
        "缺少“中院院长”的签字。",
        "缺少“信访局”的签字。",
        "缺少“教育整顿领导小组”的签字。",
    ]
    assert [each.status_code for each in hub] == [201, 201, 201], hub[0].text
    late = refused(before, 422, "date_before_start")["date_before_start"]["detail"]
    assert "早于上一项签字（教育整顿领导小组）之日（2021-03-22）" in late
    assert confirmed.status_code == 201, confirmed.text
    refused(after, 409, "already_reviewed")
    assert [(s["signer"], s["post"], s["office"]) for s in shown["signatures"]] == [
        *((each, "院长", COURT) for each in ("leader", "president")),
        *((*each, CITY_COURT) for each in OF_THE_CITY),
    ]
    # The review is done on its own day, the case counts on the day it was concluded.
    assert case.reviews() == [("discharged", "2021-03-23", "2021-04-02")]
    assert case.shown()["concluded_on"] == "2021-03-19"
    assert announced("assignment", case.number)[-4:] == [
        "assignment.duties_changed",
        "assignment.closing_confirmed",
        "assignment.case_resolved",
        "assignment.duties_changed",
    ]


@pytest.mark.requirement("JZ-32")
def test_nobody_signs_for_an_absent_second_person(case, as_office):
    # JZ-32: five sign; whoever of them is away is signed for by nobody else.
    submitted = case.report(documents=case.files(*SETTLED), submitted_on="2021-03-19")
    identity = submitted.json()["id"]
    reporter = as_office(COURT, "leader", f"{COURT} 经办人")
    above = case.sign(identity, "leader", "院长", by=case.hub_leader)
    own = case.sign(identity, "leader", "院长", by=reporter)
    for signer in ("leader", "president"):
        assert case.sign(identity, signer, "院长").status_code == 201
    president = as_office(CITY_COURT, "leader", "院长")
    first = case.sign(identity, "upper_president", "院长", by=president)
    second = case.sign(identity, "bureau", "信访局局长", by=president)

    refused(above, 403, "not_this_office")
    refused(own, 403, "own_signature")
    assert first.status_code == 201, first.text
    refused(second, 403, "own_signature")
    assert case.shown()["closings"][0]["to_sign"] == ["信访局", "教育整顿领导小组"]


@pytest.mark.requirement("JZ-32")
def test_a_clerk_records_what_a_filed_page_carries(case):
    # Leaders sign on paper; each page is filed with the case, and stays there.
    submitted = case.report(documents=case.files(*SETTLED), submitted_on="2021-03-19")
    identity = submitted.json()["id"]
    (page,) = case.files("签字页")
    on_page = {"document_id": page["document_id"]}
    no_page = case.sign(identity, "leader", "院长", by=case.clerk, document_id="x")
    signed = [
        case.sign(identity, signer, "院长", by=case.clerk, **on_page)
        for signer in ("leader", "president")
    ]
    above = case.sign(identity, "upper_president", "院长", by=case.clerk, **on_page)
    withdrawal = {"on": "2021-03-23", "reason": "误传。", "approver_post": "院长"}
    path = at("documents", page["document_id"], "withdrawals")
    kept = case.leader.post("assignment", path, withdrawal)

    assert places(no_page) == {("/document_id", "no_such_document")}
    assert [each.status_code for each in signed] == [201, 201], signed[0].text
    given = signed[1].json()["signatures"][-1]
    assert (given["post"], given["document_id"]) == ("院长", page["document_id"])
    assert given["recorded_by"] == f"{COURT}/{COURT} 经办人"
    refused(above, 403, "not_this_office")
    refused(kept, 422, "document_in_use")


def test_where_no_route_serves_nothing_is_signed(as_office, desk):
    identity = desk.submitted_closing(desk.led_case())
    body = {"signer": "leader", "post": "检察长", "on": "2020-11-12"}
    path = at("closings", identity, "signatures")
    signed = as_office(COUNTY, "leader").post("assignment", path, body)
    elsewhere = as_office(NEIGHBOUR, "leader").post("assignment", path, body)

    refused(signed, 422, "no_such_signer")
    refused(elsewhere, 404, "not_found")
    reviewed = desk.review(identity)
    assert reviewed.status_code == 201
    assert reviewed.json()["to_sign"] == []


def test_a_closing_that_was_sent_back_is_listed_until_it_is_reported_again(case):
    def listed(state):
        query = {"office": case.office, "state": state, "limit": 500}
        items = case.clerk.get("assignment", "/closings", **query).json()["items"]
        return {each["id"]: each for each in items if each["number"] == case.number}

    settled = case.files(*SETTLED)
    first = case.report(documents=settled).json()["id"]
    waiting = listed("submitted")
    sent = case.review(first, verdict="returned", reasons="材料不全。")
    returned, left = listed("returned"), listed("submitted")
    again = case.report(documents=settled).json()["id"]

    assert sent.status_code == 201, sent.text
    assert waiting.keys() == {first}
    assert returned[first]["reasons"] == "材料不全。"
    assert not left
    assert not listed("returned")
    assert listed("submitted").keys() == {again}
