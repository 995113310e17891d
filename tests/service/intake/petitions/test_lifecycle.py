"""
A petition that is passed on: objection, receipt by the other office, its report.
"""

from __future__ import annotations

import pytest

from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE, a_petition
from tests.service.asking import all_items, at, refused

WHO = {"name": "甄转交", "phone": "13800000000"}


@pytest.fixture
def passed_on(as_office):
    """
    The number of a petition of the city, and how it takes steps.
    """
    city = as_office(CITY)
    body = a_petition(office=CITY, received_on="2020-11-02", petitioner=WHO)
    number = city.post("intake", "/petitions", body).json()["number"]

    def step(name, by=CITY, **fields):
        body = {"step": name, "on": "2020-11-09", **fields}
        return as_office(by).post("intake", at("petitions", number, "steps"), body)

    return number, step


@pytest.mark.requirement("S6", "S8")
def test_what_is_forwarded_is_seen_by_its_receiver_who_may_object(passed_on, as_office):
    number, step = passed_on
    before = as_office(COUNTY).get("intake", at("petitions", number, "steps"))
    paper = {"document": "濮检转〔2020〕1号"}
    sent = step("forwarded", to_office=COUNTY, **paper)
    county = as_office(COUNTY)
    incoming = {
        each["number"] for each in all_items(county, "intake", "/incoming-petitions")
    }
    no_step = step("taken_back", by=COUNTY, text="x")
    objected = step("objected", by=COUNTY, document="异议", text="不属本院管辖。")
    city = as_office(CITY).get("intake", at("petitions", number, "steps")).json()
    back = step("taken_back", text="同意。")

    assert before.status_code == 404
    assert sent.status_code == 201
    assert number in incoming
    refused(no_step, 403, "not_acting_office")
    assert objected.status_code == 201
    assert city["state"] == "objected"
    assert [each["step"] for each in city["steps"]] == ["forwarded", "objected"]
    assert city["steps"][1]["text"] == "不属本院管辖。"
    assert back.json()["state"] == "registered"
    assert county.get("intake", at("petitions", number, "steps")).status_code == 404
    refused(step("reported", document="x"), 403, "not_acting_office")
    refused(step("materials_complete"), 409, "step_not_possible")


@pytest.mark.requirement("S8")
def test_a_dispute_on_a_refused_objection_is_decided_above(passed_on, as_office):
    number, step = passed_on
    step("forwarded", to_office=COUNTY, document="转1")
    reasons = {"document": "议1", "text": "不属本院管辖。"}
    early = step("dispute_raised", by=COUNTY, **reasons)
    step("objected", by=COUNTY, **reasons)
    step("objection_refused", text="属你院管辖。")
    raised = step("dispute_raised", by=COUNTY, **reasons)
    own = step("dispute_upheld", **reasons)
    waiting = as_office(COUNTY).post(
        "intake", at("petitions", number, "receipts"), {"received_on": "2020-11-09"}
    )
    shown = as_office(PROVINCE).get("intake", at("petitions", number, "steps")).json()
    decided = step("联席会议决定退回", by=PROVINCE, **reasons)

    refused(early, 422, "no_refused_objection")
    assert raised.status_code == 201, raised.text
    refused(own, 403, "not_acting_office")
    refused(waiting, 409, "not_waiting")
    assert (shown["state"], shown["labels"]["state"]) == (
        "disputed",
        "已提请联席会议协调",
    )
    assert decided.json()["state"] == "registered"
    assert as_office(COUNTY).get("intake", at("petitions", number)).status_code == 404


@pytest.mark.requirement("S7", "TL-03")
def test_what_is_handed_down_is_registered_below_and_reported_on(
    passed_on, as_office, announced, eventually
):
    number, step = passed_on
    step(
        "handed_down",
        to_office=COUNTY,
        report_by="2020-12-09",
        document="濮检交〔2020〕1号",
    )
    county = as_office(COUNTY)
    read = county.get("intake", at("petitions", number))
    purpose = {"purpose": "决定是否接收。"}
    opened = county.post("intake", at("petitions", number, "openings"), purpose)
    path = at("petitions", number, "receipts")
    neighbour = as_office(NEIGHBOUR).post("intake", path, {"received_on": "2020-11-10"})
    early = county.post("intake", path, {"received_on": "2020-11-08"})
    received = county.post("intake", path, {"received_on": "2020-11-10"})
    again = county.post("intake", path, {"received_on": "2020-11-10"})

    def owed():
        found = county.get("assignment", "/duties", number=number, office=COUNTY)
        return {each["kind"]: each for each in found.json()["items"]}.get(
            "handed_report"
        )

    report = eventually(owed)
    step("reported", by=COUNTY, document="清检报〔2020〕1号")

    assert (read.status_code, opened.status_code) == (200, 201)
    assert opened.json()["petitioner"]["name"] == WHO["name"]
    assert neighbour.status_code == 404
    refused(early, 422, "date_before_start")
    assert received.status_code == 201, received.text
    own = received.json()
    assert own["number"].startswith(f"{COUNTY}-2020-")
    assert (own["passed_from"], own["first"], own["state"]) == (
        number,
        True,
        "registered",
    )
    refused(again, 409, "not_waiting")
    assert (
        as_office(CITY).get("intake", at("petitions", number)).json()["received_as"]
        == own["number"]
    )
    assert announced("intake", own["number"]) == ["intake.petition_registered"]
    assert (report["office"], report["due_on"]) == (COUNTY, "2020-12-09")
    eventually(lambda: owed()["state"] == "discharged")


