"""
The dossier of a case over HTTP: every service's documents, bound, with the trail.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders.files import pdf_of, picture, texts_of
from tests.service.asking import at, refused, upload

# Programme, office, hub, who leads a case of it, the Monday on which it is opened.
COURTS = (
    *("jiaozuo-2021", "410825900", "410800900"),
    (("410825900", "院长"), ("410800900", "副院长")),
    date(2021, 3, 15),
)
MEIXIAN = (
    *("meixian", "610326", "610326"),
    (("610326", "检察长"),),
    date(2023, 3, 6),
)
SERVICES = ("intake", "assignment", "hearing", "aid")


def asked_for(caller, number, purpose="归档"):
    path = at("cases", number, "dossier", "pdf")
    return caller.post("assignment", path, {"purpose": purpose})


@pytest.fixture
def filed(led_case, desk, eventually):
    """
    A led case with a document of each service, once assignment has heard of all.
    """

    def given(programme, office, hub, leaders, monday):
        said = {"department": "立案庭"} if programme == "jiaozuo-2021" else {}
        case = led_case(office, hub, programme, leaders, monday, **said)
        path, documents = at("cases", case.number), {}
        for place, service in enumerate(SERVICES):
            content = picture() if service == "aid" else pdf_of(f"of {service}")
            on = str(monday.replace(day=monday.day + place))
            answer = desk.once_known(
                lambda s=service, c=content, o=on: upload(
                    case.clerk, s, path, c, on=o, title=f"{s}卷"
                )
            )
            assert answer.status_code == 201, answer.text
            documents[service] = answer.json()["id"]

        def complete():
            answer = asked_for(case.clerk, case.number)
            assert answer.status_code == 200, answer.text
            return len(answer.content) > 0 and len(texts_of(answer.content)) == 7

        eventually(complete)
        return case, documents

    return given


@pytest.mark.parametrize(
    "programme",
    [
        pytest.param(COURTS, marks=pytest.mark.requirement("JZ-47"), id="jiaozuo-2021"),
        pytest.param(MEIXIAN, marks=pytest.mark.requirement("MX-24"), id="meixian"),
    ],
)
def test_a_dossier_has_the_documents_of_all_services_and_the_trail(
    programme, filed, as_office
):
    case, documents = filed(*programme)
    number, hub = case.number, programme[2]
    recorder = case.clerk.get("assignment", at("cases", number, "documents")).json()

    answer = asked_for(case.clerk, number, "办结归档")
    again = asked_for(case.reviewer, number, "评查")
    cover, listed, *bound, trail = texts_of(answer.content)
    log = as_office(hub, "auditor").get(
        "assignment", "/document-openings", office=programme[1], limit=50
    )

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert number in cover
    assert [text.split("\n")[0] for text in bound[:3]] == [
        f"of {service}" for service in SERVICES[:3]
    ]
    assert "assignment卷" in listed
    assert "证据材料" in listed
    assert "hearing卷" not in listed
    for event in ("案件登记", "收存材料", "收存听证材料", "收存救助材料"):
        assert event in trail
    assert recorder["items"][0]["filed_by"] in trail.replace("\n", "")
    assert again.content == answer.content
    opened = [each for each in log.json()["items"] if each["purpose"] == "办结归档"]
    assert {each["document"] for each in opened} == {*documents.values()}


def test_a_dossier_is_for_who_may_read_its_documents(led_case, as_office):
    programme, office, hub, leaders, monday = COURTS
    case = led_case(office, hub, programme, leaders, monday, department="立案庭")

    refused(asked_for(as_office(hub), case.number), 403, "not_handling_office")
    refused(asked_for(as_office(office, "auditor"), case.number), 403)
    assert asked_for(as_office("410922"), case.number).status_code == 404
    assert asked_for(case.clerk, "没有").status_code == 404
    refused(asked_for(case.clerk, case.number, ""), 422)
