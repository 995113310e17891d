"""
Holders of posts and the bodies they form, over HTTP.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import CITY, COUNTY, case_opened, new_number
from tests.service.asking import all_items, at, get, post, refused

PROGRAMME = "puyang-2020"
OFFICE = "410928"  # no other test enters who holds its posts
POST = "副检察长"


def opened(count=1):
    """
    Cases of the office that nobody leads yet.
    """
    of = {"office": OFFICE, "occurred_on": date(2020, 11, 3), "leaders": ()}
    return [case_opened(new_number("濮县检控申"), **of) for _ in range(count)]


def enters(by, what, **body):
    answer = by.post("assignment", at("offices", OFFICE, what), body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def names(by, number, holder, on="2020-11-10"):
    leader = {"office": OFFICE, "post": POST, "holder": holder}
    body = {"named_on": on, "leaders": [leader], "department": "控告申诉检察部"}
    return post(by, number, "leaders", **body)


@pytest.mark.requirement("PY-59")
def test_three_deputies_are_three_and_their_cases_follow_from_one_to_the_next(
    as_office, announce, settled
):
    cases = opened(2)
    announce(*cases)
    settled()
    first, second = (each.case_number for each in cases)
    clerk, leader = as_office(OFFICE), as_office(OFFICE, "leader")
    for holder in ("F01", "F02", "F03"):
        enters(clerk, "holders", post=POST, holder=holder, since="2020-11-01")
    unnamed, stranger = names(leader, first, None), names(leader, first, "F09")
    for number, holder in ((first, "F01"), (second, "F02")):
        assert names(leader, number, holder).status_code == 200
    worklist = get(clerk, "/leaders/worklist", post=POST, holder="F01")["items"]
    asked = {"programme": PROGRAMME, "from": "2020-11-01"}
    measured = get(leader, "/leaders/measures", **asked)
    tally = next(p for p in measured["posts"] if p["post"] == POST)
    proposed = enters(
        clerk, "holders", post=POST, holder="F04", since="2020-11-16", succeeds="F01"
    )
    waiting = [*all_items(clerk, "assignment", at("offices", OFFICE, "handovers"))]
    passed = enters(
        leader, "handovers", post=POST, **{"from": "F01"}, to="F04", on="2020-11-16"
    )
    sheet = get(clerk, at("cases", first, "leaders"))
    outside = as_office(COUNTY).get("assignment", at("offices", OFFICE, "holders"))
    listed = get(as_office(CITY), at("offices", OFFICE, "holders"), on="2020-11-16")

    assert (
        "F01、F02、F03"
        in refused(unnamed, 422, "holder_missing")["holder_missing"]["remedy"]
    )
    refused(stranger, 422, "no_such_holder")
    assert [each["number"] for each in worklist] == [first]
    assert {each["kind"] for each in worklist[0]["duties"]} >= {"hearing_decision"}
    assert tally["heads"] == 3
    assert {h["holder"]: h["cases"] for h in tally["holders"]} == {
        "F01": 1,
        "F02": 1,
        "F03": 0,
    }
    assert proposed["until"] is None
    assert [(w["number"], w["holder"], w["reason"]) for w in waiting] == [
        (first, "F01", "holder_left")
    ]
    assert passed["case_numbers"] == [first]
    assert [(p["holder"], p["since"], p["until"]) for p in sheet["history"]] == [
        ("F01", "2020-11-10", "2020-11-16"),
        ("F04", "2020-11-16", None),
    ]
    assert outside.status_code == 403
    assert {each["holder"] for each in listed["items"]} == {"F02", "F03", "F04"}


def test_a_name_or_a_telephone_is_no_staff_number(as_office):
    clerk = as_office(OFFICE)
    path, said = at("offices", OFFICE, "holders"), {"post": POST, "since": "2020-11-01"}
    for written in ("甄虚构", "13800000000"):
        answer = clerk.post("assignment", path, {**said, "holder": written})

        refused(answer, 422, "holder_form")


ANNEX_1 = [
    ("head", "检察长", None),
    *(("deputy", POST, holder) for holder in ("P01", "P02", "P03", "P04")),
    ("deputy", "驻院纪检监察组组长", None),
    ("deputy", "政治部主任", None),
    ("member", "人事教育处处长", None),
    *(("member", f"第{n}检察部主任", None) for n in "一二三"),
    ("member", "第四检察部副主任", None),
    *(("member", f"第{n}检察部主任", None) for n in "五六七八九"),
    ("member", "检务督察处副处长", None),
    ("member", "检察技术信息处处长", None),
    ("office_head", "第九检察部主任", None),
]


def group(*members, **changes):
    named = [
        dict(zip(("role", "post", "holder"), each, strict=True)) for each in members
    ]
    said = {"programme": PROGRAMME, "kind": "leading_group", "since": "2020-11-02"}
    return {**said, "document": "濮检〔2020〕9号", "members": named, **changes}


@pytest.mark.requirement("PY-39", "PY-59")
def test_the_leading_group_of_annex_1_has_four_deputies_and_keeps_its_history(
    as_office,
):
    clerk, path = as_office(CITY), at("offices", CITY, "holders")
    entered = [
        clerk.post(
            "assignment", path, {"post": POST, "holder": holder, "since": "2020-11-01"}
        ).json()["id"]
        for holder in ("P01", "P02", "P03", "P04")
    ]
    bodies = at("offices", CITY, "bodies")
    faulty = group(*ANNEX_1[1:], ("head", POST, None), ("guest", "检察官", None))
    wrong = clerk.post("assignment", bodies, faulty)
    made = clerk.post("assignment", bodies, group(*ANNEX_1))
    again = clerk.post("assignment", bodies, group(*ANNEX_1))
    identity = made.json()["body"]
    later = {**group(*ANNEX_1[:4], *ANNEX_1[5:]), "since": "2020-11-16"}
    for name in ("programme", "kind"):
        del later[name]
    changed = clerk.post("assignment", at("bodies", identity, "changes"), later)
    asked = {"programme": PROGRAMME, "kind": "leading_group", "office": CITY}
    before = get(clerk, "/bodies", **asked, on="2020-11-15")["items"]
    below = as_office(COUNTY).get("assignment", at("bodies", identity))
    page = get(clerk, at("offices", CITY, "responsibility"), programme=PROGRAMME)
    for each in entered:  # other tests name this post without its holder
        ended = clerk.post(
            "assignment",
            at("offices", CITY, "holders", each, "ending"),
            {"until": "2020-11-01"},
        )
        assert ended.status_code == 200, ended.text

    refused(wrong, 422, "post_not_eligible", "no_such_role", "holder_missing")
    assert made.status_code == 201, made.text
    assert [m["holder"] for m in made.json()["members"] if m["post"] == POST] == [
        "P01",
        "P02",
        "P03",
        "P04",
    ]
    refused(again, 409, "body_exists")
    assert changed.status_code == 201, changed.text
    assert [(v["since"], len(v["members"])) for v in changed.json()["versions"]] == [
        ("2020-11-16", 19),
        ("2020-11-02", 20),
    ]
    [mine] = (body for body in before if body["office"] == CITY)
    assert len(mine["members"]) == 20
    assert below.status_code == 404
    assert "领导小组" not in page["missing"]
    assert "工作专班" in page["missing"]
