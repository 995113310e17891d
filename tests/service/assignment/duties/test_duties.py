"""
The duty ledger over HTTP: acts, signed records, days explained, alert levels.
"""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document

from tests.builders import CITY, COUNTY, petition_registered
from tests.service.asking import all_items, at, refused

BASIC_COURT, JIAOZUO = "410822900", "jiaozuo-2021"


@pytest.fixture
def petition(announce, as_office, eventually):
    """
    A petition of which assignment has heard, received on 2020-11-20.
    """
    event = petition_registered()
    announce(event)
    path = at("duties", f"{event.case_number}/procedural_reply", "history")
    auditor = as_office(COUNTY, "auditor")
    eventually(lambda: auditor.get("assignment", path).is_success)
    return event.case_number


@pytest.fixture
def act(as_office):
    def record(number, name, **said):
        body = {"act": name, "on": "2020-11-20", **said}
        return as_office(COUNTY).post("assignment", at("cases", number, "acts"), body)

    return record


@pytest.fixture
def appeal(petition, act):
    """
    The duty to end a criminal appeal's review within three months.
    """
    recorded = act(petition, "appeal_filed")
    assert recorded.status_code == 201, recorded.text
    return f"{petition}/appeal_review"


def a_record(**changes):
    return {"on": "2020-11-20", "by_post": "检察长", "reason": "案情复杂。", **changes}


def test_a_duty_shows_owner_creditor_alert_level_and_history(petition, as_office):
    path = at("duties", f"{petition}/procedural_reply", "history")
    found = as_office(COUNTY).get("assignment", path).json()

    assert (found["office"], found["due_on"]) == (COUNTY, "2020-11-27")
    assert found["alert_level"] == "blue"
    (opened,) = found["history"]
    assert (opened["what"], opened["cause"]) == ("opened", "intake.petition_registered")
    assert found["adjustments"] == []


@pytest.mark.requirement("TL-21")
def test_an_explanation_says_of_each_day_why_it_counts(petition, as_office):
    path = at("duties", f"{petition}/procedural_reply") + "/explanation"
    found = as_office(COUNTY).get("assignment", path).json()

    assert (found["rule"], found["started_on"]) == ("7N roll", "2020-11-20")
    assert [each["counted"] for each in found["days"]] == [False] + [True] * 7
    assert "TL-21" in found["source"]


def test_duties_are_found_by_kind_and_alert_level(petition, as_office, clock):
    clock.set(date(2020, 11, 25))
    asked = {"kind": "procedural_reply", "alert_level": "yellow", "limit": 500}
    found = as_office(COUNTY).get("assignment", "/duties", **asked).json()["items"]

    assert f"{petition}/procedural_reply" in {each["id"] for each in found}
    assert {each["alert_level"] for each in found} == {"yellow"}
    assert {each["kind"] for each in found} == {"procedural_reply"}


def test_the_worklist_is_of_what_falls_due_before_a_day(petition, as_office):
    """
    Received on 20 November 2020: a reply by the 27th, an answer by 20 February 2021.
    """
    clerk = as_office(COUNTY)

    def owed(**asked):
        items = all_items(clerk, "assignment", "/duties", **asked)
        return [(item["due_on"], item["kind"]) for item in items]

    reply = ("2020-11-27", "procedural_reply")
    answer = ("2021-02-20", "three_month_answer")
    assert owed(number=petition, due_before="2020-11-27") == []
    assert owed(number=petition, due_before="2020-11-28") == [reply]
    assert owed(number=petition, due_before="2021-02-21") == [reply, answer]
    days = [day for day, _ in owed(due_before="2020-12-05")]
    assert days == sorted(days)
    assert days[-1] < "2020-12-05"


def test_the_worklist_is_of_a_post(desk, as_office):
    """
    The leader of a sensitive case owes its review; the rest is owed by departments.
    """
    clerk, number = as_office(COUNTY), desk.led_case()
    judged = {"on": "2020-11-16", "reason": "研判", "review_on": "2020-12-16"}
    body = {**judged, "sensitive": True}
    answer = clerk.post("assignment", at("cases", number, "appraisals"), body)
    assert answer.status_code == 201, answer.text

    def owed(**asked):
        items = all_items(clerk, "assignment", "/duties", number=number, **asked)
        return {item["kind"]: item["post"] for item in items}

    post = owed()["sensitive_review"]
    assert post
    assert set(owed(post=post).values()) == {post}
    assert "sensitive_review" in owed(post=post, due_before="2020-12-17")
    assert owed(post="法医") == {}


