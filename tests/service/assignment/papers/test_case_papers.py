"""
The papers of a case: printed by the record, signed for, and filed with the case.
"""

from __future__ import annotations

import io

import pytest
from docx import Document
from pypdf import PdfReader

from services.assignment.papers import PAPERS
from tests.builders import CITY, COUNTY, NEIGHBOUR, petition_registered
from tests.builders.case_papers import words_of
from tests.service.asking import all_items, at, refused

SETTLED = ("评查报告", "息诉材料", "化解方案")


@pytest.fixture
def case(courts_case):
    return courts_case("jiaozuo-2021")


def asked(paper, **more):
    words = words_of(PAPERS.in_force()[paper]).items()
    listed = [{"asked": part, "text": text} for part, text in words]
    return {"paper": paper, "words": listed, "document": "温法信办〔2021〕7号", **more}


def text_of(answer):
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def in_case(case, *parts):
    return at("cases", case.number, "papers", *parts)


@pytest.mark.requirement("JZ-45", "F-09")
def test_the_conclusion_report_is_printed_and_filed_with_the_case(case, announced):
    clerk = case.clerk
    early = clerk.post("assignment", in_case(case, "docx"), asked("conclusion"))
    assert case.report(documents=case.files(*SETTLED)).status_code == 201
    wrong = {"paper": "conclusion", "issued_by": "庭长", "on": "2021-03-22"}
    bare = clerk.post("assignment", in_case(case, "docx"), wrong)
    whole = asked("conclusion", issued_by="院长")
    word = clerk.post("assignment", in_case(case, "docx"), whole)
    filed = clerk.post("assignment", in_case(case), {**whole, "form": "pdf"})
    listed = all_items(clerk, "assignment", at("cases", case.number, "documents"))
    path = at("documents", filed.json()["id"], "content")
    content = clerk.get("assignment", path, purpose="归档")
    above = case.hub_leader.post("assignment", in_case(case, "pdf"), whole)

    refused(early, 409, "nothing_to_state")
    refused(bare, 422, "words_missing", "no_such_post", "date_before_start")
    assert len(bare.json()["errors"]) == 9
    lines = [p.text for p in Document(io.BytesIO(word.content)).paragraphs]
    assert lines[:2] == ["信访案件办结报告", "温法信办〔2021〕7号　　签发人：院长"]
    assert lines[-2:] == ["温县人民法院", "二〇二一年三月二十三日"]
    assert filed.status_code == 201, filed.text
    *_, document = listed
    assert (document["kind"], document["made_here"]) == ("closing_report", True)
    assert "七、评查结论" in text_of(content)
    assert text_of(above) == text_of(content)
    assert announced("assignment", case.number).count(
        "assignment.document_filed"
    ) == 1 + len(SETTLED)


@pytest.mark.requirement("JZ-52")
def test_a_closing_is_looked_into_by_its_court_and_by_others(case):
    early = case.clerk.post(
        "assignment", in_case(case, "pdf"), asked("evaluation_sheet")
    )
    report = case.report(
        documents=case.files(*SETTLED), submitted_on="2021-03-22"
    ).json()
    path = at("closings", report["id"], "evaluations")
    checked = {
        "kind": "自查",
        "on": "2021-03-22",
        "post": "院长",
        "verdict": "合格",
        "text": "程序合法，处理适当。",
    }
    own = case.leader.post("assignment", path, checked)
    not_theirs = case.hub_leader.post("assignment", path, checked)
    clerk = case.clerk.post("assignment", path, checked)
    flawed = {"kind": "评查", "on": "2021-03-23", "verdict": "有瑕疵"}
    flawed |= {"unmet": [report["standard"][0]["id"]], "text": "送达手续不全。"}
    other = case.hub_leader.post("assignment", path, {**checked, **flawed})
    sheet = case.clerk.post(
        "assignment", in_case(case, "pdf"), asked("evaluation_sheet")
    )

    refused(early, 409, "nothing_to_state")
    assert own.status_code == other.status_code == 201, other.text
    refused(not_theirs, 422, "not_this_office")
    refused(clerk, 403, "role_not_allowed")
    for said in ("焦作市中级人民法院院长", "有瑕疵", "不符合", "送达手续不全"):
        assert said in text_of(sheet)
    assert text_of(sheet).endswith("焦作市中级人民法院二〇二一年三月二十三日")


