"""
Documents of a matter: filed with every service, read for a purpose, referred to.
"""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.builders import CITY, COUNTY, NEIGHBOUR, a_pdf, a_petition
from tests.service.asking import PROGRAMME, at, places, refused, upload, verification

SERVICES = ("intake", "assignment", "hearing", "aid")
FILED = sa.text(
    "SELECT body FROM assignment.outbox WHERE case_number = :number"
    " AND type = 'assignment.document_filed'"
)


@pytest.fixture
def number(desk):
    return desk.cases()[0]


def contents_of(caller, service, identity, purpose="核对"):
    path = at("documents", identity, "content")
    return caller.get(service, path, purpose=purpose)


@pytest.mark.parametrize("service", SERVICES)
def test_a_file_is_filed_listed_and_read_for_a_purpose(
    service, number, desk, as_office
):
    clerk, path, title = as_office(COUNTY), at("cases", number), "甄某的材料"
    content = a_pdf("甄材料") + b"\r\n" * 100_000  # as large as a scan

    filed = desk.once_known(lambda: upload(clerk, service, path, content, title=title))
    assert filed.status_code == 201, filed.text
    document = filed.json()
    (listed,) = clerk.get(service, f"{path}/documents").json()["items"]
    read = contents_of(clerk, service, document["id"], "核对证据")
    auditor = as_office(CITY, "auditor")
    log = auditor.get(service, "/document-openings", office=COUNTY, limit=5)

    assert listed == document
    assert document["media_type"] == "application/pdf"
    assert (document["title"], document["scan"]) == (title, "not_scanned")
    assert read.content == content
    assert read.headers["x-content-type-options"] == "nosniff"
    assert read.headers["content-disposition"].startswith("attachment;")
    (opening,) = [
        each for each in log.json()["items"] if each["document"] == document["id"]
    ]
    assert (opening["purpose"], opening["number"]) == ("核对证据", number)


def test_who_only_looks_on_reads_neither_title_nor_content(number, as_office):
    clerk, path = as_office(COUNTY), at("cases", number)
    document = upload(clerk, "assignment", path, a_pdf()).json()["id"]
    above, reviewer = as_office(CITY), as_office(CITY, "reviewer")
    (seen,) = above.get("assignment", f"{path}/documents").json()["items"]

    assert (seen["id"], seen["title"]) == (document, None)
    refused(contents_of(above, "assignment", document), 403, "not_handling_office")
    assert contents_of(reviewer, "assignment", document).status_code == 200
    elsewhere = as_office(NEIGHBOUR)
    assert contents_of(elsewhere, "assignment", document).status_code == 404
    assert elsewhere.get("assignment", f"{path}/documents").status_code == 404
    assert contents_of(clerk, "assignment", "no-such").status_code == 404
    refused(
        clerk.get("assignment", at("documents", document, "content")),
        422,
        "required",
    )


def test_equal_files_are_kept_once_and_a_repeated_request_files_once(
    number, stack, as_office, assignment_session
):
    clerk, path, content = as_office(COUNTY), at("cases", number), a_pdf("同一份")
    key = {"headers": {"Idempotency-Key": str(uuid4())}}
    fields = {"kind": "photo", "title": "照片", "on": "2020-11-02"}

    def filed(**more):
        return clerk.post(
            "assignment",
            f"{path}/documents",
            data={**fields, **more},
            files={"file": ("a.pdf", content)},
            **key,
        )

    first, again = filed().json(), filed().json()
    other = upload(clerk, "assignment", path, content).json()
    (file,) = (stack.var / "documents").glob(f"*/{first['digest']}")
    events = [
        json.dumps(row.body, ensure_ascii=False)
        for row in assignment_session.execute(FILED, {"number": number})
    ]

    twice = refused(
        upload(clerk, "assignment", path, content, title="又一份"), 409, "already_filed"
    )

    assert again == first
    # As evidence of another kind it is another document of the same file.
    assert other["id"] != first["id"]
    assert other["id"] in twice["already_filed"]["detail"]
    assert content not in file.read_bytes()
    refused(filed(title="别的"), 409, "idempotency_key_reused")
    assert len(events) == 2
    assert not any("照片" in event or "a.pdf" in event for event in events)


def test_every_fault_of_a_file_is_named(number, as_office):
    clerk, path = as_office(COUNTY), at("cases", number)

    program = upload(
        clerk, "assignment", path, b"MZ" + bytes(99), kind="没有", on="2021-01-01"
    )
    refused(program, 422, "file_type", "not_in_list", "date_in_future")
    refused(upload(clerk, "assignment", path, b""), 422, "empty_file")
    refused(
        clerk.post("assignment", f"{path}/documents", {"kind": "photo"}),
        400,
        "not_a_form",
    )
    lacking = clerk.post(
        "assignment", f"{path}/documents", files={"file": ("a", a_pdf())}
    )
    refused(lacking, 422, "required")
    photo = upload(clerk, "assignment", path, a_pdf(), kind="照片")
    assert photo.json()["kind"] == "photo"