def test_duties_of_a_programme_or_kind_there_is_not_are_refused(as_office):
    def asked(**said):
        return as_office(COUNTY).get("assignment", "/duties", **said)

    nowhere = asked(programme="none", kind="resolve_by")
    other = asked(programme="jiaozuo-2021", kind="procedural_reply")
    kind = asked(kind="no_such")

    refused(nowhere, 422, "no_such_programme")
    assert "day_report" in refused(other, 422)["no_such_kind"]["remedy"]
    assert "procedural_reply" in refused(kind, 422)["no_such_kind"]["remedy"]
    assert asked(kind="七日内程序性回复").status_code == 200
    # A paper is owed like any duty.
    assert asked(programme="jiaozuo-2021", kind="day_report").status_code == 200


def test_an_act_is_kept_listed_and_opens_or_discharges_duties(
    petition, appeal, act, as_office
):
    bare = act(petition, "appeal_reviewed")
    done = act(petition, "appeal_reviewed", document="清检刑申复〔2020〕1号")
    shown = as_office(COUNTY).get("assignment", at("duties", appeal, "history")).json()
    listed = as_office(COUNTY).get("assignment", at("cases", petition, "acts")).json()

    refused(bare, 422, "document_missing")
    assert done.status_code == 201
    assert shown["state"] == "discharged"
    assert [each["act"] for each in listed["items"]] == [
        "appeal_filed",
        "appeal_reviewed",
    ]


def test_an_act_no_rule_knows_is_refused_with_what_there_is(petition, act):
    found = refused(act(petition, "watched"), 422, "no_such_act")

    assert "appeal_filed" in found["no_such_act"]["remedy"]
    # An act of the office itself cannot be recorded on a case.
    assert "party_agenda" not in found["no_such_act"]["remedy"]


@pytest.mark.requirement("S16", "F-04")
def test_an_extension_is_signed_capped_kept_and_printed(petition, appeal, as_office):
    leader, path = as_office(COUNTY, "leader"), at("duties", appeal) + "/extensions"
    wrong = a_record(by_post="副检察长", days=200, on="2020-11-21")
    refusal = leader.post("assignment", path, wrong)
    granted = leader.post("assignment", path, a_record(until="2021-05-15"))
    again = leader.post("assignment", path, a_record(days=1))
    shown = leader.get("assignment", at("duties", appeal, "history")).json()

    refused(refusal, 422, "date_in_future", "extension_too_long", "post_not_entitled")
    assert granted.status_code == 201, granted.text
    assert granted.json()["due_on"] == "2021-05-17"  # the 15th is a Saturday
    refused(again, 422, "extension_used")
    assert [each["what"] for each in shown["history"]] == ["opened", "moved"]
    assert shown["history"][-1]["due_before"] == "2021-02-20"
    assert shown["history"][-1]["reason"] == "案情复杂。"
    assert [each["by_post"] for each in shown["adjustments"]] == ["检察长"]
    _is_printed_and_filed(petition, as_office)


def _is_printed_and_filed(petition, as_office):
    """
    The notice of the extension is filed with the petition, its approval printed.
    """
    clerk, matter = as_office(COUNTY), at("cases", petition)
    log = clerk.get("assignment", f"{matter}/log", limit=200).json()["items"]
    (extension,) = [each for each in log if each["kind"] == "matter.duty_extended"]
    path = at("extensions", extension["id"], "papers")
    told = {"paper": "extension_notice", "form": "docx"}
    told |= {"words": [{"asked": "petitioner", "text": "测试某"}]}
    filed = clerk.post("assignment", path, told)
    sheet = {"paper": "extension_sheet", "issued_by": "检察长"}
    sheet |= {"words": [{"asked": "basis", "text": "规则第三百八十六条"}]}
    approval = clerk.post("assignment", f"{path}/pdf", sheet)
    closing = clerk.post("assignment", path, {**told, "paper": "conclusion"})
    elsewhere = as_office("410923").post("assignment", path, told)
    none = clerk.post("assignment", at("extensions", "没有", "papers"), told)
    content = at("documents", filed.json()["id"], "content")
    printed = clerk.get("assignment", content, purpose="送达").content
    lines = [p.text for p in Document(io.BytesIO(printed)).paragraphs]

    assert (filed.status_code, filed.json()["number"]) == (201, petition)
    assert filed.json()["kind"] == "notice"
    assert "至2021年5月17日届满" in "".join(lines)
    assert approval.content.startswith(b"%PDF")
    refused(closing, 409, "nothing_to_state")
    assert (elsewhere.status_code, none.status_code) == (404, 404)