@pytest.mark.requirement("F-05")
def test_a_supervision_notice_is_printed_by_who_supervises(case):
    notice = {
        "number": case.number,
        "issued_on": "2021-03-22",
        "reply_by": "2021-03-29",
        "urgent": True,
        "text": "请说明情况并反馈进展。",
        "by_post": "院长",
    }
    issued = case.hub_leader.post("assignment", "/notices", notice)
    assert issued.status_code == 201, issued.text
    path = at("notices", issued.json()["id"], "papers")
    wanted = asked("supervision", issued_by="院长")
    pdf = case.hub_leader.post("assignment", f"{path}/pdf", wanted)
    own = case.clerk.post("assignment", f"{path}/pdf", wanted)
    other = case.hub_leader.post("assignment", f"{path}/docx", asked("conclusion"))
    filed = case.hub_leader.post("assignment", path, {**wanted, "form": "docx"})

    text = text_of(pdf)
    for said in ("温县人民法院：", "第一次督办", "2021年3月29日前书面答复"):
        assert said in text
    assert text.endswith("焦作市中级人民法院二〇二一年三月二十二日")
    refused(own, 403, "own_office")
    refused(other, 409, "nothing_to_state")
    assert filed.json()["kind"] == "handing_letter", filed.text


@pytest.mark.requirement("F-05")
def test_a_notice_about_a_petition_is_printed_and_filed_with_the_petition(
    as_office, announce, settled
):
    petition = petition_registered()
    announce(petition)
    settled()
    number, city = petition.case_number, as_office(CITY, "leader")
    notice = {
        "number": number,
        "issued_on": "2020-11-20",
        "reply_by": "2020-11-27",
        "text": "请说明情况并反馈进展。",
        "by_post": "检察长",
    }
    issued = city.post("assignment", "/notices", notice)
    assert issued.status_code == 201, issued.text
    path = at("notices", issued.json()["id"], "papers")
    filed = city.post(
        "assignment",
        path,
        {"paper": "supervision", "form": "docx", "document": "督7号"},
    )
    assert filed.status_code == 201, filed.text
    clerk = as_office(COUNTY)
    listed = all_items(clerk, "assignment", at("cases", number, "documents"))
    content = clerk.get(
        "assignment", at("documents", filed.json()["id"], "content"), purpose="办理"
    )
    beside = as_office(NEIGHBOUR).get("assignment", at("cases", number, "documents"))

    assert filed.json()["number"] == number
    assert filed.json()["id"] in [each["id"] for each in listed]
    lines = [p.text for p in Document(io.BytesIO(content.content)).paragraphs]
    assert lines[:2] == ["信访事项督办函", "督7号"]
    assert number in lines[3]
    refused(beside, 404, "not_found")


@pytest.mark.requirement("F-05")
def test_papers_are_numbered_from_the_series_of_their_office(case):
    notice = {
        "number": case.number,
        "issued_on": "2021-03-22",
        "reply_by": "2021-03-29",
        "text": "请说明情况并反馈进展。",
        "by_post": "院长",
    }
    office, paths = case.hub_leader, []
    for _ in range(2):
        issued = office.post("assignment", "/notices", notice)
        assert issued.status_code == 201, issued.text
        paths.append(at("notices", issued.json()["id"], "papers"))
    wanted = {"paper": "supervision", "form": "docx"}
    first, second = (
        office.post("assignment", path, {**wanted, "numbered": True}) for path in paths
    )
    title = first.json()["title"]
    again = office.post("assignment", paths[0], {**wanted, "numbered": True})
    used = {**wanted, "document": title.removeprefix("信访事项督办函 ")}
    twice = office.post("assignment", paths[1], used)
    printed = office.post(
        "assignment",
        f"{paths[1]}/docx",
        {"paper": "supervision", "document": used["document"]},
    )
    both = office.post("assignment", paths[0], {**used, "numbered": True})
    own = case.clerk.post(
        "assignment",
        in_case(case),
        {"paper": "progress", "form": "docx", "numbered": True},
    )

    assert first.status_code == second.status_code == 201, first.text
    assert title.startswith("信访事项督办函 焦中法信督〔2021〕")
    assert again.json()["title"] == title != second.json()["title"]
    refused(twice, 409, "paper_number_taken")
    refused(printed, 409, "paper_number_taken")
    refused(both, 422, "number_given_twice")
    refused(own, 422, "no_number_series")


@pytest.mark.requirement("F-10", "JZ-31")
def test_an_ending_is_applied_for_on_paper(case):
    (review,) = case.files("复查报告")
    early = case.clerk.post(
        "assignment", in_case(case, "pdf"), asked("ending_application")
    )
    application = {
        "applied_on": "2021-03-22",
        "grounds": ["remedies_used"],
        "statement": "法律救济已穷尽，诉求已有终结性结论。",
        "documents": [{**review, "reference": "卷二"}],
    }
    path = at("cases", case.number, "endings")
    applied = case.clerk.post("assignment", path, application)
    assert applied.status_code == 201, applied.text
    chosen = asked("ending_application", of=applied.json()["id"])
    pdf = case.clerk.post("assignment", in_case(case, "pdf"), chosen)
    none = case.clerk.post("assignment", in_case(case, "pdf"), {**chosen, "of": "no"})

    refused(early, 409, "nothing_to_state")
    assert "卷二" in text_of(pdf)
    assert text_of(pdf).endswith("二〇二一年三月二十二日")
    refused(none, 404, "not_found")
