"""
Batches handed down, received, objected to, taken back; frozen baselines (puyang-2020).
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256

import pytest
from docx import Document
from pypdf import PdfReader

from tests.builders import CITY, COUNTY, NEIGHBOUR, new_number
from tests.service.asking import PROGRAMME, all_items, at, get, handed, places, refused


@pytest.mark.requirement("TL-04", "S8")
def test_a_case_that_is_not_the_offices_own_goes_back_to_the_hander(
    as_office, desk, announced
):
    number, other = desk.cases(2)
    batch = handed(as_office, number, other)
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    path = f"/batches/{batch['id']}/objections"
    said = {"number": number, "reasons": "不属本院管辖。"}
    late = clerk.post("assignment", path, {**said, "on": "2020-11-13"})
    raised = clerk.post("assignment", path, {**said, "on": "2020-11-12"})
    again = clerk.post("assignment", path, {**said, "on": "2020-11-12"})
    decision = f"/objections/{raised.json()['id']}/decisions"
    body = {"verdict": "returned", "on": "2020-11-13", "reasons": "同意。"}
    decided = hub.post("assignment", decision, body)
    twice = hub.post("assignment", decision, body)
    shown = get(clerk, f"/batches/{batch['id']}")
    states = {item["number"]: item["state"] for item in shown["items"]}

    refused(late, 422, "objection_late")
    assert raised.status_code == 201, raised.text
    assert raised.json()["due_on"] == "2020-11-12"
    refused(again, 409, "already_objected")
    assert decided.status_code == 201, decided.text
    refused(twice, 409, "not_in_this_state")
    assert states == {number: "returned", other: "handed"}
    assert get(clerk, at("cases", number))["handed"] is False
    assert get(clerk, at("cases", other))["handed"] is True
    assert "assignment.objection_decided" in announced("assignment", number)


@pytest.mark.requirement("S8")
def test_a_refusal_is_disputed_one_level_up(as_office, desk):
    (number,) = desk.cases()
    batch = handed(as_office, number)
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    said = {"number": number, "on": "2020-11-10", "reasons": "不属本院管辖。"}
    raised = clerk.post("assignment", f"/batches/{batch['id']}/objections", said)
    path = f"/objections/{raised.json()['id']}"
    body = {"verdict": "refused", "on": "2020-11-11", "reasons": "属本院管辖。"}
    hub.post("assignment", f"{path}/decisions", body)
    disputed = clerk.post(
        "assignment", f"{path}/disputes", {"on": "2020-11-12", "reasons": "仍有异议。"}
    )
    below = hub.post("assignment", f"{path}/decisions", {**body, "on": "2020-11-13"})
    above = as_office("410000", "reviewer").post(
        "assignment", f"{path}/decisions", {**body, "on": "2020-11-13"}
    )

    assert disputed.json()["state"] == "disputed", disputed.text
    refused(below, 403, "outside_your_offices")
    assert above.json()["state"] == "upheld", above.text


def test_all_that_was_said_to_an_objection_is_kept(as_office, desk):
    (number,) = desk.cases()
    batch = handed(as_office, number)
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    raised = {"number": number, "on": "2020-11-10", "reasons": "不属本院管辖。"}
    answer = clerk.post("assignment", f"/batches/{batch['id']}/objections", raised)
    path = f"/objections/{answer.json()['id']}"
    refusal = {"verdict": "refused", "on": "2020-11-11", "reasons": "属本院管辖。"}
    hub.post("assignment", f"{path}/decisions", refusal)
    early = {"on": "2020-11-10", "reasons": "仍有异议。"}
    too_early = clerk.post("assignment", f"{path}/disputes", early)
    clerk.post("assignment", f"{path}/disputes", {**early, "on": "2020-11-12"})
    shown = {e["id"]: e for e in all_items(clerk, "assignment", "/objections")}
    course = shown[answer.json()["id"]]["course"]

    assert places(too_early) == {("/on", "date_before_start")}
    assert [(said["on"], said["state"], said["reasons"]) for said in course] == [
        ("2020-11-11", "refused", "属本院管辖。"),
        ("2020-11-12", "disputed", "仍有异议。"),
    ]
    assert [said["by"] for said in course] == [
        "410900/410900 审核人",
        "410922/410922 经办人",
    ]


def test_the_hander_takes_a_case_back(as_office, desk):
    (number,) = desk.cases()
    batch = handed(as_office, number)
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    said = {"number": number, "on": "2020-11-06", "reasons": "不属本院管辖。"}
    raised = clerk.post("assignment", f"/batches/{batch['id']}/objections", said)
    path = f"/batches/{batch['id']}/withdrawals"
    body = {"on": "2020-11-10", "case_numbers": [number], "reason": "另行交办。"}
    withdrawn = hub.post("assignment", path, body)
    again = hub.post("assignment", path, body)
    objected = clerk.post("assignment", f"/batches/{batch['id']}/objections", said)
    decision = {"verdict": "returned", "on": "2020-11-11", "reasons": "同意。"}
    too_late = hub.post(
        "assignment", f"/objections/{raised.json()['id']}/decisions", decision
    )

    assert withdrawn.status_code == 201, withdrawn.text
    assert [item["state"] for item in withdrawn.json()["items"]] == ["withdrawn"]
    refused(again, 422, "not_in_batch")
    refused(objected, 422, "not_in_batch")
    refused(too_late, 409, "not_in_this_state")
    assert get(as_office(COUNTY), at("cases", number))["handed"] is False


def test_withdrawal_and_objection_at_one_moment_leave_nothing_waiting(as_office, desk):
    numbers = desk.cases(6)
    batch = handed(as_office, *numbers)
    clerk, hub = as_office(COUNTY), as_office(CITY, "reviewer")
    said = {"on": "2020-11-06", "reasons": "不属本院管辖。"}
    back = {"on": "2020-11-06", "reason": "另行交办。"}
    path = f"/batches/{batch['id']}"

    def object_to(number):
        return clerk.post(
            "assignment", f"{path}/objections", {**said, "number": number}
        )

    def withdraw(number):
        body = {**back, "case_numbers": [number]}
        return hub.post("assignment", f"{path}/withdrawals", body)

    with ThreadPoolExecutor(12) as at_once:
        objected = [at_once.submit(object_to, number) for number in numbers]
        withdrawn = [at_once.submit(withdraw, number) for number in numbers]
    answers = [each.result().status_code for each in (*objected, *withdrawn)]
    listed = all_items(clerk, "assignment", "/objections")
    states = {each["state"] for each in listed if each["batch"] == batch["id"]}

    assert answers[6:] == [201] * 6
    assert set(answers[:6]) <= {201, 422}
    assert states <= {"void"}


def test_the_same_key_does_a_thing_once(as_office, desk):
    (number,) = desk.cases()
    batch = handed(as_office, number)
    clerk = as_office(COUNTY)
    path = f"/batches/{batch['id']}"
    said = {"number": number, "on": "2020-11-06", "reasons": "不属本院管辖。"}
    received = {"received_on": "2020-11-06"}
    key = batch["id"]

    def twice(what, body):
        return [
            clerk.post("assignment", f"{path}/{what}", body, key=f"{key}-{what}").json()
            for _ in range(2)
        ]

    for first, second in (twice("receipts", received), twice("objections", said)):
        assert first == second
        assert "errors" not in first


def test_of_a_batch_an_office_sees_its_own_part_and_the_hander_all(as_office, desk):
    (number,) = desk.cases()
    neighbour = as_office(NEIGHBOUR)
    (other,) = desk.cases(by=neighbour, reporting_office="南乐县人民检察院")
    batch = handed(as_office, number, other)
    path = f"/batches/{batch['id']}"
    neighbour.post("assignment", f"{path}/receipts", {"received_on": "2020-11-06"})
    ours, theirs = get(as_office(COUNTY), path), get(neighbour, path)
    all_of_it = get(as_office(CITY), path)
    listed = {
        e["id"]: e for e in all_items(as_office(COUNTY), "assignment", "/batches")
    }
    third = as_office("410926").get("assignment", path)
    said = {"number": number, "on": "2020-11-10", "reasons": "不属本院管辖。"}
    not_ours = neighbour.post("assignment", f"{path}/objections", said)

    assert [item["number"] for item in ours["items"]] == [number]
    assert ours["receipts"] == listed[batch["id"]]["receipts"] == {COUNTY: None}
    assert theirs["receipts"] == {NEIGHBOUR: "2020-11-06"}
    assert {item["number"] for item in all_of_it["items"]} == {number, other}
    refused(third, 404, "not_found")
    refused(not_ours, 422, "not_in_batch")


def test_what_is_wrong_with_a_batch_is_said_at_once(as_office, desk):
    (number,) = desk.cases()
    answer = as_office(CITY, "reviewer").post(
        "assignment",
        "/batches",
        {
            "programme": "meixian",
            "letter_no": new_number("濮检办"),
            "source": "市联席办",
            "kind": "没有",
            "handed_on": "2020-11-05",
            "due_on": "2020-11-04",
            "case_numbers": [number, new_number()],
        },
    )

    assert answer.status_code == 422
    assert places(answer) == {
        ("/due_on", "date_before_start"),
        ("/kind", "no_such_batch_kind"),
        ("/case_numbers/0", "other_programme"),
        ("/case_numbers/1", "no_such_case"),
    }


@pytest.mark.last  # Puyang's list is frozen once for all, and other tests add cases
def test_a_baseline_is_frozen_once_and_the_live_figure_stands_beside_it(
    as_office, desk, clock, settled
):
    (number,) = desk.cases()
    hub = as_office(CITY, "reviewer")
    body = {"programme": PROGRAMME, "baseline": "frozen", "frozen_on": "2020-12-31"}
    early = hub.post("assignment", "/baselines", body)
    clock.set(date(2021, 1, 4))
    signing = {"programme": PROGRAMME, "as_of": "2021-01-03", "reason": "补报。"}
    paper = hub.post("reporting", "/returns", signing)
    frozen = hub.post("assignment", "/baselines", body)
    again = hub.post("assignment", "/baselines", body)
    (later,) = desk.cases(reported_on="2021年1月4日")
    path = f"/baselines/{frozen.json()['id']}"
    listed = {each["number"] for each in all_items(hub, "assignment", f"{path}/cases")}

    refused(early, 422, "date_in_future")
    assert frozen.status_code == 201, frozen.text
    refused(again, 409, "already_frozen")
    assert number in listed
    assert later not in listed
    settled()
    asked = {"programme": PROGRAMME, "office": CITY, "as_of": "2021-01-04"}
    rates = hub.get("reporting", "/baseline-rates", **asked).json()["items"]
    (shown,) = (each for each in rates if each["baseline"] == "frozen")
    total = hub.get("reporting", "/figures", **asked).json()["total"]
    assert get(hub, path)["size"] == shown["listed"] == len(listed)
    assert shown["governs"]
    assert shown["frozen"]["base"] == total["base_frozen"] < total["base"]
    assert shown["frozen"]["rate"] == total["rate"]
    assert shown["live"]["base"] == total["base"]
    assert shown["live"]["rate"] == total["rate_live"]
    # The list governs the rate of a return that was signed before it was frozen.
    number = paper.json()["id"]
    listed = {each["id"]: each for each in all_items(hub, "reporting", "/returns")}
    whole = hub.get("reporting", f"/returns/{number}").json()
    assert listed[number]["overtaken"]
    assert whole["overtaken"]
    assert "base_frozen" in {cell["measure"] for cell in whole["changes"]}


@pytest.mark.requirement("PY-18", "F-02", "MX-24")
def test_the_city_hands_cases_to_another_county_and_files_the_letter(as_office, desk):
    number, gone = desk.cases(2)
    batch = handed(as_office, number, gone, to_office=NEIGHBOUR)
    taken_back = {"on": "2020-11-06", "case_numbers": [gone], "reason": "另行交办。"}
    city, neighbour = as_office(CITY, "reviewer"), as_office(NEIGHBOUR)
    received = neighbour.post(
        "assignment",
        f"/batches/{batch['id']}/receipts",
        {"received_on": "2020-11-06"},
    )
    letter = {"paper": "handing_letter"}
    path = f"/batches/{batch['id']}/papers"
    printed = city.post("assignment", f"{path}/docx", letter)
    city.post("assignment", f"/batches/{batch['id']}/withdrawals", taken_back)
    refusal = neighbour.post("assignment", path, {**letter, "form": "pdf"})
    filed, again = (
        city.post("assignment", path, {**letter, "form": "pdf"}) for _ in range(2)
    )
    (copy,) = all_items(neighbour, "assignment", at("cases", number, "documents"))
    why = {"purpose": "归档。"}
    content = neighbour.get("assignment", f"/documents/{copy['id']}/content", **why)
    bound = neighbour.post("assignment", at("cases", number, "dossier", "pdf"), why)
    lines = Document(io.BytesIO(printed.content))
    (table,) = lines.tables
    (_, *rows) = [[cell.text for cell in row.cells] for row in table.rows]

    assert received.json()["receipts"] == {NEIGHBOUR: "2020-11-06"}
    assert get(neighbour, at("cases", number))["office"] == NEIGHBOUR
    assert [p.text for p in lines.paragraphs][1] == batch["letter_no"]
    assert {*map(tuple, rows)} == {
        (str(place), each, "南乐县人民检察院")
        for place, each in enumerate(sorted([number, gone]), 1)
    }
    refused(refusal, 403, "outside_your_offices")
    assert filed.status_code == 201, filed.text
    (one,), (none,) = (answer.json()["letters"] for answer in (filed, again))
    assert (one["office"], one["cases"], none["cases"]) == (NEIGHBOUR, 1, 0)
    assert copy["digest"] == one["digest"] == sha256(content.content).hexdigest()
    for paper in (content, bound):
        assert batch["letter_no"] in text_of(paper.content)
    assert number not in text_of(content.content)
    # The case that was taken back is elsewhere, and so is its dossier.
    elsewhere = at("cases", gone, "documents")
    assert [*all_items(as_office(COUNTY), "assignment", elsewhere)] == []


def text_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)
