"""
Cases that pass from one office to another, through all five services (xq-2020).
"""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from tests.builders import new_number
from tests.builders.programme_ledgers import a_line, json_of
from tests.service.asking import all_items, at, get, places, post, refused

PROGRAMME, HUB = "xq-2020", "640104800"
ONE, OTHER, THIRD = "640104010", "640104011", "640104012"
NAMES = {ONE: "兴庆区胜利街街道", OTHER: "兴庆区丽景街街道"}
SECRETARY = "党（工）委书记"


@pytest.fixture
def a_streets_case(desk, as_office, clock):
    """
    Gives the number of a new case of a street, in its ledger since 2020-11-16; today is
    2020-11-24.
    """
    clock.set(date(2020, 11, 24))

    def opened(office=ONE, **said):
        number, by = new_number("街信"), as_office(office)
        row = a_line("xingqing", case_no=number, reporting_office=NAMES[office], **said)
        job = desk.push(json_of("xingqing", row), by=by, programme=PROGRAMME)
        assert job["rows_kept"] == 1, job
        desk.once_known(lambda: by.get("assignment", at("cases", number)))
        return number

    return opened


@pytest.fixture
def hub(as_office):
    return as_office(HUB, "reviewer")


def handed_to(hub, office, *numbers, on="2020-11-17", **changes):
    body = {
        "programme": PROGRAMME,
        "letter_no": new_number("兴信联交"),
        "source": "兴庆区信联办",
        "kind": "second",
        "to_office": office,
        "handed_on": on,
        "case_numbers": list(numbers),
        **changes,
    }
    return hub.post("assignment", "/batches", body)


def figures(hub, as_of):
    """
    What each of the three offices, and all together, counted on a day.
    """
    found = hub.get("reporting", "/figures", programme=PROGRAMME, as_of=as_of).json()
    rows = {row["office"]: row for row in found["rows"]} | {HUB: found["total"]}
    wanted = ("base", "repeats", "led", "overdue")
    return {
        office: [rows[office][name] for name in wanted]
        for office in (ONE, OTHER, THIRD, HUB)
    }


def more(before, after):
    return {
        office: [now - was for was, now in zip(before[office], counts, strict=True)]
        for office, counts in after.items()
    }


def objected_and_handed_on(hub, other, number):
    """
    The hub hands the case to the other sub-district, which objects, and to the third.
    """
    batch = handed_to(hub, OTHER, number).json()
    objection = {"number": number, "on": "2020-11-19", "reasons": "不属本街道。"}
    raised = other.post("assignment", f"/batches/{batch['id']}/objections", objection)
    assert raised.status_code == 201, raised.text
    accepted(hub, raised.json()["id"])


def accepted(hub, objection):
    body = {
        "verdict": "returned",
        "to_office": THIRD,
        "on": "2020-11-20",
        "reasons": "属实，改交。",
    }
    decided = hub.post("assignment", at("objections", objection, "decisions"), body)
    assert decided.status_code == 201, decided.text


