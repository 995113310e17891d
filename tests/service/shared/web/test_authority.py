"""
Who may do what: offices, posts and tokens that are not entitled are refused.
"""

from __future__ import annotations

from deploy.local.plain import http
from shared.settings import SERVICES
from tests.builders import COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import (
    PROGRAMME,
    a_row,
    as_json,
    at,
    brought,
    closing,
    explained,
    places,
    refused,
)
from tests.service.shared.web.sending import LISTS, TOMORROW

# -- offices and persons


def test_an_office_that_does_not_exist_is_refused(as_office):
    city = as_office("410900", "reviewer")
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19", "office": "419999"}
    for answer in (
        city.post("intake", "/petitions", a_petition(office="419999")),
        city.get("intake", "/cases", office="419999"),
        city.get("assignment", "/duties", office="419999"),
        city.get("reporting", "/figures", **asked),
        city.post("reporting", "/returns", asked),
    ):
        said = refused(answer, 403, "outside_your_offices")
        assert "419999" in said["outside_your_offices"]["detail"]


def test_leaders_of_offices_and_posts_that_do_not_exist_are_all_named(as_office, desk):
    (number,) = desk.cases()
    path = at("cases", number, "leaders")
    body = {
        "named_on": TOMORROW,
        "leaders": [
            {"office": "419999", "post": "检察长"},
            {"office": COUNTY, "post": "院长"},
            {"office": COUNTY, "post": "检察官"},
        ],
        "department": "后勤处",
    }
    leader = as_office(COUNTY, "leader")
    answer = leader.post("assignment", path, body)

    refused(answer, 422)
    assert places(answer) == {
        ("/named_on", "date_in_future"),
        ("/leaders/0/office", "no_such_office"),
        ("/leaders/1/post", "no_such_post"),
        ("/leaders/2/post", "post_not_eligible"),
        ("/department", "no_such_department"),
    }
    shown = leader.get("assignment", at("cases", number)).json()
    assert (shown["led"], shown["leaders"]) == (False, [])


def test_a_neighbouring_county_sees_and_does_nothing_here(as_office, desk):
    petition = as_office(COUNTY).post("intake", "/petitions", a_petition()).json()
    (number,) = desk.cases()
    hearing = desk.decide_on_hearing(number, "hold").json()["id"]
    aid = desk.applied_for_aid(number).json()["id"]
    reply = {
        "replied_on": "2020-11-20",
        "kind": "procedural",
        "mode": "sms",
        "summary": "已收到。",
    }
    merge = {"into": number, "merged_on": "2020-11-05", "reason": "同一事项。"}
    decided = {
        "decision": "hold",
        "decided_on": "2020-11-03",
        "reason": "争议较大。",
        "approver_post": "检察长",
    }
    paid = {"paid_on": "2020-11-16", "amount_yuan": "1.00", "voucher_no": "1"}
    named = {"named_on": "2020-11-10", "leaders": [], "department": "第一检察部"}
    reopened = {"reopened_on": "2020-11-18", "cause": "再访", "reason": "再访。"}
    case, them = at("cases", number), as_office(NEIGHBOUR, "leader")
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19", "office": COUNTY}
    elsewhere = [
        them.get("intake", at("petitions", petition["number"])),
        them.post("intake", at("petitions", petition["number"], "replies"), reply),
        them.get("intake", case),
        them.post("intake", f"{case}/merge", merge),
        them.get("assignment", case),
        them.post("assignment", f"{case}/leaders", named),
        them.post("assignment", f"{case}/closings", closing()),
        them.post("assignment", f"{case}/reopenings", reopened),
        them.post("hearing", f"{case}/hearing-decisions", decided),
        them.get("hearing", f"/hearings/{hearing}"),
        them.get("aid", f"/aid-applications/{aid}"),
        them.post("aid", f"/aid-applications/{aid}/payments", paid),
    ]
    of_county = [
        them.get("reporting", "/figures", **asked),
        them.post("reporting", "/returns", asked),
        *(them.get(s, "/cases", office=COUNTY) for s in ("intake", "assignment")),
    ]

    for answer in elsewhere:
        refused(answer, 404, "not_found")
    # In the same words as of a case that nobody has.
    nobodys = new_number()
    (ours,) = elsewhere[2].json()["errors"]
    (none,) = them.get("intake", at("cases", nobodys)).json()["errors"]
    assert {**ours, "detail": ours["detail"].replace(number, nobodys)} == none
    for answer in of_county:
        said = refused(answer, 403, "outside_your_offices")["outside_your_offices"]
        assert NEIGHBOUR in said["detail"]
        assert COUNTY in said["detail"]
        assert "令牌" in said["remedy"]