@pytest.mark.requirement("S8", "TL-04")
def test_what_its_receiver_registered_by_mistake_waits_again_and_is_objected_to(
    passed_on, as_office
):
    number, step = passed_on
    down = {"to_office": COUNTY, "report_by": "2020-12-09", "document": "濮检交1"}
    step("handed_down", **down)
    county, path = as_office(COUNTY), at("petitions", number, "receipts")
    mistaken = county.post("intake", path, {"received_on": "2020-11-10"}).json()
    own = at("petitions", mistaken["number"])
    objection = {"document": "异1", "text": "不属本院管辖。", "on": "2020-11-10"}
    on_own = county.post("intake", f"{own}/steps", {"step": "objected", **objection})
    wrong = {"cause": "registered_by_mistake", "reason": "尚未决定是否接收。"}
    county.post("intake", f"{own}/withdrawals", wrong)
    waiting = [*all_items(county, "intake", "/incoming-petitions")]
    otherwise = {"received_on": "2020-11-10", "programme": "puyang-leaders"}
    again = county.post("intake", path, otherwise)
    restored = county.post("intake", f"{own}/restorations", {"reason": "x"})
    objected = step("objected", by=COUNTY, **objection)
    kept = step("taken_back", on="2020-11-10", text="同意。")
    own = at("petitions", again.json()["number"])
    county.post("intake", f"{own}/withdrawals", wrong)
    back = step("taken_back", on="2020-11-10", text="同意。")

    refused(on_own, 403, "not_acting_office")
    assert number in on_own.text
    assert number in {each["number"] for each in waiting}
    assert again.status_code == 201, again.text
    programmes = mistaken["programme"], again.json()["programme"]
    assert programmes == ("puyang-2020", "puyang-leaders")
    refused(restored, 422, "passed_on_otherwise")
    assert objected.status_code == 201, objected.text
    refused(kept, 422, "already_received")
    assert back.json()["state"] == "registered"


@pytest.mark.requirement("TL-21")
def test_a_delivery_recorded_wrongly_is_corrected_and_what_it_discharged_is_owed_again(
    as_office, eventually
):
    county = as_office(COUNTY)
    body = a_petition(received_on="2020-11-02", petitioner=WHO)
    number = county.post("intake", "/petitions", body).json()["number"]
    path = at("petitions", number)
    accepted = {"step": "accepted", "on": "2020-11-04", "document": "受1"}
    step = county.post("intake", f"{path}/steps", accepted).json()["id"]
    told = {"on": "2020-11-05", "mode": "letter", "outcome": "signed"}
    wrong = county.post("intake", f"{path}/deliveries", {"step": step, **told}).json()

    def reply():
        owed = county.get("assignment", "/duties", number=number).json()["items"]
        return {each["kind"]: each["state"] for each in owed}.get("procedural_reply")

    eventually(lambda: reply() == "discharged")
    again = f"{path}/deliveries/{wrong['id']}/corrections"
    failed = {**told, "outcome": "failed", "note": "查无此人。"}
    same = county.post("intake", again, {"right": told, "reason": "退回。"})
    corrected = county.post("intake", again, {"right": failed, "reason": "退回。"})
    twice = county.post("intake", again, {"right": failed, "reason": "退回。"})
    shown = county.get("intake", f"{path}/steps").json()["deliveries"]
    history = county.get("intake", f"{path}/history").json()["corrections"]

    refused(same, 422, "nothing_to_change")
    assert corrected.status_code == 201, corrected.text
    refused(twice, 409, "delivery_withdrawn")
    assert [bool(each["withdrawn_on"]) for each in shown] == [True, False]
    (made,) = history
    fields = {field["name"]: field["after"] for field in made["fields"]}
    assert fields == {"delivery_outcome": "failed", "delivery_note": None}
    eventually(lambda: reply() in {"open", "overdue"})


