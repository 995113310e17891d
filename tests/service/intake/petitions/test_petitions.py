"""
The counter: petitions registered, answered, found and read.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import COUNTY, NEIGHBOUR, a_petition, new_number
from tests.service.asking import a_row, all_items, as_json, at, refused
from tests.service.intake.petitions.counter import answer, registered, without_code


@pytest.mark.requirement("S1", "S2")
def test_a_registered_petition_gets_a_number_of_its_office_and_year(as_office):
    petition = registered(as_office)

    assert petition["number"].startswith(f"{COUNTY}-2020-")
    assert petition["office"] == COUNTY
    assert petition["programme"] == "puyang-2020"
    assert petition["received_on"] == "2020-11-20"
    assert petition["first"] is True
    assert petition["repeat_of"] is None


def test_a_petition_is_shown_and_listed_without_the_petitioner(as_office):
    petition = registered(as_office, petitioner={"name": "甄不显", "phone": "1380000"})
    city = as_office("410900", "reviewer")
    shown = city.get("intake", at("petitions", petition["number"]))
    listed = city.get("intake", "/petitions", office=COUNTY, limit=500)

    assert without_code(shown.json()) == petition
    assert petition in listed.json()["items"]
    assert "甄不显" not in shown.text + listed.text


@pytest.mark.requirement("S2")
def test_the_same_person_about_the_same_original_case_is_a_repeat(as_office):
    original = new_number("清刑初")
    who = {"name": "甄再访", "id_no": "999999194605021872"}
    first = registered(as_office, petitioner=who, original_case_no=original)
    again = registered(as_office, petitioner=who, original_case_no=original)
    other = registered(as_office, petitioner=who, original_case_no=new_number())

    assert again["first"] is False
    assert again["repeat_of"] == first["number"]
    assert other["first"] is True


def test_of_a_petition_elsewhere_it_is_only_said_that_there_was_one(as_office):
    what = {
        "petitioner": {"name": "甄邻县", "id_no": "999999194605021872"},
        "original_case_no": new_number("南刑初"),
    }
    first = registered(as_office, **what)["number"]
    neighbour, city = as_office(NEIGHBOUR), as_office("410900")
    given = neighbour.post("intake", "/petitions", a_petition(**what)).json()
    again = without_code(given)
    shown = neighbour.get("intake", at("petitions", again["number"])).json()
    listed = neighbour.get("intake", "/petitions", limit=500).json()["items"]
    above = city.get("intake", at("petitions", again["number"])).json()

    assert (again["first"], again["repeat_of"]) == (False, None)
    assert without_code(shown) == again
    assert again in listed
    assert without_code(above) == {
        **again,
        "repeat_of": first,
        "first_office": COUNTY,
    }


def test_a_petition_may_be_anonymous(as_office):
    assert registered(as_office, petitioner=None)["first"] is True


@pytest.mark.requirement("TL-05", "TL-20", "TL-21")
def test_a_registration_opens_its_two_duties_and_a_reply_discharges_them(
    as_office, desk, announced, eventually
):
    number = registered(as_office, received_on="2020-11-02")["number"]
    clerk = as_office(COUNTY)

    def owed():
        found = all_items(clerk, "assignment", "/duties")
        mine = {d["kind"]: d for d in found if d["number"] == number}
        return len(mine) == 2 and mine

    duties = eventually(owed)
    reply = {
        "replied_on": "2020-11-20",
        "kind": "progress",
        "mode": "phone",
        "summary": "已受理，正在办理。",
    }
    answer = clerk.post("intake", at("petitions", number, "replies"), reply)

    assert duties["procedural_reply"]["due_on"] == "2020-11-09"
    assert duties["procedural_reply"]["state"] == "overdue"
    assert duties["three_month_answer"]["due_on"] == "2021-02-02"
    assert duties["three_month_answer"]["state"] == "open"
    assert answer.status_code == 201
    assert answer.json()["kind"] == "progress"
    assert announced("intake", number) == [
        "intake.petition_registered",
        "intake.reply_given",
    ]
    eventually(lambda: {duty["state"] for duty in owed().values()} == {"discharged"})
    # Overdue from the day after it was due until the reply; the other never was.
    eventually(
        lambda: (
            desk.entries(number, "overdue")
            == [
                ("2020-11-10", 1),
                ("2020-11-20", -1),
                ("2021-02-03", 1),
                ("2021-02-03", -1),
            ]
        )
    )
    assert desk.entries(number, "petitions") == [("2020-11-02", 1)]
    assert desk.entries(number, "replies") == [("2020-11-20", 1)]


def test_lists_are_read_page_by_page_without_gap_or_repetition(as_office):
    numbers = {registered(as_office)["number"] for _ in range(5)}
    clerk, seen, after = as_office(COUNTY), [], {}
    while after is not None:
        page = clerk.get("intake", "/petitions", limit=2, **after).json()
        seen += [(item["received_on"], item["number"]) for item in page["items"]]
        after = {"after": page["next"]} if page["next"] else None

    assert numbers <= {number for _, number in seen}
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)


def test_lists_are_sorted_as_asked_and_found_by_how_a_number_begins(as_office):
    """
    Page by page, the newest first unless it is asked otherwise.
    """
    days = ("2020-11-18", "2020-11-20", "2020-11-19")
    mine = [registered(as_office, received_on=day)["number"] for day in days]
    city = as_office("410900", "reviewer")

    def listed(**asked):
        items = [*all_items(city, "intake", "/petitions", limit=20, **asked)]
        numbers = [item["number"] for item in items]
        assert len(numbers) == len(set(numbers))
        return items, numbers, [each for each in numbers if each in mine]

    first, second, third = mine
    begin = COUNTY + "-2020-"
    items, numbers, found = listed(number=begin, sort="按编号")
    by_office = [(item["office"], item["number"]) for item in items]
    assert by_office == sorted(by_office)  # one may have moved with its case
    assert all(number.startswith(begin) for number in numbers)
    assert found == mine
    items, _, found = listed(number=begin, sort="oldest")
    assert [i["received_on"] for i in items] == sorted(i["received_on"] for i in items)
    assert found == [first, third, second]
    assert listed(number=begin)[2] == [second, third, first]
    assert listed(number=second)[1] == [second]
    assert listed(number="%")[1] == []
    refused(city.get("intake", "/petitions", sort="due"), 422, "not_in_list")


def test_lists_are_narrowed_down_and_a_name_is_found_by_its_own_office(as_office):
    name = f"甄{new_number()}"
    found = registered(as_office, channel="visit", petitioner={"name": name})["number"]
    clerk, above = as_office(COUNTY), as_office("410900")
    given = {"limit": 500, "from": "2020-11-20", "to": "2020-11-20"}

    def numbers(**more):
        page = clerk.get("intake", "/petitions", **given, **more).json()
        return {item["number"] for item in page["items"]}

    searched = clerk.post("intake", "/petition-searches", {"name": f" {name}"})
    elsewhere = above.post("intake", "/petition-searches", {"name": name})

    assert found in numbers(channel="visit", withdrawn="false")
    assert found not in numbers(channel="letter") | numbers(withdrawn="true")
    assert [item["number"] for item in searched.json()["items"]] == [found]
    assert elsewhere.json()["items"] == []


def test_what_is_sealed_is_read_by_the_handling_office_for_a_purpose(
    as_office, jianjian
):
    who = {"name": "甄可读", "id_no": "999999194605021872", "phone": "13800000000"}
    number = registered(as_office, petitioner=who, demand="请求复查。")["number"]
    clerk, auditor = as_office(COUNTY), as_office("410900", "auditor")
    answer(clerk, number, summary="已电话告知。")
    path, body = at("petitions", number, "openings"), {"purpose": "联系送达答复"}
    opened = clerk.post("intake", path, body, key="opening-1")
    above = as_office("410900", "reviewer").post("intake", path, body)
    read = auditor.get("intake", "/openings", **{"from": "2020-11-20", "limit": 500})
    _, trail = jianjian("audit", number)

    assert opened.status_code == 201, opened.text
    content = opened.json()
    assert content["petitioner"]["phone"] == "13800000000"
    assert content["demand"] == "请求复查。"
    assert content["replies"][0]["summary"] == "已电话告知。"
    refused(above, 403, "not_handling_office")
    assert refused(auditor.post("intake", path, body), 403, "role_not_allowed")
    entry = next(one for one in read.json()["items"] if one["number"] == number)
    assert (entry["office"], entry["purpose"]) == (COUNTY, "联系送达答复")
    assert "甄可读" not in read.text + trail
    assert "open_petition" in trail
    assert "联系送达答复" in trail


def test_a_second_click_makes_neither_a_second_petition_nor_a_second_reply(as_office):
    clerk, body = as_office(COUNTY), a_petition()
    first = clerk.post("intake", "/petitions", body)
    second = clerk.post("intake", "/petitions", body)
    number = first.json()["number"]
    answers = [answer(clerk, number) for _ in range(2)]
    listed = clerk.get("intake", at("petitions", number, "replies")).json()["items"]

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert [one.status_code for one in answers] == [201, 200]
    assert [one["id"] for one in listed] == [answers[0].json()["id"]]
    assert "summary" not in listed[0]


def test_a_list_of_an_office_does_not_show_its_neighbours(as_office):
    number = registered(as_office)["number"]
    listed = list(all_items(as_office(NEIGHBOUR), "intake", "/petitions"))

    assert number not in {item["number"] for item in listed}
    assert {item["office"] for item in listed} <= {NEIGHBOUR}


@pytest.mark.requirement("S1", "PY-11")
def test_the_counter_is_open_after_the_drive_and_the_ledger_is_not(as_office, clock):
    clock.set(date(2024, 3, 4))
    clerk = as_office(COUNTY)
    came = clerk.post("intake", "/petitions", a_petition(received_on="2024-03-04"))
    pushed = clerk.post(
        "intake",
        "/imports",
        content=as_json(a_row()),
        params={"programme": "puyang-2020", "filename": "台账.json"},
    )

    assert came.status_code == 201, came.text
    assert came.json()["programme"].startswith("puyang")
    assert (
        "2023-08-01"
        in refused(pushed, 422, "programme_not_running")["programme_not_running"][
            "detail"
        ]
    )


@pytest.mark.requirement("MX-05", "I-09")
def test_contacts_matters_cases_and_visits_are_counted_each_by_itself(as_office, clock):
    """
    A letter and a visit of three are one matter; a visit of four and an online petition
    at the neighbour's are two more. Each first one is a case from the counter on
    (DY-08). One person came the year before.
    """
    clock.set(date(2022, 2, 14))
    who = {"name": "甄再访", "id_no": "999999194605021872"}
    matter = {"petitioner": who, "original_case_no": new_number("寅刑初")}
    for office, year, channel, persons, of in (
        ("990201", 2022, "letter", 1, matter),
        ("990201", 2022, "visit", 3, matter),
        ("990201", 2022, "visit", 4, {}),
        ("990101", 2022, "online", 1, {}),
        ("990101", 2021, "visit", 1, {}),
    ):
        body = {"received_on": f"{year}-02-12", "channel": channel, "persons": persons}
        body = a_petition(programme="dy-leaders", **body, **of)
        answer = as_office(office).post("intake", "/petitions", body)
        assert answer.status_code == 201, answer.text

    units = ("petitions", "repeats", "matters", "cases", "batches", "persons")
    asked = {"programme": "dy-leaders", "from": "2022-02-12", "to": "2022-02-12"}

    def counted(by, **more):
        province = as_office("990000", "reviewer")
        answer = province.get(
            "intake", "/petition-counts", counted_by=by, **asked, **more
        )
        assert answer.status_code == 200, answer.text
        found = answer.json()
        lines = {
            line["title"]: tuple(line[unit] for unit in units)
            for line in found["items"]
            if line["petitions"]
        }
        return found, tuple(found[unit] for unit in units), lines

    whole, numbers, lines = counted("channel")
    assert numbers == (4, 1, 3, 3, 2, 7)
    assert lines == {
        "来信": (1, 0, 1, 1, 0, 0),
        "来访": (2, 1, 2, 1, 2, 7),
        "12309网上信访": (1, 0, 1, 1, 0, 0),
    }
    assert tuple(whole["year_before"][unit] for unit in units) == (1, 0, 1, 1, 1, 1)
    assert (whole["batches_change"], whole["persons_change"]) == ("+100.0%", "+600.0%")

    visits, numbers, lines = counted("office", channel="来访")
    assert (visits["channel"], numbers) == ("visit", (2, 1, 2, 1, 2, 7))
    assert [*lines.values()] == [(2, 1, 2, 1, 2, 7)]
    unknown = refused(
        as_office("990000", "reviewer").get(
            "intake", "/petition-counts", counted_by="单位", channel="飞鸽", **asked
        ),
        422,
        "not_in_list",
    )
    assert unknown["not_in_list"]["pointer"] == "?channel"


def test_a_client_asks_for_the_offices_that_it_sees_and_their_programmes(as_office):
    city, county = as_office("410900", "reviewer"), as_office(COUNTY)
    offices = [*all_items(city, "intake", "/offices")]
    (own,) = all_items(county, "intake", "/offices")
    programmes = all_items(county, "intake", "/programmes")
    (puyang,) = (each for each in programmes if each["code"] == "puyang-2020")
    kinds = {each["id"]: each["title"] for each in puyang["case_kind"]}

    assert [each["code"] for each in offices] == sorted(e["code"] for e in offices)
    assert {"410900", COUNTY, NEIGHBOUR} <= {each["code"] for each in offices}
    assert (own["name"], own["parent"]) == ("清丰县人民检察院", "410900")
    assert "第五检察部" in own["departments"]
    assert {"title": "检察长", "rank": "县处级副职", "leader": True} in own["posts"]
    # PY-11: from October 2020 to August 2023.
    assert (puyang["from"], puyang["running"]) == ("2020-10-01", True)
    assert kinds["complaint"] == "控告"
    refused(county.get("intake", "/offices", office="410900"), 403)