def test_a_neighbours_rows_come_back_from_a_ledger_and_ours_stay(as_office, desk):
    ours, theirs = new_number(), new_number()
    row = a_row(theirs, reporting_office="南乐县人民检察院")
    job = desk.push(as_json(a_row(ours), row))
    (fault,) = job["problems"]

    assert (job["rows_kept"], job["rows_rejected"]) == (1, 1)
    assert fault["code"] == "outside_your_offices"
    assert fault["title"] == "填报单位"
    assert as_office(COUNTY).get("intake", at("cases", ours)).is_success
    assert as_office("410900").get("intake", at("cases", theirs)).status_code == 404


def test_a_token_that_is_missing_broken_or_not_ours_is_refused(stack, as_office):
    token = as_office(COUNTY).token
    head_, body, signature = token.split(".")
    foreign = "eyJhbGciOiJub25lIn0." + body + "."
    for header, code in {
        "": "token_missing",
        "Basic YTpi": "token_missing",
        "Bearer": "token_missing",
        "Bearer x": "token_invalid",
        f"Bearer {head_}.{body}.{signature[::-1]}": "token_invalid",
        f"Bearer {foreign}": "token_invalid",
    }.items():
        for service in SERVICES:
            answer = http.get(
                f"{stack.url(service)}{LISTS[service]}",
                headers={"Authorization": header} if header else {},
            )
            refused(answer, 401, code)
            assert answer.headers["www-authenticate"] == "Bearer"


def test_an_auditor_reads_and_never_writes(as_office, desk):
    (number,) = desk.cases()
    auditor = as_office("410900", "auditor")

    assert auditor.get("intake", at("cases", number)).is_success
    for answer in (
        auditor.post("intake", "/petitions", a_petition()),
        auditor.post("assignment", at("cases", number, "closings"), closing()),
        auditor.post("reporting", "/returns", {}),
    ):
        said = refused(answer, 403, "role_not_allowed")["role_not_allowed"]
        assert "稽核" in said["detail"]


# -- closing and review


def test_nothing_is_resolved_without_the_review_of_the_hub(as_office, desk, eventually):
    number = desk.led_case()
    identity = desk.submitted_closing(number)
    case, clerk = at("cases", number), as_office(COUNTY)
    reopened = {"reopened_on": "2020-11-18", "cause": "再访", "reason": "再访。"}

    def reopen():
        return clerk.post("assignment", f"{case}/reopenings", reopened)

    again = clerk.post("assignment", f"{case}/closings", closing())
    refused(again, 409, "not_in_this_state")
    refused(reopen(), 409, "not_in_this_state")
    refused(desk.review(identity, by=clerk), 403, "role_not_allowed")
    county = as_office(COUNTY, "reviewer")
    refused(desk.review(identity, by=county), 403, "outside_your_offices")
    assert clerk.get("assignment", case).json()["standing"] == "submitted"
    assert desk.entries(number, "resolved") == []

    assert desk.review(identity).status_code == 201
    refused(desk.review(identity), 409, "already_reviewed")
    assert reopen().status_code == 201
    eventually(
        lambda: (
            desk.entries(number, "resolved") == [("2020-11-10", 1), ("2020-11-18", -1)]
        )
    )


def test_who_reported_a_closing_does_not_review_it(as_office, desk):
    number = desk.led_case()
    desk.decide_on_hearing(number)
    both = as_office("410900", "reviewer", "濮阳市院 同一人")
    explained(as_office(COUNTY), number, "2020-11-10")
    body = closing(documents=brought(as_office(COUNTY), number))

    def submitted():
        path = at("cases", number, "closings")
        answer = both.post("assignment", path, body)
        return answer.status_code == 201 and answer

    identity = desk.eventually(submitted).json()["id"]

    refused(desk.review(identity, by=both), 403, "own_closing")
    assert desk.review(identity).status_code == 201