@pytest.mark.requirement("TL-21")
def test_what_was_never_delivered_nor_tried_is_withdrawn_with_a_reason(
    as_office, eventually
):
    """
    A paper signed for, and a call that nobody answered: both of another petition. The
    history keeps them; the reply is owed again, and the call is no evidence.
    """
    county = as_office(COUNTY)
    body = a_petition(received_on="2020-11-02", petitioner=WHO)
    number = county.post("intake", "/petitions", body).json()["number"]
    path = at("petitions", number)
    accepted = {"step": "accepted", "on": "2020-11-04", "document": "受1"}
    step = county.post("intake", f"{path}/steps", accepted).json()["id"]

    def told(**what):
        answer = county.post(
            "intake", f"{path}/deliveries", {"on": "2020-11-05", **what}
        )
        assert answer.status_code == 201, answer.text
        return f"{path}/deliveries/{answer.json()['id']}/withdrawals"

    def reply():
        owed = county.get("assignment", "/duties", number=number).json()["items"]
        return {each["kind"]: each["state"] for each in owed}.get("procedural_reply")

    call = told(reply="procedural", mode="phone", outcome="failed")
    paper = told(step=step, mode="letter", outcome="signed")
    eventually(lambda: reply() == "discharged")
    why = {"reason": "登错信访件。"}
    stranger = as_office(NEIGHBOUR).post("intake", call, why)
    silent = county.post("intake", call, {})
    gone = [county.post("intake", each, why) for each in (call, paper)]
    twice = county.post("intake", call, why)
    shown = county.get("intake", f"{path}/steps").json()["deliveries"]
    history = county.get("intake", f"{path}/history").json()["corrections"]

    refused(stranger, 404)
    refused(silent, 422, "required")
    assert [each.status_code for each in gone] == [200, 200], gone[0].text
    refused(twice, 409, "delivery_withdrawn")
    assert all(each["withdrawn_on"] for each in shown)
    assert {(each["kind"], each["reason"]) for each in history} == {
        ("delivery_withdrawn", "登错信访件。")
    }
    eventually(lambda: reply() in {"open", "overdue"})


@pytest.mark.requirement("S9", "TL-21")
def test_a_step_recorded_wrongly_is_corrected_and_withdrawn_and_its_duties_follow(
    as_office, eventually
):
    county = as_office(COUNTY)
    body = a_petition(received_on="2020-11-02", petitioner=WHO)
    number = county.post("intake", "/petitions", body).json()["number"]
    path = at("petitions", number, "steps")

    def due():
        owed = county.get("assignment", "/duties", number=number).json()["items"]
        return {each["kind"]: each["due_on"] for each in owed}.get("three_month_answer")

    right = {"step": "accepted", "on": "2020-11-09", "document": "受1"}
    wrong = county.post("intake", path, {**right, "on": "2020-11-20"}).json()["id"]
    eventually(lambda: due() == "2021-02-20")
    corrected = county.post(
        "intake",
        f"{path}/{wrong}/corrections",
        {"right": right, "reason": "日期录错。"},
    )
    assert corrected.status_code == 201, corrected.text
    eventually(lambda: due() == "2021-02-09")
    passed_on = {"step": "forwarded", "on": "2020-11-20", "document": "转1"}
    forwarded = county.post("intake", path, {**passed_on, "organ": "某县公安局"})
    early = {"right": {**right, "on": "2020-11-06"}, "reason": "日期仍有误。"}
    earlier = f"{path}/{corrected.json()['id']}/corrections"
    corrected = county.post("intake", earlier, early)
    assert corrected.status_code == 201, corrected.text
    shown = county.get("intake", path).json()
    stands = [each["step"] for each in shown["steps"] if not each["withdrawn_on"]]
    taken_back = f"{path}/{forwarded.json()['id']}/withdrawals"
    county.post("intake", taken_back, {"reason": "误登。"})
    eventually(lambda: due() == "2021-02-07")
    back = f"{path}/{corrected.json()['id']}/withdrawals"
    stranger = as_office(NEIGHBOUR).post("intake", back, {"reason": "误登。"})
    above = as_office(CITY).post("intake", back, {"reason": "误登。"})
    again = county.post("intake", f"{path}/{wrong}/withdrawals", {"reason": "误登。"})
    withdrawn = county.post("intake", back, {"reason": "尚未受理。"}).json()
    eventually(lambda: due() == "2021-02-02")
    history = county.get("intake", at("petitions", number, "history")).json()
    made = {each["kind"]: each for each in reversed(history["corrections"])}

    refused(stranger, 404)
    refused(above, 403, "not_handling_office")
    refused(again, 409, "step_withdrawn")
    assert (withdrawn["state"], withdrawn["review"]) == ("registered", None)
    assert all(each["withdrawn_on"] for each in withdrawn["steps"])
    assert stands == ["accepted", "forwarded"]
    assert set(made) == {"step_corrected", "step_withdrawn"}
    fields = {each["name"]: each for each in made["step_corrected"]["fields"]}
    assert (fields["on"]["before"], fields["on"]["after"]) == (
        "2020-11-20",
        "2020-11-09",
    )