def test_the_accused_office_sees_no_document_of_an_accusation(as_office):
    body = a_petition(category="accusation", received_on="2020-11-16")
    told = {**body, "office": CITY, "accused_office": COUNTY}
    city, county = as_office(CITY), as_office(COUNTY, "reviewer")
    number = city.post("intake", "/petitions", told).json()["number"]
    path = at("petitions", number)
    document = upload(city, "intake", path, a_pdf()).json()["id"]

    assert county.get("intake", f"{path}/documents").status_code == 404
    assert contents_of(county, "intake", document).status_code == 404
    assert upload(county, "intake", path, a_pdf()).status_code == 404
    assert contents_of(city, "intake", document).status_code == 200


@pytest.mark.requirement("TL-21")
def test_who_telephones_in_vain_on_three_days_is_unable_to_reply(as_office):
    clerk = as_office(COUNTY)
    reached = {**a_petition()["petitioner"], "phone": "13800000000"}
    body = a_petition(received_on="2020-11-02", petitioner=reached)
    path = at("petitions", clerk.post("intake", "/petitions", body).json()["number"])
    shown = upload(clerk, "intake", path, a_pdf()).json()["id"]
    end = {"step": "unable_to_reply", "on": "2020-11-06", "text": "电话停机。"}
    end |= {"document_ids": [shown]}

    def called(on, **more):
        tried = {"on": on, "mode": "phone", "outcome": "failed", **more}
        return clerk.post("intake", f"{path}/deliveries", tried)

    nothing = called("2020-11-04")
    answered = called("2020-11-04", reply="程序性回复", outcome="signed")
    tried = [called(f"2020-11-0{day}", reply="procedural") for day in (3, 4)]
    early = clerk.post("intake", f"{path}/steps", end)
    third = called("2020-11-04", reply="procedural").json()
    right = {"on": "2020-11-05", "mode": "phone", "outcome": "failed"}
    again = f"{path}/deliveries/{third['id']}/corrections"
    corrected = clerk.post("intake", again, {"right": right, "reason": "日期录错。"})
    ended = clerk.post("intake", f"{path}/steps", end)

    refused(nothing, 422, "step_or_reply")
    refused(answered, 422, "reply_reached")
    assert [each.status_code for each in tried] == [201, 201]
    assert third["step"] is None
    assert third["labels"]["reply"] == "程序性回复"
    refused(early, 422, "attempts_missing")
    assert corrected.status_code == 201, corrected.text
    assert ended.status_code == 201, ended.text


def test_a_reply_and_a_step_refer_to_files_of_their_petition_alone(as_office):
    clerk = as_office(COUNTY)

    def registered():
        answer = clerk.post("intake", "/petitions", a_petition())
        path = at("petitions", answer.json()["number"])
        return path, upload(clerk, "intake", path, a_pdf()).json()["id"]

    (path, own), (_, other) = registered(), registered()
    body = {"replied_on": "2020-11-20", "kind": "procedural", "mode": "letter"}
    body |= {"summary": "已受理。"}
    step = {"step": "unable_to_reply", "on": "2020-11-20", "text": "无联系方式。"}

    def replied(*files):
        return clerk.post(
            "intake", f"{path}/replies", {**body, "document_ids": [*files]}
        )

    unshown = clerk.post("intake", f"{path}/steps", step)
    elsewhere = clerk.post("intake", f"{path}/steps", {**step, "document_ids": [other]})
    wrong = replied(own, other, "none")
    right = replied(own)
    (shown,) = clerk.get("intake", f"{path}/replies").json()["items"]

    refused(unshown, 422, "document_missing")
    refused(elsewhere, 422, "no_such_document")
    assert places(wrong) == {
        ("/document_ids/1", "no_such_document"),
        ("/document_ids/2", "no_such_document"),
    }
    assert right.status_code == 201, right.text
    assert shown["document_ids"] == [own]


def test_a_verification_of_aid_refers_to_files_of_its_case(desk, as_office):
    clerk, (number, another) = as_office(COUNTY), desk.cases(2)
    identity = desk.applied_for_aid(number).json()["id"]
    ours, theirs = (
        desk.once_known(lambda n=n: upload(clerk, "aid", at("cases", n), a_pdf(n)))
        for n in (number, another)
    )
    body = verification(PROGRAMME, "2020-11-04")

    def verified(answer):
        body["grounds"][0]["document_ids"] = [answer.json()["id"]]
        return clerk.post("aid", f"/aid-applications/{identity}/verifications", body)

    wrong, right = verified(theirs), verified(ours)
    path = at("documents", ours.json()["id"], "withdrawals")
    said = {
        "on": ours.json()["filed_on"],
        "reason": "传错。",
        "approver_post": "检察长",
    }
    withdrawn = as_office(COUNTY, "leader").post("aid", path, said)

    refused(withdrawn, 422, "document_in_use")
    assert places(wrong) == {("/grounds/0/document_ids/0", "no_such_document")}
    assert right.status_code == 201, right.text
    ground = right.json()["verification"]["grounds"][0]
    assert ground["document_ids"] == [ours.json()["id"]]