@pytest.mark.requirement("XQ-15", "XQ-33", "TL-04", "S8")
def test_an_objection_moves_a_case_with_what_is_owed_and_counted(
    as_office, a_streets_case, hub, eventually, all_arrived
):
    days = ("2020-11-16", "2020-11-17", "2020-11-20", "2020-11-24")
    all_arrived()
    before = {day: figures(hub, day) for day in days}
    number = a_streets_case(
        leader_post=SECRETARY,
        department="综治中心",
        team="化解专班",
        resolve_by="2021-12-31",
    )
    one, other, third = as_office(ONE), as_office(OTHER), as_office(THIRD)
    objected_and_handed_on(hub, other, number)
    shown = get(third, at("cases", number))
    history = get(other, at("cases", number, "offices"))
    leader = next(d for d in shown["duties"] if d["kind"] == "leader_named")
    owed_once = get(one, at("cases", number))["duties"]
    act = {"act": "screened", "on": "2020-11-23", "post": SECRETARY}
    refusals = [post(by, number, "acts", **act) for by in (one, other)]
    accepted = post(third, number, "acts", **act)

    assert (shown["office"], shown["led"], shown["leaders"]) == (THIRD, False, [])
    # A week from the day on which it was handed on.
    assert (leader["office"], leader["state"], leader["due_on"]) == (
        THIRD,
        "open",
        "2020-11-27",
    )
    assert [(held["office"], held["since"]) for held in history["offices"]] == [
        (ONE, "2020-11-16"),
        (OTHER, "2020-11-17"),
        (THIRD, "2020-11-20"),
    ]
    assert [move["reason"] for move in history["moves"]] == ["batch", "handed_on"]
    # As it was handed on; where the case went after that is for others to know.
    assert {duty["office"] for duty in owed_once} <= {ONE, OTHER}
    for refusal in refusals:
        refused(refusal, 409, "case_moved_away")
    assert accepted.status_code == 201, accepted.text
    assert number not in {
        case["number"] for case in all_items(other, "assignment", "/cases")
    }

    def counted():
        return [more(before[day], figures(hub, day)) for day in days]

    nothing, led, unled = [0, 0, 0, 0], [1, 0, 1, 0], [1, 0, 0, 0]
    eventually(
        lambda: (
            counted()
            == [
                {ONE: led, OTHER: nothing, THIRD: nothing, HUB: led},
                {ONE: nothing, OTHER: unled, THIRD: nothing, HUB: unled},
                {ONE: nothing, OTHER: nothing, THIRD: unled, HUB: unled},
                {ONE: nothing, OTHER: nothing, THIRD: unled, HUB: unled},
            ]
        )
    )


@pytest.mark.requirement("XQ-15")
def test_the_new_office_works_on_what_was_begun_and_the_old_one_no_more(
    as_office, desk, a_streets_case, hub, eventually
):
    number = a_streets_case()
    one, other = as_office(ONE), as_office(OTHER)
    path = at("cases", number, "hearing-requests")
    asked = {"role": "petitioner", "requested_on": "2020-11-16"}
    requested = desk.once_known(lambda: one.post("hearing", path, asked)).json()["id"]
    handed_to(hub, OTHER, number)

    def requests_of(by):
        return {each["id"] for each in all_items(by, "hearing", "/hearing-requests")}

    eventually(lambda: requested in requests_of(other) - requests_of(one))
    eventually(lambda: other.get("intake", at("cases", number)).is_success)
    again = other.post("hearing", path, asked)

    assert again.status_code == 201, again.text
    refused(one.post("hearing", path, asked), 409, "case_moved_away")
    refused(one.get("intake", at("cases", number)), 409, "case_moved_away")


@pytest.mark.requirement("XQ-32", "XQ-33")
def test_the_case_goes_to_the_unit_that_the_conference_names(
    as_office, a_streets_case, hub
):
    number = a_streets_case()
    one, other = as_office(ONE), as_office(OTHER)
    parts = [
        {"office": ONE, "role": "lead"},
        {"office": OTHER, "role": "co_handling"},
    ]
    post(one, number, "units", on="2020-11-17", units=parts)
    said = {"on": "2020-11-17", "disagreement": "事发地在丽景街。"}
    asked = post(one, number, "coordination-requests", **said).json()
    path = f"/coordination-requests/{asked['id']}/decisions"
    body = {"on": "2020-11-18", "lead": OTHER, "opinion": "由丽景街主办。"}
    decided = hub.post("assignment", path, body)
    shown = get(other, at("cases", number))
    units = get(one, at("cases", number, "units"))["units"]
    open_duties = {
        (d["kind"], d["office"]) for d in shown["duties"] if d["state"] == "open"
    }
    mine = {"state": "open", "number": number}
    listed = list(all_items(one, "assignment", "/duties", **mine))
    told = {"on": "2020-11-19", "text": "已上门解释政策。"}
    reported = post(one, number, "unit-reports", **told)
    by_lead = post(other, number, "unit-reports", **told)

    assert decided.status_code == 201, decided.text
    assert shown["office"] == OTHER
    assert ("co_handling", ONE) in open_duties
    assert {office for kind, office in open_duties if kind != "co_handling"} == {OTHER}
    assert [duty["kind"] for duty in listed] == ["co_handling"]
    assert reported.status_code == 201, reported.text
    assert [each["text"] for each in reported.json()["reports"]] == [told["text"]]
    assert not list(all_items(one, "assignment", "/duties", **mine))
    refused(by_lead, 409, "no_part_in_case")
    assert {unit["office"]: unit["role"] for unit in units} == {
        OTHER: "lead",
        ONE: "co_handling",
    }