def test_a_clerk_extends_nothing_and_only_the_hub_releases(appeal, as_office):
    path = at("duties", appeal)
    clerk = as_office(COUNTY).post("assignment", path + "/extensions", a_record(days=1))
    leader = as_office(COUNTY, "leader").post(
        "assignment", path + "/releases", a_record()
    )
    released = as_office(CITY, "reviewer").post(
        "assignment", path + "/releases", a_record()
    )

    assert (clerk.status_code, leader.status_code) == (403, 403)
    assert released.status_code == 201, released.text
    assert released.json()["state"] == "released"


def test_rules_without_it_allow_neither_pause_nor_another_day(appeal, as_office):
    leader, path = as_office(COUNTY, "leader"), at("duties", appeal)
    pause = leader.post("assignment", path + "/pauses", a_record())
    other = a_record(until="2021-01-01")
    override = leader.post("assignment", path + "/overrides", other)
    resume = leader.post("assignment", path + "/resumptions", a_record())

    refused(pause, 422, "not_pausable")
    refused(override, 422, "not_overridable")
    refused(resume, 422, "duty_not_paused")


def test_another_office_sees_no_duty_of_ours(petition, as_office):
    path = at("duties", f"{petition}/procedural_reply", "history")
    answer = as_office("410923").get("assignment", path)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("rule", "more", "due"),
    [
        ("7N roll", {}, "2020-10-09"),
        ("7W", {}, "2020-10-14"),
        ("procedural_reply", {"programme": "puyang-2020"}, "2020-10-09"),
        ("hearing_notice", {"programme": "puyang-2020"}, "2020-10-01"),
    ],
)
def test_the_calculator_counts_any_limit(as_office, rule, more, due):
    asked = {"from": "2020-09-28", "rule": rule, **more}
    found = as_office(COUNTY).get("assignment", "/deadlines", **asked).json()

    assert found["due_on"] == due
    assert found["days"][0] == {
        "day": "2020-09-28",
        "counted": False,
        "why": "起算日不计",
    }


@pytest.mark.requirement("TL-17")
@pytest.mark.parametrize(
    ("rule", "day", "code"),
    [
        ("supervision_notice", "2021-08-02", "rule_not_in_force"),
        ("monthly_followup", "2023-02-22", "rule_not_in_force"),
        ("finishing", "2021-03-01", "rule_set_disabled"),
        ("supervision_notice", "2021-03-01", None),
    ],
)
def test_the_calculator_says_when_a_rule_does_not_bind(as_office, rule, day, code):
    asked = {"from": day, "rule": rule, "programme": "puyang-2020"}
    found = as_office(COUNTY).get("assignment", "/deadlines", **asked).json()

    assert found["in_force"] is (code is None)
    assert (found["reservation"] or {}).get("code") == code


def test_the_calculator_refuses_what_is_no_limit_or_longer_than_ten_years(as_office):
    for rule, code in {
        "七天": "no_such_limit",
        "9999M": "too_far",
        "3661N roll": "too_far",
        "9999W": "too_far",
    }.items():
        asked = {"from": "2020-09-28", "rule": rule}
        answer = as_office(COUNTY).get("assignment", "/deadlines", **asked)

        refused(answer, 422, code)


def test_the_calculator_counts_no_limit_of_a_programme_there_is_not(as_office):
    asked = {"from": "2020-09-28", "rule": "7N", "programme": "puyang-2019"}
    answer = as_office(COUNTY).get("assignment", "/deadlines", **asked)

    refused(answer, 422, "no_such_programme")


@pytest.mark.requirement("JZ-37", "TL-44")
def test_a_nil_report_is_an_act_of_its_own_and_discharges_the_day(
    as_office, clock, eventually
):
    clock.set(date(2021, 3, 16))
    number = f"{JIAOZUO}/{BASIC_COURT}/day_report/2021-03-16"
    court, path = (
        as_office(BASIC_COURT),
        at("duties", f"{number}/day_report", "history"),
    )
    owed = eventually(
        lambda: (a := court.get("assignment", path)).is_success and a.json()
    )
    day = "2021-03-16"
    silent = {"programme": JIAOZUO, "act": "day_reported", "on": day, "period": day}
    acts = at("offices", BASIC_COURT, "acts")
    missing = court.post("assignment", acts, silent)
    reported = court.post("assignment", acts, {**silent, "nil": True})
    done = court.get("assignment", path).json()

    assert (owed["state"], owed["due_on"]) == ("open", "2021-03-16")
    refused(missing, 422, "nil_missing")
    assert reported.status_code == 201, reported.text
    assert reported.json()["period"] == "2021-03-16"
    assert done["state"] == "discharged"
