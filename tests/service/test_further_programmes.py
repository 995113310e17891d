"""
One matter in several programmes over HTTP: facts are told once, each programme opens
its own duties and counts the case by its own rules (PY-21, PY-60, DY-07).
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.builders import CITY, COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import LATE, a_row, all_items, as_json, at, refused
from tests.service.intake.cases.test_exports import cells, workbook

PROGRAMME, FURTHER = "puyang-2020", "puyang-leaders"
REASON = "纳入“群众信访件件有回复”领导干部包案范围"


def enrol(caller, number, **changes):
    body = {"programme": FURTHER, "on": "2020-11-04", "reason": REASON, **changes}
    return caller.post("intake", at("cases", number, "enrolments"), body)


def withdraw(caller, number, on, programme=FURTHER):
    path = at("cases", number, "enrolments", programme, "withdrawals")
    return caller.post("intake", path, {"withdrawn_on": on, "reason": "列入有误"})


def total(caller, programme, as_of="2020-11-20"):
    asked = {"programme": programme, "office": CITY, "as_of": as_of}
    answer = caller.get("reporting", "/figures", **asked)
    assert answer.status_code == 200, answer.text
    return {name: answer.json()["total"][name] for name in ("base", "led", "resolved")}


@pytest.mark.requirement("DY-08", "PY-60")
def test_a_petition_becomes_a_case_of_a_further_programme_by_a_rule_of_that_one(
    as_office, eventually
):
    """
    The rule of the leaders' scheme names appeals that a court passed on; it is none of
    the programme by which the petition is registered, and another channel meets none.
    """
    clerk = as_office(COUNTY)
    body = {"programme": PROGRAMME, "case_kind": "不服检察机关处理决定的刑事申诉"}

    def registered(channel):
        answer = clerk.post("intake", "/petitions", a_petition(**body, channel=channel))
        assert answer.status_code == 201, answer.text
        return answer.json()

    petition, letter = registered("法院移送"), registered("来信")
    number = petition["number"]
    case = clerk.get("intake", at("cases", number)).json()
    history = clerk.get("intake", at("cases", number, "history")).json()["corrections"]

    assert (petition["case_opened_on"], letter["case_opened_on"]) == (
        petition["received_on"],
        None,
    )
    (there,) = case["enrolments"]
    assert (there["programme"], there["since"]) == (FURTHER, petition["received_on"])
    assert [each["kind"] for each in history] == ["case_enrolled"]
    assert "法院移送的申诉登记时即列入" in history[0]["reason"]

    def owed():
        duties = clerk.get("assignment", "/duties", number=number).json()["items"]
        return {each["kind"] for each in duties if each["programme"] == FURTHER}

    eventually(lambda: "leader_named" in owed())


@pytest.mark.requirement("PY-60")
def test_a_case_of_the_campaign_owes_what_the_leaders_scheme_asks_from_its_enrolment(
    as_office, desk, eventually
):
    clerk, number = as_office(COUNTY), desk.led_case()
    here = at("cases", number)
    (proposal,) = [
        each
        for each in clerk.get("intake", f"{here}/proposals").json()["proposals"]
        if each["programme"] == FURTHER
    ]
    answer = enrol(clerk, number)
    again = enrol(clerk, number)

    assert proposal["in_scope"]
    assert answer.status_code == 201, answer.text
    (shown,) = answer.json()["enrolments"]
    assert (shown["programme"], shown["since"]) == (FURTHER, "2020-11-04")
    refused(again, 422, "already_enrolled")

    def enrolments():
        return clerk.get("assignment", here).json()["enrolments"]

    (there,) = eventually(enrolments)
    assert (there["led"], there["left"]) == (True, False)
    owed = clerk.get("assignment", "/duties", number=number).json()["items"]
    by_programme = {
        code: {d["id"] for d in owed if d["programme"] == code}
        for code in (PROGRAMME, FURTHER)
    }
    assert f"{number}/{FURTHER}/leader_named" in by_programme[FURTHER]
    assert by_programme[PROGRAMME]
    explained = clerk.get(
        "assignment", f"/duties/{number}/{FURTHER}/leader_named/explanation"
    )
    assert explained.status_code == 200, explained.text
    assert explained.json()["started_on"] == "2020-11-04"


@pytest.mark.requirement("PY-21")
def test_a_case_stands_in_the_ledger_of_a_further_programme_and_is_pushed_to_its_own(
    as_office, desk
):
    clerk, city = as_office(COUNTY), as_office(CITY, "reviewer")
    number = desk.led_case()
    here = at("cases", number)
    assert enrol(clerk, number).status_code == 201

    listed = clerk.get("intake", "/cases", programme=FURTHER, case_no=number).json()
    ledger = workbook(city.get("intake", "/ledger", programme=FURTHER))
    (alone,) = workbook(clerk.get("intake", f"{here}/ledger", programme=FURTHER))
    elsewhere = clerk.get("intake", f"{here}/ledger", programme="meixian")
    pushed = desk.push(as_json(a_row(number)), programme=FURTHER)

    assert [each["number"] for each in listed["items"]] == [number]
    assert number in cells(ledger["清丰县人民检察院"])
    assert {"2020-11-04", "本院排查"} <= cells(alone)
    refused(elsewhere, 422, "no_such_programme")
    assert [each["code"] for each in pushed["problems"]] == ["case_of_other_ledger"]


@pytest.mark.requirement("PY-60")
@pytest.mark.requirement("DY-07")
def test_facts_of_a_case_are_told_once_and_count_in_each_of_its_programmes(
    as_office, desk, settled, eventually
):
    clerk, city = as_office(COUNTY), as_office(CITY, "reviewer")
    number = desk.led_case()
    settled()
    before = {code: total(city, code) for code in (PROGRAMME, FURTHER)}
    day_before = total(city, FURTHER, "2020-11-03")
    assert enrol(clerk, number).status_code == 201
    eventually(
        lambda: clerk.get("assignment", at("cases", number)).json()["enrolments"]
    )

    # DY-07: a drive of a hundred days on the campaign's cases.
    drive = {
        "programme": FURTHER,
        "kind": "hundred_days",
        "name": new_number("百日攻坚"),
        "start": "2020-11-05",
        "case_numbers": [number],
    }
    opened = city.post("assignment", "/drives", drive)
    assert opened.status_code == 201, opened.text
    contact = {"act": "contacted", "to": "县政法委", "text": "通报案件进展。"}
    path = at("cases", number, "acts")
    told = clerk.post("assignment", path, {**contact, "on": "2020-11-06"})
    assert told.status_code == 201, told.text
    owed = clerk.get("assignment", "/duties", number=number, state="open").json()
    assert FURTHER in {
        each["programme"] for each in owed["items"] if each["kind"] == "joined_drive"
    }

    identity = desk.submitted_closing(number)
    assert desk.review(identity).status_code == 201
    settled()

    def grown():
        return {
            code: {
                name: total(city, code)[name] - amount
                for name, amount in before[code].items()
            }
            for code in before
        }

    wanted = {
        PROGRAMME: {"base": 0, "led": 0, "resolved": 1},
        FURTHER: {"base": 1, "led": 1, "resolved": 1},
    }
    eventually(lambda: grown() == wanted)
    assert total(city, FURTHER, "2020-11-03") == day_before


@pytest.mark.requirement("PY-60")
def test_lists_that_are_asked_for_a_further_programme_have_the_case_too(
    as_office, desk, eventually
):
    clerk, asked = as_office(COUNTY), {"programme": FURTHER, "office": COUNTY}
    number = desk.led_case()
    here, checklist = at("cases", number), at("cases", number, "checklist")
    day = "2020-11-06"

    def listed(**more):
        found = all_items(clerk, "assignment", "/cases", **asked, **more)
        return {each["number"] for each in found}

    def show(path, **more):
        return clerk.get("assignment", path, **asked, **more).json()

    contact = {"act": "contacted", "to": "县政法委", "text": "通报案件进展。"}
    for on in ("2020-11-03", day):
        told = clerk.post("assignment", f"{here}/acts", {**contact, "on": on})
        assert told.status_code == 201, told.text
    assert number not in listed()
    assert enrol(clerk, number).status_code == 201
    eventually(lambda: number in listed())
    tallies = show("/tallies", **{"from": "2020-11-01", "to": day})["items"]
    (contacts,) = (each for each in tallies if each["id"] == "contacts")
    own = clerk.get("assignment", checklist).json()["lists"]
    met = {"list": "own_six", "item": "met", "on": day, "post": "检察长"}
    done = {**met, "evidence": "卷宗", "programme": FURTHER}
    entered = clerk.post("assignment", checklist, done)
    del done["programme"]
    (six,) = clerk.get("assignment", checklist, programme=FURTHER).json()["lists"]

    assert number in listed(case_kind="complaint")
    assert number not in listed(case_kind="criminal_appeal_procuratorate")
    assert show("/case-counts", counted_by="case_kind")["cases"] == len(listed())
    (line,) = (each for each in contacts["offices"] if number in each["numbers"])
    assert line["acts"] == len(line["numbers"])  # that of 3 November was before
    assert "own_six" not in {each["id"] for each in own}
    assert entered.status_code == 201, entered.text
    assert six["items"][0]["done"]
    refused(clerk.post("assignment", checklist, done), 422, "no_such_list")
    elsewhere = clerk.get("assignment", checklist, programme="meixian")
    refused(elsewhere, 422, "no_such_programme")


def test_the_leaders_load_and_a_frozen_list_are_of_the_cases_that_stand_there(
    as_office, desk, eventually
):
    clerk, city = as_office(COUNTY), as_office(CITY, "reviewer")
    number = desk.led_case()

    def load(as_of):
        asked = {"programme": FURTHER, "office": COUNTY, "as_of": as_of}
        shown = clerk.get("assignment", "/leaders/measures", **asked).json()
        return {each["post"]: each["cases"] for each in shown["posts"]}["检察长"]

    before, day_before = load("2020-11-04"), load("2020-11-03")
    assert enrol(clerk, number).status_code == 201
    eventually(lambda: load("2020-11-04") == before + 1)
    body = {"programme": FURTHER, "baseline": "all", "frozen_on": "2020-11-04"}
    frozen = city.post("assignment", "/baselines", body)

    assert load("2020-11-03") == day_before
    assert frozen.status_code == 201, frozen.text
    path = f"/baselines/{frozen.json()['id']}/cases"
    assert number in {each["number"] for each in all_items(city, "assignment", path)}


def test_a_case_is_enrolled_where_the_programme_covers_it_and_all_faults_are_named(
    as_office, desk
):
    clerk = as_office(COUNTY)
    (number,) = desk.cases(prior_opinions="", prior_is_final="", scope_class="第四类")

    outside = enrol(clerk, number, on="2020-11-01")
    other_tree = enrol(clerk, number, programme="dy-leaders", on="2020-12-24")
    own = enrol(clerk, number, programme=PROGRAMME)
    nothing = withdraw(clerk, number, "2020-11-05")

    found = refused(outside, 422, "scope_undecided", "date_before_start")
    assert "办法第二条" in found["scope_undecided"]["detail"]
    refused(other_tree, 422, "office_outside_programme", "date_in_future")
    refused(own, 422, "own_programme")
    refused(enrol(clerk, number, programme="none"), 422)
    refused(enrol(as_office(NEIGHBOUR), number), 404)
    refused(nothing, 404, "not_enrolled")


def test_an_enrolment_is_withdrawn_with_a_reason_and_counts_no_more(
    as_office, desk, settled, eventually
):
    clerk, city = as_office(COUNTY), as_office(CITY, "reviewer")
    number = desk.led_case()
    settled()
    before = total(city, FURTHER)
    day_before = total(city, FURTHER, "2020-11-08")
    assert enrol(clerk, number).status_code == 201
    eventually(
        lambda: clerk.get("assignment", at("cases", number)).json()["enrolments"]
    )

    gone = withdraw(clerk, number, "2020-11-06")

    assert gone.status_code == 200, gone.text
    assert gone.json()["enrolments"][0]["withdrawn_on"] == "2020-11-06"
    history = clerk.get("intake", at("cases", number, "history")).json()
    assert [(each["kind"], each["reason"]) for each in history["corrections"]] == [
        ("case_enrolled", REASON),
        ("case_enrolment_withdrawn", "列入有误"),
    ]
    settled()

    def over():
        shown = clerk.get("assignment", at("cases", number)).json()
        (there,) = shown["enrolments"]
        states = {
            each["state"] for each in shown["duties"] if each["programme"] == FURTHER
        }
        return there["left"] and states <= {"discharged", "released"}

    eventually(over)
    eventually(lambda: total(city, FURTHER) == before)

    early = enrol(clerk, number, on="2020-11-05")
    again = enrol(clerk, number, on="2020-11-09")

    refused(early, 422, "date_before_start")
    assert again.status_code == 201, again.text
    assert [each["since"] for each in again.json()["enrolments"]] == [
        "2020-11-04",
        "2020-11-09",
    ]
    settled()

    def back():
        shown = clerk.get("assignment", at("cases", number)).json()
        (there,) = shown["enrolments"]
        return (there["left"], there["led"]) == (False, True)

    eventually(back)
    eventually(lambda: total(city, FURTHER)["base"] == before["base"] + 1)
    assert total(city, FURTHER, "2020-11-08") == day_before


def test_repeats_from_before_the_enrolment_count_there_until_they_are_withdrawn(
    as_office, desk, eventually
):
    clerk = as_office(COUNTY)
    original = {"original_case_no": new_number("清刑初")}
    reported = {"reported_on": "2020年5月11日"}  # before both petitions
    (number,) = desk.cases(petitioner_name="甄再计", **reported, **original)
    who = {"name": "甄再计", "id_no": "999999194605021872"}

    def repeated(on):
        body = a_petition(petitioner=who, received_on=on, **original)
        return clerk.post("intake", "/petitions", body).json()["number"]

    def there(answer):
        assert answer.is_success, answer.text
        return answer.json()["enrolments"][-1]["repeats"]

    def counted():
        auditor = as_office("410000", "auditor")
        asked = {"programme": FURTHER, "office": COUNTY, "measure": "repeats"}
        listed = all_items(auditor, "reporting", "/entries", as_of=LATE, **asked)
        ours = [each for each in listed if each["case_number"] == number]
        return sorted((each["own_day"], each["amount"]) for each in ours)

    def act(petition, what, **body):
        path = at("petitions", petition, what)
        done = clerk.post("intake", path, {"reason": "核对登记。", **body})
        assert done.is_success, done.text
        return there(clerk.get("intake", at("cases", number)))

    first, second = repeated("2020-06-01"), repeated("2020-11-10")
    too_early = enrol(clerk, number)
    too_few = enrol(clerk, number, on="2020-11-11", repeats=1)

    refused(too_early, 422, "before_last_repeat")
    refused(too_few, 422, "repeats_below_known")
    # What the ledger says, and both petitions: the programme counts those of any day.
    assert there(enrol(clerk, number, on="2020-11-11")) == 5
    cause = {"cause": "registered_by_mistake"}
    assert act(first, "withdrawals", withdrawn_on="2020-11-13", **cause) == 4
    assert act(first, "restorations", restored_on="2020-11-16") == 5
    assert act(second, "corrections", changes={"received_on": "2020-11-12"}) == 5
    refused(withdraw(clerk, number, "2020-11-15"), 422, "before_last_repeat")
    by_day = [("2020-11-11", 4), ("2020-11-12", 1), ("2020-11-13", -1)]
    by_day.append(("2020-11-16", 1))
    eventually(lambda: summed(counted()) == by_day)


def summed(entries):
    sums = Counter()
    for day, amount in entries:
        sums[day] += amount
    return sorted((day, amount) for day, amount in sums.items() if amount)


def test_a_corrected_case_leaves_the_further_programme_whose_scope_it_fails(
    as_office, desk, eventually
):
    clerk = as_office(COUNTY)
    number = desk.led_case()
    assert enrol(clerk, number).status_code == 201
    change = {"changes": {"case_kind": "民事监督"}, "reason": "案件类别录错。"}

    corrected = clerk.post("intake", at("cases", number, "corrections"), change)

    assert corrected.status_code == 201, corrected.text
    (left,) = corrected.json()["enrolments"]
    assert left["withdrawn_on"] is not None
    history = clerk.get("intake", at("cases", number, "history")).json()
    *_, why = history["corrections"]
    assert why["kind"] == "case_enrolment_withdrawn"
    assert "办法第一条" in why["reason"]
    eventually(
        lambda: (
            [
                each["left"]
                for each in clerk.get("assignment", at("cases", number)).json()[
                    "enrolments"
                ]
            ]
            == [True]
        )
    )


@pytest.mark.requirement("PY-60")
def test_a_petition_becomes_a_case_of_every_programme_whose_scope_it_meets(
    as_office, eventually
):
    clerk = as_office(COUNTY)
    body = a_petition(received_on="2020-11-16", case_kind="complaint")
    registered = clerk.post("intake", "/petitions", body).json()
    path = at("petitions", registered["number"])
    proposed = clerk.get("intake", f"{path}/proposals").json()["proposals"]
    case = {"opened_on": "2020-11-17", "programme": FURTHER}
    undecided = clerk.post("intake", f"{path}/case", case)
    opinion = {"organ": "procuratorate", "final": True}
    stated = {**case, "origin": "本院接访", "prior_opinions": [opinion]}
    elsewhere = clerk.post("intake", f"{path}/case", {**stated, "programme": "meixian"})
    made = clerk.post("intake", f"{path}/case", stated)

    assert registered["proposals"] == proposed
    ours, theirs = proposed
    assert (ours["programme"], theirs["programme"]) == (PROGRAMME, FURTHER)
    assert [each["id"] for each in theirs["met"]] == ["kind"]
    assert [each["id"] for each in theirs["undecided"]] == ["serious"]
    refused(undecided, 422, "scope_undecided")
    assert elsewhere.status_code == 422
    assert "office_outside_programme" in elsewhere.text
    assert made.status_code == 201, made.text
    assert made.json()["programme"] == PROGRAMME
    (there,) = made.json()["enrolments"]
    assert (there["programme"], there["since"]) == (FURTHER, "2020-11-17")
    assert there["origin"] == "own_counter"
    at_once = at("cases", registered["number"])
    eventually(lambda: clerk.get("assignment", at_once).json().get("enrolments"))
