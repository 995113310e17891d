"""
The papers of a petition: printed from what is recorded, and noted in the read log.
"""

from __future__ import annotations

import io

import pytest
from docx import Document
from pypdf import PdfReader

from tests.builders import COUNTY, a_petition, new_number
from tests.service.asking import at, refused

CITY = "410900"


@pytest.fixture
def accepted(as_office):
    """
    A petition of which acceptance is recorded: its number and that of the notice.
    """
    clerk, document = as_office(COUNTY), new_number("清检受")
    body = a_petition() | {"petitioner": {"name": "甄文书"}}
    number = clerk.post("intake", "/petitions", body).json()["number"]
    step = {"step": "accepted", "on": "2020-11-20", "document": document}
    taken = clerk.post("intake", at("petitions", number, "steps"), step)
    assert taken.status_code == 201, taken.text
    return number, document


def printed(office, number, form, paper="acceptance"):
    path = at("petitions", number, "papers", form)
    return office.post("intake", path, {"paper": paper})


@pytest.mark.requirement("F-16")
def test_a_notice_is_printed_as_docx_and_as_pdf(as_office, accepted):
    number, document = accepted
    clerk, auditor = as_office(COUNTY), as_office(CITY, "auditor")

    word = printed(clerk, number, "docx")
    pdf = printed(clerk, number, "pdf")

    assert word.status_code == pdf.status_code == 200, pdf.text
    lines = [p.text for p in Document(io.BytesIO(word.content)).paragraphs]
    (page,) = PdfReader(io.BytesIO(pdf.content)).pages
    assert lines[:3] == ["信访事项受理告知书", document, "甄文书："]
    for said in ("甄文书", number, "二〇二〇年十一月二十日"):
        assert said in "".join(lines)
        assert said in "".join(page.extract_text().split())
    log = auditor.get("intake", "/openings", office=COUNTY, limit=5).json()["items"]
    assert [each["purpose"] for each in log if each["number"] == number] == [
        "制作信访事项受理告知书"
    ] * 2


@pytest.mark.requirement("F-16", "PY-58", "S6")
def test_a_letter_of_forwarding_goes_to_its_receiver_and_a_notice_to_the_petitioner(
    as_office,
):
    clerk, document = as_office(COUNTY), new_number("清检转")
    body = a_petition() | {"petitioner": {"name": "甄转送"}}
    given = clerk.post("intake", "/petitions", body).json()
    number = given["number"]
    step = {"step": "forwarded", "on": "2020-11-20", "document": document}
    step["to_office"] = CITY
    taken = clerk.post("intake", at("petitions", number, "steps"), step)
    assert taken.status_code == 201, taken.text

    letter = lines_of(printed(clerk, number, "docx", "forwarding"))
    notice = lines_of(printed(clerk, number, "docx", "passed_on"))

    assert given["programme"] == "puyang-2020"
    assert letter[:3] == ["信访事项转送函", document, "濮阳市人民检察院："]
    assert "甄转送" in "".join(letter)
    assert notice[2] == "甄转送："
    assert "濮阳市人民检察院" in "".join(notice)
    refused(printed(clerk, number, "docx", "handing"), 409, "nothing_to_state")


@pytest.mark.requirement("F-16")
def test_the_receipt_carries_the_enquiry_code_and_is_the_text_of_its_office(as_office):
    """
    The county's own text (tests/service/papers) adds a sentence to that of everybody.
    """
    clerk = as_office(COUNTY)
    body = a_petition() | {"petitioner": None}
    given = clerk.post("intake", "/petitions", body).json()

    receipt = lines_of(printed(clerk, given["number"], "docx", "receipt"))

    assert f"查询码：{given['enquiry_code']}" in receipt
    assert f"登记编号：{given['number']}" in receipt
    assert "信访人：" in receipt
    assert "办理程序已由本院接访人员当面说明。" in receipt


def lines_of(answer):
    assert answer.status_code == 200, answer.text
    return [line.text for line in Document(io.BytesIO(answer.content)).paragraphs]


def test_a_paper_is_filed_with_its_petition_and_read_for_a_purpose(as_office, accepted):
    number, document = accepted
    clerk, path = as_office(COUNTY), at("petitions", number, "papers")
    wanted = {"paper": "acceptance", "form": "pdf"}
    filed = clerk.post("intake", path, wanted)
    above = as_office(CITY).post("intake", path, wanted)
    content = at("documents", filed.json()["id"], "content")
    read = clerk.get("intake", content, purpose="送达")
    (page,) = PdfReader(io.BytesIO(read.content)).pages

    assert filed.status_code == 201, filed.text
    assert (filed.json()["kind"], filed.json()["number"]) == ("notice", number)
    assert document in "".join(page.extract_text().split())
    refused(above, 403, "not_handling_office")


def test_what_has_not_happened_is_on_no_paper(as_office, accepted):
    number, _ = accepted
    clerk = as_office(COUNTY)

    refused(printed(clerk, number, "docx", "refusal"), 409, "nothing_to_state")
    refused(printed(clerk, number, "pdf", "reply"), 409, "nothing_to_state")
    refused(printed(clerk, number, "docx", "medal"), 422, "not_in_list")


def test_only_the_handling_office_prints(as_office, accepted):
    number, _ = accepted

    refused(printed(as_office(CITY), number, "docx"), 403, "not_handling_office")
    refused(
        printed(as_office(COUNTY, "auditor"), number, "pdf"), 403, "role_not_allowed"
    )
