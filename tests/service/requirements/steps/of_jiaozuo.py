"""
Steps of the rows of Jiaozuo's courts that need more than one look.
"""

from __future__ import annotations

import io

from docx import Document

from tests.service.asking import all_items, at, refused
from tests.service.requirements.steps.cases import act, handed_down, led_by
from tests.service.requirements.steps.duties import owes
from tests.service.requirements.steps.figures import in_time_of_due, shown_further
from tests.service.requirements.steps.petitions import petition, step

CITY_COURT = "410800900"


LED = (
    led_by("院长", department="执行局"),
    led_by((CITY_COURT, "副院长"), of=CITY_COURT),
)


FOUR_FIELDS = led_by(
    "院长",
    department="执行局",
    handler_post="法官",
    responsible_post="副院长",
    contact="0391-0000000",
)


def duty_desks_are_known_to_the_courts(work):
    """
    Another court of the programme finds the telephone of the desk, if there is one.
    """
    asked = {"programme": work.programme.code, "office": work.office}
    [desk] = work.ask("/duty-contacts", asker="410822900", **asked)["items"]
    court = work.as_office("410822900")
    nowhere = court.get("assignment", "/duty-contacts", **{**asked, "office": "999999"})
    refused(nowhere, 422, "no_such_office")

    assert desk["telephone"] == "0391-7200000"
    assert [each["post"] for each in desk["members"]] == ["副院长"]


def kinds_of_the_courts(work):
    """
    The ledger and the counter know 涉诉, 涉执 and 立案.
    """
    shown = work.imported({"case_kind": "涉诉"}, {}, {"case_kind": "立案信访"})

    kinds = [each["case_kind"] for each in shown]
    assert kinds == ["litigation", "enforcement", "filing"]
    petition(case_kind="涉执", channel="来信")(work)


def plan_needs_a_class(work):
    """
    A plan is made for what is wrong with the case: a class first, one of the courts'.
    """
    step_ = {"task": "查控财产", "post": "执行局", "until": "2021-03-25"}
    plan = {"made_on": work.day, "post": "法官", "aim": "化解。", "until": "2021-04-14"}
    work.refuse(work.case("plans"), {**plan, "steps": [step_]}, "not_classified")
    wrong = {"on": work.day, "reason": "研判。", "case_class": "early_sign"}
    work.refuse(work.case("appraisals"), wrong, "no_such_class")


def overseen_by_its_member(work):
    """
    The city court enters who oversees the contact point; the case is on that post's
    list, and guidance is counted by post.
    """
    of = {"programme": work.programme.code, "post": "副院长", "since": work.day}
    path = at("offices", CITY_COURT, "oversight")
    asked = {"programme": work.programme.code, "post": "副院长"}
    wrong = {**of, "overseen": CITY_COURT, "department": "执行局"}
    entered = work.send(path, {**of, "overseen": work.office}, office=CITY_COURT)
    work.refuse(path, wrong, "one_overseen", "not_right_below", office=CITY_COURT)
    work.refuse(
        path, {**of, "overseen": work.office}, "already_overseen", office=CITY_COURT
    )
    caller = work.as_office(CITY_COURT)
    listed = [
        each
        for each in all_items(caller, "assignment", "/overseen-cases", **asked)
        if each["number"] == work.number
    ]
    act("court_guided", office=CITY_COURT, post="副院长", text="到院指导、督导。")(work)
    ending = at("offices", CITY_COURT, "oversight", entered["id"], "ending")
    work.send(ending, {"until": work.day}, office=CITY_COURT)
    left = all_items(caller, "assignment", "/overseen-cases", **asked)

    assert [(each["office"], each["contact_point"]) for each in listed] == [
        (work.office, True)
    ]
    assert work.number not in {each["number"] for each in left}


def refused_for_a_reason_of_the_courts(work):
    """
    A reason of other organs is named as none; the notice states the court's own.
    """
    path = at("petitions", work.number)
    clerk = work.as_office(work.office)
    body = {"step": "not_accepted", "on": work.day, "document": "不1"}
    of_others = clerk.post("intake", f"{path}/steps", {**body, "reason": "in_progress"})
    said = refused(of_others, 422, "no_such_reason")["no_such_reason"]
    step("not_accepted", document="武法信不1", reason="in_procedure")(work)
    notice = clerk.post("intake", f"{path}/papers/docx", {"paper": "refusal"})
    lines = [line.text for line in Document(io.BytesIO(notice.content)).paragraphs]

    assert "in_procedure" in said["remedy"]
    assert "正在诉讼、执行或者审判监督程序中办理" in "".join(lines)


def shares_in_time_of_the_four_limits(work):
    """
    At the end of the seventh day the ledger alone was done in time; the conclusion is
    not due yet.
    """
    asked = {"as_of": "2021-03-23"}
    before = shown_further(work, **asked)
    for take in (*LED, handed_down("handed"), FOUR_FIELDS):
        take(work)
    act("ledger_completed", post="法官")(work)

    in_time_of_due(work, before, "ledger", 1, 1, **asked)
    in_time_of_due(work, before, "meeting", 0, 1, **asked)
    in_time_of_due(work, before, "progress_report", 0, 1, **asked)
    in_time_of_due(work, before, "conclusion", 0, 0, **asked)


def the_hander_sets_another_day(work):
    """
    The hub, which handed it down, sets an urgent day; the court itself may not.
    """
    handed_down("handed")(work)
    (duty,) = work.duties("conclusion")
    path = at("duties", duty["id"], "overrides")
    body = {"on": work.day, "by_post": "院长", "reason": "特殊要求。"}
    body["until"] = "2021-03-31"
    work.refuse(path, body, "own_office", by="leader")
    work.send(path, body, by="leader", office=CITY_COURT)
    owes("conclusion", "2021-03-31")(work)


def a_leader_receives_each_working_day(work):
    """
    Both levels keep the roster; who is not on it, or logged nothing, is a gap, and so
    is a reception that was not entered, or entered and not in the register.
    """
    for office in (work.office, CITY_COURT):
        turn = {
            "programme": work.programme.code,
            "roster": "hall",
            "office": office,
            "day": work.day,
            "post": "副院长",
        }
        work.send("/rosters", turn, by="leader", office=office)
        log = {**turn, "receptions": 4, "entered": 3}
        work.send("/receptions", log, office=office)
    asked = {"programme": work.programme.code, "roster": "hall"}
    days = {"from": "2021-03-15", "to": work.day}
    for _ in range(2):
        petition(channel="visit")(work)
    shown = work.ask("/rosters/gaps", **asked, **days)
    petition(channel="visit")(work)
    registered = work.ask("/rosters/gaps", **asked, **days)

    assert shown["filled"] == {"part": 1, "whole": 2, "percent": "50.0"}
    assert shown["entered"] == {"part": 3, "whole": 4, "percent": "75.0"}
    assert {(gap["from"], gap["kind"]) for gap in shown["gaps"]} == {
        ("2021-03-15", "not_rostered"),
        ("2021-03-15", "not_logged"),
        ("2021-03-16", "not_entered"),
        ("2021-03-16", "not_in_register"),
    }
    assert {gap["kind"] for gap in registered["gaps"]} == {
        "not_rostered",
        "not_logged",
        "not_entered",
    }