@pytest.mark.requirement("XQ-16")
def test_a_case_that_is_handed_round_is_listed(as_office, a_streets_case, hub):
    number = a_streets_case()
    answers = [
        handed_to(hub, to, number, on=f"2020-11-{day}")
        for to, day in ((OTHER, 17), (THIRD, 18), (ONE, 19))
    ]
    asked = {"programme": PROGRAMME}
    listed = list(all_items(hub, "assignment", "/cases-handed-round", **asked))
    found = next(each for each in listed if each["number"] == number)
    moves = all_items(as_office(ONE), "assignment", "/case-moves")

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert (found["office"], found["moves"], found["last_on"]) == (
        ONE,
        3,
        "2020-11-19",
    )
    assert [m["to_office"] for m in moves if m["number"] == number] == [OTHER, ONE]


def test_a_batch_that_cannot_move_its_cases_says_all_that_is_wrong(
    as_office, a_streets_case, hub
):
    number, later = a_streets_case(), a_streets_case()
    handed_to(hub, OTHER, later, on="2020-11-20")
    early = handed_to(hub, THIRD, number, later, on="2020-11-19")
    elsewhere = handed_to(hub, "410900", number)
    street = handed_to(as_office(ONE, "reviewer"), OTHER, number)

    assert places(early) == {("/case_numbers/1", "before_last_move")}
    refused(elsewhere, 403, "outside_your_offices")
    refused(street, 403, "outside_your_offices")


def test_a_case_that_is_taken_back_returns_to_where_it_was(a_streets_case, hub):
    number = a_streets_case()
    batch = handed_to(hub, OTHER, number).json()
    body = {"on": "2020-11-18", "case_numbers": [number], "reason": "另行交办。"}
    answer = hub.post("assignment", f"/batches/{batch['id']}/withdrawals", body)

    assert answer.status_code == 201, answer.text
    assert get(hub, at("cases", number))["office"] == ONE


def text_of(answer):
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.mark.requirement("F-02", "F-03", "XQ-16")
def test_the_letters_of_handing_down_and_of_the_objection_are_printed(
    as_office, a_streets_case, hub
):
    number = a_streets_case()
    one, other = as_office(ONE), as_office(OTHER)
    batch = handed_to(hub, OTHER, number, due_on="2020-12-31").json()
    said = {"number": number, "on": "2020-11-19", "reasons": "不属本街道。"}
    raised = other.post("assignment", f"/batches/{batch['id']}/objections", said)
    print_it = at("batches", batch["id"], "papers", "pdf")
    letter = {"paper": "handing_letter", "document": batch["letter_no"]}
    handed = hub.post("assignment", print_it, letter)
    below = other.post("assignment", print_it, letter)
    path = at("objections", raised.json()["id"], "papers")
    objection = {"paper": "return_letter"}
    returned = other.post("assignment", f"{path}/pdf", objection)
    stranger = one.post("assignment", f"{path}/pdf", objection)
    filed = other.post("assignment", path, {**objection, "form": "pdf"})
    accepted(hub, raised.json()["id"])
    again = hub.post("assignment", print_it, letter)

    for word in (NAMES[OTHER], number, batch["letter_no"], "2020年12月31日前"):
        assert word in text_of(handed)
    assert "2020年11月20日" not in text_of(handed)
    for word in (number, "2020年11月20日"):
        assert word in text_of(again)
    refused(below, 403, "outside_your_offices")
    for word in (number, batch["letter_no"], "不属本街道。"):
        assert word in text_of(returned)
    refused(stranger, 404, "not_found")
    assert filed.status_code == 201, filed.text
