"""
Documents that were filed wrongly, withdrawn over HTTP: they stay in the list, and are
evidence of nothing wherever they were filed.
"""

from __future__ import annotations

import pytest

from tests.builders import COUNTY, a_pdf, a_petition
from tests.builders.files import texts_of
from tests.service.asking import at, places, post, refused, upload
from tests.service.led_case import CITY_COURT

SETTLED = ("评查报告", "息诉材料", "化解方案")
EVERY = ("assignment", "hearing", "aid")


@pytest.fixture
def case(courts_case):
    return courts_case("jiaozuo-2021")


def withdraw(caller, service, document, **changes):
    said = {"on": "2021-03-23", "reason": "传到了别的案件。", "approver_post": "院长"}
    path = at("documents", document, "withdrawals")
    return caller.post(service, path, {**said, **changes})


@pytest.mark.requirement("JZ-47")
def test_what_is_withdrawn_stays_listed_and_out_of_the_dossier(
    case, desk, as_office, announced_numbers, settled
):
    path, announced_for = at("cases", case.number), {}
    for service in EVERY:
        filed = desk.once_known(
            lambda s=service: upload(case.clerk, s, path, a_pdf(s), on="2021-03-16")
        )
        announced_for[service] = filed.json()["id"]
    for service, document in announced_for.items():
        clerk = withdraw(case.clerk, service, document)
        wrong = withdraw(
            case.leader, service, document, on="2021-03-24", approver_post="法官"
        )
        elsewhere = withdraw(as_office("410822900", "leader"), service, document)
        gone = withdraw(case.leader, service, document)
        again = withdraw(case.leader, service, document)
        (listed,) = case.clerk.get(service, f"{path}/documents").json()["items"]
        seen = as_office(CITY_COURT).get(service, f"{path}/documents").json()["items"]
        content = at("documents", document, "content")

        refused(clerk, 403, "role_not_allowed")
        assert places(wrong) == {
            ("/on", "date_in_future"),
            ("/approver_post", "approver_not_a_leader"),
        }
        refused(elsewhere, 404, "not_found")
        assert gone.status_code == 201, gone.text
        assert listed == gone.json()
        assert listed["withdrawn_on"] == "2021-03-23"
        assert listed["withdrawn_because"] == "传到了别的案件。"
        assert [each["withdrawn_because"] for each in seen] == [None]
        refused(again, 409, "already_withdrawn")
        assert case.clerk.get(service, content, purpose="核对").is_success
    announced_numbers.add(case.number)
    settled()
    bound = case.clerk.post("assignment", f"{path}/dossier/pdf", {"purpose": "归档"})
    cover, listed, *trail = texts_of(bound.content)

    assert "卷内材料0件" in cover.replace("\n", "").replace(" ", "")
    assert "证据材料" not in listed
    said = "".join(trail).replace("\n", "")
    for line in ("撤回材料", "撤回听证材料", "撤回救助材料"):
        assert f"{line}：证据材料" in said


def test_an_act_that_nothing_shows_any_more_is_owed_again(case):
    (own,) = case.files(SETTLED[0])
    document = own["document_id"]
    handed = case.hand_down()
    act = {"act": "met_petitioner", "on": "2021-03-18", "post": "院长"}
    words = {"text": "已约见。", "document_ids": [document]}
    met = post(case.clerk, case.number, "acts", **act, **words)

    def meeting():
        duties = case.shown()["duties"]
        return [each["state"] for each in duties if each["kind"] == "meeting"]

    done = meeting()
    withdrawn = withdraw(case.leader, "assignment", document)
    again = post(case.clerk, case.number, "acts", **act, **words)
    (shown,) = case.clerk.get("assignment", at("cases", case.number, "acts")).json()[
        "items"
    ]

    assert handed.status_code == 201, handed.text
    assert met.status_code == 201, met.text
    assert withdrawn.status_code == 201, withdrawn.text
    # Its day has passed, so the sweep may have come by.
    assert done == ["discharged"]
    assert meeting() in (["open"], ["overdue"])
    assert places(again) == {("/document_ids/0", "no_such_document")}
    assert (shown["withdrawn_on"], shown["withdrawn_by"]) == ("2021-03-23", "院长")


@pytest.mark.requirement("JZ-33", "PY-33")
def test_no_document_is_withdrawn_from_under_a_closing(
    case, desk, announced_numbers, settled
):
    path, packet = at("cases", case.number), case.files(*SETTLED)
    there = desk.once_known(
        lambda: upload(case.clerk, "hearing", path, a_pdf(), on="2021-03-16")
    ).json()["id"]
    announced_numbers.add(case.number)
    settled()
    heard = {"name": "听证笔录", "reference": "卷一", "document_id": there}
    closing = case.report(documents=[*packet, heard]).json()["id"]
    settled()
    used = {
        "assignment": withdraw(case.leader, "assignment", packet[0]["document_id"]),
        "hearing": withdraw(case.leader, "hearing", there),
    }
    back = {"verdict": "returned", "reasons": "材料有误。", "checklist": []}
    returned = case.review(closing, **back)
    settled()
    freed = {
        "assignment": withdraw(case.leader, "assignment", packet[0]["document_id"]),
        "hearing": withdraw(case.leader, "hearing", there),
    }
    settled()
    again = case.report(documents=[*packet, heard])

    for answer in used.values():
        found = refused(answer, 422, "document_in_use")["document_in_use"]
        assert closing in found["detail"]
    assert returned.status_code == 201, returned.text
    assert [each.status_code for each in freed.values()] == [201, 201]
    assert places(again) == {
        ("/documents/0/document_id", "no_such_document"),
        ("/documents/3/document_id", "no_such_document"),
    }


def test_what_a_reply_or_a_step_shows_stays_until_they_are_corrected(as_office):
    clerk, leader = as_office(COUNTY), as_office(COUNTY, "leader")
    number = clerk.post("intake", "/petitions", a_petition()).json()["number"]
    path = at("petitions", number)
    document = upload(clerk, "intake", path, a_pdf(), on="2020-11-19").json()["id"]
    body = {"replied_on": "2020-11-20", "kind": "procedural", "mode": "letter"}
    body |= {"summary": "已受理。", "document_ids": [document]}
    reply = clerk.post("intake", f"{path}/replies", body).json()["id"]
    today = upload(clerk, "intake", path, a_pdf("别的")).json()["filed_on"]
    said = {"on": today, "approver_post": "检察长"}

    used = withdraw(leader, "intake", document, **said)
    undone = clerk.post(
        "intake", f"{path}/replies/{reply}/withdrawals", {"reason": "记错。"}
    )
    gone = withdraw(leader, "intake", document, **said)
    again = clerk.post("intake", f"{path}/replies", body)

    assert "2020-11-20 的答复" in refused(used, 422)["document_in_use"]["detail"]
    assert undone.is_success, undone.text
    assert gone.status_code == 201, gone.text
    assert places(again) == {("/document_ids/0", "no_such_document")}
