"""
An accusation never comes into the hands of the office that it accuses.
"""

from __future__ import annotations

import pytest

from tests.builders import CITY, COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import all_items, at, post, refused


@pytest.fixture
def accusation(as_office):
    """
    The number of an accusation against a county that the city registered, and its body.
    """
    body = a_petition(
        category="accusation",
        received_on="2020-11-16",
        petitioner={"name": "甄检举", "id_no": "999999194605021872"},
        original_case_no=new_number("清刑初"),
    )
    told = {**body, "office": CITY, "accused_office": COUNTY}
    answer = as_office(CITY).post("intake", "/petitions", told)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"], body


@pytest.mark.requirement("S3")
def test_the_accused_office_sees_nothing_of_an_accusation(accusation, as_office):
    number, body = accusation
    city, county = as_office(CITY), as_office(COUNTY)
    steps = at("petitions", number, "steps")
    passed = {"step": "forwarded", "on": "2020-11-20", "document": "转1"}
    down = {**passed, "step": "handed_down", "report_by": "2020-12-20"}
    own = county.post("intake", "/petitions", {**body, "accused_office": CITY})
    again = county.post("intake", "/petitions", body)
    listed = {each["number"] for each in all_items(county, "intake", "/petitions")}

    for asked in ("", "/steps", "/proposals"):
        path = at("petitions", number) + asked
        assert county.get("intake", path).status_code == 404
    refused(
        city.post("intake", steps, {**passed, "to_office": COUNTY}),
        422,
        "accused_office",
    )
    refused(
        city.post("intake", steps, {**down, "to_office": COUNTY}),
        422,
        "accused_office",
    )
    refused(own, 422, "accused_office")
    assert again.status_code == 201, again.text
    assert (again.json()["first"], again.json()["repeat_of"]) == (True, None)
    assert number not in listed


def test_a_case_of_an_accusation_is_shared_with_no_unit_that_it_accuses(
    accusation, as_office, eventually
):
    number, _ = accusation
    city = as_office(CITY)
    path = at("petitions", number, "case")
    made = city.post("intake", path, {"opened_on": "2020-11-16"})
    assert made.status_code == 201, made.text
    case = at("cases", number)
    eventually(lambda: city.get("assignment", case).is_success)

    def with_unit(other):
        units = [
            {"office": CITY, "role": "lead"},
            {"office": other, "role": "co_handling"},
        ]
        return post(city, number, "units", on="2020-11-17", units=units)

    refused(with_unit(COUNTY), 422, "accused_office")
    assert with_unit(NEIGHBOUR).status_code == 201
    assert as_office(COUNTY).get("assignment", case).status_code == 404
    assert as_office(COUNTY).get("intake", case).status_code == 404
