"""
An accusation never comes into the hands of the office that it accuses.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import pytest

from shared.settings import SERVICES
from tests.builders import CITY, COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import all_items, at, handed, refused

DAY, LATER = "2020-11-16", "2020-11-20"


@dataclass
class Accused:
    """
    An accusation against a county that the city registered, which is also a case; and
    what the county registered of the same person in the same original case.
    """

    number: str
    own: str
    body: dict
    city: object
    county: object


@pytest.fixture(scope="module")
def accused(as_office, eventually):
    city, county = as_office(CITY), as_office(COUNTY)
    body = a_petition(
        category="accusation",
        received_on=DAY,
        petitioner={"name": "甄检举", "id_no": "999999194605021872"},
        original_case_no=new_number("清刑初"),
    )
    told = {**body, "office": CITY, "accused_office": COUNTY}
    number = _made(city, "/petitions", told)["number"]
    _made(city, at("petitions", number, "case"), {"opened_on": DAY})
    own = _made(county, "/petitions", body)
    _made(county, at("petitions", own["number"], "case"), {"opened_on": DAY})
    for each in (number, own["number"]):
        path = at("cases", each)
        eventually(lambda path=path: city.get("assignment", path).is_success)
    assert (own["first"], own["repeat_of"]) == (True, None)
    assert number not in {each["number"] for each in own["candidates"]}
    return Accused(number, own["number"], body, city, county)


def _made(caller, path, body):
    answer = caller.post("intake", path, body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _step(number, step, **said):
    body = {"step": step, "on": LATER, "document": "转1", **said}
    return "intake", at("petitions", number, "steps"), body


def _with_unit(number, other):
    units = [{"office": CITY, "role": "lead"}, {"office": other, "role": "co_handling"}]
    return "assignment", at("cases", number, "units"), {"on": LATER, "units": units}


def _of_case(number, what, **said):
    return "assignment", at("cases", number, what), said


def _merged(one, into):
    body = {"into": into, "merged_on": LATER, "reason": "同一事项。"}
    return "intake", at("cases", one, "merge"), body


def _look_back(number):
    return _of_case(
        number,
        "look-backs",
        found_on=LATER,
        link="intake",
        problem="conduct",
        finding="收信后未登记。",
        to_office=COUNTY,
        department="控告申诉检察部",
        owner_post="检察官",
    )


DOORS = {
    "hand down": lambda a: _step(
        a.number, "handed_down", to_office=COUNTY, report_by="2020-12-20"
    ),
    "forward": lambda a: _step(a.number, "forwarded", to_office=COUNTY),
    "name in its step": lambda a: _step(a.own, "already_handled", same_as=a.number),
    "forward by name": lambda a: _step(a.number, "forwarded", organ="清丰县检察院"),
    "route by name": lambda a: (
        "intake",
        at("petitions", a.number, "routes"),
        {"decided_on": LATER, "organ": "清丰县院", "reason": "属其管辖。"},
    ),
    "told": lambda a: _of_case(
        a.number, "acts", act="passed_on", on=LATER, to="清丰县院、濮阳市院"
    ),
    "hand-over by name": lambda a: _of_case(
        a.number,
        "hand-overs",
        on=LATER,
        unit="清丰县人民检察院",
        help=["explanation"],
        document="移交2",
    ),
    "unit": lambda a: _with_unit(a.number, COUNTY),
    "look-back": lambda a: _look_back(a.number),
    "hand-over": lambda a: _of_case(
        a.number,
        "hand-overs",
        on=LATER,
        to_office=COUNTY,
        unit="清丰县院",
        help=["explanation"],
        document="移交1",
    ),
    "step of a plan": lambda a: _of_case(
        a.number,
        "plans",
        made_on=LATER,
        post="检察官",
        aim="查明事实。",
        until="2021-01-20",
        steps=[
            {"task": "核实", "office": COUNTY, "post": "检察官", "until": "2020-12-20"}
        ],
    ),
    "responsible by place": lambda a: _of_case(
        a.number,
        "leaders",
        leaders=[{"office": CITY, "post": "副检察长"}],
        named_on=LATER,
        territorial_office=COUNTY,
    ),
    "merge": lambda a: _merged(a.number, a.own),
    "merge the other way": lambda a: _merged(a.own, a.number),
    "repeat": lambda a: (
        "intake",
        at("petitions", a.own, "matter"),
        {"same_as": a.number, "decided_on": LATER, "reason": "同一人。"},
    ),
}
"""
What an office above both may send, by which the accused one would learn of it.
"""


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("door", DOORS)
def test_no_door_hands_an_accusation_to_whom_it_accuses(door, accused, as_office):
    service, path, body = DOORS[door](accused)
    role = "leader" if door == "responsible by place" else "clerk"
    answer = as_office(CITY, role).post(service, path, body)

    refused(answer, 422, "accused_office")
    log = all_items(as_office("410000", "auditor"), service, "/leak-log")
    tried = [(each["office"], each["act"]) for each in log if each["subject"] in path]
    assert (CITY, _ACTS.get(door, "take_step")) in tried


_ACTS = {
    "route by name": "route_petition",
    "told": "record_act",
    "hand-over by name": "hand_help_over",
    "unit": "agree_units",
    "look-back": "find_in_looking_back",
    "hand-over": "hand_help_over",
    "step of a plan": "make_plan",
    "responsible by place": "confirm_leaders",
    "merge": "merge_case",
    "merge the other way": "merge_case",
    "repeat": "decide_matter",
}


OF_CASES = _ACTS.keys() - {"name in its step", "route by name"}


@pytest.mark.requirement("S3")
def test_no_door_hands_an_accusation_of_a_ledger_to_whom_it_accuses(
    accused, as_office, desk
):
    stated = {"reporting_office": "濮阳市院", "accused_unit": "清丰县院"}
    (number,) = desk.cases(by=accused.city, case_kind="举报", **stated)
    case = replace(accused, number=number)
    for door in sorted(OF_CASES):
        service, path, body = DOORS[door](case)
        role = "leader" if door == "responsible by place" else "clerk"
        answer = as_office(CITY, role).post(service, path, body)
        refused(answer, 422, "accused_office")
    asked = [accused.county.get(s, at("cases", number)) for s in ASKED_OF]
    log = all_items(as_office("410000", "auditor"), "intake", "/leak-log")
    tried = {(each["office"], each["act"]) for each in log if each["subject"] == number}

    assert [answer.status_code for answer in asked] == [404] * len(asked)
    assert {(CITY, "merge_case"), (COUNTY, "show_case")} <= tried
    batch = {"programme": "puyang-2020", "letter_no": new_number("濮检办")}
    batch |= {"source": "市联席办", "handed_on": LATER, "to_office": COUNTY}
    batch |= {"case_numbers": [number]}
    moving = as_office(CITY, "reviewer").post("assignment", "/batches", batch)
    refused(moving, 422, "accused_office")


ASKED_OF = ("intake", "assignment")


@pytest.mark.requirement("S3", "MX-38")
def test_what_was_found_before_the_accusation_was_known_stays_as_it_was(
    as_office, all_arrived, eventually
):
    city, county = as_office(CITY), as_office(COUNTY)
    body = a_petition(category="accusation", received_on=DAY, petitioner=None)
    number = _made(city, "/petitions", body)["number"]
    _made(city, at("petitions", number, "case"), {"opened_on": DAY})
    eventually(lambda: city.get("assignment", at("cases", number)).is_success)
    finding = city.post(*_look_back(number)).json()["id"]
    right = {"changes": {"accused_office": COUNTY}, "reason": "来信补正。"}
    _made(city, at("petitions", number, "corrections"), right)
    all_arrived()

    listed = {each["id"] for each in all_items(county, "assignment", "/look-backs")}
    corrected = {"on": LATER, "post": "检察官", "text": "已整改。"}
    path = at("look-backs", finding, "corrections")
    assert finding in listed
    assert county.post("assignment", path, corrected).status_code == 201
    refused(city.post(*_look_back(number)), 422, "accused_office")


ASKED = {
    "petition": ("intake", "/petitions/{}"),
    "steps": ("intake", "/petitions/{}/steps"),
    "proposals": ("intake", "/petitions/{}/proposals"),
    "candidates": ("intake", "/petitions/{}/candidates"),
    "replies": ("intake", "/petitions/{}/replies"),
    "history": ("intake", "/petitions/{}/history"),
    "case": ("intake", "/cases/{}"),
    "case to print": ("intake", "/cases/{}/ledger"),
    "duties": ("assignment", "/cases/{}"),
    "units": ("assignment", "/cases/{}/units"),
}


@pytest.mark.parametrize("asked", ASKED)
def test_the_accused_office_cannot_open_it_and_its_attempt_is_logged(
    asked, accused, as_office
):
    service, path = ASKED[asked]
    answer = accused.county.get(service, path.format(accused.number))
    of_nothing = accused.county.get(service, path.format(NEVER_GIVEN))

    assert answer.status_code == 404
    assert _words(answer, accused.number) == _words(of_nothing, NEVER_GIVEN)
    if service == "intake":
        log = all_items(as_office("410000", "auditor"), "intake", "/leak-log")
        mine = [e for e in log if e["subject"] == accused.number]
        assert COUNTY in {each["office"] for each in mine}


NEVER_GIVEN = "410900-2020-9999999"


def _words(answer, number):
    """
    What an answer says beside the *number* that was asked for.
    """
    said = {name: v for name, v in answer.json().items() if name != "trace_id"}
    return json.dumps(said).replace(number, "")


@pytest.mark.requirement("S3")
def test_no_auditor_of_the_accused_reads_that_somebody_asked_for_it(accused, as_office):
    asked = accused.county.get("intake", at("petitions", accused.number))
    registered = accused.county.post(
        "intake", "/petitions", {**accused.body, "accused_office": CITY}
    )

    def log_of(office):
        log = all_items(as_office(office, "auditor"), "intake", "/leak-log")
        return [(e["subject"], e["act"]) for e in log if e["office"] == COUNTY]

    assert (asked.status_code, registered.status_code) == (404, 422)
    assert log_of(COUNTY) == []
    assert (accused.number, "show_petition") in log_of(CITY)
    assert ("", "register_petition") not in log_of(CITY)
    assert ("", "register_petition") in log_of("410000")


LISTS = {
    "petitions": ("intake", "/petitions", {}),
    "incoming": ("intake", "/incoming-petitions", {}),
    "cases": ("intake", "/cases", {}),
    "duplicates": ("intake", "/duplicates", {}),
    "candidates": ("intake", "/petitions/{own}/candidates", {}),
    "what is owed": ("assignment", "/duties", {}),
    "batches": ("assignment", "/batches", {}),
    "cases behind a figure": (
        "reporting",
        "/cases",
        {"programme": "puyang-2020", "measure": "petitions", "as_of": LATER},
    ),
}


@pytest.mark.parametrize("asked", LISTS)
def test_no_list_and_no_figure_of_the_accused_office_names_it(asked, accused):
    service, path, query = LISTS[asked]
    answer = accused.county.get(service, path.format(own=accused.own), **query)

    assert answer.status_code == 200, answer.text
    assert accused.number not in answer.text


def test_a_search_of_the_accused_office_finds_only_its_own(accused):
    name = accused.body["petitioner"]["name"]
    answer = accused.county.post("intake", "/petition-searches", {"name": name})
    found = {each["number"] for each in answer.json()["items"]}

    assert accused.own in found
    assert accused.number not in found


def test_it_is_not_in_the_part_of_a_batch_that_the_accused_office_sees(
    accused, as_office
):
    batch = handed(as_office, accused.number, accused.own, handed_on=LATER)
    seen = accused.county.get("assignment", at("batches", batch["id"]))

    assert [item["number"] for item in seen.json()["items"]] == [accused.own]
    assert accused.number not in seen.text


def test_no_office_registers_an_accusation_against_one_above_it(accused):
    body = {**accused.body, "accused_office": CITY}
    refused(accused.county.post("intake", "/petitions", body), 422, "accused_office")


def test_a_unit_that_is_not_accused_may_take_part(accused):
    service, path, body = _with_unit(accused.number, NEIGHBOUR)

    assert accused.city.post(service, path, body).status_code == 201


def test_an_accusation_is_split_from_a_claim_and_the_claim_alone_goes_down(
    as_office, announced
):
    city, county = as_office(CITY), as_office(COUNTY)
    body = a_petition(office=CITY, received_on=DAY, petitioner={"name": "甄两事"})
    number = _made(city, "/petitions", body)["number"]
    claim = {"category": "claim", "case_kind": "complaint", "demand": "请求复查。"}
    accusing = {**claim, "category": "accusation", "accused_office": COUNTY}
    said = {"split_on": LATER, "reason": "一信两事。", "remaining": claim}
    split = _made(
        city,
        at("petitions", number, "splits"),
        {**said, "part": {**accusing, "demand": "检举办案人员。"}},
    )
    part = split["part"]["number"]
    service, path, step = _step(number, "forwarded", to_office=COUNTY)
    forwarded = city.post(service, path, step)
    seen = next(
        each
        for each in all_items(county, "intake", "/incoming-petitions")
        if each["number"] == number
    )
    own = _made(county, at("petitions", number, "receipts"), {"received_on": LATER})
    accusation = _step(part, "forwarded", to_office=COUNTY)
    purpose = {"purpose": "核对。"}
    opened = _made(city, at("petitions", part, "openings"), purpose)

    assert split["remaining"]["split_into"] == part
    assert split["part"]["split_from"] == number
    assert (split["part"]["received_on"], split["part"]["first"]) == (DAY, True)
    assert split["part"]["enquiry_code"]
    assert announced("intake", part) == ["intake.petition_registered"]
    assert forwarded.status_code == 201, forwarded.text
    assert (seen["split_into"], own["split_from"], own["split_into"]) == (None,) * 3
    refused(city.post(*accusation), 422, "accused_office")
    assert opened["demand"] == "检举办案人员。"
    assert county.get("intake", at("petitions", part)).status_code == 404


def test_whom_a_petition_accuses_is_corrected_and_then_kept_from_it(as_office):
    city = as_office(CITY)
    body = a_petition(
        office=CITY, received_on=DAY, category="accusation", accused_office=NEIGHBOUR
    )
    number = _made(city, "/petitions", body)["number"]
    path = at("petitions", number, "corrections")
    wrong = {"changes": {"accused_office": CITY}, "reason": "误填。"}
    right = {
        "changes": {"accused_office": COUNTY, "members": [{"name": "甄同控"}]},
        "reason": "误填。",
    }
    corrected = _made(city, path, right)

    assert corrected["accused_office"] == COUNTY
    refused(city.post("intake", path, wrong), 422, "accused_office")
    refused(
        city.post(*_step(number, "forwarded", to_office=COUNTY)), 422, "accused_office"
    )
    gone = {"changes": {"accused_office": None}, "reason": "未指明单位。"}
    assert _made(city, path, gone)["accused_office"] is None


@pytest.fixture
def handed_on(as_office, eventually, all_arrived):
    """
    Two petitions that the county registered, each a case that its neighbour has now;
    the first accuses the county since then. With each what was registered.
    """
    county, neighbour = as_office(COUNTY), as_office(NEIGHBOUR)
    registered = {}
    for who in ("甄此", "甄彼"):
        said = {"received_on": DAY, "category": "accusation"}
        said |= {"accused_office": "410928", "original_case_no": new_number("刑初")}
        said["petitioner"] = {"name": who, "id_no": "999999194605021872"}
        number = _made(county, "/petitions", a_petition(**said))["number"]
        _made(county, at("petitions", number, "case"), {"opened_on": DAY})
        registered[number] = said
    for number in registered:
        path = at("cases", number)
        eventually(lambda path=path: county.get("assignment", path).is_success)
    handed(as_office, *registered, handed_on=LATER, to_office=NEIGHBOUR)
    accusing, _ = registered
    path = at("petitions", accusing)
    eventually(lambda: neighbour.get("intake", path).is_success)
    correction = {"changes": {"accused_office": COUNTY}, "reason": "误填。"}
    _made(neighbour, f"{path}/corrections", correction)
    all_arrived()
    return registered


def _asked_of(county, service):
    """
    Every address of a service under which something is read of a case or petition.
    """
    paths = county.get(service, "/openapi.json").json()["paths"]
    of_one = ("/cases/{number}", "/petitions/{number}", "/duties/{duty}")
    return [p for p, asked in paths.items() if "get" in asked and p.startswith(of_one)]


_OF_NO_MATTER = re.compile(r'"(id|recorded_at|trace_id)": *"[^"]*"')


@pytest.mark.requirement("S3")
def test_an_office_that_had_the_case_learns_from_no_answer_that_it_is_accused(
    handed_on, as_office
):
    county = as_office(COUNTY)
    statuses = set()
    for service in SERVICES:
        for path in _asked_of(county, service):
            said = []
            for number in handed_on:
                this = path.replace("{duty}", f"{number}/procedural_reply")
                answer = county.get(service, this.replace("{number}", number))
                text = answer.text.replace(number, "")
                said.append((answer.status_code, _OF_NO_MATTER.sub("", text)))
            assert said[0] == said[1], (service, path)
            statuses.add(said[0][0])

    assert {200, 404, 409} <= statuses


@pytest.mark.requirement("S3")
def test_no_list_figure_or_search_tells_an_office_that_had_the_case_of_it(
    handed_on, as_office
):
    county, (accusing, plain) = as_office(COUNTY), handed_on
    lists = {**LISTS, "moves": ("assignment", "/case-moves", {})}
    lists |= {"own cases": ("assignment", "/cases", {})}
    base = {"programme": "puyang-2020", "measure": "base", "as_of": LATER}
    lists |= {"cases that counted": ("reporting", "/cases", base)}
    told = set()
    for service, path, query in lists.values():
        if "{" in path:
            continue
        listed = json.dumps(list(all_items(county, service, path, **query)))
        assert (accusing in listed) == (plain in listed), path
        told |= {(service, path)} if plain in listed else set()
    assert told == {("assignment", "/case-moves"), ("reporting", "/cases")}

    again = [
        _made(county, "/petitions", a_petition(**{**said, "received_on": LATER}))
        for said in handed_on.values()
    ]
    assert [each["repeat_of"] for each in again] == list(handed_on)
    assert not any(each["first"] for each in again)
    log = all_items(as_office("410000", "auditor"), "intake", "/leak-log")
    asked = {(each["subject"], each["act"]) for each in log}
    assert county.get("intake", at("cases", accusing)).status_code == 409
    assert (accusing, "show_case") not in asked
    log = all_items(as_office("410000", "auditor"), "intake", "/leak-log")
    assert (accusing, "show_case") in {(e["subject"], e["act"]) for e in log}
