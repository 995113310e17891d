"""
What the accused office is shown and asks for tells nothing of an accusation, whichever
service it asks; and what it tries stands in the log.
"""

from __future__ import annotations

from contextlib import closing

import pytest

from deploy.demo.story import client_of
from tests.builders import CITY, COUNTY, PROGRAMME, a_petition, new_number
from tests.journey import nothing_personal
from tests.service.asking import all_items, at, post, refused

DAY, LATER = "2020-11-16", "2020-11-20"
NAME = "甄不显"


@pytest.fixture(scope="module")
def accusation(as_office, eventually):
    """
    The number of an accusation against a county, which the city registered and opened a
    case of.
    """
    return accused(as_office(CITY), eventually)


def accused(city, eventually):
    said = {"office": CITY, "category": "accusation", "accused_office": COUNTY}
    body = a_petition(received_on=DAY, petitioner={"name": NAME}, **said)
    answer = city.post("intake", "/petitions", body)
    number = answer.json()["number"]
    city.post("intake", at("petitions", number, "case"), {"opened_on": DAY})
    eventually(lambda: city.get("assignment", at("cases", number)).is_success)
    return number


def tried(as_office, number):
    """
    Who tried what with the accusation, as assignment has logged it.
    """
    log = all_items(as_office("410000", "auditor"), "assignment", "/leak-log")
    return {(each["office"], each["act"]) for each in log if each["subject"] == number}


@pytest.mark.requirement("S3")
def test_no_list_of_any_service_names_it(accusation, stack, monkeypatch):
    environment = stack.environment()
    monkeypatch.setenv("SIGNING_KEY", environment["SIGNING_KEY"])
    with closing(client_of(environment)) as client:
        shown = nothing_personal.listed(
            client, [f"{COUNTY} clerk"], as_of=LATER, to=LATER
        )
        pages = list(shown)

    assert len(pages) > 40
    assert [page for page in pages if accusation in page] == []


@pytest.mark.requirement("S3")
def test_no_figure_is_another_with_it(as_office, eventually, all_arrived):
    county, of = as_office(COUNTY), {"programme": PROGRAMME, "office": COUNTY}

    def figures():
        all_arrived()
        period = {**of, "from": DAY, "to": LATER, "counted_by": "category"}
        asked = (
            ("reporting", "/figures", {**of, "as_of": LATER}),
            ("intake", "/petition-counts", period),
            ("assignment", "/case-counts", {**of, "counted_by": "case_kind"}),
        )
        answers = [county.get(service, path, **said) for service, path, said in asked]
        assert [answer.status_code for answer in answers] == [200] * len(answers)
        found = [answer.json() for answer in answers]
        found[0].pop("known_at", None)
        return found

    before = figures()
    accused(as_office(CITY), eventually)
    assert figures() == before


@pytest.mark.parametrize("search", ["/petition-searches", "/case-searches"])
def test_no_search_finds_it(search, accusation, as_office):
    answer = as_office(COUNTY).post("intake", search, {"name": NAME})

    assert answer.status_code == 200, answer.text
    assert accusation not in answer.text


@pytest.mark.requirement("S3", "XQ-32")
def test_the_conference_makes_no_accused_unit_the_lead(accusation, as_office):
    clerk, hub = as_office(CITY), as_office(CITY, "reviewer")
    said = {"on": LATER, "disagreement": "事发地在县里。"}
    asked = post(clerk, accusation, "coordination-requests", **said).json()
    path = at("coordination-requests", asked["id"], "decisions")
    decision = {"on": LATER, "opinion": "由事发地主办。"}
    wrong = hub.post("assignment", path, {**decision, "lead": COUNTY})
    right = hub.post("assignment", path, {**decision, "lead": CITY})

    refused(wrong, 422, "accused_office")
    assert right.status_code == 201, right.text
    assert (CITY, "decide_coordination") in tried(as_office, asked["id"])


@pytest.mark.requirement("S3")
def test_no_batch_hands_it_to_the_accused(accusation, as_office):
    body = {
        "programme": PROGRAMME,
        "letter_no": new_number("濮检办"),
        "source": "市联席办",
        "handed_on": LATER,
        "case_numbers": [accusation],
        "to_office": COUNTY,
    }
    answer = as_office(CITY, "reviewer").post("assignment", "/batches", body)

    refused(answer, 422, "accused_office")
    assert (CITY, "hand_down_batch") in tried(as_office, "")


BY_ACT = {
    "show_case": "/cases/{}",
    "show_units": "/cases/{}/units",
    "show_log": "/cases/{}/log",
    "show_duty": "/duties/{}/procedural_reply/history",
}


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("act", BY_ACT)
def test_who_asks_assignment_for_it_stands_in_the_log(act, accusation, as_office):
    answer = as_office(COUNTY).get("assignment", BY_ACT[act].format(accusation))
    subject = f"{accusation}/procedural_reply" if act == "show_duty" else accusation

    refused(answer, 404, "not_found")
    assert (COUNTY, act) in tried(as_office, subject)
