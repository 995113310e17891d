"""
The dossier of a case over HTTP: every service's documents, bound, with the trail.
"""

from __future__ import annotations

from datetime import date

import pytest

from shared.vocabulary import Role
from tests.builders import CITY, COUNTY
from tests.builders.files import pdf_of, picture, texts_of
from tests.service.asking import at, refused, upload

# Programme, office, hub, who leads a case of it, the Monday on which it is opened.
COURTS = (
    *("jiaozuo-2021", "410825900", "410800900"),
    (("410825900", "院长"), ("410800900", "副院长")),
    date(2021, 3, 15),
)
DAYS = ("2021-03-16", "2021-03-17", "2021-03-18")
MEIXIAN = (
    *("meixian", "610326", "610326"),
    (("610326", "检察长"),),
    date(2023, 3, 6),
)
OTHERS = ("assignment", "hearing", "aid")


def asked_for(caller, number, purpose="归档"):
    path = at("cases", number, "dossier", "pdf")
    return caller.post("assignment", path, {"purpose": purpose})


@pytest.fixture
def filed(desk, announced_numbers, settled):
    """
    Files a document of a case with each of these services, and waits until assignment
    has heard of all; gives their ids in the order of their days.
    """

    def give(clerk, number, services, days):
        path, documents = at("cases", number), []
        for service, on in zip(services, days, strict=True):
            content = picture() if service == "aid" else pdf_of(f"of {service}")
            said = {"on": on, "title": f"{service}卷"}
            answer = desk.once_known(
                lambda s=service, c=content, d=said: upload(clerk, s, path, c, **d)
            )
            assert answer.status_code == 201, answer.text
            documents.append(answer.json()["id"])

        announced_numbers.add(number)
        settled()
        return documents

    return give


@pytest.mark.requirement("JZ-24", "JZ-47")
def test_the_dossier_of_a_courts_case_has_its_documents_and_the_trail(
    led_case, filed, as_office
):
    programme, office, hub, leaders, monday = COURTS
    case = led_case(office, hub, programme, leaders, monday, department="立案庭")
    documents = filed(case.clerk, case.number, OTHERS, DAYS)

    answer = asked_for(case.clerk, case.number, "办结归档")
    again = asked_for(case.reviewer, case.number, "评查")
    cover, listed, first, second, _photo, trail = texts_of(answer.content)
    log = as_office(hub, "auditor").get(
        "assignment", "/document-openings", office=office, limit=50
    )
    recorder = case.clerk.get("assignment", at("cases", case.number, "documents"))

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert case.number in cover
    assert [first.split("\n")[0], second.split("\n")[0]] == [
        "of assignment",
        "of hearing",
    ]
    assert "assignment卷" in listed
    assert "hearing卷" not in listed
    assert listed.count("证据材料") == 2
    for event in ("案件登记", "收存材料", "收存听证材料", "收存救助材料"):
        assert event in trail.replace("\n", "")
    filer = recorder.json()["items"][0]["labels"]["filed_by"]
    assert filer.replace(" ", "") in trail.replace("\n", "").replace(" ", "")
    assert again.content == answer.content
    opened = [each for each in log.json()["items"] if each["purpose"] == "办结归档"]
    assert {each["document"] for each in opened} == {*documents}


@pytest.mark.requirement("MX-24")
def test_the_trail_of_a_case_says_who_did_what_when(led_case):
    programme, office, hub, leaders, monday = MEIXIAN
    case = led_case(office, hub, programme, leaders, monday)
    act = {"act": "contacted", "on": str(monday), "to": "综治中心", "text": "沟通。"}
    done = case.clerk.post("assignment", at("cases", case.number, "acts"), act)
    assert done.status_code == 201, done.text

    *_, trail = texts_of(asked_for(case.clerk, case.number).content)
    said = trail.replace("\n", "").replace(" ", "")

    clerk = f"{office}{Role.CLERK.chinese}"
    assert f"{monday}案件登记—system" in said
    own = "眉县人民检察院"
    assert f"{monday}记载事项：与有关单位沟通案件{own}{own}{clerk}" in said


def test_what_was_filed_at_the_counter_is_bound_too(desk, filed, as_office):
    (number,) = desk.cases()
    filed(as_office(COUNTY), number, ["intake"], ["2020-11-03"])
    book = asked_for(as_office(CITY, "reviewer"), number).content

    assert texts_of(book)[2].startswith("of intake")
    assert "收存登记材料：证据材料" in texts_of(book)[3].replace("\n", "")


def test_a_dossier_is_for_who_may_read_its_documents(led_case, as_office):
    programme, office, hub, leaders, monday = COURTS
    case = led_case(office, hub, programme, leaders, monday, department="立案庭")

    refused(asked_for(as_office(hub), case.number), 403, "not_handling_office")
    refused(asked_for(as_office(office, "auditor"), case.number), 403)
    assert asked_for(as_office("410922"), case.number).status_code == 404
    assert asked_for(case.clerk, "没有").status_code == 404
    refused(asked_for(case.clerk, case.number, ""), 422)
